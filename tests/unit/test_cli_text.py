"""Nothing that others wrote can do anything to a terminal."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.cli import text

WILD = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("\x1b\x07\x08\r\n\t\x00\x7f\x9b\x9d\u202e\u2066[]0;1mKHJPX\\"),
    )
)
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@given(WILD)
def test_no_control_character_is_left(wild: str) -> None:
    assert not OBEYED.search(text.block(wild))
    assert not OBEYED.search(text.line(wild))
    assert "\n" not in text.line(wild) and "\t" not in text.line(wild)


@given(WILD)
def test_colours_and_nothing_else(wild: str) -> None:
    for line in text.coloured(wild):
        assert not OBEYED.search(re.sub(r"\x1b\[[0-9;:]*m", "", line))


@given(WILD)
def test_json_stays_the_same_value(wild: str) -> None:
    written = text.json_safe(json.dumps({"text": wild}, ensure_ascii=False))
    assert not OBEYED.search(written)
    assert json.loads(written) == {"text": wild}


@given(WILD, st.lists(st.integers(0, 200)))
def test_a_stream_cut_anywhere_is_safe(wild: str, cuts: list[int]) -> None:
    strip, out, begun = text.Stripper(), "", 0
    for end in [*sorted(cut for cut in cuts if cut < len(wild)), len(wild)]:
        out += strip.feed(wild[begun:end])
        begun = end
    assert not OBEYED.search(out)


ROUGH = "a\x1b[31mred\x1b[0m\r\n\x1b]0;title\x07b\x1b]52;c;AAAA\x1b\\c\x1bP1$r\x1b\\d\x1b(Be\x1b[?1049hf\x1b7g\x1b=h"


def test_sequences_go_however_they_are_cut() -> None:
    for size in range(1, len(ROUGH) + 1):
        strip = text.Stripper()
        parts = [strip.feed(ROUGH[n : n + size]) for n in range(0, len(ROUGH), size)]
        assert "".join(parts) == "ared\nbcdefgh", size


def test_an_endless_sequence_does_not_swallow_the_rest() -> None:
    strip = text.Stripper()
    assert strip.feed("\x1b]" + "x" * 10_000) == ""
    assert strip.feed("after") == "after"


def test_attributes_run_on_line_by_line() -> None:
    first, second, third = text.coloured("\x1b[1mbold\nstill\x1b[0m plain\nplain")
    assert first == "\x1b[1mbold\x1b[0m"
    assert second == "\x1b[1mstill\x1b[0m plain"
    assert third == "plain"


def test_sequences_that_only_look_like_colours_are_shown() -> None:
    assert text.coloured("\x1b[>4;1m\x1b[2J") == ["␛[>4;1m␛[2J"]


@pytest.mark.parametrize(
    ("words", "columns", "cut"),
    [("hello", 5, "hello"), ("hello!", 5, "hell…"), ("日本語", 5, "日本…"), ("日本語", 6, "日本語"), ("ab", 0, "")],
)
def test_columns(words: str, columns: int, cut: str) -> None:
    assert text.cut(words, columns) == cut
    assert text.width(text.cut(words, columns)) <= columns
    assert text.width(text.pad(words, 9)) == 9
