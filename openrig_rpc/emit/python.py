"""The Python client's types and calls: what of `clients/python` follows from the table. Laid out as ruff would."""

import keyword
import textwrap
from collections.abc import Iterator
from json import dumps

from .contract import NOTICE, Call, Contract, Field, Shape, Spelling, needed, ref, spell

WIDTH = 116
LONGEST = 120
"""What ruff allows, to which it joins what fits."""


def _text(value: object) -> str:
    return dumps(value, ensure_ascii=False)


SPELLING = Spelling(
    text="str",
    integer="int",
    number="float",
    boolean="bool",
    null="None",
    anything="Any",
    ref=lambda name: name,
    literals=lambda values: f"Literal[{', '.join(map(_text, values))}]",
    several=lambda inner: f"list[{inner}]",
    mapping=lambda inner: f"dict[str, {inner}]",
)
GIVEN = Spelling(
    text="str",
    integer="int",
    number="float",
    boolean="bool",
    null="None",
    anything="Any",
    ref=lambda name: f"types.{name}",
    literals=lambda values: f"Literal[{', '.join(map(_text, values))}]",
    several=lambda inner: f"Sequence[{inner}]",
    mapping=lambda inner: f"Mapping[str, {inner}]",
)
"""What a caller may give: anything that reads like a list or a dict."""


def types(contract: Contract) -> str:
    """`types.py`: the nouns as TypedDicts, with the wire's own names."""
    roots = [call.result for call in contract.calls]
    roots += [field.schema for call in contract.calls for field in call.fields]
    roots += [ref(event.data) for event in contract.events]
    roots += [ref(name) for name in ("Event", "Lagged", "PaneOutput", "Progress")]
    lines = [
        "# ruff: noqa: N815 - the wire's own names",
        f'"""What travels. {NOTICE}',
        "",
        "Readers ignore members and values that they don't know: a newer daemon may send more than is written here.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any, Literal, NotRequired, TypedDict",
    ]
    shapes = [shape for shape in needed(contract, roots) if shape.name != "Event"]
    choices = [shape for shape in shapes if shape.values]
    for shape in choices:
        lines += _choice(shape.name, list(shape.values), shape.doc)
    lines += _choice("ErrorKind", list(contract.kinds), "`data.kind` of an error.")
    lines += _choice("EventKind", [event.kind for event in contract.events], "`kind` of an event.")
    for shape in shapes:
        if shape.loose:
            lines += ["", f"{shape.name} = dict[str, Any]", f'"""{shape.doc}"""']
    for shape in shapes:
        if not shape.values and not shape.loose:
            lines += _record(shape)
    base = next(shape for shape in contract.shapes if shape.name == "Published")
    common = tuple(field for field in base.fields if field.name not in ("kind", "data"))
    lines += _record(Shape("Happened", "What every event has.", common, (), False))
    for event in contract.events:
        lines += ["", "", f"class {event.title}(Happened):", *_doc(event.doc, 4), ""]
        lines += [f'    kind: Literal["{event.kind}"]', f"    data: {event.data}"]
    lines += ["", "", "Event = ("]
    lines += [f"    {'| ' if index else ''}{event.title}" for index, event in enumerate(contract.events)]
    lines += [")", '"""An event, told apart by its `kind`."""']
    return "\n".join(lines) + "\n"


def calls(contract: Contract) -> str:
    """`calls.py`: every method, twice: awaited, and waited for."""
    body = [line for awaited in (True, False) for line in _calls(contract, awaited)]
    taken = "Mapping, Sequence" if any("Mapping[" in line for line in body) else "Sequence"
    more = ", Literal" if any("Literal[" in line for line in body) else ""
    lines = [
        f'"""Every method, by noun. {NOTICE}"""',
        "",
        f"from collections.abc import Awaitable, Callable, {taken}",
        f"from typing import Any{more}",
        "",
        "from . import types",
        "",
        "Ask = Callable[[str, dict[str, object]], Awaitable[Any]]",
        "AskNow = Callable[[str, dict[str, object]], Any]",
        *body,
    ]
    return "\n".join(lines) + "\n"


def _calls(contract: Contract, awaited: bool) -> Iterator[str]:
    prefix = "Async" if awaited else ""
    ask = "Ask" if awaited else "AskNow"
    for noun, rows in contract.nouns.items():
        yield from ("", "", f"class {prefix}{noun.title()}:", f'    """`{noun}/…`"""', "")
        yield from (f"    def __init__(self, ask: {ask}) -> None:", "        self._ask = ask")
        for call in rows:
            yield ""
            yield from _method(call, awaited)
    yield from ("", "", f"class {prefix}Calls:", '    """All nouns."""', "")
    yield f"    def __init__(self, ask: {ask}) -> None:"
    for noun in contract.nouns:
        yield f"        self.{noun} = {prefix}{noun.title()}(ask)"


def _method(call: Call, awaited: bool) -> Iterator[str]:
    begun = "async def" if awaited else "def"
    result = f"types.{spell(call.result, SPELLING)}"
    if call.fields:
        yield f"    {begun} {_name(call.verb)}("
        yield "        self,"
        required = [field for field in call.fields if field.required]
        optional = [field for field in call.fields if not field.required]
        # One that must be given needs no name; several would be mixed up.
        if len(required) != 1:
            yield "        *,"
        yield from (f"        {_name(field.name)}: {spell(field.schema, GIVEN)}," for field in required)
        if len(required) == 1 and optional:
            yield "        *,"
        yield from (line for field in optional for line in _optional(field))
        yield f"    ) -> {result}:"
    else:
        yield f"    {begun} {_name(call.verb)}(self) -> {result}:"
    yield from _explained(call)
    wait = "await " if awaited else ""
    if call.fields:
        yield f"        found: {result} = {wait}self._ask("
        yield f'            "{call.name}",'
        yield "            {"
        yield from (f'                "{field.name}": {_name(field.name)},' for field in call.fields)
        yield "            },"
        yield "        )"
    else:
        yield f'        found: {result} = {wait}self._ask("{call.name}", {{}})'
    yield "        return found"


def _optional(field: Field) -> list[str]:
    """A param that may be left out, as ruff writes it."""
    whole = f"        {_name(field.name)}: {spell(field.schema, GIVEN)} | None = None,"
    first, _, last = whole.rpartition(" | None")
    return [whole] if len(whole) <= LONGEST else [first, f"        | None{last}"]


def _explained(call: Call) -> Iterator[str]:
    """The docstring: summary, the rest, and each param."""
    if not (call.doc or call.fields):
        yield f'        """{call.summary}"""'
        return
    yield f'        """{call.summary}'
    if call.doc:
        yield ""
        yield from _wrapped(call.doc, 8)
    if call.fields:
        yield ""
    for field in call.fields:
        yield from _wrapped(f"{_name(field.name)}: {field.doc}", 8, hanging=4)
    yield '        """'


def _choice(name: str, values: list[str | int], doc: str) -> list[str]:
    return ["", f"{name} = Literal[", *(f"    {_text(value)}," for value in values), "]", *_doc(doc, 0)]


def _record(shape: Shape) -> list[str]:
    odd = [field for field in shape.fields if keyword.iskeyword(field.name)]
    lines = ["", ""]
    parent = "TypedDict"
    if odd:
        parent = f"_{shape.name}Words"
        lines += [f"{parent} = TypedDict(", f'    "{parent}",', "    {"]
        lines += [f'        "{field.name}": {_text(_member(field))},' for field in odd]
        lines += ["    },", ")", "", ""]
    lines += [f"class {shape.name}({parent}):", *_doc(shape.doc or "No words.", 4)]
    plain = [field for field in shape.fields if field not in odd]
    if plain:
        lines.append("")
    for field in plain:
        lines += _line(field)
        if field.doc:
            lines += _doc(field.doc, 4)
    return lines


def _line(field: Field) -> list[str]:
    spelled = _member(field)
    if len(spelled) + len(field.name) + 6 <= WIDTH + 4:
        return [f"    {field.name}: {spelled}"]
    inner = spelled.removeprefix("NotRequired[").removesuffix("]")
    return [f"    {field.name}: NotRequired[", f"        {inner}", "    ]"]


def _member(field: Field) -> str:
    spelled = spell(field.schema, SPELLING)
    return spelled if field.required else f"NotRequired[{spelled}]"


def _doc(words: str, indent: int) -> list[str]:
    pad = " " * indent
    whole = f'{pad}"""{words}"""'
    if "\n" not in words and len(whole) <= LONGEST:
        return [whole]
    wrapped = list(_wrapped(words, indent))
    return [f'{pad}"""{wrapped[0].strip()}', *wrapped[1:], f'{pad}"""']


def _wrapped(words: str, indent: int, hanging: int = 0) -> Iterator[str]:
    pad = " " * indent
    for index, paragraph in enumerate(words.split("\n\n")):
        if index:
            yield ""
        yield from textwrap.wrap(
            " ".join(paragraph.split()),
            WIDTH,
            initial_indent=pad,
            subsequent_indent=pad + " " * hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _name(wire: str) -> str:
    """`replyTo` as Python says it: `reply_to`."""
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in wire)
    return f"{snake}_" if keyword.iskeyword(snake) else snake
