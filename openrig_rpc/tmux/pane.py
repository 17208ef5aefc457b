"""The nouns of this room: what was started, what exists, what a pane shows, what it did.

Panes are named by tmux's own id (`"%5"`), windows `"@3"`, sessions `"$2"`. Ids are never used twice while a server
lives, so an id that is gone stays gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class PaneGone(LookupError):
    """The pane does not exist any more; `str()` is what tmux said."""


class SpawnFailed(ValueError):
    """The process could not be started; nothing of it is left. `str()` says why."""


class PasteRefused(ValueError):
    """The bytes can't be pasted there; nothing was written."""


class Interrupted(ConnectionError):
    """The connection to tmux broke while something was on its way: whether it was done is unknown."""


@dataclass(frozen=True, slots=True)
class Spawn:
    """A process to start in a session of its own.

    `name` becomes the session's name: lower case letters, digits and `-`. `argv` is executed without a shell,
    `env` is the child's whole environment (tmux adds `TERM` and, unless given, `PWD`).
    """

    name: str
    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    columns: int = 120
    rows: int = 36


@dataclass(frozen=True, slots=True)
class Pane:
    """A pane as it was started."""

    id: str
    name: str
    pid: int
    window: str
    session: str
    tty: str


@dataclass(frozen=True, slots=True)
class PaneInfo:
    """One of our panes in an inventory. `exit_code` of a signal is 128 + its number, as in a shell."""

    id: str
    name: str
    pid: int
    window: str
    session: str | None
    """Its own session's id; None where a person killed that session (the pane lives on in the hub)."""
    tty: str
    dead: bool
    exit_code: int | None
    in_mode: bool
    alternate: bool
    columns: int
    rows: int
    cursor: tuple[int, int]
    title: str
    command: str
    cwd: str


@dataclass(frozen=True, slots=True)
class Human:
    """A person's terminal attached to a session. `activity` is when its person last typed, epoch seconds."""

    client: str
    activity: int
    read_only: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about a pane at one instant. `lines` carry SGR sequences; attributes run on across lines."""

    pane: str
    pid: int
    dead: bool
    exit_code: int | None
    columns: int
    rows: int
    cursor_x: int
    cursor_y: int
    cursor_visible: bool
    in_mode: bool
    alternate: bool
    bracketed: bool | None
    """Whether the program asked for bracketed paste; None when that was never seen (see `Tmux.restore_modes`)."""
    title: str
    command: str
    lines: tuple[str, ...]
    humans: tuple[Human, ...]


@dataclass(frozen=True, slots=True)
class Capture:
    """A pane's text for people. `truncated`: there was more than asked for or allowed."""

    text: str
    columns: int
    rows: int
    cursor: tuple[int, int]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Text:
    """Among keys: text to be typed as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What tmux noticed about a pane; checked once a second while something happens."""

    title: str
    command: str
    in_mode: bool


@dataclass(frozen=True, slots=True)
class Modes:
    """What a pane's program asked its terminal for, as far as its output was seen."""

    bracketed: bool | None = None
    bells: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """tmux's version: `3.3a` is `(3, 3)` with `text="3.3a"`."""

    text: str
    number: tuple[int, int] = field(default=(0, 0))
