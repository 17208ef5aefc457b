"""Edges: who they join, and the order they give the launch."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.rig import EdgeKind
from . import edits
from .findings import Edit
from .names import Roster
from .node import Entry, Kind, Node
from .scope import Scope

MOST_CIRCLES = 20


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two members that are there, by `pod.member`; `node` is where it is written."""

    kind: str
    source: str
    target: str
    node: Node

    @property
    def order(self) -> tuple[str, str] | None:
        """Who is launched before whom, where this kind of edge says so."""
        if self.kind == EdgeKind.DELEGATES_TO:
            return self.source, self.target
        return (self.target, self.source) if self.kind == EdgeKind.SPAWNED_BY else None


def check_edges(scope: Scope, root: Node, roster: Roster) -> list[Link]:
    """Every edge of the rig that joins two members, in the file's order."""
    links: list[Link] = []
    for pod in root.list("pods"):
        name = pod.text("id")
        for edge in pod.list("edges") if name is not None else ():
            _add(scope, links, edge, [_in_pod(scope, roster, name or "", edge[end]) for end in ("from", "to")])
    for edge in root.list("edges"):
        ends = [_across(scope, roster, edge[end]) for end in ("from", "to")]
        _add(scope, links, edge, ends, across=True)
    _check_double(scope, links)
    _check_cycles(scope, links)
    return links


def layers(members: Iterable[str], links: Iterable[Link]) -> list[list[str]]:
    """Members in layers: each may be launched when the layers before it are up. Empty where edges go in a circle."""
    waits: dict[str, set[str]] = {member: set() for member in members}
    followers: dict[str, list[str]] = {member: [] for member in waits}
    for link in links:
        if link.order and link.order[0] not in waits[link.order[1]]:
            waits[link.order[1]].add(link.order[0])
            followers[link.order[0]].append(link.order[1])
    ordered, ready = [], [member for member, before in waits.items() if not before]
    place = {member: at for at, member in enumerate(waits)}
    left = len(waits)
    while ready:
        ordered.append(ready)
        left -= len(ready)
        following = set()
        for member in ready:
            for follower in followers[member]:
                waits[follower].discard(member)
                if not waits[follower]:
                    following.add(follower)
        ready = sorted(following, key=place.__getitem__)
    return ordered if not left else []


def _in_pod(scope: Scope, roster: Roster, pod: str, node: Node | None) -> str | None:
    """One end of an edge in a pod: a member id."""
    if node is None or node.kind is not Kind.TEXT or not node.written:
        return None
    text, members = node.written, roster.pods.get(pod, {})
    if text in members:
        return f"{pod}.{text}"
    before, dot, after = text.partition(".")
    if dot and before == pod:
        message = f"Edges in a pod use member ids; write `{after}`."
        scope.say("edge-form", node, message, edit=edits.replace(node, after))
        return f"{pod}.{after}" if after in members else None
    if dot:
        message = f"`{text}` is in another pod; edges between pods stand under `edges` of the rig."
        scope.say("edge-form", node, message)
        return None
    meant = scope.found.nearest(text, members)
    others = roster.where(text)
    hint = f" Did you mean `{meant}`?" if meant else ""
    if not meant and others:
        hint = f" There is `{others[0]}.{text}`; edges between pods stand under `edges` of the rig."
    message = f"Pod `{pod}` has no member `{text}`.{hint}"
    scope.say("unknown-member", node, message, edit=edits.replace(node, meant) if meant else None)
    return None


def _across(scope: Scope, roster: Roster, node: Node | None) -> str | None:
    """One end of an edge of the rig: `pod.member`."""
    if node is None or node.kind is not Kind.TEXT or not node.written:
        return None
    text = node.written
    if text in roster.members:
        return text
    if "." not in text:
        pods = roster.where(text)
        meant = f"{pods[0]}.{text}" if len(pods) == 1 else roster.shown.get(text)
        hint = f"write `{meant}`." if meant else "write which pod it is in."
        message = f"`{text}` doesn't say its pod: edges of the rig use `pod.member`; {hint}"
        scope.say("edge-form", node, message, edit=edits.replace(node, meant) if meant else None)
        return meant
    meant = scope.found.nearest(text, roster.members)
    hint = f" Did you mean `{meant}`?" if meant else ""
    message = f"No member `{text}` in this rig.{hint}"
    scope.say("unknown-member", node, message, edit=edits.replace(node, meant) if meant else None)
    return None


def _add(scope: Scope, links: list[Link], edge: Node, ends: list[str | None], *, across: bool = False) -> None:
    source, target = ends
    kind, place = edge.text("kind"), edge["to"]
    if source is None or target is None or place is None:
        return
    if source == target:
        message = f"This edge goes from `{source}` to itself; name another member."
        scope.say("edge-self", place, message, edit=_removal(scope, edge))
        return
    pod = source.partition(".")[0]
    if across and pod == target.partition(".")[0]:
        message = f"Both ends are in pod `{pod}`; move this edge under `edges` of that pod, by member ids."
        scope.say("edge-same-pod", place, message)
    if kind in list(EdgeKind):
        links.append(Link(str(kind), source, target, edge))


def _check_double(scope: Scope, links: list[Link]) -> None:
    seen: set[tuple[str, str, str]] = set()
    for link in links:
        what = (link.kind, link.source, link.target)
        if what in seen:
            message = f"`{link.source}` {link.kind} `{link.target}` is there already; this one adds nothing. Remove it."
            scope.say("edge-duplicate", _where(link), message, edit=_removal(scope, link.node))
        seen.add(what)


def _check_cycles(scope: Scope, links: list[Link]) -> None:
    """A finding for each edge that leads back to where it comes from; at most `MOST_CIRCLES`."""
    follows: dict[str, list[tuple[str, Link]]] = {}
    for link in links:
        if link.order:
            follows.setdefault(link.order[0], []).append((link.order[1], link))
    done: set[str] = set()
    told = 0
    for start in follows:
        path, ways = [start], [iter(follows[start])]
        if start in done:
            continue
        inside = {start}
        while path:
            step = next(ways[-1], None)
            if step is None:
                ways.pop()
                inside.discard(path[-1])
                done.add(path.pop())
                continue
            member, link = step
            if member in inside:
                told += 1
                if told <= MOST_CIRCLES:
                    _say_circle(scope, link, path[path.index(member) :])
            elif member not in done:
                path.append(member)
                inside.add(member)
                ways.append(iter(follows.get(member, ())))


def _say_circle(scope: Scope, link: Link, circle: list[str]) -> None:
    names = [f"`{member}`" for member in [*circle, circle[0]]]
    if len(names) > 8:
        names[4:-3] = ["…"]
    message = f"The launch would go round in a circle: {' → '.join(names)}. Remove or turn one of these edges."
    scope.say("launch-cycle", _where(link), message, edit=_removal(scope, link.node))


def _where(link: Link) -> Entry | Node:
    return link.node["kind"] or link.node


def _removal(scope: Scope, node: Node) -> Edit | None:
    """Take the edge's lines out, where it stands on lines of its own."""
    lines, text = scope.document.lines, scope.document.text
    if node.alias:
        return None
    first, last = lines.line_of(node.start), lines.line_of(node.end)
    start, end = lines.start_of(first), lines.start_of(last + 1) if last + 1 < lines.count else len(text)
    own = text[start : node.start].replace(" ", "") == "-" and text[node.end : end].strip(" \r\n")[:1] in ("", "#")
    return Edit("Remove this edge", start, end, "") if own else None
