"""What every editor's session needs: a daemon, and `openrig-rpc` where it looks for programs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.living import Living, living

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home() -> Iterator[Living]:
    """A daemon of our own."""
    with living() as own:
        own.start()
        yield own


@pytest.fixture
def environment(home: Living) -> dict[str, str]:
    """An editor's environment, with our program on its path."""
    program = home.folder / "bin" / "openrig-rpc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openrig_rpc "$@"\n')
    program.chmod(0o755)
    made = home.environment(PYTHONPATH=str(ROOT), XDG_RUNTIME_DIR=str(home.folder))
    made["PATH"] = f"{program.parent}:{made['PATH']}"
    return made
