"""The daemon is killed and comes back: each client goes on behind the last event, and gives none twice."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.house import CLIENTS, ISOLATED, PYTHON
from tests.clients.test_lua import neovim
from tests.clients.test_typescript import package
from tests.living import Living, living, rig_of, terminal, until

__all__ = ["neovim", "package"]


@contextmanager
def following(home: Living, words: list[str | Path]) -> Iterator["Lines"]:
    """The lines that a program prints, as they come; it ends with the block."""
    printed = home.folder / "printed"
    with printed.open("wb") as file:
        program = subprocess.Popen(
            list(map(str, words)),
            env=home.environment(XDG_RUNTIME_DIR=str(home.folder)),
            cwd=home.work,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Lines(printed)
        assert program.poll() is None, printed.read_text()
    finally:
        program.kill()
        program.wait()


class Lines(list[str]):
    """The lines of a file that grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> list[str]:
        self[:] = self._path.read_text().splitlines()
        return self


def words_of(client: str, request: pytest.FixtureRequest) -> list[str | Path]:
    if client == "python":
        return [sys.executable, "-I", "-S", "-c", ISOLATED, PYTHON / "src", PYTHON / "tests" / "follow.py"]
    if client == "typescript":
        return ["node", request.getfixturevalue("package") / "tests" / "follow.mjs"]
    begin = ["--clean", "--headless", "--cmd", f"set runtimepath^={CLIENTS / 'lua'}", "-l"]
    return [request.getfixturevalue("neovim"), *begin, CLIENTS / "lua" / "tests" / "follow.lua"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("client", ["python", "typescript", "lua"])
def test_events_go_on_after_a_crash(client: str, request: pytest.FixtureRequest) -> None:
    words = words_of(client, request)
    with living() as home:
        home.start()
        home.ask("rig/up", {"text": rig_of("talk", terminal("shell")), "cwd": str(home.work)})

        def send(text: str) -> None:
            home.ask("message/send", {"to": "human@talk", "text": text})

        with following(home, words) as lines:
            until(lambda: lines.now() == ["listening"], "it listens")
            send("one")
            until(lambda: lines.now() == ["listening", "one"], "an event")
            home.kill()
            home.start()
            send("two")
            send("three")
            until(lambda: len(lines.now()) >= 4, f"the events after the crash, not {lines}")
            assert lines == ["listening", "one", "two", "three"]
