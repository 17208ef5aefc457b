"""The generated clients: one conversation with one live daemon in every language, and what their READMEs promise."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, living, rig_of, terminal, until

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "clients"
CONVERSATION = Path(__file__).with_name("conversation.json")
PYTHON = CLIENTS / "python"

PASSING = re.compile(
    r"(?:seq|prev|time|at|\w+At|\w*[sS]ince|uptimeSeconds|waitedSeconds|nextCursor|subscription|unread)"
)
"""Members that differ from one conversation to the next."""


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    """A daemon with a rig of a shell and of one that is stopped; on TCP too."""
    with living() as found:
        found.start("--listen", "tcp://127.0.0.1:0")
        found.ask("rig/up", {"text": rig_of("talk", terminal("shell"), terminal("spare")), "cwd": str(found.work)})
        found.ask("agent/stop", {"agent": "p-spare@talk"})
        until(
            lambda: found.ask("agent/get", {"agent": "p-shell@talk"})["agent"]["state"] == "idle", "the shell is idle"
        )
        yield found


def run(home: Living, words: list[str | Path], **more: str) -> str:
    """What a program prints on stdout."""
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, timeout=60, env=home.environment(**more), cwd=home.work
    )
    assert done.returncode == 0, (words, done.stdout[-3000:], done.stderr[-3000:], home.logs())
    return done.stdout


ISOLATED = """\
import runpy, sys
sys.path.insert(0, sys.argv[1])
sys.argv[:2] = []
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def python(home: Living, *words: str | Path) -> str:
    """A program of the Python client, which can import nothing but the standard library and itself."""
    return run(home, [sys.executable, "-I", "-S", "-c", ISOLATED, PYTHON / "src", *words])


def converse(home: Living, kind: str, *where: str | Path, key: str) -> list[Any]:
    """The transcript of the Python client."""
    return transcript(python(home, PYTHON / "tests" / "converse.py", kind, CONVERSATION, key, *where), key)


class Names:
    """The same made-up word for the same id, however it was called."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: "…"
                if PASSING.fullmatch(name)
                else self._id(part)
                if name in ("id", "replyTo")
                else self.plain(part)
                for name, part in value.items()
                if part is not None
            }
        if isinstance(value, list):
            return [self.plain(part) for part in value]
        return value

    def _id(self, value: Any) -> str:
        return self._found.setdefault(str(value), f"id {len(self._found) + 1}")


def transcript(text: str, key: str) -> list[Any]:
    """What was said, without what is another each time."""
    said: list[Any] = Names().plain(json.loads(text.replace(key, "KEY")))
    return said


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


def test_python_says_the_same_when_it_waits(home: Living, expected: list[Any]) -> None:
    assert converse(home, "sync", key="key-sync") == expected


def test_python_says_the_same_over_tcp_and_stdio(home: Living, expected: list[Any]) -> None:
    said = home.home.daemon()
    assert said is not None
    assert converse(home, "async", said["endpoints"]["tcp"], key="key-tcp") == expected
    forwarder = home.work / "openrig-rpc"
    forwarder.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m openrig_rpc "$@"\n')
    forwarder.chmod(0o755)
    assert converse(home, "sync", forwarder, "stdio", key="key-stdio") == expected


def paste(readme: Path, language: str) -> str:
    """The ten lines that a README starts with."""
    title, space, begun, *rest = readme.read_text("utf-8").splitlines()
    assert title.startswith("# ") and space == "" and begun == f"```{language}"
    lines = rest[: rest.index("```")]
    assert len([line for line in lines if line]) <= 10
    return "\n".join(lines) + "\n"


def test_the_first_lines_of_the_python_readme_work(home: Living) -> None:
    script = home.write("paste.py", paste(PYTHON / "README.md", "python"))
    said = python(home, script).splitlines()
    assert any(line.startswith("p-shell@talk ") for line in said)
    assert said[0].startswith(f"daemon {home.ask('system/info')['version']} ")
    numbers = [int(line.split()[0]) for line in said if line.split()[0].isdecimal()]
    assert numbers and numbers == sorted(numbers)


def test_the_python_client_is_typed() -> None:
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        "pyproject.toml",
        "--cache-dir",
        ROOT / ".mypy_cache" / "client",
    ]
    done = subprocess.run(words, cwd=PYTHON, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
