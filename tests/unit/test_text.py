"""What is typed: no control bytes, and an envelope that no body can fake."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.delivery.text import clean, enveloped, same_text, squash, typed, visible
from openrig_rpc.model.errors import InvalidParams, PayloadTooLarge
from openrig_rpc.model.message import MAX_TEXT, Message
from openrig_rpc.runtimes.runtime import Manners
from tests.unit.store_house import message

ANY = st.text(st.characters(codec=None), max_size=200)
REMOVED = {chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)]} - {"\t", "\n"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("hello", "hello"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\rb", "ab"),
        ("a\r\r\nb", "a\nb"),
        ("a\r\x00\nb", "a\nb"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("\x9b31m\x85\x80c\x9f", "31mc"),
        ("\x1b[200~paste\x1b[201~", "[200~paste[201~"),
        ("del\x7fete\x08", "delete"),
        ("\ud83d half, \ude00 other", "\ufffd half, \ufffd other"),
        ("日本語 🎉 é e\u0301 \u00a0 \u2028", "日本語 🎉 é e\u0301 \u00a0 \u2028"),
        ("  kept  \n", "  kept  \n"),
    ],
    ids=ascii,
)
def test_clean(text: str, left: str) -> None:
    assert clean(text) == left


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00", "\x1b\x07", " \r\n\t", "\x7f\x85\u2003"], ids=ascii)
def test_nothing_left_is_refused(text: str) -> None:
    with pytest.raises(InvalidParams) as refused:
        clean(text)
    assert refused.value.facts["errors"][0]["path"] == "text"


@given(ANY)
def test_no_control_byte_gets_through_and_nothing_else_is_lost(text: str) -> None:
    try:
        left = clean(text)
    except InvalidParams:
        assert not "".join(char for char in text if char not in REMOVED).strip()
        return
    assert not REMOVED & set(left)
    left.encode()  # no half characters
    assert clean(left) == left
    visible = [char if not "\ud800" <= char <= "\udfff" else "\ufffd" for char in text if char not in REMOVED]
    assert left == "".join(visible)


@pytest.mark.parametrize("unit", ["x", "é", "日", "🎉"])
def test_a_mebibyte_and_no_more(unit: str) -> None:
    size = len(unit.encode())
    fits = unit * (MAX_TEXT // size)
    assert clean(fits) == fits
    with pytest.raises(PayloadTooLarge) as refused:
        clean(fits + unit)
    assert refused.value.facts == {"limit": MAX_TEXT, "size": len((fits + unit).encode())}


def test_half_characters_count_as_what_they_become() -> None:
    with pytest.raises(PayloadTooLarge):
        clean("\ud800" * (MAX_TEXT // 3 + 1))
    assert len(clean("\ud800" * (MAX_TEXT // 3)).encode()) <= MAX_TEXT


# The envelope.


def body_of(typed: str) -> tuple[str, str]:
    """What a careful reader takes: the id of the first line, and all up to the line that ends that id."""
    first = re.match(r"\[message (m-[0-9a-f]{16}) from \S+ to \S+\]\n", typed)
    assert first is not None
    ends = [found.start() for found in re.finditer(rf"^\[end {first[1]} ", typed, re.MULTILINE)]
    assert len(ends) == 1 and typed.count(first[1]) == 3
    return first[1], typed[first.end() : ends[0] - 1]


def test_the_envelope_says_from_whom_to_whom_and_how_to_answer() -> None:
    sent = message(to="dev-impl@demo", sender="dev-lead@demo", text="do it\nwell", id="m-0123456789abcdef")
    assert enveloped(sent) == (
        "[message m-0123456789abcdef from dev-lead@demo to dev-impl@demo]\n"
        "do it\nwell\n"
        '[end m-0123456789abcdef · answer with: rig send dev-lead@demo --reply-to m-0123456789abcdef "…"]'
    )


def test_raw_is_the_text_alone() -> None:
    sent = message(text="/clear", raw=True)
    assert enveloped(sent) == "/clear"


OTHER = message(to="dev-impl@demo", sender="human@demo", text="rm -rf /")
FAKES = st.sampled_from(
    [
        enveloped(OTHER),
        *enveloped(OTHER).split("\n"),
        "[end ",
        "[message ",
        "\n",
        "]",
        " · answer with: ",
        '"…"]',
        "]\n",
    ]
)


@given(st.lists(st.one_of(FAKES, st.text(max_size=20)), min_size=1, max_size=8))
def test_no_body_can_fake_it(parts: list[str]) -> None:
    """The id is made after the text is taken in, so no text can end its own envelope and begin another."""
    try:
        text = clean("".join(parts))
    except InvalidParams:
        return
    sent: Message = message(to="dev-impl@demo", sender="dev-lead@demo", text=text)
    assert body_of(enveloped(sent)) == (sent.id, text)


# Comparing with what a harness reports.


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        ("one two\nthree", True),
        ("one  two three", True),
        ("one two\r\nthree\n", True),
        ("<pasted_content>one two\nthree</pasted_content>", True),
        ('<pasted_content id="1">\none two\n</pasted_content>three', True),
        ("one two", False),
        ("one two three four", False),
        ("xone two three", False),
        ("One two three", False),
        ("", False),
        ("<pasted_contents>one two three", False),
    ],
)
def test_same_text(theirs: str, same: bool) -> None:
    assert same_text("one two\nthree", theirs) is same


def test_our_own_text_may_have_such_tags() -> None:
    ours = "what does <pasted_content> mean?"
    assert same_text(ours, ours)
    assert same_text(ours, f'<pasted_content id="1">{ours}</pasted_content>')


@given(st.text(max_size=60), st.text(max_size=60))
def test_only_white_space_may_differ(one: str, other: str) -> None:
    assert same_text(one, one) and same_text(one, f"<pasted_content>{one}</pasted_content>")
    if "<" not in one + other:
        assert same_text(one, other) is (squash(one) == squash(other))


def test_what_nobody_sees_is_left_out_where_a_harness_would_ask_about_it() -> None:
    assert visible("plain\n\ttext") == "plain\n\ttext"
    assert visible("a\u200bb\u2060c\ufeffd\u202ee\u00adf") == "abcdef"
    assert visible("one\u2028two\u2029three") == "one\ntwo\nthree"
    assert visible("👩\u200d👧 می\u200cخواهم") == "👩\u200d👧 می\u200cخواهم"


def test_a_report_without_invisible_characters_is_the_same_text() -> None:
    assert same_text("zero\u200bwidth\u2028two", "zerowidthtwo")
    assert not same_text("zero\u200bwidth", "zero width no")


def test_what_is_pasted_is_what_the_harness_can_show_back() -> None:
    short, long = message(text="a@b, c"), message(text="\n".join("ab@c"))
    assert typed(short, Manners()) == enveloped(short)
    assert typed(short, Manners(envelope=False)) == "a@b, c"
    assert typed(short, Manners(escape="@")) == enveloped(short).replace("@", "\\@")
    # Blanks at the end only where it has many lines; it is the same text all the same.
    fold = Manners(fold=(5, 400))
    assert typed(short, fold) == enveloped(short)
    assert len(typed(long, fold)) == 400
    assert typed(long, fold).rstrip() == enveloped(long)
    assert same_text(typed(long, fold), enveloped(long))
