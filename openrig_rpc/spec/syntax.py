"""What the YAML parser complains of, in words that say what to do."""

import json
import re
from dataclasses import dataclass

import yaml

from .findings import Edit, Place

_PLAIN_VALUE = re.compile(
    r"(?P<before>[ ]*(?:- )*[^\s'\"#:\[{][^'\"#:]*:[ ]+)(?P<value>[^'\"#\[{&*!|>%@`\s][^\"#]*?)[ ]*"
)
_CONTEXT_CAUSES = ("simple key", "quoted scalar", "flow sequence", "flow mapping")

_WORDS = (
    ("mapping values are not allowed", "A `: ` can't stand in a text here; put the text in quotes."),
    (
        "could not find expected ':'",
        "This line has no `key: value`; finish the key, or indent it to what it belongs to.",
    ),
    ("unexpected end of stream", "The quotes that begin here are not closed."),
    ("expected ',' or ']'", "The list that begins here is not closed with `]`."),
    ("expected ',' or '}'", "The mapping that begins here is not closed with `}`."),
    ("did not find expected node content", "A value is missing here, or the brackets before it are not closed."),
    ("did not find expected key", "This line does not fit the mapping around it; check its indentation and quotes."),
    ("did not find expected '-' indicator", "This line does not fit the list around it; check its indentation."),
    ("block sequence entries are not allowed", "A list item can't begin here; put it on a line of its own."),
    ("cannot start any token", "No value can begin with this character; put the text in quotes."),
    ("unknown escape character", "There is no such escape; write `\\\\` for a backslash, or use single quotes."),
    ("unterminated", "What begins here is not closed."),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where reading stopped. `cause` is an offset in the line to leave out when the rest is to be read; `unclosed`:
    what begins there swallowed what follows.
    """

    code: str
    place: Place
    message: str
    cause: int
    edit: Edit | None = None
    unclosed: bool = False


def trouble(error: yaml.YAMLError, text: str, shift: int) -> Trouble:
    """The parser's error, at its place in `text`; the parser began `shift` characters into it."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "this can't be read")
    context = str(getattr(error, "context", None) or "")
    at = _offset(getattr(error, "problem_mark", None), text, shift)
    begun = _offset(getattr(error, "context_mark", None), text, shift)
    blame_context = begun is not None and (at is None or any(cause in context for cause in _CONTEXT_CAUSES))
    cause = begun if blame_context and begun is not None else at if at is not None else 0
    tab = _tab(text, at if at is not None else cause)
    if tab is not None:
        return tab
    words = next((words for sign, words in _WORDS if sign in problem), f"This is not YAML: {problem}.")
    edit = _quote(text, cause) if "mapping values" in problem else None
    return Trouble("yaml-syntax", _place(text, cause), words, cause, edit, unclosed="quoted scalar" in context)


def _offset(mark: object, text: str, shift: int) -> int | None:
    index = getattr(mark, "index", None)
    return min(int(index) + shift, len(text)) if isinstance(index, int) else None


def _place(text: str, at: int) -> Place:
    """From `at` to the end of its line; at the end of the text, its last line that has something."""
    if not text[at:].strip():
        at = len(text.rstrip())
        at = max(text.rfind("\n", 0, at) + 1, 0)
        at += len(text[at:]) - len(text[at:].lstrip(" "))
    end = min((found for found in (text.find("\n", at), text.find("\r", at)) if found >= 0), default=len(text))
    return Place(at, at + max(len(text[at:end].rstrip()), 1 if at < len(text) else 0))


def _tab(text: str, at: int) -> Trouble | None:
    """A tab in the white space around `at`."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    indent = re.compile(r"[ \t]*").match(text, start)
    end = indent.end() if indent else start
    if "\t" not in text[start:end] or at > end:
        return None
    return Trouble(
        "yaml-tab",
        Place(start, end),
        "YAML indents by spaces, and there is a tab here; replace it.",
        cause=start,
        edit=Edit("Indent by spaces", start, end, " " * _column(text, start)),
    )


def _column(text: str, start: int) -> int:
    """Where the line that begins at `start` is most likely meant to begin, by the one before it that has something."""
    for line in reversed(text[:start].splitlines()):
        before = re.match(r"[ ]*(?:-[ ]+)*", line)
        if line.strip() and before:
            return before.end() + (2 if line.rstrip().endswith(":") else 0)
    return 0


def _quote(text: str, at: int) -> Edit | None:
    """The value of the line around `at`, in quotes, where the line is simple enough to know what is the value."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = _PLAIN_VALUE.fullmatch(text[start : end if end >= 0 else len(text)].rstrip("\r"))
    if not line:
        return None
    quoted = json.dumps(line["value"], ensure_ascii=False)
    return Edit("Put the text in quotes", start + line.start("value"), start + line.end("value"), quoted)
