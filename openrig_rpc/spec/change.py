"""A rig file with a pod or member more, or one less; the texts are read and checked again like any other."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ..model.marks import Part
from ..model.spec import MemberSpec, PodSpec, RigSpec
from .write import plain, written

Data = dict[str, Any]


def grown(
    spec: RigSpec, pod: str | Mapping[str, Any], member: Mapping[str, Any] | None, edges: Sequence[Mapping[str, Any]]
) -> str:
    """The rig with a new pod, or with a new member in a pod it has. What is there already as it is given stays as it
    is. Raises KeyError for a pod that is not there."""
    data: Data = dict(plain(spec))
    new = None if isinstance(pod, str) else normal(PodSpec, pod)
    if new is not None:
        include(data["pods"], new)
    home = next((each for each in data["pods"] if each == new or (new is None and each["id"] == pod)), None)
    if home is None:
        raise KeyError(pod)
    if member is not None:
        include(home["members"], normal(MemberSpec, member))
    for edge in edges:
        between = any("." in str(edge.get(end, "")) for end in ("from", "to"))
        include((data if between else home).setdefault("edges", []), dict(edge))
    return written(data)


def shrunk(spec: RigSpec, pod: str, member: str | None) -> str:
    """The rig without a pod, or without one of its members; a pod without members goes too, and edges with what they
    touched. Raises KeyError for what is not there."""
    data: Data = dict(plain(spec))
    home: Data | None = next((each for each in data["pods"] if each["id"] == pod), None)
    gone = [each["id"] for each in home["members"] if member in (None, each["id"])] if home is not None else []
    if home is None or not gone:
        raise KeyError(pod)
    home["members"] = [each for each in home["members"] if each["id"] not in gone]
    without(home, set(gone))
    without(data, {f"{pod}.{each}" for each in gone})
    data["pods"] = [each for each in data["pods"] if each["members"]]
    return written(data)


def without(holder: Data, ends: set[str]) -> None:
    """Take away the edges that touch any of these."""
    if "edges" in holder:
        holder["edges"] = [edge for edge in holder["edges"] if not {edge["from"], edge["to"]} & ends]


def include(into: list[Any], new: object) -> None:
    """Add it, unless it is there."""
    if new not in into:
        into.append(new)


def normal(kind: type[Part], given: Mapping[str, Any]) -> Data:
    """What is given, as a file of ours says it; what is no such thing stays as it is, and is complained of later."""
    try:
        return dict(plain(kind.model_validate(given)))
    except ValidationError:
        return dict(given)
