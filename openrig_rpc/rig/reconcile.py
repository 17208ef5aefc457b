"""After a start: what the rows say against what tmux really has. Asked once, in one listing."""

import logging

from ..model.agent import RUNNING, AgentState, Evidence
from ..model.base import now
from ..observe.asking import follow
from ..observe.observer import Observer
from ..store.rows import AgentRow, PaneRow
from ..store.store import Store
from ..store.writer import Tx
from ..tmux.pane import Modes, PaneInfo
from ..tmux.server import Tmux
from .launch import session_name

log = logging.getLogger(__name__)


async def reconcile(store: Store, tmux: Tmux, observer: Observer) -> None:
    """Bind every agent to its pane again, or say that it is gone; end panes that no row knows."""
    panes = {pane.name: pane for pane in await tmux.panes()}
    lost: list[tuple[AgentRow, PaneInfo | None]] = []
    bound: list[tuple[AgentRow, PaneInfo]] = []
    for row in list(store.roster.each()):
        pane = panes.pop(session_name(row), None)
        if pane is not None and not pane.dead and row.wanted:
            bound.append((row, pane))
        elif row.state in RUNNING or (row.wanted and row.pane is not None and row.state is not AgentState.EXITED):
            lost.append((row, pane))
        elif pane is not None and not row.wanted:
            panes[pane.name] = pane
    for pane in panes.values():
        log.info("ending pane %s (%s): no agent has it", pane.id, pane.name)
    await tmux.kill(*(pane.id for pane in panes.values()))
    for row in await store.write("daemon", lambda tx: _apply(store, tmux, tx, bound, lost)):
        tmux.restore_modes(row.pane.pane if row.pane is not None else "", Modes(bracketed=row.bracketed or None))
        observer.watch(row)


async def _apply(
    store: Store,
    tmux: Tmux,
    tx: Tx,
    bound: list[tuple[AgentRow, PaneInfo]],
    lost: list[tuple[AgentRow, PaneInfo | None]],
) -> list[AgentRow]:
    roster = store.roster
    rows = []
    for row, pane in bound:
        where = PaneRow(
            pane=pane.id, window=pane.window, session=pane.name, pid=pane.pid, tty=pane.tty, server=tmux.pid
        )
        if row.pane != where:
            row = row.model_copy(update={"pane": where})
            await roster.put_agent(tx, row)
        rows.append(row)
    for row, gone in lost:
        at = now()
        code = gone.exit_code if gone is not None else None
        why = "it ended while the daemon was away" if gone is not None else "its pane is gone: tmux was stopped"
        state = AgentState.EXITED if row.wanted else AgentState.STOPPED
        new = row.model_copy(
            update={
                "state": state,
                "state_since": at,
                "evidence": Evidence(source="process", at=at, detail=why),
                "exit_code": code,
                "prompt": None,
                "pane": row.pane if gone is not None else None,
            }
        )
        await roster.put_agent(tx, new)
        await follow(store, tx, row, new)
        noun, before = roster.agent_noun(new), roster.agent_noun(row)
        tx.emit("agent.stateChanged", noun, rig=new.rig, agent=new.address, before=before)
    return rows
