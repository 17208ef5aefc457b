"""What single grants and edges allow: data, and the lookups in it."""

from collections.abc import Collection

from ..model.address import shown
from ..model.principal import Tier
from ..model.rig import EdgeKind
from ..model.spec import Grant
from ..store.rows import AgentRow, RigRow

ACTIONS: dict[str, Grant] = {
    "message/send": Grant.MESSAGE,
    "message/broadcast": Grant.MESSAGE,
    "agent/capture": Grant.OBSERVE,
    "agent/watch": Grant.OBSERVE,
    "agent/attach": Grant.OBSERVE,
    "transcript/read": Grant.OBSERVE,
    "transcript/search": Grant.OBSERVE,
    "task/create": Grant.ASSIGN,
    "task/handoff": Grant.ASSIGN,
    "agent/answer": Grant.ANSWER,
    "agent/keys": Grant.KEYS,
    "agent/interrupt": Grant.INTERRUPT,
    "agent/start": Grant.START,
    "agent/restart": Grant.START,
    "agent/stop": Grant.STOP,
    "agent/adopt": Grant.ADOPT,
    "agent/release": Grant.ADOPT,
    "agent/register": Grant.ADOPT,
    "agent/discover": Grant.DISCOVER,
    "rig/up": Grant.UP,
    "rig/down": Grant.DOWN,
    "rig/add": Grant.ADD,
    "rig/remove": Grant.REMOVE,
    "rig/rollback": Grant.ROLLBACK,
    "service/start": Grant.SERVICES,
    "service/stop": Grant.SERVICES,
    "service/restart": Grant.SERVICES,
}
"""The single grant that allows a method where its whole tier is not granted."""

ALONG: dict[Grant, frozenset[EdgeKind]] = {
    Grant.MESSAGE: frozenset(EdgeKind),
    Grant.OBSERVE: frozenset({EdgeKind.CAN_OBSERVE, EdgeKind.DELEGATES_TO}),
    Grant.INTERRUPT: frozenset({EdgeKind.DELEGATES_TO}),
    Grant.ASSIGN: frozenset({EdgeKind.DELEGATES_TO}),
}
"""Under `policy: edges`: what goes along which edges, from its source to its target; messages also back."""

WHOLE: dict[Grant, Tier] = {
    Grant.MESSAGE: Tier.TALK,
    Grant.OBSERVE: Tier.READ,
    Grant.INTERRUPT: Tier.STEER,
    Grant.ASSIGN: Tier.STEER,
}
"""The tier that allows it to everybody in the rig, when the file grants that."""


def granted(rig: RigRow, row: AgentRow) -> frozenset[Grant]:
    """Everything that the rig's file grants to an agent: tiers and single actions."""
    names = {"*", f"{row.pod}.*", row.place, shown(row.pod, row.member)}
    return frozenset(
        grant
        for name, given in rig.grants.items()
        if name.partition("@")[0] in names and name.partition("@")[2] in ("", rig.name)
        for grant in given
    )


def tiers_of(grants: Collection[Grant]) -> frozenset[Tier]:
    """The whole tiers among grants."""
    values = {grant.value for grant in grants}
    return frozenset(tier for tier in Tier if tier.value in values)


def connected(rig: RigRow, source: AgentRow, target: AgentRow, action: Grant) -> bool:
    """Whether an edge lets `source` do this to `target`."""
    there, back = (source.place, target.place), (target.place, source.place)
    ways = (there, back) if action is Grant.MESSAGE else (there,)
    return any(edge.kind in ALONG[action] and (edge.source, edge.target) in ways for edge in rig.edges)
