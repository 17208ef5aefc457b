"""What edge kinds, policies and states mean, in the words an editor shows."""

from __future__ import annotations

from typing import Final

from ..model.agent import Agent, AgentState
from ..model.message import Message
from ..model.rig import EdgeKind
from .shapes import code, plain

EDGES: Final[dict[str, tuple[str, str]]] = {
    EdgeKind.DELEGATES_TO: (
        "{source} gives work to {target}.",
        "{source} is launched first; {target} waits until it is up.",
    ),
    EdgeKind.SPAWNED_BY: (
        "{source} was called into being by {target}.",
        "{target} is launched first; {source} waits until it is up.",
    ),
    EdgeKind.CAN_OBSERVE: ("{source} may read what {target} does.", "It says nothing about the order of the launch."),
    EdgeKind.COLLABORATES_WITH: (
        "{source} and {target} work together.",
        "It says nothing about the order of the launch.",
    ),
    EdgeKind.ESCALATES_TO: (
        "{source} turns to {target} when it can't go on.",
        "It says nothing about the order of the launch.",
    ),
}
"""What each kind of edge says: of rights, and of the launch."""

MARKS: Final[dict[AgentState, str]] = {
    AgentState.STARTING: "◌",
    AgentState.IDLE: "○",
    AgentState.BUSY: "●",
    AgentState.NEEDS_INPUT: "◆",
    AgentState.STOPPED: "□",
    AgentState.EXITED: "✗",
    AgentState.FAILED: "✗",
    AgentState.UNKNOWN: "?",
}


def said_edge(kind: str, source: str, target: str, policy: str) -> str:
    """What an edge allows, as Markdown."""
    rights, launch = EDGES[kind]
    names = {"source": code(source), "target": code(target)}
    lines = [f"**{kind}**", f"{rights} {launch}".format(**names)]
    if policy == "open":
        lines.append(
            "The rig's `policy` is `open`: its agents may talk to and read each other anyway. Edges tell them who "
            "does what."
        )
    else:
        lines.append("The rig's `policy` is `edges`: without an edge, agents may not reach each other.")
    return "\n\n".join(lines)


def state_line(agent: Agent) -> str:
    """One agent's state in a few characters: `● busy 43 %`."""
    words = [MARKS[agent.state], _state(agent)]
    used = agent.context.used_percent if agent.context is not None else None
    if used is not None:
        words.append(f"{used:.0f} %")
    if agent.held:
        words.append(f"{agent.held} held")
    return " ".join(words)


def live(agent: Agent, last: Message | None) -> str:
    """What is known of a running member, with the evidence, as Markdown."""
    evidence = agent.evidence
    lines = [f"{MARKS[agent.state]} **{_state(agent)}** since {agent.state_since}"]
    lines.append(f"Evidence: {code(evidence.detail)} (by {evidence.source}, {evidence.at})")
    if agent.reason:
        lines.append(f"Reason: {code(agent.reason)}")
    if agent.context is not None:
        lines.append(_context(agent))
    if agent.prompt is not None:
        lines.append(f"It asks ({agent.prompt.kind.value}): {code(agent.prompt.question)}")
    if agent.held or agent.unread:
        lines.append(f"{agent.held} messages wait for it, {agent.unread} of its messages wait for you.")
    if last is not None:
        lines.append(f"Last message: {code(last.sender)} → {code(last.to)}, {last.state.value}: {code(last.text, 200)}")
    return "\n\n".join(lines)


def _state(agent: Agent) -> str:
    if agent.state is AgentState.NEEDS_INPUT and agent.prompt is not None:
        return f"needs you ({agent.prompt.kind.value})"
    if agent.state is AgentState.EXITED and agent.exit_code is not None:
        return f"exited {agent.exit_code}"
    return "needs you" if agent.state is AgentState.NEEDS_INPUT else agent.state.value


def _context(agent: Agent) -> str:
    use = agent.context
    assert use is not None
    words = []
    if use.used_percent is not None:
        words.append(f"{use.used_percent:.0f} % of its context")
    if use.used_tokens is not None:
        words.append(f"{use.used_tokens:,} tokens" + (f" of {use.window_tokens:,}" if use.window_tokens else ""))
    if use.cost_usd is not None:
        words.append(f"{use.cost_usd:.2f} USD")
    return "Uses " + ", ".join(words) + f" ({plain(use.at)})" if words else "Its context use is not told"
