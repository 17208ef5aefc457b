"""A selection as an agent gets it: where it is, what it says, and what is wrong with it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.diagnostic import Position
from ..model.errors import InvalidParams
from ..spec.files import Files, Unreadable
from ..spec.positions import Encoding, Lines
from .shapes import plain
from .texts import Texts, path_of

_RUN = re.compile(r"`{3,}")
_SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


async def reference(texts: Texts, cwd: str, given: Mapping[str, Any]) -> str:
    """`path#L10-L24`, the lines, and `diagnostics` under them. `cwd`: the agent's folder. Raises InvalidParams."""
    uri = str(given["uri"])
    path, open_text = path_of(uri), texts.get(uri)
    name = named(path, cwd) if path is not None else uri
    if open_text is not None and open_text.known:
        lines, language = open_text.lines, open_text.language
    else:
        lines, language = Lines(await asyncio.to_thread(_read, path)), ""
    parts = [str(given["note"])] if given.get("note") else []
    if given.get("range") is None:
        parts.append(name)
    else:
        start, end = _span(lines, given["range"], texts.encoding)
        first, last = lines.line_of(start), lines.line_of(end)
        if last > first and end == lines.start_of(last):
            last -= 1  # the selection ends before that line begins
        parts.append(f"{name}#L{first + 1}-L{last + 1}" if last > first else f"{name}#L{first + 1}")
        selected = lines.text[start:end] or lines.text[lines.start_of(first) : lines.line_end(first)]
        parts.append(_fenced(selected, language))
    found = [_said(each) for each in given.get("diagnostics") or [] if isinstance(each, dict)]
    if found:
        parts.append("Diagnostics:\n" + "\n".join(found))
    return "\n\n".join(parts) if found or given.get("note") else "\n".join(parts)


def named(path: Path, cwd: str) -> str:
    """A path as the agent would write it."""
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)


def _read(path: Path | None) -> str:
    try:
        if path is None:
            raise Unreadable("it is no local file")
        found = Files().read(path)
    except Unreadable as error:
        raise InvalidParams("the file can't be read", str(error), "open it in the editor first", errors=[]) from None
    return found if isinstance(found, str) else found.decode("utf-8", "replace")


def _span(lines: Lines, given: Any, encoding: Encoding) -> tuple[int, int]:
    try:
        ends = [Position(line=given[end]["line"], character=given[end]["character"]) for end in ("start", "end")]
    except (KeyError, TypeError, ValueError):
        raise InvalidParams("`range` is no range", "", "give LSP's start and end", errors=[]) from None
    offsets = [lines.offset(end, encoding) for end in ends]
    return min(offsets), max(offsets)


def _fenced(text: str, language: str) -> str:
    """The text between back-ticks that are longer than any in it."""
    longest = max((len(run) for run in _RUN.findall(text)), default=2)
    fence = "`" * max(3, longest + 1)
    kind = language if re.fullmatch(r"[A-Za-z0-9_+-]{1,30}", language) else ""
    return f"{fence}{kind}\n{text.rstrip(chr(10))}\n{fence}"


def _said(found: Mapping[str, Any]) -> str:
    try:
        line = int(found["range"]["start"]["line"]) + 1
    except (KeyError, TypeError, ValueError):
        line = 0
    severity = _SEVERITIES.get(found.get("severity", 1), "error")
    source = " ".join(plain(str(found[key])) for key in ("source", "code") if found.get(key) is not None)
    message = plain(str(found.get("message", "")), 1000)
    return f"- L{line} {severity}: {message}" + (f" ({source})" if source else "")
