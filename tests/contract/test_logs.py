"""The daemon's log: nothing secret and nobody's words in it, private from creation on, and never large."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.cli.faults import Refused
from tests.living import living, rig_of, scripted, terminal, until

from .test_wire_tokens import mint, post

WORDS = "canary-of-somebodys-words"


def test_nobodys_words_and_no_secrets_are_in_it() -> None:
    """Texts and tokens by every way in, those that go well and those that don't."""
    with living() as home:
        home.start("--listen", "http://127.0.0.1:0", "--listen", "tcp://127.0.0.1:0")
        text = rig_of("quiet", scripted("a"), terminal("shell"))
        home.ask("rig/up", {"text": text, "cwd": str(home.work)})
        secret = mint(home, "ci", "--scopes", "read,talk")["secret"]
        operator = (home.home.tokens / "operator").read_text()
        agents = [file.read_text() for file in home.home.tokens.iterdir()]
        for to in ("p-a@quiet", "p-shell@quiet", "human@quiet"):
            home.ask("message/send", {"to": to, "text": f": {WORDS}", "wait": "delivered", "timeoutSeconds": 10})
        post(home, secret, "message/send", {"to": "human@quiet", "text": WORDS})
        home.ask("agent/keys", {"agent": "p-shell@quiet", "keys": [{"text": f": {WORDS}"}, "Enter"]})
        until(lambda: WORDS in home.ask("agent/capture", {"agent": "p-shell@quiet"})["text"], "the pane shows it")
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("message/send", {"to": WORDS, "text": WORDS}),
            ("message/send", {"to": "human@quiet", "text": WORDS, WORDS: 1}),
            ("message/send", {"to": "human@quiet", "text": [WORDS]}),
            ("session/open", {"token": WORDS}),
            ("agent/keys", {"agent": "p-shell@quiet", "keys": [WORDS]}),
            ("rig/up", {"text": f"version: {WORDS}", "cwd": "/"}),
        ]
        for method, params in wrong:
            with pytest.raises(Refused):
                home.ask(method, params)
        post(home, WORDS, "agent/list")
        line = home.line()
        line._write(f'{{"jsonrpc": "2.0", "{WORDS}'.encode())
        with pytest.raises(Refused):
            line.reply(line.send("system/info"))
        line.close()
        home.stop()
        said = "".join(file.read_text() for file in home.home.logs.iterdir()) + home.logs()
        assert "serves as process" in said and "stopping" in said
        for never in (WORDS, secret, operator, *agents):
            assert never not in said


def test_it_is_private() -> None:
    with living() as home:
        home.rig("version")
        home.rig("ps")  # starts it
        files = list(home.home.logs.iterdir())
        assert {file.name for file in files} >= {"daemon.log", "daemon.err"}
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * len(files)
        home.rig("shutdown")


def test_it_rotates(tmp_path: Path) -> None:
    program = """
import logging, sys
from pathlib import Path
from typing import Any
from openrig_rpc import daemon
from openrig_rpc.home import Home
daemon.LOG_BYTES = 2000
home = Home(Path(sys.argv[1]))
home.make()
daemon.configure_log(home, foreground=False)
for number in range(1000):
    logging.getLogger("x").info("line %d", number)
    logging.getLogger("jsonrpcserver").info("never")
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "home")], check=True, umask=0)
    files = sorted((tmp_path / "home" / "logs").iterdir())
    assert [file.name for file in files] == ["daemon.log", *(f"daemon.log.{number}" for number in (1, 2, 3))]
    assert all(file.stat().st_size <= 2000 and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    text = "".join(file.read_text() for file in reversed(files))
    assert "line 999" in text and "line 0\n" not in text and "never" not in text
