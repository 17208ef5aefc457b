"""What agents' panes printed."""

import asyncio
from typing import Annotated

from pydantic import Field, StringConstraints

from ..model.base import Params, Read
from ..model.principal import Tier
from ..model.transcript import Hit, Transcript
from ..rpc import Context, method
from .shapes import AddressText, Limit


class TranscriptRead(Params):
    """From byte `offset`, at most so many `lines`; without it the last `lines` (200)."""

    agent: AddressText
    offset: Annotated[int, Field(ge=0)] | None = None
    lines: Annotated[int, Field(ge=1, le=10_000)] | None = None


class TranscriptResult(Read):
    """A piece of a transcript."""

    transcript: Transcript


class TranscriptSearch(Params):
    """Words, as SQLite's FTS5 reads them."""

    query: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    rig: str | None = None
    agent: str | None = None
    limit: Limit = 50


class Hits(Read):
    """Ranked hits."""

    hits: list[Hit]


@method("transcript/read", Tier.READ)
async def read(ctx: Context, params: TranscriptRead) -> TranscriptResult:
    """What an agent's pane printed, by offset.

    Offsets count the pane's bytes, as those of `agent/watch` do, and go on after a restart; `text` is without escape
    sequences, and without secrets of known shapes. Go on from `nextOffset`. What is very old is gone: then `offset` is
    the first that is kept.
    """
    row = ctx.engine.directory.agent(params.agent, ctx.principal)
    ctx.release()
    found = await asyncio.to_thread(ctx.engine.transcripts.read, row.id, params.offset, params.lines)
    transcript = Transcript(
        agent=row.address,
        offset=found.offset,
        next_offset=found.next_offset,
        text=found.text,
        truncated=found.truncated,
    )
    return TranscriptResult(seq=ctx.engine.store.seq, transcript=transcript)


@method("transcript/search", Tier.READ)
async def search(ctx: Context, params: TranscriptSearch) -> Hits:
    """Search what agents' panes printed; the best lines first.

    `rank` is lower the better a line fits; `offset` is where it begins: read on from there with `transcript/read`. What
    was printed since the last search is indexed first, which takes a while where it is much.
    """
    engine = ctx.engine
    if params.agent is not None:
        rows = [engine.directory.agent(params.agent, ctx.principal)]
    else:
        rigs = list(engine.store.roster.visible(ctx.principal))
        if params.rig is not None:
            rigs = [engine.directory.rig(params.rig)]
        rows = [row for rig in rigs for row in engine.store.roster.members(rig.id)]
    ctx.release()
    hits = await engine.finding.find(params.query, {row.id: row.address for row in rows}, params.limit)
    return Hits(seq=engine.store.seq, hits=hits)
