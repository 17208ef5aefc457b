"""The contract only grows within a major version: compared with the last released one, and the comparison itself."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc import rpc
from openrig_rpc.emit.compare import breaks
from openrig_rpc.emit.openrpc import build, document

RELEASED = Path(__file__).with_name("released") / "openrpc.json"
"""The contract that clients out there were written for; replaced by schemas/openrpc.json at each release.

Nothing is released yet: until then, a change that is meant replaces it too, in the same commit.
"""

Document = dict[str, Any]
Change = Callable[[Document], object]


def test_no_client_of_the_last_release_breaks() -> None:
    released = json.loads(RELEASED.read_text("utf-8"))
    assert breaks(released, document()) == []


def test_what_is_planned_breaks_nobody() -> None:
    """Filling the methods whose signatures are frozen adds to what there is."""
    assert breaks(document(), build(rpc.load())) == []


def method(contract: Document, name: str) -> Any:
    return next(row for row in contract["methods"] if row["name"] == name)


def param(contract: Document, name: str, wanted: str) -> Any:
    return next(each for each in method(contract, name)["params"] if each["name"] == wanted)


def schema(contract: Document, name: str) -> Any:
    return contract["components"]["schemas"][name]


def gone(rows: list[Any], name: str) -> None:
    rows[:] = [row for row in rows if row["name"] != name]


WRONGS: dict[str, Change] = {
    "rig/list is gone": lambda c: gone(c["methods"], "rig/list"),
    "agent/get: x-tier was 'read' and is 'steer'": lambda c: method(c, "agent/get").update({"x-tier": "steer"}),
    "message/send: x-keyed was True and is False": lambda c: method(c, "message/send").update({"x-keyed": False}),
    "agent/list: rig must be given now": lambda c: param(c, "agent/list", "rig").update(required=True),
    "agent/list: pod is not taken any more": lambda c: gone(method(c, "agent/list")["params"], "pod"),
    "agent/get: agent was string and is integer": lambda c: param(c, "agent/get", "agent").update(
        schema={"type": "integer"}
    ),
    "agent/capture: lines: maximum was 10000 and is 10": lambda c: param(c, "agent/capture", "lines").update(
        schema={"type": "integer", "minimum": 1, "maximum": 10}
    ),
    "agent/list: state takes no more 'unknown' now": lambda c: param(c, "agent/list", "state").update(
        schema={"type": "string", "enum": [each for each in schema(c, "AgentState")["enum"] if each != "unknown"]}
    ),
    "agent/get: its result.agent.address is gone": lambda c: schema(c, "Agent")["properties"].pop("address"),
    "agent/get: its result.agent.cwd may be missing now": lambda c: schema(c, "Agent")["required"].remove("cwd"),
    "agent/get: its result.agent.held was integer and is string": lambda c: schema(c, "Agent")["properties"].update(
        held={"type": "string"}
    ),
    "the error task-held is gone": lambda c: c["components"]["errors"].pop("task-held"),
    "the error storage had the code 193 and has 7": lambda c: c["components"]["errors"]["storage"].update(code=7),
    "the event rig.up is gone": lambda c: gone(c["x-events"], "rig.up"),
    "the event rig.up.data.name is gone": lambda c: schema(c, "RigSummary")["properties"].pop("name"),
    "the notification agent/output is gone": lambda c: gone(c["x-notifications"], "agent/output"),
    "the notification $/cancelRequest.reason must be given now": lambda c: schema(c, "CancelRequest").update(
        required=["id", "reason"]
    ),
}

RIGHTS: dict[str, Change] = {
    "a new method": lambda c: c["methods"].append({**method(c, "rig/list"), "name": "rig/new"}),
    "a new param that may be left out": lambda c: method(c, "rig/list")["params"].append(
        {"name": "new", "required": False, "schema": {"type": "string"}}
    ),
    "a param need no longer be given": lambda c: param(c, "agent/get", "agent").update(required=False),
    "a param takes more": lambda c: param(c, "agent/get", "agent").update(
        schema={"anyOf": [{"type": "string"}, {"type": "integer"}]}
    ),
    "a param has no bound any more": lambda c: param(c, "agent/capture", "lines").update(schema={"type": "integer"}),
    "a whole number may be any now": lambda c: param(c, "agent/capture", "lines").update(schema={"type": "number"}),
    "a result says more": lambda c: schema(c, "Agent")["properties"].update(new={"type": "string"}),
    "a value more": lambda c: schema(c, "AgentState")["enum"].append("dreaming"),
    "what was missing at times is always there": lambda c: schema(c, "Agent")["required"].append("label"),
    "a member is never null any more": lambda c: schema(c, "Agent")["properties"].update(label={"type": "string"}),
    "a new error": lambda c: c["components"]["errors"].update({"new": {"code": 999, "message": "New."}}),
    "a new kind of event": lambda c: c["x-events"].append({**c["x-events"][0], "name": "rig.new"}),
    "other words": lambda c: method(c, "agent/get").update(summary="Something else."),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_break_is_named(wrong: str) -> None:
    changed = copy.deepcopy(document())
    WRONGS[wrong](changed)
    assert wrong in breaks(document(), changed)


@pytest.mark.parametrize("right", RIGHTS)
def test_growth_is_no_break(right: str) -> None:
    changed = copy.deepcopy(document())
    RIGHTS[right](changed)
    assert changed != document()
    assert breaks(document(), changed) == []
