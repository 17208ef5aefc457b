"""What an editor offers to do: mend a finding, send a selection to an agent, and what lenses do where it has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cattrs import Converter
from lsprotocol import types

from ..model.agent import Agent
from .able import Able
from .commands import SEND_REF
from .known import Known
from .shapes import diagnostic, plain, ranged

QUICK_FIX: Final = types.CodeActionKind.QuickFix
KIND: Final = "source.openrig"
MOST_TITLE: Final = 120


def fixes(known: Known, asked: types.CodeActionParams, able: Able) -> list[types.CodeAction | types.Command]:
    """The edits that mend what is found in the range."""
    if not able.action_literals or not _covers(asked.context.only, QUICK_FIX):
        return []
    found: list[types.CodeAction | types.Command] = []
    for each in known.diagnostics:
        if each.fix is None or not _touch(ranged(each.range), asked.range):
            continue
        edit = types.TextEdit(ranged(each.fix.range), each.fix.new_text)
        uri = known.text.uri
        if able.versioned_edits:
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri, known.text.version)
            change = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, [edit])])
        else:
            change = types.WorkspaceEdit(changes={uri: [edit]})
        found.append(
            types.CodeAction(
                each.fix.title[:MOST_TITLE],
                kind=QUICK_FIX,
                diagnostics=[diagnostic(each, able.tags)],
                is_preferred=bool(each.fix.new_text),  # never what only takes something away
                edit=change,
            )
        )
    return found


def wanted(context: types.CodeActionContext) -> bool:
    """Whether a person asked for what is always possible, so that no line has a light bulb of ours."""
    if context.trigger_kind == types.CodeActionTriggerKind.Automatic:
        return False
    if context.only is not None:
        return _covers([kind for kind in context.only if kind], KIND)
    return context.trigger_kind == types.CodeActionTriggerKind.Invoked


def offered(commands: Iterable[types.Command], able: Able) -> Iterator[types.CodeAction | types.Command]:
    """Commands as actions of our own kind."""
    for command in commands:
        yield types.CodeAction(command.title, kind=KIND, command=command) if able.action_literals else command


def sends(asked: types.CodeActionParams, agents: Iterable[Agent], converter: Converter) -> Iterator[types.Command]:
    """Send selection to …: once for each agent, and once more with the diagnostics where there are any."""
    place = converter.unstructure(asked.range)
    found = [converter.unstructure(each) for each in asked.context.diagnostics]
    for agent in agents:
        argument = {"agent": agent.address, "uri": asked.text_document.uri, "range": place}
        title = f"Send selection to {plain(agent.address)}"
        yield types.Command(title, SEND_REF, arguments=[argument])
        if found:
            title = f"{title}, with diagnostics"
            yield types.Command(title, SEND_REF, arguments=[{**argument, "diagnostics": found}])


def _covers(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Whether actions of `kind` are asked for; where nothing is said, all are."""
    return only is None or any(kind == each or kind.startswith(f"{each}.") or not each for each in only)


def _touch(found: types.Range, asked: types.Range) -> bool:
    """Whether two ranges have a place in common, ends included."""
    return _key(found.start) <= _key(asked.end) and _key(asked.start) <= _key(found.end)


def _key(place: types.Position) -> tuple[int, int]:
    return place.line, place.character
