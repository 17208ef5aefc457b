"""What every check of one file has at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..model.diagnostic import Severity
from . import edits
from .document import Document
from .files import Files, join, outside
from .findings import Edit, Findings, Span
from .node import Kind, Node


@dataclass(frozen=True)
class Scope:
    """One file: its tree, the folder its paths begin in (None: nothing on disk is looked at), and the rest."""

    document: Document
    root: Path | None
    files: Files
    runtimes: Mapping[str, bool]

    @property
    def found(self) -> Findings:
        return self.document.findings

    def say(
        self, code: str, where: Span, message: str, *, severity: Severity | None = None, edit: Edit | None = None
    ) -> None:
        """Note a finding."""
        self.found.add(code, where, message, severity=severity, edit=edit)

    def file(self, node: Node | None, *, required: bool = True, folder: bool = True) -> None:
        """Check that the path in `node` is there and stays in the root. `folder`: a folder will do as well."""
        if self.root is None or node is None or node.kind is not Kind.TEXT or not _may_be_looked_at(node.written):
            return
        path = join(self.root, node.written)
        kind = self.files.kind(path)
        if self.files.escapes(self.root, path):
            message = f"`{node.written}` leads out of {self.root} through a symbolic link; put the file itself there."
            self.say("path-escapes", node, message)
        elif kind is None:
            severity = None if required else Severity.WARNING
            self.say(
                "file-missing",
                node,
                f"`{node.written}` is not in {self.root}; create it, or mend the path.",
                severity=severity,
            )
        elif kind == "folder" and not folder:
            self.say("file-missing", node, f"`{node.written}` is a folder, and a file is wanted; name the file.")


def _may_be_looked_at(path: str) -> bool:
    return outside(path) is None and "\0" not in path


def check_unique(scope: Scope, nodes: Sequence[Node], key: str, what: str) -> dict[str, Node]:
    """That no two of `nodes` have the same `key`. Returns the first of each."""
    first: dict[str, Node] = {}
    names = {node.text(key) or "" for node in nodes}
    for node in nodes:
        text = node.text(key)
        if text is None:
            continue
        if text in first:
            place = node[key] or node
            edit = edits.another(place, text, names)
            scope.say("duplicate-id", place, f"There is a {what} `{text}` already; choose another {key}.", edit=edit)
        else:
            first[text] = node
    return first
