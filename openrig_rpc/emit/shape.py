"""JSON Schemas of the models, tidied: every `$ref` into `#/components/schemas/`, no noise."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
REF = "#/components/schemas/"


def components(models: Iterable[tuple[type[BaseModel], Mode]]) -> dict[str, Schema]:
    """The schema of each model and of all they need, by name, sorted.

    Raises ValueError where two models have one name: the names are what generated clients call their types.
    """
    wanted = sorted(set(models), key=lambda pair: (pair[0].__module__, pair[0].__qualname__, pair[1]))
    _, document = models_json_schema(wanted, ref_template=REF + "{model}")
    found: dict[str, Schema] = document.get("$defs", {})
    odd = [name for name in found if not name.isidentifier() or "__" in name]
    if odd:
        raise ValueError(f"models that share a name, or differ between reading and writing: {', '.join(sorted(odd))}")
    return {name: tidy(found[name]) for name in sorted(found)}


def tidy(schema: Schema) -> Schema:
    """Without what pydantic makes up: a `title` for each property, and `default: null`."""
    out: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {name: _untitled(tidy(part)) for name, part in value.items()}
        elif key == "default" and value is None:
            continue
        else:
            out[key] = _deep(value)
    return out


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return _untitled(tidy(value)) if "$ref" not in value else tidy(value)
    if isinstance(value, list):
        return [_deep(item) for item in value]
    return value


def _untitled(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "title"}


def without_null(schema: Schema) -> Schema:
    """The schema of what may be given, where `null` means the same as leaving it out."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**options[0], **rest} if len(options) == 1 else {"anyOf": options, **rest}
