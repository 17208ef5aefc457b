"""Recordings of real harnesses (tests/unit/screens, made by tests/real/record_screens.py), whole and damaged."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from openrig_rpc.observe.cells import Row, Run, Screen, parse

SCREENS = Path(__file__).parent / "screens"


def recorded(folder: str, scene: str, instead: tuple[str, str] | None = None) -> Screen:
    """One recording; with `instead`, what is drawn there once is drawn otherwise."""
    head, picture = (SCREENS / folder / f"{scene}.screen").read_text("utf-8").split("\n", 1)
    facts = json.loads(head)
    if instead is not None:
        assert picture.count(instead[0]) == 1
        picture = picture.replace(*instead)
    return Screen(parse(picture), facts["title"], tuple(facts["cursor"]), facts["bell"], facts["columns"])


def scenes(folder: str) -> list[str]:
    """Every scene of a harness's version."""
    return sorted(path.stem for path in (SCREENS / folder).glob("*.screen"))


def damaged(screen: Screen) -> Iterator[tuple[str, Screen]]:
    """The screen with a row lost, with rows missing above or below, cut, wrapped or joined to other widths."""
    rows = screen.rows
    for at in range(len(rows)):
        yield f"without row {at}", _of(screen, rows[:at] + rows[at + 1 :])
        yield f"from row {at}", _of(screen, rows[at:])
        yield f"up to row {at}", _of(screen, rows[:at])
    for width in (40, 60, 80, 100):
        yield f"cut to {width} columns", _of(screen, tuple(_part(row, 0, width) for row in rows), width)
        yield f"wrapped to {width} columns", _of(screen, tuple(_wrapped(rows, width)), width)
        yield f"reflowed to {width} columns", _of(screen, tuple(_wrapped(_joined(rows, screen.columns), width)), width)
    yield "in 200 columns", _of(screen, rows, 200)
    yield "reflowed to 200 columns", _of(screen, tuple(_wrapped(_joined(rows, screen.columns), 200)), 200)
    yield "drawn twice", _of(screen, (*rows, *rows))


def _of(screen: Screen, rows: tuple[Row, ...], columns: int = 0) -> Screen:
    return replace(screen, rows=rows, cursor=None, columns=columns or screen.columns)


def _part(row: Row, start: int, end: int) -> Row:
    runs = tuple(Run(run.start - start, run.text, run.style) for run in row.pieces(start, end))
    return Row(row.whole[start:end], runs)


def _joined(rows: tuple[Row, ...], columns: int) -> tuple[Row, ...]:
    """As tmux does in a wider pane: a row that fills its line goes on in the next one."""
    found: list[Row] = []
    full = False
    for row in rows:
        if full:
            before = found[-1]
            shift = len(before.whole)
            runs = (*before.runs, *(Run(run.start + shift, run.text, run.style) for run in row.runs))
            found[-1] = Row(before.whole + row.whole, runs)
        else:
            found.append(row)
        full = row.width >= columns
    return tuple(found)


def _wrapped(rows: tuple[Row, ...], width: int) -> Iterator[Row]:
    for row in rows:
        for start in range(0, max(1, len(row.text)), width):
            yield _part(row, start, start + width)
