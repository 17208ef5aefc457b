"""One daemon for all of these tests, and editors that end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, living

from .editor import Editor


@pytest.fixture(scope="session")
def house() -> Iterator[Living]:
    """A daemon of our own, with nothing in it."""
    with living() as home:
        home.start()
        yield home


@pytest.fixture(scope="session")
def everyday(house: Living) -> Iterator[Editor]:
    """An editor that can do everything, shared by tests that leave nothing open."""
    editor = Editor(house)
    yield editor
    editor.end()


@pytest.fixture
def home() -> Iterator[Living]:
    """A daemon for one test alone."""
    with living() as own:
        own.start()
        yield own


@pytest.fixture
def connect() -> Iterator[Callable[..., Editor]]:
    """Makes editors; they end with the test."""
    made: list[Editor] = []

    def make(home: Living, capabilities: dict[str, Any] | None = None, *, attention: bool = False) -> Editor:
        made.append(Editor(home, capabilities, attention=attention))
        return made[-1]

    yield make
    for editor in made:
        editor.end()


@pytest.fixture
def work(house: Living, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a test's files."""
    return tmp_path_factory.mktemp("files")
