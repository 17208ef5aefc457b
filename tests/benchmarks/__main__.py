"""`make bench [SIZES="50"]`: one table, printed and written to `.cache/bench.json`.

Both columns are measured in the same run, in turn; trust the ratios, the machine is noisy.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from openrig_rpc.cli.line import Line

from ..living import Living, living, rig_of, scripted, terminal, until
from .crowd import crowd, hooks, idle
from .harnesses import questions
from .language import language
from .measure import Row, children, cpu_seconds, median, p95, rss_mb, times
from .plain import Plain
from .queue import queue
from .rude import rude
from .transcripts import transcripts

IDLE = 10.0


def main() -> int:
    """Measure everything."""
    sizes = [int(size) for size in (sys.argv[1:] or os.environ.get("SIZES", "50").split())]
    rows: list[Row] = []
    print(f"{'':46} {'ours':>20} {'libtmux alone':>20}    ratio", flush=True)
    for size in sizes:
        rows += terminals(size)
    rows += harness()
    rows += comeback(30)
    rows += clients()
    rows += map(say, queue())
    for part in (hooks, crowd, idle, rude, transcripts):
        rows += map(say, part())
    rows += map(say, questions())
    rows += map(say, language())
    where = Path(".cache")
    where.mkdir(exist_ok=True)
    (where / "bench.json").write_text(json.dumps([row.data() for row in rows], indent=1) + "\n")
    return 0


def say(row: Row) -> Row:
    """Print a row as soon as it is known."""
    print(row.text(), flush=True)
    return row


def terminals(size: int) -> list[Row]:
    """A rig of shells, and the same number of sessions by libtmux."""
    rows = []
    plain = Plain()
    with living() as home:
        home.start()
        path = home.write("rig.yaml", rig_of("bench", *(terminal(f"t{number}") for number in range(size))))
        line = home.line()
        try:
            began = time.perf_counter()
            line.ask("rig/up", {"path": path}, patience=None)
            ours = time.perf_counter() - began
            began = time.perf_counter()
            plain.boot(size)
            theirs = time.perf_counter() - began
            rows.append(say(Row(f"rig/up of {size} terminals, each ready", "s", ours, None, theirs, None)))
            rows += _calls(line, plain, size)
            rows += _idle(home, plain, size)
        finally:
            line.close()
            plain.end()
    return rows


def _calls(line: Line, plain: Plain, size: int) -> list[Row]:
    rows = []
    ours = times(200, lambda number: line.ask("agent/list", {"limit": 1000}))
    theirs = times(20, lambda number: plain.list())
    rows.append(say(Row(f"agent/list of {size}", "ms", median(ours), p95(ours), median(theirs), p95(theirs))))

    def send(number: int) -> None:
        line.ask("message/send", {"to": f"p-t{number % size}@bench", "text": f": {number}"})

    ours = times(200, send)
    theirs = times(50, lambda number: plain.send(number, f": {number}"))
    note = "ours is durable, theirs is typed"
    rows.append(
        say(Row(f"message/send acknowledged, {size}", "ms", median(ours), p95(ours), median(theirs), p95(theirs), note))
    )
    _drained(line)

    def visible(number: int) -> None:
        address = f"p-t{number % size}@bench"
        line.ask("agent/watch", {"agent": address, "maxRate": 60})
        mark = f"mark{number}mark"
        began = time.perf_counter()
        line.send("message/send", {"to": address, "text": f": {mark}"})
        text = ""
        while mark not in text:
            heard = line.listen(20)
            assert heard is not None, "the text never came"
            if heard["method"] == "agent/output":
                text += heard["params"]["data"]
        seen.append((time.perf_counter() - began) * 1000)
        line.ask("agent/unwatch", {"agent": address})

    seen: list[float] = []
    for number in range(60):
        visible(number)
    theirs = times(30, lambda number: plain.visible(number, f": mark{number}mark"))
    rows.append(
        say(Row(f"text visible in the pane, {size}", "ms", median(seen), p95(seen), median(theirs), p95(theirs)))
    )
    return rows


def _drained(line: Line) -> None:
    """Wait until nothing is on its way any more."""
    until(
        lambda: (
            not any(
                line.ask("message/list", {"state": state, "limit": 1})["messages"]
                for state in ("accepted", "held", "delivering", "delivered")
            )
        ),
        "everything is delivered",
        60,
    )


def _idle(home: Living, plain: Plain, size: int) -> list[Row]:
    """CPU of everything that runs beside the shells while nothing happens."""
    assert home.daemon is not None
    time.sleep(2)  # Shells finish starting: not what is measured here.
    pids = [home.daemon.pid, home.tmux_pid(), *children(home.daemon.pid)]
    before = cpu_seconds(pids)
    time.sleep(IDLE)
    ours = (cpu_seconds(pids) - before) / IDLE * 100
    before, own = cpu_seconds([int(plain.server.cmd("display-message", "-p", "#{pid}").stdout[0])]), _own()
    plain.watch(IDLE)
    after = cpu_seconds([int(plain.server.cmd("display-message", "-p", "#{pid}").stdout[0])])
    theirs = (after - before + _own() - own) / IDLE * 100
    rows = [
        say(Row(f"idle CPU, {size} agents, {IDLE:g} s", "%", ours, None, theirs, None, "theirs: one look a second"))
    ]
    rows.append(say(Row(f"daemon's memory, {size} agents", "MB", rss_mb(home.daemon.pid), None, None, None)))
    return rows


def _own() -> float:
    mine, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + ended.ru_utime + ended.ru_stime


def harness() -> list[Row]:
    """A harness with a composer: how soon a message is submitted, a state and a prompt shown."""
    with living() as home:
        home.start()
        path = home.write("rig.yaml", rig_of("bench", *(scripted(f"s{number}") for number in range(3))))
        line = home.line()
        try:
            line.ask("rig/up", {"path": path}, patience=None)

            def submit(number: int) -> None:
                line.ask(
                    "message/send",
                    {
                        "to": f"p-s{number % 3}@bench",
                        "text": f"hello {number}",
                        "wait": "submitted",
                        "timeoutSeconds": 20,
                    },
                )

            ours = times(30, submit)
            rows = [say(Row("message/send until submitted, scripted agent", "ms", median(ours), p95(ours), None, None))]
            line.ask("event/subscribe", {"kinds": ["agent.promptOpened"]})

            def prompt(number: int) -> None:
                address = "p-s0@bench"
                line.ask("agent/wait", {"agent": address, "state": ["idle"], "timeoutSeconds": 20})
                line.send("message/send", {"to": address, "text": "[[bash=true]]"})
                while (heard := line.listen(20)) and heard["method"] != "event/published":
                    pass
                took.append((time.perf_counter() - began) * 1000)
                line.ask("agent/keys", {"agent": address, "keys": ["Escape"]})

            took: list[float] = []
            for number in range(10):
                began = time.perf_counter()
                prompt(number)
            rows.append(say(Row("from send to agent.promptOpened", "ms", median(took), p95(took), None, None)))
        finally:
            line.close()
    return rows


def comeback(size: int) -> list[Row]:
    """A rig whose tmux was killed, brought back by one `rig/up` with every conversation, against its first boot."""
    with living() as home:
        home.start()
        path = home.write("rig.yaml", rig_of("bench", *(scripted(f"s{number}") for number in range(size))))
        line = home.line()
        try:
            began = time.perf_counter()
            line.ask("rig/up", {"path": path}, patience=None)
            first = time.perf_counter() - began
            for number in range(size):
                line.ask("message/send", {"to": f"p-s{number}@bench", "text": "remember this"})
            _drained(line)
            os.kill(home.tmux_pid(), signal.SIGKILL)
            until(lambda: {row["state"] for row in line.ask("agent/list")["agents"]} == {"exited"}, "all are gone", 60)
            began = time.perf_counter()
            agents = line.ask("rig/up", {"name": "bench"}, patience=None)["agents"]
            again = time.perf_counter() - began
            assert {agent["outcome"] for agent in agents} == {"resumed"}, agents
        finally:
            line.close()
    note = f"the first boot took {first:.2f} s: {again / first:.1f}x"
    return [say(Row(f"rig/up after kill -9 of tmux, {size} scripted", "s", again, None, None, None, note))]


def clients() -> list[Row]:
    """How soon a person has an answer."""
    rows = []
    with living() as home:
        home.start()
        home.write("rig.yaml", rig_of("bench", scripted("a")))
        home.rig("up")
        environment = home.environment()
        argv = [sys.executable, "-m", "openrig_rpc", "cli", "ps"]
        ours = times(15, lambda number: subprocess.run(argv, env=environment, check=True, capture_output=True))
        rows.append(say(Row("rig ps, cold process", "ms", median(ours), p95(ours), None, None)))

        def hello(number: int) -> None:
            body = json.dumps(
                {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}}
            )
            frame = f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            argv = [sys.executable, "-I", "-S", "-c", starter, "stdio"]
            process = subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(frame)
            process.stdin.flush()
            process.stdout.readline()
            process.stdin.close()
            process.stdout.read()
            process.wait()

        root = str(Path(__file__).resolve().parents[2])
        starter = f"import sys; sys.path.insert(0, {root!r}); from openrig_rpc.__main__ import main; sys.exit(main())"
        hello(0)
        ours = times(10, hello)
        rows.append(
            say(Row("editor's first reply and goodbye, daemon running", "ms", median(ours), p95(ours), None, None))
        )
    return rows


if __name__ == "__main__":
    sys.exit(main())
