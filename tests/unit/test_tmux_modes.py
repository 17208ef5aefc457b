"""Bracketed paste and bells, out of a pane's raw output, however it is cut into pieces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openrig_rpc.tmux.modes import Tracker
from openrig_rpc.tmux.pane import Modes

ON, OFF = b"\x1b[?2004h", b"\x1b[?2004l"

SEEN: list[tuple[bytes, Modes]] = [
    (b"plain text \xf0\x9f\x98\x80\n", Modes()),
    (ON, Modes(True)),
    (ON + b"text" + OFF, Modes(False)),
    (b"\x1b[?1;2004;25h", Modes(True)),
    (b"\x1b[?12004h", Modes()),
    (b"\x1b[?2004$p", Modes()),
    (b"\x1b[2004h", Modes()),
    (ON + b"\x1bc", Modes(False)),
    (b"\x07", Modes(None, 1)),
    (b"a\x07b\x07", Modes(None, 2)),
    (b"\x1b]0;title\x07", Modes()),
    (b"\x1b]0;title\x1b\\\x07", Modes(None, 1)),
    (b"\x1b]0;title" + ON, Modes(True)),
    (b"\x1bPq#0\x1b[?2004h\x07\x1b\\", Modes()),
    (b"\x1bPdata\x1b\\" + ON, Modes(True)),
    (b"\x1b_apc " + OFF, Modes(False)),
    (b"\x1bkname\x1b\\" + ON, Modes(True)),
    (b"\x1b]52;c;\x18\x07", Modes(None, 1)),
    (b"\x1b\x1b[?2004h", Modes(True)),
    (b"\x1b[?20\x1b[?2004h", Modes(True)),
]


@pytest.mark.parametrize(("output", "modes"), SEEN)
def test_whole(output: bytes, modes: Modes) -> None:
    tracker = Tracker()
    assert tracker.feed(output) is (modes != Modes())
    assert tracker.modes == modes


@pytest.mark.parametrize(("output", "modes"), SEEN)
def test_cut_everywhere(output: bytes, modes: Modes) -> None:
    for cut in range(len(output) + 1):
        tracker = Tracker()
        tracker.feed(output[:cut])
        tracker.feed(output[cut:])
        assert tracker.modes == modes, cut


@settings(deadline=None)
@given(st.lists(st.sampled_from([output for output, _ in SEEN])), st.lists(st.integers(0, 200)))
def test_pieces_make_no_difference(outputs: list[bytes], cuts: list[int]) -> None:
    output = b"".join(outputs)
    whole, pieces = Tracker(), Tracker()
    whole.feed(output)
    ends = sorted({min(cut, len(output)) for cut in cuts} | {len(output)})
    for begin, end in zip([0, *ends], ends, strict=False):
        pieces.feed(output[begin:end])
    assert pieces.modes == whole.modes


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40)))
def test_any_bytes_are_survived(pieces: list[bytes]) -> None:
    tracker = Tracker(Modes(True, 3))
    for piece in pieces:
        tracker.feed(piece)
    assert tracker.bells >= 3


def test_says_only_when_something_changed() -> None:
    tracker = Tracker(Modes(True))
    assert not tracker.feed(ON)
    assert tracker.feed(OFF)
    assert not tracker.feed(OFF + b"more")


def test_nothing_half_read_goes_on_after_a_gap() -> None:
    tracker = Tracker(Modes(False))
    tracker.feed(b"\x1b]0;a title that never")
    tracker.gap()
    assert tracker.feed(ON)
    tracker.feed(b"\x1b[?200")
    tracker.gap()
    assert not tracker.feed(b"4l")
    assert tracker.modes == Modes(True)
