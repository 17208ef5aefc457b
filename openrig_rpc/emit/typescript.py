"""The TypeScript client's types and calls: what of `clients/typescript` follows from the table."""

from collections.abc import Iterator
from json import dumps

from .contract import NOTICE, Call, Contract, Field, Shape, Spelling, needed, ref, spell


def _text(value: object) -> str:
    return dumps(value, ensure_ascii=False)


def _several(inner: str) -> str:
    return f"({inner})[]" if "|" in inner else f"{inner}[]"


SPELLING = Spelling(
    text="string",
    integer="number",
    number="number",
    boolean="boolean",
    null="null",
    anything="unknown",
    ref=lambda name: name,
    literals=lambda values: " | ".join(map(_text, values)),
    several=_several,
    mapping=lambda inner: f"Record<string, {inner}>",
)


def types(contract: Contract) -> str:
    """`types.ts`: the nouns, and which method, event and notification has which."""
    params = _params(contract)
    roots = [call.result for call in contract.calls]
    roots += [field.schema for shape in params for field in shape.fields]
    roots += [ref(event.data) for event in contract.events]
    roots += [ref(name) for name in ("Lagged", "PaneOutput", "Progress")]
    given = {shape.name for shape in params}
    shapes = [shape for shape in needed(contract, roots) if shape.name not in {*given, "Event", "Published"}]
    lines = [
        f"// What travels. {NOTICE}",
        "// Readers ignore members and values that they don't know: a newer daemon may send more than is written here.",
    ]
    for shape in shapes:
        lines += _type(shape)
    for shape in params:
        lines += _type(shape)
    base = next(shape for shape in contract.shapes if shape.name == "Published")
    common = tuple(field for field in base.fields if field.name not in ("kind", "data"))
    lines += _type(Shape("Happened", "What every event has.", common, (), False))
    lines += ["", "/** The noun that each kind of event carries. */", "export interface Events {"]
    for event in contract.events:
        lines += [f"  /** {event.doc} */", f"  {_text(event.kind)}: {event.data};"]
    lines += [
        "}",
        "",
        "export type EventKind = keyof Events;",
        "",
        "/** An event, told apart by its `kind`. */",
        "export type Event = { [K in EventKind]: Happened & { kind: K; data: Events[K] } }[EventKind];",
        "",
        "/** Every method, its params and its result. */",
        "export interface Methods {",
    ]
    for call in contract.calls:
        lines.append(
            f"  {_text(call.name)}: {{ params: {call.params or 'NoParams'}; result: {spell(call.result, SPELLING)} }};"
        )
    lines += [
        "}",
        "",
        "export type NoParams = Record<string, never>;",
        "",
        "/** What the daemon says by itself. */",
        "export interface Notifications {",
        '  "event/published": Event;',
        '  "event/lagged": Lagged;',
        '  "agent/output": PaneOutput;',
        '  "$/progress": Progress;',
        "}",
        "",
        "/** `data.kind` of an error. */",
        "export type ErrorKind =",
        *(f"  | {_text(kind)}" for kind in contract.kinds),
    ]
    lines[-1] += ";"
    return "\n".join(lines) + "\n"


def calls(contract: Contract) -> str:
    """`calls.ts`: every method as a function of its noun."""
    lines = [
        f"// Every method, by noun. {NOTICE}",
        'import type * as t from "./types.js";',
        "",
        "/** What goes along with a call. */",
        "export interface Options {",
        "  /** Ends the waiting, never what was already done. */",
        "  signal?: AbortSignal;",
        "}",
        "",
        "export type Ask = <M extends keyof t.Methods>(",
        "  method: M,",
        '  params: t.Methods[M]["params"],',
        "  options?: Options,",
        ') => Promise<t.Methods[M]["result"]>;',
    ]
    for noun, rows in contract.nouns.items():
        lines += ["", f"/** `{noun}/…` */", f"export class {noun.title()} {{"]
        lines += ["  readonly #ask: Ask;", "", "  constructor(ask: Ask) {", "    this.#ask = ask;", "  }"]
        for call in rows:
            lines += ["", *_method(call)]
        lines.append("}")
    lines += ["", "/** All nouns. */", "export class Calls {"]
    lines += [f"  readonly {noun}: {noun.title()};" for noun in contract.nouns]
    lines += ["", "  constructor(ask: Ask) {"]
    lines += [f"    this.{noun} = new {noun.title()}(ask);" for noun in contract.nouns]
    lines += ["  }", "}"]
    return "\n".join(lines) + "\n"


def _params(contract: Contract) -> list[Shape]:
    """The shape of each method's params, once."""
    found: dict[str, Shape] = {}
    for call in contract.calls:
        if call.params is not None:
            own = next(shape for shape in contract.shapes if shape.name == call.params)
            found[call.params] = Shape(call.params, own.doc, call.fields, (), False)
    return [found[name] for name in sorted(found)]


def _method(call: Call) -> Iterator[str]:
    words = [call.summary, *(["", *call.doc.splitlines()] if call.doc else [])]
    yield from _doc("\n".join(words), "  ")
    result = f"Promise<t.{spell(call.result, SPELLING)}>"
    if call.params is None:
        yield f"  {call.verb}(options?: Options): {result} {{"
        yield f"    return this.#ask({_text(call.name)}, {{}}, options);"
    else:
        default = "" if any(field.required for field in call.fields) else " = {}"
        yield f"  {call.verb}(params: t.{call.params}{default}, options?: Options): {result} {{"
        yield f"    return this.#ask({_text(call.name)}, params, options);"
    yield "  }"


def _type(shape: Shape) -> list[str]:
    lines = ["", *_doc(shape.doc, "")]
    if shape.loose:
        return [*lines, f"export type {shape.name} = Record<string, unknown>;"]
    if shape.values:
        values = [f"  | {_text(value)}" for value in shape.values]
        values[-1] += ";"
        return [*lines, f"export type {shape.name} =", *values]
    if not shape.fields:
        return [*lines, f"export type {shape.name} = Record<string, unknown>;"]
    lines.append(f"export interface {shape.name} {{")
    for field in shape.fields:
        lines += _member(field)
    return [*lines, "}"]


def _member(field: Field) -> Iterator[str]:
    yield from _doc(field.doc, "  ")
    yield f"  {field.name}{'' if field.required else '?'}: {spell(field.schema, SPELLING)};"


def _doc(words: str, pad: str) -> list[str]:
    lines = words.replace("*/", "* /").splitlines()
    if len(lines) <= 1:
        return [f"{pad}/** {words} */"] if words else []
    return [f"{pad}/**", *(f"{pad} * {line}".rstrip() for line in lines), f"{pad} */"]
