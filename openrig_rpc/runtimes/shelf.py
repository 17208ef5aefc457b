"""Every runtime there is: ours, and what other packages bring by the entry point `openrig_rpc.runtimes`."""

import logging
import os
from collections.abc import Mapping
from importlib.metadata import entry_points

from ..model.errors import RuntimeMissing
from ..model.system import RuntimeInfo
from .claude_code import ClaudeCode
from .codex import Codex
from .copies import Copies
from .runtime import Runtime
from .scripted_agent import Scripted
from .terminal import Terminal

log = logging.getLogger(__name__)

# Known to the format, whether or not this version can start them.
FORMAT = ("claude-code", "codex", "terminal", "scripted", "pi", "omp", "cursor", "agy", "stub")


class Shelf:
    """Runtimes by name."""

    def __init__(self, copies: Copies) -> None:
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

    def get(self, name: str) -> Runtime:
        """The runtime of that name. Raises RuntimeMissing."""
        found = self._runtimes.get(name)
        if found is None:
            raise RuntimeMissing(
                f"the runtime {name!r} can't be started",
                "this version does not have it",
                f"use one of {', '.join(sorted(self._runtimes))}",
                runtime=name,
            )
        return found

    def known(self) -> dict[str, bool]:
        """Each name the rig format knows, and whether it can be started here."""
        found = dict.fromkeys(FORMAT, False)
        found.update({name: runtime.find(self.environ).installed for name, runtime in self._runtimes.items()})
        return found

    def infos(self) -> list[RuntimeInfo]:
        """What `system/info` tells."""
        return [runtime.find(self.environ) for runtime in self._runtimes.values()]
