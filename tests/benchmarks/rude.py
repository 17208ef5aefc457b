"""What rude clients cost a polite one: its slowest answers alone, and beside drips and subscribers that never read."""

import resource
import socket
import threading
from contextlib import ExitStack

from openrig_rpc.cli.line import Line

from ..living import Living, living, rig_of, terminal
from .measure import Row, median, p99, rss_mb, times

DRIPS, NEVER, CALLS = 200, 20, 3000


def rude() -> list[Row]:
    """Rows: `rig/list` alone and in the crowd, and what the crowd costs in memory."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    try:
        with living() as home:
            home.start()
            home.ask("rig/up", {"text": rig_of("crowd", terminal("shell")), "cwd": str(home.work)})
            line = home.line()
            try:
                return _rows(home, line)
            finally:
                line.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _rows(home: Living, line: Line) -> list[Row]:
    def ask(number: int) -> None:
        if number % 10 == 0:
            line.ask("message/send", {"to": "human@crowd", "text": f"{number} " + "x" * 10_000})
        else:
            line.ask("rig/list")

    assert home.daemon is not None
    times(500, ask)
    alone = times(CALLS, ask)
    before = rss_mb(home.daemon.pid)
    stop = threading.Event()
    with ExitStack() as stack:
        drips = [stack.enter_context(_connect(home)) for _ in range(DRIPS)]
        for _ in range(NEVER):
            never = stack.enter_context(_connect(home))
            never.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            never.sendall(b'{"jsonrpc":"2.0","id":1,"method":"event/subscribe","params":{"since":0}}\n')
        dripping = threading.Thread(target=_drip, args=(drips, stop))
        dripping.start()
        try:
            beside = times(CALLS, ask)
            after = rss_mb(home.daemon.pid)
        finally:
            stop.set()
            dripping.join()
    note = f"{DRIPS} drips, {NEVER} that never read; ratio of p99 {p99(beside) / p99(alone):.2f}"
    return [
        Row("a client alone, median and p99", "ms", median(alone), p99(alone), None, None),
        Row("the same in a crowd, median and p99", "ms", median(beside), p99(beside), None, None, note),
        Row("memory that the crowd costs", "MB", after - before, None, None, None),
    ]


def _connect(home: Living) -> socket.socket:
    said = home.home.daemon()
    assert said is not None
    found = socket.socket(socket.AF_UNIX)
    found.connect(said["endpoints"]["unix"])
    return found


def _drip(drips: list[socket.socket], stop: threading.Event) -> None:
    """A byte a second on each that is not cut yet."""
    left = list(drips)
    while not stop.wait(1.0):
        for each in list(left):
            try:
                each.send(b"{")
            except OSError:
                left.remove(each)
