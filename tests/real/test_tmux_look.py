"""Looking at panes: everything at one instant, and nothing a pane shows can lead us astray."""

import re
from pathlib import Path

import pytest

from openrig_rpc.tmux.pane import PaneGone
from openrig_rpc.tmux.server import Tmux
from tests.real.tmux_fixture import PATH, Heard, Place, until


async def shown(tmux: Tmux, heard: Heard, tmp_path: Path, output: bytes, rows: int = 36) -> str:
    """A pane that has written exactly `output`."""
    (tmp_path / "output").write_bytes(output)
    script = "stty -opost; cat output; printf '\\033[?12l'; exec cat"
    pane = await tmux.spawn("shown", ["sh", "-c", script], tmp_path, {"PATH": PATH}, 80, rows)
    await until(lambda: heard.output[pane.id].endswith(b"\x1b[?12l"), "its output")
    return pane.id


async def test_a_look_has_everything(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    text = b"\x1b[H\x1b[2J\x1b[1mbold\x1b[0m plain\r\n\x1b[2mghost\r\nstill  \x1b[0m\x1b[5;7H"
    output = b"\x1b[?1049h" + text + b"\x1b[?25l\x1b[?2004h\x07"
    pane = await shown(tmux, heard, tmp_path, output)
    look = await tmux.look(pane)
    assert (look.columns, look.rows, len(look.lines)) == (80, 36, 36)
    assert (look.cursor_x, look.cursor_y, look.cursor_visible) == (6, 4, False)
    assert (look.alternate, look.in_mode, look.dead, look.exit_code, look.bracketed) == (True, False, False, None, True)
    assert re.fullmatch(r"\x1b\[1mbold\x1b\[0m(\x1b\[[34]9m)* plain", look.lines[0])
    assert "\x1b[2mghost" in look.lines[1]
    assert look.lines[2].startswith("still  "), "attributes run on, and spaces at the end are kept"
    assert look.humans == ()
    assert heard.modes[pane].bells == 1
    assert (await tmux.look(pane)) == look


async def test_a_pane_can_show_anything(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    lines = [
        *(
            "%begin 1 1 1",
            "%end 1 1 1",
            "%error 1 1 1",
            "%exit",
            "%output %0 x",
            "fence-0000",
            "",
            "%",
            "\\033",
            "back\\\\slash \\",
            "é ✳ 😀",
            "$HOME ${x} $1 $$ \\$HOME a$_b \"quoted\" 'and' `so`",
            "".join(map(chr, range(33, 80))),
            "".join(map(chr, range(80, 127))),
            "#{x}",
        ),
        *(f"%end {1_700_000_000 + at} {at} 1" for at in range(900)),
    ]
    pane = await shown(tmux, heard, tmp_path, "\r\n".join(lines).encode(), rows=len(lines))
    assert list((await tmux.look(pane)).lines) == lines
    assert (await tmux.capture(pane)).text.split("\n") == lines
    assert [info.id for info in await tmux.panes()] == [pane]


async def test_a_name_with_a_line_feed_leads_nobody_astray(
    tmux: Tmux, heard: Heard, place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "a\n%end 1 1 1\n%exit"
    folder.mkdir()
    name = "x\n%begin 1 1 1\n%exit\t"
    script = f"import os; os.execvp('cat', [{name!r}])"
    pane = await tmux.spawn("odd", ["python3", "-c", script], folder, {"PATH": PATH})
    await until(lambda: any("begin" in change.command for change in heard.changes[pane.id]), "its name")
    place.raw("select-pane", "-t", pane.id, "-T", "title\n%exit")
    (info,) = await tmux.panes()
    assert (info.cwd, info.command.startswith("x")) == (str(folder), True)
    assert (await tmux.look(pane.id)).pid == pane.pid
    assert len(place.control_clients()) == 2
    assert heard.gone == 0


async def test_capture_for_people(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    text = "\r\n".join(f"\x1b[3{at % 8}mline {at}" for at in range(100))
    pane = await shown(tmux, heard, tmp_path, text.encode())
    screen = await tmux.capture(pane)
    assert screen.text.split("\n") == [f"line {at}" for at in range(64, 100)]
    assert (screen.columns, screen.rows, screen.cursor, screen.truncated) == (80, 36, (7, 35), False)
    assert (await tmux.capture(pane, 2)).text == "line 98\nline 99"
    everything = await tmux.capture(pane, history=True)
    assert (len(everything.text.split("\n")), everything.truncated) == (100, False)
    some = await tmux.capture(pane, 50, history=True)
    assert (some.text.split("\n")[0], some.truncated) == ("line 50", True)
    assert (await tmux.capture(pane, 1, ansi=True)).text.endswith("\x1b[33mline 99")


async def test_capture_is_bounded(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    pane = await shown(tmux, heard, tmp_path, "\r\n".join(map(str, range(10_030))).encode())
    found = await tmux.capture(pane, 1_000_000, history=True)
    lines = found.text.split("\n")
    assert (len(lines), lines[-1], found.truncated) == (10_000, "10029", True)


async def test_a_pane_that_is_not_there(tmux: Tmux, tmp_path: Path) -> None:
    pane = await tmux.spawn("gone", ["cat"], tmp_path, {"PATH": PATH})
    await tmux.kill(pane.id)
    for call in (tmux.look(pane.id), tmux.capture(pane.id), tmux.leave_mode(pane.id), tmux.attach_argv(pane.id)):
        with pytest.raises(PaneGone):
            await call


async def test_output_is_exact_and_in_order(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    data = bytes(range(256)) * 400 + "ünï 👩‍👩‍👧".encode() * 500
    pane = await shown(tmux, heard, tmp_path, data)
    assert heard.output[pane] == data + b"\x1b[?12l"
    assert heard.gaps[pane] == 0


async def test_looking_costs_tmux_no_memory(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    """tmux 3.3a never frees what `capture-pane -p` printed for a control client: 3 KB a look, GBs in days."""
    pane = await shown(tmux, heard, tmp_path, b"\r\n".join(b"line %d " % at + b"x" * 100 for at in range(36)))

    def resident() -> int:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{tmux.pid}/status").read_text())
        assert found is not None
        return int(found[1])

    for _ in range(100):
        await tmux.look(pane)
    before = resident()
    for _ in range(500):
        await tmux.look(pane)
        await tmux.capture(pane, ansi=True)
    assert resident() - before < 500, "kB for 1,000 screens of 4 kB"
