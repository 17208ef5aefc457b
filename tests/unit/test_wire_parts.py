"""The wire's small parts: values, strangers, and what the forwarder may import."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from openrig_rpc.model.errors import ERRORS, RpcError, Unauthenticated
from openrig_rpc.wire import jsonrpc, limits
from openrig_rpc.wire.params import whole_numbers
from openrig_rpc.wire.strangers import WINDOW, Strangers

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("module", ["openrig_rpc.wire.forward", "openrig_rpc.__main__", "openrig_rpc.daemon"])
def test_the_forwarder_imports_next_to_nothing(module: str) -> None:
    """Without site-packages, and without what takes long."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    loaded = set(done.stdout.split())
    assert not loaded & {
        "asyncio",
        "pydantic",
        "orjson",
        "pygls",
        "jsonrpcserver",
        "argparse",
        "subprocess",
        "ssl",
        "typing_extensions",
    }
    if module.endswith("forward"):
        assert not loaded & {"logging", "threading", "selectors_"}


class Noun(BaseModel):
    name: str
    none: str | None = None


def test_errors_may_hold_nouns() -> None:
    said = jsonrpc.encode(jsonrpc.failure(1, ERRORS["rig-changed"]("it changed", plan=Noun(name="x"))))
    assert json.loads(said)["error"]["data"]["plan"] == {"name": "x"}


def test_what_is_no_json_is_not_sent() -> None:
    with pytest.raises(TypeError):
        jsonrpc.encode(jsonrpc.failure(1, ERRORS["rig-changed"]("it changed", plan=object())))


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_every_error_can_be_said(kind: str) -> None:
    made: RpcError = ERRORS[kind]("what", "why", "fix", near=["x"])
    said = json.loads(jsonrpc.encode(jsonrpc.failure("a", made)))
    assert said == {
        "jsonrpc": "2.0",
        "id": "a",
        "error": {
            "code": made.code,
            "message": "what: why",
            "data": {"kind": kind, "what": "what", "why": "why", "fix": "fix", "near": ["x"]},
        },
    }


@pytest.mark.parametrize(
    ("value", "depth", "deeper"),
    [
        ([], 1, False),
        ([[]], 1, True),
        ({"a": [{}]}, 3, False),
        ({"a": [{}]}, 2, True),
        ([1, [2], 3], 2, False),
    ],
)
def test_depth(value: Any, depth: int, deeper: bool) -> None:
    assert jsonrpc.deeper_than(value, depth) == deeper


@pytest.mark.parametrize(("value", "count"), [([1, 2, 3], 3), ({"a": [1, {"b": 2}]}, 4), ("abc", 0), ([[[[]]]], 3)])
def test_counting(value: Any, count: int) -> None:
    assert not jsonrpc.more_than(value, count)
    assert count == 0 or jsonrpc.more_than(value, count - 1)


def test_whole_numbers() -> None:
    found, changed = whole_numbers({"a": [5.0, 1.5, 1e300, True, "5.0", None]})
    assert (json.dumps(found), changed) == ('{"a": [5, 1.5, 1e+300, true, "5.0", null]}', True)
    assert whole_numbers([1, 2.5]) == ([1, 2.5], False)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_failures_are_forgotten_after_a_while() -> None:
    clock = Clock()
    strangers = Strangers(clock)
    for _ in range(limits.FAILURES):
        strangers.admit("a")
        strangers.failed("a")
        clock.now += 1
    with pytest.raises(Unauthenticated) as refused:
        strangers.admit("a")
    assert refused.value.facts["retrySeconds"] == WINDOW - limits.FAILURES + 1
    strangers.admit("b")
    clock.now += refused.value.facts["retrySeconds"]
    strangers.admit("a")


async def test_no_more_strangers_than_may_be() -> None:
    strangers = Strangers()
    there = [strangers.enter("a", lambda: None) for _ in range(limits.STRANGERS)]
    assert None not in there
    assert strangers.enter("b", lambda: None) is None
    for stranger in there:
        assert stranger is not None
        stranger.leave()
        stranger.leave()
    assert strangers.present == 0
