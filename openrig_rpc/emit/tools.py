"""The table as MCP tools: `openrig_rpc/bridges/tools.json`, one for each `read` and `talk` method.

    [{name, method, description, reads, inputSchema}]

Left out is what pushes: a tool's call is over with its answer. Waiting is bounded, because clients give up on calls.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .shape import REF, Schema

TIERS = ("read", "talk")
PUSHES = ("agent/watch", "agent/unwatch", "event/subscribe", "event/unsubscribe")
LONGEST = 50
"""Seconds that a tool waits at most; clients give up on calls that take about a minute."""
USUAL = 30

NAMES = {
    "message/send": "send",
    "agent/list": "list",
    "agent/whoami": "whoami",
    "agent/wait": "wait",
    "agent/capture": "capture",
    "message/get": "message",
    "room/history": "room",
    "room/post": "post",
    "task/list": "tasks",
    "task/get": "task",
    "task/claimNext": "task_next",
}
"""What agents use all the time has a short name."""


def tools(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows, in the table's order."""
    schemas = document["components"]["schemas"]
    return [
        {
            "name": NAMES.get(row["name"]) or _snake(row["name"]),
            "method": row["name"],
            "description": "\n\n".join(part for part in (row["summary"], row.get("description", "")) if part),
            "reads": row["x-tier"] == "read",
            "inputSchema": _input(row, schemas),
        }
        for row in document["methods"]
        if row["x-tier"] in TIERS and row["name"] not in PUSHES
    ]


def _input(row: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Schema:
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for param in row["params"]:
        name, schema = param["name"], _whole(param["schema"], schemas)
        properties[name] = {**schema, **({"description": param["description"]} if "description" in param else {})}
        if name == "timeoutSeconds":
            properties[name] |= {"maximum": LONGEST, "default": USUAL}
        elif param["required"]:
            required.append(name)
    out: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**out, "required": required} if required else out


def _whole(schema: Any, schemas: Mapping[str, Schema]) -> Any:
    """The schema with what it refers to in its place; params refer to nothing that refers to itself."""
    if isinstance(schema, list):
        return [_whole(part, schemas) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _whole({**schemas[schema["$ref"].removeprefix(REF)], **_without(schema, "$ref")}, schemas)
    return {key: _whole(part, schemas) for key, part in _without(schema, "title").items()}


def _without(schema: Schema, name: str) -> Schema:
    return {key: part for key, part in schema.items() if key != name or isinstance(part, dict)}


def _snake(method: str) -> str:
    return "".join(_letters(method))


def _letters(method: str) -> Iterator[str]:
    for letter in method:
        yield "_" if letter == "/" else f"_{letter.lower()}" if letter.isupper() else letter
