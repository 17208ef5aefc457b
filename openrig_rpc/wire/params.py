"""Params: decoded once, strictly, by the method's own model; every wrong place is named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, get_args

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..model.errors import InvalidParams, PayloadTooLarge
from ..rpc import Method
from . import limits
from .jsonrpc import more_than

BESIDES: Final = ("workDoneToken", "partialResultToken")
"""LSP's own members of any params."""
NAMED: Final = 20
"""How many wrong places one error names."""


def decode(row: Method, raw: object, *, positional: bool) -> BaseModel:
    """The params as the method's model. Absent, null and an empty array are none. Raises InvalidParams."""
    named = _named(row, raw, positional=positional)
    if more_than(named, limits.NODES):
        raise PayloadTooLarge("The params hold too many values", fix="Send less at a time", limit=limits.NODES)
    try:
        return _validate(row, named)
    except ValidationError as error:
        whole, changed = whole_numbers(named)
        if not changed:
            raise _invalid(row, error) from None
    try:
        return _validate(row, whole)
    except ValidationError as error:
        raise _invalid(row, error) from None


def _validate(row: Method, named: object) -> BaseModel:
    """As strictly as JSON can be: no text for a number, no number for a boolean."""
    return row.params.model_validate_json(orjson.dumps(named), strict=True)


def _named(row: Method, raw: object, *, positional: bool) -> dict[str, Any]:
    """The params by name, without LSP's own."""
    if raw is None or raw == []:
        return {}
    if isinstance(raw, dict):
        known = row.params.model_fields
        return {name: value for name, value in raw.items() if name not in BESIDES or name in known}
    if not isinstance(raw, list) or not positional:
        raise InvalidParams(f"The params of {row.name} are an object", fix=_usage(row))
    names = wire_names(row.params)
    if len(raw) > len(names):
        raise InvalidParams(
            f"{row.name} takes {len(names)} params", f"{len(raw)} came", _usage(row), errors=[{"at": f"[{len(names)}]"}]
        )
    return dict(zip(names, raw, strict=False))


def wire_names(model: type[BaseModel]) -> list[str]:
    """A model's fields by their names on the wire, in order."""
    return [field.alias or name for name, field in model.model_fields.items()]


def whole_numbers(value: object) -> tuple[object, bool]:
    """`value` with 5.0 written as 5, since some languages' JSON has no integers; and whether there was any."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value), True
    if isinstance(value, list):
        pairs = [whole_numbers(child) for child in value]
        return [child for child, _ in pairs], any(changed for _, changed in pairs)
    if isinstance(value, dict):
        found = {name: whole_numbers(child) for name, child in value.items()}
        return {name: child for name, (child, _) in found.items()}, any(changed for _, changed in found.values())
    return value, False


def similar(name: str, known: Iterable[str]) -> list[str]:
    """Up to three of `known` that `name` may have meant."""
    import difflib  # only where something is wrong already

    return difflib.get_close_matches(name[:100], list(known), n=3, cutoff=0.6)


def _invalid(row: Method, error: ValidationError) -> InvalidParams:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    places = [_place(row, details) for details in found[:NAMED]]
    first = places[0]
    near = first.get("near")
    return InvalidParams(
        f"The params of {row.name} don't fit",
        f"{first['at']}: {first['message']}" if first["at"] else str(first["message"]),
        f"Did you mean `{near[0]}`?" if near else _usage(row),
        errors=places,
        **({"more": len(found) - NAMED} if len(found) > NAMED else {}),
    )


def _place(row: Method, details: ErrorDetails) -> dict[str, Any]:
    """Where in the params, and what is wrong there; never what came, which may be a secret."""
    place: dict[str, Any] = {"at": _path(details["loc"]), "message": _sentence(details)}
    if details["type"] == "extra_forbidden":
        near = similar(str(details["loc"][-1]), _siblings(row.params, details["loc"]))
        if near:
            place["near"] = near
    return place


def _path(loc: tuple[int | str, ...]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part[:100]}" for part in loc]
    return "".join(parts).lstrip(".")


def _sentence(details: ErrorDetails) -> str:
    match details["type"]:
        case "extra_forbidden":
            return "there is no such field"
        case "missing":
            return "is missing"
        case "value_error" | "assertion_error":
            return details["msg"].partition(", ")[2] or details["msg"]
        case _:
            return details["msg"]


def _siblings(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The fields there are beside the one that `loc` names, as far as the models can be followed."""
    here = {model}
    for part in loc[:-1]:
        fields = [f for m in here for name, f in m.model_fields.items() if part in (name, f.alias)]
        inner = {m for field in fields for m in _models_in(field.annotation)}
        here = inner or here
    return [name for m in here for name in wire_names(m)]


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for part in get_args(annotation) for model in _models_in(part)}


def _usage(row: Method) -> str:
    fields = row.params.model_fields.items()
    words = [(f.alias or name) + ("" if f.is_required() else "?") for name, f in fields]
    return f"{row.name} takes {', '.join(words)}" if words else f"{row.name} takes no params"
