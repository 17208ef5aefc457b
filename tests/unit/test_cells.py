"""Captured text read as cells, without tmux: every attribute, and anything else that may come."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.observe.cells import PLAIN, Row, Run, Style, parse, restyled


def only(text: str) -> Row:
    rows = parse(text)
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    ("codes", "style"),
    [
        ("", PLAIN),
        ("0", PLAIN),
        ("1", Style(bold=True)),
        ("2", Style(dim=True)),
        ("1;2;22", PLAIN),
        ("0;2", Style(dim=True)),
        ("3;4;7;8;9", Style(italic=True, underline=True, inverse=True, hidden=True, struck=True)),
        ("3;4;7;8;9;23;24;27;28;29", PLAIN),
        ("4:3", Style(underline=True)),
        ("4;4:0", PLAIN),
        ("21", Style(underline=True)),
        ("31;42", Style(foreground=1, background=2)),
        ("97;107", Style(foreground=15, background=15)),
        ("38;5;153;1", Style(foreground=153, bold=True)),
        ("38;2;1;2;3;48;5;7", Style(foreground=(1, 2, 3), background=7)),
        ("38:2::1:2:3", Style(foreground=(1, 2, 3))),
        ("38:2:1:2:3", Style(foreground=(1, 2, 3))),
        ("48:5:9", Style(background=9)),
        ("58;5;3;2", Style(dim=True)),
        ("58:2::1:2:3;1", Style(bold=True)),
        ("31;39;42;49", PLAIN),
        ("38", PLAIN),
        ("38;5", PLAIN),
        ("38;9;1", PLAIN),
        ("5;25;53;99;7", Style(inverse=True)),
        ("1" * 5000, PLAIN),
    ],
)
def test_sgr(codes: str, style: Style) -> None:
    assert restyled(PLAIN, codes) == style


def test_attributes_run_on_across_lines() -> None:
    first, second, third = parse("a\x1b[2mb\nc\n\x1b[0md\n")
    assert first.runs == (Run(0, "a", PLAIN), Run(1, "b", Style(dim=True)))
    assert second.runs == (Run(0, "c", Style(dim=True)),)
    assert third.runs == (Run(0, "d", PLAIN),)


def test_blanks_at_the_end_are_kept_apart() -> None:
    row = only("❯\u00a0x  \x1b[7m \x1b[0m ")
    assert (row.text, row.whole) == ("❯\u00a0x", "❯\u00a0x     "[: len(row.whole)])
    assert [cell.style.inverse for cell in row.cells].index(True) == 5
    assert only("❯\u00a0  ").text == "❯\u00a0"
    assert only("   ").blank and only("\x1b[7m \x1b[0m").blank and not only("x").blank
    assert parse("") == ()


def test_pieces_are_cut_to_what_was_asked() -> None:
    row = only("ab\x1b[1mcd\x1b[0mef")
    assert [(run.start, run.text) for run in row.pieces(1, 5)] == [(1, "b"), (2, "cd"), (4, "e")]
    assert [run.text for run in row.pieces(3)] == ["d", "ef"]
    assert list(row.pieces(9)) == []


def test_columns_of_wide_and_combining_characters() -> None:
    row = only("世e\u0301\u0301x")
    assert [(cell.text, cell.column, cell.width) for cell in row.cells] == [
        ("世", 0, 2),
        ("e\u0301\u0301", 2, 1),
        ("x", 3, 1),
    ]
    assert row.width == 4
    assert [row.column(place) for place in range(5)] == [0, 2, 3, 3, 3]


def test_line_drawing_and_links() -> None:
    assert only("\x0elq\x1b[1mqk\x0fq").text == "┌──┐q"
    assert only("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07!").text == "link!"
    assert only("a\x1b[5Cb\x1b=c\x1b[?1m\x1b\x1b[1md\t\r\x9b\x1b").text == "abcd"


PIECES = st.lists(st.sampled_from([*"\x1b[]m;:0123458qé世\u0301\n\x0e\x0f\x07\\ ", "\x1b[", "38;5;", "\x1b]8;;"]))


@given(PIECES)
def test_anything_can_be_read(pieces: list[str]) -> None:
    for row in parse("".join(pieces)):
        assert "".join(cell.text for cell in row.cells) == row.whole
        assert "".join(run.text for run in row.runs) == row.whole
        assert [run.start for run in row.runs] == [sum(len(r.text) for r in row.runs[:n]) for n in range(len(row.runs))]
        assert sum(cell.width for cell in row.cells) == row.column(len(row.whole))
        assert not any(unicodedata.category(character) == "Cc" for character in row.whole)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])))
def test_plain_text_stays(text: str) -> None:
    assert "".join(row.whole for row in parse(text)) == text
