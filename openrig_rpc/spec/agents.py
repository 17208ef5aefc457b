"""The agent files of one load: each read once, with its imports."""

from collections.abc import Mapping
from pathlib import Path

from . import edits
from .agent import VERSION_RANGE, LoadedAgent, check_agent
from .document import Document, read
from .files import Files, Unreadable
from .findings import Findings, Place
from .node import Kind, Node
from .reference import AGENT_FILE, folder_of, missing, read_reference
from .scope import Scope
from .uses import check_uses


class Agents:
    """The agent files of one load, each read once."""

    def __init__(self, files: Files, runtimes: Mapping[str, bool]) -> None:
        self.loaded: dict[Path, LoadedAgent] = {}
        self._gone: set[Path] = set()
        self._files, self._runtimes = files, runtimes

    def at(self, folder: Path) -> LoadedAgent | None:
        """The agent in `folder`, or None where there is no agent.yaml."""
        if folder in self.loaded or folder in self._gone:
            return self.loaded.get(folder)
        path = folder / AGENT_FILE
        if self._files.kind(path) is None:
            self._files.read_from[path] = None
            self._gone.add(folder)
            return None
        self.loaded[folder] = self.load(path)
        return self.loaded[folder]

    def load(self, path: Path, text: str | None = None) -> LoadedAgent:
        """Read and check the agent file at `path` by itself; `text` is what it says, where that is known."""
        try:
            if self._files.escapes(path.parent, path):
                raise Unreadable("a symbolic link leads out of its folder")
            source = text if text is not None else self._files.read(path)
            document = read(source)
        except Unreadable as error:
            document = Document("", None, Findings(), complete=False)
            document.findings.add("file-unreadable", Place(0, 0), f"{path} can't be read: {error}.")
        scope = Scope(document, path.parent, self._files, self._runtimes)
        spec = check_agent(scope)
        return LoadedAgent(path, scope, spec, broken=spec is None or scope.found.errors > 0)

    def resolve(self, agent: LoadedAgent) -> None:
        """Follow the imports of `agent`, and check what its profiles use. Once is enough."""
        if agent.resolved or agent.document.root is None:
            return
        agent.resolved = True
        for entry in agent.document.root.list("imports"):
            self._import(agent, entry)
        for profile in (agent.profiles() or {}).values() if agent.spec else ():
            check_uses(agent, profile)

    def _import(self, agent: LoadedAgent, entry: Node) -> None:
        scope, node = agent.scope, entry["ref"]
        reference = read_reference(scope, node, builtins=False)
        found = self.at(reference.folder) if reference and reference.folder else None
        if found is None or node is None:
            agent.whole = False
            if reference and reference.folder:
                message, edit = missing(scope, reference)
                scope.say("import-missing", reference.node, message, edit=edit)
            return
        if found is agent or self._leads_back(found, agent):
            agent.whole = False
            scope.say("import-cycle", node, f"{found.path} leads back to this file; remove one of the two imports.")
            return
        if found.broken or found.spec is None:
            agent.whole = False
            scope.say("import-invalid", node, f"{found.path} has errors; mend them there.")
            return
        if found.spec.imports:
            message = f"{found.path} has imports of its own, and only one level is read; import those files here."
            scope.say("import-nested", node, message)
        version = entry["version"]
        exact = version is not None and version.kind is Kind.TEXT and not VERSION_RANGE.search(version.written)
        if version is not None and exact and version.written != found.spec.version:
            message = f"{found.path} is version `{found.spec.version}`, not `{version.written}`; change one of them."
            scope.say("import-version", version, message, edit=edits.replace(version, found.spec.version))
        if any(other.spec and other.spec.name == found.spec.name for other in agent.imports) or ":" in found.spec.name:
            message = (
                f"The import is called `{found.spec.name}`, as another one is, or with a colon; rename it in its file."
            )
            scope.say("import-name", node, message)
            return
        agent.imports.append(found)

    def _leads_back(self, found: LoadedAgent, agent: LoadedAgent) -> bool:
        root = found.document.root
        refs = [entry.text("ref") or "" for entry in root.list("imports")] if root else []
        return any(folder_of(ref, found.folder) == agent.folder for ref in refs)
