"""One look at an agent: the pane, what its screen reads as, and who owns its foreground."""

from dataclasses import dataclass

from ..runtimes.runtime import Runtime
from ..store.rows import AgentRow
from ..tmux.pane import Look, PaneGone
from ..tmux.server import Tmux
from .cells import Screen, parse
from .processes import owns_foreground
from .rules import Reading, load


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen at one instant.

    `reading` is None where there are no screen rules; `foreground` says whether the pane's first process owns its
    terminal.
    """

    look: Look
    reading: Reading | None
    foreground: bool | None


class Eyes:
    """Looks at agents' panes."""

    def __init__(self, tmux: Tmux) -> None:
        self._tmux = tmux

    async def look(self, row: AgentRow, runtime: Runtime) -> Sight:
        """Look at a running agent. Raises PaneGone."""
        if row.pane is None:
            raise PaneGone(f"{row.address} has no pane")
        look = await self._tmux.look(row.pane.pane)
        reading = None
        if runtime.screens is not None:
            cursor = (look.cursor_x, look.cursor_y)
            screen = Screen(parse("\n".join(look.lines)), look.title, cursor, columns=look.columns)
            reading = load(runtime.screens).read(screen)
        return Sight(look, reading, owns_foreground(look.pid))
