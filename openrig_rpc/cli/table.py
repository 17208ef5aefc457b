"""The generated table of methods, as `python -m openrig_rpc.emit` wrote it."""

import json
from pathlib import Path
from typing import TypedDict, cast

PATH = Path(__file__).with_name("table.json")


class Param(TypedDict, total=False):
    """One param: `type` is string, integer, number, boolean, strings or json."""

    type: str
    required: bool
    enum: list[str]
    default: object
    doc: str


class Row(TypedDict, total=False):
    """One method."""

    summary: str
    doc: str
    tier: str
    waits: bool
    keyed: bool
    params: dict[str, Param]


Table = dict[str, Row]


def load() -> Table:
    """Every method that this version answers."""
    return cast(Table, json.loads(PATH.read_bytes()))
