"""How nouns look to people: tables, agents with their states, ages, receipts, errors."""

import time
from collections.abc import Iterator, Sequence

from . import text
from .call import Call
from .faults import Fault, Json

STATES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "needsInput": ("◆", "!", "needs input", ("yellow", "bold")),
    "failed": ("✗", "x", "failed", ("red",)),
    "exited": ("✗", "x", "exited", ("red",)),
    "unknown": ("?", "?", "unknown", ("yellow",)),
    "starting": ("◌", ".", "starting", ("cyan",)),
    "busy": ("●", "*", "busy", ("green",)),
    "idle": ("○", "o", "idle", ()),
    "stopped": ("■", "-", "stopped", ("dim",)),
}
"""Glyph, glyph where there is no UTF-8, word, colours."""

RECEIPTS: dict[str, tuple[str, ...]] = {
    "submitted": ("green",),
    "delivered": ("green",),
    "held": ("yellow",),
    "failed": ("red",),
    "expired": ("red",),
    "cancelled": ("dim",),
    "indeterminate": ("red",),
}

Cell = str | tuple[str, tuple[str, ...]]
"""Text (made safe by `table`), or text and its colours."""


def state(call: Call, name: str) -> str:
    """A state's glyph and word, coloured."""
    glyph, plain, word, styles = STATES.get(name, ("?", "?", text.line(name), ()))
    return call.paint(f"{glyph if call.glyphs else plain} {word}", *styles)


def table(call: Call, rows: Sequence[Sequence[Cell]], indent: str = "") -> None:
    """Print rows in columns; on a terminal no line is wider than it, what is too long ends in `…`."""
    plain = [[text.line(cell if isinstance(cell, str) else cell[0]) for cell in row] for row in rows]
    wide = [max(text.width(row[n]) for row in plain if n < len(row)) for n in range(max(map(len, plain), default=0))]
    most = call.columns()
    # A column with nothing in it takes no room.
    kept = [number for number, room in enumerate(wide) if room]
    rows, wide = [[row[n] for n in kept if n < len(row)] for row in rows], [wide[n] for n in kept]
    plain = [[row[n] for n in kept if n < len(row)] for row in plain]
    for row, shown in zip(rows, plain, strict=True):
        last = max((n for n, words in enumerate(shown) if words), default=-1)
        left = (most or 1 << 20) - len(indent)
        line = indent
        for number in range(last + 1):
            words = text.cut(shown[number], max(left, 0)) if most else shown[number]
            cell = row[number]
            styles = () if isinstance(cell, str) else cell[1]
            room = wide[number] - text.width(words) if number < last else 0
            line += call.paint(words, *styles) + (" " * min(room + 2, max(left, 0)) if number < last else "")
            left -= text.width(words) + max(room, 0) + 2
            if left <= 0:
                break
        call.say(line.rstrip())


def seconds(stamp: str | None) -> float | None:
    """How long ago the wire's time `stamp` was."""
    from datetime import datetime

    if not stamp:
        return None
    try:
        return max(0.0, time.time() - datetime.fromisoformat(stamp).timestamp())
    except ValueError:
        return None


def age(stamp: str | None) -> str:
    """`12s`, `5m`, `3h`, `2d`; empty where there is no time."""
    passed = seconds(stamp)
    if passed is None:
        return ""
    for unit, size, most in (("s", 1, 90), ("m", 60, 5400), ("h", 3600, 129_600)):
        if passed < most:
            return f"{int(passed // size)}{unit}"
    return f"{int(passed // 86_400)}d"


def clock(stamp: str) -> str:
    """The wire's time as this machine's time of day."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return text.line(stamp)


def use(agent: dict[str, Json]) -> str:
    """How full an agent's context is and what it cost, where that is known: `5% $0.20`."""
    found = agent.get("context")
    if not isinstance(found, dict):
        return ""
    share, tokens, cost = found.get("usedPercent"), found.get("usedTokens"), found.get("costUsd")
    full = f"{share:.0f}%" if share is not None else f"{tokens:,} tokens" if tokens else ""
    return " ".join(part for part in (full, f"${cost:.2f}" if cost else "") if part)


def why(agent: dict[str, Json]) -> str:
    """What there is to say about an agent beside its state: what it asks, what waits, why it ended."""
    parts = []
    prompt = agent.get("prompt")
    if isinstance(prompt, dict):
        parts.append(f"{prompt.get('kind')}: {prompt.get('question')}")
    if agent.get("reason"):
        parts.append(str(agent["reason"]))
    if agent.get("exitCode") is not None and agent.get("state") in ("exited", "failed"):
        parts.append(f"exit status {agent['exitCode']}")
    if agent.get("held"):
        parts.append(f"{agent['held']} held")
    if agent.get("unread"):
        parts.append(f"{agent['unread']} unread")
    return ", ".join(parts)


def plural(number: int, word: str) -> str:
    """`1 agent`, `3 agents`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def outcomes(call: Call, agents: Sequence[dict[str, Json]]) -> None:
    """What became of each agent, and what to do where it isn't plain success."""
    rows: list[list[Cell]] = []
    for agent in agents:
        outcome = str(agent.get("outcome", ""))
        bad = outcome in TROUBLE
        rows.append(
            [
                str(agent.get("address")),
                (words(outcome), ("red",) if bad else ()),
                (words(str(agent.get("state", ""))), STATES.get(str(agent.get("state")), ("", "", "", ()))[3]),
                str(agent.get("reason") or ""),
            ]
        )
    table(call, rows)
    for agent in agents:
        if agent.get("next"):
            call.say(f"  {text.line(str(agent.get('address')))}: {text.line(str(agent['next']))}")


TROUBLE = ("failed", "awaitingDecision")
"""Outcomes that are not what was asked for."""


def words(name: str) -> str:
    """`alreadyRunning` as people write it."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name)


def fault(call: Call | None, wrong: Fault) -> str:
    """A fault in three parts, with its facts; `call` says whether in colour."""
    lines = [f"{call.paint('error:', 'red', 'bold') if call else 'error:'} {text.line(wrong.what)}"]
    for name, said in _parts(wrong):
        first, *more = text.block(said).split("\n")
        lines += [f"  {name}: {first}", *(f"    {rest}" for rest in more)]
    return "\n".join(lines)


def _parts(wrong: Fault) -> Iterator[tuple[str, str]]:
    """Everything about a fault after the first line, each with its name."""
    facts = wrong.facts
    if wrong.why:
        yield "why", wrong.why
    for fact, name in (("near", "near"), ("candidates", "fits")):
        found = [str(one) for one in facts.get(fact) or ()]
        if found and not all(one in wrong.why or one in wrong.fix for one in found):
            yield name, ", ".join(found)
    for problem in facts.get("errors") or ():
        yield "at", _place(problem)
    for command in facts.get("runs") or ():
        yield "would run", str(command)
    for step in facts.get("actions") or ():
        yield "would", action(step)
    for found in facts.get("diagnostics") or ():
        yield "in", diagnostic(found)
    if wrong.fix:
        yield "fix", wrong.fix


def _place(problem: Json) -> str:
    if not isinstance(problem, dict):
        return str(problem)
    place, message = problem.get("at") or problem.get("path"), problem.get("message", "")
    return f"{place}: {message}" if place else str(message)


def action(step: dict[str, Json]) -> str:
    """One step of a plan in a line."""
    return " ".join(str(step[part]) for part in ("kind", "agent", "detail") if step.get(part))


SEVERITIES = {1: "error", 2: "warning", 3: "info", 4: "hint"}


def diagnostic(found: dict[str, Json], path: str = "") -> str:
    """`rig.yaml:3:5: error: ... [code]`, with 1-based line and column as compilers and editors have it."""
    start = found["range"]["start"]
    place = f"{found.get('path') or path}:{start['line'] + 1}:{start['character'] + 1}".lstrip(":")
    kind = SEVERITIES.get(found.get("severity", 1), "error")
    fix = found.get("fix")
    hint = f" (fix: {fix['title']})" if isinstance(fix, dict) and fix.get("title") else ""
    return text.line(f"{place}: {kind}: {found['message']} [{found.get('code')}]{hint}")
