"""The person's inbox, idempotency keys, tokens and trust: small tables, read and written as they are."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from pydantic import BaseModel

from ..model.base import now
from ..model.errors import IdempotencyConflict
from ..model.event import InboxChange
from ..model.inbox import InboxItem
from ..model.principal import Principal, Token
from .database import Reader
from .writer import Tx, to_json

R = TypeVar("R", bound=BaseModel)
ID = 16
"""Digits of a token's hash that make its id."""


class Desk:
    """Everything that is looked up by key."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.open_items: dict[str, InboxItem] = {}
        self._tokens: dict[str, Token] = {}
        self.on_revoked: Callable[[frozenset[str]], None] = lambda ids: None
        """Told the ids of tokens that were revoked, once that is durable."""
        self._about: dict[str, str] = {}

    @classmethod
    async def load(cls, reader: Reader) -> "Desk":
        """Read what is open."""
        self = cls(reader)
        for row in await reader.fetch("SELECT doc FROM inbox WHERE done_at IS NULL ORDER BY since, rowid"):
            item = InboxItem.model_validate_json(row[0])
            self._keep(item)
        for key, name, principal, at, expires_at, origins in await reader.fetch(
            "SELECT hash, name, principal, created_at, expires_at, origins FROM token WHERE revoked_at IS NULL"
        ):
            token = _token(key, name, Principal.model_validate_json(principal), at)
            token.expires_at, token.origins = expires_at, json.loads(origins)
            self._tokens[key] = token
        return self

    # Inbox.

    async def put(self, tx: Tx, item: InboxItem) -> None:
        """Something new waits for the person."""
        tx.write(
            "INSERT INTO inbox (id, rig, since, doc) VALUES (?, ?, ?, ?)",
            (item.id, item.rig, item.since, item.model_dump_json(exclude_none=True)),
        )
        tx.emit("inbox.changed", InboxChange(item=item, open=True), rig=item.rig, agent=item.agent)
        tx.after(lambda: self._keep(item))

    async def change(self, tx: Tx, item: InboxItem) -> None:
        """An open item says something else now; one that was put away stays away."""
        count = await tx.execute(
            "UPDATE inbox SET doc = ? WHERE id = ? AND done_at IS NULL",
            (item.model_dump_json(exclude_none=True), item.id),
        )
        if count == 0:
            return
        tx.emit("inbox.changed", InboxChange(item=item, open=True), rig=item.rig, agent=item.agent)
        tx.after(lambda: self._keep(item))

    async def known(self, item_id: str) -> InboxItem | None:
        """An item, open or done."""
        rows = await self._reader.fetch("SELECT doc FROM inbox WHERE id = ?", (item_id,))
        for row in rows:
            return InboxItem.model_validate_json(row[0])
        return None

    async def done(self, tx: Tx, item: InboxItem) -> bool:
        """An item is dealt with; False when it was already."""
        count = await tx.execute(
            "UPDATE inbox SET done_at = ?, done_by = ? WHERE id = ? AND done_at IS NULL", (now(), tx.actor, item.id)
        )
        if count == 0:
            return False
        tx.emit("inbox.changed", InboxChange(item=item, open=False), rig=item.rig, agent=item.agent)
        tx.after(lambda: self._drop(item))
        return True

    def about(self, ref: str) -> InboxItem | None:
        """The open item about a prompt, message or task; the newest of several."""
        return self.open_items.get(self._about.get(ref, ""))

    def _keep(self, item: InboxItem) -> None:
        self.open_items[item.id] = item
        self._about[item.ref] = item.id

    def _drop(self, item: InboxItem) -> None:
        self.open_items.pop(item.id, None)
        if self._about.get(item.ref) == item.id:
            del self._about[item.ref]

    # Idempotency.

    async def recall(
        self, tx: Tx, principal: Principal, key: str, method: str, request: BaseModel, result: type[R]
    ) -> R | None:
        """The answer that this key got before, None when it is new, IdempotencyConflict when it was for another."""
        rows = await tx.fetch(
            "SELECT digest, result FROM idempotency WHERE principal = ? AND key = ?", (str(principal), key)
        )
        for stored, answer in rows:
            if stored != _request_digest(method, request):
                raise IdempotencyConflict(
                    f"the idempotency key {key!r} was used for another request",
                    "a key names one request for ever",
                    "send the same request with it, or another key",
                )
            return result.model_validate_json(answer)
        return None

    async def remember(
        self, tx: Tx, principal: Principal, key: str, method: str, request: BaseModel, result: BaseModel
    ) -> None:
        """Keep the first answer to a key."""
        tx.write(
            "INSERT INTO idempotency (principal, key, method, digest, result, at) VALUES (?, ?, ?, ?, ?, ?)",
            (str(principal), key, method, _request_digest(method, request), to_json(result).decode(), now()),
        )

    # Tokens: only their hashes are here; those that live are in memory, so that nobody waits for a disk to be refused.

    async def put_token(
        self,
        tx: Tx,
        secret: str,
        principal: Principal,
        name: str,
        *,
        expires_at: str | None = None,
        origins: Sequence[str] = (),
    ) -> Token:
        """`secret` names `principal` from now on."""
        key = token_hash(secret)
        token = _token(key, name, principal, now())
        token.expires_at, token.origins = expires_at, list(origins)
        tx.write(
            "INSERT OR REPLACE INTO token (hash, principal, name, created_at, expires_at, origins)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                key,
                principal.model_dump_json(exclude_none=True),
                name,
                token.created_at,
                expires_at,
                json.dumps(token.origins),
            ),
        )
        tx.after(lambda: self._tokens.update({key: token}))
        return token

    async def revoke_tokens(self, tx: Tx, name: str, *, but: str | None = None) -> None:
        """End every token of that name, but one (its hash)."""
        at = now()
        tx.write(
            "UPDATE token SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL AND hash IS NOT ?", (at, name, but)
        )
        tx.after(
            lambda: self._forget([key for key, token in self._tokens.items() if token.name == name and key != but])
        )

    async def revoke_token(self, tx: Tx, token: Token) -> None:
        """End one token."""
        keys = [key for key, each in self._tokens.items() if each.id == token.id]
        for key in keys:
            tx.write("UPDATE token SET revoked_at = ? WHERE hash = ? AND revoked_at IS NULL", (now(), key))
        tx.after(lambda: self._forget(keys))

    def token(self, secret: str) -> Token | None:
        """The token with that secret, as long as it lives. Found by its hash, so that time tells nothing of it."""
        token = self._tokens.get(token_hash(secret))
        return token if token is not None and _lives(token) else None

    def tokens(self) -> Iterator[Token]:
        """Every token that lives, oldest first."""
        return iter(sorted(filter(_lives, self._tokens.values()), key=lambda token: token.created_at))

    def _forget(self, keys: list[str]) -> None:
        gone = [self._tokens.pop(key) for key in keys if key in self._tokens]
        if gone:
            self.on_revoked(frozenset(token.id for token in gone))

    # Trust.

    async def trusted(self, spec_hash: str) -> bool:
        """Whether a person trusted exactly this."""
        rows = await self._reader.fetch("SELECT 1 FROM trust WHERE hash = ?", (spec_hash,))
        return bool(list(rows))

    async def trust(self, tx: Tx, spec_hash: str) -> None:
        """A person trusts exactly this from now on."""
        tx.write("INSERT OR IGNORE INTO trust (hash, actor, at) VALUES (?, ?, ?)", (spec_hash, tx.actor, now()))


def token_hash(secret: str) -> str:
    """What is stored of a token (32 random bytes, so one round is enough)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _token(key: str, name: str, principal: Principal, created_at: str) -> Token:
    return Token(id=key[:ID], name=name, principal=principal, created_at=created_at)


def _lives(token: Token) -> bool:
    return token.expires_at is None or token.expires_at > now()


def _request_digest(method: str, request: BaseModel) -> str:
    waiting = {"wait", "timeout_seconds", "idempotency_key"}
    body = request.model_dump_json(by_alias=True, exclude_none=True, exclude=waiting)
    return hashlib.sha256(f"{method}\0{body}".encode()).hexdigest()
