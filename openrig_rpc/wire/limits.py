"""How much one client may ask for, keep waiting or leave unread. Bytes and seconds unless said otherwise."""

from typing import Final

FRAME: Final = 8 * 1024 * 1024
"""The largest message (PROTOCOL.md)."""
HEADER: Final = 8 * 1024
"""The largest LSP header block."""
NESTING: Final = 64
"""The deepest JSON, in levels (PROTOCOL.md)."""
NODES: Final = 10_000
"""The most values one request's params may hold; each of them could become a named error."""
BATCH: Final = 1_000
"""The most members of one batch."""

QUEUE: Final = 128
"""Requests of one connection that may wait to start; then it is not read."""
QUEUE_BYTES: Final = 2 * FRAME
"""The size of these."""
WAITING: Final = 1_000
"""Requests of one connection that have started and wait for something."""

HIGH_WATER: Final = 1024 * 1024
"""Unread output above which a client counts as slow: it is not read, and gets no events."""
LOW_WATER: Final = 256 * 1024
"""Unread output below which it doesn't any more."""
HARD_CAP: Final = 64 * 1024 * 1024
"""Unread output above which a client is cut."""

FRAME_SECONDS: Final = 10.0
"""How long a begun message may take to come in whole,"""
FRAME_RATE: Final = 64 * 1024
"""plus the time it takes at this rate (bytes a second)."""
HELLO_SECONDS: Final = 5.0
"""Where the peer is unknown: how long it may take to say who it is (PROTOCOL.md)."""
HTTP_SECONDS: Final = 30.0
"""How long an answer by HTTP may be waited for (PROTOCOL.md)."""
LINGER_SECONDS: Final = 5.0
"""How long the last replies may take to be read."""
REFUSED_SECONDS: Final = 1.0
"""How long what a refused client still sends is thrown away, so that it can read why."""
STRANGERS: Final = 128
"""Connections at a time that have not said who they are."""
FAILURES: Final = 10
"""Wrong tokens a peer may send in a minute."""
