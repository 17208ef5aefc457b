"""Where a harness's own binary is: past npm shims and wrapper scripts, so that the pane's process is the harness.

What can't be seen through is started as it is found; then the harness is a descendant of the pane's process.
"""

import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import RuntimeMissing
from ..model.system import RuntimeInfo

NATIVE = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
EXEC = re.compile(r"""^\s*exec\s+(?:"([^"$`]+)"|'([^']+)'|([^\s"'$`;&|]+))\s+"\$@"\s*$""", re.MULTILINE)
VERSION = re.compile(r"\d+\.\d+\.\d+[\w.+-]*")
LARGEST_SCRIPT = 64 * 1024
DEEPEST = 4
USUAL = (".local/bin", ".claude/local", ".npm-global/bin", ".bun/bin", ".volta/bin", "bin")
"""Under the home; installers put harnesses there and shells often only add them for interactive use."""


@dataclass(frozen=True, slots=True)
class Program:
    """`path` is what to start, `found` where the search ended up first, `version` where its files tell it."""

    path: Path
    found: Path
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """How a harness comes from npm: the wrapper's name, and the binary inside the platform's own package."""

    name: str
    binaries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Harness:
    """A harness that somebody has to install: as what it is known, and by which command."""

    runtime: str
    summary: str
    command: str
    package: Package
    install: str
    verified: str = "tested"

    def info(self, environment: Mapping[str, str]) -> RuntimeInfo:
        """Whether it is installed, as panes with this environment would find it."""
        found = find_program(self.command, self.package, environment)
        return RuntimeInfo(
            name=self.runtime,
            summary=self.summary,
            installed=found is not None,
            version=found.version if found else None,
            detail=str(found.path) if found else None,
            verified=self.verified,
        )

    def program(self, environment: Mapping[str, str], address: str) -> Program:
        """What to start for an agent. Raises RuntimeMissing."""
        found = find_program(self.command, self.package, environment)
        if found is None:
            raise RuntimeMissing(
                f"{address} can't start: {self.summary} is not installed",
                f"there is no `{self.command}` on the login shell's PATH, nor where its installer puts it",
                self.install,
                runtime=self.runtime,
            )
        return found


def platform_words() -> dict[str, str]:
    """What package names and folders of binaries are made of on this machine."""
    machine = platform.machine().lower()
    arm = machine in ("arm64", "aarch64")
    cpu = "aarch64" if arm else "x86_64"
    triple = f"{cpu}-apple-darwin" if sys.platform == "darwin" else f"{cpu}-unknown-linux-musl"
    system = "darwin" if sys.platform == "darwin" else "linux"
    return {"system": system, "arch": "arm64" if arm else "x64", "triple": triple}


def find_program(name: str, package: Package, environment: Mapping[str, str]) -> Program | None:
    """The program of that name as a pane with this environment would find it, or where installers put it."""
    found = shutil.which(name, path=_search_path(environment))
    if found is None:
        return None
    path = Path(found)
    return _resolved(path, path, package, DEEPEST)


def _search_path(environment: Mapping[str, str]) -> str:
    home = Path(environment.get("HOME") or Path.home())
    usual = [str(home / part) for part in USUAL]
    return os.pathsep.join([environment.get("PATH", ""), *usual, "/usr/local/bin", "/opt/homebrew/bin"])


def _resolved(path: Path, found: Path, package: Package, depth: int) -> Program:
    real = path.resolve()
    head = _head(real)
    if head.startswith(NATIVE):
        return Program(real, found, _version(real, package))
    for folder in real.parents:
        manifest = _manifest(folder)
        if manifest.get("name") == package.name:
            native = _native(folder, package)
            version = manifest.get("version")
            return Program(native or path, found, version if isinstance(version, str) else None)
    onward = _wrapped(head) if depth > 0 else None
    if onward is not None and onward.is_file() and os.access(onward, os.X_OK):
        return _resolved(onward, found, package, depth - 1)
    return Program(path, found)


def _native(folder: Path, package: Package) -> Path | None:
    """The platform's binary, beside the wrapper package or inside it."""
    words = platform_words()
    above = [parent for parent in folder.parents if parent.name == "node_modules"][:1]
    for modules in [folder / "node_modules", *above]:
        for binary in package.binaries:
            path = modules / binary.format(**words)
            if path.is_file() and _head(path).startswith(NATIVE):
                return path
    return None


def _wrapped(head: bytes) -> Path | None:
    """What a wrapper script runs in its place, where that can be told for sure."""
    if not head.startswith(b"#!"):
        return None
    found = EXEC.findall(head.decode("utf-8", "replace"))
    if len(found) != 1:
        return None
    path = Path(next(word for word in found[0] if word))
    return path if path.is_absolute() else None


def _version(real: Path, package: Package) -> str | None:
    """From the folder or package a binary stands in: `…/versions/2.1.330`, or the nearest manifest."""
    if VERSION.fullmatch(real.name):
        return real.name
    family = package.name.rpartition("/")[0]
    for folder in list(real.parents)[:6]:
        manifest = _manifest(folder)
        name, version = manifest.get("name"), manifest.get("version")
        if isinstance(name, str) and name.startswith(family) and isinstance(version, str):
            return version
    return None


def _manifest(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / "package.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_SCRIPT)
    except OSError:
        return b""
