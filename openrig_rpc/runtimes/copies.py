"""Versioned copies of what runs in panes: `rig`, the hook reporter, the scripted harness.

A pane keeps the copy it was started with, so an upgrade of the package doesn't break running agents. All of it is
standard library only.
"""

import hashlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ..version import VERSION

PARTS = (
    "__init__.py",
    "version.py",
    "home.py",
    "cli",
    "wire/__init__.py",
    "wire/forward.py",
    "runtimes/__init__.py",
    "runtimes/reporter.py",
    "runtimes/scripted_harness.py",
    "runtimes/scripted",
)


@dataclass(frozen=True, slots=True)
class Copies:
    """Where the copies of this version are."""

    folder: Path

    @property
    def bin(self) -> Path:
        """Comes first on a pane's PATH."""
        return self.folder / "bin"

    @property
    def reporter(self) -> list[str]:
        """How the hook reporter is started; the event's name follows."""
        return [sys.executable, "-I", "-S", str(self._package / "runtimes" / "reporter.py")]

    @property
    def scripted(self) -> str:
        """The scripted harness."""
        return str(self._package / "runtimes" / "scripted_harness.py")

    @property
    def _package(self) -> Path:
        return self.folder / "lib" / "openrig_rpc"


def make(parent: Path) -> Copies:
    """Copy this version into `parent`, once. What a running agent uses is never changed: another content is another
    folder."""
    source = Path(__file__).resolve().parent.parent
    files = sorted(file for part in PARTS for file in _files(source / part))
    digest = hashlib.sha256(sys.executable.encode())
    for file in files:
        digest.update(str(file.relative_to(source)).encode() + b"\0" + file.read_bytes())
    copies = Copies(parent / f"{VERSION}-{digest.hexdigest()[:12]}")
    if copies.folder.is_dir():
        return copies
    building = parent / f".{copies.folder.name}.{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    for file in files:
        target = building / "lib" / "openrig_rpc" / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    command = building / "bin" / "rig"
    command.parent.mkdir()
    lib = copies.folder / "lib"
    start = f"import sys; sys.path.insert(0, {str(lib)!r}); from openrig_rpc.cli.main import main; sys.exit(main())"
    command.write_text(f'#!/bin/sh\nexec {_quoted(sys.executable)} -I -S -c {_quoted(start)} "$@"\n', "utf-8")
    command.chmod(0o700)
    try:
        building.rename(copies.folder)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
        if not copies.folder.is_dir():
            raise
    return copies


def _files(part: Path) -> list[Path]:
    if part.is_dir():
        return [file for file in part.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return [part]


def _quoted(text: str) -> str:
    """`text` as one word of /bin/sh."""
    return "'" + text.replace("'", "'\\''") + "'"
