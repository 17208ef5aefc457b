"""Messages: durable before answered, typed at most once."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ..model.base import Model, Params, Read
from ..model.message import Message, MessageState, WaitFor, When
from ..model.principal import Tier
from ..rpc import Context, planned
from .shapes import AddressText, Key, Listed, Page, Seconds

Text = Annotated[str, StringConstraints(min_length=1)]


class Outgoing(Params):
    """What a send and a broadcast have in common."""

    text: Text
    when: When = "auto"
    reply_to: str | None = None
    raw: bool = False
    expires_in_seconds: Annotated[float, Field(gt=0)] | None = None
    wait: WaitFor = "accepted"
    timeout_seconds: Seconds = 30
    idempotency_key: Key | None = None


class MessageSend(Outgoing):
    """To an address, a group, a comma list, or `human@rig`."""

    to: AddressText


class MessageBroadcast(Outgoing):
    """To everybody in a rig or pod: the sender's own rig unless one is named."""

    rig: str | None = None
    pod: str | None = None


class Sent(Model):
    """One message a recipient; `timedOut` when `wait` was not reached in time."""

    messages: list[Message]
    timed_out: bool | None = None


class MessageRef(Params):
    """A message by id."""

    id: str


class MessageResult(Read):
    """One message with its receipt."""

    message: Message


class MessageList(Page):
    """Newest first; to or from an agent, of a rig, in a state."""

    agent: str | None = None
    rig: str | None = None
    state: MessageState | None = None


class Messages(Listed):
    """A page of messages."""

    messages: list[Message]


@planned("message/send", Tier.TALK, keyed=True, waits=True)
async def send(ctx: Context, params: MessageSend) -> Sent:
    """Send a text to agents or to the person; answered when it is durable.

    It is typed into the recipient's pane when its gate opens, and never twice. `wait` waits for more than
    `accepted`, at most `timeoutSeconds`; when that ends, the delivery goes on.
    """
    raise NotImplementedError


@planned("message/broadcast", Tier.TALK, keyed=True, waits=True)
async def broadcast(ctx: Context, params: MessageBroadcast) -> Sent:
    """Send a text to every agent of a rig or a pod but the sender."""
    raise NotImplementedError


@planned("message/get", Tier.READ)
async def get(ctx: Context, params: MessageRef) -> MessageResult:
    """One message with its receipt."""
    raise NotImplementedError


@planned("message/list", Tier.READ)
async def list_messages(ctx: Context, params: MessageList) -> Messages:
    """Messages, newest first."""
    raise NotImplementedError


@planned("message/cancel", Tier.TALK)
async def cancel(ctx: Context, params: MessageRef) -> MessageResult:
    """Take back a message that has not been typed yet."""
    raise NotImplementedError


@planned("message/retry", Tier.STEER)
async def retry(ctx: Context, params: MessageRef) -> MessageResult:
    """Deliver an indeterminate, failed or expired message again, on a person's word."""
    raise NotImplementedError
