"""From this house's shapes to LSP's."""

from __future__ import annotations

from lsprotocol import types

from ..model.diagnostic import Diagnostic, Range
from ..spec.codes import CODES
from ..spec.findings import Span
from ..spec.positions import Encoding, Lines

SOURCE = "openrig"
MOST_ASKED = 4000
"""Characters of a question that are shown. What can't be shown whole can't be allowed."""
_DEPRECATED = frozenset({"old-name"})
_UNNECESSARY = frozenset({"unknown-field", "edge-duplicate", "not-honoured"})


def ranged(found: Range) -> types.Range:
    """A range."""
    start, end = found.start, found.end
    return types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))


def range_of(span: Span, lines: Lines, encoding: Encoding) -> types.Range:
    """The range of something with offsets."""
    return ranged(lines.range(span.start, span.end, encoding))


def position(offset: int, lines: Lines, encoding: Encoding) -> types.Position:
    """The position of an offset."""
    found = lines.position(offset, encoding)
    return types.Position(found.line, found.character)


def diagnostic(found: Diagnostic, tags: frozenset[types.DiagnosticTag]) -> types.Diagnostic:
    """A diagnostic with those of its tags that the editor knows."""
    wanted = []
    if found.code in _DEPRECATED:
        wanted = [types.DiagnosticTag.Deprecated]
    elif found.code in _UNNECESSARY:
        wanted = [types.DiagnosticTag.Unnecessary]
    return types.Diagnostic(
        range=ranged(found.range),
        message=found.message,
        # A valid file has no squiggle: what has no effect so far is only faded.
        severity=types.DiagnosticSeverity.Hint
        if found.code == "not-honoured"
        else types.DiagnosticSeverity(int(found.severity)),
        code=found.code if found.code in CODES else None,
        source=SOURCE,
        tags=[tag for tag in wanted if tag in tags] or None,
    )


def markdown(text: str) -> types.MarkupContent:
    """Markdown of our own words; what others wrote goes through `plain`."""
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def plain(text: str, most: int = 400) -> str:
    """Somebody else's words, on one line, as text: nothing in them is markup or moves a terminal's cursor."""
    shown = "".join(char if char.isprintable() else " " for char in text[: most * 2])
    shown = " ".join(shown.split())
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def visible(text: str) -> str:
    """Somebody else's words as they are written, line by line: what can't be seen stands as an escape."""
    return "\n".join(
        "".join(
            char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode() for char in line
        )
        for line in text.split("\n")
    )


def code(text: str, most: int = 400) -> str:
    """`plain` as Markdown code, whatever back-ticks are in it."""
    shown = plain(text, most)
    ticks = "`" * (max((len(run) for run in _runs(shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def _runs(text: str) -> list[str]:
    found, run = [], ""
    for char in text + " ":
        if char == "`":
            run += char
        elif run:
            found.append(run)
            run = ""
    return found
