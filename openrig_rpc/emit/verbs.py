"""The table as the command line reads it: `openrig_rpc/cli/table.json`, loadable with the standard library alone.

    {METHOD: {summary, doc?, tier, waits?, keyed?, params: {NAME: {type, required?, enum?, default?, doc?}}}}

`type` is `string`, `integer`, `number`, `boolean`, `strings` (a list of them) or `json` (anything else).
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from ..rpc import Method
from .shape import REF, Schema, components, without_null
from .words import describe

PLAIN = ("string", "integer", "number", "boolean")


def verbs(methods: Mapping[str, Method]) -> dict[str, Any]:
    """The rows for `methods`, by name."""
    schemas = components((row.params, "validation") for row in methods.values()) if methods else {}
    return {name: _row(methods[name], schemas) for name in sorted(methods)}


def _row(row: Method, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    out: dict[str, Any] = {"summary": row.summary, "tier": row.tier.value}
    rest = row.doc.partition("\n")[2].strip()
    if rest:
        out["doc"] = rest
    for mark in ("waits", "keyed"):
        if getattr(row, mark):
            out[mark] = True
    schema = schemas[row.params.__name__]
    out["params"] = {
        field.alias or name: _param(row.params, name, field.alias or name, schema, schemas)
        for name, field in row.params.model_fields.items()
    }
    return out


def _param(
    model: type[BaseModel], field: str, name: str, schema: Schema, schemas: Mapping[str, Schema]
) -> dict[str, Any]:
    part = _resolved(without_null(schema["properties"][name]), schemas)
    out: dict[str, Any] = {"type": _kind(part, schemas)}
    if name in schema.get("required", ()):
        out["required"] = True
    choices = part if out["type"] != "strings" else _resolved(part["items"], schemas)
    if "enum" in choices:
        out["enum"] = choices["enum"]
    if "default" in part:
        out["default"] = part["default"]
    words = describe(model, field, name)
    if words:
        out["doc"] = words
    return out


def _kind(part: Schema, schemas: Mapping[str, Schema]) -> str:
    if part.get("type") in PLAIN:
        return str(part["type"])
    if part.get("type") == "array" and _resolved(part.get("items", {}), schemas).get("type") == "string":
        return "strings"
    return "json"


def _resolved(part: Schema, schemas: Mapping[str, Schema]) -> Schema:
    ref = part.get("$ref")
    return {**schemas[ref.removeprefix(REF)], **part} if ref else part
