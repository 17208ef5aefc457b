"""Fixtures with real programs behind them."""

from collections.abc import AsyncIterator

import pytest

from openrig_rpc.tmux.server import Tmux
from tests.real.tmux_fixture import Heard, Place


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """A private tmux server; ended with everything in it."""
    place = Place()
    try:
        yield place
    finally:
        await place.end()


@pytest.fixture
async def opened(place: Place) -> tuple[Tmux, Heard]:
    """A Tmux on that server, and what it tells."""
    return await place.open()


@pytest.fixture
def tmux(opened: tuple[Tmux, Heard]) -> Tmux:
    return opened[0]


@pytest.fixture
def heard(opened: tuple[Tmux, Heard]) -> Heard:
    return opened[1]
