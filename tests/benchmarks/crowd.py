"""Many at once, and nothing at all: throughput, how soon a hook is an event, and what idling costs."""

import time

from openrig_rpc.cli.line import Line

from ..living import Living, living, rig_of, scripted, terminal, until
from .measure import Row, children, cpu_seconds, median, p95, p99

IDLE = 10.0


def crowd(agents: int = 50, messages: int = 500) -> list[Row]:
    """One sender, every message to the next agent: until each was submitted. Shells, because every turn of a harness
    with hooks is three processes of its own, and these would be what is measured."""
    with living() as home:
        home.start()
        path = home.write("rig.yaml", rig_of("bench", *(terminal(f"s{number}") for number in range(agents))))
        line, ear = home.line(), home.line()
        try:
            line.ask("rig/up", {"path": path}, patience=None)
            ear.ask("event/subscribe", {"kinds": ["message.submitted"]})
            assert home.daemon is not None
            cpu = cpu_seconds([home.daemon.pid])
            sent: dict[str, float] = {}
            took: list[float] = []
            began = time.perf_counter()
            for number in range(messages):
                params = {"to": f"p-s{number % agents}@bench", "text": f": message {number}"}
                at = time.perf_counter()
                sent[line.ask("message/send", params)["messages"][0]["id"]] = at
            accepted = time.perf_counter() - began
            while len(took) < messages:
                heard = ear.listen(60)
                assert heard is not None, "not all were submitted"
                took.append((time.perf_counter() - sent[heard["params"]["data"]["id"]]) * 1000)
            whole = time.perf_counter() - began
            cpu = cpu_seconds([home.daemon.pid]) - cpu
        finally:
            line.close()
            ear.close()
    name = f"{messages} messages to {agents} agents"
    return [
        Row(f"{name}, accepted", "/s", messages / accepted, None, None, None),
        Row(f"{name}, submitted", "/s", messages / whole, None, None, None),
        Row("each from send to submitted", "ms", median(took), p95(took), None, None, f"p99 {p99(took):.0f}"),
        Row("the daemon's CPU for each", "ms", cpu / messages * 1000, None, None, None),
    ]


def hooks(reports: int = 300) -> list[Row]:
    """From a hook's bytes at the daemon to the event at a subscriber."""
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("bench", scripted("s0")))})
        agent = home.ask("agent/get", {"agent": "p-s0@bench"})["agent"]["id"]
        own, ear = home.line(), home.line()
        try:
            own.ask("session/open", {"client": {"name": "bench"}, "token": (home.home.tokens / agent).read_text()})
            ear.ask("event/subscribe", {"kinds": ["agent.stateChanged"]})
            took = [_told(own, ear, ("PreToolUse", "Stop")[number % 2]) for number in range(reports)]
        finally:
            own.close()
            ear.close()
    return [Row("from a hook to its event", "ms", median(took), p95(took), None, None, f"p99 {p99(took):.1f}")]


def _told(own: Line, ear: Line, event: str) -> float:
    wanted = "idle" if event == "Stop" else "busy"
    began = time.perf_counter()
    own.send("agent/report", {"event": event, "payload": {}})
    while (heard := ear.listen(20)) is not None and heard["params"]["data"]["state"] != wanted:
        pass
    assert heard is not None, "it was not told"
    return (time.perf_counter() - began) * 1000


def idle(agents: int = 100, holding: int = 10) -> list[Row]:
    """CPU while nothing happens; then with messages that drafts hold."""
    with living() as home:
        home.start()
        shells = [terminal(f"t{number}") for number in range(agents - holding)]
        harnesses = [scripted(f"s{number}") for number in range(holding)]
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("bench", *shells, *harnesses))})
        time.sleep(3)  # They finish starting: not what is measured here.
        quiet = _cpu(home)
        line = home.line()
        try:
            for number in range(holding):
                address = f"p-s{number}@bench"
                line.ask("agent/keys", {"agent": address, "keys": [{"text": "a draft"}]})
                for _ in range(3):
                    line.ask("message/send", {"to": address, "text": "later"})
            held = {"state": "held", "limit": 1000}
            until(lambda: len(line.ask("message/list", held)["messages"]) == 3 * holding, "all are held")
        finally:
            line.close()
        time.sleep(2)
        waiting = _cpu(home)
    return [
        Row(f"idle CPU, {agents} agents, {IDLE:g} s", "%", quiet, None, None, None),
        Row(f"idle CPU, {agents} agents, {3 * holding} messages held", "%", waiting, None, None, None),
    ]


def _cpu(home: Living) -> float:
    """Percent of one core that the daemon and tmux take."""
    assert home.daemon is not None
    pids = [home.daemon.pid, home.tmux_pid(), *children(home.daemon.pid)]
    before = cpu_seconds(pids)
    time.sleep(IDLE)
    return (cpu_seconds(pids) - before) / IDLE * 100


if __name__ == "__main__":
    for row in [*hooks(), *crowd(), *idle()]:
        print(row.text())
