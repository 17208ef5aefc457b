"""The table as an OpenRPC 1.3.2 document: `schemas/openrpc.json`, and what `rpc.discover` answers.

Beyond the specification, under `x-` keys: each method's `x-tier`, `x-waits` and `x-keyed` and the schema of its whole
params (`x-params`); `x-notifications`, and the data of every kind of event (`x-events`); all error kinds stand in
`components.errors`.
"""

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from .. import rpc
from ..model.event import Kind, Lagged, PaneOutput, Published
from ..rpc import Method
from ..version import PROTOCOL, VERSION
from .faults import faults
from .shape import REF, Mode, Schema, components, without_null
from .words import describe

OPENRPC = "1.3.2"

TOKEN: Schema = {"type": ["string", "integer"]}

PROGRESS: Schema = {
    "type": "object",
    "description": "Progress of a request that carried a `workDoneToken`.",
    "required": ["token", "value"],
    "properties": {
        "token": TOKEN,
        "value": {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"enum": ["begin", "report", "end"]},
                "title": {"type": "string"},
                "message": {"type": "string"},
                "percentage": {"type": "integer", "minimum": 0, "maximum": 100},
            },
        },
    },
}

CANCEL: Schema = {
    "type": "object",
    "description": "Ends the waiting of the request with this id, never what it has already done.",
    "required": ["id"],
    "properties": {"id": TOKEN},
}


@cache
def document() -> dict[str, Any]:
    """The document for all methods that answer. Built once (about 0.1 s); not to be changed by the caller."""
    return build(rpc.filled())


def build(methods: Mapping[str, Method]) -> dict[str, Any]:
    """The document for `methods`."""
    kinds = rpc.EVENTS.values()
    schemas = components(_models(methods))
    schemas |= {event_name(kind): _event(kind) for kind in kinds}
    schemas |= {"Progress": PROGRESS, "CancelRequest": CANCEL}
    return {
        "openrpc": OPENRPC,
        "info": {
            "title": "OpenRig RPC",
            "version": VERSION,
            "description": "Rigs of coding agents in tmux, seen and steered over JSON-RPC 2.0.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "x-protocol": PROTOCOL,
        },
        "methods": [_method(row, schemas) for row in sorted(methods.values(), key=lambda row: row.name)],
        "x-notifications": _notifications(),
        "x-events": [
            {
                "name": kind.name,
                "summary": kind.summary,
                "x-durability": kind.durability,
                "schema": _ref(event_name(kind)),
            }
            for kind in kinds
        ],
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "errors": {
                fault.kind: {"code": fault.code, "message": inspect.getdoc(fault) or "", "data": {"kind": fault.kind}}
                for fault in sorted(rpc.ERRORS.values(), key=lambda fault: fault.code)
            },
        },
    }


def event_name(kind: Kind) -> str:
    """The schema's name for a kind of event: `agent.stateChanged` is `AgentStateChangedEvent`."""
    return "".join(part[:1].upper() + part[1:] for part in kind.name.split(".")) + "Event"


def _models(methods: Mapping[str, Method]) -> Iterator[tuple[type[BaseModel], Mode]]:
    for row in methods.values():
        yield row.params, "validation"
        yield row.result, "serialization"
    for kind in rpc.EVENTS.values():
        yield kind.data, "serialization"
    for model in (Published, Lagged, PaneOutput):
        yield model, "serialization"


def _method(row: Method, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    prose = inspect.getdoc(row.params) or ""
    rest = row.doc.partition("\n")[2].strip()
    description = "\n\n".join(part for part in (rest, prose if row.params.model_fields else "") if part)
    out: dict[str, Any] = {"name": row.name, "summary": row.summary}
    if description:
        out["description"] = description
    return out | {
        "tags": [{"name": row.name.partition("/")[0] if "/" in row.name else "rpc"}],
        "paramStructure": "by-name",
        "params": list(_params(row.params, schemas[row.params.__name__])),
        "result": {"name": row.result.__name__, "schema": _ref(row.result.__name__)},
        "errors": [{"$ref": f"#/components/errors/{fault.kind}"} for fault in faults(row)],
        "x-params": _ref(row.params.__name__),
        "x-tier": row.tier.value,
        "x-waits": row.waits,
        "x-keyed": row.keyed,
    }


def _params(model: type[BaseModel], schema: Schema) -> Iterator[dict[str, Any]]:
    required = schema.get("required", ())
    aliases = {field.alias or name: name for name, field in model.model_fields.items()}
    # OpenRPC wants the required ones first.
    for name in sorted(aliases, key=lambda name: name not in required):
        descriptor: dict[str, Any] = {"name": name}
        words = describe(model, aliases[name], name)
        if words:
            descriptor["description"] = words
        yield descriptor | {"required": name in required, "schema": without_null(schema["properties"][name])}


def _event(kind: Kind) -> Schema:
    return {
        "description": f"{kind.summary}.",
        "allOf": [_ref(Published.__name__)],
        "type": "object",
        "properties": {"kind": {"const": kind.name}, "data": _ref(kind.data.__name__)},
    }


def _notifications() -> list[dict[str, Any]]:
    rows = (
        ("event/published", "toClient", "An event, as one subscription is given it.", Published.__name__),
        ("event/lagged", "toClient", "The subscriber read too slowly, and catches up.", Lagged.__name__),
        ("agent/output", "toClient", "What a watched pane printed.", PaneOutput.__name__),
        ("$/progress", "toClient", "How far a request with a `workDoneToken` is.", "Progress"),
        ("$/cancelRequest", "toServer", "End the waiting of a request.", "CancelRequest"),
    )
    return [
        {"name": name, "summary": summary, "x-direction": direction, "params": _ref(model)}
        for name, direction, summary, model in rows
    ]


def _ref(name: str) -> Schema:
    return {"$ref": REF + name}
