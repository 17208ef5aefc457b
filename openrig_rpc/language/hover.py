"""What is shown of the thing under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

from ..spec.node import Kind, Node
from .known import Known
from .live import Live
from .schema import documentation, field_at
from .shapes import code, markdown, range_of
from .trail import Trail, trail
from .words import EDGES, said_edge


@dataclass(frozen=True, slots=True)
class Hovered:
    """A text and its place; `member` names the one whose live state belongs above it."""

    text: str
    range: types.Range
    member: str | None = None

    def hover(self, above: str | None) -> types.Hover:
        """As an editor gets it."""
        return types.Hover(markdown(f"{above}\n\n---\n\n{self.text}" if above else self.text), self.range)


def hover(known: Known, offset: int, live: Live | None) -> Hovered | None:
    """What is known at `offset`; None where there is nothing to say."""
    if known.root is None:
        return None
    at = trail(known.root, offset)
    if at.entry is None and not isinstance(at.node.value, str):
        return None
    member, text = _named(known, at, live)
    if text is None:
        field = field_at(known.part, at.path)
        if field is None:
            return None
        text = f"**{field.key}**\n\n{documentation(field)}"
    place = at.entry.key if at.entry is not None and at.on_key else at.node
    return Hovered(text, range_of(place, known.lines, known.encoding), member)


def _named(known: Known, at: Trail, live: Live | None) -> tuple[str | None, str | None]:
    """A member or an edge that the place names: its `pod.member`, and what is said of it."""
    if known.text.kind != "rig":
        return None, None
    shape = at.shape
    if shape == ("pods", "#", "members", "#", "id"):
        pod = at.nodes[2].text("id")
        name = f"{pod}.{at.node.written}"
        node = at.mapping
        return name, _member(name, node, known) if node is not None else None
    if shape[-3:-1] == ("edges", "#") and len(shape) in (3, 5):
        return _edge(known, at, shape[-1], live)
    if shape == ("pods", "#", "members", "#", "runtime") and not at.on_key and at.node.written in known.runtimes:
        here = "is installed here" if known.runtimes[at.node.written] else "is not installed here"
        return None, f"Runtime {code(at.node.written)}: {here}."
    return None, None


def _edge(known: Known, at: Trail, key: str, live: Live | None) -> tuple[str | None, str | None]:
    edge = at.mapping
    if edge is None:
        return None, None
    pod = at.nodes[2].text("id") if at.path[0] == "pods" else None
    ends = {end: full_name(edge.text(end), pod) for end in ("from", "to")}
    if key in ends and not at.on_key:
        name = ends[key]
        node = known.members.get(name or "")
        return (name, _member(name, node, known)) if name and node is not None else (None, None)
    kind = edge.text("kind")
    if key == "kind" and kind in EDGES and ends["from"] and ends["to"]:
        policy = live.rig.policy if live is not None else _policy(known)
        return None, said_edge(kind, ends["from"], ends["to"], policy)
    return None, None


def full_name(written: str | None, pod: str | None) -> str | None:
    """An edge's end as `pod.member`; `pod` is None for edges of the rig."""
    if not written:
        return None
    return f"{pod}.{written}" if pod is not None and "." not in written else written


def _policy(known: Known) -> str:
    extension = known.root.mapping("x-openrig-rpc") if known.root is not None else None
    return (extension.text("policy") if extension is not None else None) or "open"


def _member(name: str, node: Node, known: Known) -> str:
    """A member as its file describes it."""
    lines = [f"Member {code(name)}" + (f" of the rig {code(known.name)}" if known.name else "")]
    label = node.text("label")
    if label:
        lines.append(code(label))
    facts = [f"- {key}: {code(value.written)}" for key in _FACTS if (value := _scalar(node[key])) is not None]
    return "\n\n".join(lines) + ("\n\n" + "\n".join(facts) if facts else "")


_FACTS = ("runtime", "agent_ref", "profile", "cwd", "model", "effort")


def _scalar(node: Node | None) -> Node | None:
    return node if node is not None and node.kind not in (Kind.MAPPING, Kind.SEQUENCE) and node.written else None
