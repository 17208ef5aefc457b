"""Cells of the delivery matrix on real harnesses: 30 each, a few of them in every `make test`."""

import random
from collections.abc import Sequence

import pytest

from tests.real import harness_fixture as real
from tests.real.real_cells import RUNTIMES, RealCell, cells, run

SEED = 20261122
WAVE = 5


def play(runtime: str, chosen: Sequence[RealCell], seed: int) -> None:
    binary = real.claude() if runtime == "claude-code" else real.codex()
    with real.model_api() as api, real.house(api, binary) as home:
        real.let_ask(home, "touch")
        wrong, merged = run(home, api, chosen, seed, WAVE)
        assert not wrong, "\n\n".join([f"{len(wrong)} of {len(chosen)}", *wrong, home.logs()])
        assert merged <= 1, f"{merged} were mixed with what a person typed"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_few_cells(runtime: str) -> None:
    dice = random.Random(f"{SEED}{runtime}")
    quick = [cell for cell in cells(runtime) if cell.mode != "person"]
    play(runtime, [dice.choice([cell for cell in quick if cell.state == state]) for state in STATES], SEED)


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_thirty_cells(runtime: str) -> None:
    assert len(cells(runtime)) == 30
    play(runtime, cells(runtime), SEED + 1)


STATES = ("permission", "draft", "between", "busy")
