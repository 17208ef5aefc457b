"""The files that a spec file names, at the places where it names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types

from ..spec.fields import Type, fields
from ..spec.files import Files, join, outside
from ..spec.node import Kind, Node
from ..spec.reference import AGENT_FILE, folder_of
from .known import Known
from .names import inner
from .shapes import range_of
from .texts import uri_of

_REFERENCES = frozenset({"agent_ref", "ref"})


@dataclass(frozen=True, slots=True)
class Named:
    """A file, named from `start` to `end`."""

    path: Path
    start: int
    end: int


def named_files(known: Known) -> list[Named]:
    """Every file that is named and there. Blocking: looks at each."""
    if known.root is None or known.folder is None:
        return []
    files = Files()
    found = []
    for node, path in _walk(known, known.root, Type("part", part=known.part), known.folder):
        place = inner(known, node)
        if place is not None and files.kind(path) == "file":
            found.append(Named(path, *place))
    return found


def document_links(known: Known) -> list[types.DocumentLink]:
    """What an editor underlines."""
    return [
        types.DocumentLink(range_of(named, known.lines, known.encoding), target=uri_of(named.path))
        for named in named_files(known)
    ]


def _walk(known: Known, node: Node, kind: Type, folder: Path) -> Iterator[tuple[Node, Path]]:
    """Scalars that are paths or references, with where they lead; aliases are not entered."""
    if node.alias:
        return
    if kind.form == "list" and kind.item is not None:
        for item in node.items:
            yield from _walk(known, item, kind.item, folder)
    elif kind.form == "map" and kind.item is not None:
        for entry in node.entries:
            yield from _walk(known, entry.value, kind.item, folder)
    elif kind.part is not None:
        known_fields = fields(kind.part)
        for entry in node.entries:
            field = known_fields.get(entry.key.written)
            if field is None:
                continue
            text = entry.value.value
            if field.key in _REFERENCES and isinstance(text, str):
                target = folder_of(text, folder)
                if target is not None:
                    yield entry.value, target / AGENT_FILE
            elif entry.value.kind is Kind.TEXT and isinstance(text, str) and _is_path(field.key, field.type, text):
                yield entry.value, join(folder, text)
            else:
                yield from _walk(known, entry.value, field.type, folder)


def _is_path(key: str, kind: Type, text: str) -> bool:
    named = kind.in_root or (key == "permission_policy" and text.endswith(".policy.md"))
    return named and outside(text) is None and "\0" not in text
