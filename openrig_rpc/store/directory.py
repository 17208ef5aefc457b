"""From an address to agents: exact, or an error that lists what was near."""

from dataclasses import dataclass
from difflib import get_close_matches

from ..model.address import GROUP_ALL, HUMAN, Target, parse, shown, split_list
from ..model.errors import AgentNotFound, AmbiguousAddress, InvalidParams, RigNotFound, RpcError
from ..model.principal import Principal
from .roster import Roster
from .rows import AgentRow, RigRow

NEAR = 5


@dataclass(frozen=True, slots=True)
class Recipient:
    """An agent, or the person (`agent` is None) as `human@rig`."""

    rig: RigRow
    agent: AgentRow | None

    @property
    def address(self) -> str:
        return self.agent.address if self.agent is not None else f"{HUMAN}@{self.rig.name}"


class Directory:
    """Addresses of all known rigs, as one principal may use them."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def rig(self, name: str) -> RigRow:
        """A known rig. Raises RigNotFound."""
        found = self._roster.rig(name)
        if found is None:
            names = [rig.name for rig in self._roster.rigs.values()]
            near = _near(name, names)
            raise RigNotFound(
                f"there is no rig {name!r}",
                f"known are: {', '.join(names)}" if names else "no rig was brought up so far",
                f"did you mean {near[0]!r}?" if near else "see `rig ps`, or bring it up: rig up FILE",
                near=near,
            )
        return found

    def agent(self, text: str, principal: Principal) -> AgentRow:
        """Exactly one agent. Raises AgentNotFound, RigNotFound, AmbiguousAddress, InvalidParams."""
        target = _target(text)
        if target.group:
            raise InvalidParams(
                f"{text!r} is a group", "one agent is wanted here", "name one, as in `rig ps`", errors=[]
            )
        if target.human:
            raise AgentNotFound(
                f"{text!r} is the person", "the person has no pane", "name an agent, as in `rig ps`", near=[]
            )
        return self._one(target, principal)

    def recipients(self, text: str, principal: Principal) -> list[Recipient]:
        """Everybody a comma list of addresses and groups means, each once, in order.

        Groups leave out the sender, the person and terminals. Raises as `agent` does, before anything is sent.
        """
        found: dict[str, Recipient] = {}
        for element in split_list(text):
            target = _target(element)
            if target.human:
                rig = self._own_rig(target, principal)
                member = Recipient(rig, None)
                found.setdefault(member.address, member)
            elif target.group:
                for row in self._group(target, principal):
                    found.setdefault(row.id, Recipient(self._roster.rigs[row.rig_id], row))
            else:
                row = self._one(target, principal)
                found.setdefault(row.id, Recipient(self._roster.rigs[row.rig_id], row))
        if not found:
            raise InvalidParams("no recipient is named", "`to` is empty", "name an agent, as in `rig ps`", errors=[])
        return list(found.values())

    def _one(self, target: Target, principal: Principal) -> AgentRow:
        if target.rig is not None:
            rig = self.rig(target.rig)
            return self._only(self._fitting(target, [rig]), target, [rig])
        own = self._roster.rig_of(principal)
        if own is not None and (fitting := self._fitting(target, [own])):
            return self._only(fitting, target, [own])
        running = [rig for rig in self._roster.visible(principal) if rig.up] or list(self._roster.visible(principal))
        return self._only(self._fitting(target, running), target, running)

    def _fitting(self, target: Target, rigs: list[RigRow]) -> list[AgentRow]:
        """Whom the address means. A bare member id is enough where it is nobody's `pod-member`."""
        rows = [row for rig in rigs for row in self._roster.members(rig.id)]
        if target.shown is None:
            return [row for row in rows if (row.pod, row.member) == (target.pod, target.member)]
        exact = [row for row in rows if shown(row.pod, row.member) == target.shown]
        return exact or [row for row in rows if row.member == target.shown]

    def _only(self, fitting: list[AgentRow], target: Target, rigs: list[RigRow]) -> AgentRow:
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            candidates = [row.address for row in fitting]
            raise AmbiguousAddress(
                f"{target.text!r} fits {len(fitting)} agents",
                f"they are {', '.join(candidates)}",
                f"name the pod and the rig: {candidates[0]}",
                candidates=candidates,
            )
        raise self._not_found(target, rigs)

    def _not_found(self, target: Target, rigs: list[RigRow]) -> RpcError:
        rows = [row for rig in rigs for row in self._roster.members(rig.id)]
        addresses = [row.address for row in rows]
        # By what was said: with the rig or without it.
        local = target.text.partition("@")[0].replace(".", "-")
        alike = _near(local, list(dict.fromkeys(shown(row.pod, row.member) for row in rows)))
        near = [row.address for name in alike for row in rows if shown(row.pod, row.member) == name][:NEAR]
        near = near or _near(target.text, addresses) or addresses[:NEAR]
        return AgentNotFound(
            f"no agent fits {target.text!r}",
            f"near are: {', '.join(near)}" if near else "there are no agents" if rigs else "no rig is up",
            "see `rig ps` for all of them",
            near=near,
        )

    def _group(self, target: Target, principal: Principal) -> list[AgentRow]:
        if target.rig == GROUP_ALL:
            rigs = [rig for rig in self._roster.visible(principal) if rig.up]
        else:
            rigs = [self._own_rig(target, principal)]
        rows = [row for rig in rigs for row in self._roster.members(rig.id)]
        if target.pod is not None and not any(row.pod == target.pod for row in rows):
            raise self._not_found(target, rigs)
        fitting = [
            row
            for row in rows
            if (target.pod is None or row.pod == target.pod)
            and row.id != principal.agent_id
            and row.runtime != "terminal"
        ]
        if not fitting:
            raise AgentNotFound(
                f"the group {target.text!r} is empty",
                "groups leave out the sender, the person and terminals",
                "name the agents one by one, as in `rig ps`",
                near=[row.address for row in rows[:NEAR]],
            )
        return fitting

    def _own_rig(self, target: Target, principal: Principal) -> RigRow:
        if target.rig is not None:
            return self.rig(target.rig)
        own = self._roster.rig_of(principal)
        if own is not None:
            return own
        running = [rig for rig in self._roster.visible(principal) if rig.up]
        if len(running) == 1:
            return running[0]
        names = [rig.name for rig in running]
        if not names:
            raise RigNotFound("no rig is up", "a rig is meant here", "bring one up: rig up FILE", near=[])
        raise AmbiguousAddress(
            f"{target.text!r} fits {len(names)} rigs",
            f"up are {', '.join(names)}",
            f"name the rig: {target.text}@{names[0]}",
            candidates=[f"{target.text}@{name}" for name in names],
        )


def _target(text: str) -> Target:
    target = parse(text)
    if target is None:
        raise InvalidParams(
            f"{text!r} is not an address",
            "an address is pod-member@rig, pod.member@rig, *@rig, pod.*@rig or human@rig",
            "see `rig ps` for the addresses there are",
            errors=[],
        )
    return target


def _near(text: str, names: list[str]) -> list[str]:
    return get_close_matches(text, names, n=NEAR, cutoff=0.5)
