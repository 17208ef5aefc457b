"""What agents' panes printed."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ..model.base import Params, Read
from ..model.principal import Tier
from ..model.transcript import Hit, Transcript
from ..rpc import Context, planned
from .shapes import AddressText, Limit


class TranscriptRead(Params):
    """From byte `offset`, or the last `lines`."""

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


@planned("transcript/read", Tier.READ)
async def read(ctx: Context, params: TranscriptRead) -> TranscriptResult:
    """What an agent's pane printed, by offset."""
    raise NotImplementedError


@planned("transcript/search", Tier.READ)
async def search(ctx: Context, params: TranscriptSearch) -> Hits:
    """Search what agents printed and said."""
    raise NotImplementedError
