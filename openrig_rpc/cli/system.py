"""doctor, shutdown, rpc, version."""

import json
import os
import time
from pathlib import Path

from ..version import PROTOCOL, VERSION
from . import show, text
from .call import Call, stdin_text
from .faults import FAILED, OK, UNREACHABLE, Json, Lost, Unreachable, Usage

ENDING = 30.0
"""Seconds that a daemon may take to end."""


def doctor(call: Call) -> int:
    """Print every check, and what mends it."""
    try:
        result = call.ask("system/doctor", call.options)
        status = OK if all(check["ok"] for check in result["checks"]) else FAILED
    except Unreachable as wrong:
        result = {"checks": [_tmux(), {"name": "daemon", "ok": False, "detail": wrong.why, "fix": wrong.fix}]}
        status = UNREACHABLE
    call.show(result, _checks)
    return status


def _checks(call: Call, result: Json) -> None:
    rows: list[list[show.Cell]] = []
    fixes = []
    for check in result["checks"]:
        good = check["ok"]
        glyph = ("✓" if good else "✗") if call.glyphs else ("ok" if good else "NO")
        rows.append([(glyph, ("green",) if good else ("red",)), check["name"], check["detail"]])
        if not good and check.get("fix"):
            fixes.append(f"  {text.line(check['name'])}: {text.line(check['fix'])}")
    show.table(call, rows)
    if fixes:
        call.say("to mend:")
        call.say("\n".join(fixes))


def _tmux() -> dict[str, Json]:
    """The one check that can be made without a daemon, and is most often why there is none."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = Path(folder, "tmux")
        if folder and os.access(path, os.X_OK):
            return {"name": "tmux", "ok": True, "detail": str(path)}
    return {
        "name": "tmux",
        "ok": False,
        "detail": "not found on PATH",
        "fix": "apt-get install tmux   (or your system's way)",
    }


def shutdown(call: Call) -> int:
    """Stop the daemon, and return when it is gone."""
    try:
        line = call.line(start=False)
    except Unreachable:
        call.show({}, lambda call, _: call.say("no daemon runs"))
        return OK
    result = call.ask("system/shutdown", call.options)
    try:
        while line.listen(ENDING) is not None:
            pass
    except Lost:
        if call.host is None:
            _gone(call.home.daemon_lock)
        kept = call.options.get("keepAgents", True)
        call.show(result, lambda call, _: call.say("stopped; agents live on" if kept else "stopped, with all agents"))
        return OK
    raise Unreachable("the daemon does not end", f"it is still there after {ENDING:g} s", "rig doctor")


def _gone(lock: Path) -> None:
    """Wait until the daemon gave its lock up: it closes the database after its last connection."""
    import fcntl

    until = time.monotonic() + ENDING
    try:
        file = lock.open("rb")
    except OSError:
        return
    with file:
        while time.monotonic() < until:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return
            except OSError:
                time.sleep(0.01)


def rpc(call: Call) -> int:
    """Call a method as it is on the wire."""
    method, *rest = call.words
    written = stdin_text() if rest == ["-"] else (rest[0] if rest else "null")
    try:
        params = json.loads(written)
    except ValueError as why:
        raise Usage("the params are not JSON", str(why), """rig rpc agent/get '{"agent": "lead"}'""") from None
    line = call.line()
    call.dump(line.ask(method, params, patience=None))
    while call.flags.get("follow"):
        message = line.listen()
        if message is not None:
            call.dump(message, compact=True)
    return OK


def version(call: Call) -> int:
    """Say which versions meet here; starts nothing."""
    daemon: Json = None
    try:
        call.line(start=False)
        daemon = call.ask("system/info")
    except Unreachable:
        pass

    def human(call: Call, result: Json) -> None:
        call.say(f"rig {VERSION}, protocol {PROTOCOL}")
        if daemon is None:
            call.say(f"no daemon runs for {text.line(str(call.home.state))}")
            return
        call.say(
            f"daemon {text.line(daemon['version'])}, process {daemon['pid']}, tmux {text.line(daemon['tmuxVersion'])}"
        )

    call.show({"version": VERSION, "protocol": PROTOCOL, "home": str(call.home.state), "daemon": daemon}, human)
    return OK
