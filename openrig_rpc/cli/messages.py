"""send, broadcast, messages, message, cancel, retry."""

import os

from . import show, text
from .call import Call, stdin_is_terminal, stdin_text
from .faults import FAILED, OK, Json, Lost, Usage

LOST = ("failed", "expired", "cancelled", "indeterminate")
DEFAULT_LISTED = 50


def send(call: Call) -> int:
    """Send a text to agents or the person."""
    to, *words = call.words
    return _send(call, "message/send", {**call.options, "to": to, "text": _text(words, "rig send TO TEXT")})


def broadcast(call: Call) -> int:
    """Send a text to everybody in a rig or pod."""
    return _send(call, "message/broadcast", {**call.options, "text": _text(call.words, "rig broadcast TEXT")})


def _send(call: Call, method: str, params: dict[str, Json]) -> int:
    # With a key it is safe to say it again on a new connection, when the daemon was restarted just now.
    params.setdefault("idempotencyKey", os.urandom(16).hex())
    try:
        result = call.ask(method, params)
    except Lost:
        call.hang_up()
        result = call.ask(method, params)
    call.show(result, _sent)
    bad = any(message["state"] in LOST for message in result["messages"])
    return FAILED if bad or result.get("timedOut") else OK


def _sent(call: Call, result: Json) -> None:
    if not result["messages"]:
        call.say("nobody to send it to")
    _list(call, result["messages"])
    if result.get("timedOut"):
        call.say("the time ran out; the delivery goes on: rig message ID")


def messages(call: Call) -> int:
    """List messages, newest first."""
    params = dict(call.options)
    most = int(params.pop("limit", DEFAULT_LISTED))
    if call.words:
        params["agent"] = call.words[0]
    result = call.pages("message/list", params, "messages", most)

    def human(call: Call, result: Json) -> None:
        if not result["messages"]:
            call.say("no messages")
        _list(call, result["messages"], excerpt=True)

    call.show(result, human)
    return OK


def message(call: Call) -> int:
    """Show one message with its receipt."""
    result = call.ask("message/get", {"id": call.words[0]})
    call.show(result, lambda call, result: _whole(call, result["message"]))
    return FAILED if result["message"]["state"] in LOST else OK


def cancel(call: Call) -> int:
    """Take a message back."""
    result = call.ask("message/cancel", {"id": call.words[0]})
    call.show(result, lambda call, result: _list(call, [result["message"]]))
    return OK if result["message"]["state"] == "cancelled" else FAILED


def retry(call: Call) -> int:
    """Let a message that failed, expired or is uncertain wait again."""
    result = call.ask("message/retry", {"id": call.words[0]})
    call.show(result, lambda call, result: _list(call, [result["message"]]))
    return OK


def _list(call: Call, found: list[Json], excerpt: bool = False) -> None:
    rows: list[list[show.Cell]] = []
    for one in found:
        receipt = (_receipt(one), show.RECEIPTS.get(one["state"], ()))
        row: list[show.Cell] = [one["id"]]
        if excerpt:
            row += [show.age(one.get("createdAt")), f"{one['from']} → {one['to']}", receipt, one["text"]]
        else:
            row += [one["to"], receipt]
        rows.append(row)
    show.table(call, rows)


def _receipt(one: dict[str, Json]) -> str:
    """How far a message is, and why it is no further."""
    more = one.get("turn") or one.get("reason")
    return f"{one['state']} ({show.words(str(more))})" if more else str(one["state"])


def _whole(call: Call, one: dict[str, Json]) -> None:
    rows: list[list[show.Cell]] = [["id", one["id"]], ["from", one["from"]], ["to", one["to"]]]
    rows.append(["state", (_receipt(one), show.RECEIPTS.get(one["state"], ()))])
    for name, label in (("createdAt", "created"), ("deliveredAt", "delivered"), ("submittedAt", "submitted")):
        if one.get(name):
            rows.append([label, f"{show.age(one[name])} ago"])
    if one.get("replyTo"):
        rows.append(["reply to", one["replyTo"]])
    show.table(call, rows)
    call.say()
    call.say(text.block(one["text"]))


def _text(words: list[str], usage: str) -> str:
    piped = words == ["-"] or (not words and not stdin_is_terminal())
    found = stdin_text() if piped else " ".join(words)
    if not found:
        raise Usage("there is no text to send", "none was given, and stdin has none", usage)
    return found
