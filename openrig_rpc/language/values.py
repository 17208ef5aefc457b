"""The values a field may have at a place: what the format knows, and what this rig and this disk have."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lsprotocol import types

from ..model.spec import BUILTINS, NO_PROFILE
from ..spec.agent import KINDS, LoadedAgent
from ..spec.agents import Agents
from ..spec.fields import Type
from ..spec.files import Files, join, outside
from ..spec.member import POLICY_FILE
from ..spec.names import each_member
from ..spec.policy import BUILT_IN
from ..spec.reference import AGENT_FILE, LOCAL, folder_of
from .known import Known
from .place import Place
from .schema import Step, field_at, forms, types_at
from .words import EDGES

MOST_NAMES = 400
MOST_FOLDERS = 2000

_Kind = types.CompletionItemKind


@dataclass(frozen=True, slots=True)
class Value:
    """One value. `raw`: it is YAML already."""

    text: str
    kind: types.CompletionItemKind = _Kind.Value
    detail: str | None = None
    doc: str | None = None
    raw: bool = False


def values_at(known: Known, place: Place, path: Sequence[Step]) -> Iterator[Value]:
    """What the value at `path` may be, the likeliest first."""
    shape = tuple("#" if isinstance(step, int) else step for step in path)
    special = list(_rig_values(known, place, shape) if known.text.kind == "rig" else _agent_values(known, shape))
    if special:
        yield from special
        return
    field = field_at(known.part, path)
    if field is not None and field.type.in_root:
        yield from _paths(known, place, files=True)
        return
    for kind in types_at(known.part, path):
        yield from _of_type(kind)


def keys_at(known: Known, place: Place) -> Iterator[Value]:
    """The names that a mapping without fixed fields may have at this place."""
    if known.text.kind == "rig" and place.path == ["x-openrig-rpc", "grants"]:
        for member in known.members:
            if member not in place.given:
                yield Value(member, detail="a member")
        for pod in known.pods:
            yield Value(f"{pod}.*", detail="every member of the pod")
        yield Value("*", detail="every member of the rig")
    elif place.path == ["managed_blocks"]:
        yield Value("claude-code", detail="runtime")
    elif known.text.kind == "agent" and place.path == ["profiles"] and "default" not in place.given:
        yield Value("default", detail="a profile")


def _rig_values(known: Known, place: Place, shape: tuple[str, ...]) -> Iterator[Value]:
    key = shape[-1] if shape else ""
    if shape == ("pods", "#", "members", "#", "runtime"):
        for name, installed in known.runtimes.items():
            yield Value(name, _Kind.EnumMember, "installed" if installed else "not installed here")
    elif shape == ("pods", "#", "members", "#", "agent_ref"):
        yield from _references(known, place)
    elif shape == ("pods", "#", "members", "#", "profile"):
        yield from _profiles(known, place)
    elif shape == ("pods", "#", "edges", "#", key) and key in ("from", "to"):
        yield from _members_of_pod(known, place, "to" if key == "from" else "from")
    elif shape == ("edges", "#", key) and key in ("from", "to"):
        yield from _members_across(known, place, "to" if key == "from" else "from")
    elif key == "kind" and shape[-3:-1] == ("edges", "#"):
        for name, (rights, launch) in EDGES.items():
            words = f"{rights} {launch}".format(source="`from`", target="`to`")
            yield Value(str(name), _Kind.EnumMember, doc=words)
    elif key == "permission_policy":
        yield from (Value(name, _Kind.EnumMember) for name in BUILT_IN)
        yield from (path for path in _paths(known, place, files=True) if path.text.endswith((POLICY_FILE, "/")))
    elif key == "cwd":
        yield from _paths(known, place, files=False)
    elif shape == ("version",):
        yield Value('"0.2"', detail="the format's version", raw=True)
    elif shape[-2:] == ("starter_ref", "name"):
        from ..starters import starters

        yield from (Value(starter.name, _Kind.Module, starter.summary) for starter in starters())


def _agent_values(known: Known, shape: tuple[str, ...]) -> Iterator[Value]:
    if shape[-1:] == ("runtime",) and shape[-2:-1] in (("defaults",), ("preferences",)):
        for name, installed in known.runtimes.items():
            yield Value(name, _Kind.EnumMember, "installed" if installed else "not installed here")
    elif len(shape) == 5 and shape[0] == "profiles" and shape[2] == "uses" and shape[3] in KINDS and known.agent:
        yield from _resources(known.agent, shape[3])
    elif shape == ("imports", "#", "ref"):
        yield from _folders(known)
    elif shape == ("version",):
        yield Value('"1.0"', detail="the agent's own version", raw=True)


def _of_type(kind: Type) -> Iterator[Value]:
    for form in forms(kind):
        if form.form == "choice":
            yield from (Value(choice, _Kind.EnumMember) for choice in form.choices)
        elif form.form == "boolean":
            yield from (Value(word, _Kind.Keyword, raw=True) for word in ("true", "false"))


def _members_of_pod(known: Known, place: Place, other: str) -> Iterator[Value]:
    """Member ids, short: of the pod the edge stands in."""
    pod = next((_bare(level["id"]) for level in place.outer if "id" in level), None)
    taken = _bare(place.given.get(other, ""))
    for around, member in each_member(known.root) if known.root is not None else ():
        name = member.text("id")
        if name and around.text("id") == pod and name != taken:
            yield Value(name, _Kind.Reference, member.text("label") or member.text("runtime"))


def _members_across(known: Known, place: Place, other: str) -> Iterator[Value]:
    """`pod.member`: those of other pods than the other end's."""
    taken = _bare(place.given.get(other, "")).partition(".")[0]
    for name, member in known.members.items():
        if not taken or name.partition(".")[0] != taken:
            yield Value(name, _Kind.Reference, member.text("label") or member.text("runtime"))


def _references(known: Known, place: Place) -> Iterator[Value]:
    runtime = _bare(place.given.get("runtime", ""))
    for name, ref in BUILTINS.items():
        if runtime in ("", name):
            yield Value(ref, _Kind.Constant, f"for `runtime: {name}`")
    if runtime not in BUILTINS:
        yield from _folders(known)


def _profiles(known: Known, place: Place) -> Iterator[Value]:
    """The profiles of the agent that the member refers to."""
    reference = _bare(place.given.get("agent_ref", ""))
    if reference in BUILTINS.values() or _bare(place.given.get("runtime", "")) in BUILTINS:
        yield Value(NO_PROFILE, _Kind.Constant, "terminals and scripted agents have no profile")
        return
    agent = _agent(known, reference)
    for name, node in (agent.profiles() or {}).items() if agent is not None else ():
        yield Value(name, _Kind.Class, node.text("summary") or node.text("description"))


def _agent(known: Known, reference: str) -> LoadedAgent | None:
    """The agent file at a reference: as it was read with the rig, else read now."""
    if known.rig is not None and reference in known.rig.by_ref:
        return known.rig.by_ref[reference]
    folder = folder_of(reference, known.folder)
    return Agents(Files(), known.runtimes).at(folder) if folder is not None else None


def _resources(agent: LoadedAgent, kind: str) -> Iterator[Value]:
    resources = agent.document.root.mapping("resources") if agent.document.root is not None else None
    for node in resources.list(kind) if resources is not None else ():
        name = node.text("id")
        if name:
            yield Value(name, _Kind.Reference, "of this file")
    for other in agent.imports:
        for name in other.resources[kind]:
            if other.spec is not None:
                yield Value(f"{other.spec.name}:{name}", _Kind.Reference, str(other.path))


def _folders(known: Known) -> Iterator[Value]:
    """Folders with an agent.yaml beneath this file's, nearest first; no links are followed."""
    root = known.folder
    if root is None:
        return
    looked, level = 0, [root]
    for _ in range(4):
        deeper: list[Path] = []
        for folder in level:
            looked += 1
            if looked > MOST_FOLDERS:
                return
            names = _names(folder)
            if folder != root and AGENT_FILE in names:
                yield Value(LOCAL + str(folder.relative_to(root)), _Kind.Folder, "has an agent.yaml")
            deeper += [folder / name for name, is_folder in names.items() if is_folder and name != "node_modules"]
        level = deeper


def _paths(known: Known, place: Place, *, files: bool) -> Iterator[Value]:
    """What lies in the folder that is typed so far; folders end with a slash where files are wanted."""
    if known.folder is None or outside(place.word):
        return
    typed = place.word.rpartition("/")
    folder = join(known.folder, typed[0] or ".")
    if Files().escapes(known.folder, folder):
        return
    if not typed[0] and not files:
        yield Value(".", _Kind.Folder, "this file's folder")
    for name, is_folder in _names(folder).items():
        if is_folder:
            yield Value(f"{typed[0]}{typed[1]}{name}" + ("/" if files else ""), _Kind.Folder)
        elif files:
            yield Value(f"{typed[0]}{typed[1]}{name}", _Kind.File)


def _names(folder: Path) -> dict[str, bool]:
    """The names in a folder, hidden ones left out, each with whether it is a folder itself."""
    found: dict[str, bool] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, MOST_NAMES):
                if not entry.name.startswith("."):
                    found[entry.name] = stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode)
    except (OSError, ValueError):
        return {}
    return dict(sorted(found.items()))


def _bare(text: str) -> str:
    """A value as it is written on its line, without quotes and comment."""
    text = text.partition(" #")[0].strip()
    return text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text
