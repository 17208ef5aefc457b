"""Rigs that ship: each is a folder here with a rig.yaml, named as the folder."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

HERE = Path(__file__).parent


class Shipped(NamedTuple):
    """A starter: its name, what it is for in a line, and its rig file."""

    name: str
    summary: str
    path: Path


def starters() -> list[Shipped]:
    """All that ship, by name. Read from the disk once."""
    return list(_starters())


@cache
def _starters() -> tuple[Shipped, ...]:
    found = (_shipped(path) for path in HERE.glob("*/rig.yaml"))
    return tuple(sorted(found))


def _shipped(path: Path) -> Shipped:
    spec = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    return Shipped(path.parent.name, " ".join(str(spec.get("summary", "")).split()), path)
