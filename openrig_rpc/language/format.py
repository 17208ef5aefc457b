"""Even indentation, by two, every comment where it was. What can't be done without changing anything is not done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lsprotocol import types

from ..spec.document import Document, read
from ..spec.node import Kind, Node
from ..spec.positions import Lines
from .known import Known
from .shapes import ranged

STEP = 2
_MARKS = re.compile(r"(?P<indent> *)(?P<dashes>(?:- +)*)")


class _NotPlain(Exception):
    """Something is written in a way that is better left alone."""


@dataclass
class _Plan:
    """By line: the column that its first mark goes to, or how far it moves with the line it belongs to."""

    lines: Lines
    columns: dict[int, int] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)
    texts: set[int] = field(default_factory=set)

    def indent(self, line: int) -> int:
        """How many spaces a line begins with."""
        text = self.line(line)
        return len(text) - len(text.lstrip(" "))

    def line(self, line: int) -> str:
        """A line without its break."""
        return self.lines.text[self.lines.start_of(line) : self.lines.line_end(line)]


def formatted(known: Known) -> list[types.TextEdit]:
    """The edits, line by line; none where the file can't be read whole, or would not say the same afterwards."""
    document = known.document
    if document.root is None or not document.complete:
        return []
    try:
        new = _lines(document)
    except _NotPlain:
        return []
    old = [document.lines.text[document.lines.start_of(n) : document.lines.line_end(n)] for n in range(len(new))]
    if not _same(document, _joined(document, new)):
        return []
    edits = []
    for number, (before, after) in enumerate(zip(old, new, strict=True)):
        if before != after:
            start, end = document.lines.start_of(number), document.lines.line_end(number)
            edits.append(types.TextEdit(ranged(document.lines.range(start, end, known.encoding)), after))
    last = len(document.text)
    if document.text and not document.text.endswith(("\n", "\r")):
        edits.append(types.TextEdit(ranged(document.lines.range(last, last, known.encoding)), "\n"))
    return edits


def _joined(document: Document, new: list[str]) -> str:
    """The new lines with the breaks they have."""
    lines, text = document.lines, document.text
    parts = []
    for number, line in enumerate(new):
        stop = lines.start_of(number + 1) if number + 1 < lines.count else len(text)
        parts += [line, text[lines.line_end(number) : stop]]
    whole = "".join(parts)
    return whole if whole.endswith(("\n", "\r")) or not whole else whole + "\n"


def _lines(document: Document) -> list[str]:
    root = document.root
    assert root is not None
    plan = _Plan(document.lines)
    if root.flow or root.kind is not Kind.MAPPING or root.alias:
        raise _NotPlain
    _collection(plan, root, 0)
    return [_line(plan, number) for number in range(document.lines.count)]


def _collection(plan: _Plan, node: Node, column: int) -> None:
    """A block mapping or list whose first mark goes to `column`."""
    for entry in node.entries:
        _mark(plan, entry.key.start, column)
        _value(plan, entry.value, entry.key.start, column, column + STEP)
    for item in node.items:
        at = plan.lines.text.rfind("-", plan.lines.start_of(plan.lines.line_of(item.start)), item.start)
        if at < 0 or plan.lines.text[at + 1 : item.start].strip():
            raise _NotPlain
        _mark(plan, at, column)
        _value(plan, item, at, column, column + STEP)


def _value(plan: _Plan, node: Node, owner: int, column: int, inner: int) -> None:
    """What a key or dash at offset `owner`, which goes to `column`, has; a block goes to `inner`."""
    if node.kind in (Kind.MAPPING, Kind.SEQUENCE) and not node.flow and not node.alias:
        _collection(plan, node, inner)
        return
    line = plan.lines.line_of(owner)
    moved = column - (owner - plan.lines.start_of(line))
    block = plan.lines.text[node.start : node.start + 1] in ("|", ">") and not node.plain
    for number in range(line + 1, plan.lines.line_of(node.end) + 1):
        plan.moves[number] = moved
        if block:
            plan.texts.add(number)


def _mark(plan: _Plan, offset: int, column: int) -> None:
    """A key or dash goes to `column`: noted where it is the first thing on its line."""
    line = plan.lines.line_of(offset)
    before = plan.lines.text[plan.lines.start_of(line) : offset]
    if not before.strip(" "):
        plan.columns[line] = column
    elif before.strip(" -"):
        raise _NotPlain


def _line(plan: _Plan, number: int) -> str:
    text = plan.line(number)
    if number in plan.columns:
        marks = _MARKS.match(text)
        assert marks is not None
        dashes = "- " * marks["dashes"].count("-")
        return (" " * plan.columns[number] + dashes + text[marks.end() :]).rstrip()
    if number in plan.moves:
        moved = plan.moves[number]
        if number in plan.texts and not text.strip():
            return text
        if moved < 0 and text[:-moved].strip(" "):
            raise _NotPlain
        shifted = " " * moved + text if moved >= 0 else text[-moved:]
        return shifted if number in plan.texts else shifted.rstrip()
    if text.lstrip().startswith("#"):
        return " " * _comment(plan, number) + text.strip()
    return text.rstrip()


def _comment(plan: _Plan, number: int) -> int:
    """The column of a comment on a line of its own: with the line below that it stands above, else as the one above."""
    own = plan.indent(number)
    below = next((line for line in range(number + 1, plan.lines.count) if line in plan.columns), None)
    if below is not None and plan.indent(below) == own:
        return plan.columns[below]
    above = next((line for line in range(number - 1, -1, -1) if line in plan.columns), None)
    for line in (above, below):
        if line is not None and plan.indent(line) <= own:
            return max(0, own + plan.columns[line] - plan.indent(line))
    return own


def _same(document: Document, text: str) -> bool:
    """Whether the new text says the same, with the same comments, and would not be changed again."""
    after = read(text)
    if after.root is None or not after.complete or document.root is None:
        return False
    if after.root.data() != document.root.data() or _comments(document.text) != _comments(text):
        return False
    try:
        return _joined(after, _lines(after)) == text
    except _NotPlain:
        return False


def _comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
