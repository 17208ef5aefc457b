"""Inside brackets: `{kind: delegates_to, from: a}` and `[one, two]`, perhaps not closed yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..spec.positions import Lines
from .schema import Step

MOST_LINES = 30


@dataclass
class Flow:
    """What is open at the cursor. `start` is the offset of the outermost bracket, `path` leads from it to the cursor's
    mapping or list; `key`, `item`, `given` and `outer` as a `Place` has them.
    """

    start: int
    path: list[Step] = field(default_factory=list)
    key: str | None = None
    item: bool = False
    given: dict[str, str] = field(default_factory=dict)
    outer: list[dict[str, str]] = field(default_factory=list)


@dataclass
class _Frame:
    mapping: bool
    start: int
    key: str | None = None
    count: int = 0
    given: dict[str, str] = field(default_factory=dict)


def scan(lines: Lines, number: int, offset: int) -> Flow | None:
    """What is open at `offset`, in line `number`; None where no bracket is."""
    found: list[_Frame] = []
    for first in range(number, max(-1, number - MOST_LINES), -1):
        frames = _frames(lines.text, lines.start_of(first), offset)
        if found and len(frames) <= len(found):
            break
        found = frames or found
        if not frames and first < number and lines.text[lines.start_of(first) :][:1] not in " \t\r\n#":
            break
    if not found:
        return None
    last = found[-1]
    path: list[Step] = [frame.key or "" if frame.mapping else frame.count for frame in found[:-1]]
    if not last.mapping:
        path.append(last.count)
    _rest(lines.text, offset, last)
    outer = [frame.given for frame in reversed(found[:-1]) if frame.mapping]
    return Flow(found[0].start, path, last.key, not last.mapping, last.given, outer)


def _frames(text: str, start: int, offset: int) -> list[_Frame]:
    """The brackets that open between `start` and `offset` and do not close."""
    frames: list[_Frame] = []
    at, token = start, ""
    fresh = True  # a value may begin here
    while at < offset:
        char = text[at]
        if char in "\"'" and not token.strip():
            end = text.find(char, at + 1, offset)
            if end < 0:
                break
            token, at, fresh = text[at + 1 : end], end + 1, False
            continue
        if char == "#" and (at == start or text[at - 1] in " \t\n"):
            newline = text.find("\n", at, offset)
            at = newline if newline >= 0 else offset
            continue
        if char in "{[" and fresh and not token.strip():
            frames.append(_Frame(char == "{", at))
            token, fresh = "", True
        elif char in "}]" and frames:
            _entered(frames[-1], token)
            frames.pop()
            token, fresh = "", False
        elif char == "," and frames:
            _entered(frames[-1], token)
            frames[-1].key = None
            frames[-1].count += 1
            token, fresh = "", True
        elif char == ":" and (at + 1 >= len(text) or text[at + 1] in " \t\r\n,}]"):
            if frames and frames[-1].mapping:
                frames[-1].key = token.strip()
            token, fresh = "", True
        elif char == "-" and not frames and not token.strip():
            fresh = True
        else:
            token += char
            fresh = fresh and char in " \t\r\n"
            if char == "\n" and not frames:
                token, fresh = "", True
        at += 1
    return frames


def _entered(frame: _Frame, token: str) -> None:
    if frame.mapping and frame.key is not None:
        frame.given[frame.key] = token.strip()
    elif frame.mapping and token.strip():
        frame.given[token.strip()] = ""


def _rest(text: str, offset: int, frame: _Frame) -> None:
    """The fields behind the cursor, up to where the bracket closes or the line ends."""
    end = min((found for found in (text.find("\n", offset), text.find("}", offset)) if found >= 0), default=len(text))
    for part in text[offset:end].split(",")[1:]:
        key, colon, value = part.partition(":")
        if colon:
            frame.given.setdefault(key.strip(), value.strip())
