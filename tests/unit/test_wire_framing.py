"""Framing alone: the same messages however the stream is cut, at a cost that does not grow with the cuts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.wire import limits
from openrig_rpc.wire.framing import COMPACT, ContentLength, FrameRefused, Framing, Lines, content_length

BODIES = st.lists(st.binary(min_size=1, max_size=40), max_size=8)
CUTS = st.lists(st.integers(0, 400), max_size=8)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    return [data[a:b] for a, b in pairwise(places)]


def read(framing: Framing, data: bytes, cuts: list[int]) -> list[bytes]:
    found = []
    for piece in pieces(data, cuts):
        framing.feed(piece)
        while (message := framing.next()) is not None:
            found.append(message)
    return found


@given(bodies=BODIES, cuts=CUTS)
def test_frames_come_out_as_they_went_in(bodies: list[bytes], cuts: list[int]) -> None:
    framing = ContentLength()
    assert read(framing, b"".join(framing.wrap(body) for body in bodies), cuts) == bodies
    assert framing.begun == 0
    assert framing.taken == len(bodies)


@given(bodies=BODIES, cuts=CUTS, end=st.sampled_from([b"\n", b"\r\n", b"\n\n", b" \n"]))
def test_lines_come_out_as_they_went_in(bodies: list[bytes], cuts: list[int], end: bytes) -> None:
    lines = [b"x" + body.replace(b"\n", b"") + b"x" for body in bodies]
    framing = Lines()
    assert read(framing, b"".join(line + end for line in lines), cuts) == lines
    assert framing.begun == 0


@given(data=st.binary(max_size=300), cuts=CUTS)
def test_any_bytes_are_cut_or_refused(data: bytes, cuts: list[int]) -> None:
    for framing in (Lines(), ContentLength()):
        try:
            read(framing, data, cuts)
        except FrameRefused as refused:
            assert refused.error.what
        assert framing.begun <= len(data) + 1


@pytest.mark.parametrize("framing", [Lines(), ContentLength()])
def test_what_was_taken_is_not_kept(framing: Lines | ContentLength) -> None:
    message = framing.wrap(b"x" * 1000)
    for _ in range(1000):
        framing.feed(message * 3)
        assert [framing.next() for _ in range(3)] == [b"x" * 1000] * 3
        framing.feed(message[:10])
        assert framing.next() is None
        framing.feed(message[10:])
        assert framing.next() == b"x" * 1000
    assert len(framing.data) < COMPACT + 10_000


def test_a_long_line_is_searched_once() -> None:
    framing = Lines()
    for _ in range(1000):
        framing.feed(b"x" * 1000)
        assert framing.next() is None
        assert framing.scanned == len(framing.data)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (b'{"a":1}', True),
        (b"[1]", True),
        (b' {"a":1} ', True),
        (b'{"a":', False),
        (b"12", False),
        (b"", False),
        (b" ", False),
    ],
)
def test_a_last_line_without_an_end(line: bytes, kept: bool) -> None:
    framing = Lines()
    framing.feed(b"[]\n" + line)
    assert framing.next() == b"[]"
    assert framing.next() is None
    assert (framing.next(final=True) is not None) == kept
    assert framing.next(final=True) is None


def test_a_header_without_its_body_has_begun() -> None:
    framing = ContentLength()
    framing.feed(b"Content-Length: 3\r\n\r\n")
    assert framing.next() is None
    assert framing.begun
    framing.feed(b"{}\n")
    assert framing.next() == b"{}\n"
    assert not framing.begun


def test_the_largest_length() -> None:
    assert content_length(b"Content-Length: %d" % limits.FRAME) == limits.FRAME
    with pytest.raises(FrameRefused):
        content_length(b"Content-Length: %d" % (limits.FRAME + 1))
