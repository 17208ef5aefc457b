"""The queue: how long a claim takes, alone and with eight agents at once."""

import time
from concurrent.futures import ThreadPoolExecutor

from openrig_rpc.cli.line import Line

from ..living import Living, living, rig_of, terminal
from .measure import Row, median, p95

AGENTS = 8
EACH = 50


def queue() -> list[Row]:
    """`task/claimNext` with an update to done after each."""
    with living() as home:
        home.start()
        names = [f"a{number}" for number in range(AGENTS)]
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("bench", *map(terminal, names)))})
        lines = [_agent(home, name) for name in names]
        try:
            _make(home, EACH, "a0")
            alone = _claims(lines[0])
            for name in names:
                _make(home, EACH, name)
            with ThreadPoolExecutor(AGENTS) as threads:
                together = [each for took in threads.map(_claims, lines) for each in took]
        finally:
            for line in lines:
                line.close()
    return [
        Row("task/claimNext, alone", "ms", median(alone), p95(alone), None, None),
        Row(f"task/claimNext, {AGENTS} agents at once", "ms", median(together), p95(together), None, None),
    ]


def _agent(home: Living, name: str) -> Line:
    found = home.ask("agent/get", {"agent": f"p-{name}@bench"})["agent"]
    line = home.line()
    line.ask("session/open", {"client": {"name": "b"}, "token": (home.home.tokens / found["id"]).read_text()})
    return line


def _make(home: Living, count: int, to: str) -> None:
    line = home.line()
    try:
        for number in range(count):
            line.ask("task/create", {"rig": "bench", "title": f"task {number}", "to": to})
    finally:
        line.close()


def _claims(line: Line) -> list[float]:
    """Milliseconds that each claim took, until there is nothing left."""
    took: list[float] = []
    while True:
        began = time.perf_counter()
        task = line.ask("task/claimNext", {}).get("task")
        if task is None:
            return took
        took.append((time.perf_counter() - began) * 1000)
        line.ask("task/update", {"id": task["id"], "fence": task["fence"], "state": "done"})
