"""Where a message begins and ends in a stream; no I/O. `Content-Length` headers for LSP, lines for the plain door."""

from __future__ import annotations

import re
from typing import Final, Protocol

from ..model.errors import InvalidRequest, ParseError, PayloadTooLarge, RpcError
from . import limits

COMPACT: Final = 64 * 1024
"""Consumed bytes that are kept before the buffer is moved."""
_LENGTH: Final = re.compile(rb"[0-9]{1,19}")
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


class FrameRefused(Exception):
    """The stream can't be read any further; `error` says why."""

    def __init__(self, error: RpcError) -> None:
        super().__init__(error.message)
        self.error = error


class Framing(Protocol):
    """One direction of cutting, the other of wrapping."""

    taken: int
    """Messages given out so far."""

    @property
    def begun(self) -> int:
        """Bytes here of a message that has begun, or of several."""

    def feed(self, data: bytes) -> None:
        """Bytes came."""

    def next(self, *, final: bool = False) -> bytes | None:
        """The next whole message, or None. `final`: no more bytes will come. Raises FrameRefused."""

    def wrap(self, body: bytes) -> bytes:
        """A message as it is sent."""


class _Buffer:
    """Bytes that came and are not consumed; a slow drip costs no more than a flood."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.start = 0
        self.scanned = 0
        self.taken = 0

    @property
    def begun(self) -> int:
        return len(self.data) - self.start

    def feed(self, data: bytes) -> None:
        self.data += data

    def find(self, mark: bytes) -> int:
        """Where `mark` is, or -1; what was looked at is not looked at again."""
        found = self.data.find(mark, max(self.start, self.scanned - len(mark) + 1))
        self.scanned = len(self.data) if found < 0 else found
        return found

    def take(self, end: int, skip: int = 0) -> bytes:
        """Everything up to `end`; go on `skip` bytes behind it."""
        piece = bytes(self.data[self.start : end])
        self.start = self.scanned = end + skip
        if self.start == len(self.data):
            self.data.clear()
            self.start = self.scanned = 0
        elif self.start > COMPACT:
            del self.data[: self.start]
            self.start = self.scanned = 0
        return piece


class Lines(_Buffer):
    """NDJSON: one value a line; CR before LF and empty lines don't count."""

    def next(self, *, final: bool = False) -> bytes | None:
        """The next line that is not empty; at the stream's end also one without LF, if it closes what it opens."""
        while (end := self.find(b"\n")) >= 0:
            if end - self.start > limits.FRAME:
                raise _too_large()
            line = self.take(end, 1).strip()
            if line:
                self.taken += 1
                return line
        if self.begun > limits.FRAME:
            raise _too_large()
        if final and self.begun:
            line = self.take(len(self.data)).strip()
            if line.startswith((b"{", b"[")) and line.endswith((b"}", b"]")):
                self.taken += 1
                return line
        return None

    def wrap(self, body: bytes) -> bytes:
        return body + b"\n"


class ContentLength(_Buffer):
    """LSP's base protocol. Header names in any case, with or without space; what is ambiguous ends the connection."""

    def __init__(self) -> None:
        super().__init__()
        self._length: int | None = None

    @property
    def begun(self) -> int:
        """A header that was taken counts, though its body has not begun."""
        return super().begun + (self._length is not None)

    def next(self, *, final: bool = False) -> bytes | None:
        """The next body that is here in whole; half a one at the end of the stream is dropped."""
        if self._length is None:
            end = self.find(b"\r\n\r\n")
            if end < 0:
                self._check_begun()
                return None
            if end - self.start > limits.HEADER:
                raise _header_too_large()
            self._length = content_length(self.take(end, 4))
        if len(self.data) - self.start < self._length:
            return None
        body = self.take(self.start + self._length)
        self._length = None
        self.taken += 1
        return body

    def wrap(self, body: bytes) -> bytes:
        return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

    def _check_begun(self) -> None:
        """Refuse what can't become a header any more, without waiting for its end."""
        if self.begun > limits.HEADER:
            raise _header_too_large()
        head = self.data[self.start :]
        if b"\n" in head.replace(b"\r\n", b""):
            raise _bad_header("its lines end with LF alone")


def content_length(block: bytes) -> int:
    """The length that a header block announces. Raises FrameRefused where it is missing, doubtful or too large."""
    found: int | None = None
    for line in block.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon or b"\n" in line or b"\r" in line:
            raise _bad_header("a line is not `Name: value`")
        name, value = name.strip().lower(), value.strip()
        if name == b"content-length":
            if found is not None:
                raise _bad_header("Content-Length comes twice")
            if not _LENGTH.fullmatch(value):
                raise _bad_header("Content-Length is not a number")
            found = int(value)
        elif name == b"content-type":
            charset = _CHARSET.search(value.decode("latin-1"))
            if charset and charset[1].lower() not in ("utf-8", "utf8"):
                raise _bad_header("the charset is not utf-8")
    if found is None:
        raise _bad_header("Content-Length is missing")
    if found == 0:
        raise _bad_header("Content-Length is zero")
    if found > limits.FRAME:
        raise _too_large()
    return found


def _bad_header(why: str) -> FrameRefused:
    return FrameRefused(
        InvalidRequest("The header can't be read", why, "Send `Content-Length: N`, CR LF, CR LF, N bytes")
    )


def _header_too_large() -> FrameRefused:
    return FrameRefused(PayloadTooLarge("The header is too large", limit=limits.HEADER))


def _too_large() -> FrameRefused:
    return FrameRefused(
        PayloadTooLarge(
            "The message is too large", f"{limits.FRAME} bytes is the most", "Send less at a time", limit=limits.FRAME
        )
    )


def not_a_door(first: int) -> ParseError:
    """What a connection is told whose first byte opens no door."""
    return ParseError(
        "This is neither JSON nor an LSP header",
        f"the first byte is {first:#04x}",
        "Start with `{` or `[` and send one JSON value a line, or start with `Content-Length:`",
    )
