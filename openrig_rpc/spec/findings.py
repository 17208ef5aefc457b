"""What was found in one file: by offset while it is checked, as diagnostics in the end."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Protocol

from ..model.diagnostic import Diagnostic, Fix, Severity
from .codes import CODES
from .positions import UTF16, Encoding, Lines

MOST_FINDINGS = 1000
MOST_SUGGESTIONS = 50
MOST_OPTIONS = 500
LONGEST_WORD = 64


class Span(Protocol):
    """Something with a place in the text: offsets, `end` exclusive."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A bare place."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that mends a finding: the text from `start` to `end` becomes `new_text`."""

    title: str
    start: int
    end: int
    new_text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth saying."""

    code: str
    start: int
    end: int
    message: str
    severity: Severity
    edit: Edit | None = None


class Findings:
    """The findings of one file, each once; at most `MOST_FINDINGS` errors and as many others. `errors` counts all."""

    def __init__(self) -> None:
        self.errors = 0
        self._others = 0
        self._found: dict[tuple[str, int, int, str], Finding] = {}
        self._suggestions = MOST_SUGGESTIONS

    def add(
        self, code: str, where: Span, message: str, *, severity: Severity | None = None, edit: Edit | None = None
    ) -> None:
        """Note a finding; `severity` only where it is not the code's usual one."""
        found = Finding(code, where.start, where.end, message, severity or CODES[code].severity, edit)
        if found.severity is Severity.ERROR:
            self.errors += 1
        else:
            self._others += 1
        if (self.errors if found.severity is Severity.ERROR else self._others) <= MOST_FINDINGS:
            self._found.setdefault((code, found.start, found.end, message), found)

    def nearest(self, word: str, options: Collection[str]) -> str | None:
        """What was probably meant: the same letters written otherwise, else a close spelling. Bounded for each file."""
        if len(word) > LONGEST_WORD or not self._suggestions:
            return None
        self._suggestions -= 1
        plain, options = _letters(word), list(islice(options, MOST_OPTIONS))
        for option in options:
            if plain and _letters(option) == plain:
                return option
        close = get_close_matches(word, options, n=1, cutoff=0.6)
        return close[0] if close else None

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found.values())

    def diagnostics(
        self, lines: Lines, encoding: Encoding = UTF16, *, path: Path | None = None, complete: bool = True
    ) -> list[Diagnostic]:
        """In the file's order. `complete=False` holds back what only says that something is missing."""
        return [
            Diagnostic(
                range=lines.range(found.start, found.end, encoding),
                severity=found.severity,
                code=found.code,
                message=found.message,
                path=str(path) if path else None,
                fix=fix(found.edit, lines, encoding) if found.edit else None,
            )
            for found in sorted(self._found.values(), key=lambda found: (found.start, found.severity))
            if complete or not CODES[found.code].whole
        ]


def fix(edit: Edit, lines: Lines, encoding: Encoding = UTF16) -> Fix:
    """The edit in LSP's shape."""
    return Fix(title=edit.title, range=lines.range(edit.start, edit.end, encoding), new_text=edit.new_text)


def _letters(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())
