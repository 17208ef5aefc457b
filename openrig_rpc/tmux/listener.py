"""What this room tells of its own accord: callbacks, called in the loop, that must not block."""

from collections.abc import Callable

from .pane import Change, Modes


class Listener:
    """Set what you want to hear; everything else stays silent. `pane` is always one of ours."""

    on_output: Callable[[str, bytes, bool], None]
    """`(pane, data, gap)`: raw bytes in order; with `gap`, bytes before these are missing: capture again."""
    on_exit: Callable[[str, int | None], None]
    """`(pane, code)`: its process ended; a signal is 128 + its number. None: the pane is gone with it. A gap
    comes before it: tmux drops output that it had not sent when the terminal closes (control.c), and before 3.7
    even what it had not read, so the last words are on the screen at best."""
    on_change: Callable[[str, Change], None]
    """`(pane, change)`: title or command within a second, copy mode at once."""
    on_modes: Callable[[str, Modes], None]
    """`(pane, modes)`: bracketed paste went on or off, or the bell rang."""
    on_attached: Callable[[str, int], None]
    """`(name, humans)`: how many people's terminals show that session now."""
    on_gone: Callable[[], None]
    """The server ended, and every pane with it; no `on_exit` follows. `Tmux.start()` makes a new one."""

    def __init__(self) -> None:
        self.on_output = lambda pane, data, gap: None
        self.on_exit = lambda pane, code: None
        self.on_change = lambda pane, change: None
        self.on_modes = lambda pane, modes: None
        self.on_attached = lambda name, humans: None
        self.on_gone = lambda: None
