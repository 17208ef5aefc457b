"""Eight agents claim at once while the daemon is killed: nothing is claimed twice, nothing is lost, shares are fair."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from openrig_rpc.cli.faults import Lost, Refused, Unreachable
from openrig_rpc.cli.line import Line
from tests.living import Living, living, rig_of, terminal, until

AGENTS = 8
TASKS = 50
ROUNDS = 6
KILLED_IN = (2, 4)
NAMES = [f"a{number}" for number in range(AGENTS)]
EVERYBODY = ",".join(NAMES)


class Agent:
    """One agent's connection, made again whenever it is lost."""

    def __init__(self, home: Living, name: str) -> None:
        self.home, self.address = home, f"p-{name}@race"
        found = home.ask("agent/get", {"agent": self.address})["agent"]
        self.token = (home.home.tokens / found["id"]).read_text()
        self.line: Line | None = None

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """A request that is said again until it is answered; a refusal is an answer, and raised."""

        def answered() -> tuple[Any] | None:
            try:
                if self.line is None:
                    self.line = Line.open(self.home.home, start=False)
                    self.line.ask("session/open", {"client": {"name": "t"}, "token": self.token})
                return (self.line.ask(method, params),)
            except (Lost, Unreachable):
                self.close()
                return None

        return until(answered, "the daemon is back", 30)[0]

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


@contextmanager
def race() -> Iterator[tuple[Living, list[Agent], ThreadPoolExecutor]]:
    """A daemon with eight agents, and a thread for each."""
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("race", *map(terminal, NAMES)))})
        agents = [Agent(home, name) for name in NAMES]
        with ThreadPoolExecutor(AGENTS) as threads:
            try:
                yield home, agents, threads
            finally:
                for agent in agents:
                    agent.close()


def make(home: Living, count: int) -> list[str]:
    line = home.line()
    try:
        asked = {"rig": "race", "title": "t", "to": EVERYBODY}
        return [line.ask("task/create", asked)["task"]["id"] for _ in range(count)]
    finally:
        line.close()


@pytest.mark.timeout(180)
def test_nobody_claims_what_another_has() -> None:
    """2,400 attempts for 300 tasks, in the worst order: all for the same one at the same time."""
    with race() as (home, agents, threads):
        won: dict[str, dict[str, int]] = {}
        attempts = 0

        def claim_all(agent: Agent, ids: list[str], half: Event) -> tuple[dict[str, int], int]:
            mine: dict[str, int] = {}
            for number, task_id in enumerate(ids):
                if number == TASKS // 2:
                    half.set()
                try:
                    mine[task_id] = agent.ask("task/claim", {"id": task_id})["task"]["fence"]
                except Refused as refused:
                    assert refused.kind == "task-held", (refused.kind, refused.what)
            return mine, len(ids)

        for number in range(ROUNDS):
            ids, half = make(home, TASKS), Event()
            running = [threads.submit(claim_all, agent, ids, half) for agent in agents]
            if number in KILLED_IN:
                assert half.wait(60)
                home.kill()
                home.start()
            for agent, future in zip(agents, running, strict=True):
                mine, tried = future.result(120)
                attempts += tried
                for task_id, fence in mine.items():
                    won.setdefault(task_id, {})[agent.address] = fence
        assert attempts == ROUNDS * TASKS * AGENTS == 2400
        assert len(won) == ROUNDS * TASKS, "lost"
        twice = {task_id: owners for task_id, owners in won.items() if len(owners) != 1}
        assert not twice, "claimed twice"
        line = home.line()
        try:
            for task_id, owners in won.items():
                task = line.ask("task/get", {"id": task_id})["task"]
                assert (task["state"], {task["owner"]: 1}) == ("inProgress", owners), "acknowledged to somebody else"
            told: Counter[str] = Counter()
            since = 0
            while page := line.ask("event/list", {"since": since, "kinds": ["task.claimed"], "limit": 1000})["events"]:
                told.update(event["data"]["id"] for event in page)
                since = page[-1]["seq"]
            assert set(told) == set(won) and set(told.values()) == {1}
        finally:
            line.close()


@pytest.mark.timeout(120)
def test_shares_are_fair() -> None:
    """Who asks many times as often gets no more than half as much again as an equal share."""
    with race() as (home, agents, threads):
        count = 160
        make(home, count)

        def work(agent: Agent, times: int) -> int:
            done = 0
            while True:
                answer = agent.ask("task/claimNext", {})
                if "task" not in answer:
                    if "why" not in answer:
                        return done
                    continue
                task = answer["task"]
                agent.ask("task/update", {"id": task["id"], "fence": task["fence"], "state": "done"})
                done += 1
                for _ in range(times):
                    agent.ask("task/list", {"limit": 1})

        slow = [0 if number == 0 else 20 for number in range(AGENTS)]
        running = [threads.submit(work, agent, times) for agent, times in zip(agents, slow, strict=True)]
        shares = [future.result(100) for future in running]
        assert sum(shares) == count
        equal = count / AGENTS
        assert all(equal / 2 <= share <= equal * 1.5 for share in shares), shares
