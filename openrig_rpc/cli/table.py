"""The generated table of methods, as `python -m openrig_rpc.emit` wrote it."""

import json
import os
from typing import TypedDict, cast

PATH = os.path.join(os.path.dirname(__file__), "table.json")  # noqa: PTH118, PTH120 - pathlib costs 10 ms


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
    with open(PATH, encoding="utf-8") as file:  # noqa: PTH123
        return cast(Table, json.load(file))
