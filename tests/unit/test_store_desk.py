"""The desk: keys kept for ever, tokens as hashes, an inbox that is dealt with once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.methods.message import MessageSend, Sent
from openrig_rpc.model.base import stamp
from openrig_rpc.model.errors import IdempotencyConflict, NotPermitted
from openrig_rpc.model.message import Message, MessageState
from openrig_rpc.model.principal import OPERATOR, Principal, Tier
from openrig_rpc.store.desk import token_hash
from openrig_rpc.store.store import Store
from openrig_rpc.store.writer import Tx
from tests.unit.store_house import agent, item, journal, message, opened, populate, principal, rig

AGENT = principal(agent(rig(), "p", "a"))
SERVICE = Principal(kind="service", name="ci", scopes=(Tier.TALK,))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        yield store


def principal_of(store: Store, secret: str) -> Principal | None:
    token = store.desk.token(secret)
    return token.principal if token is not None else None


def request(**more: Any) -> MessageSend:
    return MessageSend.model_validate({"to": "p-a@demo", "text": "hello", "idempotencyKey": "k", **more})


async def once(
    store: Store, who: Principal, params: MessageSend, *, method: str = "message/send", error: Exception | None = None
) -> Sent:
    """What a keyed method does."""

    async def unit(tx: Tx) -> Sent:
        before = await store.desk.recall(tx, who, "k", method, params, Sent)
        if before is not None:
            return before
        sent = Sent(messages=[message(text=params.text)])
        await store.desk.remember(tx, who, "k", method, params, sent)
        if error is not None:
            raise error
        return sent

    return await store.write(str(who), unit)


async def test_the_same_request_gets_the_first_answer_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    async with opened(path) as store:
        first = await once(store, OPERATOR, request())
        assert await once(store, OPERATOR, request()) == first
    async with opened(path) as store:
        assert await once(store, OPERATOR, request()) == first


@pytest.mark.parametrize(
    "same", [{"wait": "submitted"}, {"timeoutSeconds": 3}, {"when": "auto"}, {"raw": False}, {"replyTo": None}]
)
async def test_waiting_and_defaults_make_no_other_request(store: Store, same: dict[str, Any]) -> None:
    first = await once(store, OPERATOR, request())
    assert await once(store, OPERATOR, request(**same)) == first


@pytest.mark.parametrize(
    "other",
    [
        {"text": "other"},
        {"to": "p-b@demo"},
        {"when": "now"},
        {"raw": True},
        {"replyTo": "m-1"},
        {"expiresInSeconds": 5},
    ],
)
async def test_another_request_is_a_conflict_and_changes_nothing(store: Store, other: dict[str, Any]) -> None:
    first = await once(store, OPERATOR, request())
    with pytest.raises(IdempotencyConflict):
        await once(store, OPERATOR, request(**other))
    assert await once(store, OPERATOR, request()) == first


async def test_another_method_is_a_conflict(store: Store) -> None:
    await once(store, OPERATOR, request())
    with pytest.raises(IdempotencyConflict):
        await once(store, OPERATOR, request(), method="message/broadcast")


async def test_each_principal_has_its_own_keys(store: Store) -> None:
    answers = [await once(store, who, request(text=str(who))) for who in (OPERATOR, AGENT, SERVICE)]
    assert len({answer.messages[0].id for answer in answers}) == 3
    assert [await once(store, who, request(text=str(who))) for who in (OPERATOR, AGENT, SERVICE)] == answers


async def test_twice_at_once_happens_once(store: Store) -> None:
    answers = await asyncio.gather(*(once(store, OPERATOR, request()) for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)


async def test_a_failed_first_attempt_leaves_the_key_free(store: Store) -> None:
    results = await asyncio.gather(
        once(store, OPERATOR, request(), error=NotPermitted("no")),
        once(store, OPERATOR, request(text="another")),
        return_exceptions=True,
    )
    assert isinstance(results[0], NotPermitted) and isinstance(results[1], Sent)
    with pytest.raises(IdempotencyConflict):
        await once(store, OPERATOR, request())


async def test_a_token_is_nowhere_but_its_hash(store: Store, tmp_path: Path) -> None:
    token = "s3cret-" * 6
    await store.write("daemon", lambda tx: store.desk.put_token(tx, token, AGENT, "a-1"))
    assert principal_of(store, token) == AGENT
    for file in tmp_path.iterdir():
        assert token.encode() not in file.read_bytes()
    (row,) = await store.reader.fetch("SELECT hash FROM token")
    assert row[0] == token_hash(token) != token


async def test_tokens_that_name_nobody(store: Store) -> None:
    await store.write("daemon", lambda tx: store.desk.put_token(tx, "right", SERVICE, "ci"))
    for wrong in ("", "wrong", "right ", "Right", token_hash("right"), "\0", "日本"):
        assert principal_of(store, wrong) is None
    assert principal_of(store, "right") == SERVICE


async def test_revoking(store: Store) -> None:
    async def unit(tx: Tx) -> None:
        for token, name in (("old", "operator"), ("new", "operator"), ("other", "a-1")):
            await store.desk.put_token(tx, token, OPERATOR, name)
        await store.desk.revoke_tokens(tx, "operator", but=token_hash("new"))

    told: list[frozenset[str]] = []
    store.desk.on_revoked = told.append

    def known() -> list[str]:
        return [token for token in ("old", "new", "other") if principal_of(store, token) is not None]

    await store.write("daemon", unit)
    assert known() == ["new", "other"]
    await store.write("daemon", lambda tx: store.desk.revoke_tokens(tx, "operator"))
    assert known() == ["other"]
    assert told == [frozenset({token_hash("old")[:16]}), frozenset({token_hash("new")[:16]})]


async def test_tokens_outlive_the_daemon_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    ends = stamp(datetime.now(UTC) + timedelta(hours=1))
    async with opened(path) as store:
        made = await store.write(
            "operator",
            lambda tx: store.desk.put_token(
                tx, "kept", SERVICE, "service:ci", expires_at=ends, origins=["https://a.example"]
            ),
        )
        await store.write("operator", lambda tx: store.desk.put_token(tx, "gone", SERVICE, "service:gone"))
        await store.write("operator", lambda tx: store.desk.revoke_tokens(tx, "service:gone"))
    async with opened(path) as store:
        assert store.desk.token("kept") == made
        assert store.desk.token("gone") is None
        assert list(store.desk.tokens()) == [made]


async def test_a_token_ends_by_itself(store: Store) -> None:
    past = stamp(datetime.now(UTC) - timedelta(milliseconds=1))
    await store.write("operator", lambda tx: store.desk.put_token(tx, "late", SERVICE, "service:ci", expires_at=past))
    assert store.desk.token("late") is None
    assert list(store.desk.tokens()) == []


async def test_trust_is_of_exactly_this(store: Store) -> None:
    assert not await store.desk.trusted("hash")
    for _ in range(2):
        await store.write("operator", lambda tx: store.desk.trust(tx, "hash"))
    assert await store.desk.trusted("hash") and not await store.desk.trusted("hash2")


async def test_the_inbox_is_dealt_with_once(tmp_path: Path) -> None:
    path = tmp_path / "openrig.db"
    first, second = item("m-1"), item("p-1", kind="prompt", agent="p-a@demo")
    async with opened(path) as store:
        for each in (first, second):
            await store.write("daemon", lambda tx, each=each: store.desk.put(tx, each))  # type: ignore[misc]
        assert list(store.desk.open_items.values()) == [first, second]
        assert store.desk.about("p-1") == second and store.desk.about("p-2") is None
        results = await asyncio.gather(*(store.write("operator", lambda tx: store.desk.done(tx, first)) for _ in "ab"))
        assert results == [True, False]
        assert await store.write("operator", lambda tx: store.desk.done(tx, item("m-9"))) is False
        assert list(store.desk.open_items) == [second.id]
        events = [entry.event() for entry in await journal(store)]
        assert [(each.kind, each.agent, each.data["open"], each.data["item"]["id"]) for each in events] == [
            ("inbox.changed", None, True, "i-m-1"),
            ("inbox.changed", "p-a@demo", True, "i-p-1"),
            ("inbox.changed", None, False, "i-m-1"),
        ]
    async with opened(path) as store:
        assert list(store.desk.open_items.values()) == [second]


async def held(store: Store, reason: str) -> Message:
    """A message to p-a@demo that is held for this reason, and the person knows."""
    waits = message()

    async def unit(tx: Tx) -> None:
        await store.messages.accept(tx, waits, agent_id=AGENT.agent_id, rig="demo")

    await store.write("operator", unit)
    await move(store, waits, MessageState.HELD, reason=reason)
    await store.write("daemon", lambda tx: store.desk.put(tx, item(waits.id, kind="heldLong")))
    return waits


async def move(store: Store, which: Message, state: MessageState, **changes: object) -> None:
    await store.write(
        "daemon",
        lambda tx: store.messages.move(
            tx, which, state, agent_id=AGENT.agent_id, rig="demo", expect=tuple(MessageState), **changes
        ),
    )


@pytest.mark.parametrize(
    ("state", "reason", "leaves"),
    [
        (MessageState.DELIVERING, None, True),
        (MessageState.CANCELLED, None, True),
        (MessageState.EXPIRED, "unknown", True),
        (MessageState.HELD, "busy", True),
        (MessageState.HELD, "unknown", False),
    ],
)
async def test_a_long_held_message_leaves_the_inbox_by_itself(
    store: Store, state: MessageState, reason: str | None, leaves: bool
) -> None:
    home = rig()
    await populate(store, (home, [agent(home, "p", "a")]))
    waits = await held(store, "unknown")
    assert store.desk.about(waits.id) is not None
    await move(store, waits, state, reason=reason)
    assert (store.desk.about(waits.id) is None) is leaves


async def test_an_uncertain_delivery_stays_until_a_person_says_so(store: Store) -> None:
    home = rig()
    await populate(store, (home, [agent(home, "p", "a")]))
    waits = await held(store, "unknown")
    await move(store, waits, MessageState.DELIVERING)
    uncertain = item(waits.id, kind="indeterminate").model_copy(update={"id": "i-2"})
    await store.write("daemon", lambda tx: store.desk.put(tx, uncertain))
    await move(store, waits, MessageState.INDETERMINATE, reason="nobody knows")
    assert store.desk.about(waits.id) is not None


async def test_what_a_rig_left_in_the_inbox_goes_with_it(store: Store) -> None:
    home = rig()
    sender = agent(home, "p", "a")
    await populate(store, (home, [sender]))
    mine = [item("m-1", kind="message", agent=sender.address), item("m-2", kind="indeterminate")]
    other = item("m-3").model_copy(update={"rig": "other"})
    for each in (*mine, other):
        await store.write("daemon", lambda tx, each=each: store.desk.put(tx, each))  # type: ignore[misc]
    store.roster.count_unread(sender.id, 1)
    await store.write("operator", lambda tx: store.clear_inbox(tx, "demo"))
    assert list(store.desk.open_items.values()) == [other]
    assert store.roster.unread.get(sender.id, 0) == 0
