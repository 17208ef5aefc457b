"""Which field of the models a place in a file is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum

from ..model.marks import Part
from ..spec.fields import Field, Type, fields

Step = str | int
"""A key of a mapping, or the number of a list's item."""


def types_at(part: type[Part], path: Sequence[Step]) -> list[Type]:
    """What may stand at `path`; more than one where a field has two forms, none where the format has no such place."""
    found = [Type("part", part=part)]
    for step in path:
        found = [inner for each in found for inner in _inside(each, step)]
    return found


def field_at(part: type[Part], path: Sequence[Step]) -> Field | None:
    """The field whose key `path` ends with."""
    if not path or not isinstance(path[-1], str):
        return None
    for each in types_at(part, path[:-1]):
        if each.part is not None and path[-1] in fields(each.part):
            return fields(each.part)[path[-1]]
    return None


def parts_at(part: type[Part], path: Sequence[Step]) -> list[type[Part]]:
    """The parts that a mapping at `path` may be."""
    return [each.part for each in types_at(part, path) if each.part is not None]


def forms(kind: Type) -> Iterator[Type]:
    """A type and the other form it may have."""
    yield kind
    if kind.either is not None:
        yield kind.either


def _inside(kind: Type, step: Step) -> Iterator[Type]:
    for form in forms(kind):
        if isinstance(step, int):
            if form.form == "list" and form.item is not None:
                yield from forms(form.item)
        elif form.part is not None:
            field = fields(form.part).get(step)
            if field is not None:
                yield from forms(field.type)
        elif form.form == "map" and form.item is not None:
            yield from forms(form.item)


def said_type(kind: Type) -> str:
    """A type as people say it."""
    if kind.either is not None:
        return f"{said_type(_only(kind))} or {said_type(kind.either)}"
    if kind.form == "choice":
        return "one of " + ", ".join(f"`{choice}`" for choice in kind.choices)
    if kind.form == "list":
        return f"list of {_plural(kind.item)}" if kind.item is not None else "list"
    if kind.form == "map":
        return "mapping by name"
    if kind.form == "part":
        return "mapping"
    if kind.form == "number" and kind.least is not None and kind.most is not None:
        return f"number from {kind.least:g} to {kind.most:g}"
    return {"boolean": "`true` or `false`", "any": "anything"}.get(kind.form, kind.form)


def said_default(field: Field) -> str | None:
    """A field's default as a file would write it; None where there is none."""
    value = field.default
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value or None
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, list) and value:
        return "[" + ", ".join(str(item.value if isinstance(item, Enum) else item) for item in value) + "]"
    return None


def documentation(field: Field) -> str:
    """What an editor shows of a field, as Markdown."""
    kind = said_type(field.type)
    default = said_default(field)
    facts = ["required" if field.required else "optional", kind]
    if default is not None:
        facts.append(f"default `{default}`")
    text = f"{field.description}\n\n*{' · '.join(facts)}*"
    return f"{text}\n\nHas no effect so far: {field.not_yet}." if field.not_yet else text


def _only(kind: Type) -> Type:
    return replace(kind, either=None)


def _plural(kind: Type | None) -> str:
    if kind is None:
        return "values"
    return {"text": "texts", "part": "mappings", "choice": said_type(kind)}.get(kind.form, said_type(kind) + "s")
