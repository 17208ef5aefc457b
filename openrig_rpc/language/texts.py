"""The texts an editor has open, as it has them: changed in place, read as snapshots.

pygls's own workspace is not used: it breaks lines where LSP doesn't (U+2028, form feeds), and has no place for what
was found in a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote_to_bytes, urlsplit

from lsprotocol import types

from ..model.diagnostic import Position
from ..spec.positions import Encoding, Lines

MOST_CHARACTERS = 4 * 1024 * 1024
"""A longer text is not kept; what is wanted of it is read from the disk."""

Kind = Literal["rig", "agent"]


def path_of(uri: str) -> Path | None:
    """The absolute path of a `file:` URI; None for others, and for other machines' files."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        return None
    path = unquote_to_bytes(parts.path)
    return Path(path.decode("utf-8", "surrogateescape")) if b"\0" not in path else None


def uri_of(path: Path) -> str:
    """The `file:` URI of an absolute path."""
    return "file://" + quote(str(path).encode("utf-8", "surrogateescape"))


def kind_of(path: Path | None) -> Kind | None:
    """Whether a file is one of ours, by its name."""
    if path is None:
        return None
    if path.name == "agent.yaml":
        return "agent"
    return "rig" if path.name == "rig.yaml" or path.name.endswith(".rig.yaml") else None


@dataclass(frozen=True)
class Text:
    """A text at one moment. `path` is None where it is no local file; `known` False where it was too long to keep."""

    uri: str
    path: Path | None
    kind: Kind | None
    language: str
    version: int
    text: str
    known: bool = True

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)

    def offset(self, position: types.Position, encoding: Encoding) -> int:
        """The offset of an editor's position."""
        return self.lines.offset(Position(line=position.line, character=position.character), encoding)

    def span(self, place: types.Range, encoding: Encoding) -> tuple[int, int]:
        """The offsets of an editor's range, in order."""
        start, end = self.offset(place.start, encoding), self.offset(place.end, encoding)
        return min(start, end), max(start, end)


class Texts:
    """Every open text of one editor, by URI."""

    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        self._open: dict[str, Text] = {}

    def __iter__(self) -> Iterator[Text]:
        return iter(list(self._open.values()))

    def get(self, uri: str) -> Text | None:
        """The text at `uri`, where it is open."""
        return self._open.get(uri)

    def open(self, item: types.TextDocumentItem) -> Text:
        """The editor opened a text; said again, it begins anew."""
        path = path_of(item.uri)
        text = _kept(Text(item.uri, path, kind_of(path), str(item.language_id), item.version, item.text))
        self._open[item.uri] = text
        return text

    def change(self, uri: str, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]) -> Text | None:
        """The editor changed a text: each change stands on the one before it. None where it is not open."""
        text = self._open.get(uri)
        if text is None:
            return None
        for change in changes:
            text = self._changed(text, change)
        self._open[uri] = text = _kept(replace(text, version=version))
        return text

    def close(self, uri: str) -> Text | None:
        """The editor closed a text."""
        return self._open.pop(uri, None)

    def overlays(self) -> dict[Path, str]:
        """Our open files as the editor has them."""
        return {text.path: text.text for text in self if text.kind is not None and text.path is not None and text.known}

    def _changed(self, text: Text, change: types.TextDocumentContentChangeEvent) -> Text:
        if not isinstance(change, types.TextDocumentContentChangePartial):
            return replace(text, text=change.text, known=True)
        if not text.known:
            return text
        start, end = text.span(change.range, self.encoding)
        return replace(text, text=text.text[:start] + change.text + text.text[end:])


def _kept(text: Text) -> Text:
    return replace(text, text="", known=False) if len(text.text) > MOST_CHARACTERS else text
