"""Every form of address in PROTOCOL.md, "Addresses": exact, or an error that lists what was near."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.model.address import NAME, RIG_NAME, parse, shown, split_list
from openrig_rpc.model.errors import AgentNotFound, AmbiguousAddress, InvalidParams, RigNotFound, RpcError
from openrig_rpc.model.principal import DAEMON, OPERATOR, Principal
from openrig_rpc.store.directory import Directory
from openrig_rpc.store.roster import Roster
from openrig_rpc.store.rows import RigRow
from tests.unit.store_house import agent, principal, rig

ONE, TWO, DOWN = rig("one"), rig("two"), rig("down", up=False)
MEMBERS = [
    (ONE, "dev", "lead", "scripted"),
    (ONE, "dev", "impl", "scripted"),
    (ONE, "dev", "shell", "terminal"),
    (ONE, "qa", "test-er", "scripted"),
    (ONE, "qa", "dev-impl", "scripted"),
    (TWO, "dev", "lead", "scripted"),
    (TWO, "ops", "only", "scripted"),
    (DOWN, "dev", "lead", "scripted"),
    (DOWN, "dev", "sleeper", "scripted"),
]


def roster_of(rigs: Sequence[RigRow], members: Sequence[tuple[RigRow, str, str, str]] = MEMBERS) -> Roster:
    roster = Roster()
    for home in rigs:
        roster._set_rig(home)
        own = [(pod, member, runtime) for of, pod, member, runtime in members if of.id == home.id]
        for position, (pod, member, runtime) in enumerate(own):
            roster._set_agent(agent(home, pod, member, position=position, runtime=runtime))
    return roster


ROSTER = roster_of([ONE, TWO, DOWN])
DIRECTORY = Directory(ROSTER)
ROWS = {row.address: row for row in ROSTER.each()}
LEAD, IMPL, OPS = (principal(ROWS[name]) for name in ("dev-lead@one", "dev-impl@one", "ops-only@two"))
SERVICE = Principal(kind="service", name="ci")


def found(text: str, who: Principal = OPERATOR, directory: Directory = DIRECTORY) -> str:
    return directory.agent(text, who).address


def sent(text: str, who: Principal = OPERATOR, directory: Directory = DIRECTORY) -> list[str]:
    return [recipient.address for recipient in directory.recipients(text, who)]


# One agent.


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("dev-lead@one", "dev-lead@one"),
        ("dev.lead@one", "dev-lead@one"),
        (" dev.lead@two ", "dev-lead@two"),
        ("dev-lead@down", "dev-lead@down"),
        ("qa.test-er@one", "qa-test-er@one"),
        ("qa-test-er@one", "qa-test-er@one"),
        ("lead@two", "dev-lead@two"),
        ("ops-only", "ops-only@two"),
        ("ops.only", "ops-only@two"),
        ("only", "ops-only@two"),
        ("test-er", "qa-test-er@one"),
        # A member is called as another one is shown: what is shown wins.
        ("dev-impl@one", "dev-impl@one"),
        ("dev-impl", "dev-impl@one"),
        ("qa.dev-impl", "qa-dev-impl@one"),
        ("qa-dev-impl", "qa-dev-impl@one"),
    ],
)
@pytest.mark.parametrize("who", [OPERATOR, DAEMON, SERVICE], ids=str)
def test_one_agent(text: str, address: str, who: Principal) -> None:
    assert found(text, who) == address
    assert sent(text, who) == [address]


def test_the_senders_own_rig_comes_first() -> None:
    assert found("dev-lead", LEAD) == "dev-lead@one"
    assert found("dev-lead", OPS) == "dev-lead@two"
    assert found("lead", OPS) == "dev-lead@two"
    assert found("dev.lead@one", LEAD) == "dev-lead@one"


def test_then_the_only_running_rig_it_fits() -> None:
    with pytest.raises(AmbiguousAddress) as refused:
        found("dev-lead")
    assert refused.value.facts["candidates"] == ["dev-lead@one", "dev-lead@two"], "the stopped one doesn't count"
    only = Directory(roster_of([ONE, DOWN]))
    assert found("dev-lead", OPERATOR, only) == "dev-lead@one"
    stopped = Directory(roster_of([DOWN]))
    assert found("dev-lead", OPERATOR, stopped) == "dev-lead@down", "where nothing runs, the known ones do"


def test_a_bare_member_that_fits_two() -> None:
    twice = [(ONE, "a", "x", "scripted"), (ONE, "b", "x", "scripted")]
    with pytest.raises(AmbiguousAddress) as refused:
        found("x@one", OPERATOR, Directory(roster_of([ONE], twice)))
    assert refused.value.facts["candidates"] == ["a-x@one", "b-x@one"]
    assert refused.value.fix.endswith("a-x@one")


def test_two_that_are_shown_alike_can_be_told_apart() -> None:
    """A rig file like that is refused; should one be there all the same, nothing is guessed."""
    alike = Directory(roster_of([ONE], [(ONE, "a-b", "c", "scripted"), (ONE, "a", "b-c", "scripted")]))
    with pytest.raises(AmbiguousAddress):
        found("a-b-c@one", OPERATOR, alike)
    assert alike.agent("a-b.c@one", OPERATOR).pod == "a-b"
    assert alike.agent("a.b-c@one", OPERATOR).pod == "a"


@pytest.mark.parametrize(
    ("text", "error", "near"),
    [
        ("dev-leed@one", AgentNotFound, "dev-lead@one"),
        ("dev.leed@two", AgentNotFound, "dev-lead@two"),
        ("ops-onyl", AgentNotFound, "ops-only@two"),
        ("sleeper", AgentNotFound, None),
        ("dev-sleeper", AgentNotFound, None),
        ("dev-lead@oen", RigNotFound, "one"),
        ("dev-lead@nowhere", RigNotFound, None),
        ("Dev-Lead@one", AgentNotFound, "dev-lead@one"),
    ],
)
def test_what_fits_nothing_lists_what_is_near(text: str, error: type[RpcError], near: str | None) -> None:
    for ask in (found, sent):
        with pytest.raises(error) as refused:
            ask(text)
        listed = refused.value.facts["near"]
        assert near is None or listed[0] == near
        assert len(listed) <= 5


def test_what_is_near_is_judged_without_the_rigs_name() -> None:
    long = rig("a-rig-with-a-very-long-name-indeed")
    directory = Directory(
        roster_of([long], [(long, "p", f"m{n}", "scripted") for n in range(9)] + [(long, "orch", "lead", "x")])
    )
    with pytest.raises(AgentNotFound) as refused:
        found("orch-leed", OPERATOR, directory)
    assert refused.value.facts["near"] == [f"orch-lead@{long.name}"]


def test_an_agent_hears_nothing_of_other_rigs() -> None:
    for text in ("ops-only", "only", "dev-sleeper", "nobody"):
        with pytest.raises(AgentNotFound) as refused:
            found(text, LEAD)
        assert all(address.endswith("@one") for address in refused.value.facts["near"])
        assert "two" not in refused.value.message


def test_nothing_is_there() -> None:
    empty = Directory(Roster())
    for text, error in (("x", AgentNotFound), ("x@one", RigNotFound), ("*", RigNotFound), ("human", RigNotFound)):
        with pytest.raises(error) as refused:
            sent(text, OPERATOR, empty)
        assert refused.value.facts["near"] == []


NO_ADDRESSES = [
    "", " ", "@", "@one", "dev-lead@", "dev lead", "dev-lead@one@two", "a.b.c@one", ".a", "a.", "-a", "a/b", "#{x}",
    "dev-lead@-one", "dev-lead@*", "human@*", "**", "*.a", "*-a@one", "d\u00e9v-lead", "a\n", "\x00",
    "$(x)@one", "a" * 200,
]  # fmt: skip


@pytest.mark.parametrize("text", NO_ADDRESSES, ids=ascii)
def test_what_can_be_no_address(text: str) -> None:
    refusals = (InvalidParams,) if text.strip() != "a" else (AgentNotFound,)
    with pytest.raises(refusals):
        found(text)


@pytest.mark.parametrize("text", ["*@one", "dev.*@one", "*@*", "*", "dev.*"])
def test_a_group_is_not_one_agent(text: str) -> None:
    with pytest.raises(InvalidParams):
        found(text)


def test_the_person_is_not_an_agent() -> None:
    with pytest.raises(AgentNotFound):
        found("human@one")


# Groups.


@pytest.mark.parametrize(
    ("text", "who", "addresses"),
    [
        ("*@one", OPERATOR, ["dev-lead@one", "dev-impl@one", "qa-test-er@one", "qa-dev-impl@one"]),
        ("*@one", LEAD, ["dev-impl@one", "qa-test-er@one", "qa-dev-impl@one"]),
        ("*", LEAD, ["dev-impl@one", "qa-test-er@one", "qa-dev-impl@one"]),
        ("dev.*", LEAD, ["dev-impl@one"]),
        ("dev.*@one", OPERATOR, ["dev-lead@one", "dev-impl@one"]),
        ("qa.*@one", LEAD, ["qa-test-er@one", "qa-dev-impl@one"]),
        ("*@down", OPERATOR, ["dev-lead@down", "dev-sleeper@down"]),
        ("dev.*@*", OPERATOR, ["dev-lead@one", "dev-impl@one", "dev-lead@two"]),
        ("*@*", LEAD, ["dev-impl@one", "qa-test-er@one", "qa-dev-impl@one"]),
        (
            "*@*",
            OPERATOR,
            ["dev-lead@one", "dev-impl@one", "qa-test-er@one", "qa-dev-impl@one", "dev-lead@two", "ops-only@two"],
        ),
        ("*", OPS, ["dev-lead@two"]),
    ],
)
def test_groups_leave_out_the_sender_and_terminals(text: str, who: Principal, addresses: list[str]) -> None:
    assert sent(text, who) == addresses


@pytest.mark.parametrize(
    ("text", "who", "error"),
    [
        ("*", OPERATOR, AmbiguousAddress),
        ("dev.*", OPERATOR, AmbiguousAddress),
        ("human", OPERATOR, AmbiguousAddress),
        ("nopod.*@one", OPERATOR, AgentNotFound),
        ("nopod.*@*", OPERATOR, AgentNotFound),
        ("ops.*@two", OPS, AgentNotFound),
        ("*@nowhere", OPERATOR, RigNotFound),
        ("dev-lead@one,*@nowhere", OPERATOR, RigNotFound),
        ("dev-lead@one,nobody@one", OPERATOR, AgentNotFound),
        ("dev-lead@one,dev lead", OPERATOR, InvalidParams),
        (",", OPERATOR, InvalidParams),
        (" , ,", OPERATOR, InvalidParams),
    ],
)
def test_groups_and_lists_that_fit_nothing(text: str, who: Principal, error: type[RpcError]) -> None:
    with pytest.raises(error):
        sent(text, who)


def test_an_ambiguous_group_says_how_to_name_it() -> None:
    with pytest.raises(AmbiguousAddress) as refused:
        sent("dev.*")
    assert refused.value.facts["candidates"] == ["dev.*@one", "dev.*@two"]


def test_a_group_of_terminals_is_empty() -> None:
    directory = Directory(roster_of([ONE], [(ONE, "sh", "a", "terminal"), (ONE, "dev", "lead", "scripted")]))
    with pytest.raises(AgentNotFound):
        sent("sh.*@one", OPERATOR, directory)
    assert sent("sh-a@one", OPERATOR, directory) == ["sh-a@one"], "by name it is meant"


# Lists, and the person.


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("dev-lead@one,dev-impl@one", ["dev-lead@one", "dev-impl@one"]),
        (" dev.impl@one , dev-lead@one ,", ["dev-impl@one", "dev-lead@one"]),
        ("dev-lead@one,dev.lead@one,lead@one", ["dev-lead@one"]),
        ("qa-test-er@one,*@one", ["qa-test-er@one", "dev-lead@one", "dev-impl@one", "qa-dev-impl@one"]),
        ("human@one,dev-lead@one,human@one", ["human@one", "dev-lead@one"]),
        ("human@one,human@two", ["human@one", "human@two"]),
        ("dev-shell@one,*@two", ["dev-shell@one", "dev-lead@two", "ops-only@two"]),
    ],
)
def test_a_list_means_each_once_and_in_order(text: str, addresses: list[str]) -> None:
    assert sent(text) == addresses


def test_the_person() -> None:
    assert sent("human", LEAD) == ["human@one"] and sent("human", OPS) == ["human@two"]
    (person,) = DIRECTORY.recipients("human@down", OPERATOR)
    assert person.agent is None and person.rig == DOWN
    assert sent("human", OPERATOR, Directory(roster_of([ONE, DOWN]))) == ["human@one"]


def test_an_agent_may_write_to_itself_by_name() -> None:
    assert sent("dev-lead,*", LEAD)[0] == "dev-lead@one"


# The parser.


@given(
    st.from_regex(NAME, fullmatch=True), st.from_regex(NAME, fullmatch=True), st.from_regex(RIG_NAME, fullmatch=True)
)
def test_what_is_shown_can_be_read(pod: str, member: str, where: str) -> None:
    def parts(text: str) -> Any:
        target = parse(text)
        assert target is not None
        return target.rig, target.shown, target.pod, target.member, target.group

    assert parts(f"{pod}.{member}@{where}") == (where, None, pod, member, False)
    assert parts(f"{pod}.*@{where}") == (where, None, pod, None, True)
    assert parts(shown(pod, member, where)) == (where, f"{pod}-{member}", None, None, False)
    assert parts(shown(pod, member)) == (None, f"{pod}-{member}", None, None, False)


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser_or_the_directory(text: str) -> None:
    target = parse(text)
    assert target is None or target.group or target.human or bool(target.shown or target.member)
    for ask in (found, sent):
        try:
            ask(text, LEAD)
        except RpcError as error:
            assert error.data()["kind"] in {"invalid-params", "agent-not-found", "rig-not-found", "ambiguous-address"}


@given(st.lists(st.sampled_from(["a", "b", " a ", "", " "]), max_size=8))
def test_a_list_is_split_once(parts: list[str]) -> None:
    wanted = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    assert split_list(",".join(parts)) == wanted
