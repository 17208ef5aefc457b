"""Text edits that mend a finding: quick fixes."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Container
from typing import TYPE_CHECKING

from .findings import Edit
from .node import Entry, Kind, Node
from .positions import Lines

if TYPE_CHECKING:
    from .document import Document

_BAD_CHARACTERS = re.compile(r"[^A-Za-z0-9_-]+")
MOST_TRIES = 100
_BARE = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./@+ -]*(?<! )")

GIVEN = {
    ("rig", "version"): '"0.2"',
    ("rig", "pods"): "[]",
    ("pod", "label"): "",
    ("pod", "members"): "[]",
    ("member", "profile"): "default",
    ("member", "runtime"): "claude-code",
    ("member", "cwd"): '"."',
    ("agent", "version"): '"1.0"',
    ("edge", "kind"): "delegates_to",
    ("services", "kind"): "compose",
    ("startup action", "type"): "send_text",
    ("startup action", "idempotent"): "true",
    ("continuity policy", "enabled"): "true",
    ("plugin source", "kind"): "local",
}
"""What a missing field is most often, by part and key; an empty text: from the part's id."""


def scalar(text: str) -> str:
    """`text` as a YAML scalar that is read as a text, in quotes where it needs them."""
    safe = _BARE.fullmatch(text) and text.lower() not in ("true", "false", "null", "yes", "no", "on", "off")
    return text if safe and not re.fullmatch(r"[-+.0-9eExXoO_]*", text) else json.dumps(text, ensure_ascii=False)


def replace(node: Node, text: str, title: str | None = None) -> Edit | None:
    """Another value for a scalar, quoted as it was; None for an alias, whose anchor stands elsewhere."""
    if node.alias or node.kind in (Kind.MAPPING, Kind.SEQUENCE):
        return None
    new = scalar(text) if node.plain else json.dumps(text, ensure_ascii=False)
    return Edit(title or f"Change to `{text}`", node.start, node.end, new)


def rename(entry: Entry, key: str) -> Edit:
    """Another key for the same value."""
    return Edit(f"Rename to `{key}`", entry.key.start, entry.key.end, key)


def as_text(node: Node) -> Edit | None:
    """The same characters in quotes."""
    if node.alias or node.kind in (Kind.MAPPING, Kind.SEQUENCE):
        return None
    return Edit("Put it in quotes", node.start, node.end, json.dumps(node.written, ensure_ascii=False))


def clean_id(text: str) -> str | None:
    """`text` with what an id may not have as `-`; None where that would lose letters."""
    if not text.isascii():
        return None
    cleaned = _BAD_CHARACTERS.sub("-", text).strip("-_")[:64]
    return cleaned or None


def insert(document: Document, mapping: Node, key: str, value: str) -> Edit | None:
    """`key: value` as a new field of a mapping: after its first one, as the mapping is written."""
    if not mapping.entries or mapping.alias:
        return None
    first = mapping.entries[0]
    title = f"Add `{key}: {value}`"
    if mapping.flow:
        at = max(first.value.end, first.key.end)
        return Edit(title, at, at, f", {key}: {value}")
    lines = document.lines
    line = lines.line_of(first.key.start)
    indent = " " * (first.key.start - lines.start_of(line))
    simple = first.value.kind not in (Kind.MAPPING, Kind.SEQUENCE) or first.value.flow or first.value.alias
    if simple and lines.line_of(first.value.end) == line and not first.value.written.endswith("\n"):
        end = lines.line_end(line)
        return Edit(title, end, end, f"\n{indent}{key}: {value}")
    return Edit(title, first.key.start, first.key.start, f"{key}: {value}\n{indent}")


def remove(lines: Lines, mapping: Node, entry: Entry) -> Edit | None:
    """The field taken out, with its lines where it has lines of its own; None where something else hangs on it."""
    text, entries = lines.text, mapping.entries
    if mapping.alias or (len(entries) == 1 and not mapping.flow):
        return None
    at = bisect_left(entries, entry.start, key=lambda each: each.start)
    start, end = entry.key.start, max(entry.key.end, entry.value.end)
    first = lines.start_of(lines.line_of(start))
    if not mapping.flow and not text[first:start].strip(" "):
        last = lines.line_of(end)
        start, end = first, lines.start_of(last + 1) if last + 1 < lines.count else len(text)
    elif at + 1 < len(entries):
        end = entries[at + 1].key.start
    elif at > 0:
        before = entries[at - 1]
        start = max(before.key.end, before.value.end)
    if "&" in text[start:end]:  # An anchor perhaps: what it names may be used elsewhere.
        return None
    return Edit(f"Remove `{entry.key.written[:60]}`", start, end, "")


def another(node: Node, name: str, taken: Container[str]) -> Edit | None:
    """A name like this one that nothing has."""
    free = next((f"{name}-{number}" for number in range(2, MOST_TRIES) if f"{name}-{number}" not in taken), None)
    return replace(node, free) if free is not None else None


def insert_missing(document: Document, mapping: Node, part: str, key: str) -> Edit | None:
    """A required field with the value it most often has, where there is one."""
    value = GIVEN.get((part, key))
    if value == "":
        name = mapping.text("id") or ""
        value = scalar(name.replace("-", " ").replace("_", " ").title()) if name else None
    return insert(document, mapping, key, value) if value else None
