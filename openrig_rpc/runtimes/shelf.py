"""Every runtime there is: ours, what other packages bring by the entry point `openrig_rpc.runtimes`, and TOML files."""

import logging
import os
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import NamedTuple

from ..model.errors import RuntimeMissing
from ..model.system import RuntimeInfo
from .claude_code import ClaudeCode
from .codex import Codex
from .copies import Copies
from .declared import Declared, shipped
from .runtime import Runtime
from .runtimefile import BadRuntimeFile, parse_runtime
from .scripted_agent import Scripted
from .terminal import Terminal

log = logging.getLogger(__name__)

# Known to the format, whether or not this version can start them.
FORMAT = ("claude-code", "codex", "terminal", "scripted", "pi", "omp", "cursor", "agy", "stub")
LARGEST = 256 * 1024
"""Bytes of a person's runtime file."""


class Fault(NamedTuple):
    """A person's file that makes no runtime."""

    path: Path
    why: str


class Shelf:
    """Runtimes by name. Files in `folder` are read when something changed there; a bad one only harms itself."""

    def __init__(self, copies: Copies, folder: Path | None = None) -> None:
        self.environ: Mapping[str, str] = os.environ
        """Where harnesses are looked for: the daemon's own environment until the login shell's is known."""
        ours: list[Runtime] = [ClaudeCode(), Codex(), Terminal(), Scripted(copies.scripted)]
        self._runtimes = {runtime.name: runtime for runtime in ours}
        for entry in entry_points(group="openrig_rpc.runtimes"):
            try:
                found: Runtime = entry.load()()
            except Exception:
                log.exception("the runtime %s of another package can't be loaded", entry.name)
                continue
            self._runtimes.setdefault(found.name, found)
        self._folder = folder
        self._shipped: dict[str, Runtime] | None = None
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._files: dict[str, Runtime] = {}
        self._faults: list[Fault] = []

    def get(self, name: str) -> Runtime:
        """The runtime of that name. Raises RuntimeMissing."""
        found = self._runtimes.get(name) or self._all().get(name)
        if found is None:
            fault = next((fault for fault in self._faults if fault.path.stem == name), None)
            raise RuntimeMissing(
                f"the runtime {name!r} can't be started",
                f"its file is not right: {fault.why}" if fault else "this version does not have it",
                f"mend {fault.path}" if fault else f"use one of {', '.join(sorted(self._all()))}",
                runtime=name,
            )
        return found

    def known(self) -> dict[str, bool]:
        """Each name the rig format knows, and whether it can be started here."""
        found = dict.fromkeys(FORMAT, False)
        found.update({name: runtime.find(self.environ).installed for name, runtime in self._all().items()})
        return found

    def infos(self) -> list[RuntimeInfo]:
        """What `system/info` tells."""
        return [runtime.find(self.environ) for runtime in self._all().values()]

    def faults(self) -> list[Fault]:
        """Files of the person's that make no runtime."""
        self._all()
        return list(self._faults)

    def _all(self) -> dict[str, Runtime]:
        if self._shipped is None:
            # Not before somebody asks: reading them would make a cold start slower.
            files = [Declared(parse_runtime(text)) for _, text in shipped()]
            self._shipped = {runtime.name: runtime for runtime in files}
        self._read()
        return {**self._shipped, **self._files, **self._runtimes}

    def _read(self) -> None:
        """The person's files, where any is new, changed or gone. A name of ours is not theirs to give."""
        seen = _listing(self._folder) if self._folder is not None else ()
        if seen == self._seen or self._folder is None:
            return
        self._seen, self._faults, before, self._files = seen, [], self._files, {}
        taken = self._runtimes.keys() | (self._shipped or {}).keys()
        for name, _, size in seen:
            path = self._folder / name
            try:
                if size > LARGEST:
                    raise BadRuntimeFile(f"it has {size} bytes; {LARGEST} are enough")
                runtime = Declared(parse_runtime(path.read_text("utf-8")))
                if runtime.name in taken or runtime.name in self._files:
                    raise BadRuntimeFile(f"harness: there is a runtime {runtime.name!r} already; give it another name")
            except (BadRuntimeFile, OSError, UnicodeDecodeError) as error:
                log.warning("the runtime file %s can't be used: %s", path, error)
                self._faults.append(Fault(path, str(error)))
                # Agents that were started with the file as it was are still read by it.
                if path.stem in before:
                    self._files[path.stem] = before[path.stem]
                continue
            self._files[runtime.name] = runtime


def _listing(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each file; nothing where the folder is not there or not readable."""
    found = []
    try:
        for entry in os.scandir(folder):
            if entry.name.endswith(".toml") and entry.is_file():
                facts = entry.stat()
                found.append((entry.name, facts.st_mtime_ns, facts.st_size))
    except OSError:
        return ()
    return tuple(sorted(found))
