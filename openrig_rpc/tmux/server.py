"""Our own tmux server. Signatures first; being filled."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .pane import Capture, Change, Human, Look, Modes, Pane, PaneInfo, Spawn, SpawnFailed, Text, Version


class Tmux:
    """Our own tmux server, one a state folder. All calls are for the event loop's thread."""

    on_output: Callable[[str, bytes, bool], None]
    """`(pane, data, gap)`: raw bytes in order; `gap` says that bytes before these are missing (capture again)."""
    on_exit: Callable[[str, int | None], None]
    """`(pane, code)`: its process ended, after its last output. None: the code can't be known."""
    on_change: Callable[[str, Change], None]
    on_modes: Callable[[str, Modes], None]
    """Bracketed paste went on or off, or the bell rang."""
    on_attached: Callable[[str, int], None]
    """`(name, humans)`: how many people's terminals show that session now."""
    on_gone: Callable[[], None]
    """The server died, and every pane with it. `start()` makes a new one."""

    def __init__(self, socket: Path, config_dir: Path, *, env: Mapping[str, str] | None = None) -> None:
        """`socket`: under 100 bytes, in a private folder. `config_dir`: ours, 0700. `env`: the server's own
        environment, for windows that a person opens; by default a minimal one, never the starter's."""
        raise NotImplementedError

    async def start(self) -> None:
        """Start the server, or attach to it where it runs already. Raises TmuxUnavailable."""
        raise NotImplementedError

    async def close(self) -> None:
        """End our own clients. The server and the agents live on."""
        raise NotImplementedError

    async def kill_server(self) -> None:
        """End the server and every process in it."""
        raise NotImplementedError

    def version(self) -> Version:
        """The running server's version."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The server's process id."""
        raise NotImplementedError

    async def spawn(
        self,
        name: str,
        argv: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        columns: int = 120,
        rows: int = 36,
    ) -> Pane:
        """Start one process in a session of its own. Raises SpawnFailed."""
        raise NotImplementedError

    async def spawn_many(self, spawns: Sequence[Spawn]) -> list[Pane | SpawnFailed]:
        """Start all at once; each answer stands for itself."""
        raise NotImplementedError

    async def panes(self) -> list[PaneInfo]:
        """All panes we started, dead ones too; not those that people opened beside them."""
        raise NotImplementedError

    async def look(self, pane: str) -> Look:
        """The pane at one instant. Raises PaneGone."""
        raise NotImplementedError

    async def capture(
        self, pane: str, lines: int | None = None, *, history: bool = False, ansi: bool = False
    ) -> Capture:
        """The last `lines` (all: None) of the screen, with `history` of what scrolled away too; at most 10,000."""
        raise NotImplementedError

    async def humans(self, name: str) -> list[Human]:
        """Who is attached to that session."""
        raise NotImplementedError

    async def paste(self, pane: str, data: bytes, *, bracketed_only: bool = False) -> None:
        """Write `data` into the pane as one paste. Raises PasteRefused, PaneGone."""
        raise NotImplementedError

    async def keys(self, pane: str, keys: Sequence[str | Text]) -> None:
        """Press keys by tmux's names, or type Text as it is. Raises ValueError for an unknown name, PaneGone."""
        raise NotImplementedError

    async def leave_mode(self, pane: str) -> None:
        """Leave copy mode and the like."""
        raise NotImplementedError

    async def kill(self, pane: str, *, grace: float = 2.0) -> None:
        """End the pane and its processes: hang-up, after `grace` seconds SIGKILL. Gone already is fine."""
        raise NotImplementedError

    async def attach_argv(self, pane: str, *, read_only: bool = False) -> list[str]:
        """What to run in a person's terminal. Drops `TMUX` itself, so it works inside another tmux."""
        raise NotImplementedError

    def modes(self, pane: str) -> Modes:
        """What was seen in the pane's output."""
        raise NotImplementedError

    def restore_modes(self, pane: str, modes: Modes) -> None:
        """Tell what was known before a restart; what is seen from now on wins."""
        raise NotImplementedError

    def canonical(self, tty: str) -> bool | None:
        """Whether the terminal is in line mode (lines over 4,095 bytes are cut); None if it is gone."""
        raise NotImplementedError
