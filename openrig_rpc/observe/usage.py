"""What an agent's context use and cost are now, as its harness told last."""

from ..model.agent import ContextUse
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.writer import Tx


async def note_use(store: Store, row: AgentRow, use: ContextUse, actor: str) -> None:
    """Keep and tell it, unless it is what is known, or older."""

    async def unit(tx: Tx) -> None:
        old = store.roster.agent_in(tx, row.id)
        if old is None or old.generation != row.generation:
            return
        known = old.context
        if known is not None and (use.at < known.at or use.model_copy(update={"at": known.at}) == known):
            return
        new = old.model_copy(update={"context": use})
        await store.roster.put_agent(tx, new)
        before, after = store.roster.agent_noun(old), store.roster.agent_noun(new)
        tx.emit("agent.contextChanged", after, rig=new.rig, agent=new.address, before=before)

    await store.write(actor, unit)
