"""Parts of the scripted harness that need no terminal, and its documentation."""

import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.runtimes import scripted_harness
from openrig_rpc.runtimes.scripted.composer import Composer, drawn
from openrig_rpc.runtimes.scripted.directives import DIRECTIVES, number, split
from openrig_rpc.runtimes.scripted.keys import Decoder, Event
from openrig_rpc.runtimes.scripted.options import ALLOWED, names
from openrig_rpc.runtimes.scripted.paint import clean, width, wrap
from openrig_rpc.runtimes.scripted.transcript import Transcript, short

BITS = ["a", "é", "世", "🌍", "\x1b[200~", "\x1b[201~", "\x1b[A", "\x1b[3~", "\x1bOH", "\r", "\n", "\x03", "\t", "\x7f"]


def merged(events: list[Event]) -> list[Event]:
    """Neighbouring typed texts as one."""
    out: list[Event] = []
    for kind, value in events:
        if kind == "text" and out and out[-1][0] == "text":
            out[-1] = ("text", out[-1][1] + value)
        else:
            out.append((kind, value))
    return out


@given(st.lists(st.sampled_from(BITS)), st.lists(st.integers(1, 7), min_size=1))
def test_keys_are_the_same_however_the_bytes_are_split(bits: list[str], sizes: list[int]) -> None:
    data = "".join(bits).encode()
    whole = Decoder().feed(data)
    split_decoder, events, at, turn = Decoder(), [], 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        events += split_decoder.feed(data[at : at + size])
        at, turn = at + size, turn + 1
    assert merged(events) == merged(whole)


def test_keys() -> None:
    decoder = Decoder()
    assert decoder.feed(b"a\x1b[200~x\r\ny\rz\x1b[A\x00\x1b[201~b\x1b[B") == [
        ("text", "a"),
        ("paste", "x\ny\nz\x1b[A\x00"),
        ("text", "b"),
        ("key", "down"),
    ]
    assert decoder.feed(b"\x1b") == [] and decoder.undecided
    assert decoder.settle() == [("key", "escape")]
    assert Decoder().undecided is False
    assert decoder.feed(b"\x1b[") == [] and decoder.settle() == [("key", "escape"), ("text", "[")]
    assert decoder.feed(b"\x1bx") == [("key", "escape"), ("text", "x")]
    assert decoder.feed(b"\xc3\r\xff") == [("text", "\ufffd"), ("key", "enter"), ("text", "\ufffd")]
    assert decoder.feed(b"\x1b[200~") == [] and decoder.pasting
    assert decoder.feed(b"never \x1b[20") == [] and decoder.feed(b"1~") == [("paste", "never ")]


def test_directives() -> None:
    assert split("plain") == ("plain", {})
    assert split("a [[delay=1]] b [[hang]] c") == ("a  b  c", {"delay": "1", "hang": ""})
    assert split("[[reply=1]][[reply=2]]") == ("", {"reply": "2"})
    assert split('[[run=rig send b "[[delay=2]] x"]] y') == ("y", {"run": 'rig send b "[[delay=2]] x"'})
    assert split("[[wiki [[delay=3]] ]]") == ("[[wiki  ]]", {"delay": "3"})
    assert split("[[delay=3") == ("[[delay=3", {}) and split("]] [[") == ("]] [[", {})
    assert split("[[delayed=3]]") == ("[[delayed=3]]", {})
    assert split("[[" * 200_000 + "[[delay=1]]")[1] == {"delay": "1"}
    assert number({"delay": "1.5"}, "delay") == 1.5 and number({"delay": "x"}, "delay", 2) == 2


def test_the_documentation_names_every_directive_and_option() -> None:
    text = scripted_harness.__doc__ or ""
    assert [name for name in DIRECTIVES if f"[[{name}]]" not in text and f"[[{name}=" not in text] == []
    assert [name for name in names() if f"\n    {name} " not in text] == []
    assert [value for values in ALLOWED.values() for value in values if f'"{value}"' not in text and value] == []


@given(st.text(), st.lists(st.text(max_size=3), max_size=4))
def test_a_draft_gives_back_what_was_put_in(pasted: str, typed: list[str]) -> None:
    composer = Composer(collapse=True)
    composer.paste(pasted)
    for text in typed:
        composer.insert(text)
    composer.paste("p" * 2000)
    assert composer.take() == pasted + "".join(typed) + "p" * 2000
    assert composer.take() == ""


@given(st.text(alphabet="ab 世\n", max_size=200), st.integers(0, 200), st.integers(12, 40), st.integers(1, 6))
def test_a_drawn_draft_fits_and_has_its_cursor(text: str, cursor: int, room: int, most: int) -> None:
    rows, row, column = drawn(text, min(cursor, len(text)), room, most)
    assert 1 <= len(rows) <= most
    assert 0 <= row < len(rows) and 2 <= column <= room
    assert rows[0].startswith("❯\u00a0")


@given(st.text(), st.integers(2, 30))
def test_rows_fit_and_lose_nothing(text: str, room: int) -> None:
    line = clean(text).replace("\n", "")
    rows = wrap(line, room)
    assert "".join(rows) == line
    assert all(width(row) <= room for row in rows)


def test_a_transcript_stays_bounded_and_says_what_it_dropped() -> None:
    transcript = Transcript(20)
    dropped = sum(transcript.say(f"{count}\nx") for count in range(5000))
    assert len(transcript.rows) + dropped == 10_000
    assert len(transcript.rows) <= 6000
    assert transcript.rows[-2].startswith("● 4999")
    transcript.fit(3)
    assert transcript.rows[-2:] == ["  9", "  x"]
    assert short("a\nb\nc", 2, 100) == "a\nb\n… +1 lines"
    assert short("abcdef", 2, 4) == "abcd\n… +2 characters"
    assert short("ab", 2, 4) == "ab"


def test_it_starts_without_site_packages_and_without_the_package_around_it() -> None:
    code = (
        "import runpy, sys; sys.argv[1:] = ['{}']\n"
        f"try: runpy.run_path({scripted_harness.__file__!r}, run_name='__main__')\n"
        "except SystemExit as end: print(end.code)\n"
        "print(sorted(name for name in sys.modules if name in "
        "('pydantic', 'asyncio', 'dataclasses', 'pathlib', 'subprocess', 'threading', 'inspect')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert done.stdout.splitlines() == ["2", "[]"]
