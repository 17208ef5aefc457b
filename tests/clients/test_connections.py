"""Connections that end and that lead elsewhere: events go on behind the last one, and tokens stay at home."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.house import CLIENTS, CONVERSATION, ISOLATED, PYTHON
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


def words_of(client: str, program: str, request: pytest.FixtureRequest) -> list[str | Path]:
    """How a client's program is run."""
    if client == "python":
        return [sys.executable, "-I", "-S", "-c", ISOLATED, PYTHON / "src", PYTHON / "tests" / f"{program}.py"]
    if client == "typescript":
        return ["node", request.getfixturevalue("package") / "tests" / f"{program}.mjs"]
    begin = ["--clean", "--headless", "--cmd", f"set runtimepath^={CLIENTS / 'lua'}", "-l"]
    return [request.getfixturevalue("neovim"), *begin, CLIENTS / "lua" / "tests" / f"{program}.lua"]


@pytest.mark.parametrize("client", ["python", "typescript", "lua"])
def test_a_token_is_shown_to_its_own_daemon_only(client: str, request: pytest.FixtureRequest, home: Living) -> None:
    """Somebody else who listens on loopback learns nothing."""
    kind = ["async"] if client == "python" else ["node"] if client == "typescript" else []
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        stranger.settimeout(30)
        where = f"tcp://127.0.0.1:{stranger.getsockname()[1]}"
        words = [*words_of(client, "converse", request), *kind, CONVERSATION, "key", where]
        token_file = home.home.tokens / "operator"
        environment = home.environment(OPENRIG_RPC_TOKEN_FILE=str(token_file), XDG_RUNTIME_DIR=str(home.folder))
        program = subprocess.Popen(
            list(map(str, words)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            caller, _ = stranger.accept()
            caller.settimeout(30)
            heard = b""
            while b"openrig-client" not in heard:
                heard += caller.recv(65536)
            caller.close()
            assert b"token" not in heard
            assert token_file.read_bytes().strip() not in heard
            stranger.close()
            assert program.wait(60) != 0
        finally:
            program.kill()
            program.wait()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("client", ["python", "typescript", "lua"])
def test_events_go_on_after_a_crash(client: str, request: pytest.FixtureRequest) -> None:
    words = words_of(client, "follow", request)
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
