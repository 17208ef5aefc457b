"""Transcripts: every byte between its offsets, bounded, the same after a restart; and what is taken out on reading."""

import random
from pathlib import Path

import pytest

from openrig_rpc.coordination import transcripts
from openrig_rpc.coordination.secrets import SHAPES, redacted
from openrig_rpc.coordination.transcripts import Transcripts, plain

A = "a-1"


def everything(found: Transcripts, offset: int = 0) -> tuple[int, str]:
    """All that is kept, piece by piece, and where it begins."""
    first, text = None, ""
    while True:
        piece = found.read(A, offset, None)
        assert piece.next_offset - piece.offset == len(piece.text.encode())
        first = piece.offset if first is None else first
        assert not text or piece.offset == offset
        text += piece.text
        if piece.next_offset == offset or not piece.text:
            return first, text
        offset = piece.next_offset


def test_no_byte_is_lost_between_offsets(tmp_path: Path) -> None:
    dice = random.Random(5)
    found = Transcripts(tmp_path, segment=5000, kept=1000)
    said = ""
    for number in range(3000):
        more = f"line {number} " + "ä€x" * dice.randint(0, 30) + "\n" * dice.randint(0, 1)
        found.append(A, more.encode())
        said += more
        if dice.random() < 0.01:
            found.close()
            found = Transcripts(tmp_path, segment=5000, kept=1000)
        if dice.random() < 0.01:
            at = len(said[: dice.randrange(len(said))].encode())
            assert everything(found, at) == (at, said.encode()[at:].decode())
    assert found.end(A) == len(said.encode())
    assert everything(found) == (0, said)
    found.close()


def test_the_oldest_go(tmp_path: Path) -> None:
    found = Transcripts(tmp_path, segment=100, kept=3)
    for number in range(1000):
        found.append(A, f"{number:09d}\n".encode())
    files = sorted((tmp_path / A).iterdir())
    assert len(files) == 3 and sum(file.stat().st_size for file in files) <= 300
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    piece = found.read(A, 0, None)
    assert piece.truncated and piece.offset > 0 and piece.next_offset == 10_000 == found.end(A)
    assert piece.text.startswith(f"{piece.offset // 10:09d}\n")
    found.close()


def test_the_last_lines(tmp_path: Path) -> None:
    found = Transcripts(tmp_path)
    assert found.read(A, None, None).text == "" and found.end(A) == 0
    found.append(A, b"one\r\ntwo\r\n\x1b[1mthree\x1b[0m\r\nfour")
    assert found.read(A, None, 2).text == "three\nfour"
    assert found.read(A, None, 2).offset == 10
    assert found.read(A, None, 9).text == "one\ntwo\nthree\nfour"
    assert found.read(A, 0, 2).text == "one\ntwo\n" and found.read(A, 0, 2).next_offset == 10
    assert found.read(A, 1000, None).text == ""
    found.close()


def test_who_can_not_be_written_harms_nobody_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = Transcripts(tmp_path)
    (tmp_path / A).write_text("a file where the folder should be")
    for _ in range(3):
        found.append(A, b"x")
    assert sum("could not be written" in record.message for record in caplog.records) == 1
    found.append("a-2", b"y")
    assert found.end("a-2") == 1 and found.end(A) == 0 and found.read(A, 0, None).text == ""
    found.close()


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (b"\x1b[31;1mred\x1b[0m", "red"), (b"\x1b]0;title\x07after", "after"), (b"\x1b]8;;http://x\x1b\\link", "link"),
        (b"\x1b(Bplain\x1b=", "plain"), (b"a\x07b\x00c\td", "abc\td"), (b"\x1b[?2026hx\x1b[?2026l", "x"),
        ("ä\x9b€".encode(), "ä€"), (b"\xff\xfe", "\ufffd\ufffd"), (b"\x1bPq#0\x1b\\z", "z"),
    ],
)  # fmt: skip
def test_what_is_printed_as_text(printed: bytes, text: str) -> None:
    assert plain(printed) == text


SECRETS = {
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
    "AWS key": "AKIA" + "A1B2C3D4E5F6G7H8",
    "GitHub token": "ghp_" + "a1" * 18,
    "GitLab token": "glpat-" + "x" * 20,
    "Anthropic key": "sk-ant-" + "api03-" + "b" * 40,
    "OpenAI key": "sk-proj-" + "c" * 48,
    "Stripe key": "sk_live_" + "d" * 24,
    "Slack token": "xoxb-" + "1234567890-abc",
    "Google key": "AIza" + "e" * 35,
    "npm token": "npm_" + "f" * 36,
    "JWT": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJlMTIz",
}


def test_every_shape_is_known() -> None:
    assert set(SECRETS) == {name for name, _ in SHAPES}
    for name, secret in SECRETS.items():
        assert redacted(f"export KEY={secret} # mine") == f"export KEY=[redacted {name}] # mine"


@pytest.mark.parametrize(
    "text", ["sk-short", "an AKIA in a word", "task-" + "a" * 40, "ghp_", "eyJ.eyJ.x", "npm_install", "a" * 500]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_cut_key_is_no_less_a_secret() -> None:
    assert redacted("-----BEGIN PRIVATE KEY-----\nMIIEvQ") == "[redacted private key]"


def test_pieces_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "PIECE", 1000)
    found = Transcripts(tmp_path)
    found.append(A, b"x" * 700 + b"\n" + b"y" * 700 + b"\n" + "€".encode() * 1000)
    first = found.read(A, 0, None)
    assert first.text == "x" * 700 + "\n" and first.truncated
    long = found.read(A, 1402, None)
    assert long.text == "€" * 333 and long.next_offset == 1402 + 999, "not in the middle of a character"
    found.close()
