"""Records out of tmux: a format that asks for fields, and the way back.

Titles, commands and folders are other people's text and may hold any separator, a line feed included. So the
separators are words that nobody in a pane can know, new in every daemon.
"""

import secrets
import signal

_WORD = secrets.token_hex(8)
_BEGIN, _NEXT, _END = f"<{_WORD}>", f"|{_WORD}|", f"</{_WORD}>"


class Fields:
    """Some of tmux's format variables, as one record."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.format = _BEGIN + _NEXT.join(f"#{{{name}}}" for name in names) + _END

    def parse(self, text: str) -> list[dict[str, str]]:
        """Every record in a reply, its fields by name."""
        records = [part.partition(_END)[0] for part in text.split(_BEGIN)[1:]]
        return [dict(zip(self.names, record.split(_NEXT), strict=True)) for record in records]


def number(text: str) -> int:
    """A number of tmux's; an empty one is 0."""
    return int(text) if text else 0


def exit_code(record: dict[str, str]) -> int | None:
    """How the process of a record with `pane_dead_status` and `pane_dead_signal` ended; None: not, or not known.
    tmux before 3.3 has no signal."""
    if record["pane_dead_status"]:
        return int(record["pane_dead_status"])
    name = record["pane_dead_signal"]  # its name or its number, as tmux was built
    if name:
        return 128 + (int(name) if name.isdigit() else getattr(signal, f"SIG{name}", 0))
    return None
