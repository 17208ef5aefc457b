"""Refresh requests: for what is shown only, never more than two a second, and none while nobody reads."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from openrig_rpc.engine import Engine
from openrig_rpc.language.pulse import PERIOD, Pulse
from openrig_rpc.store.store import Store
from tests.unit.store_house import emitting, opened


class Screen:
    """An editor that shows one rig, and notes when it is asked to draw."""

    def __init__(self) -> None:
        self.drawn: list[float] = []
        self.replanned = 0
        self.reads = asyncio.Event()
        self.reads.set()

    async def ready(self) -> None:
        await self.reads.wait()

    def replan(self) -> None:
        self.replanned += 1

    async def draw(self) -> None:
        self.drawn.append(asyncio.get_running_loop().time())

    async def until_drawn(self, times: int) -> None:
        async with asyncio.timeout(20):
            while len(self.drawn) < times:
                await asyncio.sleep(0.005)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        yield store


@pytest.fixture
async def screen() -> Screen:
    return Screen()


@pytest.fixture
async def pulse(store: Store, screen: Screen) -> AsyncIterator[Pulse]:
    engine = cast(Engine, SimpleNamespace(store=store))
    made = Pulse(engine, screen, lambda: {"demo"}, screen.draw, screen.replan)
    made.start()
    await asyncio.sleep(0)  # It follows from here.
    yield made
    made.stop()


async def test_no_more_than_two_a_second(pulse: Pulse, store: Store, screen: Screen) -> None:
    for _ in range(200):
        await store.write("operator", emitting("agent.stateChanged", rig="demo"))
        if len(screen.drawn) >= 4:
            break
        await asyncio.sleep(0.02)
    await screen.until_drawn(4)
    gaps = [after - before for before, after in zip(screen.drawn, screen.drawn[1:], strict=False)]
    assert PERIOD == 0.5 and min(gaps) >= PERIOD * 0.99, gaps


async def test_only_for_rigs_that_are_shown(pulse: Pulse, store: Store, screen: Screen) -> None:
    await store.write("operator", emitting("agent.stateChanged", "message.held", rig="other"))
    await store.write("operator", emitting("room.posted", "task.created", rig="demo"))
    await store.write("operator", emitting("agent.stateChanged", rig="demo"))
    await screen.until_drawn(1)
    assert screen.replanned == 0
    await store.write("operator", emitting("rig.changed", "agent.added", rig="demo"))
    await screen.until_drawn(2)
    assert screen.replanned == 2


async def test_who_reads_too_slowly_is_asked_once_it_reads(pulse: Pulse, store: Store, screen: Screen) -> None:
    screen.reads.clear()
    for _ in range(20):
        await store.write("operator", emitting("agent.stateChanged", rig="demo"))
    assert screen.drawn == []
    screen.reads.set()
    await screen.until_drawn(1)


async def test_a_refusal_ends_nothing(store: Store, screen: Screen) -> None:
    async def refuse() -> None:
        await screen.draw()
        raise RuntimeError("no")

    pulse = Pulse(cast(Engine, SimpleNamespace(store=store)), screen, lambda: {"demo"}, refuse, screen.replan)
    pulse.start()
    try:
        pulse.ask()
        await screen.until_drawn(1)
        pulse.ask()
        await screen.until_drawn(2)
    finally:
        pulse.stop()
