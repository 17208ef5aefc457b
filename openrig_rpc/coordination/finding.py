"""Searching transcripts: what was printed since the last search is indexed first, so that printing costs nothing."""

import asyncio
from collections.abc import Sequence

from ..model.transcript import Hit
from ..store.search import Search
from .transcripts import Transcripts, plain

SHORT = 2
"""Characters of a line that is not worth finding."""
LINE = 4000
"""Characters of a line that are looked at."""


class Finding:
    """Searches what agents' panes printed."""

    def __init__(self, transcripts: Transcripts, search: Search) -> None:
        self._transcripts = transcripts
        self._search = search
        self._lock = asyncio.Lock()

    async def find(self, query: str, agents: dict[str, str], limit: int) -> list[Hit]:
        """Lines of these agents (id to address) that fit, the best first; of lines that are alike, one.

        Raises InvalidParams, Storage.
        """
        async with self._lock:
            await asyncio.to_thread(self._catch_up, list(agents))
            found = await asyncio.to_thread(self._search.find, query, list(agents), limit)
        return [
            Hit(agent=agents[each.agent_id], offset=each.offset, excerpt=each.excerpt, rank=each.rank) for each in found
        ]

    def _catch_up(self, agent_ids: Sequence[str]) -> None:
        for agent_id in agent_ids:
            upto = since = self._search.upto(agent_id)
            # A screen that is drawn again prints its lines again.
            known: dict[str, None] = {}
            while True:
                raw = self._transcripts.whole_lines(agent_id, upto)
                if raw.first > since and upto == since:
                    self._search.forget(agent_id, raw.first)
                if not raw.lines:
                    break
                fresh = [(offset, text) for offset, line in raw.lines if (text := _worth(line, known))]
                if not self._search.add(agent_id, upto, fresh, raw.next_offset):
                    break
                upto = raw.next_offset


def _worth(line: bytes, known: dict[str, None]) -> str | None:
    """A line's text, where it has one that was not just there."""
    text = plain(line).strip()[:LINE]
    if len(text) <= SHORT or text in known:
        return None
    known[text] = None
    if len(known) > 500:
        del known[next(iter(known))]
    return text
