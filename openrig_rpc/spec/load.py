"""The door of this room: a rig or agent file in, everything that is known or wrong of it out."""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..model.diagnostic import Diagnostic
from ..model.spec import RigSpec
from .agent import LoadedAgent
from .agents import Agents
from .document import Document, Wanted, read
from .edges import Link, layers
from .files import Files, Unreadable, absolute
from .findings import Findings, Place
from .loaded import LoadedRig
from .node import Plain
from .positions import UTF16, Encoding
from .resolve import resolve_members
from .rig import check_rig
from .scope import Scope
from .shape import build
from .write import plain

Runtimes = Mapping[str, bool] | Collection[str]


@dataclass(frozen=True, slots=True)
class CheckedRig:
    """A rig file with its tree and what was found in it: what a language server works on. No member is resolved.

    `data` is what RigSpec takes, where its form is right; `links` are the edges that join two members.
    """

    path: Path | None
    scope: Scope
    agents: Agents
    data: dict[str, Plain] | None
    links: list[Link]
    by_ref: dict[str, LoadedAgent]

    @property
    def document(self) -> Document:
        return self.scope.document

    def diagnostics(self, encoding: Encoding = UTF16) -> list[Diagnostic]:
        """The rig file's in its order, then those of each agent file, which have its path."""
        document = self.document
        found = document.findings.diagnostics(document.lines, encoding, complete=document.complete)
        for agent in self.agents.loaded.values():
            found += _diagnostics(agent, encoding)
        return found


def check(
    path: Path | None = None,
    text: str | None = None,
    *,
    root: Path | None = None,
    known_runtimes: Runtimes,
    overlays: Mapping[Path, str] | None = None,
    wanted: Wanted | None = None,
) -> CheckedRig:
    """The first half of `load_rig`, with the same parameters. Raises Overtaken soon after `wanted` says no."""
    path = absolute(path) if path is not None else None
    base = absolute(root) if root is not None else path.parent if path is not None else None
    files, runtimes = Files(overlays), _runtimes(known_runtimes)
    scope = Scope(_read(files, path, text, wanted), base, files, runtimes)
    agents = Agents(files, runtimes)
    data, links, by_ref = check_rig(scope, agents)
    return CheckedRig(path, scope, agents, data, links, by_ref)


def load_rig(
    path: Path | None = None,
    text: str | None = None,
    *,
    root: Path | None = None,
    cwd: Path | None = None,
    known_runtimes: Runtimes,
    overlays: Mapping[Path, str] | None = None,
    encoding: Encoding = UTF16,
) -> LoadedRig:
    """Read and check a rig file, and every agent file it names. Never raises for what is in them, never runs anything.

    `path` is read unless `text` is given; `root` (by default the file's folder) is where its paths begin; without
    either, nothing on disk is looked at. `cwd` replaces every member's working folder, as `rig up --cwd` does.
    `known_runtimes` maps each runtime to whether it is installed here (a plain collection: all are). `overlays` are
    files as an editor has them, by absolute path. `encoding` counts the characters of diagnostics. Blocking reads:
    call it in a thread.
    """
    checked = check(path, text, root=root, known_runtimes=known_runtimes, overlays=overlays)
    spec = build(RigSpec, checked.data) if checked.data is not None else None
    agents, base = checked.agents, checked.scope.root
    folder = absolute(cwd) if cwd is not None else None
    members = resolve_members(spec, checked.by_ref, base, folder) if spec else []
    return LoadedRig(
        spec=spec,
        agents={ref: agent.spec for ref, agent in checked.by_ref.items() if agent.spec is not None},
        members=members,
        launch_order=layers([member.key for member in members], checked.links) if spec else [],
        diagnostics=checked.diagnostics(encoding),
        digest=_digest(spec, agents, checked.document.text, base),
        text=checked.document.text,
        path=checked.path,
        root=base,
        files=tuple(checked.scope.files.read_from),
    )


def load_agent(
    path: Path,
    text: str | None = None,
    *,
    known_runtimes: Runtimes,
    overlays: Mapping[Path, str] | None = None,
    encoding: Encoding = UTF16,
) -> tuple[LoadedAgent, list[Diagnostic]]:
    """Read and check an agent file by itself, with what it imports (whose diagnostics have a path). As `load_rig`."""
    files, runtimes = Files(overlays), _runtimes(known_runtimes)
    agents = Agents(files, runtimes)
    path = absolute(path)
    agent = agents.load(path, text)
    agents.loaded[agent.folder] = agent
    agents.resolve(agent)
    found = agent.scope.found.diagnostics(agent.document.lines, encoding, complete=agent.document.complete)
    for other in agents.loaded.values():
        found += _diagnostics(other, encoding) if other is not agent else []
    return agent, found


def _read(files: Files, path: Path | None, text: str | None, wanted: Wanted | None) -> Document:
    if text is not None:
        return read(text, wanted)
    try:
        if path is None:
            raise Unreadable("neither its path nor its text is given")
        return read(files.read(path), wanted)
    except Unreadable as error:
        findings = Findings()
        findings.add("file-unreadable", Place(0, 0), f"{path or 'The file'} can't be read: {error}.")
        return Document("", None, findings, complete=False)


def _diagnostics(agent: LoadedAgent, encoding: Encoding) -> list[Diagnostic]:
    document = agent.document
    return document.findings.diagnostics(document.lines, encoding, path=agent.path, complete=document.complete)


def _runtimes(known: Runtimes) -> dict[str, bool]:
    return dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, True)


def _digest(spec: RigSpec | None, agents: Agents, text: str, root: Path | None) -> str:
    """What the rig and its agents say, imports included, wherever it lies; what can't be read, as it is written."""
    said: object = text if spec is None else plain(spec)
    others = {
        os.path.relpath(agent.path, root) if root else str(agent.path): plain(agent.spec)
        if agent.spec
        else agent.document.text
        for agent in agents.loaded.values()
    }
    encoded = json.dumps([said, others], sort_keys=True, ensure_ascii=True).encode("ascii")
    return hashlib.sha256(encoded).hexdigest()
