"""The tree of a YAML file: plain data that knows where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Scalar = str | int | float | bool | None
Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]


class Kind(StrEnum):
    """What a node holds, by YAML 1.2's core schema (`yes` is a text)."""

    MAPPING = "mapping"
    SEQUENCE = "list"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "nothing"


@dataclass(slots=True, eq=False)
class Entry:
    """A key with its value. Its place is the key's, which always has one."""

    key: "Node"
    value: "Node"

    @property
    def start(self) -> int:
        return self.key.start

    @property
    def end(self) -> int:
        return self.key.end


_NOTHING: Mapping[str, Entry] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class Node:
    """One value. `start` and `end` are offsets in code points; `written` is a scalar's text, whatever its kind.

    An alias is a node of its own, in its own place, that shares what its anchor holds. `entries` has every key in
    order, `by_key` each key once (the first). `weight` counts the nodes in it with aliases expanded, `height` its
    levels.
    """

    kind: Kind
    start: int
    end: int
    value: Scalar = None
    written: str = ""
    plain: bool = False
    flow: bool = False
    alias: bool = False
    items: "Sequence[Node]" = ()
    entries: Sequence[Entry] = ()
    by_key: Mapping[str, Entry] = field(default_factory=lambda: _NOTHING)
    weight: int = 1
    height: int = 1

    def __getitem__(self, key: str) -> "Node | None":
        """The value of `key`, where this is a mapping that has it."""
        entry = self.by_key.get(key)
        return entry.value if entry else None

    def text(self, key: str) -> str | None:
        """The value of `key` where it is a text that is not empty."""
        found = self[key]
        return found.value if found and isinstance(found.value, str) and found.value else None

    def list(self, key: str) -> "Sequence[Node]":
        """The items of the list at `key`; none where it is no list."""
        found = self[key]
        return found.items if found else ()

    def mapping(self, key: str) -> "Node | None":
        """The mapping at `key`."""
        found = self[key]
        return found if found and found.kind is Kind.MAPPING else None

    def walk(self) -> "Iterator[Node]":
        """Every node that is written in here, keys too, in order; what an alias stands for is not entered."""
        yield self
        if self.alias:
            return
        for item in self.items:
            yield from item.walk()
        for entry in self.entries:
            yield entry.key
            yield from entry.value.walk()

    def data(self) -> Plain:
        """What it holds, as plain data."""
        if self.kind is Kind.MAPPING:
            return {key: entry.value.data() for key, entry in self.by_key.items()}
        if self.kind is Kind.SEQUENCE:
            return [item.data() for item in self.items]
        return self.value
