"""watch: what an agent's pane shows, live. Nothing that the agent prints reaches the terminal but text and colours."""

import time
from typing import NoReturn

from . import text
from .call import Call
from .faults import Json
from .screen import Screen


def watch(call: Call) -> NoReturn:
    """Follow the pane until the person or the daemon ends it."""
    params = {**call.options, "agent": call.words[0]}
    begun = call.ask("agent/watch", params)
    if call.json:
        call.dump(begun, compact=True)
        while True:
            output = _output(call, None)
            if output is not None:
                call.dump(output, compact=True)
    if call.tty:
        _mirror(call)
    _stream(call, begun)


def _stream(call: Call, begun: Json) -> NoReturn:
    """Text as it comes."""
    strip = text.Stripper()
    print(strip.feed(begun["screen"].rstrip("\n") + "\n"), end="", flush=True)
    while True:
        output = _output(call, None)
        if output is None:
            continue
        if output.get("gap"):
            print("\n… (something was left out)", flush=True)
        print(strip.feed(output["data"]), end="", flush=True)


def _mirror(call: Call) -> NoReturn:
    """The pane's own screen, looked at again whenever it has printed something."""
    agent = call.words[0]
    pause = 1.0 / float(call.options.get("maxRate", 20))
    with Screen() as screen:
        while True:
            looked = time.monotonic()
            found = call.ask("agent/capture", {"agent": agent, "ansi": True})
            size = screen.size
            _draw(screen, call, found)
            while _output(call, 1.0) is None:
                if screen.size != size:
                    size = screen.size
                    _draw(screen, call, found)
            while (left := looked + pause - time.monotonic()) > 0:
                _output(call, left)


def _draw(screen: Screen, call: Call, found: Json) -> None:
    columns, rows = screen.size
    lines = text.coloured(found["text"].rstrip("\n"))[-(rows - 1) :]
    lines += [""] * (rows - 1 - len(lines))
    title = text.cut(f" {text.line(call.words[0])}  {found['columns']}x{found['rows']}  C-c ends", columns)
    screen.draw([*lines, f"\x1b[7m{text.pad(title, columns)}"])


def _output(call: Call, seconds: float | None) -> dict[str, Json] | None:
    """The next `agent/output`, or None when `seconds` passed, or something else came."""
    message = call.line().listen(seconds)
    if message is None or message.get("method") != "agent/output":
        return None
    params: dict[str, Json] = message["params"]
    return params
