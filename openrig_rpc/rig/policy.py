"""What a principal may do: the person everything, an agent talk and read in its own rig, more by grant."""

from collections.abc import Iterable

from pydantic import BaseModel

from ..model.errors import NotPermitted, RpcError
from ..model.principal import Principal, Tier
from ..store.directory import Directory
from ..store.roster import Roster
from ..store.rows import AgentRow, RigRow

DEFAULT = frozenset({Tier.READ, Tier.TALK})


class Policy:
    """Asked before a method runs, with its params; methods that take an id ask again for what it names."""

    def __init__(self, roster: Roster, directory: Directory) -> None:
        self._roster = roster
        self._directory = directory

    def check(self, principal: Principal, tier: Tier, name: str, params: BaseModel) -> None:
        """Raise NotPermitted when `principal` may not call method `name` with these params."""
        if tier is Tier.OPEN:
            return
        if tier is Tier.REPORT:
            if principal.kind != "agent":
                raise self._refusal(principal, name, "only an agent's own harness reports of it", needs="agent")
            return
        if principal.kind in ("operator", "daemon"):
            return
        if tier not in self.tiers(principal):
            raise self._refusal(principal, name, f"it has no `{tier.value}` right", needs=f"grant:{tier.value}")
        for rig in self._rigs_of(params, principal):
            self.within(principal, rig, name)

    def within(self, principal: Principal, rig: str, name: str) -> None:
        """Raise NotPermitted when an agent reaches out of its own rig."""
        if principal.kind != "agent":
            return
        own = self._roster.rig_of(principal)
        if own is None or own.name != rig:
            raise self._refusal(principal, name, f"it belongs to another rig than {rig!r}", needs=f"rig:{rig}")

    def tiers(self, principal: Principal) -> frozenset[Tier]:
        """What a principal may do in its own rig (an agent), or anywhere (others)."""
        if principal.kind in ("operator", "daemon"):
            return frozenset(Tier)
        if principal.kind == "service":
            return frozenset(principal.scopes or ())
        row = self._roster.agents.get(principal.agent_id or "")
        if row is None or (principal.generation is not None and principal.generation != row.generation):
            return frozenset()
        return DEFAULT | self.granted(self._roster.rigs[row.rig_id], row)

    def granted(self, rig: RigRow, row: AgentRow) -> frozenset[Tier]:
        """The tiers that the rig's file grants to an agent."""
        names = {row.place, f"{row.pod}-{row.member}", row.address, f"{row.place}@{rig.name}"}
        names |= {"*", f"{row.pod}.*"}
        return frozenset(tier for name, tiers in rig.grants.items() if name in names for tier in tiers)

    def _rigs_of(self, params: BaseModel, principal: Principal) -> Iterable[str]:
        """The rigs that params name. What can't be resolved is the method's own error, not ours."""
        rig = getattr(params, "rig", None)
        if isinstance(rig, str):
            yield rig
        try:
            agent = getattr(params, "agent", None)
            if isinstance(agent, str):
                yield self._directory.agent(agent, principal).rig
            to = getattr(params, "to", None)
            if isinstance(to, str):
                for recipient in self._directory.recipients(to, principal):
                    yield recipient.rig.name
        except RpcError as error:
            if error.kind == "rig-not-found" and principal.kind == "agent":
                raise self._refusal(principal, "this", "it belongs to another rig", needs="rig") from None
            raise

    def _refusal(self, principal: Principal, name: str, why: str, *, needs: str) -> NotPermitted:
        return NotPermitted(
            f"{principal} may not call {name}",
            why,
            "the person can grant it in the rig file: x-openrig-rpc: {grants: {ADDRESS: [TIER]}}",
            needs=needs,
        )
