"""The OpenRPC document: valid by OpenRPC's meta-schema, every reference, and that real values fit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator  # type: ignore[import-untyped]
from pydantic import create_model
from referencing import Registry
from referencing.jsonschema import DRAFT7

from openrig_rpc import rpc
from openrig_rpc.emit.openrpc import build, document, event_name
from openrig_rpc.emit.shape import components
from openrig_rpc.model.agent import Agent, AgentState, Evidence
from openrig_rpc.model.base import Model
from openrig_rpc.model.event import Published

HERE = Path(__file__).parent / "openrpc"


def meta_schema() -> Draft7Validator:
    """OpenRPC's own schema of OpenRPC documents."""
    parts = [json.loads((HERE / f"{name}.schema.json").read_text()) for name in ("openrpc", "json-schema")]
    named = [(part["$id"], DRAFT7.create_resource(part)) for part in parts]
    named += [(name.rstrip("/"), part) for name, part in named]
    Draft7Validator.check_schema(parts[0])
    return Draft7Validator(parts[0], registry=Registry().with_resources(named))


@pytest.fixture(scope="module", params=["every signature", "what answers"])
def discovered(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The document as it will be when all is filled, and as it is now."""
    return build(rpc.load()) if request.param == "every signature" else document()


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref" and isinstance(part, str):
                yield part
            else:
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def resolve(whole: dict[str, Any], reference: str) -> Any:
    assert reference.startswith("#/"), f"{reference} leaves the document"
    found: Any = whole
    for step in reference[2:].split("/"):
        found = found[step]
    return found


def test_it_is_an_openrpc_document(discovered: dict[str, Any]) -> None:
    meta = meta_schema()
    assert [error.message for error in meta.iter_errors(discovered)] == []
    method = {key: value for key, value in discovered["methods"][0].items() if key != "params"}
    assert list(meta.iter_errors({**discovered, "methods": [method]})), "a method without params must not fit"
    assert list(meta.iter_errors({**discovered, "events": []})), "nor a member that it doesn't have"


def test_every_reference_resolves(discovered: dict[str, Any]) -> None:
    found = list(references(discovered))
    assert found
    for reference in found:
        resolve(discovered, reference)


def test_every_schema_is_one(discovered: dict[str, Any]) -> None:
    for schema in discovered["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for method in discovered["methods"]:
        for param in method["params"]:
            Draft202012Validator.check_schema(param["schema"])


def test_no_schema_is_left_over(discovered: dict[str, Any]) -> None:
    used = {reference.rpartition("/")[2] for reference in references(discovered)}
    assert set(discovered["components"]["schemas"]) <= used


def test_methods_are_the_table(discovered: dict[str, Any]) -> None:
    names = [method["name"] for method in discovered["methods"]]
    assert names == sorted(set(names))
    table = rpc.load()
    for method in discovered["methods"]:
        row = table[method["name"]]
        assert (method["x-tier"], method["x-waits"], method["x-keyed"]) == (row.tier.value, row.waits, row.keyed)
        assert {param["name"] for param in method["params"]} == {f.alias for f in row.params.model_fields.values()}
        required = [param["required"] for param in method["params"]]
        assert required == sorted(required, reverse=True), "required params come first"


def test_only_what_answers_is_listed() -> None:
    assert {method["name"] for method in document()["methods"]} == set(rpc.filled())


def test_every_error_is_there_once(discovered: dict[str, Any]) -> None:
    errors = discovered["components"]["errors"]
    assert {kind: error["code"] for kind, error in errors.items()} == {k: e.code for k, e in rpc.ERRORS.items()}
    assert all(error["data"] == {"kind": kind} and error["message"] for kind, error in errors.items())


def test_every_param_has_words(discovered: dict[str, Any]) -> None:
    hooks_only = {"agent/report"}
    silent = [
        f"{method['name']} {param['name']}"
        for method in discovered["methods"]
        if method["name"] not in hooks_only
        for param in method["params"]
        if "description" not in param
    ]
    assert silent == []


def test_events(discovered: dict[str, Any]) -> None:
    kinds = {event["name"]: event for event in discovered["x-events"]}
    assert set(kinds) == set(rpc.EVENTS)
    agent = Agent(
        id="a1",
        generation=1,
        address="team-lead@demo",
        rig="demo",
        pod="team",
        member="lead",
        runtime="scripted",
        cwd="/",
        state=AgentState.IDLE,
        state_since="2026-01-01T00:00:00.000Z",
        evidence=Evidence(source="hook", at="2026-01-01T00:00:00.000Z", detail="Stop"),
    )
    published = Published(
        seq=7,
        prev=6,
        subscription="s1",
        time="2026-01-01T00:00:00.000Z",
        kind="agent.stateChanged",
        actor="daemon",
        data=agent.model_dump(mode="json"),
    ).model_dump(mode="json")
    right = Draft202012Validator({**discovered, **kinds["agent.stateChanged"]["schema"]})
    assert [error.message for error in right.iter_errors(published)] == []
    wrong = Draft202012Validator({**discovered, **kinds["message.held"]["schema"]})
    assert list(wrong.iter_errors(published)), "another kind's schema must not fit"


def test_notifications(discovered: dict[str, Any]) -> None:
    names = {row["name"] for row in discovered["x-notifications"]}
    assert names == {"event/published", "event/lagged", "agent/output", "$/progress", "$/cancelRequest"}


def test_event_names_are_types() -> None:
    names = [event_name(kind) for kind in rpc.EVENTS.values()]
    assert len(set(names)) == len(names)
    assert "AgentStateChangedEvent" in names


def test_models_that_share_a_name_are_refused() -> None:
    first = create_model("Twin", __base__=Model, __module__="one", a=(int, ...))
    second = create_model("Twin", __base__=Model, __module__="two", b=(int, ...))
    with pytest.raises(ValueError, match="share a name"):
        components([(first, "validation"), (second, "validation")])
