"""JSON-RPC 2.0 values: bytes to messages and back, strict about what the specification is strict about.

Duplicate keys: the last one wins. NaN, Infinity, invalid UTF-8, lone surrogates and a byte order mark are parse errors.
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import orjson
from pydantic import BaseModel
from pydantic_core import to_json

from ..model.errors import InvalidRequest, ParseError, PayloadTooLarge, RpcError
from . import limits

VERSION: Final = "2.0"

Id = str | int | float | None
"""A request's id. The specification allows null and fractions, LSP neither."""


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""No id member: a notification."""
MaybeId = Id | _Absent


@dataclass(slots=True, frozen=True)
class Request:
    """A request, or a notification when its id is `ABSENT`."""

    id: MaybeId
    method: str
    params: object


@dataclass(slots=True, frozen=True)
class Response:
    """A client's answer to a request of ours (LSP door)."""

    id: Id
    message: dict[str, Any]


@dataclass(slots=True, frozen=True)
class Parsed:
    """One JSON value, and whether it is too small to be nested too deeply."""

    value: object
    shallow: bool


def parse(data: bytes | bytearray | memoryview) -> Parsed:
    """The JSON value in `data`, or ParseError."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        why = f"{error.msg} at character {error.pos}"
        raise ParseError("The message is not valid JSON", why, "Send RFC 8259 JSON in UTF-8") from None
    raw = bytes(data) if isinstance(data, memoryview) else data
    return Parsed(value, raw.count(b"[") + raw.count(b"{") <= limits.NESTING)


def read(member: object, *, shallow: bool, lsp: bool) -> Request | Response:
    """What one decoded value says. Raises InvalidRequest, or PayloadTooLarge when it is nested too deeply."""
    if not isinstance(member, dict):
        raise InvalidRequest("A message is a JSON object", f"this is {_kind(member)}")
    if member.get("jsonrpc") != VERSION:
        raise InvalidRequest("A message has the member `jsonrpc`", fix='Send `"jsonrpc": "2.0"`')
    if not shallow and deeper_than(member, limits.NESTING):
        raise PayloadTooLarge(
            f"The message is nested deeper than {limits.NESTING} levels", fix="Flatten it", limit=limits.NESTING
        )
    method = member.get("method", ABSENT)
    if method is ABSENT and ("result" in member or "error" in member):
        if lsp and "id" in member and valid_id(member["id"], lsp=False):
            return Response(member["id"], member)
        raise InvalidRequest("Nothing was asked that this could answer")
    if not isinstance(method, str):
        raise InvalidRequest("A request has a `method`", "it is a string")
    if "id" not in member:
        identity: MaybeId = ABSENT
    elif valid_id(member["id"], lsp=lsp):
        identity = member["id"]
    else:
        raise InvalidRequest(
            "The `id` can't be used", "it is an integer or a string" if lsp else "it is a string, a number or null"
        )
    params = member.get("params")
    if params is not None and not isinstance(params, dict | list):
        raise InvalidRequest("`params` is an object or an array", f"this is {_kind(params)}")
    return Request(identity, method, params)


def valid_id(value: object, *, lsp: bool) -> bool:
    """True for a string or a number that can be given back as it came; LSP has no null and no fractions."""
    if isinstance(value, bool):
        return False
    if isinstance(value, float):
        return not lsp and math.isfinite(value) and abs(value) < 2**53
    return isinstance(value, str | int) or (value is None and not lsp)


def known_id(member: object) -> Id:
    """The id an error about `member` is for; null when it could not be told."""
    if not isinstance(member, dict) or "method" not in member:
        return None
    found = member.get("id")
    return found if isinstance(found, str | int | float) and valid_id(found, lsp=False) else None


def success(identity: Id, result: bytes) -> dict[str, Any]:
    """A response object around a result that is JSON already."""
    return {"jsonrpc": VERSION, "id": identity, "result": orjson.Fragment(result)}


def failure(identity: Id, error: RpcError, *, message: str | None = None) -> dict[str, Any]:
    """A response object that says what went wrong."""
    return {
        "jsonrpc": VERSION,
        "id": identity,
        "error": {"code": error.code, "message": message or error.message, "data": error.data()},
    }


def notification(method: str, params: object) -> dict[str, Any]:
    """A notification; a model is written by its wire names, without what is None."""
    return {"jsonrpc": VERSION, "method": method, "params": writable(params)}


def writable(value: object) -> object:
    """`value` as orjson can write it."""
    return orjson.Fragment(model_json(value)) if isinstance(value, BaseModel) else value


def model_json(model: BaseModel) -> bytes:
    """A model as the wire has it."""
    return to_json(model, by_alias=True, exclude_none=True, inf_nan_mode="null")


def encode(message: object) -> bytes:
    """A message, or a list of them, as JSON. Raises TypeError where something in it is no JSON value."""
    return orjson.dumps(message, default=writable_fact)


def writable_fact(value: object) -> object:
    """What an error's facts may hold besides JSON values: models."""
    if isinstance(value, BaseModel):
        return orjson.Fragment(model_json(value))
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def deeper_than(value: object, depth: int) -> bool:
    """True when containers are nested more than `depth` levels. Not recursive."""
    level = [value]
    for _ in range(depth):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def more_than(value: object, count: int) -> bool:
    """True when there are more than `count` values in `value`. Not recursive."""
    waiting = [value]
    seen = 0
    while waiting:
        node = waiting.pop()
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        seen += len(children)
        if seen > count:
            return True
        waiting.extend(child for child in children if isinstance(child, dict | list))
    return False


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "a number"
