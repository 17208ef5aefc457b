"""One live daemon for all clients of a file, and what the first of them hears."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.house import ROOT, converse
from tests.living import Living, living, rig_of, terminal, until


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    """A daemon with a rig of a shell and of one that is stopped; on TCP too."""
    with living() as found:
        found.start("--listen", "tcp://127.0.0.1:0", "--listen", "http://127.0.0.1:0")
        found.ask("rig/up", {"text": rig_of("talk", terminal("shell"), terminal("spare")), "cwd": str(found.work)})
        found.ask("agent/stop", {"agent": "p-spare@talk"})
        until(
            lambda: found.ask("agent/get", {"agent": "p-shell@talk"})["agent"]["state"] == "idle", "the shell is idle"
        )
        yield found


@pytest.fixture(scope="module")
def forwarder(home: Living) -> Path:
    """`openrig-rpc` as a program of its own."""
    program = home.work / "openrig-rpc"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m openrig_rpc "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture(scope="module")
def expected(home: Living) -> list[Any]:
    """What the awaited Python client hears; what it must be is looked at here, the others are compared with it."""
    said = converse(home, "async", key="key-async")
    by_method: dict[str, list[Any]] = {}
    for each in said:
        if isinstance(each, dict) and "method" in each:
            by_method.setdefault(each["method"], []).append(each)
    first, again, conflict, held, submitted = by_method["message/send"]
    assert first == again
    assert first["result"]["messages"][0]["text"].startswith("grüß \u2028 日本 😀")
    assert conflict["error"][:2] == [161, "idempotency-conflict"]
    assert held["result"]["messages"][0]["replyTo"] == first["result"]["messages"][0]["id"]
    assert by_method["message/cancel"][0]["result"]["message"]["state"] == "cancelled"
    assert submitted["result"]["messages"][0]["state"] == "submitted"
    before, after = [each for each in said if isinstance(each, list)]
    assert [event["data"]["id"] for event in before] == [first["result"]["messages"][0]["id"]]
    assert [event["data"]["id"] for event in after] == [
        sent["result"]["messages"][0]["id"] for sent in (held, submitted)
    ], "the event before the break and the one after it, each once"
    refused = [each["error"][:2] for each in said if isinstance(each, dict) and "error" in each]
    assert refused == [
        [161, "idempotency-conflict"],
        [101, "rig-not-found"],
        [103, "message-not-found"],
        [-32602, "invalid-params"],
        [-32601, "method-not-found"],
        [-32602, "invalid-params"],
        [101, "rig-not-found"],
    ]
    assert by_method["agent/wait"][0]["result"]["timedOut"] is True
    return said
