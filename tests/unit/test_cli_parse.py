"""Command lines into params; every mistake named with what was meant."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc import rpc
from openrig_rpc.cli.faults import Usage
from openrig_rpc.cli.help import overview, page
from openrig_rpc.cli.parse import Parsed, options_of, parse
from openrig_rpc.cli.table import Table
from openrig_rpc.cli.verbs import VERBS, camel, find, kebab, method_verb, names
from openrig_rpc.emit.verbs import verbs

TABLE: Table = verbs(rpc.load())


def read(line: str, *more: str) -> Parsed:
    words = [*line.split(), *more]
    verb = find(words[0], TABLE)
    assert verb is not None
    return parse(verb, words[1:], TABLE)


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("send lead hi --when idle", {"when": "idle"}),
        ("send lead --when=now hi", {"when": "now"}),
        ("send --wait submitted --timeout 5m lead hi", {"wait": "submitted", "timeoutSeconds": 300.0}),
        ("send lead hi --expires 1.5h --raw", {"expiresInSeconds": 5400.0, "raw": True}),
        ("send lead hi --reply-to m1 --key k", {"replyTo": "m1", "idempotencyKey": "k"}),
        ("capture lead -n 20 --history --ansi", {"lines": 20, "history": True, "ansi": True}),
        ("capture lead -n20", {"lines": 20}),
        ("capture -n=20 lead", {"lines": 20}),
        ("attach lead --read-only", {"readOnly": True}),
        ("watch lead --rate 5", {"maxRate": 5.0}),
        ("up --no-wait --only a,b --only c --fresh x", {"wait": False, "only": ["a", "b", "c"], "fresh": ["x"]}),
        ("up --all", {"all": True}),
        ("up demo --cwd /tmp --plan-id p1", {"cwd": "/tmp", "planId": "p1"}),
        ("down demo --no-snapshot", {"snapshot": False}),
        ("ps --state needs-input", {"state": "needsInput"}),
        ("wait lead --state idle,Busy --timeout 250ms", {"state": ["idle", "busy"], "timeoutSeconds": 0.25}),
        (
            "events --since 7 --kind agent.added --kind rig.up --rig demo",
            {"since": 7, "kinds": ["agent.added", "rig.up"], "rig": "demo"},
        ),
        ("doctor --fix --restore demo", {"fix": True, "restore": "demo"}),
        ("shutdown --no-keep-agents", {"keepAgents": False}),
    ],
)
def test_options(line: str, options: dict[str, Any]) -> None:
    assert read(line).options == options


def test_own_options_are_flags() -> None:
    parsed = read("ps -w -v --json --home x demo")
    assert parsed.words == ["demo"] and parsed.options == {}
    assert parsed.flags["watch"] and parsed.flags["verbose"] and parsed.flags["json"]
    assert parsed.flags["home"].endswith("/x") and parsed.flags["home"].startswith("/")


@pytest.mark.parametrize(
    "text", ["- a list", "-", "--", "it's -n 5 now", "-- dashes --raw", "-1", "--one two", "--=x", "-\n--raw", "$(x)"]
)
def test_text_that_looks_like_options(text: str) -> None:
    words = read("send lead", text).words if text != "--" else read("send lead -- --").words
    assert words == ["lead", text]


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_after_two_dashes_all_is_text(words: list[str]) -> None:
    assert read("send lead --", *words).words == ["lead", *words]


@pytest.mark.parametrize(
    ("line", "says", "fix"),
    [
        ("send", "needs TO", "rig send TO [TEXT…]"),
        ("capture", "needs AGENT", "rig capture AGENT"),
        ("ps a b", "takes no 'b'", "rig ps [RIG]"),
        ("whoami x", "takes no 'x'", "rig whoami"),
        ("send lead --wehn idle", "no option --wehn", "--when"),
        ("send lead hi --when later", "can't be 'later'", ""),
        ("send lead hi --when idel", "can't be 'idel'", "--when idle"),
        ("send lead hi --timeout soon", "is no time", "--timeout 90"),
        ("capture lead -n many", "is no number", "--lines"),
        ("capture lead -n", "needs a value", "N"),
        ("send lead hi --raw=yes", "takes no value", "--raw"),
        ("ps -x", "no option -x", "rig help ps"),
    ],
)
def test_mistakes(line: str, says: str, fix: str) -> None:
    with pytest.raises(Usage) as caught:
        read(line)
    assert says in caught.value.what
    assert caught.value.status == 2
    if not line.startswith("capture lead -n many"):
        assert fix in caught.value.fix


def test_help_needs_no_words() -> None:
    assert read("send --help").flags["help"]


def test_every_verb_exists() -> None:
    from importlib import import_module

    for verb in VERBS:
        module, _, name = verb.run.partition(":")
        assert callable(getattr(import_module(f"openrig_rpc.cli.{module}"), name)), verb.name
        if verb.method:
            params = TABLE[verb.method]["params"]
            assert set(verb.takes) <= set(params), verb.name
            assert {param for _, param in verb.shorts} <= set(params), verb.name
            # What a verb doesn't fill from its words must not be required.
            open_params = {name for name, row in params.items() if row.get("required")} - set(verb.takes)
            assert open_params <= {"state", "timeoutSeconds"}, verb.name


def test_no_option_means_two_things() -> None:
    for verb in VERBS:
        options = options_of(verb, TABLE)
        flags = [f"--{option.flag}" for option in options]
        shorts = [option.short for option in options if option.short]
        assert len(set(flags)) == len(flags), verb.name
        assert len(set(shorts)) == len(shorts), verb.name


def test_every_verb_and_method_has_its_page() -> None:
    everything = "\n".join(overview(TABLE, 200))
    for verb in VERBS:
        # Those without a group are for shells, not for people.
        assert (f"  {verb.name} " in everything) == bool(verb.group)
        assert page([verb.name], TABLE, 80)[0].startswith(f"Usage: rig {verb.name}")
    for method in TABLE:
        noun, slash, verb_name = method.partition("/")
        if slash:
            assert page([noun, kebab(verb_name)], TABLE, 80)[0].startswith("Usage: rig ")
    assert all(len(line) <= 100 for line in overview(TABLE, 100) if line.startswith("  "))


def test_any_method_is_a_verb() -> None:
    made = method_verb(["task", "claim-next", "x"], TABLE)
    assert made is not None and made[0].method == "task/claimNext" and made[1] == 2
    made = method_verb(["trust"], TABLE)
    assert made is not None and made[0].method == "rig/trust" and made[0].words == "HASH"
    made = method_verb(["rig", "delete"], TABLE)
    assert made is not None and made[0].method == "rig/delete"
    assert method_verb(["nonsense"], TABLE) is None
    assert {"task", "trust", "explain", "list", "ps"} <= set(names(TABLE))


def test_a_version_without_a_method_has_no_verb_for_it() -> None:
    less = {name: row for name, row in TABLE.items() if name != "message/send"}
    assert find("send", less) is None
    assert find("send", TABLE) is not None
    assert "  send" not in "\n".join(overview(less, 100))


@pytest.mark.parametrize("name", ["replyTo", "id", "claimNext", "expiresInSeconds"])
def test_names_there_and_back(name: str) -> None:
    assert camel(kebab(name)) == name


def test_the_table_loads_as_written() -> None:
    assert json.loads(json.dumps(TABLE)) == TABLE
