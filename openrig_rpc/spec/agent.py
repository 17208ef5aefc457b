"""One agent file: what it says, and what is wrong with it by itself."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..model.diagnostic import Severity
from ..model.spec import AgentSpec, Plugin, Resource, RestorePolicy
from . import edits
from .document import Document
from .findings import Place
from .node import Kind, Node
from .scope import Scope, check_unique
from .shape import Shape, build, listed
from .startup import check_startup

KINDS = ("skills", "guidance", "subagents", "plugins", "runtime_resources")
"""The keys of `resources` and `uses`."""

VERSION_RANGE = re.compile(r"[~^>=<|* ]")
_WIDTH = {policy.value: width for width, policy in enumerate(reversed(RestorePolicy))}


@dataclass(eq=False)
class LoadedAgent:
    """An agent file, read. `spec` is None where it has errors of form; `whole`: all of its imports could be read;
    `broken`: it has errors by itself, whatever it imports.
    """

    path: Path
    scope: Scope
    spec: AgentSpec | None
    imports: list["LoadedAgent"] = field(default_factory=list)
    whole: bool = True
    broken: bool = False
    resolved: bool = False

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def document(self) -> Document:
        return self.scope.document

    @property
    def errors(self) -> int:
        return self.scope.found.errors

    def profiles(self) -> dict[str, Node] | None:
        """The profiles it names, or None where that can't be said."""
        root = self.document.root
        if root is None or root.kind is not Kind.MAPPING or not self.document.complete:
            return None
        found = root["profiles"]
        return {key: entry.value for key, entry in found.by_key.items()} if found else {}

    @cached_property
    def resources(self) -> dict[str, dict[str, Resource | Plugin]]:
        """Its own resources, by kind and id."""
        held = self.spec.resources if self.spec else None
        return {kind: {found.id: found for found in getattr(held, kind)} if held else {} for kind in KINDS}


def check_agent(scope: Scope) -> AgentSpec | None:
    """Everything in an agent file that can be judged without its imports. The spec, where its form is right."""
    root = scope.document.root
    if root is None:
        return None
    if root.kind is not Kind.MAPPING:
        message = "An agent file is a mapping that begins with `name` and `version`."
        scope.say("wrong-type", Place(root.start, root.start + 1), message)
        return None
    before = scope.found.errors
    data = Shape(scope.document).data(root, AgentSpec)
    spec = build(AgentSpec, data) if scope.found.errors == before and scope.document.complete else None
    check_startup(scope, root.mapping("startup"))
    _check_resources(scope, root)
    _check_imports(scope, root)
    defaults = root.mapping("defaults")
    _check_runtime(scope, defaults)
    profiles = root.mapping("profiles")
    for profile in profiles.by_key.values() if profiles else ():
        check_startup(scope, profile.value.mapping("startup"))
        _check_runtime(scope, profile.value.mapping("preferences"))
        own = profile.value.mapping("lifecycle")
        base = defaults.mapping("lifecycle") if defaults else None
        check_narrowing(scope, own and own["restore_policy"], (base and base.text("restore_policy")) or None)
    return spec


def check_narrowing(scope: Scope, node: Node | None, base: str | None) -> None:
    """A restore policy may only go down from the one it stands on."""
    width = _WIDTH.get(base or RestorePolicy.RESUME, 0)
    if node is None or node.kind is not Kind.TEXT or _WIDTH.get(node.written, 0) <= width:
        return
    message = f"`{node.written}` is wider than the agent's `{base}`; only narrower ones are allowed here."
    scope.say("restore-widened", node, message, edit=edits.replace(node, base) if base else None)


def _check_runtime(scope: Scope, preferences: Node | None) -> None:
    """A runtime that is only preferred may be unknown here: the member's counts."""
    node = preferences["runtime"] if preferences else None
    if node is not None and node.kind is Kind.TEXT and node.written not in scope.runtimes:
        message = (
            f"`{node.written}` is no runtime known here; a member must name another. Known: {listed(scope.runtimes)}."
        )
        scope.say("unknown-runtime", node, message, severity=Severity.INFORMATION)


def _check_imports(scope: Scope, root: Node) -> None:
    for entry in root.list("imports"):
        version = entry["version"]
        if version is not None and version.kind is Kind.TEXT and VERSION_RANGE.search(version.written):
            message = f"`{version.written}` is a range; name the exact version."
            scope.say("import-version", version, message)


def _check_resources(scope: Scope, root: Node) -> None:
    resources = root.mapping("resources")
    for kind in KINDS if resources else ():
        assert resources
        nodes = resources.list(kind)
        check_unique(scope, nodes, "id", f"resource in `{kind}`")
        for node in nodes:
            source = node.mapping("source")
            path = source["path"] if source else node["path"]
            if path is not None and not path.written.startswith("openrig-home:"):
                scope.file(path, required=False)
