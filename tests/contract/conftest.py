"""A house for each test of the wire, with short paths for its sockets."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from .wire_house import House
from .wire_house import house as open_house


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name."""
    folder = Path(tempfile.mkdtemp(prefix="orw"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def house(short: Path) -> AsyncIterator[House]:
    """A listener over a small engine and a small table."""
    async with open_house(short) as found:
        yield found
