"""What is known of an open rig or agent file: its tree, what was found in it, and the agent files it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..model.diagnostic import Diagnostic
from ..model.marks import Part
from ..model.spec import AgentSpec, RigSpec
from ..spec.agent import LoadedAgent
from ..spec.document import Document, Wanted
from ..spec.files import Files
from ..spec.load import CheckedRig, check, load_agent
from ..spec.names import each_member
from ..spec.node import Node
from ..spec.positions import Encoding, Lines
from .texts import Text


@dataclass(frozen=True, eq=False)
class Known:
    """One text, read and checked. `diagnostics` are this file's own; `files` are those that could change them."""

    text: Text
    document: Document
    diagnostics: list[Diagnostic]
    files: frozenset[Path]
    runtimes: Mapping[str, bool]
    encoding: Encoding
    rig: CheckedRig | None = None
    agent: LoadedAgent | None = None

    @property
    def root(self) -> Node | None:
        return self.document.root

    @property
    def lines(self) -> Lines:
        return self.document.lines

    @property
    def part(self) -> type[Part]:
        """What the file as a whole is."""
        return RigSpec if self.text.kind == "rig" else AgentSpec

    @property
    def folder(self) -> Path | None:
        """Where its paths begin."""
        return self.text.path.parent if self.text.path is not None else None

    @property
    def name(self) -> str | None:
        """The rig's or agent's name."""
        return self.root.text("name") if self.root is not None else None

    @cached_property
    def members(self) -> dict[str, Node]:
        """The members by `pod.member`, each the first of its name."""
        found: dict[str, Node] = {}
        for pod, member in each_member(self.root) if self.root is not None else ():
            names = pod.text("id"), member.text("id")
            if names[0] and names[1]:
                found.setdefault(f"{names[0]}.{names[1]}", member)
        return found

    @cached_property
    def pods(self) -> dict[str, Node]:
        """The pods by id."""
        found: dict[str, Node] = {}
        for pod in self.root.list("pods") if self.root is not None else ():
            name = pod.text("id")
            if name:
                found.setdefault(name, pod)
        return found


def read_known(
    text: Text,
    runtimes: Mapping[str, bool],
    overlays: Mapping[Path, str],
    encoding: Encoding,
    wanted: Wanted | None = None,
) -> Known:
    """Read and check a text as it is, whatever is in it. Blocking: reads other files, never runs anything.

    Raises Overtaken soon after `wanted` says no.
    """
    assert text.path is not None
    source = text.text if text.known else None  # Far too long: said by what is on the disk.
    if text.kind == "rig":
        rig = check(text.path, source, known_runtimes=runtimes, overlays=overlays, wanted=wanted)
        own = rig.document.findings.diagnostics(rig.document.lines, encoding, complete=rig.document.complete)
        return Known(text, rig.document, own, _files(rig.scope.files), runtimes, encoding, rig=rig)
    agent, found = load_agent(text.path, source, known_runtimes=runtimes, overlays=overlays, encoding=encoding)
    own = [each for each in found if each.path is None]
    return Known(text, agent.document, own, _files(agent.scope.files), runtimes, encoding, agent=agent)


def _files(files: Files) -> frozenset[Path]:
    return frozenset(files.read_from)
