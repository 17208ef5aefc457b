"""Who may do what: the whole table, method by method, for everybody who may ask."""

from itertools import product
from typing import Any

import pytest
from pydantic import BaseModel

from openrig_rpc import rpc
from openrig_rpc.model.errors import NotPermitted
from openrig_rpc.model.principal import DAEMON, GRANTABLE, OPERATOR, Principal, Tier
from openrig_rpc.model.spec import Grant
from openrig_rpc.rig.edges import ACTIONS, granted
from openrig_rpc.rig.policy import Policy
from openrig_rpc.store.directory import Directory
from openrig_rpc.store.roster import Roster
from tests.unit.store_house import agent, principal, rig

METHODS = rpc.load()
GRANTS = {
    "p.steerer": [Grant.STEER],
    "p-shaper@home": [Grant.SHAPE],
    "q.*": [Grant.STEER, Grant.SHAPE],
    "p.plain@elsewhere": [Grant.SHAPE],
    "p.single": [Grant.INTERRUPT, Grant.ANSWER],
}
HOME, AWAY = rig("home", grants=GRANTS), rig("away", grants={"*": [Grant.STEER, Grant.SHAPE]})
ROWS = [
    agent(HOME, "p", "plain"),
    agent(HOME, "p", "steerer"),
    agent(HOME, "p", "shaper"),
    agent(HOME, "q", "all"),
    agent(HOME, "p", "shell", runtime="terminal"),
    agent(AWAY, "p", "stranger"),
    agent(HOME, "p", "single"),
]
PLAIN, STEERER, SHAPER, ALL, SHELL, STRANGER, SINGLE = ROWS
READ_TALK = {Tier.READ, Tier.TALK}
EVERY = set(GRANTABLE)

WHO: dict[str, tuple[Principal, set[Tier]]] = {
    "operator": (OPERATOR, EVERY),
    "daemon": (DAEMON, EVERY),
    "plain": (principal(PLAIN), READ_TALK),
    "steerer": (principal(STEERER), READ_TALK | {Tier.STEER}),
    "shaper": (principal(SHAPER), READ_TALK | {Tier.SHAPE}),
    "all": (principal(ALL), EVERY),
    "stranger": (principal(STRANGER), EVERY),
    "stale": (principal(ALL, generation=ALL.generation - 1), set()),
    "newer than its row": (principal(ALL, generation=ALL.generation + 1), set()),
    "removed": (Principal(kind="agent", name="p-gone@home", agent_id="a-gone", generation=1), set()),
    "nameless": (Principal(kind="agent", name="p-all@home"), set()),
    "service without scopes": (Principal(kind="service", name="ci"), set()),
    "reading service": (Principal(kind="service", name="ci", scopes=(Tier.READ,)), {Tier.READ}),
    "talking service": (Principal(kind="service", name="ci", scopes=(Tier.TALK, Tier.READ)), READ_TALK),
    "shaping service": (Principal(kind="service", name="ci", scopes=(Tier.SHAPE,)), {Tier.SHAPE}),
    "service of one rig": (Principal(kind="service", name="ui", scopes=GRANTABLE, rig="home"), EVERY),
    "service of a rig that is gone": (Principal(kind="service", name="ui", scopes=GRANTABLE, rig="gone"), set()),
}
AIMS: dict[str, dict[str, str]] = {
    "nothing": {},
    "its own rig": {"rig": "home", "name": "home"},
    "another rig": {"rig": "away", "name": "away"},
    "an unknown rig": {"rig": "nowhere", "name": "nowhere"},
    "an agent of its rig": {"agent": "p-plain@home", "to": "p-plain@home"},
    "a peer": {"agent": "p-plain", "to": "p.plain,human"},
    "an agent of another rig": {"agent": "p-stranger@away", "to": "p-plain@home,p-stranger@away"},
    "an unknown agent of another rig": {"agent": "nobody@away", "to": "nobody@away"},
    "a group of another rig": {"to": "*@away"},
    "the person of another rig": {"to": "human@away"},
    "everybody": {"to": "*@*"},
    "a runtime": {"to": "codex"},
}


def policy() -> Policy:
    roster = Roster()
    for home in (HOME, AWAY):
        roster._set_rig(home)
    for row in ROWS:
        roster._set_agent(row)
    return Policy(roster, Directory(roster))


POLICY = policy()


def params(name: str, /, **given: Any) -> BaseModel:
    """The method's own params, with what it takes of `given`."""
    model = METHODS[name].params
    return model.model_construct(**{field: value for field, value in given.items() if field in model.model_fields})


def allowed(name: str, who: Principal, /, **given: Any) -> NotPermitted | None:
    try:
        POLICY.check(who, METHODS[name].tier, name, params(name, **given))
    except NotPermitted as refused:
        return refused
    return None


def expected(name: str, label: str, aim: str) -> bool:
    """PROTOCOL.md, "Who asks", said once more."""
    tier = METHODS[name].tier
    who, tiers = WHO[label]
    if tier is Tier.OPEN:
        return True
    if tier is Tier.REPORT:
        return who.kind == "agent"
    if tier not in tiers:
        return False
    if name.startswith("token/") or name == "rig/trust":
        return who.kind in ("operator", "daemon")
    if not who.confined:
        return True
    given = {field: text for field, text in AIMS[aim].items() if field in METHODS[name].params.model_fields}
    if name in ("agent/answer", "agent/keys") and given.get("agent") == who.name:
        return False
    own = "away" if label == "stranger" else "home"
    if any(given.get(field, own) != own for field in ("rig", "name")):
        return False
    addresses = [address for field in ("agent", "to") for address in given.get(field, "").split(",")]
    return all(address.partition("@")[2] in ("", "*", own) for address in addresses)


@pytest.mark.parametrize("label", WHO)
def test_the_whole_table(label: str) -> None:
    who, _ = WHO[label]
    for name, aim in product(METHODS, AIMS):
        refused = allowed(name, who, **AIMS[aim])
        assert (refused is None) is expected(name, label, aim), f"{label} calls {name} for {aim}: {refused}"
        if refused is not None:
            assert refused.facts["needs"] and refused.fix and name in refused.what


def test_the_table_has_every_case() -> None:
    """So that the test above can't pass for want of rows."""
    tiers = {row.tier for row in METHODS.values()}
    assert tiers == set(Tier)
    for field in ("rig", "name", "agent", "to"):
        assert any(field in row.params.model_fields for row in METHODS.values())
    outcomes = {(label, expected(name, label, aim)) for label, name, aim in product(WHO, METHODS, AIMS)}
    assert all((label, True) in outcomes for label in WHO)
    assert all((label, False) in outcomes for label in WHO)


def test_every_field_that_can_name_a_rig_or_an_agent_is_looked_at() -> None:
    """A new method with another such field would go unchecked."""
    known = {"rig", "name", "agent", "to", "all"}
    harmless = {
        # Within what is named already, or ids that the method asks the policy about itself.
        "pod", "member", "members", "id", "ids", "other", "room", "owner", "service", "path", "only", "fresh",
        "candidate_id", "subscription", "reply_to", "parent", "blockers",
        "keep_agents", "closure_target",
    }  # fmt: skip
    words = ("rig", "agent", "address", "recipient", "target", "source", "peer", "rigs", "agents", "from", "sender")
    for name, row in METHODS.items():
        for field in set(row.params.model_fields) - known - harmless:
            assert not any(word in field.split("_") for word in words), f"{name} has {field}"


@pytest.mark.parametrize("label", ["plain", "steerer", "shaper", "all", "stranger"])
def test_a_refusal_tells_nothing_of_another_rig(label: str) -> None:
    who, _ = WHO[label]
    other = "home" if label == "stranger" else "away"
    there = allowed("agent/get", who, agent=f"p-plain@{other}")
    nobody = allowed("agent/get", who, agent=f"nobody@{other}")
    unknown = allowed("agent/get", who, agent="p-plain@unknown")
    assert there is not None and nobody is not None and unknown is not None
    assert there.data() == nobody.data(), "whether there is such an agent"
    assert unknown.data() == {
        key: value.replace(other, "unknown") if isinstance(value, str) else value for key, value in there.data().items()
    }, "whether there is such a rig"


@pytest.mark.parametrize("name", ["agent/answer", "agent/keys"])
def test_nobody_approves_for_itself(name: str) -> None:
    for row in (STEERER, ALL):
        for text in (row.address, f"{row.pod}.{row.member}", row.member, f"{row.place}@home"):
            assert allowed(name, principal(row), agent=text) is not None
        assert allowed(name, principal(row), agent="p-plain@home") is None
        assert allowed(name, principal(row), agent="nobody") is None, "that is the method's own error"
    assert allowed(name, OPERATOR, agent="p-plain@home") is None


def test_only_the_person_trusts_and_takes_all() -> None:
    assert allowed("rig/trust", principal(ALL), rig="home") is not None
    assert allowed("rig/up", principal(ALL), all=True) is not None
    assert allowed("rig/up", principal(ALL), name="home") is None
    assert allowed("rig/up", principal(ALL), name="starter:demo") is not None
    assert allowed("rig/up", OPERATOR, all=True) is None
    assert allowed("rig/trust", OPERATOR, rig="home") is None
    assert allowed("rig/trust", WHO["shaping service"][0], rig="home") is not None


@pytest.mark.parametrize(
    ("label", "may"),
    [
        ("operator", True),
        ("steerer", True),
        ("all", True),
        ("plain", False),
        ("shaper", False),
        ("talking service", False),
    ],
)
def test_only_who_may_steer_writes_to_terminals_or_without_an_envelope(label: str, may: bool) -> None:
    who, _ = WHO[label]
    for name, given in (
        ("message/send", {"to": "p-shell@home"}),
        ("message/send", {"to": "p-plain@home,p.shell@home"}),
        ("message/send", {"to": "p-plain@home", "raw": True}),
        ("message/broadcast", {"rig": "home", "raw": True}),
    ):
        refused = allowed(name, who, **given)
        assert (refused is None) is may, (name, given)
        if refused is not None:
            assert refused.facts["needs"] == "grant:steer"
    for name, given in (
        ("message/send", {"to": "p-plain@home"}),
        ("message/send", {"to": "*@home", "raw": False}),
        ("message/send", {"to": "human@home"}),
        ("message/send", {"to": "nobody"}),
        ("message/broadcast", {"rig": "home"}),
    ):
        assert allowed(name, who, **given) is None, (name, given)


@pytest.mark.parametrize(
    ("grant", "fits"),
    [
        ("*", True), ("p.*", True), ("p.plain", True), ("p-plain", True), ("p-plain@home", True),
        ("p.plain@home", True), ("p.*@home", True), ("*@home", True), ("q.*", False), ("plain", False),
        ("p-plain@away", False), ("*@away", False), ("p", False), ("", False), ("@home", False), ("p.plainer", False),
    ],
)  # fmt: skip
def test_every_form_of_a_grant(grant: str, fits: bool) -> None:
    home = rig("home", grants={grant: [Grant.STEER]})
    assert (granted(home, PLAIN) == {Grant.STEER}) is fits


def test_a_single_grant_is_that_action_alone() -> None:
    who = principal(SINGLE)
    for name, row in METHODS.items():
        refused = allowed(name, who, agent="p-plain@home", rig="home", name="home", to="p-plain@home")
        may = row.tier in (*READ_TALK, Tier.OPEN, Tier.REPORT) or name in ("agent/interrupt", "agent/answer")
        assert (refused is None) is may, name
    refused = allowed("agent/keys", who, agent="p-plain@home")
    assert refused is not None and "no grant of `keys`" in refused.why
    assert allowed("agent/answer", who, agent="p-single@home") is not None, "never for itself"
    assert allowed("agent/interrupt", who, agent="p-stranger@away") is not None
    assert POLICY.grants(who) == ["answer", "interrupt", "read", "talk"]


def test_every_grant_is_of_something() -> None:
    assert set(ACTIONS.values()) | {Grant(tier.value) for tier in GRANTABLE} == set(Grant)
    assert set(ACTIONS) <= set(METHODS)


def test_tiers_for_whoami() -> None:
    for who, tiers in WHO.values():
        assert POLICY.tiers(who) & EVERY == tiers


def test_within() -> None:
    for who in (OPERATOR, DAEMON, WHO["talking service"][0]):
        POLICY.within(who, "anything", "message/get")
    POLICY.within(principal(PLAIN), "home", "message/get")
    for where in ("away", "nowhere", ""):
        with pytest.raises(NotPermitted):
            POLICY.within(principal(PLAIN), where, "message/get")
    with pytest.raises(NotPermitted):
        POLICY.within(WHO["removed"][0], "home", "message/get")
