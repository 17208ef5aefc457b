"""Bytes get into a pane exactly, once, and leave nothing behind."""

import asyncio
import random
from pathlib import Path

import pytest

from openrig_rpc.tmux.pane import PaneGone, PasteRefused, Text
from openrig_rpc.tmux.server import Tmux
from tests.real.tmux_fixture import PATH, Heard, Place, reader, until, until_async

HOSTILE = [
    b"ends with a semicolon;",
    b";",
    b"-x",
    b"--",
    b"#{pane_id} #(touch HACKED) #S",
    b"$HOME ${HOME} `touch HACKED` $(touch HACKED)",
    b"~",
    b"'\"\\ \\n \\101",
    b"Enter",
    b"line\nfeed\r\ttab  ",
    "👩‍👩‍👧 ünïcode ﷽".encode(),
    bytes(range(256)),
    b"\x1b[31mred\x1b[0m \x1b]0;title\x07",
    b"%begin 1 2 1\n%end 1 2 1\n%exit",
    b"\n",
]


@pytest.mark.parametrize("size", [1, 10_000, 100_000, 1 << 20])
async def test_every_byte_arrives(tmux: Tmux, heard: Heard, tmp_path: Path, size: int) -> None:
    data = random.Random(size).randbytes(size)
    pane = await reader(tmux, heard, "reader", tmp_path / "got")
    await tmux.paste(pane.id, data)
    await until(lambda: (tmp_path / "got").stat().st_size >= size, "all bytes")
    assert (tmp_path / "got").read_bytes() == data


async def test_hostile_texts_are_texts(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await reader(tmux, heard, "reader", tmp_path / "got")
    for data in HOSTILE:
        await tmux.paste(pane.id, data)
    expected = b"".join(HOSTILE)
    await until(lambda: (tmp_path / "got").stat().st_size >= len(expected), "all texts")
    assert (tmp_path / "got").read_bytes() == expected
    assert not (tmp_path / "HACKED").exists()
    assert place.raw("list-buffers") == ""
    assert list((tmux.config_dir / "paste").iterdir()) == []


async def test_many_at_once_do_not_mix(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    panes = [await reader(tmux, heard, f"reader-{at}", tmp_path / f"got-{at}") for at in range(6)]
    texts = [bytes([65 + at]) * 30_000 for at in range(6)]
    await asyncio.gather(*(tmux.paste(pane.id, text) for pane, text in zip(panes, texts, strict=True)))
    for at, text in enumerate(texts):
        await until(lambda at=at, text=text: (tmp_path / f"got-{at}").stat().st_size >= len(text))  # type: ignore[misc]
        assert (tmp_path / f"got-{at}").read_bytes() == text


async def test_a_paste_is_marked_where_the_program_asked(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    plain = await reader(tmux, heard, "plain", tmp_path / "plain")
    marked = await reader(tmux, heard, "marked", tmp_path / "marked", marked=True)
    assert (tmux.modes(plain.id).bracketed, tmux.modes(marked.id).bracketed) == (False, True)
    assert (await tmux.look(marked.id)).bracketed is True
    with pytest.raises(PasteRefused, match="has not asked"):
        await tmux.paste(plain.id, b"no", bracketed_only=True)
    await tmux.paste(marked.id, b"a\nb", bracketed_only=True)
    await tmux.paste(plain.id, b"a\nb")
    await until(lambda: (tmp_path / "marked").stat().st_size >= 15 and (tmp_path / "plain").stat().st_size >= 3)
    assert (tmp_path / "marked").read_bytes() == b"\x1b[200~a\nb\x1b[201~"
    assert (tmp_path / "plain").read_bytes() == b"a\nb"


async def test_what_cannot_be_pasted_leaves_nothing(tmux: Tmux, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("gone", ["cat"], tmp_path, {"PATH": PATH})
    with pytest.raises(PasteRefused, match="nothing to paste"):
        await tmux.paste(pane.id, b"")
    await tmux.kill(pane.id)
    with pytest.raises(PaneGone):
        await tmux.paste(pane.id, b"too late")
    assert place.raw("list-buffers") == ""
    assert list((tmux.config_dir / "paste").iterdir()) == []


async def test_what_a_crash_left_is_cleared_away(tmux: Tmux, place: Place) -> None:
    (tmux.config_dir / "paste" / "openrig-1-1").write_bytes(b"left")
    place.raw("set-buffer", "-b", "openrig-1-1", "left")
    place.raw("set-buffer", "-b", "a-persons", "kept")
    again, _ = await place.open()
    assert list((again.config_dir / "paste").iterdir()) == []
    assert place.raw("list-buffers", "-F", "#{buffer_name}").split() == ["a-persons"]


async def test_keys_and_text(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    pane = await reader(tmux, heard, "reader", tmp_path / "got")
    text = "héllo; #{x} $HOME -x\n" * 100
    await tmux.keys(pane.id, ["Escape", "C-c", "Up", "y", ";", "-", "Tab", Text(text), Text(";"), "Enter"])
    expected = b"\x1b\x03\x1b[Ay;-\t" + text.encode() + b";\r"
    await until(lambda: (tmp_path / "got").stat().st_size >= len(expected), "all keys")
    assert (tmp_path / "got").read_bytes() == expected


async def test_an_unknown_key_presses_nothing(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    pane = await reader(tmux, heard, "reader", tmp_path / "got")
    with pytest.raises(ValueError, match="'Entr' is not a key"):
        await tmux.keys(pane.id, ["a", "Entr"])
    await tmux.keys(pane.id, ["b"])
    await until(lambda: (tmp_path / "got").read_bytes(), "a key")
    assert (tmp_path / "got").read_bytes() == b"b"


async def test_line_mode_is_known(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    raw = await reader(tmux, heard, "raw", tmp_path / "got")
    lines = await tmux.spawn("lines", ["cat"], tmp_path, {"PATH": PATH})
    assert (tmux.canonical(raw.tty), tmux.canonical(lines.tty)) == (False, True)
    assert tmux.canonical("/dev/pts/no-such") is None


async def test_copy_mode_is_noticed_and_left(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("copy", ["cat"], tmp_path, {"PATH": PATH})
    place.raw("copy-mode", "-t", pane.id)
    await until(lambda: heard.changes[pane.id] and heard.changes[pane.id][-1].in_mode, "copy mode")
    assert (await tmux.look(pane.id)).in_mode
    await tmux.leave_mode(pane.id)
    await until_async(lambda: _out_of_mode(tmux, pane.id), "leaving")
    await until(lambda: not heard.changes[pane.id][-1].in_mode, "being told so")
    await tmux.leave_mode(pane.id)  # not in one: fine


async def _out_of_mode(tmux: Tmux, pane: str) -> bool:
    return not (await tmux.look(pane)).in_mode
