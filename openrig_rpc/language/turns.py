"""What agents do, as `$/progress`: for editors that can draw neither lenses nor hints again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from ..model.agent import Agent, AgentState
from .shapes import plain
from .words import state_line
from .work import Token, created

AT_WORK: Final = frozenset({AgentState.STARTING, AgentState.BUSY, AgentState.NEEDS_INPUT})


class Turns:
    """The agents whose work an editor shows, by address."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._shown: dict[str, tuple[Token, str]] = {}

    async def show(self, agents: Iterable[Agent]) -> None:
        """Begin what these agents work on now, say how it goes on, and end everything else."""
        at_work = {agent.address: state_line(agent) for agent in agents if agent.state in AT_WORK}
        for address in set(self._shown) - set(at_work):
            self._end(address)
        for address, line in at_work.items():
            token, before = self._shown.get(address, (None, ""))
            if token is None:
                token = await created(self._server)
                if token is None:
                    return  # It wants none.
                self._tell(token, types.WorkDoneProgressBegin(plain(address), cancellable=False, message=line))
            elif line != before:
                self._tell(token, types.WorkDoneProgressReport(message=line))
            self._shown[address] = token, line

    def end(self) -> None:
        """Nothing is shown any more."""
        for address in list(self._shown):
            self._end(address)

    def _end(self, address: str) -> None:
        token, _ = self._shown.pop(address)
        self._tell(token, types.WorkDoneProgressEnd())

    def _tell(
        self,
        token: Token,
        value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd,
    ) -> None:
        self._server.progress(types.ProgressParams(token, value))
