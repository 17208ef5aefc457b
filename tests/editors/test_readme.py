"""The README's lines for editors that can't be run here: short, well-formed, and for our program."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from .readme import EDITORS, lines_for

READERS: dict[str, Callable[[str], Any]] = {"json": json.loads, "toml": tomllib.loads}


@pytest.mark.parametrize("editor", EDITORS)
def test_the_lines_for_an_editor(editor: str) -> None:
    language, text = lines_for(editor)
    assert 5 <= len(text.splitlines()) <= 12
    assert all(len(line) <= 120 for line in text.splitlines())
    assert "openrig-rpc" in text and "stdio" in text
    if language in READERS:
        assert READERS[language](text)
