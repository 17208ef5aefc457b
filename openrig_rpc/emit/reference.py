"""The table as a page to read: `schemas/REFERENCE.md`."""

from collections.abc import Iterator, Mapping
from json import dumps
from typing import Any

from ..version import PROTOCOL
from .contract import NOTICE, Call, Contract, Field, Shape, Spelling, needed, ref, spell
from .faults import ALWAYS
from .shape import Schema

OPENING = """\
JSON-RPC 2.0, version {protocol}. {notice}
`openrpc.json` says the same for programs, and `rpc.discover` answers with it.

- **Params** are an object; what is marked * must be given. Unknown params are errors; unknown members and values in
  results are to be ignored.
- Every method may answer {always}.
  What else it may answer stands with it, and [Errors](#errors) says what each means.
- Each method needs a **tier**: `read`, `talk`, `steer` or `shape` (`open`: none; `report`: only the agent itself). The
  operator has all; an agent has `read` and `talk` in its own rig, and more where the rig grants it.
- **⟲** takes `idempotencyKey`: said again with the same key, it happens once. **⌛** may take long or push afterwards:
  over HTTP it is refused.
- Times are RFC 3339 in UTC with milliseconds. Every read result has a `seq`: subscribe from it and nothing is missed.
"""

EVENTS = """\
`event/subscribe` pushes them as `event/published`; `data` is the whole noun afterwards. Mutations are kept for ever;
observations are coalesced for slow clients, and pruned.

| kind | data | |
|---|---|---|"""

ERRORS = """\
`error.data` is `{kind, what, why, fix}` with the facts of its kind: what happened, why, and what to do next.

| code | kind | |
|---|---|---|"""


def _text(value: object) -> str:
    return f"`{dumps(value, ensure_ascii=False)}`"


def _several(inner: str) -> str:
    return f"list of ({inner})" if " | " in inner else f"list of {inner}"


SPELLING = Spelling(
    text="string",
    integer="integer",
    number="number",
    boolean="boolean",
    null="null",
    anything="any",
    ref=lambda name: f"[{name}](#{name.lower()})",
    literals=lambda values: " | ".join(map(_text, values)),
    several=_several,
    mapping=lambda inner: "object" if inner == "any" else f"object of {inner}",
)


def reference(contract: Contract, document: Mapping[str, Any]) -> str:
    """The whole page."""
    always = ", ".join(f"`{fault.kind}`" for fault in ALWAYS)
    opening = OPENING.format(protocol=PROTOCOL, notice=NOTICE, always=always)
    lines = ["# The protocol", "", *opening.splitlines(), "", "## Methods", "", *_contents(contract)]
    for noun, rows in contract.nouns.items():
        lines += ["", f"### Methods: {noun}"]
        for call in rows:
            lines += ["", *_method(call)]
    lines += ["", "## Kinds of events", "", *_events(contract, document)]
    lines += ["", "## Notifications", "", "| | | |", "|---|---|---|"]
    for row in document["x-notifications"]:
        to = "to the client" if row["x-direction"] == "toClient" else "to the daemon"
        lines.append(f"| `{row['name']}` | {to} | {row['summary']} {spell(row['params'], SPELLING)} |")
    lines += ["", "## Errors", "", *_errors(document), "", "## Types"]
    for shape in _shapes(contract):
        lines += ["", *_shape(shape)]
    return "\n".join(lines) + "\n"


def _contents(contract: Contract) -> Iterator[str]:
    for noun, rows in contract.nouns.items():
        yield f"- **{noun}**: " + " · ".join(f"[{call.verb}](#{_anchor(_title(call))})" for call in rows)


def _title(call: Call) -> str:
    """A heading that is no type's: `RigUp` and `rig/up` would be one to GitHub."""
    return f"{call.name} ({call.tier})"


def _method(call: Call) -> Iterator[str]:
    yield f"#### {_title(call)}"
    yield ""
    yield f"{call.summary}{' ⟲' if call.keyed else ''}{' ⌛' if call.waits else ''}"
    if call.doc:
        yield ""
        yield from call.doc.splitlines()
    if call.fields:
        yield ""
        yield from _table("param", call.fields)
    yield ""
    own = [kind for kind in call.errors if kind not in {fault.kind for fault in ALWAYS}]
    errors = f" Errors: {', '.join(f'`{kind}`' for kind in own)}." if own else ""
    yield f"Result: {spell(call.result, SPELLING)}.{errors}"


def _table(title: str, fields: tuple[Field, ...]) -> Iterator[str]:
    worded = any(map(_words, fields))
    yield f"| {title} | |{' |' if worded else ''}"
    yield f"|---|---|{'---|' if worded else ''}"
    for field in fields:
        star = "*" if field.required and title == "param" else ""
        words = f" {_cell(_words(field))} |" if worded else ""
        yield f"| `{field.name}`{star} | {_cell(spell(_given(field.schema), SPELLING))} |{words}"


def _given(schema: Schema) -> Schema:
    """Without null: a member that is null is as good as absent."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    return {"anyOf": options} if options else schema


def _words(field: Field) -> str:
    bounds = []
    for word, key in (("from", "minimum"), ("to", "maximum"), ("more than", "exclusiveMinimum")):
        if key in field.schema:
            bounds.append(f"{word} {field.schema[key]:g}")
    default = field.schema.get("default")
    told = f"Default: {_text(default)}." if default not in (None, "", [], {}) else ""
    limits = f"{' '.join(bounds).capitalize()}." if bounds else ""
    return " ".join(part for part in (field.doc, limits, told) if part)


def _events(contract: Contract, document: Mapping[str, Any]) -> Iterator[str]:
    yield EVENTS
    durability = {row["name"]: row["x-durability"] for row in document["x-events"]}
    for event in contract.events:
        data = spell(ref(event.data), SPELLING)
        mark = " *Observation.*" if durability[event.kind] == "observation" else ""
        yield f"| `{event.kind}` | {data} | {event.doc}{mark} |"


def _errors(document: Mapping[str, Any]) -> Iterator[str]:
    yield ERRORS
    for kind, error in document["components"]["errors"].items():
        yield f"| {error['code']} | `{kind}` | {_cell(error['message'])} |"


def _shapes(contract: Contract) -> list[Shape]:
    """What results, params and events refer to."""
    roots = [call.result for call in contract.calls]
    roots += [field.schema for call in contract.calls for field in call.fields]
    roots += [ref(event.data) for event in contract.events]
    roots += [ref(name) for name in ("Published", "Lagged", "PaneOutput", "Progress", "CancelRequest")]
    return needed(contract, roots)


def _shape(shape: Shape) -> Iterator[str]:
    yield f"### {shape.name}"
    yield ""
    if shape.doc:
        yield " ".join(shape.doc.split())
    if shape.values:
        yield ""
        yield " · ".join(_text(value) for value in shape.values)
    elif shape.fields:
        yield ""
        yield from _table("member", shape.fields)


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def _anchor(name: str) -> str:
    """As GitHub makes it of a heading."""
    return "".join(c for c in name.lower().replace(" ", "-") if c.isalnum() or c in "-_")
