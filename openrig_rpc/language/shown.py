"""What of the running rig stands in its file: code lenses, and inlay hints where lenses can't be refreshed."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from ..model.agent import RUNNING, Agent, AgentState
from ..spec.findings import Place
from ..spec.node import Node
from .commands import APPLY, ATTACH, DOWN, INTERRUPT, SEND, UP
from .known import Known
from .live import Live
from .shapes import markdown, plain, position, range_of
from .words import live as said_live
from .words import state_line


def lenses(known: Known, live: Live | None, changes: int | None) -> list[types.CodeLens]:
    """Above the rig and its members. `changes`: how many steps would make the rig equal the saved file."""
    if known.root is None or known.text.kind != "rig" or known.text.path is None:
        return []
    path = str(known.text.path)
    head = known.root["name"] or Place(known.root.start, known.root.start)
    place = range_of(head, known.lines, known.encoding)
    found = [_lens(place, title, command, argument) for title, command, argument in _of_rig(path, live, changes)]
    for node, agent in _agents(known, live):
        here = range_of(node, known.lines, known.encoding)
        found += [_lens(here, *each) for each in _of_agent(agent)]
    return found


def commands(known: Known, live: Live | None, changes: int | None, span: tuple[int, int]) -> list[types.Command]:
    """What the lenses do, for editors that have none: of the rig, and of the members between these offsets."""
    if known.root is None or known.text.kind != "rig" or known.text.path is None:
        return []
    found = [_command(*each) for each in _of_rig(str(known.text.path), live, changes)]
    first, last = known.lines.line_of(span[0]), known.lines.line_of(span[1])
    for node, agent in _agents(known, live):
        if first <= known.lines.line_of(node.start) <= last:
            for title, command, argument in _verbs(agent):
                if command != SEND:  # A selection has an action of its own, in any file.
                    found.append(_command(f"{title} {plain(agent.address)}", command, argument))
    return found


def hints(known: Known, live: Live | None, changes: int | None, span: tuple[int, int]) -> list[types.InlayHint]:
    """Behind the rig's name and the members' ids, between these offsets."""
    if known.root is None or known.text.kind != "rig" or live is None:
        return []
    found = []
    name = known.root["name"]
    if name is not None and name.written and span[0] <= name.end <= span[1]:
        waiting = f" · {changes} {'change' if changes == 1 else 'changes'}" if changes else ""
        found.append(_hint(known, name, live.said + waiting, None))
    for node, agent in _agents(known, live):
        if span[0] <= node.end <= span[1]:
            found.append(_hint(known, node, state_line(agent), said_live(agent, None)))
    return found


def _of_rig(path: str, live: Live | None, changes: int | None) -> Iterator[tuple[str, str, dict[str, object]]]:
    if live is None or not live.rig.up:
        yield "▶ up", UP, {"path": path}
        return
    if live.running < len(live.agents) and not changes:
        yield f"▶ up ({live.running}/{len(live.agents)} run)", UP, {"path": path}
    yield "■ down", DOWN, {"rig": live.rig.name}
    if changes:
        yield f"⟳ apply changes ({changes})", APPLY, {"path": path}


def _of_agent(agent: Agent) -> Iterator[tuple[str, str, dict[str, object]]]:
    name: dict[str, object] = {"agent": agent.address}
    yield state_line(agent), ATTACH, {**name, "readOnly": True}
    yield from _verbs(agent)


def _verbs(agent: Agent) -> Iterator[tuple[str, str, dict[str, object]]]:
    name: dict[str, object] = {"agent": agent.address}
    if agent.state not in RUNNING:
        return
    yield "attach", ATTACH, name
    yield "send", SEND, name
    if agent.state is AgentState.BUSY:
        yield "interrupt", INTERRUPT, name


def _agents(known: Known, live: Live | None) -> Iterator[tuple[Node, Agent]]:
    """The ids of members that are known to run, or to have run."""
    for place, member in known.members.items():
        node = member["id"]
        if live is not None and node is not None and place in live.agents and not member.alias:
            yield node, live.agents[place]


def _lens(place: types.Range, title: str, command: str, argument: dict[str, object]) -> types.CodeLens:
    return types.CodeLens(place, command=_command(title, command, argument))


def _command(title: str, command: str, argument: dict[str, object]) -> types.Command:
    return types.Command(title, command, arguments=[argument])


def _hint(known: Known, node: Node, label: str, tooltip: str | None) -> types.InlayHint:
    return types.InlayHint(
        position(node.end, known.lines, known.encoding),
        label,
        padding_left=True,
        tooltip=markdown(tooltip) if tooltip else None,
    )
