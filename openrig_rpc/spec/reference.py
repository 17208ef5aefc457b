"""References to agent folders: `local:<path>` (it may climb), `path:<absolute path>`, and built-ins."""

from dataclasses import dataclass
from pathlib import Path

from ..model.spec import BUILTINS
from . import edits
from .files import join
from .findings import Edit
from .node import Kind, Node
from .scope import Scope
from .shape import listed

AGENT_FILE = "agent.yaml"
LOCAL, PATH, BUILTIN = "local:", "path:", "builtin:"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a reference points: `folder` is None for a built-in, or when there is no root to begin from."""

    text: str
    node: Node
    folder: Path | None = None
    builtin: bool = False


def read_reference(scope: Scope, node: Node | None, *, builtins: bool) -> Reference | None:
    """The reference in `node`, or None with a finding where it has no valid form."""
    if node is None or node.kind is not Kind.TEXT or not node.written.strip() or "\0" in node.written:
        return None
    text = node.written
    if text.startswith(BUILTIN) and builtins:
        if text in BUILTINS.values():
            return Reference(text, node, builtin=True)
        meant = scope.found.nearest(text, list(BUILTINS.values()))
        message = f"`{text}` is no built-in; there is {listed(BUILTINS.values())}."
        scope.say("ref-form", node, message, edit=edits.replace(node, meant) if meant else None)
        return None
    better = _better(text)
    if better != text:
        message = (
            f"`{text}` is no reference to a folder with agent.yaml; write `local:` and a path from this file's folder, "
            "or `path:` and an absolute path."
        )
        scope.say("ref-form", node, message, edit=edits.replace(node, better) if better else None)
        return None
    return Reference(text, node, folder_of(text, scope.root))


def folder_of(text: str, base: Path | None) -> Path | None:
    """The folder a reference names, from `base`; None for built-ins, other forms, or without a base."""
    if text.startswith(PATH):
        return join(Path("/"), text.removeprefix(PATH))
    return join(base, text.removeprefix(LOCAL)) if base and text.startswith(LOCAL) else None


def missing(scope: Scope, reference: Reference) -> tuple[str, Edit | None]:
    """Why there is no agent at a reference, and the one that was probably meant."""
    folder = reference.folder
    assert folder is not None
    why = "has no agent.yaml" if scope.files.kind(folder) == "folder" else "is not there"
    message = f"{folder} {why}; create the agent file, or mend the reference."
    near = (
        scope.found.nearest(folder.name, scope.files.folders(folder.parent, AGENT_FILE))
        if _beneath(scope, folder)
        else None
    )
    if near is None:
        return message, None
    better = reference.text.rstrip("/").removesuffix(folder.name) + near
    return f"{message} Did you mean `{better}`?", edits.replace(reference.node, better)


def _beneath(scope: Scope, folder: Path) -> bool:
    """Whether neighbours may be looked for: only in the file's own folder."""
    return (
        scope.root is not None
        and folder.parent.is_relative_to(scope.root)
        and not scope.files.escapes(scope.root, folder.parent)
    )


def _better(text: str) -> str | None:
    """`text` where it is a reference, what it should be where that is plain, None where it isn't."""
    if text.startswith(LOCAL):
        path = text.removeprefix(LOCAL).strip()
        if path.startswith("/"):
            return PATH + path
        return LOCAL + path.removesuffix("/" + AGENT_FILE) if path else None
    if text.startswith(PATH):
        path = text.removeprefix(PATH).strip()
        if not path:
            return None
        return (PATH if path.startswith("/") else LOCAL) + path.removesuffix("/" + AGENT_FILE)
    if ":" in text:
        return None
    return (PATH if text.startswith("/") else LOCAL) + text.removesuffix("/" + AGENT_FILE)
