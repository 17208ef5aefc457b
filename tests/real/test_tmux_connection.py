"""Clients, the hub, the daemon and the server may end at any time; agents live on while the server does."""

import asyncio
import contextlib
import os
import signal
import stat
from functools import partial
from pathlib import Path

import pytest

from openrig_rpc.model.errors import TmuxUnavailable
from openrig_rpc.tmux.pane import Interrupted, Modes, PaneGone, Spawn, Text
from openrig_rpc.tmux.server import Tmux
from tests.real.tmux_fixture import PATH, Heard, Place, alive, reader, until, until_async


async def test_the_server_is_as_configured(tmux: Tmux, place: Place) -> None:
    await tmux.spawn("one", ["cat"], Path("/"), {"PATH": PATH})
    found = await tmux.inventory()
    assert (found.sessions, found.panes, found.people, found.misconfigured) == (1, 1, 0, [])
    place.raw("set-option", "-g", "remain-on-exit", "off")
    assert (await tmux.inventory()).misconfigured == ["remain-on-exit is 'off', should be 'on'"]
    assert tmux.version().number >= (3, 2)
    assert stat.S_IMODE((tmux.config_dir / "tmux.conf").stat().st_mode) == 0o600


@pytest.mark.parametrize("which", ["commands", "output"])
async def test_a_client_killed(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path, which: str) -> None:
    pane = await tmux.spawn("echo", ["cat"], tmp_path, {"PATH": PATH})
    ending = await tmux.spawn("ending", ["sh", "-c", "read x; exit 6"], tmp_path, {"PATH": PATH})
    old = place.control_clients()
    os.kill(old[which], signal.SIGKILL)
    await until(lambda: place.control_clients().keys() == old.keys() and place.control_clients() != old, "a new one")
    assert {info.id for info in await tmux.panes()} == {pane.id, ending.id}
    await until(lambda: heard.gaps[pane.id] == (which == "output"), "the gap to be told")
    await tmux.paste(pane.id, b"still here\n")
    await until(lambda: heard.output[pane.id].count(b"still here") == 2, "its output")
    await tmux.keys(ending.id, [Text("x"), "Enter"])
    await until(lambda: heard.exits == {ending.id: 6}, "the exit")


async def test_reading_goes_on_while_clients_are_killed(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await reader(tmux, heard, "reader", tmp_path / "got")
    sure = unsure = 0
    for round_ in range(5):
        killed = place.control_clients()["commands"]
        os.kill(killed, signal.SIGKILL)
        for _ in range(10):
            assert (await tmux.look(pane.id)).pid == pane.pid
            try:
                await tmux.keys(pane.id, [Text("k")])
                sure += 1
            except Interrupted:
                unsure += 1
        await until(partial(_replaced, place, killed), f"a new one, round {round_}")
    await tmux.keys(pane.id, [Text(".")])
    await until(lambda: (tmp_path / "got").read_bytes().endswith(b"."), "the last key")
    assert sure <= (tmp_path / "got").read_bytes().count(b"k") <= sure + unsure
    assert sure + unsure == 50


def _replaced(place: Place, killed: int) -> bool:
    return place.control_clients().get("commands", killed) != killed


async def test_output_that_tmux_held_back_is_a_gap_and_goes_on(
    tmux: Tmux, heard: Heard, place: Place, tmp_path: Path
) -> None:
    pane = await tmux.spawn("echo", ["cat"], tmp_path, {"PATH": PATH})
    names = dict(
        line.split()[::-1] for line in place.raw("list-clients", "-F", "#{client_name} #{client_pid}").splitlines()
    )
    output = names[str(place.control_clients()["output"])]
    place.raw("refresh-client", "-t", output, "-A", f"{pane.id}:pause")  # as tmux does when we are too slow
    await until(lambda: heard.gaps[pane.id] == 1, "the gap")
    await tmux.paste(pane.id, b"on\n")
    await until(lambda: heard.output[pane.id].count(b"on") == 2, "its output")


async def test_spawns_that_are_interrupted_are_whole_or_not_there(tmux: Tmux, place: Place, tmp_path: Path) -> None:
    wanted = [Spawn(f"w-{at}", ["cat"], tmp_path, {"PATH": PATH}) for at in range(30)]
    client = place.control_clients()["commands"]
    starting = asyncio.create_task(tmux.spawn_many(wanted))
    await asyncio.sleep(0)  # it has written by now
    os.kill(client, signal.SIGKILL)
    made = await starting
    there = {info.name for info in await tmux.panes()}
    assert there == {pane.name for pane in made if not isinstance(pane, Exception)}
    assert set(place.raw("list-sessions", "-F", "#{session_name}").split()) == there | {"_hub"}


async def test_the_hub_killed(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    panes = [await reader(tmux, heard, f"reader-{at}", tmp_path / f"got-{at}") for at in range(3)]
    await _kill_hub(place)
    for at, pane in enumerate(panes):
        assert alive(pane.pid)
        await tmux.paste(pane.id, b"still here")
        await until(lambda at=at: (tmp_path / f"got-{at}").read_bytes() == b"still here")  # type: ignore[misc]
    await until(lambda: all(heard.gaps[pane.id] for pane in panes), "the gaps to be told")
    speaker = await tmux.spawn("speaker", ["echo", "new"], tmp_path, {"PATH": PATH})
    await until(lambda: heard.exits.get(speaker.id) == 0, "a new pane's exit")
    for pane in panes:
        os.kill(pane.pid, signal.SIGTERM)
    await until(lambda: all(heard.exits.get(pane.id) == 143 for pane in panes), "their exits")


async def _kill_hub(place: Place) -> None:
    old = place.control_clients()
    place.raw("kill-session", "-t", "=_hub")
    await until(lambda: len(place.control_clients().keys() & old.keys()) == 2, "two clients")
    assert place.control_clients().items().isdisjoint(old.items())


async def test_output_comes_again_after_the_hub_was_killed(
    tmux: Tmux, heard: Heard, place: Place, tmp_path: Path
) -> None:
    pane = await tmux.spawn("echo", ["cat"], tmp_path, {"PATH": PATH})
    await _kill_hub(place)
    await until(lambda: heard.gaps[pane.id] == 1, "the gap")
    await tmux.paste(pane.id, b"once more\n")
    await until(lambda: b"once more" in heard.output[pane.id], "its output")


async def test_the_server_killed(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    pane = await tmux.spawn("doomed", ["cat"], tmp_path, {"PATH": PATH})
    waiting = [asyncio.ensure_future(tmux.look(pane.id)) for _ in range(5)]
    os.kill(tmux.pid, signal.SIGKILL)
    await until(lambda: heard.gone == 1, "being told")
    for look in waiting:
        with contextlib.suppress(TmuxUnavailable, PaneGone):
            await look
    for call in (tmux.look(pane.id), tmux.panes(), tmux.paste(pane.id, b"x"), tmux.kill(pane.id)):
        with pytest.raises(TmuxUnavailable):
            await call
    await tmux.start()
    assert await tmux.panes() == []
    again = await tmux.spawn("doomed", ["cat"], tmp_path, {"PATH": PATH})
    assert [info.id for info in await tmux.panes()] == [again.id]
    assert heard.gone == 1
    os.kill(tmux.pid, signal.SIGTERM)
    await until(lambda: heard.gone == 2, "being told again")


async def test_our_own_end_of_the_server(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    pane = await tmux.spawn("last", ["sh", "-c", "trap '' HUP; while :; do sleep 1; done"], tmp_path, {"PATH": PATH})
    await until_async(lambda: _command(tmux, pane.id, "sleep"), "the trap to be set")
    server = tmux.pid
    await tmux.kill_server()
    assert not alive(server)
    assert not alive(pane.pid)
    assert heard.gone == 0, "it was our own doing"
    with pytest.raises(TmuxUnavailable):
        await tmux.panes()


async def _command(tmux: Tmux, pane: str, command: str) -> bool:
    looks = await tmux.look(pane)
    return looks.command in (command, "sh")


async def test_a_restarted_daemon_finds_everything(place: Place, tmp_path: Path) -> None:
    first, heard = await place.open()
    kept = await reader(first, heard, "kept", tmp_path / "got", marked=True)
    ended = await first.spawn("ended", ["sh", "-c", "read x; exit 5"], tmp_path, {"PATH": PATH})
    modes = first.modes(kept.id)
    server = first.pid
    await first.close()
    os.kill(ended.pid, signal.SIGTERM)  # while nobody watches

    second, heard = await place.open()
    assert second.pid == server
    found = {info.id: info for info in await second.panes()}
    assert (found[kept.id].pid, found[kept.id].name, found[kept.id].dead) == (kept.pid, "kept", False)
    await until_async(lambda: _ended(second, ended.id, 128 + 15), "the exit to be known")

    assert second.modes(kept.id) == Modes(None)
    second.restore_modes(kept.id, modes)
    await second.paste(kept.id, b"x", bracketed_only=True)
    await until(lambda: (tmp_path / "got").read_bytes() == b"\x1b[200~x\x1b[201~", "the paste")
    os.kill(kept.pid, signal.SIGKILL)
    await until(lambda: heard.exits.get(kept.id) == 137, "the exit")


async def _ended(tmux: Tmux, pane: str, code: int) -> bool:
    return any(info.id == pane and info.dead and info.exit_code == code for info in await tmux.panes())


async def test_output_after_a_restart(place: Place, tmp_path: Path) -> None:
    first, _ = await place.open()
    pane = await first.spawn("echo", ["cat"], tmp_path, {"PATH": PATH})
    await first.close()
    second, heard = await place.open()
    await second.paste(pane.id, b"hello\n")
    await until(lambda: b"hello" in heard.output[pane.id], "its output")


async def test_windows_that_lost_the_hub_are_linked_again(place: Place, tmp_path: Path) -> None:
    first, _ = await place.open()
    pane = await first.spawn("echo", ["cat"], tmp_path, {"PATH": PATH})
    await first.close()
    place.raw("kill-session", "-t", "=_hub")
    second, heard = await place.open()
    await second.paste(pane.id, b"hello\n")
    await until(lambda: b"hello" in heard.output[pane.id], "its output")


async def test_a_stale_socket_is_no_hindrance(place: Place) -> None:
    first, heard = await place.open()
    os.kill(first.pid, signal.SIGKILL)
    await until(lambda: heard.gone, "its end")
    await first.close()
    assert place.socket.exists()
    second, _ = await place.open()
    assert await second.panes() == []


async def test_a_socket_with_too_long_a_path(place: Place) -> None:
    tmux = Tmux(place.folder / ("x" * 120), place.folder / "state")
    with pytest.raises(TmuxUnavailable, match="can't be started") as raised:
        await tmux.start()
    assert "OPENRIG_RPC_RUNTIME" in raised.value.fix


async def test_not_started() -> None:
    tmux = Tmux(Path("/nowhere/s"), Path("/nowhere"))
    with pytest.raises(TmuxUnavailable, match="not started"):
        await tmux.panes()
    await tmux.close()
