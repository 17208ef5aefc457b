"""chatroom and post: what a rig says to everybody."""

import os

from . import events, show, text
from .call import Call, stdin_is_terminal, stdin_text
from .faults import OK, Json, Lost, Usage

SHOWN = 50
LONG = 3600.0
"""Seconds that one wait for a post takes; then the next one begins."""


def chatroom(call: Call) -> int:
    """Print the last posts, then follow if asked."""
    asked = {**call.options, "rig": call.words[0] if call.words else own_rig(call)}
    asked.setdefault("limit", SHOWN)
    result = call.ask("room/history", asked)
    posts = result["posts"]
    if not call.flags.get("follow"):
        call.show(result, lambda call, result: _posts(call, result["posts"]))
        return OK
    for post in posts:
        _print(call, post)
    asked["since"] = posts[-1]["number"] if posts else int(asked.get("since", 0))
    if not posts and "topic" in asked:
        newest = call.ask("room/history", {"rig": asked["rig"], "room": asked.get("room", "main"), "limit": 1})["posts"]
        asked["since"] = newest[-1]["number"] if newest else 0
    while True:
        try:
            for post in call.ask("room/wait", {**asked, "timeoutSeconds": LONG})["posts"]:
                asked["since"] = post["number"]
                _print(call, post)
        except Lost as lost:
            events.come_back(call, lost)


def post(call: Call) -> int:
    """Post to a room."""
    piped = call.words == ["-"] or (not call.words and not stdin_is_terminal())
    said = stdin_text() if piped else " ".join(call.words)
    if not said:
        raise Usage("there is no text to post", "none was given, and stdin has none", "rig post TEXT")
    params = {**call.options, "rig": call.flags.get("rig") or own_rig(call)}
    # With a key it is safe to say it again on a new connection, when the daemon was restarted just now.
    params.setdefault("idempotencyKey", os.urandom(16).hex())
    try:
        result = call.ask("room/post", {**params, "text": said})
    except Lost:
        call.hang_up()
        result = call.ask("room/post", {**params, "text": said})
    call.show(result, lambda call, result: _posts(call, [result["post"]]))
    return OK


def own_rig(call: Call) -> str:
    """The rig that is meant where none is named: one's own, else the only one that is up."""
    mine = call.ask("agent/whoami").get("rig")
    if mine:
        return str(mine)
    names = [str(rig["name"]) for rig in call.ask("rig/list", {})["rigs"] if rig["state"] != "stopped"]
    if len(names) == 1:
        return names[0]
    said = f"up are {', '.join(names)}" if names else "no rig is up"
    raise Usage("no rig is named", said, "name it: rig chatroom RIG, rig post --rig RIG TEXT")


def _posts(call: Call, posts: list[Json]) -> None:
    if not posts:
        call.say("nothing was posted")
    for post in posts:
        _print(call, post)


def _print(call: Call, post: Json) -> None:
    if call.json:
        call.dump(post, compact=True)
        return
    head = f"{call.paint(show.clock(post['at']), 'dim')} {call.paint(text.line(post['from']), 'bold')}"
    topic = f" [{text.line(post['topic'])}]" if post.get("topic") else ""
    first, *more = text.block(post["text"]).split("\n")
    call.say(f"{head}{topic}: {first}", now=not more)
    for number, line in enumerate(more):
        call.say(f"  {line}", now=number == len(more) - 1)
