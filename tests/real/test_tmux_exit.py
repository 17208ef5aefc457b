"""How processes ended is known at once and for each."""

import asyncio
import os
import signal
from pathlib import Path

from openrig_rpc.tmux.pane import Pane, Spawn
from openrig_rpc.tmux.server import Tmux
from tests.real.tmux_fixture import PATH, Heard, Place, until


async def test_the_exit_codes_of_forty_short_lives(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    wanted = [Spawn(f"short-{at}", ["sh", "-c", f"exit {at}"], tmp_path, {"PATH": PATH}) for at in range(40)]
    panes = [pane for pane in await tmux.spawn_many(wanted) if isinstance(pane, Pane)]
    await until(lambda: len(heard.exits) == 40, "forty exits")
    assert [heard.exits[pane.id] for pane in panes] == list(range(40))
    assert {info.id: info.exit_code for info in await tmux.panes() if info.dead} == heard.exits


async def test_one_after_the_other(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    for code in range(10):
        pane = await tmux.spawn(f"one-{code}", ["sh", "-c", f"exit {code}"], tmp_path, {"PATH": PATH})
        await until(lambda pane=pane: pane.id in heard.exits)  # type: ignore[misc]
        assert heard.exits[pane.id] == code


async def test_a_signal_is_a_code_too(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    pane = await tmux.spawn("killed", ["cat"], tmp_path, {"PATH": PATH})
    os.kill(pane.pid, signal.SIGKILL)
    await until(lambda: pane.id in heard.exits, "the end")
    assert heard.exits[pane.id] == 128 + 9
    look = await tmux.look(pane.id)
    assert (look.dead, look.exit_code) == (True, 137)


async def test_the_dead_can_be_looked_at_and_then_cleared_away(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    script = "echo before the end; read line; exit 3"
    pane = await tmux.spawn("dead", ["sh", "-c", script], tmp_path, {"PATH": PATH})
    await until(lambda: b"the end" in heard.output[pane.id], "its words")
    await tmux.keys(pane.id, ["Enter"])
    await until(lambda: pane.id in heard.exits, "the end")
    assert heard.order[-2:] == [("output", pane.id), ("exit", pane.id)], "a gap, then the exit"
    assert heard.gaps[pane.id] == 1
    assert (await tmux.capture(pane.id)).text == "before the end"
    await tmux.kill(pane.id)
    assert await tmux.panes() == []


async def test_a_child_that_keeps_the_terminal_does_not_hide_the_end(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    script = "trap '' HUP; sleep 1000 & echo child $! told; read x; exit 4"
    pane = await tmux.spawn("parent", ["sh", "-c", script], tmp_path, {"PATH": PATH})
    # The last words of a program that ends at once may be lost.
    await until(lambda: b"told" in heard.output[pane.id], "its words")
    await tmux.keys(pane.id, ["Enter"])
    await until(lambda: pane.id in heard.exits, "the end")
    assert heard.exits[pane.id] == 4
    await tmux.kill(pane.id, grace=0.2)
    child = int(heard.output[pane.id].split()[1])
    await until(lambda: not Path(f"/proc/{child}").exists(), "the child's end")


async def test_a_pane_that_a_person_kills(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("theirs", ["cat"], tmp_path, {"PATH": PATH})
    place.raw("kill-pane", "-t", pane.id)
    await until(lambda: pane.id in heard.exits, "the end")
    assert heard.exits[pane.id] is None


async def test_ends_while_much_else_goes_on(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    loud = await tmux.spawn("loud", ["sh", "-c", "while :; do seq 1 1000; done"], tmp_path, {"PATH": PATH})
    panes: list[Pane] = []
    for at in range(5):
        wanted = [Spawn(f"w{at}-{n}", ["sh", "-c", f"read x; exit {n}"], tmp_path, {"PATH": PATH}) for n in range(6)]
        panes += [pane for pane in await tmux.spawn_many(wanted) if isinstance(pane, Pane)]
    await asyncio.gather(*(tmux.keys(pane.id, ["Enter"]) for pane in panes))
    await until(lambda: len(heard.exits) == 30, "thirty ends")
    assert [heard.exits[pane.id] for pane in panes] == [n for _ in range(5) for n in range(6)]
    await tmux.kill(loud.id)
