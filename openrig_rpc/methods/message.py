"""Messages: durable before answered, typed at most once."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ..delivery.post import Letter
from ..delivery.text import clean
from ..model.address import HUMAN
from ..model.base import Model, Params, Read
from ..model.errors import MessageNotFound, NotPermitted, TransitionRefused
from ..model.message import Message, MessageState, WaitFor, When
from ..model.principal import Tier
from ..rpc import Context, method
from ..store.writer import Tx
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


@method("message/send", Tier.TALK, keyed=True, waits=True)
async def send(ctx: Context, params: MessageSend) -> Sent:
    """Send a text to agents or to the person; answered when it is durable.

    It is typed into the recipient's pane when its gate opens, and never twice. `wait` waits for more than
    `accepted`, at most `timeoutSeconds`; when that ends, the delivery goes on.
    """
    if params.reply_to is not None:
        before = await ctx.engine.store.messages.get(params.reply_to)
        # Where the rig goes by edges: who was written to may answer, edge or not.
        asked = before.sender if before is not None and before.to == ctx.principal.name else None
        ctx.engine.policy.check_edges(ctx.principal, "message/send", params, but=asked)
    letter = Letter(clean(params.text), params.when, params.reply_to, params.raw, params.expires_in_seconds)
    return await _send(ctx, "message/send", params, letter, params.to)


@method("message/broadcast", Tier.TALK, keyed=True, waits=True)
async def broadcast(ctx: Context, params: MessageBroadcast) -> Sent:
    """Send a text to every agent of a rig or a pod but the sender."""
    letter = Letter(clean(params.text), params.when, params.reply_to, params.raw, params.expires_in_seconds)
    group = f"{params.pod}.*" if params.pod is not None else "*"
    to = f"{group}@{params.rig}" if params.rig is not None else group
    return await _send(ctx, "message/broadcast", params, letter, to)


@method("message/get", Tier.READ)
async def get(ctx: Context, params: MessageRef) -> MessageResult:
    """One message with its receipt."""
    return MessageResult(seq=ctx.engine.store.seq, message=await _one(ctx, params.id))


@method("message/list", Tier.READ)
async def list_messages(ctx: Context, params: MessageList) -> Messages:
    """Messages, newest first."""
    own = ctx.engine.store.roster.rig_of(ctx.principal)
    rig = own.name if own is not None else params.rig
    address = params.agent
    if address is not None and not address.startswith(HUMAN):
        address = ctx.engine.directory.agent(address, ctx.principal).address
    before = int(params.cursor) if params.cursor is not None and params.cursor.isdigit() else None
    found = await ctx.engine.store.messages.find(
        address=address, rig=rig, state=params.state, before=before, limit=params.limit
    )
    return Messages(
        seq=ctx.engine.store.seq,
        messages=[message for _, message in found],
        next_cursor=str(found[-1][0]) if len(found) == params.limit else None,
    )


@method("message/cancel", Tier.TALK)
async def cancel(ctx: Context, params: MessageRef) -> MessageResult:
    """Take back a message that has not been typed yet."""
    message = await _one(ctx, params.id)
    if ctx.principal.kind == "agent" and message.sender != ctx.principal.name:
        raise NotPermitted(
            f"{ctx.principal} did not send {message.id}",
            "an agent takes back its own messages only",
            "ask its sender, or the person",
            needs="sender",
        )
    row = next((each for each in ctx.engine.store.roster.each() if each.address == message.to), None)
    moved = await ctx.engine.post.cancel(message, row, ctx.actor)
    if moved is None and message.state is not MessageState.CANCELLED:
        raise TransitionRefused(
            f"{message.id} is {message.state.value}",
            "only a message that was not typed yet can be taken back",
            "nothing to do" if message.state is MessageState.SUBMITTED else "look at the agent: rig attach",
            state=message.state.value,
        )
    return MessageResult(seq=ctx.engine.store.seq, message=moved or message)


@method("message/retry", Tier.STEER)
async def retry(ctx: Context, params: MessageRef) -> MessageResult:
    """Deliver an indeterminate, failed or expired message again, on a person's word.

    It keeps its id, and waits at the gate like a new one, without an end. One that waits already, or is on its way, is
    left as it is.
    """
    message = await _one(ctx, params.id)
    if ctx.principal.kind == "agent":
        raise NotPermitted(
            f"{ctx.principal} may not retry {message.id}",
            "nobody but the person can know whether it arrived",
            "ask the person to do it: human@RIG",
            needs="operator",
        )
    again = await ctx.engine.post.retry(message, ctx.actor)
    return MessageResult(seq=ctx.engine.store.seq, message=again)


async def _send(ctx: Context, name: str, params: Outgoing, letter: Letter, address: str) -> Sent:
    store, key = ctx.engine.store, params.idempotency_key

    async def unit(tx: Tx) -> Sent:
        if key is not None:
            before = await store.desk.recall(tx, ctx.principal, key, name, params, Sent)
            if before is not None:
                return before  # Whoever has left since: the same request gets its first answer.
        to = ctx.engine.directory.recipients(address, ctx.principal)
        sent = Sent(messages=await ctx.engine.post.accept(tx, letter, to, ctx.principal))
        if key is not None:
            await store.desk.remember(tx, ctx.principal, key, name, params, sent)
        return sent

    sent = await store.write(ctx.actor, unit)
    if params.wait == "accepted":
        return sent
    ctx.release()
    ids = [message.id for message in sent.messages]
    messages, late = await ctx.engine.post.reach(ids, params.wait, params.timeout_seconds)
    return Sent(messages=messages, timed_out=late or None)


async def _one(ctx: Context, message_id: str) -> Message:
    """A message that the caller may see."""
    found = await ctx.engine.store.messages.get(message_id)
    if found is None:
        raise MessageNotFound(f"there is no message {message_id!r}", "no such id", "see them: rig messages")
    ctx.engine.policy.within(ctx.principal, found.to.rpartition("@")[2], "message/get")
    return found
