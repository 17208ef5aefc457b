"""What the tests of the clients share: running a program, and transcripts that can be compared."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.living import Living

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "clients"
CONVERSATION = Path(__file__).with_name("conversation.json")
PYTHON = CLIENTS / "python"

PASSING = re.compile(
    r"(?:seq|prev|time|at|\w+At|\w*[sS]ince|uptimeSeconds|waitedSeconds|nextCursor|subscription|unread)"
)
"""Members that differ from one conversation to the next."""


def run(home: Living, words: list[str | Path], *, merged: bool = False, **more: str) -> str:
    """What a program prints on stdout, or on both streams. `more`: its environment."""
    done = subprocess.run(
        list(map(str, words)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        text=True,
        timeout=60,
        env=home.environment(**more),
        cwd=home.work,
    )
    assert done.returncode == 0, (words, done.stdout[-3000:], done.stderr, home.logs())
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
            # Lua has one empty table, and no member that is null.
            return (
                []
                if not any(part is not None for part in value.values())
                else {
                    name: "…"
                    if PASSING.fullmatch(name)
                    else self._id(part)
                    if name in ("id", "replyTo")
                    else self.plain(part)
                    for name, part in value.items()
                    if part is not None
                }
            )
        if isinstance(value, list):
            return [self.plain(part) for part in value]
        return value

    def _id(self, value: Any) -> str:
        return self._found.setdefault(str(value), f"id {len(self._found) + 1}")


def transcript(text: str, key: str) -> list[Any]:
    """What was said, without what is another each time."""
    said: list[Any] = Names().plain(json.loads(text.replace(key, "KEY")))
    return said


def paste(readme: Path, language: str) -> str:
    """The ten lines that a README starts with."""
    title, space, begun, *rest = readme.read_text("utf-8").splitlines()
    assert title.startswith("# ") and space == "" and begun == f"```{language}"
    lines = rest[: rest.index("```")]
    assert len([line for line in lines if line]) <= 10
    return "\n".join(lines) + "\n"
