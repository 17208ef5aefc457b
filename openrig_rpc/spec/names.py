"""Who is in a rig: pods and members by their ids, none of them twice or hard to tell apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model.address import shown
from ..model.spec import RESERVED_PODS
from . import edits
from .node import Kind, Node
from .scope import Scope, check_unique


@dataclass(slots=True)
class Roster:
    """The members of a rig, by `pod.member`, in the file's order; `pods` has the member ids of each pod."""

    members: dict[str, Node] = field(default_factory=dict)
    pods: dict[str, dict[str, Node]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    homes: dict[str, list[str]] = field(default_factory=dict)

    def where(self, member: str) -> list[str]:
        """The pods that have a member of that id."""
        return self.homes.get(member, [])


def read_roster(scope: Scope, root: Node) -> Roster:
    """Everybody in the rig. Each id is checked against the others; its characters were checked with its form."""
    roster = Roster()
    pods = check_unique(scope, root.list("pods"), "id", "pod")
    for pod, node in pods.items():
        place = node["id"]
        if pod in RESERVED_PODS and place:
            message = f"`{pod}` is the person: `{pod}@rig` is their address. Choose another id for this pod."
            scope.say("reserved-id", place, message, edit=edits.another(place, pod, pods))
        members = check_unique(scope, node.list("members"), "id", f"member of `{pod}`")
        roster.pods[pod] = members
        for member, inner in members.items():
            roster.members[f"{pod}.{member}"] = inner
            roster.homes.setdefault(member, []).append(pod)
    for key, node in roster.members.items():
        _check_shown(scope, roster, key, node)
    return roster


def _check_shown(scope: Scope, roster: Roster, key: str, node: Node) -> None:
    pod, _, member = key.partition(".")
    name, place = shown(pod, member), node["id"]
    other = roster.shown.setdefault(name, key)
    if other != key and place:
        message = f"`{key}` would be shown as `{name}`, and so is `{other}`; rename one of them."
        scope.say("ambiguous-name", place, message, edit=edits.another(place, member, roster.pods.get(pod, {})))


def each_member(root: Node) -> Iterator[tuple[Node, Node]]:
    """Every pod and member that has the form of one, also where ids are missing or double."""
    for pod in root.list("pods"):
        for member in pod.list("members"):
            if member.kind is Kind.MAPPING:
                yield pod, member
