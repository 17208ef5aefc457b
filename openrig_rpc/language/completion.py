"""What may be written at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lsprotocol import types

from ..model.marks import Part
from ..spec.fields import Field, Type, fields
from ..spec.positions import Encoding
from . import snippets
from .able import Able
from .known import Known
from .place import Place, find_place
from .schema import documentation, forms, parts_at, types_at
from .shapes import markdown
from .texts import Text
from .values import Value, keys_at, values_at

MOST = 1000

_Kind = types.CompletionItemKind
_GAP = re.compile(r"\$\{(\d+)(?::([^{}]*)|\|([^,|]*)[^}]*)\}")
_MIRROR = re.compile(r"\$\{?(\d+)\}?")
_TRIVIAL = re.compile(r"[A-Za-z0-9_./:@*-]+")


@dataclass
class _Maker:
    """Makes items for one place."""

    place: Place
    able: Able
    replaced: types.Range
    number: int = 0

    def item(
        self,
        label: str,
        text: str,
        kind: types.CompletionItemKind,
        *,
        detail: str | None = None,
        doc: str | None = None,
        snippet: bool = False,
        filter_text: str | None = None,
    ) -> types.CompletionItem:
        self.number += 1
        if snippet and not self.able.snippets:
            text, snippet = _filled(text), False
        return types.CompletionItem(
            label=label,
            kind=kind,
            detail=detail,
            documentation=markdown(doc) if doc else None,
            filter_text=filter_text,
            sort_text=f"{self.number:04}",
            insert_text_format=types.InsertTextFormat.Snippet if snippet else None,
            insert_text_mode=types.InsertTextMode.AdjustIndentation if "\n" in text and self.able.indents else None,
            text_edit=types.TextEdit(self.replaced, self._indented(text)),
        )

    def _indented(self, text: str) -> str:
        """Editors that say so indent the lines themselves; for the others it is done here."""
        if self.able.indents or "\n" not in text:
            return text
        return text.replace("\n", "\n" + " " * self.replaced.start.character)


def complete(text: Text, known: Known | None, offset: int, able: Able, encoding: Encoding) -> types.CompletionList:
    """Everything that fits at `offset` of `text`; `known` may be some keystrokes old."""
    empty = types.CompletionList(is_incomplete=False, items=[])
    if known is None:
        return empty
    place = find_place(text.lines, offset)
    if place is None:
        return empty
    found = text.lines.range(place.start, place.end, encoding)
    start, end = found.start, found.end
    replaced = types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))
    make = _Maker(place, able, replaced)
    items = list(_items(known, text, place, make))[:MOST]
    return types.CompletionList(is_incomplete=False, items=items)


def _items(known: Known, text: Text, place: Place, make: _Maker) -> Iterator[types.CompletionItem]:
    if place.key is not None:
        for value in values_at(known, place, [*place.path, place.key]):
            yield _value(make, value)
        return
    if not text.text.strip() or (not place.path and not place.given and known.text.kind == "rig"):
        yield from _whole(known, make)
    for value in values_at(known, place, place.path) if place.item else ():
        yield _value(make, value)
    if place.flow and place.item:
        return
    for part in parts_at(known.part, place.path):
        yield from _fields(part, place, make)
        if place.item and not place.given and not place.flow:
            for snippet in snippets.items(part):
                yield make.item(snippet.label, snippet.text, _Kind.Snippet, detail=snippet.detail, snippet=True)
    for key in keys_at(known, place):
        yield make.item(key.text, f"{_scalar(key.text, place)}: ", _Kind.Field, detail=key.detail, doc=key.doc)
    if not place.item and not place.flow:
        for kind in types_at(known.part, place.path):
            yield from _new_item(known, place, kind, make)


def _fields(part: type[Part], place: Place, make: _Maker) -> Iterator[types.CompletionItem]:
    """The fields that are not there yet; required ones first."""
    missing = [field for field in fields(part).values() if field.key not in place.given]
    for field in sorted(missing, key=lambda field: not field.required):
        text = field.key + (snippets.after(field) if not place.flow else _in_flow(field))
        detail = "required" if field.required else None
        yield make.item(field.key, text, _Kind.Field, detail=detail, doc=documentation(field), snippet=True)


def _in_flow(field: Field) -> str:
    if field.type.form == "list":
        return ": [$0]"
    return ": {$0}" if field.type.form in ("part", "map") else ": $0"


def _new_item(known: Known, place: Place, kind: Type, make: _Maker) -> Iterator[types.CompletionItem]:
    """A new item of a list whose dash is not written yet."""
    for form in forms(kind):
        if form.form != "list" or form.item is None:
            continue
        for inner in forms(form.item):
            for snippet in snippets.items(inner.part) if inner.part is not None else ():
                text = "- " + snippet.text.replace("\n", "\n  ")
                yield make.item(snippet.label, text, _Kind.Snippet, detail=snippet.detail, snippet=True)
        for value in values_at(known, place, [*place.path, 0]):
            yield _value(make, value, before="- ")


def _whole(known: Known, make: _Maker) -> Iterator[types.CompletionItem]:
    """In an empty file: a rig or agent to begin with, and the starters."""
    if known.text.kind == "agent":
        text = 'name: ${1:name}\nversion: "1.0"\nprofiles:\n  default:\n    summary: ${2:What it is for.}'
        yield make.item("agent", text, _Kind.Snippet, detail="an agent file with one profile", snippet=True)
        return
    text = 'version: "0.2"\nname: ${1:name}\npods:\n  - ' + snippets.POD.text.replace("\n", "\n    ").replace(
        "${1:", "${8:"
    )
    yield make.item("rig", text, _Kind.Snippet, detail="a rig with one pod and one member", snippet=True)
    from ..starters import starters

    for starter in starters():
        label = f"starter: {starter.name}"
        whole = starter.path.read_text("utf-8")
        yield make.item(label, whole, _Kind.File, detail=starter.summary, filter_text=starter.name)


def _value(make: _Maker, value: Value, before: str = "") -> types.CompletionItem:
    text = before + _scalar(value.text, make.place, raw=value.raw)
    return make.item(value.text, text, value.kind, detail=value.detail, doc=value.doc)


def _scalar(text: str, place: Place, *, raw: bool = False) -> str:
    """`text` as a YAML scalar, in quotes where it needs them and has none."""
    if raw or place.quote or (_TRIVIAL.fullmatch(text) and not re.fullmatch(r"[*:-].*|.*:|[0-9.]+|none:", text)):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _filled(text: str) -> str:
    """A snippet as plain text, with its gaps as they are proposed."""
    proposed = {found[1]: found[2] or found[3] or "" for found in _GAP.finditer(text)}
    filled = _GAP.sub(lambda found: found[2] or found[3] or "", text)
    return _MIRROR.sub(lambda found: proposed.get(found[1], ""), filled)
