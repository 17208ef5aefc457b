"""What a principal may do: the person everything, an agent talk and read in its own rig, more by grant.

Where a rig says `policy: edges`, an agent talks to, watches, interrupts and gives work to those that an edge names.
"""

from collections.abc import Iterable

from pydantic import BaseModel

from ..model.address import GROUP_ALL, parse, split_list
from ..model.errors import NotPermitted, RpcError
from ..model.principal import GRANTABLE, Principal, Tier
from ..model.spec import Grant
from ..model.spec import Policy as Policies
from ..store.directory import Directory
from ..store.roster import Roster
from ..store.rows import AgentRow
from .edges import ACTIONS, ALONG, WHOLE, connected, granted, tiers_of

DEFAULT = frozenset({Tier.READ, Tier.TALK})

PERSONAL = frozenset({"rig/trust"})
"""What no grant gives to an agent, and no scope to a service: it would approve for itself."""
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
        if tier not in tiers and not self._by_action(principal, name):
            action = ACTIONS.get(name)
            single = f", and no grant of `{action.value}`" if action is not None and tier not in DEFAULT else ""
            why = f"it has no `{tier.value}` right{single}"
            raise self._refusal(principal, name, why, needs=f"grant:{tier.value}")
        if name in OPERATORS:
            raise self._refusal(principal, name, "tokens are for the person alone to give", needs="operator")
        if name in PERSONAL:
            raise self._refusal(principal, name, "that is for the person alone", needs="operator")
        if principal.confined:
            if getattr(params, "all", None):
                raise self._refusal(principal, name, "it belongs to one rig, not to all", needs="operator")
            for rig in _rigs_of(params):
                self.within(principal, rig, name)
        if principal.kind == "agent":
            self._check_itself(principal, name, params)
            # A reply needs no edge, which only the messages can tell: `message/send` asks again.
            if getattr(params, "reply_to", None) is None:
                self.check_edges(principal, name, params)
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
        return DEFAULT | tiers_of(granted(self._roster.rigs[row.rig_id], row))

    def grants(self, principal: Principal) -> list[Grant]:
        """Whole tiers and single actions that a principal has, as `whoami` shows them."""
        found = {Grant(tier.value) for tier in self.tiers(principal) & frozenset(GRANTABLE)}
        row = self._roster.agents.get(principal.agent_id or "")
        if found and row is not None:
            found |= granted(self._roster.rigs[row.rig_id], row)
        return sorted(found)

    def check_edges(self, principal: Principal, name: str, params: BaseModel, *, but: str | None = None) -> None:
        """Raise NotPermitted where the rig goes by edges and none lets the caller do this (to anybody but `but`)."""
        action = ACTIONS.get(name)
        if action not in ALONG or principal.kind != "agent":
            return
        targets = self._targets(principal, name, params)
        if not targets and name == "transcript/search":
            targets = [row for rig in self._roster.visible(principal) for row in self._roster.members(rig.id)]
        for target in targets:
            if target.address != but:
                self.check_edge(principal, name, target, action)

    def check_edge(self, principal: Principal, name: str, target: AgentRow, action: Grant) -> None:
        """Raise NotPermitted where the rig goes by edges and none lets the caller do this to `target`."""
        row = self._roster.agents.get(principal.agent_id or "")
        rig = self._roster.rigs.get(target.rig_id)
        if row is None or rig is None or rig.policy != Policies.EDGES or row.id == target.id:
            return
        has = granted(rig, row)
        if action in has or WHOLE[action] in tiers_of(has) or connected(rig, row, target, action):
            return
        kinds = "|".join(sorted(ALONG[action])) if action is not Grant.MESSAGE else "any"
        raise self._refusal(
            principal,
            name,
            f"the rig goes by edges, and none lets it {action.value} {target.address}",
            needs=f"edge:{kinds}",
            edge={"from": row.address, "to": target.address},
            grant=action.value,
        )

    def _by_action(self, principal: Principal, name: str) -> bool:
        """Whether a single grant, or where the rig goes by edges perhaps an edge, allows what the tier doesn't."""
        action, row = ACTIONS.get(name), self._roster.agents.get(principal.agent_id or "")
        if principal.kind != "agent" or action is None or row is None or not self.tiers(principal):
            return False
        rig = self._roster.rigs[row.rig_id]
        return action in granted(rig, row) or (rig.policy == Policies.EDGES and action in ALONG)

    def _targets(self, principal: Principal, name: str, params: BaseModel) -> list[AgentRow]:
        """The agents that a call is about; none where the method has an error of its own to tell."""
        to = getattr(params, "to", None)
        if name == "message/broadcast":
            pod, rig = getattr(params, "pod", None), getattr(params, "rig", None)
            to = (f"{pod}.*" if pod else "*") + (f"@{rig}" if rig else "")
        try:
            if isinstance(to, str):
                found = self._directory.recipients(to, principal)
                return [each.agent for each in found if each.agent is not None]
            agent = getattr(params, "agent", None)
            return [self._directory.agent(agent, principal)] if isinstance(agent, str) else []
        except RpcError:
            return []

    def steerers(self, rig: str) -> list[str]:
        """The addresses of the agents that may steer in a rig."""
        found = self._roster.rig(rig)
        rows = self._roster.members(found.id) if found is not None else []
        return [row.address for row in rows if found is not None and Tier.STEER in tiers_of(granted(found, row))]

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

    def _refusal(self, principal: Principal, name: str, why: str, *, needs: str, **facts: object) -> NotPermitted:
        what, fix = needs.partition(":")[0], "ask the person to do it: human@RIG"
        if what == "grant":
            fix = "the person can grant it in the rig file: x-openrig-rpc: {grants: {ADDRESS: [TIER]}}"
        elif what == "edge":
            fix = "the person can draw the edge in the rig file, or grant it there: {grants: {ADDRESS: [ACTION]}}"
        return NotPermitted(f"{principal} may not call {name}", why, fix, needs=needs, **facts)


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
