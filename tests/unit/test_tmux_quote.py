"""Quoting for tmux's command language and its formats. That tmux agrees is shown in tests/real."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.tmux.quote import line, literal, quoted

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def unquoted(word: str) -> str:
    """What cmd-parse.y makes of one double-quoted word."""
    if not word.startswith('"'):
        return word
    out, at = "", 1
    while word[at] != '"':
        assert word[at] not in "$~\n", "would be expanded"
        if word[at] == "\\":
            if word[at + 1] in "0123":
                out, at = out + chr(int(word[at + 1 : at + 4], 8)), at + 4
            else:
                assert not word[at + 1].isalnum(), "would be another character"
                out, at = out + word[at + 1], at + 2
        else:
            out, at = out + word[at], at + 1
    assert at == len(word) - 1, "text after the closing quote"
    return out


@given(TEXT)
def test_a_quoted_word_reads_back_as_itself(text: str) -> None:
    assert unquoted(quoted(text)) == text


@pytest.mark.parametrize("text", ["", "a b", ";", "x;", "{", "}", "#", "%1 x", "~", "'", "\n", "\\"])
def test_what_the_parser_takes_for_syntax_is_quoted(text: str) -> None:
    assert quoted(text).startswith('"')


@pytest.mark.parametrize("text", ["-t", "=name:", "@3", "120", "a/b.c", "A=1"])
def test_plain_words_stay_plain(text: str) -> None:
    assert quoted(text) == text


@pytest.mark.parametrize("text", ["a\0b", "\udcff"])
def test_what_tmux_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="can't be passed on"):
        quoted(text)


def test_a_line_is_one_line() -> None:
    assert line("send-keys", "-t", "%1", "--", "a\nb") == 'send-keys -t "%1" -- "a\\012b"'


@pytest.mark.parametrize(
    ("text", "doubled"),
    [("#(x)", "##(x)"), ("#{y}", "##{y}"), ("##", "####"), ("#[a]", "###{l:}[a]"), ("##[", "#####{l:}["), ("a", "a")],
)
def test_formats_are_made_literal(text: str, doubled: str) -> None:
    assert literal(text) == doubled
