"""What `system/doctor` checks: everything a rig needs here, each with the step that mends it."""

import asyncio
import os
import shutil
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .model.agent import Outcome
from .model.system import Check, RuntimeInfo
from .rig.comeback import Start
from .store.rows import RigRow

if TYPE_CHECKING:
    from .engine import Engine

LOW_DISK = 200 * 1024 * 1024
SLOW_LOOP = 50.0


async def examine(engine: "Engine") -> list[Check]:
    """Every check, none of which changes anything."""
    environment = await engine.environment()
    return [
        await _loop(),
        await _tmux(engine),
        _folder(engine),
        await asyncio.to_thread(_disk, engine),
        await _database(engine),
        _shell(environment.get("SHELL", ""), environment.get("PATH", "")),
        *_runtimes(engine),
        _agents(engine),
    ]


async def _loop() -> Check:
    began = time.monotonic()
    await asyncio.sleep(0)
    lag = (time.monotonic() - began) * 1000
    return Check(name="daemon", ok=lag < SLOW_LOOP, detail=f"answers; its event loop was {lag:.1f} ms late")


async def _tmux(engine: "Engine") -> Check:
    panes = len(await engine.tmux.panes())
    return Check(name="tmux", ok=True, detail=f"{engine.tmux.version().text}, our own server, {panes} panes")


def _folder(engine: "Engine") -> Check:
    mode = stat.S_IMODE(engine.home.state.stat().st_mode)
    return Check(
        name="state folder",
        ok=mode & 0o077 == 0,
        detail=f"{engine.home.state} (mode {mode:o})",
        fix=None if mode & 0o077 == 0 else f"chmod 700 {engine.home.state}",
    )


def _disk(engine: "Engine") -> Check:
    free = shutil.disk_usage(engine.home.state).free
    fix = None if free > LOW_DISK else "free some space; nothing can be made durable on a full disk"
    return Check(name="disk", ok=free > LOW_DISK, detail=f"{free // (1024 * 1024)} MiB free", fix=fix)


async def _database(engine: "Engine") -> Check:
    size = os.stat(engine.home.database).st_size  # noqa: PTH116
    return Check(name="database", ok=True, detail=f"{size // 1024} KiB, event {engine.store.seq}")


def _shell(shell: str, path: str) -> Check:
    ours = shutil.which("rig", path=path)
    detail = f"{shell}; `rig` there: {ours or 'not on its PATH (agents get ours first)'}"
    return Check(name="login shell", ok=bool(shell), detail=detail)


def _runtimes(engine: "Engine") -> list[Check]:
    found = []
    for info in engine.shelf.infos():
        said = info.version or "installed" if info.installed else info.detail or "not installed"
        found.append(Check(name=f"runtime {info.name}", ok=info.installed, detail=f"{said}; {info.verified}"))
    for fault in engine.shelf.faults():
        fix = f"mend it, or remove it: {fault.path}"
        found.append(Check(name=f"runtime file {fault.path.name}", ok=False, detail=fault.why, fix=fix))
    return found


def _agents(engine: "Engine") -> Check:
    rows = list(engine.store.roster.each())
    lost = [row.address for row in rows if row.wanted and not row.running]
    detail = f"{sum(row.running for row in rows)} of {len(rows)} run"
    if not lost:
        return Check(name="agents", ok=True, detail=detail)
    return Check(
        name="agents",
        ok=False,
        detail=f"{detail}; not running though wanted: {', '.join(lost)}",
        fix=f"rig start {lost[0]}",
    )


async def comebacks(engine: "Engine", rig: RigRow) -> list[Check]:
    """Each agent of a rig: whether it would come back as it is, with what caveat, or why not. Stops nothing."""
    loaded = await engine.sources.again(rig)
    environment = await engine.environment()
    found = []
    for row in engine.store.roster.members(rig.id):
        member = loaded.member(row.place)
        if member is None:
            fix = f"bring the rig up again: rig up {rig.name}"
            found.append(Check(name=row.address, ok=False, detail="it is not in its rig's file any more", fix=fix))
            continue
        start = await engine.launcher.way(row, member)
        found.append(await asyncio.to_thread(_comeback, start, engine.shelf.get(row.runtime).find(environment)))
    return found


def _comeback(start: Start, harness: RuntimeInfo) -> Check:
    row, way = start.row, start.way
    said: tuple[bool, str, str | None] = True, "nothing was said so far: it would start anew", None
    if not harness.installed:
        said = False, f"{row.runtime} is not installed here", "see what is missing: rig doctor"
    elif not Path(row.cwd).is_dir():
        said = False, f"its working folder {row.cwd} is not there", "make it, or mend `cwd` in the rig file"
    elif way.outcome is Outcome.AWAITING_DECISION:
        said = False, way.why or "", way.next
    elif way.outcome is Outcome.FRESH:
        said = True, f"it would start anew: {way.why}", way.next
    elif way.resume:
        said = True, f"its conversation {way.conversation} is there and whole", None
    elif row.runtime == "terminal":
        said = True, "a terminal: its program would start again, without what it showed", None
    return Check(name=row.address, ok=said[0], detail=said[1], fix=said[2])
