"""The Lua client's annotations (LuaCATS) and the names of its calls: what of `clients/lua` follows from the table."""

from collections.abc import Iterator
from json import dumps

from .contract import NOTICE, Call, Contract, Shape, Spelling, needed, ref, spell


def _text(value: object) -> str:
    return dumps(value, ensure_ascii=False)


def _several(inner: str) -> str:
    return f"({inner})[]" if "|" in inner else f"{inner}[]"


SPELLING = Spelling(
    text="string",
    integer="integer",
    number="number",
    boolean="boolean",
    null="nil",
    anything="any",
    ref=lambda name: f"openrig.{name}",
    literals=lambda values: "|".join(map(_text, values)),
    several=_several,
    mapping=lambda inner: f"table<string, {inner}>",
)


def types(contract: Contract) -> str:
    """`types.lua`: what travels and what can be called, for language servers; never loaded."""
    roots = [call.result for call in contract.calls]
    roots += [field.schema for call in contract.calls for field in call.fields]
    roots += [ref(event.data) for event in contract.events]
    roots += [ref(name) for name in ("Lagged", "PaneOutput", "Progress")]
    given: dict[str, Shape] = {}
    for call in contract.calls:
        if call.params is not None:
            own = next(shape for shape in contract.shapes if shape.name == call.params)
            given[call.params] = Shape(call.params, own.doc, call.fields, (), False)
    nouns = [shape for shape in needed(contract, roots) if shape.name not in {*given, "Event", "Published"}]
    base = next(shape for shape in contract.shapes if shape.name == "Published")
    common = tuple(field for field in base.fields if field.name not in ("kind", "data"))
    lines = ["---@meta", f"-- {NOTICE}"]
    for shape in (*nouns, *(given[name] for name in sorted(given)), Shape("Happened", "", common, (), False)):
        lines += _type(shape)
    for event in contract.events:
        lines += ["", f"--- {event.doc}", f"---@class openrig.{event.title}: openrig.Happened"]
        lines += [f"---@field kind {_text(event.kind)}", f"---@field data openrig.{event.data}"]
    lines += ["", "--- An event, told apart by its `kind`.", "---@alias openrig.Event"]
    lines += [f"---| openrig.{event.title}" for event in contract.events]
    lines += ["", "---@alias openrig.EventKind", *(f"---| {_text(event.kind)}" for event in contract.events)]
    lines += ["", "--- `data.kind` of an error.", "---@alias openrig.ErrorKind"]
    lines += [f"---| {_text(kind)}" for kind in contract.kinds]
    for noun, rows in contract.nouns.items():
        lines += ["", f"---@class openrig.{noun}", f"local {noun} = {{}}"]
        for call in rows:
            lines += ["", *_method(noun, call)]
    lines += ["", "--- All nouns.", "---@class openrig.Calls"]
    lines += [f"---@field {noun} openrig.{noun}" for noun in contract.nouns]
    return "\n".join(lines) + "\n"


def calls(contract: Contract) -> str:
    """`calls.lua`: the verbs of each noun, with the method that each calls."""
    lines = [f"-- {NOTICE}", "return {"]
    for noun, rows in contract.nouns.items():
        lines += [f"  {noun} = {{", *(f"    {call.verb} = {_text(call.name)}," for call in rows), "  },"]
    return "\n".join([*lines, "}"]) + "\n"


def _type(shape: Shape) -> list[str]:
    words = [f"--- {line}".rstrip() for line in shape.doc.splitlines()]
    if shape.values:
        return ["", *words, f"---@alias openrig.{shape.name}", *(f"---| {_text(value)}" for value in shape.values)]
    if not shape.fields:
        return ["", *words, f"---@alias openrig.{shape.name} table<string, any>"]
    lines = ["", *words, f"---@class openrig.{shape.name}"]
    for field in shape.fields:
        spelled = "|".join(part.strip() for part in spell(field.schema, SPELLING).split(" | ") if part.strip() != "nil")
        mark = "" if field.required else "?"
        lines.append(f"---@field {_key(field.name)}{mark} {spelled} {field.doc}".rstrip())
    return lines


def _key(name: str) -> str:
    return f"[{_text(name)}]" if name in ("in", "end", "for", "repeat") else name


def _method(noun: str, call: Call) -> Iterator[str]:
    for line in (call.summary, *(["", *call.doc.splitlines()] if call.doc else [])):
        yield f"--- {line}".rstrip()
    optional = "" if any(field.required for field in call.fields) else "?"
    params = f"openrig.{call.params}" if call.params is not None else "nil"
    result = spell(call.result, SPELLING)
    yield f"---@param params{optional} {params}"
    yield f"---@param callback fun(err?: openrig.Error, result?: {result})"
    yield "---@return fun() cancel ends the waiting"
    yield f"---@overload fun(params{optional}: {params}): {result}"
    yield f"function {noun}.{call.verb}(params, callback) end"
