"""events: the journal, and what goes on happening; no event lost or repeated across a daemon's restart."""

import time

from . import show, text
from .call import Call
from .faults import OK, Json, Lost, Unreachable

SHOWN = 50
PATIENCE = 15.0
"""Seconds that a follower waits for a daemon to come back."""


def events(call: Call) -> int:
    """Print what happened, then follow if asked."""
    options = dict(call.options)
    most = options.pop("limit", None)
    seq = _print_after(call, options, most) if "since" in options else _print_last(call, options, most or SHOWN)
    if call.flags.get("follow"):
        _follow(call, {key: value for key, value in options.items() if key != "since"}, seq)
    return OK


def _print_after(call: Call, options: dict[str, Json], most: int | None) -> int:
    """Print from `since` on; the number to follow from."""
    since, left = int(options["since"]), most
    while left is None or left > 0:
        page = call.ask("event/list", {**options, "since": since, "limit": min(left or 1000, 1000)})
        for event in page["events"]:
            _print(call, event)
        if not page["events"]:
            return max(since, int(page["seq"]))
        since = page["events"][-1]["seq"]
        left = None if left is None else left - len(page["events"])
    return since


def _print_last(call: Call, options: dict[str, Json], most: int) -> int:
    """Print the last `most` events that fit."""
    from collections import deque

    page = call.ask("event/list", {**options, "limit": 1})
    filtered = "kinds" in options or "rig" in options
    since = 0 if filtered else max(0, int(page["seq"]) - most)
    last: deque[Json] = deque(maxlen=most)
    while True:
        page = call.ask("event/list", {**options, "since": since, "limit": 1000})
        last.extend(page["events"])
        if not page["events"]:
            break
        since = page["events"][-1]["seq"]
    for event in last:
        _print(call, event)
    return max(since, int(page["seq"]))


def _follow(call: Call, options: dict[str, Json], seq: int) -> None:
    """Print what is pushed; a lost daemon is waited for, and the journal goes on where it was left."""
    stopping = False
    while True:
        try:
            call.ask("event/subscribe", {**options, "since": seq})
            while True:
                message = call.line().listen()
                params = message.get("params") if message else None
                if message is None or message.get("method") != "event/published" or not isinstance(params, dict):
                    continue
                seq, stopping = params["seq"], params["kind"] == "system.stopping"
                _print(call, {key: value for key, value in params.items() if key not in ("subscription", "prev")})
        except Lost as lost:
            call.hang_up()
            _come_back(call, lost, stopping)


def _come_back(call: Call, lost: Lost, stopping: bool) -> None:
    """Connect again without starting anything: who stopped the daemon may have meant it."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            call.line(start=False)
            return
        except Unreachable:
            if time.monotonic() > until:
                if stopping:
                    lost.why = "it was stopped"
                raise lost from None
            time.sleep(0.1)


def _print(call: Call, event: dict[str, Json]) -> None:
    if call.json:
        call.dump(event, compact=True)
        return
    when = f"{show.clock(event['time'])} {'#' + str(event['seq']):>7}"
    about = (event["kind"].ljust(20), event.get("agent") or event.get("rig") or "", _told(event))
    rest = text.line("  ".join(part for part in about if part))
    most = call.columns()
    call.say(f"{call.paint(when, 'dim')}  {text.cut(rest, most - len(when) - 2) if most else rest}", now=True)


def _told(event: dict[str, Json]) -> str:
    """What the event's noun says, in a few words."""
    data = event.get("data") or {}
    family = event["kind"].partition(".")[0]
    if family == "message":
        receipt = f" ({show.words(str(data['reason']))})" if data.get("reason") else ""
        return f"{data.get('from')} → {data.get('to')}{receipt}: {data.get('text')}"
    if family == "agent" and "state" in data:
        evidence = data.get("evidence") or {}
        detail = f" ({evidence['detail']})" if evidence.get("detail") else ""
        return ", ".join(part for part in (f"{show.words(str(data['state']))}{detail}", show.why(data)) if part)
    return ""
