"""YAML text to a tree with places, bounded in every direction.

The C parser's events are read one by one, so that depth and size are refused before anything is built, a tree is
there up to where the text goes wrong, and nothing recurses. Where one line can't be read, it is left out and the rest
read again: a file that is being typed keeps its tree.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import yaml
from yaml import events
from yaml.error import Mark

from . import edits
from .findings import MOST_SUGGESTIONS, Edit, Findings, Place
from .node import Entry, Kind, Node, Scalar
from .positions import Lines
from .syntax import Trouble, trouble

MOST_BYTES = 1024 * 1024
MOST_NODES = 100_000
MOST_DEPTH = 64
MOST_RETRIES = 5
PERIOD = 512
"""Events between two questions whether the text is still wanted."""

Wanted = Callable[[], bool]

_UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_TAG_DIRECTIVE = re.compile(r"^%TAG\b.*", re.MULTILINE)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_TAG = re.compile(r"![^\s,\[\]{}]*[ \t]*")
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "null", "bool", "int", "float", "map", "seq"))

_SPECIAL = frozenset("+-.0123456789~nNtTfF")
_TEXT_TAG = "tag:yaml.org,2002:str"
_TEXT = Kind.TEXT


class Overtaken(Exception):
    """Nobody wants to know any more what is in the text."""


class _Refused(Exception):
    """A bound was passed; the finding is noted already."""


@dataclass(eq=False)
class Document:
    """A text, its tree and what is wrong with it. `complete` is False where part of it could not be read."""

    text: str
    root: Node | None
    findings: Findings
    complete: bool = True

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)


def read(source: str | bytes, wanted: Wanted | None = None) -> Document:
    """The tree of a YAML text; what is wrong is in `findings`. Raises only Overtaken, soon after `wanted` says no."""
    findings = Findings()
    text, fits = _decode(source, findings)
    if not fits:
        return Document(text, None, findings, complete=False)
    for found in _TAG_DIRECTIVE.finditer(text):
        findings.add("yaml-tag", Place(*found.span()), "Spec files have plain data only; remove this %TAG directive.")
        return Document(text, None, findings, complete=False)
    document = _read_lines(text, findings, wanted)
    if document.root is None and document.complete:
        findings.add("yaml-empty", Place(0, 0), "The file is empty; a rig file begins with `version` and `name`.")
        document.complete = False
    return document


def _decode(source: str | bytes, findings: Findings) -> tuple[str, bool]:
    """The text, and whether it may be parsed."""
    size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "surrogatepass"))
    text = source if isinstance(source, str) else ""
    if isinstance(source, bytes):
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            text = source[: MOST_BYTES + 4].decode("utf-8", "replace")
            at = len(source[: error.start].decode("utf-8", "replace"))
            findings.add(
                "yaml-encoding",
                Place(at, at + 1),
                f"Byte {error.start} is not UTF-8 ({error.reason}); save the file as UTF-8.",
            )
            return text, False
    if size > MOST_BYTES:
        findings.add(
            "yaml-limit",
            Place(0, 0),
            f"The file has {size:,} bytes, and a spec may have {MOST_BYTES:,}; move long texts into other files.",
        )
        return text, False
    odd = _UNREADABLE.search(text, 1 if text.startswith("\ufeff") else 0)
    if odd:
        findings.add(
            "yaml-encoding",
            Place(*odd.span()),
            f"YAML does not allow the character U+{ord(odd[0]):04X}; remove it, or write it as an escape in quotes.",
            edit=Edit("Remove the character", odd.start(), odd.end(), ""),
        )
        return text, False
    return text, True


def _read_lines(text: str, findings: Findings, wanted: Wanted | None) -> Document:
    """Parse; where a line can't be read, leave it out (as spaces, so that places stay) and parse again."""
    troubles: dict[int, Trouble] = {}
    lines: Lines | None = None
    first: Node | None = None
    last: Document | None = None
    for _ in range(MOST_RETRIES):
        builder = _Builder(text, findings, wanted)
        try:
            stopped = builder.run(_without(text, lines, troubles) if lines else text)
        except _Refused:
            last = Document(text, None, findings, complete=False)
            break
        if stopped is None:
            last = Document(text, builder.root, findings, complete=not troubles)
            break
        lines = lines or Lines(text)
        first = first or builder.root
        line = lines.line_of(stopped.cause)
        if line in troubles:
            break
        if stopped.unclosed and troubles and line < min(troubles):
            troubles.clear()  # they were only the consequence of this one
        troubles[line] = stopped
    for stopped in troubles.values():
        findings.add(stopped.code, stopped.place, stopped.message, edit=stopped.edit)
    return last or Document(text, first, findings, complete=False)


def _without(text: str, lines: Lines, left_out: Iterable[int]) -> str:
    """The text with some of its lines as spaces."""
    for line in left_out:
        start, end = lines.start_of(line), lines.line_end(line)
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@dataclass(slots=True)
class _Frame:
    """An open mapping or list; `key` waits for its value."""

    node: Node
    listed: bool
    items: list[Node]
    entries: list[Entry]
    by_key: dict[str, Entry]
    doubles: list[Entry]
    key: Node | None = None


class _Builder:
    """The tree, event by event."""

    def __init__(self, text: str, findings: Findings, wanted: Wanted | None) -> None:
        self.root: Node | None = None
        self._wanted = wanted
        self._text = text
        self._shift = 1 if text.startswith("\ufeff") else 0
        self._findings = findings
        self._stack: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._open: set[int] = set()
        self._total = 0
        self._documents = self._doubles = 0

    def run(self, shown: str) -> Trouble | None:
        """Read `shown` (the text, perhaps with lines left out) to its end, or to where it can't be read."""
        loader = yaml.CSafeLoader(shown[self._shift :])
        wanted, count = self._wanted, 0
        try:
            while True:  # What `yaml.parse` does, without a generator and a second call for each event.
                event = loader.get_event()
                if type(event) is events.ScalarEvent:  # by far the most
                    self._attach(self._scalar(event), event.anchor)
                elif event is None or not self._take(event):
                    break
                count += 1
                if wanted is not None and not count % PERIOD and not wanted():
                    raise Overtaken
        except yaml.YAMLError as error:
            self._unwind()
            return trouble(error, self._text, self._shift)
        finally:
            loader.dispose()
        self._unwind()
        return None

    def _take(self, event: events.Event) -> bool:
        """One event. False: what follows is not looked at."""
        if isinstance(event, events.CollectionStartEvent):
            self._open_up(event)
        elif isinstance(event, events.CollectionEndEvent):
            self._close(_index(event.end_mark) + self._shift)
        elif isinstance(event, events.AliasEvent):
            self._attach(self._alias(event), None)
        elif isinstance(event, events.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._second(event)
                return False
        return True

    def _open_up(self, event: events.CollectionStartEvent) -> None:
        start = self._start(event, event.tag)
        kind = Kind.MAPPING if isinstance(event, events.MappingStartEvent) else Kind.SEQUENCE
        frame = _Frame(Node(kind, start, start, flow=bool(event.flow_style)), kind is Kind.SEQUENCE, [], [], {}, [])
        frame.node.items, frame.node.entries, frame.node.by_key = frame.items, frame.entries, frame.by_key
        self._attach(frame.node, event.anchor)
        self._stack.append(frame)
        self._open.add(id(frame.node))

    def _second(self, event: events.Event) -> None:
        start = _index(event.start_mark) + self._shift
        self._findings.add(
            "yaml-documents",
            Place(start, min(start + 3, len(self._text))),
            "A second document begins here, and a spec is one; put it into a file of its own.",
        )

    def _start(self, event: events.NodeEvent, tag: str | None) -> int:
        """Where the value itself begins, behind its anchor and tag; a tag that is not YAML's own is noted."""
        start, end = _index(event.start_mark) + self._shift, _index(event.end_mark) + self._shift
        if tag is None and event.anchor is None:
            return start
        if tag is not None and tag != "!" and tag not in _CORE_TAGS:
            found = _TAG.search(self._text, start)
            place = Place(*found.span()) if found else Place(start, start + 1)
            self._findings.add(
                "yaml-tag",
                Place(place.start, place.start + len(self._text[place.start : place.end].rstrip())),
                "Spec files have plain data only; remove this tag.",
                edit=Edit("Remove the tag", place.start, place.end, ""),
            )
        properties = _PROPERTIES.match(self._text, start, max(end, start))
        return properties.end() if properties else start

    def _scalar(self, event: events.ScalarEvent) -> Node:
        written, style, shift = event.value, event.style, self._shift
        begun, ended = event.start_mark, event.end_mark
        assert begun is not None and ended is not None  # the C parser always gives them
        end = ended.index + shift
        if event.tag is None and event.anchor is None:
            start = begun.index + shift
            if not style:  # by far the most
                if end < start:
                    end = start
                if written and written[0] not in _SPECIAL:
                    return Node(_TEXT, start, end, written, written, True)
                kind, value = _resolve(written)
                return Node(kind, start, end, value, written, True)
            by_core = False
        else:
            start = self._start(event, event.tag)
            by_core = not style if event.tag is None else event.tag in _CORE_TAGS and event.tag != _TEXT_TAG
        if style in ("|", ">"):
            end = start + len(self._text[start:end].rstrip())
        kind, value = _resolve(written) if by_core else (Kind.TEXT, written)
        return Node(kind, start, max(end, start), value, written=written, plain=not style)

    def _alias(self, event: events.AliasEvent) -> Node:
        start, end = _index(event.start_mark) + self._shift, _index(event.end_mark) + self._shift
        target = self._anchors.get(event.anchor or "")
        if target is None or id(target) in self._open:
            why = "stands for something it is part of" if target else "names no anchor above it"
            self._findings.add(
                "yaml-alias", Place(start, end), f"The alias `*{event.anchor}` {why}; write the value out."
            )
            return Node(Kind.NULL, start, end, alias=True)
        return Node(
            target.kind,
            start,
            end,
            target.value,
            written=target.written,
            flow=True,
            alias=True,
            items=target.items,
            entries=target.entries,
            by_key=target.by_key,
            weight=target.weight,
            height=target.height,
        )

    def _attach(self, node: Node, anchor: str | None) -> None:
        """Give `node` its place in the tree, unless a bound is passed."""
        stack = self._stack
        self._total += node.weight
        if self._total > MOST_NODES:
            self._refuse(node, f"a spec may have {MOST_NODES:,} values, aliases written out")
        if len(stack) + node.height > MOST_DEPTH:
            self._refuse(node, f"a spec may be {MOST_DEPTH} levels deep")
        if anchor:
            self._anchors[anchor] = node
        if not stack:
            self.root = node
            return
        frame = stack[-1]
        key = frame.key
        if frame.listed:
            frame.items.append(node)
        elif key is None:
            frame.key = node
        else:
            frame.key = None
            self._enter(frame, Entry(key, node))

    def _refuse(self, node: Node, why: str) -> None:
        self._findings.add("yaml-limit", Place(node.start, node.start + 1), f"Too much: {why}. Split the file up.")
        raise _Refused

    def _enter(self, frame: _Frame, entry: Entry) -> None:
        name = entry.key.written
        frame.entries.append(entry)
        if name and name != "<<" and name not in frame.by_key:
            frame.by_key[name] = entry
        elif not name:  # Collections have no text either.
            place = Place(entry.start, max(entry.end, entry.start + 1))
            self._findings.add("yaml-key", place, "A key must be a plain name, not empty and not a list or mapping.")
        elif name == "<<" and entry.key.plain:
            message = "Merge keys are not part of the format; write the fields out, or use an alias for a whole value."
            self._findings.add("yaml-merge", entry, message)
        elif name in frame.by_key:
            frame.doubles.append(entry)
        else:
            frame.by_key[name] = entry

    def _close(self, end: int) -> None:
        """The innermost collection ends; in block style with the last thing in it."""
        frame = self._stack.pop()
        node, key = frame.node, frame.key
        if key is not None:
            self._enter(frame, Entry(key, Node(Kind.NULL, key.end, key.end)))
        node.end = end if node.flow else max(_last(node), node.start)
        for double in frame.doubles:
            self._say_double(node, double)
        parts = node.items or [entry.value for entry in node.entries]
        node.weight = 1 + len(node.entries) + sum(part.weight for part in parts)
        node.height = 1 + max((part.height for part in parts), default=0)
        self._open.discard(id(node))

    def _say_double(self, node: Node, entry: Entry) -> None:
        message = f"`{entry.key.written[:60]}` is there already; remove one of the two."
        self._doubles += 1
        edit = edits.remove(self._lines, node, entry) if self._doubles <= MOST_SUGGESTIONS else None
        self._findings.add("yaml-duplicate-key", entry, message, edit=edit)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._text)

    def _unwind(self) -> None:
        """End what is still open, as if the text ended here."""
        while self._stack:
            self._close(max(_last(self._stack[-1].node), self._stack[-1].node.start))


def _index(mark: "Mark | yaml._yaml.Mark | None") -> int:
    """The offset of a mark; the C parser always gives one."""
    return int(mark.index) if mark is not None else 0


def _last(node: Node) -> int:
    """The end of the last thing in a collection."""
    if node.items:
        return node.items[-1].end
    return max(node.entries[-1].value.end, node.entries[-1].key.end) if node.entries else node.start


def _resolve(written: str) -> tuple[Kind, Scalar]:
    """YAML 1.2's core schema for a plain scalar; what no number can hold stays a text."""
    if written and written[0] not in _SPECIAL:
        return Kind.TEXT, written
    if written in ("", "~", "null", "Null", "NULL"):
        return Kind.NULL, None
    if written in ("true", "True", "TRUE"):
        return Kind.BOOLEAN, True
    if written in ("false", "False", "FALSE"):
        return Kind.BOOLEAN, False
    if _INTEGER.fullmatch(written):
        base = {"0o": 8, "0x": 16}.get(written[:2], 10)
        return Kind.NUMBER, int(written[2:] if base != 10 else written, base)
    if _FLOAT.fullmatch(written):
        value = float(written)
        return (Kind.NUMBER, value) if value not in (float("inf"), float("-inf")) else (Kind.TEXT, written)
    return Kind.TEXT, written
