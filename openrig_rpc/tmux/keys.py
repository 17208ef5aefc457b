"""tmux's key names (key-string.c), checked before they are sent: tmux types an unknown name as text."""

import re
from collections.abc import Iterator, Sequence

from .control import Command
from .pane import Text

NAMED = frozenset(
    name.lower()
    for name in (
        *(f"F{number}" for number in range(1, 13)),
        *("IC", "Insert", "DC", "Delete", "Home", "End", "NPage", "PageDown", "PgDn", "PPage", "PageUp", "PgUp"),
        *("Tab", "BTab", "Space", "BSpace", "Enter", "Escape", "Up", "Down", "Left", "Right"),
        *(f"KP{key}" for key in "/*-789+456123.0"),
        "KPEnter",
    )
)
_KEY = re.compile(r"(?P<modifiers>\^?(?:[CMScms]-)*)(?P<key>.+)", re.DOTALL)
_CONTROLLED = frozenset("@[\\]^_ ?!#()+,-.0123456789:;<=>'`/")
CHUNK = 512  # bytes a command; tmux's parser overflows somewhere between 1,000 and 10,000 arguments


def check(key: str) -> str:
    """`key` if tmux knows it. Raises ValueError, which says what a name looks like."""
    found = _KEY.fullmatch(key)
    if found is not None:
        name, control = found["key"], bool(re.search(r"\^|[Cc]-", found["modifiers"]))
        letter = len(name) == 1 and name.isascii() and name.isalpha()
        if name.lower() in NAMED or letter or (len(name) == 1 and name in _CONTROLLED):
            return key
        if len(name) == 1 and name.isprintable() and not control:
            return key
    raise ValueError(
        f"{key!r} is not a key: use tmux's names such as Enter, Escape, Up, F5, C-c, M-x, one character, or text"
    )


def commands(pane: str, keys: Sequence[str | Text]) -> list[Command]:
    """The commands that press `keys` in order. Raises ValueError for an unknown name."""
    return list(_commands(pane, [key if isinstance(key, Text) else check(key) for key in keys]))


def _commands(pane: str, keys: Sequence[str | Text]) -> Iterator[Command]:
    for key in keys:
        if isinstance(key, str):
            yield ("send-keys", "-t", pane, "--", key)
            continue
        data = key.text.encode()
        for at in range(0, len(data), CHUNK):
            yield ("send-keys", "-t", pane, "-H", *(f"{byte:02x}" for byte in data[at : at + CHUNK]))
