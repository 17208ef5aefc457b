"""From a name to where it is given, and to where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from ..spec.agent import LoadedAgent
from ..spec.node import Node
from ..spec.uses import find
from .known import Known
from .links import named_files
from .names import Occurrence, at, occurrences, used_profiles
from .shapes import range_of, ranged
from .texts import uri_of
from .trail import trail


def definitions(known: Known, offset: int) -> list[types.Location]:
    """Where the name at `offset` is given; of a path, the file. Blocking: looks at files."""
    if known.root is None:
        return []
    found = occurrences(known)
    here = at(found, offset)
    if here is not None:
        same = [each for each in found if each.defines and (each.sort, each.name) == (here.sort, here.name)]
        if same:
            return [_location(known, each) for each in same[:1]]
        if here.sort == "resource" and known.agent is not None:
            return list(_imported(known.agent, here.name, known))
    profile = _profile(known, offset)
    if profile is not None:
        return [profile]
    return [
        types.Location(uri_of(named.path), types.Range(types.Position(0, 0), types.Position(0, 0)))
        for named in named_files(known)
        if named.start <= offset <= named.end
    ]


def references(known: Known, offset: int, others: Iterable[Known], *, declaration: bool) -> list[types.Location]:
    """Where the name at `offset` is used: in this file, and a profile also in the open rigs."""
    found = occurrences(known)
    here = at(found, offset)
    if here is None:
        return []
    same = [each for each in found if (each.sort, each.name) == (here.sort, here.name)]
    places = [_location(known, each) for each in same if declaration or not each.defines]
    if here.sort == "profile":
        for rig in others:
            places += [_location(rig, each) for each in used_profiles(rig, known) if each.name == here.name]
    return places


def highlights(known: Known, offset: int) -> list[types.DocumentHighlight]:
    """The places of the same name in this file."""
    found = occurrences(known)
    here = at(found, offset)
    if here is None:
        return []
    kinds = types.DocumentHighlightKind
    return [
        types.DocumentHighlight(
            range_of(each, known.lines, known.encoding), kinds.Write if each.defines else kinds.Read
        )
        for each in found
        if (each.sort, each.name) == (here.sort, here.name)
    ]


def _location(known: Known, place: Occurrence) -> types.Location:
    return types.Location(known.text.uri, range_of(place, known.lines, known.encoding))


def _profile(known: Known, offset: int) -> types.Location | None:
    """From a member's profile to the agent file."""
    if known.rig is None or known.root is None:
        return None
    found = trail(known.root, offset)
    if found.shape != ("pods", "#", "members", "#", "profile") or found.on_key or found.mapping is None:
        return None
    agent = known.rig.by_ref.get(found.mapping.text("agent_ref") or "")
    profiles = agent.document.root.mapping("profiles") if agent is not None and agent.document.root else None
    entry = profiles.by_key.get(found.node.written) if profiles is not None else None
    return _in_agent(agent, entry.key, known) if agent is not None and entry is not None else None


def _imported(agent: LoadedAgent, name: str, known: Known) -> Iterator[types.Location]:
    kind, _, written = name.partition("/")
    for owner, resource in find(agent, kind, written):
        resources = owner.document.root.mapping("resources") if owner.document.root else None
        for node in resources.list(kind) if resources is not None else ():
            place = node["id"]
            if place is not None and place.written == resource.id:
                yield _in_agent(owner, place, known)


def _in_agent(agent: LoadedAgent, node: Node, known: Known) -> types.Location:
    found = agent.document.lines.range(node.start, node.end, known.encoding)
    return types.Location(uri_of(agent.path), ranged(found))


def placeholder(known: Known, offset: int) -> Occurrence | None:
    """What can be renamed at `offset`: a member, a pod, a resource, a profile where it is given."""
    here = at(occurrences(known), offset)
    if here is None:
        return None
    return here if here.sort != "profile" or known.text.kind == "agent" else None
