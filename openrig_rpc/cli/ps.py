"""ps: rigs and their agents, those that need a person first; with --watch kept up to date by push."""

import time

from . import show, text
from .call import Call
from .faults import OK, Json
from .screen import Screen

KINDS = [
    *("rig.up", "rig.down", "rig.changed", "rig.deleted"),
    *("agent.added", "agent.removed", "agent.stateChanged", "agent.promptOpened", "agent.promptClosed"),
    "agent.contextChanged",
    *("message.held", "message.submitted", "message.failed", "message.expired", "message.cancelled"),
    "message.indeterminate",
]
"""What changes something that is shown here."""

QUIET = 0.1
"""Seconds of events that one look answers together."""

ORDER = list(show.STATES)


def ps(call: Call) -> int:
    """Print it once, or keep printing it."""
    if call.flags.get("watch"):
        _live(call)
    found = look(call)
    call.show(found, human)
    return OK


def look(call: Call) -> dict[str, Json]:
    """`{rigs, agents, seq}` as they are now."""
    where: dict[str, Json] = {"rig": call.words[0]} if call.words else {}
    if where:
        rig = call.ask("rig/get", where)
        rigs, seq = [rig["rig"]], rig["seq"]
    else:
        listed = call.pages("rig/list", {}, "rigs")
        rigs, seq = listed["rigs"], listed["seq"]
    agents = call.pages("agent/list", {**call.options, **where}, "agents")
    if call.options:
        matched = {agent["rig"] for agent in agents["agents"]}
        rigs = [rig for rig in rigs if rig["name"] in matched]
    return {"rigs": rigs, "agents": agents["agents"], "seq": min(seq, agents["seq"])}


def human(call: Call, found: Json) -> None:
    """One block a rig; rigs and agents that need a person first."""
    if not found["rigs"]:
        if call.options:
            call.say("no such agents")
        else:
            call.say("no rigs yet; `rig up demo` brings one up, `rig starters` lists what ships")
        return
    agents: dict[str, list[Json]] = {rig["name"]: [] for rig in found["rigs"]}
    for agent in found["agents"]:
        agents.setdefault(agent["rig"], []).append(agent)
    known = {rig["name"]: rig for rig in found["rigs"]}
    for name in sorted(agents, key=lambda name: not any(one["state"] == "needsInput" for one in agents[name])):
        _rig(call, name, known.get(name, {}), agents[name])


def _rig(call: Call, name: str, rig: dict[str, Json], agents: list[Json]) -> None:
    facts = [str(rig.get("state", ""))]
    if rig.get("state") != "stopped" and rig.get("upSince"):
        facts.append(show.age(rig["upSince"]))
    facts.append(show.plural(rig.get("agents", len(agents)), "agent"))
    need = rig.get("needsInput") or 0
    line = f"{call.paint(text.line(name), 'bold')}  {text.line('  '.join(fact for fact in facts if fact))}"
    call.say(line + (call.paint(f"  {need} need{'s' if need == 1 else ''} input", "yellow", "bold") if need else ""))
    rows: list[list[show.Cell]] = []
    for agent in sorted(agents, key=lambda one: one["state"] != "needsInput"):
        glyph, plain, word, styles = show.STATES.get(agent["state"], ("?", "?", agent["state"], ()))
        row: list[show.Cell] = [
            (glyph if call.glyphs else plain, styles),
            agent["address"],
            (word, styles),
            show.age(agent.get("stateSince")),
        ]
        if call.flags.get("verbose"):
            evidence = agent.get("evidence") or {}
            row += [agent["runtime"], agent["cwd"], f"{evidence.get('source')}: {evidence.get('detail')}"]
        row.append(show.use(agent))
        row.append((show.why(agent), styles if agent["state"] == "needsInput" else ()))
        rows.append(row)
    show.table(call, rows, indent="  ")


def _live(call: Call) -> None:
    """Draw again whenever something happened; ends with the person or the daemon."""
    # Subscribed before the first look, so that nothing falls between them.
    call.ask("event/subscribe", {"kinds": KINDS, **({"rig": call.words[0]} if call.words else {})})
    if call.json or not call.tty:
        while True:
            found = look(call)
            if call.json:
                call.dump(found, compact=True)
            else:
                human(call, found)
                call.say()
            _event(call, None)
    with Screen() as screen:
        while True:
            found = look(call)
            screen.draw(call.page(lambda found=found: human(call, found)))  # type: ignore[misc]
            while not _event(call, 1.0):  # only ages change
                screen.draw(call.page(lambda found=found: human(call, found)))  # type: ignore[misc]


def _event(call: Call, seconds: float | None) -> bool:
    """Whether something happened within `seconds`; takes with it what follows at once."""
    line = call.line()
    if line.listen(seconds) is None:
        return False
    until = time.monotonic() + QUIET
    while (left := until - time.monotonic()) > 0 and line.listen(left) is not None:
        pass
    return True
