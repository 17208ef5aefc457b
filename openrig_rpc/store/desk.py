"""The person's inbox, idempotency keys, tokens and trust: small tables, read and written as they are."""

import hashlib
from typing import TypeVar

from pydantic import BaseModel

from ..model.base import now
from ..model.errors import IdempotencyConflict
from ..model.event import InboxChange
from ..model.inbox import InboxItem
from ..model.principal import Principal
from .database import Reader
from .writer import Tx, to_json

R = TypeVar("R", bound=BaseModel)


class Desk:
    """Everything that is looked up by key."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.open_items: dict[str, InboxItem] = {}
        self._about: dict[str, str] = {}

    @classmethod
    async def load(cls, reader: Reader) -> "Desk":
        """Read what is open."""
        self = cls(reader)
        for row in await reader.fetch("SELECT doc FROM inbox WHERE done_at IS NULL ORDER BY since, rowid"):
            item = InboxItem.model_validate_json(row[0])
            self._keep(item)
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

    # Tokens: only their hashes are here.

    async def put_token(self, tx: Tx, token: str, principal: Principal, name: str) -> None:
        """A token names `principal` from now on."""
        tx.write(
            "INSERT OR REPLACE INTO token (hash, principal, name, created_at) VALUES (?, ?, ?, ?)",
            (token_hash(token), principal.model_dump_json(exclude_none=True), name, now()),
        )

    async def revoke_tokens(self, tx: Tx, name: str, *, but: str | None = None) -> None:
        """End every token of that name, but one (its hash)."""
        tx.write(
            "UPDATE token SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL AND hash IS NOT ?",
            (now(), name, but),
        )

    async def principal_of(self, token: str) -> Principal | None:
        """Whom a token names; None when nobody. Looked up by its hash, so that time tells nothing of the token."""
        rows = await self._reader.fetch(
            "SELECT principal FROM token WHERE hash = ? AND revoked_at IS NULL", (token_hash(token),)
        )
        for row in rows:
            return Principal.model_validate_json(row[0])
        return None

    # Trust.

    async def trusted(self, spec_hash: str) -> bool:
        """Whether a person trusted exactly this."""
        rows = await self._reader.fetch("SELECT 1 FROM trust WHERE hash = ?", (spec_hash,))
        return bool(list(rows))

    async def trust(self, tx: Tx, spec_hash: str) -> None:
        """A person trusts exactly this from now on."""
        tx.write("INSERT OR IGNORE INTO trust (hash, actor, at) VALUES (?, ?, ?)", (spec_hash, tx.actor, now()))


def token_hash(token: str) -> str:
    """What is stored of a token (32 random bytes, so one round is enough)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _request_digest(method: str, request: BaseModel) -> str:
    waiting = {"wait", "timeout_seconds", "idempotency_key"}
    body = request.model_dump_json(by_alias=True, exclude_none=True, exclude=waiting)
    return hashlib.sha256(f"{method}\0{body}".encode()).hexdigest()
