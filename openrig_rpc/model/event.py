"""Events: the numbered journal as subscribers see it. One line a kind; `data` is the whole noun afterwards."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from .agent import Agent, Prompt
from .base import Model
from .inbox import InboxItem
from .message import Message
from .rig import RigSummary
from .room import Post
from .service import Service
from .snapshot import Snapshot
from .task import Task
from .watchdog import Watchdog

Durability = Literal["mutation", "observation"]


class AgentRemoved(Model):
    """The address and id that are gone."""

    address: str
    id: str


class Steered(Model):
    """Somebody typed keys into an agent's pane on purpose; texts are told by their length alone.

    action: `interrupt`, `keys`, `answer`, or `answerWithdrawn` when the prompt changed before the key was pressed. For
    an answer: the whole `prompt` and the `answer`'s label; no keys where it went through the harness's hook.
    """

    agent: str
    action: str
    keys: list[str]
    prompt: Prompt | None = None
    answer: str | None = None


class Refusal(Model):
    """An agent asked for what it may not do; said once a minute where it asks again. `needs` as in `not-permitted`."""

    principal: str
    method: str
    why: str
    needs: str


class InboxChange(Model):
    """The item, and whether it is still open."""

    item: InboxItem
    open: bool


class DaemonState(Model):
    """Version and process id of the daemon."""

    version: str
    pid: int


class SnapshotRestored(Model):
    """Which snapshot was restored into which rig."""

    snapshot: Snapshot
    agents: list[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: mutations are kept for ever, observations are coalesced and pruned."""

    name: str
    data: type[Model]
    durability: Durability
    summary: str


def _kinds(*rows: tuple[str, type[Model], Durability, str]) -> dict[str, Kind]:
    return {name: Kind(name, data, durability, summary) for name, data, durability, summary in rows}


KINDS: dict[str, Kind] = _kinds(
    ("rig.up", RigSummary, "mutation", "A rig was brought up"),
    ("rig.down", RigSummary, "mutation", "A rig was taken down"),
    ("rig.changed", RigSummary, "mutation", "A rig's spec or trust changed"),
    ("rig.deleted", RigSummary, "mutation", "A rig was deleted; its journal stays"),
    ("agent.added", Agent, "mutation", "An agent joined a rig"),
    ("agent.removed", AgentRemoved, "mutation", "An agent left its rig"),
    ("agent.stateChanged", Agent, "observation", "An agent's state changed"),
    ("agent.promptOpened", Agent, "observation", "A prompt opened in an agent's pane"),
    ("agent.promptClosed", Agent, "observation", "The prompt in an agent's pane is over"),
    ("agent.contextChanged", Agent, "observation", "An agent's context use or cost changed"),
    ("agent.steered", Steered, "mutation", "Somebody interrupted an agent, answered its prompt, or typed raw keys"),
    ("agent.refused", Refusal, "mutation", "An agent asked for what it may not do"),
    ("message.accepted", Message, "mutation", "A message is durable"),
    ("message.held", Message, "mutation", "A message waits at the gate; `reason` says why"),
    ("message.delivering", Message, "mutation", "A message is about to be typed"),
    ("message.delivered", Message, "mutation", "A message's text is in the pane"),
    ("message.submitted", Message, "mutation", "The harness took the message"),
    ("message.failed", Message, "mutation", "A message could not be delivered"),
    ("message.expired", Message, "mutation", "A message was not delivered in time"),
    ("message.cancelled", Message, "mutation", "A message was cancelled before delivery"),
    ("message.indeterminate", Message, "mutation", "Nobody can know whether the message arrived"),
    ("inbox.changed", InboxChange, "mutation", "Something for the person came or was dealt with"),
    ("room.posted", Post, "mutation", "Somebody posted to a room"),
    ("task.created", Task, "mutation", "A task was created"),
    ("task.claimed", Task, "mutation", "A task has an owner"),
    ("task.changed", Task, "mutation", "A task changed"),
    ("snapshot.created", Snapshot, "mutation", "A snapshot was taken"),
    ("snapshot.restored", SnapshotRestored, "mutation", "A snapshot was restored"),
    ("service.changed", Service, "observation", "A service's state changed"),
    ("watchdog.fired", Watchdog, "mutation", "A watchdog nudged an agent"),
    ("system.started", DaemonState, "mutation", "The daemon started"),
    ("system.stopping", DaemonState, "mutation", "The daemon is stopping"),
)


class Event(Model):
    """One row of the journal, as listed."""

    seq: int
    time: str
    kind: str
    rig: str | None = None
    agent: str | None = None
    actor: str
    data: dict[str, Any] = Field(default_factory=dict)


class Published(Event):
    """`event/published`: an event as one subscription gets it; `prev` is the last one it was given."""

    subscription: str
    prev: int


class Lagged(Model):
    """`event/lagged`: the subscriber read too slowly; it catches up from `from`."""

    subscription: str
    since: int = Field(alias="from")


class PaneOutput(Model):
    """`agent/output`: what a watched pane printed; `gap` when something before it was dropped."""

    agent: str
    offset: int
    data: str
    gap: bool | None = None
