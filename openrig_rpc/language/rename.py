"""Another name for a member, pod, profile or resource, wherever it is used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from lsprotocol import types

from ..model.address import shown
from ..model.errors import InvalidParams
from ..model.marks import Ident, Matches
from ..model.spec import RESERVED_PODS
from .able import Able
from .known import Known
from .names import Occurrence, occurrences, used_profiles
from .navigation import placeholder
from .shapes import range_of

_IDENT = next(mark for mark in get_args(Ident) if isinstance(mark, Matches))
WARNING = "running"


def prepare(known: Known, offset: int) -> types.PrepareRenamePlaceholder | None:
    """The name at `offset`, where it can be changed."""
    here = placeholder(known, offset)
    if here is None:
        return None
    return types.PrepareRenamePlaceholder(range_of(here, known.lines, known.encoding), _own(here))


def rename(
    known: Known, offset: int, name: str, others: Iterable[Known], able: Able, warning: str | None
) -> types.WorkspaceEdit:
    """Every edit. `warning` is what the person should know first. Raises InvalidParams."""
    here = placeholder(known, offset)
    if here is None:
        raise _refusal("there is nothing here that has a name to change", "put the cursor on an id")
    _check(known, here, name)
    found = [each for each in occurrences(known) if (each.sort, each.name) == (here.sort, here.name)]
    edits = {known: found}
    if here.sort == "profile":
        for rig in others:
            used = [each for each in used_profiles(rig, known) if each.name == here.name]
            if used:
                edits[rig] = used
    return _edit(edits, name, able, warning)


def _own(here: Occurrence) -> str:
    """The part of a name that is written at its places."""
    if here.sort == "member":
        return here.name.partition(".")[2]
    return here.name.rpartition("/")[2] if here.sort == "resource" else here.name


def _check(known: Known, here: Occurrence, name: str) -> None:
    if here.sort in ("member", "pod") and not re.fullmatch(_IDENT.pattern, name):
        raise _refusal(f"{name!r} can't be an id", f"use {_IDENT.says}")
    if not name or not name.isprintable() or re.search(r"[\s:#,\[\]{}\"'&*!|>%@`]", name):
        raise _refusal(f"{name!r} can't be a name here", "use letters, digits, - and _")
    taken = {(each.sort, each.name) for each in occurrences(known) if each.defines}
    whole = here.name[: len(here.name) - len(_own(here))] + name
    if whole != here.name and (here.sort, whole) in taken:
        raise _refusal(f"there is a {here.sort} {name!r} already", "choose another name")
    if here.sort == "pod" and name in RESERVED_PODS:
        raise _refusal(f"{name!r} has a meaning of its own in addresses", "choose another name")
    _check_shown(known, here, name)


def _check_shown(known: Known, here: Occurrence, name: str) -> None:
    """Two agents that would be shown alike."""
    names = []
    for each in known.members:
        pod, _, member = each.partition(".")
        if here.sort == "pod" and pod == here.name:
            pod = name
        elif here.sort == "member" and each == here.name:
            member = name
        names.append(shown(pod, member))
    if len(set(names)) < len(names) and here.sort in ("pod", "member"):
        raise _refusal(f"two agents would be shown alike with {name!r}", "choose another name")


def _edit(edits: dict[Known, list[Occurrence]], name: str, able: Able, warning: str | None) -> types.WorkspaceEdit:
    if not able.versioned_edits:
        changes = {
            known.text.uri: [types.TextEdit(range_of(each, known.lines, known.encoding), name) for each in found]
            for known, found in edits.items()
        }
        return types.WorkspaceEdit(changes=changes)
    annotate = warning is not None and able.annotated_edits
    documents = []
    for known, found in edits.items():
        places = [range_of(each, known.lines, known.encoding) for each in found]
        made = [
            types.AnnotatedTextEdit(annotation_id=WARNING, range=place, new_text=name)
            if annotate
            else types.TextEdit(place, name)
            for place in places
        ]
        identifier = types.OptionalVersionedTextDocumentIdentifier(known.text.uri, known.text.version)
        documents.append(types.TextDocumentEdit(identifier, made))
    notes = None
    if annotate and warning is not None:
        notes = {WARNING: types.ChangeAnnotation("The rig is up", needs_confirmation=True, description=warning)}
    return types.WorkspaceEdit(document_changes=documents, change_annotations=notes)


def _refusal(what: str, fix: str) -> InvalidParams:
    return InvalidParams(what, "", fix, errors=[{"path": "newName", "message": what}])
