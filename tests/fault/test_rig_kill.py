"""kill -9 of the daemon at every point of an up, a down, a restore and a rollback: the same command, said again, ends
right, with one process an agent and nobody's conversation lost."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.cli.faults import Fault, Refused
from tests.living import Living, living, rig_of, scripted, strays
from tests.real import harness_fixture as real

POINTS = {
    "up": ("after_intend", "after_begin", "after_spawn", "after_bind"),
    "down": ("after_snapshot", "after_unwanted", "after_kill"),
    "restore": ("after_snapshot", "after_begin", "after_spawn", "after_bind"),
    "rollback": ("after_intend", "after_begin", "after_spawn", "after_bind"),
}
AGENTS = ("p-a@r", "p-b@r", "p-c@r")


class House:
    """A rig with two lives, each in a snapshot and in a revision."""

    def __init__(self, home: Living) -> None:
        self.home = home
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("r", *map(scripted, "abc")))})
        self.snapshots = [self.live("the first life"), self.live("the second life")]
        member = {"id": "d", "runtime": "scripted", "agent_ref": "builtin:scripted", "profile": "none", "cwd": "."}
        home.ask("rig/add", {"rig": "r", "pod": "p", "member": member})
        self.life = 1
        home.stop()

    def live(self, text: str) -> dict[str, Any]:
        """Another conversation for each, and a snapshot of it."""
        for address in AGENTS:
            self.home.ask("agent/keys", {"agent": address, "keys": [{"text": "/clear"}, "Enter"]})
            real.send(self.home, address, text)
            real.until_state(self.home, address, "idle")
        found: dict[str, Any] = self.home.ask("snapshot/create", {"rig": "r"})["snapshot"]
        return found

    def up(self) -> None:
        self.home.ask("rig/up", {"name": "r"})
        self.runs()

    def down(self) -> None:
        self.home.ask("rig/down", {"rig": "r"})
        rows = self.home.ask("agent/list", {"rig": "r"})["agents"]
        assert {row["state"] for row in rows} == {"stopped"}
        assert self.processes() == 0

    def restore(self) -> None:
        by_plan(self.home, "snapshot/restore", {"id": self.snapshots[self.life]["id"], "only": ["a", "b", "c"]})
        self.home.ask("rig/up", {"name": "r"})  # The fourth, which no snapshot has.
        self.runs()

    def rollback(self) -> None:
        revision = 1 if self.life else 0
        if not self.home.ask("rig/list")["rigs"][0].get("upSince"):
            self.home.ask("rig/up", {"name": "r"})
        by_plan(self.home, "rig/rollback", {"rig": "r", "revision": revision})
        assert len(self.home.ask("agent/list", {"rig": "r"})["agents"]) == 3 + revision
        self.home.ask("rig/up", {"name": "r"})  # What a rollback does not touch stays as it is.
        assert {each["kind"] for each in self.home.ask("rig/plan", {"name": "r"})["actions"]} == {"keep"}
        self.runs()

    def runs(self) -> None:
        """Everybody does, once, and with the conversation of the life we are in."""
        rows = {row["address"]: row for row in self.home.ask("agent/list", {"rig": "r"})["agents"]}
        for address in rows:
            real.until_state(self.home, address, "idle")
        assert self.processes() == len(rows)
        told = {each["address"]: each["conversation"] for each in self.snapshots[self.held]["agents"]}
        assert {address: rows[address]["conversation"] for address in AGENTS} == told

    held = 1
    """The life whose conversations the agents have."""

    def processes(self) -> int:
        """Scripted harnesses that live."""
        marker = f"OPENRIG_RPC_HOME={self.home.home.state}".encode()
        lines = [command(pid) for pid in strays(marker)]
        return sum(b"scripted_harness.py" in line for line in lines)


def command(pid: int) -> bytes:
    """A process's command line; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def by_plan(home: Living, method: str, params: dict[str, Any]) -> None:
    """The command, and again with the plan that it asks for."""
    try:
        home.ask(method, params)
    except Refused as refused:
        if "planId" not in refused.facts:
            raise
        home.ask(method, {**params, "planId": refused.facts["planId"]})


@contextmanager
def dying(home: Living, point: str, number: int) -> Iterator[None]:
    """A daemon that dies in the block, or afterwards as usual."""
    home.start(OPENRIG_RPC_FAULT=f"{point}:{number}")
    try:
        yield
    except Fault:
        assert home.died() == 9, home.logs()
    else:
        home.stop()


def loop(rounds: list[tuple[str, str]], seed: int) -> None:
    dice = random.Random(seed)
    with living() as home:
        house = House(home)
        for operation, point in rounds:
            said: Callable[[], None] = getattr(house, operation)
            if operation in ("restore", "rollback"):
                house.life = 1 - house.life
            if operation == "restore":
                house.held = house.life
            with dying(home, point, dice.randint(1, 2)):
                said()
            home.start()
            said()
            home.stop()


@pytest.mark.timeout(120)
def test_some_kills() -> None:
    loop([("down", "after_unwanted"), ("up", "after_spawn"), ("restore", "after_begin"), ("rollback", "after_bind")], 1)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_a_hundred_kills() -> None:
    every = [(operation, point) for operation, points in POINTS.items() for point in points]
    dice = random.Random(2)
    loop([dice.choice(every) for _ in range(100)], 3)
