"""What is wrong with a file, and where: LSP's shapes, so that an editor can show them as they are."""

from enum import IntEnum

from .base import Model


class Severity(IntEnum):
    """LSP's DiagnosticSeverity."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Position(Model):
    """0-based line and character; characters are utf-16 units unless LSP negotiated others."""

    line: int
    character: int


class Range(Model):
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position


class Fix(Model):
    """A text edit that mends the diagnostic: replace `range` by `new_text`."""

    title: str
    range: Range
    new_text: str


class Diagnostic(Model):
    """One finding. `code` is stable and documented; `path` is set when it is not the file asked about."""

    range: Range
    severity: Severity
    code: str
    message: str
    path: str | None = None
    fix: Fix | None = None
