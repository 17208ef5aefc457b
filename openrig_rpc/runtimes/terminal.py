"""A plain terminal: the person's login shell, or a program the rig file names."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.errors import RuntimeMissing
from ..model.system import RuntimeInfo
from .runtime import Launch, Manners, Seat, Signal


class Terminal:
    """Text goes in as it is. Idle means that its first process owns the foreground."""

    name = "terminal"
    summary = "A shell, or any program, in a pane"
    manners = Manners(envelope=False, composer=False, now="Enter", steered="started", interrupt=("C-c",))
    screens: str | None = None
    hooks = False

    def find(self, environ: Mapping[str, str]) -> RuntimeInfo:
        return RuntimeInfo(name=self.name, summary=self.summary, installed=True)

    def launch(self, seat: Seat) -> Launch:
        if seat.command:
            program = seat.command[0]
            if shutil.which(program, path=seat.env.get("PATH")) is None and not (seat.cwd / program).is_file():
                raise RuntimeMissing(
                    f"{seat.address} can't start: there is no program {program!r}",
                    "it is neither on the login shell's PATH nor a file in its working folder",
                    f"install {program!r}, or mend `x-openrig-rpc.command` in the rig file",
                    runtime=self.name,
                )
            return Launch(list(seat.command), seat.env)
        shell = seat.env.get("SHELL", "/bin/sh")
        if not Path(shell).is_file():
            shell = "/bin/sh"
        # Not a login shell: its environment is one already, and another profile would put our `rig` out of PATH.
        return Launch([shell], seat.env)

    def signal(self, event: str, payload: Mapping[str, Any]) -> Signal | None:
        return None
