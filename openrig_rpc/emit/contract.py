"""The OpenRPC document as those read it who write it down in another language: shapes, calls, events."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .shape import REF, Schema

NOTICE = "Written by `make generate` from the table of methods; not to be edited."


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a shape, or one param of a call, by its name on the wire."""

    name: str
    schema: Schema
    required: bool
    doc: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A named type: a record with `fields`, a choice of `values`, or any JSON object where it is `loose`."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    values: tuple[str | int, ...]
    loose: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A method. `params` is the name of the shape of all its params, None where it takes none."""

    name: str
    summary: str
    doc: str
    params: str | None
    fields: tuple[Field, ...]
    result: Schema
    tier: str
    waits: bool
    keyed: bool
    errors: tuple[str, ...]

    @property
    def noun(self) -> str:
        return self.name.replace(".", "/").partition("/")[0]

    @property
    def verb(self) -> str:
        return self.name.replace(".", "/").partition("/")[2]


@dataclass(frozen=True, slots=True)
class Happening:
    """A kind of event; `title` is its type's name, `data` that of the noun it carries."""

    kind: str
    title: str
    data: str
    doc: str


@dataclass(frozen=True, slots=True)
class Contract:
    """All of it, in a fixed order."""

    calls: tuple[Call, ...]
    shapes: tuple[Shape, ...]
    events: tuple[Happening, ...]
    kinds: tuple[str, ...]
    """The kinds of errors."""

    @property
    def nouns(self) -> dict[str, list[Call]]:
        """The calls, by noun."""
        found: dict[str, list[Call]] = {}
        for call in self.calls:
            found.setdefault(call.noun, []).append(call)
        return found


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a language writes a type."""

    text: str
    integer: str
    number: str
    boolean: str
    null: str
    anything: str
    ref: Callable[[str], str]
    literals: Callable[[list[str]], str]
    several: Callable[[str], str]
    mapping: Callable[[str], str]


def read(document: Mapping[str, Any]) -> Contract:
    """The contract that an OpenRPC document of ours tells."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    events = tuple(_happening(row, schemas) for row in document["x-events"])
    titles = {event.title for event in events}
    return Contract(
        calls=tuple(_call(row, schemas) for row in document["methods"]),
        shapes=tuple(_shape(name, schema) for name, schema in schemas.items() if name not in titles),
        events=events,
        kinds=tuple(document["components"]["errors"]),
    )


def spell(schema: Schema, spelling: Spelling) -> str:
    """A schema as a type of that language."""
    if "$ref" in schema:
        return spelling.ref(_target(schema))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(spell(part, spelling) for part in schema["anyOf"]))
    if "const" in schema:
        return spelling.literals([schema["const"]])
    if "enum" in schema and all(isinstance(value, str) for value in schema["enum"]):
        return spelling.literals(schema["enum"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(spell({"type": each}, spelling) for each in kind)
    if kind == "array":
        return spelling.several(spell(schema.get("items", {}), spelling))
    if kind == "object":
        inner = schema.get("additionalProperties")
        return spelling.mapping(spell(inner if isinstance(inner, dict) else {}, spelling))
    plain = {
        "string": spelling.text,
        "integer": spelling.integer,
        "number": spelling.number,
        "boolean": spelling.boolean,
        "null": spelling.null,
    }
    return plain.get(str(kind), spelling.anything)


def needed(contract: Contract, roots: Iterable[Schema]) -> list[Shape]:
    """The shapes that `roots` lead to, in the contract's order."""
    by_name = {shape.name: shape for shape in contract.shapes}
    found: set[str] = set()
    todo = [name for root in roots for name in references(root)]
    while todo:
        name = todo.pop()
        if name in by_name and name not in found:
            found.add(name)
            todo += [inner for field in by_name[name].fields for inner in references(field.schema)]
    return [shape for shape in contract.shapes if shape.name in found]


def references(schema: object) -> Iterator[str]:
    """The names that a schema refers to."""
    if isinstance(schema, dict):
        for key, part in schema.items():
            if key == "$ref" and isinstance(part, str):
                yield part.removeprefix(REF)
            else:
                yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)


def ref(name: str) -> Schema:
    """A schema that is the shape of that name."""
    return {"$ref": REF + name}


def _target(schema: Schema) -> str:
    return str(schema["$ref"]).removeprefix(REF)


def _happening(row: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Happening:
    title = _target(row["schema"])
    return Happening(row["name"], title, _target(schemas[title]["properties"]["data"]), f"{row['summary']}.")


def _call(row: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Call:
    params = _target(row["x-params"])
    return Call(
        name=row["name"],
        summary=row["summary"],
        doc=row.get("description", ""),
        params=params if schemas[params].get("properties") else None,
        fields=tuple(
            Field(param["name"], param["schema"], param["required"], param.get("description", ""))
            for param in row["params"]
        ),
        result=row["result"]["schema"],
        tier=row["x-tier"],
        waits=row["x-waits"],
        keyed=row["x-keyed"],
        errors=tuple(error["$ref"].rpartition("/")[2] for error in row["errors"]),
    )


def _shape(name: str, schema: Schema) -> Shape:
    required = schema.get("required", ())
    fields = tuple(
        Field(field, part, field in required, part.get("description", ""))
        for field, part in schema.get("properties", {}).items()
    )
    loose = not fields and schema.get("additionalProperties") is True
    return Shape(name, schema.get("description", ""), fields, tuple(schema.get("enum", ())), loose)
