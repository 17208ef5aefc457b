"""The shape of a file: symbols, folds, and selections that grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from ..spec.agent import KINDS
from ..spec.node import Entry, Node
from .known import Known
from .shapes import plain, range_of, ranged
from .trail import trail

_Symbol = types.SymbolKind


def symbols(known: Known) -> list[types.DocumentSymbol]:
    """The outline: pods with members and edges, or profiles and resources."""
    root = known.root
    if root is None:
        return []
    found = list(_rig(known, root) if known.text.kind == "rig" else _agent(known, root))
    name = root["name"]
    if name is None or not name.written:
        return found
    return [_symbol(known, plain(name.written), _Symbol.Module, root, name, found, root.text("summary"))]


def flat(
    uri: str, found: Sequence[types.DocumentSymbol], container: str | None = None
) -> list[types.SymbolInformation]:
    """The same for editors that don't nest."""
    listed: list[types.SymbolInformation] = []
    for symbol in found:
        place = types.Location(uri, symbol.range)
        listed.append(types.SymbolInformation(place, symbol.name, symbol.kind, container_name=container))
        listed += flat(uri, symbol.children or [], symbol.name)
    return listed


def _rig(known: Known, root: Node) -> Iterator[types.DocumentSymbol]:
    for pod in root.list("pods"):
        members = [
            _symbol(known, member.text("id") or "?", _Symbol.Class, member, member["id"], [], member.text("runtime"))
            for member in pod.list("members")
            if member.entries
        ]
        edges = [_edge(known, edge) for edge in pod.list("edges") if edge.entries]
        if pod.entries:
            children = [*members, *edges]
            yield _symbol(known, pod.text("id") or "?", _Symbol.Namespace, pod, pod["id"], children, pod.text("label"))
    for edge in root.list("edges"):
        if edge.entries:
            yield _edge(known, edge)


def _edge(known: Known, edge: Node) -> types.DocumentSymbol:
    name = f"{edge.text('from') or '?'} → {edge.text('to') or '?'}"
    return _symbol(known, name, _Symbol.Event, edge, edge["kind"], [], edge.text("kind"))


def _agent(known: Known, root: Node) -> Iterator[types.DocumentSymbol]:
    profiles = root.mapping("profiles")
    for entry in profiles.entries if profiles is not None else ():
        if entry.key.written:
            detail = entry.value.text("summary")
            yield _symbol(known, entry.key.written, _Symbol.Class, _whole(entry), entry.key, [], detail)
    resources = root.mapping("resources")
    for kind in KINDS:
        for node in resources.list(kind) if resources is not None else ():
            if node.entries:
                yield _symbol(known, node.text("id") or "?", _Symbol.File, node, node["id"], [], kind)


def _symbol(
    known: Known,
    name: str,
    kind: types.SymbolKind,
    whole: Node,
    named: Node | None,
    children: list[types.DocumentSymbol],
    detail: str | None,
) -> types.DocumentSymbol:
    inside = named is not None and whole.start <= named.start and named.end <= whole.end
    return types.DocumentSymbol(
        name=plain(name) or "?",
        kind=kind,
        range=range_of(whole, known.lines, known.encoding),
        selection_range=range_of(named if inside and named is not None else whole, known.lines, known.encoding),
        detail=plain(detail) if detail else None,
        children=children or None,
    )


def _whole(entry: Entry) -> Node:
    """A key with its value."""
    return Node(entry.value.kind, entry.key.start, max(entry.key.end, entry.value.end))


def folds(known: Known) -> list[types.FoldingRange]:
    """Everything over more than one line, and comments."""
    lines = known.lines
    found: dict[int, types.FoldingRange] = {}

    def add(start: int, end: int, kind: types.FoldingRangeKind | None = None) -> None:
        first, last = lines.line_of(start), lines.line_of(max(start, end))
        if last > first and (first not in found or found[first].end_line < last):
            found[first] = types.FoldingRange(first, last, kind=kind)

    for node in known.root.walk() if known.root is not None else ():
        if node.alias:
            continue
        for entry in node.entries:
            add(entry.key.start, entry.value.end if not entry.value.alias else entry.key.end)
        for item in node.items:
            add(item.start, item.end)
    for first, last in _comments(known):
        found.setdefault(first, types.FoldingRange(first, last, kind=types.FoldingRangeKind.Comment))
    return [found[first] for first in sorted(found)]


def _comments(known: Known) -> Iterator[tuple[int, int]]:
    """Runs of two and more lines that are nothing but comments."""
    lines, text, first = known.lines, known.document.text, -1
    for number in range(lines.count + 1):
        is_comment = number < lines.count and text[lines.start_of(number) : lines.line_end(number)].lstrip()[:1] == "#"
        if is_comment and first < 0:
            first = number
        elif not is_comment and first >= 0:
            if number - first > 1:
                yield first, number - 1
            first = -1


def selection(known: Known, offset: int) -> types.SelectionRange:
    """The value, its field, what that is in, and so on to the whole file."""
    lines, encoding = known.lines, known.encoding
    spans = [(0, len(known.document.text))]
    if known.root is not None:
        at = trail(known.root, offset)
        spans.append((at.nodes[0].start, at.nodes[0].end))
        for parent, node in zip(at.nodes, at.nodes[1:], strict=False):
            entry = next((entry for entry in parent.entries if entry.value is node), None)
            if entry is not None:
                spans.append((entry.key.start, max(entry.key.end, node.end)))
            spans.append((node.start, node.end))
        if at.on_key and at.entry is not None:
            spans[-1] = (at.entry.key.start, at.entry.key.end)
    found: types.SelectionRange | None = None
    last: tuple[int, int] | None = None
    for start, end in spans:
        if last is not None and not (last[0] <= start and end <= last[1] and (start, end) != last):
            continue
        found, last = types.SelectionRange(ranged(lines.range(start, end, encoding)), found), (start, end)
    assert found is not None
    return found
