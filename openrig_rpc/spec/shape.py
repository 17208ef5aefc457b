"""The tree against the models: every field's presence, type and values, all findings at once."""

import re
from collections.abc import Iterable
from typing import TypeVar

from ..model.marks import Part
from . import edits
from .document import Document
from .fields import Field, Type, fields, noun
from .files import outside
from .findings import Edit, Findings, Span
from .node import Entry, Kind, Node, Plain

_YES = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ENV_DENIED = re.compile(
    r"(LD_|DYLD_|PYTHON|TMUX|OPENRIG_).*|PATH|SHELL|IFS|ENV|BASH_ENV|BASH_FUNC_.*|PROMPT_COMMAND|PS4|CDPATH|ZDOTDIR"
    r"|NODE_OPTIONS|NODE_PATH|PERL5OPT|PERL5LIB|PERLLIB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|GCONV_PATH|GIT_SSH(_COMMAND)?"
    r"|GIT_EXEC_PATH"
)

P = TypeVar("P", bound=Part)


class Shape:
    """Checks one document. `data` gives what the models take; it is only whole when no error was found."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: Findings = document.findings

    def data(self, node: Node, part: type[Part]) -> dict[str, Plain]:
        """The fields of `part` that `node` has, by their keys; unknown ones too, unless they'd hide a known one."""
        known, name = fields(part), noun(part)
        taken: dict[str, Plain] = {}
        for key, entry in node.by_key.items():
            field = known.get(key)
            if field is None:
                self._unknown(entry, name, known)
                if key not in _reserved(part):
                    taken[key] = entry.value.data()
            elif _blank(entry.value, field):
                if field.required:
                    self._found.add(
                        "empty-value", entry, f"`{key}` is empty, and every {name} needs it; give it a value."
                    )
            else:
                value = self._value(entry.value, field.type, entry, key)
                if value is not None:
                    taken[key] = value
                    self._not_yet(entry, field, value)
        for field in known.values():
            if field.required and field.key not in node.by_key:
                self._missing(node, name, field)
        return taken

    def _unknown(self, entry: Entry, name: str, known: dict[str, Field]) -> None:
        key = entry.key.written
        meant = self._found.nearest(key, list(known))
        hint = f"did you mean `{meant}`?" if meant else "if it is for a newer OpenRig, nothing is lost."
        self._found.add(
            "unknown-field",
            entry,
            f"`{key[:60]}` is not a field of a {name}, so it is ignored; {hint}",
            edit=edits.rename(entry, meant) if meant else None,
        )

    def _not_yet(self, entry: Entry, field: Field, value: Plain) -> None:
        if field.not_yet and value != field.default and value not in ([], {}, "none"):
            self._found.add("not-honoured", entry, f"`{field.key}` is not honoured yet: {field.not_yet}.")

    def _missing(self, node: Node, name: str, field: Field) -> None:
        where: Span = node.entries[0] if node.entries else node
        self._found.add(
            "missing-field",
            where,
            f"This {name} has no `{field.key}`, and every {name} needs it. {field.description}",
            edit=edits.insert_missing(self._document, node, name, field.key),
        )

    def _value(self, node: Node, wanted: Type, entry: Entry, name: str) -> Plain:
        """The value, or None where it can't be used."""
        if wanted.either and _fits(node, wanted.either):
            wanted = wanted.either
        match wanted.form:
            case "text":
                return self._text(node, wanted, entry, name)
            case "boolean":
                return self._boolean(node, entry, name)
            case "number":
                return self._number(node, wanted, entry, name)
            case "choice":
                return self._choice(node, wanted, entry, name)
            case "list":
                return self._list(node, wanted, entry, name)
            case "map":
                return self._map(node, wanted, entry, name)
            case "part":
                return self._part(node, wanted, entry, name)
        return node.data()

    def _wrong(self, node: Node, entry: Entry, name: str, wanted: str, edit: Edit | None = None) -> None:
        what = {Kind.NULL: "empty", Kind.SEQUENCE: "a list", Kind.MAPPING: "a mapping"}.get(node.kind, f"a {node.kind}")
        where: Span = node if node.end > node.start and node.kind not in (Kind.MAPPING, Kind.SEQUENCE) else entry
        self._found.add("wrong-type", where, f"`{name}` must be {wanted}, and this is {what}.", edit=edit)

    def _text(self, node: Node, wanted: Type, entry: Entry, name: str) -> str | None:
        if node.kind in (Kind.NUMBER, Kind.BOOLEAN) and wanted.as_text:
            return node.written
        if node.kind is not Kind.TEXT:
            self._wrong(node, entry, name, "a text (in quotes)", edits.as_text(node) if node.written else None)
            return None
        text = str(node.value)
        if "\0" in text:
            self._found.add("bad-value", node, f"`{name}` has a NUL character, which no program can take; remove it.")
            return None
        if wanted.matches and not re.fullmatch(wanted.matches.pattern, text):
            cleaned = edits.clean_id(text)
            fits = cleaned if cleaned and re.fullmatch(wanted.matches.pattern, cleaned) else None
            message = f"`{text[:60]}` can't be a name here; use {wanted.matches.says}."
            self._found.add("bad-id", node, message, edit=edits.replace(node, fits) if fits else None)
            return None
        return text if not wanted.in_root or self._inside(node, text, name) else None

    def _inside(self, node: Node, text: str, name: str) -> bool:
        why = outside(text)
        if why is None:
            return True
        self._found.add("path-unsafe", node, f"`{name}` {why}; name a file beneath the folder of this file.")
        return False

    def _boolean(self, node: Node, entry: Entry, name: str) -> bool | None:
        if isinstance(node.value, bool):
            return node.value
        meant = _YES.get(node.written.lower()) if node.kind is Kind.TEXT else None
        if node.kind is Kind.TEXT and node.written.lower() in ("true", "false"):
            meant = node.written.lower()
        edit = Edit(f"Change to `{meant}`", node.start, node.end, meant) if meant and not node.alias else None
        self._wrong(node, entry, name, "true or false", edit)
        return None

    def _number(self, node: Node, wanted: Type, entry: Entry, name: str) -> int | float | None:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            self._wrong(node, entry, name, "a number")
            return None
        if wanted.whole and not float(node.value).is_integer():
            self._wrong(node, entry, name, "a whole number")
            return None
        least, most = wanted.least, wanted.most
        if (least is not None and node.value < least) or (most is not None and node.value > most):
            bound = f"from {least:g} to {most:g}" if least is not None and most is not None else "in its bounds"
            nearest = f"{least if least is not None and node.value < least else most:g}"
            edit = None if node.alias else Edit(f"Change to `{nearest}`", node.start, node.end, nearest)
            self._found.add("bad-value", node, f"`{name}` must be {bound}.", edit=edit)
            return None
        return node.value

    def _choice(self, node: Node, wanted: Type, entry: Entry, name: str) -> str | None:
        if node.kind in (Kind.MAPPING, Kind.SEQUENCE, Kind.NULL):
            self._wrong(node, entry, name, f"one of {listed(wanted.choices)}")
            return None
        text = node.written
        if text in wanted.choices:
            return text
        new = dict(wanted.renamed).get(text)
        if new:
            message = f"`{text}` is called `{new}` now; the old name still works."
            self._found.add("old-name", node, message, edit=edits.replace(node, new))
            return new
        self.choice(node, wanted.choices, name)
        return None

    def choice(self, node: Node, choices: Iterable[str], name: str) -> None:
        """Say that `node` is none of `choices`, and what was probably meant."""
        known = list(choices)
        meant = self._found.nearest(node.written, known) or (known[0] if len(known) == 1 else None)
        hint = f" Did you mean `{meant}`?" if meant else ""
        message = f"`{node.written[:60]}` is no `{name}`; it is one of {listed(known)}.{hint}"
        self._found.add("unknown-value", node, message, edit=edits.replace(node, meant) if meant else None)

    def _list(self, node: Node, wanted: Type, entry: Entry, name: str) -> list[Plain] | None:
        if node.kind is not Kind.SEQUENCE:
            text = self._document.text[node.start : node.end]
            simple = node.kind is Kind.TEXT and not node.alias and "\n" not in text
            wrap = Edit("Make it a list", node.start, node.end, f"[{text}]") if simple else None
            self._wrong(node, entry, name, "a list", wrap)
            return None
        if wanted.not_empty and not node.items:
            self._found.add("empty-value", entry, f"`{name}` is empty and must have at least one item; add one.")
            return None
        assert wanted.item
        values = (self._value(item, wanted.item, Entry(_key(item, entry), item), name) for item in node.items)
        return [value for value in values if value is not None]

    def _map(self, node: Node, wanted: Type, entry: Entry, name: str) -> dict[str, Plain] | None:
        if node.kind is not Kind.MAPPING:
            self._wrong(node, entry, name, "a mapping of names to values")
            return None
        assert wanted.item and wanted.keys
        taken: dict[str, Plain] = {}
        for key, inner in node.by_key.items():
            if wanted.keys.form == "choice" and key not in wanted.keys.choices:
                self.choice(inner.key, wanted.keys.choices, f"key of {name}")
                continue
            if wanted.keys.matches and not re.fullmatch(wanted.keys.matches.pattern, key):
                message = f"`{key[:60]}` can't be a name here; use {wanted.keys.matches.says}."
                self._found.add("bad-id", inner, message)
                continue
            if wanted.env and not self._environment(node, inner, key):
                continue
            if inner.value.kind is Kind.NULL and wanted.item.part and not _needs(wanted.item.part):
                taken[key] = {}
                continue
            value = self._value(inner.value, wanted.item, inner, key)
            if value is not None:
                taken[key] = value
        return taken

    def _environment(self, mapping: Node, entry: Entry, key: str) -> bool:
        if not _ENV_NAME.fullmatch(key):
            message = f"`{key[:60]}` can't be the name of a variable; use letters, digits and _."
            cleaned = re.sub(r"[^A-Za-z0-9_]", "_", key)
            edit = (
                edits.rename(entry, cleaned) if _ENV_NAME.fullmatch(cleaned) and cleaned not in mapping.by_key else None
            )
            self._found.add("env-name", entry, message, edit=edit)
            return False
        if _ENV_DENIED.fullmatch(key):
            message = f"A spec may not set `{key}`: it decides what is run or who the agent is. Remove it."
            self._found.add("env-denied", entry, message, edit=edits.remove(self._document.lines, mapping, entry))
            return False
        return True

    def _part(self, node: Node, wanted: Type, entry: Entry, name: str) -> dict[str, Plain] | None:
        assert wanted.part
        if node.kind is not Kind.MAPPING:
            self._wrong(node, entry, name, f"a mapping with the fields of a {noun(wanted.part)}")
            return None
        return self.data(node, wanted.part)


def build(part: type[P], data: dict[str, Plain]) -> P:
    """The model; what `Shape` let pass always fits."""
    return part.model_validate(data)


def _reserved(part: type[Part]) -> set[str]:
    """Names under which the model would take an unknown field for a known one."""
    names = set(part.model_fields)
    return names | {str(info.alias) for info in part.model_fields.values()}


def _blank(node: Node, field: Field) -> bool:
    """Whether a field is there without a value. An empty text is one where the field has a text by default."""
    if node.kind is Kind.TEXT:
        return not node.written.strip() and (field.required or field.default is None)
    return node.kind is Kind.NULL


def _needs(part: type[Part]) -> bool:
    return any(field.required for field in fields(part).values())


def _fits(node: Node, wanted: Type) -> bool:
    return (wanted.form == "list") == (node.kind is Kind.SEQUENCE)


def _key(item: Node, entry: Entry) -> Node:
    """Where to point at a list item: its first key, or the list's own key where it has no extent."""
    if item.entries:
        return item.entries[0].key
    return item if item.end > item.start else entry.key


def listed(options: Iterable[str]) -> str:
    """`options` for a sentence."""
    return ", ".join(f"`{option}`" for option in options)
