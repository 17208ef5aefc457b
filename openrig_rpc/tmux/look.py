"""What to ask tmux about panes and people, and the nouns made of its answers."""

import re
from collections.abc import Sequence

from . import config
from .control import Reply
from .fields import Fields, exit_code, number
from .pane import Capture, Human, Look, PaneGone, PaneInfo
from .spawn import NAME, SIZE

MOST_LINES = 10_000

PANE = Fields(
    *("pane_id", "pane_pid", "pane_dead", "pane_dead_status", "pane_dead_signal", "session_id", "session_name"),
    *("window_id", "pane_in_mode", "alternate_on", "pane_width", "pane_height"),
    *("cursor_x", "cursor_y", "cursor_flag", "bracket_paste_flag", "history_size", "pane_tty", NAME, SIZE),
    *("pane_title", "pane_current_command", "pane_current_path"),
)
PEOPLE = Fields(
    *("client_name", "client_control_mode", "client_readonly", "client_activity", "session_id", "window_id")
)
IN_HUB = Fields("pane_id", NAME)
# A linked window would be listed once for each session, and most of the cost is reading /proc for each line.
LIST_PANES = (
    ("list-panes", "-a", "-f", f"#{{!=:#{{session_name}},{config.HUB}}}", "-F", PANE.format),
    ("list-panes", "-s", "-t", f"={config.HUB}:", "-F", IN_HUB.format),
)
WINDOW = Fields("window_id", "window_width", "window_height", SIZE)
LIST_WINDOWS = ("list-windows", "-a", "-f", f"#{{{SIZE}}}", "-F", WINDOW.format)
LIST_PEOPLE = ("list-clients", "-F", PEOPLE.format)
SCREEN = "rig-screen"
"""The buffer that a screen passes through, for as long as one group of commands takes."""
PROBE = (
    ("set-buffer", "-b", SCREEN, "a\\b"),
    ("show-buffer", "-b", SCREEN),
    ("delete-buffer", "-b", SCREEN),
)
_ENCODED = re.compile(rb"\\([\\$]|[0-7]{3}|[abtnvfrs0])")
_LETTERS = {
    b"a": b"\a",
    b"b": b"\b",
    b"t": b"\t",
    b"n": b"\n",
    b"v": b"\v",
    b"f": b"\f",
    b"r": b"\r",
    b"s": b" ",
    b"0": b"\0",
}
_SGR = re.compile(r"\x1b\[([0-9;:]*)m")


def people(text: str) -> list[dict[str, str]]:
    """The records of clients that are people's terminals."""
    return [record for record in PEOPLE.parse(text) if record["client_control_mode"] != "1"]


def screen(pane: str, *options: str) -> tuple[tuple[str, ...], ...]:
    """The commands that give a pane's text; `shown` reads their replies.

    Not `capture-pane -p`: for a control client tmux (3.3a, and as far as read every version) never frees what that
    printed, which is some KB each time.
    """
    return (
        ("capture-pane", *options, "-b", SCREEN, "-t", pane),
        ("show-buffer", "-b", SCREEN),
        ("delete-buffer", "-b", SCREEN),
    )


def encodes(replies: Sequence[Reply]) -> bool:
    """Whether this tmux's `show-buffer` writes control bytes and backslashes as escapes, told by `PROBE`."""
    return len(replies) > 1 and replies[1].lines == [b"a\\\\b"]


def shown(pane: str, replies: Sequence[Reply], *, encoded: bool) -> list[bytes]:
    """The lines that `show-buffer` gave, as they were captured. Raises PaneGone: where a pane goes between its record
    and its capture, tmux stops there."""
    if len(replies) < 2 or not replies[1].ok:
        raise PaneGone(f"{pane} is gone")
    reply = replies[1]
    lines = reply.lines[:-1] if reply.lines and not reply.lines[-1] else reply.lines
    return [_ENCODED.sub(_decoded, line) for line in lines] if encoded else list(lines)


def _decoded(found: "re.Match[bytes]") -> bytes:
    word = found[1]
    if word in (b"\\", b"$"):  # tmux writes `\\$` before what could be a variable's name
        return word
    return _LETTERS[word] if len(word) == 1 else bytes([int(word, 8) & 0xFF])


def wrong_sizes(windows: Reply) -> set[str]:
    """The windows that do not have the size which they were made with."""
    return {
        record["window_id"]
        for record in WINDOW.parse(windows.check())
        if f"{record['window_width']}x{record['window_height']}" != record[SIZE]
    }


def first(pane: str, reply: Reply) -> dict[str, str]:
    """The record that `display-message -p -t PANE` gives. Raises PaneGone: tmux answers for a pane that is not
    there too, with nothing in it."""
    records = PANE.parse(reply.text) if reply.ok else []
    if not records or not records[0]["pane_id"]:
        raise PaneGone(f"{pane} does not exist")
    return records[0]


def human(record: dict[str, str]) -> Human:
    return Human(record["client_name"], number(record["client_activity"]), record["client_readonly"] == "1")


def inventory(own: Reply, hub: Reply) -> dict[str, dict[str, str]]:
    """Our panes' records by id, out of the replies to `LIST_PANES`. `hub` says whether the hub has it."""
    found: dict[str, dict[str, str]] = {}
    for record in PANE.parse(own.check()):
        # A person may have linked the window elsewhere: the pane's own session counts.
        if record[NAME] and (record["pane_id"] not in found or record["session_name"] == record[NAME]):
            found[record["pane_id"]] = {**record, "hub": ""}
    for record in IN_HUB.parse(hub.check()):
        if record["pane_id"] in found:
            found[record["pane_id"]]["hub"] = "1"
    return found


def orphans(own: dict[str, dict[str, str]], hub: Reply) -> list[str]:
    """Panes of ours that only the hub has, because a person killed their session."""
    return [found["pane_id"] for found in IN_HUB.parse(hub.check()) if found[NAME] and found["pane_id"] not in own]


def pane_info(record: dict[str, str]) -> PaneInfo:
    return PaneInfo(
        id=record["pane_id"],
        name=record[NAME],
        pid=int(record["pane_pid"]),
        window=record["window_id"],
        session=None if record["session_name"] == config.HUB else record["session_id"],
        tty=record["pane_tty"],
        dead=record["pane_dead"] == "1",
        exit_code=exit_code(record),
        in_mode=number(record["pane_in_mode"]) > 0,
        alternate=record["alternate_on"] == "1",
        columns=int(record["pane_width"]),
        rows=int(record["pane_height"]),
        cursor=(number(record["cursor_x"]), number(record["cursor_y"])),
        title=record["pane_title"],
        command=record["pane_current_command"],
        cwd=record["pane_current_path"],
    )


def look(record: dict[str, str], screen: Sequence[bytes], clients: str, session: str, bracketed: bool | None) -> Look:
    """`session` is the pane's own; a person counts who is attached to it or shows the window from elsewhere."""
    asked = record["bracket_paste_flag"]
    return Look(
        pane=record["pane_id"],
        pid=int(record["pane_pid"]),
        dead=record["pane_dead"] == "1",
        exit_code=exit_code(record),
        columns=int(record["pane_width"]),
        rows=int(record["pane_height"]),
        cursor_x=number(record["cursor_x"]),
        cursor_y=number(record["cursor_y"]),
        cursor_visible=record["cursor_flag"] == "1",
        in_mode=number(record["pane_in_mode"]) > 0,
        alternate=record["alternate_on"] == "1",
        bracketed=asked == "1" if asked else bracketed,
        title=record["pane_title"],
        command=record["pane_current_command"],
        lines=tuple(line.decode(errors="replace") for line in screen),
        humans=tuple(
            human(client)
            for client in people(clients)
            if client["session_id"] == session or client["window_id"] == record["window_id"]
        ),
    )


def capture(record: dict[str, str], text: Sequence[bytes], lines: int | None, *, history: bool) -> Capture:
    """The last `lines` of what was captured, without the empty ones below the text."""
    found = [line.decode(errors="replace") for line in text]
    while found and not _SGR.sub("", found[-1]).strip():
        found.pop()
    wanted = min(lines or MOST_LINES, MOST_LINES)
    kept = found[-wanted:]
    more = history and number(record["history_size"]) > wanted
    return Capture(
        text="\n".join([_styles(found[:-wanted]) + kept[0], *kept[1:]]) if kept else "",
        columns=int(record["pane_width"]),
        rows=int(record["pane_height"]),
        cursor=(number(record["cursor_x"]), number(record["cursor_y"])),
        truncated=len(found) > wanted or more,
    )


def _styles(dropped: Sequence[str]) -> str:
    """The attributes that run on from lines which are left out."""
    kept: list[str] = []
    for found in _SGR.finditer("\n".join(dropped)):
        if found[1] in ("", "0"):
            kept.clear()
        kept.append(found[0])
    return "".join(kept)
