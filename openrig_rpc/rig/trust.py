"""Whether a person trusted what a spec would do, before it is brought up.

The hash is of exactly what the person is shown, and of the whole of what is shown in part: a change in any of it asks
again, a change in anything else doesn't.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Sequence

from ..model.errors import NeedsTrust
from ..spec.loaded import LoadedRig
from ..starters import starters
from ..store.store import Store
from ..store.writer import Tx
from .wishes import Wish, wishes


class Trust:
    """Whether the person trusted what a spec would do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def check(self, loaded: LoadedRig, actor: str) -> None:
        """Raise NeedsTrust where a spec would do what nobody trusted. What ships with us is trusted."""
        found = await asyncio.to_thread(lambda: list(wishes(loaded)))
        if not found:
            return
        digest, rig = hash_of(loaded, found), loaded.spec.name if loaded.spec else ""
        if not await self._store.desk.trusted(digest) and not await asyncio.to_thread(_ships, loaded):
            raise self.refusal(loaded, found)
        # Each by itself too, for whoever starts a single agent; and what ships stays trusted when it ships otherwise.
        new = [
            each for each in (digest, *(_one(rig, wish) for wish in found)) if not await self._store.desk.trusted(each)
        ]
        if new:
            await self._store.write(actor, lambda tx: self._all(tx, new))

    async def lacking(self, rig: str, found: Sequence[Wish]) -> Wish | None:
        """The first thing that an agent of a rig would do and that nobody trusted when the rig was brought up."""
        for wish in found:
            if not await self._store.desk.trusted(_one(rig, wish)):
                return wish
        return None

    async def _all(self, tx: Tx, hashes: Sequence[str]) -> None:
        for each in hashes:
            await self._store.desk.trust(tx, each)

    async def give(self, loaded: LoadedRig, digest: str, actor: str) -> None:
        """The person trusts what a spec would do, as they were shown it. Raises NeedsTrust where it is other now."""
        found = await asyncio.to_thread(lambda: list(wishes(loaded)))
        if found and hash_of(loaded, found) != digest:
            raise self.refusal(loaded, found)
        await self.write(digest, actor, loaded.spec.name if loaded.spec else None)

    async def write(self, digest: str, actor: str, name: str | None = None) -> None:
        """Write a hash down, with the rig's event where it is known."""
        roster = self._store.roster

        async def unit(tx: Tx) -> None:
            await self._store.desk.trust(tx, digest)
            rig = next((each for each in roster.rigs.values() if each.name == name), None)
            if rig is not None:
                summary = roster.summary(rig)
                tx.emit("rig.changed", summary, rig=rig.name, before=summary)

        await self._store.write(actor, unit)

    def refusal(self, loaded: LoadedRig, found: list[Wish]) -> NeedsTrust:
        """What a client shows the person."""
        name = loaded.spec.name if loaded.spec else ""
        digest = hash_of(loaded, found)
        return NeedsTrust(
            f"the rig {name!r} would run commands or loosen permissions, and nobody trusted that so far",
            "a file could come from anybody; what it would do is listed",
            f"if that is what you want: rig trust {digest}; then bring it up again",
            runs=[wish.shown for wish in found],
            hash=digest,
            rig=name,
        )


def hash_of(loaded: LoadedRig, found: Iterable[Wish]) -> str:
    """What is trusted: what is shown and meant, where the rig lies."""
    said = [str(loaded.root), *([wish.shown, wish.whole] for wish in found)]
    return hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()


def _one(rig: str, wish: Wish) -> str:
    return hashlib.sha256(json.dumps([rig, *wish]).encode("utf-8", "surrogatepass")).hexdigest()


def _ships(loaded: LoadedRig) -> bool:
    """Whether this is a starter's own file, unchanged."""
    path = loaded.path
    return any(each.path == path and each.path.read_text("utf-8") == loaded.text for each in starters())
