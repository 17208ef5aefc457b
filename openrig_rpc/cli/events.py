"""events: the journal, and what goes on happening; no event lost or repeated across a daemon's restart."""

import time

from . import show, text
from .call import Call
from .faults import OK, Json, Lost, Refused, Unreachable

SHOWN = 50
PATIENCE = 15.0
"""Seconds that a follower waits for a daemon to come back."""


def events(call: Call) -> int:
    """Print what happened, then follow if asked."""
    options = dict(call.options)
    most = options.pop("limit", None)
    follow = call.flags.get("follow")
    if "since" in options and not follow:
        _print_after(call, options, most)
        return OK
    seq = int(options.pop("since")) if "since" in options else None
    while seq is None:
        try:
            seq = _print_last(call, options, most or SHOWN)
        except Lost as lost:
            if not follow:
                raise
            come_back(call, lost)
    if follow:
        _follow(call, options, seq)
    return OK


def _print_after(call: Call, options: dict[str, Json], most: int | None) -> None:
    """Print from `since` on."""
    since, left = int(options["since"]), most
    while left is None or left > 0:
        page = call.ask("event/list", {**options, "since": since, "limit": min(left or 1000, 1000)})["events"]
        for event in page:
            _print(call, event)
        if not page:
            return
        since = page[-1]["seq"]
        left = None if left is None else left - len(page)


def _print_last(call: Call, options: dict[str, Json], most: int) -> int:
    """Print the last `most` events that fit, all of them once all are known; the number to follow from."""
    from collections import deque

    filtered = "kinds" in options or "rig" in options
    since = 0 if filtered else max(0, int(call.ask("rig/list", {"limit": 1})["seq"]) - most)
    last: deque[Json] = deque(maxlen=most)
    while True:
        try:
            page = call.ask("event/list", {**options, "since": since, "limit": 1000})
        except Refused as refused:
            oldest = refused.facts.get("oldestSeq")
            if refused.kind != "since-too-old" or not isinstance(oldest, int) or oldest <= since:
                raise
            since = oldest  # what is older is pruned, and these are the last ones anyway
            continue
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
            come_back(call, lost, stopping)


def come_back(call: Call, lost: Lost, stopping: bool = False) -> None:
    """Connect again without starting anything: who stopped the daemon may have meant it."""
    call.hang_up()
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
    if family == "task":
        return f"{data.get('id')} {show.words(str(data.get('state')))}: {data.get('title')}"
    if family == "room":
        return f"{data.get('room')} {data.get('from')}: {data.get('text')}"
    return ""
