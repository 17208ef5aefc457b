"""Runtimes that are nothing but a TOML file (runtimefile.py): those that ship, and the person's own.

They have no hooks: their screens tell what they do, so what isn't drawn isn't known.
"""

import glob
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..home import write_private
from ..model.system import RuntimeInfo
from .guide import guide
from .programs import Harness, Package
from .rulefile import Pattern
from .runtime import Launch, Manners, Seat, Signal
from .runtimefile import BRACED, RuntimeFile

SHIPPED = ("gemini_cli", "opencode", "pi")


class Declared:
    """A harness by its file."""

    hooks = False

    def __init__(self, file: RuntimeFile) -> None:
        keys = file.runtime.keys
        self.name = file.harness
        self.summary = file.runtime.summary
        self.screens = file
        self.manners = Manners(
            submit=keys.submit,
            queue=keys.queue,
            now=keys.now,
            steered=keys.steered,
            interrupt=keys.interrupt,
            pause=keys.pause,
            escape=keys.escape,
        )
        self._table = file.runtime
        self._harness = Harness(
            file.harness,
            file.runtime.summary,
            file.runtime.command[0],
            Package(file.runtime.package, file.runtime.binaries),
            file.runtime.install or f"install it, so that `{file.runtime.command[0]}` is found",
            file.runtime.verified,
        )

    def find(self, environ: Mapping[str, str]) -> RuntimeInfo:
        return self._harness.info(environ)

    def launch(self, seat: Seat) -> Launch:
        table = self._table
        program = self._harness.program(seat.env, seat.address)
        again = seat.conversation is not None and self._begun(self._words(seat, seat.conversation))
        named = any("{conversation}" in word for word in (*table.begin, *table.resume))
        conversation = seat.conversation if again else str(uuid.uuid4()) if named else None
        words = self._words(seat, conversation)
        arguments = [*table.command[1:], *(table.resume if again else table.begin)]
        arguments += [*(table.model if seat.model else ()), *(table.effort if seat.effort else ()), *table.guide]
        for name, text in table.files.items():
            write_private(seat.folder / name, _filled(text, words).encode())
        env = {**{name: _filled(value, words) for name, value in table.env.items()}, **seat.env}
        return Launch([str(program.path), *(_filled(word, words) for word in arguments)], env, conversation)

    def signal(self, event: str, payload: Mapping[str, Any]) -> Signal | None:
        return None

    def _words(self, seat: Seat, conversation: str | None) -> dict[str, str]:
        return {
            "conversation": conversation or "",
            "short": (conversation or "")[:8],
            "address": seat.address,
            "model": seat.model or "",
            "effort": seat.effort or "",
            "guide": guide(seat.address, tools=False),
            "folder": str(seat.folder),
            "home": seat.env.get("HOME") or str(Path.home()),
            "cwd": str(seat.cwd),
        }

    def _begun(self, words: Mapping[str, str]) -> bool:
        """Whether there is something to resume: where nothing was said there may be neither that nor a second begin."""
        begun = self._table.begun
        if begun is None:
            return True
        pattern = _filled(begun.files, {name: glob.escape(word) for name, word in words.items()})
        found = Path("/").glob(pattern.lstrip("/"))
        return any(begun.line is None or _has_line(path, begun.line) for path in found)


def _has_line(path: Path, line: Pattern) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return any(line.search(each) for each in file)
    except OSError:
        return False


def _filled(word: str, words: Mapping[str, str]) -> str:
    return BRACED.sub(lambda braced: words[braced[1]], word)


def shipped() -> Iterator[tuple[str, str]]:
    """Name and text of the files that ship."""
    here = Path(__file__).parent
    for name in SHIPPED:
        yield name, (here / f"{name}.toml").read_text("utf-8")
