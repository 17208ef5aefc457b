"""JSON Schemas (2020-12) of rig.yaml and agent.yaml, for editors and for people who write such files by program.

The loader in `openrig_rpc/spec/` is the judge: it says more than a schema can (edges, cycles, files), and is milder in
places (an empty list written as nothing).
"""

import types
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from ..model.marks import AsText, InRoot, Matches, NotEmpty, NotYet, Part, Renamed
from ..model.spec import AgentSpec, RigSpec
from .shape import Schema, tidy

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rig_spec() -> Schema:
    """The schema of rig.yaml."""
    return _document(RigSpec, "rig.yaml")


def agent_spec() -> Schema:
    """The schema of agent.yaml."""
    return _document(AgentSpec, "agent.yaml")


def _document(model: type[Part], title: str) -> Schema:
    whole = model.model_json_schema(by_alias=False)
    parts = {part.__name__: part for part in _family(Part)}
    definitions = {
        name: _part(parts[name], tidy(schema)) if name in parts else tidy(schema)
        for name, schema in sorted(whole.pop("$defs", {}).items())
    }
    return {"$schema": DIALECT, **_part(model, tidy(whole)), "title": title, "$defs": definitions}


def _family(model: type[Part]) -> list[type[Part]]:
    return [found for child in model.__subclasses__() for found in (child, *_family(child))]


def _part(model: type[Part], schema: Schema) -> Schema:
    """The schema of one mapping, its fields named and marked as in the file."""
    hints = get_type_hints(model, include_extras=True)
    named: dict[str, str] = {}
    for name, field in model.model_fields.items():
        written = field.alias_priority == 2 and field.alias  # 1: made up for the wire
        named[name] = written or name
    out = dict(schema)
    if "properties" in schema:
        properties = schema["properties"]
        out["properties"] = {named[name]: _marked(properties[name], hints[name]) for name in properties}
    if "required" in schema:
        out["required"] = [named[name] for name in schema["required"]]
    return out


def _marked(schema: Schema, hint: Any) -> Schema:
    """`schema` with what the marks in `hint` say."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        out = _marked(schema, args[0])
        for mark in args[1:]:
            out = _mark(out, mark)
        return out
    if origin in (Union, types.UnionType) and "anyOf" in schema:
        pairs = zip(schema["anyOf"], args, strict=True)
        return {**schema, "anyOf": [_marked(part, option) for part, option in pairs]}
    if origin is list and "items" in schema:
        return {**schema, "items": _marked(schema["items"], args[0])}
    if origin is dict and isinstance(schema.get("additionalProperties"), dict):
        keys = _marked({}, args[0])
        values = {**schema, "additionalProperties": _marked(schema["additionalProperties"], args[1])}
        return {**values, "propertyNames": keys} if keys else values
    return schema


def _mark(schema: Schema, mark: Any) -> Schema:
    match mark:
        case Matches(pattern=pattern):
            return {**schema, "pattern": f"^(?:{pattern})$"}
        case InRoot():
            return {**schema, "pattern": r"^(?!/)(?!(?:.*/)?\.\.(?:/|$))"}
        case AsText():
            return {**schema, "type": ["string", "number", "boolean"]}
        case NotEmpty():
            return {**schema, "minItems": 1}
        case Renamed(names=names) if "enum" in schema:
            return {**schema, "enum": [*schema["enum"], *(old for old, _ in names)]}
        case NotYet(why=why):
            return {**schema, "description": f"{schema.get('description', '')} Without effect so far: {why}.".strip()}
    return schema
