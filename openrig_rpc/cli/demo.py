"""`make demo`: a rig of three agents, of which one writes to another by calling `rig send` itself.

    python -m openrig_rpc.cli.demo          shows it, and takes everything down
    KEEP=1 python -m openrig_rpc.cli.demo   leaves it running, and says how to go on and how to end it

It has a state folder of its own, so it meets no other rig. Exit status 0 only when the builder's pane really shows
what the lead sent, and (without KEEP) when nothing is left of what was started.
"""

import os
import shlex
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from ..home import Home
from . import text
from .ending import end_all
from .faults import INTERRUPTED, Fault, Json
from .line import Line
from .logins import offer
from .main import main as rig

LEAD, BUILDER = "team-lead@demo", "team-builder@demo"
WORDS = "hello from the lead, please build it"
PATIENCE = 30.0
"""Seconds for the message to arrive; it takes one."""
LOG_LINES = 20


def main() -> int:
    """Show it; returns the exit status."""
    keep = os.environ.get("KEEP", "") not in ("", "0")
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, _stop)
    folder = Path(tempfile.mkdtemp(prefix="rig-demo-"))
    here = Path.cwd()
    try:
        home = _move_in(folder)
        _show(home)
        if keep:
            _how_to_go_on(folder)
            return 0
        _run("down", "demo")
        _run("shutdown", "--no-keep-agents")
        left = end_all(folder / "run")
        if left:
            raise Fault(f"{left} of the processes were still there", "down and shutdown did not end them")
    except KeyboardInterrupt:
        return _give_up(folder, INTERRUPTED)
    except Fault as wrong:
        print(f"\nthe demo failed: {text.line(wrong.what)}\n  {text.line(wrong.why)}", file=sys.stderr)
        _tell_logs(folder)
        print(f"\nits folder is kept: {folder}", file=sys.stderr)
        return _give_up(folder, 1)
    except BaseException:
        _give_up(folder, 1)
        raise
    finally:
        os.chdir(here)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"\nThat was all: nothing of it runs any more. {time.monotonic() - begun:.1f} s. KEEP=1 leaves it running.")
    return 0


def _move_in(folder: Path) -> Home:
    """An own state folder, an own place for sockets, and a folder to work in."""
    for part in ("run", "work"):
        (folder / part).mkdir(mode=0o700)
    os.environ["OPENRIG_RPC_HOME"] = str(folder / "state")
    os.environ["OPENRIG_RPC_RUNTIME"] = str(folder / "run")
    os.environ.pop("OPENRIG_RPC_TOKEN_FILE", None)
    os.chdir(folder / "work")
    return Home.find()


def _show(home: Home) -> None:
    """Bring it up, let one agent write to another, and see that it arrived."""
    _start_daemon(home)
    _run("up", "demo")
    line = Line.open(home, start=False)
    try:
        # Before the message is sent, so that nothing is missed.
        line.ask("event/subscribe", {"kinds": ["message.submitted", "message.failed", "message.indeterminate"]})
        line.ask("agent/watch", {"agent": BUILDER})
        print("\nThe lead is told to write to the builder, which it does by calling `rig send` itself:")
        _run("send", LEAD, f'[[run=rig send {BUILDER} "{WORDS}"]]', "--wait", "submitted")
        until = time.monotonic() + PATIENCE
        message = _arrived(line, until)
        _visible(line, until)
        installed = [found["name"] for found in line.ask("system/info")["runtimes"] if found["installed"]]
    finally:
        line.close()
    print(f"\n{message['from']} → {message['to']}: {message['state']}\n")
    _run("ps")
    print("\nThe builder's pane, with the message in it:")
    _run("capture", BUILDER)
    print(f"\nSee it live, while it is up: rig attach {BUILDER}   (C-b d leaves it)\n")
    for each in offer(installed):
        print(each)


def _start_daemon(home: Home) -> None:
    """Start it; a signal meanwhile counts afterwards, when the daemon can be found and ended."""
    caught: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda found, frame: caught.append(found)) for number in numbers}
    try:
        Line.open(home).close()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if caught:
        raise KeyboardInterrupt


def _arrived(line: Line, until: float) -> dict[str, Json]:
    """The lead's message to the builder, once the builder's harness took it."""
    while (left := until - time.monotonic()) > 0:
        heard = line.listen(left)
        params = heard["params"] if heard and heard["method"] == "event/published" else {}
        message: dict[str, Json] = params.get("data") or {}
        if message.get("to") != BUILDER or message.get("from") not in (LEAD, f"agent:{LEAD}"):
            continue
        if params["kind"] == "message.submitted":
            return message
        raise Fault("the lead's message did not arrive", f"it is {message['state']}: {message.get('reason')}")
    state = line.ask("agent/capture", {"agent": LEAD})["text"]
    raise Fault("the lead's message did not arrive", f"after {PATIENCE:g} s; the lead's pane ends: {_end(state)}")


def _visible(line: Line, until: float) -> None:
    """Until the builder's pane shows what was sent; looked at again whenever it has printed something."""
    while True:
        screen = line.ask("agent/capture", {"agent": BUILDER})["text"]
        if WORDS in " ".join(screen.split()):
            return
        left = until - time.monotonic()
        if left <= 0:
            raise Fault("the builder's pane does not show the message", f"it ends: {_end(screen)}")
        line.listen(min(left, 1.0))


def _run(*words: str) -> None:
    """A command line as a person would give it, shown and done."""
    print(f"$ rig {shlex.join(words)}", flush=True)
    status = rig(list(words))
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    if status:
        raise Fault(f"rig {words[0]} ended with status {status}", "see above")


def _how_to_go_on(folder: Path) -> None:
    home, run = (shlex.quote(str(folder / part)) for part in ("state", "run"))
    print("It is left running. To go on:")
    print(f"  export OPENRIG_RPC_HOME={home} OPENRIG_RPC_RUNTIME={run}")
    if shutil.which("rig") is None:
        print(f"  export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH")
    print(f"  rig ps -w\n  rig attach {BUILDER}\n  rig send {LEAD} 'Hello'")
    print("To end it:")
    print(f"  rig shutdown --no-keep-agents && rm -r {shlex.quote(str(folder))}")


def _give_up(folder: Path, status: int) -> int:
    """End what was started, whatever state it is in; the logs stay."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_all(folder / "run")
    if status == INTERRUPTED:
        shutil.rmtree(folder, ignore_errors=True)
    return status


def _tell_logs(folder: Path) -> None:
    for log in sorted((folder / "state" / "logs").glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        print(f"\n{log} ends:", *map(text.line, lines), sep="\n  ", file=sys.stderr)


def _end(screen: str) -> str:
    return " / ".join(text.line(line) for line in screen.split("\n") if line.strip())[-300:]


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
