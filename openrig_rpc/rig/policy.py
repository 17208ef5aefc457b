"""What a principal may do: the person everything, an agent talk and read in its own rig, more by grant."""

from collections.abc import Iterable

from pydantic import BaseModel

from ..model.address import GROUP_ALL, parse, split_list
from ..model.errors import NotPermitted, RpcError
from ..model.principal import Principal, Tier
from ..store.directory import Directory
from ..store.roster import Roster
from ..store.rows import AgentRow, RigRow

DEFAULT = frozenset({Tier.READ, Tier.TALK})

PERSONAL = frozenset({"rig/trust"})
"""What no grant gives to an agent: it would approve for itself."""
OPERATORS = frozenset({"token/mint", "token/list", "token/revoke"})
"""What neither grant nor scope gives to anybody: it would make rights out of nothing."""
NOT_ONESELF = frozenset({"agent/answer", "agent/keys"})
"""What an agent may be granted for others, but never does to itself, for the same reason."""


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
        tiers = self.tiers(principal)
        if tier not in tiers:
            raise self._refusal(principal, name, f"it has no `{tier.value}` right", needs=f"grant:{tier.value}")
        if name in OPERATORS:
            raise self._refusal(principal, name, "tokens are for the person alone to give", needs="operator")
        if principal.confined:
            self._check_person(principal, name, params)
            for rig in _rigs_of(params):
                self.within(principal, rig, name)
        if principal.kind == "agent":
            self._check_itself(principal, name, params)
        if tier is Tier.TALK and Tier.STEER not in tiers:
            self._check_plain_talk(principal, name, params)

    def within(self, principal: Principal, rig: str, name: str) -> None:
        """Raise NotPermitted when who is confined to a rig reaches out of it."""
        if not principal.confined:
            return
        own = self._roster.rig_of(principal)
        if own is None or own.name != rig:
            raise self._refusal(principal, name, f"it belongs to another rig than {rig!r}", needs=f"rig:{rig}")

    def tiers(self, principal: Principal) -> frozenset[Tier]:
        """What a principal may do in its own rig (an agent), or anywhere (others)."""
        if principal.kind in ("operator", "daemon"):
            return frozenset(Tier)
        if principal.kind == "service":
            gone = principal.confined and self._roster.rig_of(principal) is None
            return frozenset(() if gone else principal.scopes or ())
        row = self._roster.agents.get(principal.agent_id or "")
        if row is None or (principal.generation is not None and principal.generation != row.generation):
            return frozenset()
        return DEFAULT | self.granted(self._roster.rigs[row.rig_id], row)

    def granted(self, rig: RigRow, row: AgentRow) -> frozenset[Tier]:
        """The tiers that the rig's file grants to an agent."""
        names = {"*", f"{row.pod}.*", row.place, f"{row.pod}-{row.member}"}
        return frozenset(
            tier
            for name, tiers in rig.grants.items()
            if name.partition("@")[0] in names and name.partition("@")[2] in ("", rig.name)
            for tier in tiers
        )

    def _check_person(self, principal: Principal, name: str, params: BaseModel) -> None:
        if name in PERSONAL:
            raise self._refusal(principal, name, "that is for the person alone", needs="operator")
        if getattr(params, "all", None):
            raise self._refusal(principal, name, "it belongs to one rig, not to all", needs="operator")

    def _check_itself(self, principal: Principal, name: str, params: BaseModel) -> None:
        if name not in NOT_ONESELF:
            return
        try:
            row = self._directory.agent(str(getattr(params, "agent", "")), principal)
        except RpcError:
            return  # The method's own error.
        if row.id == principal.agent_id:
            raise self._refusal(principal, name, "an agent never approves for itself", needs="another principal")

    def _check_plain_talk(self, principal: Principal, name: str, params: BaseModel) -> None:
        """Text in a terminal is a command, and text without its envelope could be anybody's: both are steering."""
        if getattr(params, "raw", None):
            raise self._refusal(principal, name, "text without its envelope needs `steer`", needs="grant:steer")
        to = getattr(params, "to", None)
        if name != "message/send" or not isinstance(to, str):
            return
        try:
            recipients = self._directory.recipients(to, principal)
        except RpcError:
            return  # The method's own error.
        for recipient in recipients:
            if recipient.agent is not None and recipient.agent.runtime == "terminal":
                why = f"{recipient.address} is a terminal, and what is typed there needs `steer`"
                raise self._refusal(principal, name, why, needs="grant:steer")

    def _refusal(self, principal: Principal, name: str, why: str, *, needs: str) -> NotPermitted:
        return NotPermitted(
            f"{principal} may not call {name}",
            why,
            "the person can grant it in the rig file: x-openrig-rpc: {grants: {ADDRESS: [TIER]}}"
            if needs.startswith("grant:")
            else "ask the person to do it: human@RIG",
            needs=needs,
        )


def _rigs_of(params: BaseModel) -> Iterable[str]:
    """The rigs that params name, known or not; what names none is resolved in the caller's own rig."""
    for field in ("rig", "name"):
        rig = getattr(params, field, None)
        if isinstance(rig, str):
            yield rig
    for field in ("agent", "to"):
        text = getattr(params, field, None)
        for element in split_list(text) if isinstance(text, str) else ():
            target = parse(element)
            if target is not None and target.rig not in (None, GROUP_ALL):
                yield str(target.rig)
