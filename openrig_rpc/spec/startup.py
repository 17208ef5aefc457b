"""Checks of startup blocks, which rig and agent files share."""

from collections.abc import Collection

from ..model.startup import DeliveryHint
from . import edits
from .findings import Edit, Span
from .given import FRAGMENTS
from .node import Kind, Node
from .scope import Scope
from .shape import listed

FRESH_ONLY = "[fresh_start]"
BY_HARNESS = (DeliveryHint.GUIDANCE_MERGE.value, DeliveryHint.SKILL_INSTALL.value)
PROOFS = ("authenticated", "none")


def check_startup(scope: Scope, startup: Node | None) -> None:
    """The files and actions of one layer."""
    if startup is None:
        return
    for file in startup.list("files"):
        _startup_file(scope, file)
    for action in startup.list("actions"):
        _startup_action(scope, action)


def check_hints(scope: Scope, startup: Node | None, runtimes: Collection[str]) -> None:
    """Say of each file that goes by a harness's own means which of these runtimes have none. Terminals get nothing."""
    without = sorted({each for each in runtimes if each not in FRAGMENTS and each != "terminal"})
    for file in startup.list("files") if startup and without else ():
        hint = file["delivery_hint"]
        if hint is not None and hint.written in BY_HARNESS:
            message = f"Members in {listed(without)} are not given this file: `{hint.written}` has no meaning there."
            scope.say("resource-not-given", hint, message)


def _startup_file(scope: Scope, file: Node) -> None:
    if file.kind is not Kind.MAPPING:
        return
    pack = file.text("kind") == "context_pack"
    wanted = "name" if pack else "path"
    if wanted not in file.by_key:
        where: Span = file.entries[0] if file.entries else file
        scope.say("missing-field", where, f"This startup file has no `{wanted}`; say which file it is.")
    if pack:
        scope.say(
            "not-honoured",
            file.by_key["kind"],
            "`context_pack` is not honoured yet: the pack is not given to the agent.",
        )
        return
    required = file["required"]
    optional = required is not None and required.value is False
    if not optional:
        scope.file(file["path"], folder=file.text("delivery_hint") == "skill_install")
    if "orientation" in file.by_key:
        message = "`orientation` is not honoured yet: the file is given like any other."
        scope.say("not-honoured", file.by_key["orientation"], message)


def _startup_action(scope: Scope, action: Node) -> None:
    idempotent = action["idempotent"]
    once = idempotent is not None and idempotent.value is False
    if action.text("type") == "startup_proof":
        _proof(scope, action, once)
        return
    applies = action.by_key.get("applies_on")
    again = applies is None or any(item.value == "restore" for item in applies.value.items)
    if once and again and idempotent is not None:
        edit = (
            Edit("Only on a fresh start", applies.value.start, applies.value.end, FRESH_ONLY)
            if applies and not applies.value.alias
            else edits.insert(scope.document, action, "applies_on", FRESH_ONLY)
        )
        message = (
            "This action may not be repeated (`idempotent: false`), and it would be on every restore; "
            "say `applies_on: [fresh_start]`."
        )
        scope.say("replay-unsafe", idempotent, message, edit=edit)


def _proof(scope: Scope, action: Node, once: bool) -> None:
    value = action["value"]
    if value is not None and value.kind is Kind.TEXT and value.written not in PROOFS:
        scope.say("unknown-value", value, f"A startup proof is one of {listed(PROOFS)}.")
    if once:
        entry = action.by_key["idempotent"]
        edit = None if entry.value.alias else Edit("Change to `true`", entry.value.start, entry.value.end, "true")
        scope.say("conflict", entry, "A startup proof is always `idempotent: true`; change it.", edit=edit)
    scope.say("not-honoured", action.by_key["type"], "`startup_proof` is not honoured yet: nobody is asked for it.")
