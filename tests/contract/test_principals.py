"""Every method for every kind of principal, over a real daemon; and agents that say they are somebody else."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from openrig_rpc import rpc
from openrig_rpc.cli.faults import Lost, Refused
from openrig_rpc.cli.line import Line
from openrig_rpc.model.principal import GRANTABLE, Tier
from tests.living import Living, living, rig_of, terminal, until

from .test_wire_tokens import mint, post

METHODS = rpc.filled()
RIG = "crew"
SERVICES = {f"service:{tier.value}": {tier} for tier in GRANTABLE}
AGENT = {Tier.READ, Tier.TALK, Tier.REPORT}
WHO: dict[str, set[Tier]] = {**SERVICES, "service:rig": set(GRANTABLE), "agent": AGENT}
LEFT_OUT = {"system/shutdown", "system/upgrade"}
"""What is allowed here, and would end the daemon for the others."""
NOT_FOR_SERVICES = {"task/claim", "task/claimNext"}
"""Only agents and the person own tasks, whatever a scope says."""


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as found:
        found.start("--listen", "tcp://127.0.0.1:0", "--listen", "http://127.0.0.1:0")
        text = rig_of(RIG, terminal("a"), terminal("b"))
        found.ask("rig/up", {"text": text, "cwd": str(found.work)})
        yield found


@pytest.fixture(scope="module")
def tokens(home: Living) -> dict[str, str]:
    """A secret for each of WHO."""
    found = {
        who: mint(home, f"only-{who.partition(':')[2]}", "--scopes", ",".join(tiers))["secret"]
        for who, tiers in SERVICES.items()
    }
    every = ",".join(GRANTABLE)
    found["service:rig"] = mint(home, "of-a-rig", "--scopes", every, "--rig", RIG)["secret"]
    found["agent"] = token_of(home, "a")
    return found


def identity(home: Living, member: str) -> str:
    return str(home.ask("agent/get", {"agent": f"p-{member}@{RIG}"})["agent"]["id"])


def token_of(home: Living, member: str) -> str:
    return (home.home.tokens / identity(home, member)).read_text()


def by_tcp(home: Living) -> Line:
    said = home.home.daemon()
    assert said is not None
    place = urlsplit(said["endpoints"]["tcp"])
    return Line(socket.create_connection((place.hostname or "", place.port or 0), timeout=20))


def kind(line: Line, method: str, params: Any) -> str:
    """What is said: an error's kind, or nothing."""
    try:
        line.ask(method, params)
    except Refused as refused:
        return str(refused.error()["data"]["kind"])
    return ""


def fitting(schema: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """The least params that fit a schema."""
    defs = schema.get("$defs", {})

    def value(name: str, inner: dict[str, Any]) -> Any:
        if name in names:
            return names[name]
        if "$ref" in inner:
            return value("", defs[inner["$ref"].rpartition("/")[2]])
        for union in ("anyOf", "oneOf", "allOf"):
            if union in inner:
                return value("", inner[union][0])
        if "const" in inner or "enum" in inner:
            return inner.get("const", (inner.get("enum") or [None])[0])
        match inner.get("type"):
            case "array":
                return [value("", inner.get("items", {})) for _ in range(max(1, inner.get("minItems", 1)))]
            case "object":
                return fitting({**inner, "$defs": defs}, names)
            case "integer" | "number":
                return inner.get("minimum", 1)
            case "boolean":
                return False
            case "string":
                return "x" * max(1, inner.get("minLength", 1))
        return None

    required = schema.get("required", ())
    return {name: value(name, inner) for name, inner in schema.get("properties", {}).items() if name in required}


def params_of(row: rpc.Method, rig: str) -> dict[str, Any]:
    """Params that the method's model takes, about somebody of `rig` who isn't there."""
    names = {"agent": f"p-nobody@{rig}", "to": f"p-nobody@{rig}", "rig": rig, "name": "x", "keys": ["Enter"]}
    found = fitting(row.params.model_json_schema(by_alias=True), names)
    if row.name.startswith("rig/") and "text" in row.params.model_fields:
        found["name"] = rig
    return found


@pytest.mark.parametrize("who", WHO)
def test_every_method(home: Living, tokens: dict[str, str], who: str) -> None:
    """Refused exactly where PROTOCOL.md says; the table of `tests/unit/test_policy.py`, through the door."""
    wrong = []
    allowed = 0
    line = by_tcp(home)
    try:
        line.ask("session/open", {"token": tokens[who]})
        for name, row in METHODS.items():
            may = row.tier is Tier.OPEN or row.tier in WHO[who]
            if row.tier is Tier.REPORT or name.startswith("token/"):
                may = row.tier is Tier.REPORT and who == "agent"
            if (name in LEFT_OUT or (name in NOT_FOR_SERVICES and who != "agent")) and may:
                continue
            # Nothing is there to be changed: who is confined asks about its own rig, the others about none.
            own = who in ("agent", "service:rig")
            params = params_of(row, RIG if own and row.tier in (Tier.READ, Tier.TALK, Tier.REPORT) else "nowhere")
            if own and may and row.tier not in (Tier.READ, Tier.TALK, Tier.REPORT, Tier.OPEN):
                may = not set(params) & {"rig", "agent", "name"}
                if may:
                    continue
            said = kind(line, name, params)
            allowed += said != "not-permitted"
            if said in ("invalid-params", "internal-error") or (said == "not-permitted") is may:
                wrong.append((name, params, said))
    finally:
        line.close()
    assert [each for each in wrong if each[2] != "invalid-params"] == []
    assert len(wrong) < len(METHODS) / 6, wrong
    assert allowed > 2


def test_nobody_has_nothing(home: Living) -> None:
    """By HTTP, where a connection does not end with each refusal of another one's counting."""
    for name, row in METHODS.items():
        status, answer = post(home, None, name, params_of(row, RIG))
        assert (status, answer["error"]["data"]["kind"]) == (401, "unauthenticated"), name


PROGRAM = """
import json, socket, sys
place, out, own, others, operators = sys.argv[1:]
def ask(*requests):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(place)
        for number, (method, params) in enumerate(requests):
            line.sendall(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())
            line.sendall(b"\\n")
        file = line.makefile("rb")
        answers = [json.loads(file.readline() or b"{}") for _ in requests]
    return sorted(answers, key=lambda answer: answer.get("id", 99))
who = ("agent/whoami", None)
report = {"event": "Stop", "payload": {}}
found = {
    "bare": ask(who),
    "own": ask(("session/open", {"token": own}), who),
    "other": ask(("session/open", {"token": others}), who),
    "operator": ask(("session/open", {"token": operators}), who),
    "sends": ask(("message/send", {"to": "human@crew", "text": "who is it", "from": "p-b@crew"}),
                 ("message/send", {"to": "human@crew", "text": "who is it"})),
    "down": ask(("rig/down", {"rig": "crew"})),
    "mint": ask(("token/mint", {"name": "mine"})),
    "answers": ask(("agent/answer", {"agent": "p-a@crew", "promptId": "x", "choice": "1"})),
    "reports": ask(("agent/report", {**report, "agent": "p-b@crew"})),
    "done": True,
}
open(out + ".part", "w").write(json.dumps(found))
import os
os.rename(out + ".part", out)
"""


@pytest.mark.parametrize("way", ["", "env -i PATH=$PATH setsid -w", "nohup setsid"])
def test_an_agent_is_what_it_is(home: Living, way: str) -> None:
    """With its token or without, with another's, out of its terminal: the same agent, and refused as one."""
    script, out = home.write("who.py", PROGRAM), home.work / f"said-{len(way)}"
    said = home.home.daemon()
    assert said is not None
    operators = (home.home.tokens / "operator").read_text()
    words = [said["endpoints"]["unix"], str(out), token_of(home, "a"), token_of(home, "b"), operators]
    line = f"{way} python3 {script} {' '.join(map(repr, words))}"
    home.ask("message/send", {"to": f"p-a@{RIG}", "text": line, "wait": "submitted", "timeoutSeconds": 20})
    found: dict[str, list[dict[str, Any]]] = json.loads(until(lambda: _read(out), "it said what it found", 30))

    def refusal(answer: dict[str, Any]) -> str:
        return str(answer["error"]["data"]["kind"])

    me = f"p-a@{RIG}"
    assert found["bare"][0]["result"]["principal"]["name"] == me
    assert found["own"][1]["result"]["principal"]["name"] == me
    for claim in ("other", "operator"):
        assert refusal(found[claim][0]) == "not-permitted"
        assert found[claim][1]["result"]["principal"]["name"] == me
    assert refusal(found["sends"][0]) == "invalid-params"
    assert [message["from"] for message in found["sends"][1]["result"]["messages"]] == [me]
    assert refusal(found["down"][0]) == "not-permitted"
    assert refusal(found["mint"][0]) == "not-permitted"
    assert refusal(found["answers"][0]) == "not-permitted"
    assert refusal(found["reports"][0]) == "invalid-params"
    assert home.ask("rig/get", {"rig": RIG})["rig"]["state"] == "up"


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_a_hundred_claims(home: Living) -> None:
    """A sends as B: not once of a hundred."""
    line = by_tcp(home)
    try:
        line.ask("session/open", {"token": token_of(home, "a")})
        for number in range(100):
            claim = [{"from": f"p-b@{RIG}"}, {"sender": f"p-b@{RIG}"}, {"actor": "operator"}, {"principal": "x"}][
                number % 4
            ]
            assert kind(line, "message/send", {"to": f"human@{RIG}", "text": "x", **claim}) == "invalid-params"
            assert kind(line, "session/open", {"token": token_of(home, "b")}) == "not-permitted"
        sent = line.ask("message/send", {"to": f"human@{RIG}", "text": "after all"})["messages"]
        assert [message["from"] for message in sent] == [f"p-a@{RIG}"]
    finally:
        line.close()


def test_an_old_generations_token_is_worth_nothing(home: Living) -> None:
    old = token_of(home, "b")
    with closing(by_tcp(home)) as line, closing(by_tcp(home)) as later:
        line.ask("session/open", {"token": old})
        home.ask("agent/stop", {"agent": f"p-b@{RIG}"})
        home.ask("agent/start", {"agent": f"p-b@{RIG}"})
        assert kind(later, "session/open", {"token": old}) == "unauthenticated"
        with pytest.raises((Refused, Lost)):
            line.ask("agent/whoami")
    assert token_of(home, "b") != old
