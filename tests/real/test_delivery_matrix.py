"""3 behaviours, 6 states, 5 shapes of text, 4 modes: each of the 360 messages ends exactly once where it belongs, or is
held for the right reason until that reason is gone; no question is answered by it, and no draft touched."""

import random
from collections.abc import Sequence

import pytest

from tests.living import living
from tests.real.delivery_cells import CELLS, Cell, run

SEED = 20261122
WAVE = 15


def play(cells: Sequence[Cell], seed: int) -> None:
    with living() as home:
        home.start()
        wrong, merged = run(home, cells, seed, WAVE)
        assert not wrong, "\n\n".join([f"{len(wrong)} of {len(cells)}", *wrong, home.logs()])
        typed = sum(cell.mode == "person" for cell in cells)
        assert merged <= max(1, typed // 50), f"{merged} of {typed} were mixed with what a person typed"


@pytest.mark.timeout(300)
def test_a_quarter_of_the_matrix() -> None:
    play(random.Random(SEED).sample(CELLS, len(CELLS) // 4), SEED)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_the_whole_matrix() -> None:
    assert len(CELLS) == 360
    play(CELLS, SEED + 1)
