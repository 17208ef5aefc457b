"""Every place where a name is given or used: members and pods of a rig, profiles and resources of an agent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..model.address import shown
from ..spec.agent import KINDS
from ..spec.names import each_member
from ..spec.node import Kind, Node
from .known import Known

Sort = Literal["member", "pod", "profile", "resource"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name at its place, quotes left out. A member's name is `pod.member`, a resource's `kind/id`."""

    sort: Sort
    name: str
    start: int
    end: int
    defines: bool = False


def occurrences(known: Known) -> list[Occurrence]:
    """All of them, in no order."""
    if known.root is None:
        return []
    found = _of_rig(known, known.root) if known.text.kind == "rig" else _of_agent(known, known.root)
    return list(found)


def at(found: list[Occurrence], offset: int) -> Occurrence | None:
    """The one that `offset` is in, or at the end of; the narrowest."""
    fitting = [each for each in found if each.start <= offset <= each.end]
    return min(fitting, key=lambda each: each.end - each.start, default=None)


def inner(known: Known, node: Node) -> tuple[int, int] | None:
    """Where a scalar's text itself stands; None for aliases, escapes and texts over several lines."""
    text = known.document.text
    if node.alias or node.kind in (Kind.MAPPING, Kind.SEQUENCE) or not node.written:
        return None
    quoted = text[node.start : node.start + 1] in ("'", '"') and not node.plain
    start, end = (node.start + 1, node.end - 1) if quoted else (node.start, node.end)
    return (start, end) if text[start:end] == node.written else None


def _of_rig(known: Known, root: Node) -> Iterator[Occurrence]:
    for pod in root.list("pods"):
        yield from _given(known, "pod", pod["id"], pod.text("id"))
    for pod, member in each_member(root):
        yield from _given(known, "member", member["id"], f"{pod.text('id')}.{member.text('id')}")
    for pod in root.list("pods"):
        for edge in pod.list("edges"):
            for end in ("from", "to"):
                node = edge[end]
                place = inner(known, node) if node is not None else None
                if node is not None and place is not None and "." not in node.written:
                    yield Occurrence("member", f"{pod.text('id')}.{node.written}", *place)
    for edge in root.list("edges"):
        for end in ("from", "to"):
            node = edge[end]
            place = inner(known, node) if node is not None else None
            if node is not None and place is not None:
                yield from _address(known, node.written, place[0])
    extension = root.mapping("x-openrig-rpc")
    grants = extension.mapping("grants") if extension is not None else None
    for entry in grants.entries if grants is not None else ():
        place = inner(known, entry.key)
        if place is not None:
            yield from _address(known, entry.key.written, place[0])


def _address(known: Known, written: str, start: int) -> Iterator[Occurrence]:
    """The pod and the member in `pod.member`, `pod.*` or `pod-member`, with or without `@rig`."""
    local = written.partition("@")[0]
    pod, dot, member = local.partition(".")
    if not dot:
        name = next((each for each in known.members if shown(*each.split(".", 1)) == local), None)
        if name is None:
            return
        pod, _, member = name.partition(".")
    if pod in known.pods:
        yield Occurrence("pod", pod, start, start + len(pod))
    if f"{pod}.{member}" in known.members:
        yield Occurrence("member", f"{pod}.{member}", start + len(pod) + 1, start + len(local))


def _of_agent(known: Known, root: Node) -> Iterator[Occurrence]:
    profiles = root.mapping("profiles")
    for entry in profiles.entries if profiles is not None else ():
        place = inner(known, entry.key)
        if place is not None:
            yield Occurrence("profile", entry.key.written, *place, defines=True)
    resources = root.mapping("resources")
    for kind in KINDS:
        for node in resources.list(kind) if resources is not None else ():
            yield from _given(known, "resource", node["id"], f"{kind}/{node.text('id')}")
        for entry in profiles.entries if profiles is not None else ():
            uses = entry.value.mapping("uses")
            for node in uses.list(kind) if uses is not None else ():
                place = inner(known, node)
                if place is not None:
                    yield Occurrence("resource", f"{kind}/{node.written}", *place)


def _given(known: Known, sort: Sort, node: Node | None, name: str | None) -> Iterator[Occurrence]:
    place = inner(known, node) if node is not None else None
    if place is not None and name:
        yield Occurrence(sort, name, *place, defines=True)


def used_profiles(rig: Known, agent: Known) -> Iterator[Occurrence]:
    """Where the members of a rig use profiles of this agent file."""
    if rig.rig is None or rig.root is None:
        return
    for _, member in each_member(rig.root):
        loaded = rig.rig.by_ref.get(member.text("agent_ref") or "")
        node = member["profile"]
        place = inner(rig, node) if node is not None else None
        if loaded is not None and loaded.path == agent.text.path and node is not None and place is not None:
            yield Occurrence("profile", node.written, *place)
