"""The way from a file's root to an offset, through its tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..spec.node import Entry, Node
from .schema import Step


@dataclass
class Trail:
    """`nodes` from the root to the innermost value, `path` the steps between them. `on_key`: on the last step's key."""

    nodes: list[Node]
    path: list[Step] = field(default_factory=list)
    entry: Entry | None = None
    on_key: bool = False

    @property
    def node(self) -> Node:
        return self.nodes[-1]

    @property
    def mapping(self) -> Node | None:
        """The mapping that has the key this is at."""
        return self.nodes[-2] if self.entry is not None and len(self.nodes) > 1 else None

    @property
    def shape(self) -> tuple[str, ...]:
        """The path with every number as `#`, to compare with."""
        return tuple("#" if isinstance(step, int) else step for step in self.path)


def trail(root: Node, offset: int) -> Trail:
    """The way to `offset`; it ends where nothing more is there. What aliases stand for is not entered."""
    found = Trail([root])
    while not found.node.alias and not found.on_key:
        if not _step(found, offset):
            break
    return found


def _step(found: Trail, offset: int) -> bool:
    node = found.node
    for number, item in enumerate(node.items):
        if item.start <= offset <= item.end:
            found.nodes.append(item)
            found.path.append(number)
            found.entry = None
            return True
    for entry in node.entries:
        on_key = entry.key.start <= offset <= entry.key.end
        if on_key or entry.value.start <= offset <= entry.value.end:
            found.nodes.append(entry.value)
            found.path.append(entry.key.written)
            found.entry, found.on_key = entry, on_key
            return True
    return False
