"""What an agent's pane printed, by byte offset."""

from .base import Model


class Transcript(Model):
    """A piece of a transcript: `text` covers bytes `offset` up to `nextOffset`."""

    agent: str
    offset: int
    next_offset: int
    text: str
    truncated: bool = False


class Hit(Model):
    """A ranked search hit."""

    agent: str
    offset: int
    at: str | None = None
    excerpt: str
    rank: float
