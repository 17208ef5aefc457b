"""People attach, resize, split, wander and leave; agents are not disturbed."""

import os
from pathlib import Path

from openrig_rpc.tmux.server import Tmux
from tests.real.tmux_fixture import PATH, Heard, Person, Place, alive, until, until_async


async def _size(tmux: Tmux, pane: str) -> tuple[int, int]:
    look = await tmux.look(pane)
    return look.columns, look.rows


async def _becomes(tmux: Tmux, pane: str, columns: int, rows: int) -> None:
    async def has() -> bool:
        return await _size(tmux, pane) == (columns, rows)

    await until_async(has, f"{columns}x{rows}")


async def test_a_person_changes_the_size_and_it_is_given_back(
    tmux: Tmux, heard: Heard, place: Place, tmp_path: Path
) -> None:
    pane = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH})
    other = await tmux.spawn("other", ["cat"], tmp_path, {"PATH": PATH}, 100, 40)
    assert await _size(tmux, pane.id) == (120, 36)
    for columns, rows in ((90, 30), (150, 45)):
        person = place.person(await tmux.attach_argv(pane.id), columns, rows)
        await _becomes(tmux, pane.id, columns, rows - 1)  # their status line takes one
        await until(lambda: heard.attached[-1:] == [("dev", 1)], "being told")
        (human,) = (await tmux.look(pane.id)).humans
        assert (human.read_only, human.activity > 0) == (False, True)
        assert (await tmux.look(other.id)).humans == ()
        assert await tmux.humans("dev") == [human]
        person.resize(columns + 1, rows + 1)
        await _becomes(tmux, pane.id, columns + 1, rows)
        person.end()
        await _becomes(tmux, pane.id, 120, 36)
        await until(lambda: heard.attached[-1:] == [("dev", 0)], "being told")
    assert await _size(tmux, other.id) == (100, 40)
    assert len(heard.attached) == 4


async def test_the_last_one_counts(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH})
    first = place.person(await tmux.attach_argv(pane.id), 90, 30)
    await until(lambda: ("dev", 1) in heard.attached, "the first")
    second = place.person(await tmux.attach_argv(pane.id), 80, 25)
    await until(lambda: ("dev", 2) in heard.attached, "the second")
    second.type(b"\x02d")  # detach
    await until(lambda: second.left and heard.attached[-1] == ("dev", 1), "the second to leave")
    await _becomes(tmux, pane.id, 90, 29)
    first.end()
    await _becomes(tmux, pane.id, 120, 36)


async def test_a_size_that_nobody_gave_back_is_given_back_at_the_start(place: Place, tmp_path: Path) -> None:
    first, heard = await place.open()
    pane = await first.spawn("dev", ["cat"], tmp_path, {"PATH": PATH})
    person = place.person(await first.attach_argv(pane.id), 90, 30)
    await until(lambda: heard.attached, "the person")
    await first.close()
    person.end()
    await until(lambda: place.raw("list-clients") == "", "nobody")
    second, _ = await place.open()
    await _becomes(second, pane.id, 120, 36)


async def test_read_only(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH})
    person = place.person(await tmux.attach_argv(pane.id, read_only=True), 90, 30)
    await until(lambda: heard.attached, "the person")
    (human,) = (await tmux.look(pane.id)).humans
    assert human.read_only
    person.type(b"typed\r")
    await tmux.paste(pane.id, b"pasted\n")
    await until(lambda: heard.output[pane.id].count(b"pasted") == 2, "the paste")
    assert b"typed" not in heard.output[pane.id]
    assert await _size(tmux, pane.id) == (120, 36)


async def test_what_a_person_types_goes_to_the_agent(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH})
    person = place.person(await tmux.attach_argv(pane.id))
    await until(lambda: b"dev" in person.screen, "the status line")
    person.type(b"typed\r")
    await until(lambda: heard.output[pane.id].count(b"typed") == 2, "its echo")


async def test_attaching_shows_the_agents_window(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("dev", ["sh", "-c", "echo agent here; exec cat"], tmp_path, {"PATH": PATH})
    place.raw("new-window", "-t", "=dev:", "cat")  # a person's, now the current one
    place.raw("split-window", "-t", pane.id, "cat")
    person = place.person(await tmux.attach_argv(pane.id))
    await until(lambda: b"agent here" in person.screen, "the agent's screen")
    person.type(b"typed")
    await until(lambda: b"typed" in heard.output[pane.id], "the agent's pane to be the active one")


async def test_what_people_open_is_theirs(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    pane = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH, "AGENT_TOKEN": "x"})
    split = place.raw("split-window", "-P", "-F", "#{pane_id} #{pane_pid}", "-t", pane.id, "env; exec cat").split()
    window = place.raw("new-window", "-P", "-F", "#{pane_id} #{pane_pid}", "-t", "=dev:", "env; exec cat").split()
    await tmux.paste(pane.id, b"agent\n")
    await until(lambda: b"agent" in heard.output[pane.id], "the agent's output")
    assert [info.id for info in await tmux.panes()] == [pane.id]
    for theirs in (split, window):
        await until_async(lambda theirs=theirs: _has(tmux, theirs[0], "TERM="), "their environment")  # type: ignore[misc]
        assert "AGENT_TOKEN" not in (await tmux.capture(theirs[0])).text
    assert heard.output.keys() == {pane.id}
    await tmux.kill(pane.id)
    assert all(alive(int(theirs[1])) for theirs in (split, window))
    assert await tmux.panes() == []


async def _has(tmux: Tmux, pane: str, text: str) -> bool:
    return text in (await tmux.capture(pane)).text


async def test_a_person_who_kills_the_session_does_not_kill_the_agent(
    tmux: Tmux, heard: Heard, place: Place, tmp_path: Path
) -> None:
    pane = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH}, 100, 40)
    thrown_out = place.person(await tmux.attach_argv(pane.id), 80, 24)
    await until(lambda: heard.here == {"dev": 1}, "the person")
    place.raw("kill-session", "-t", "=dev")
    await until(lambda: thrown_out.left and heard.here == {"dev": 0}, "nobody")
    await _becomes(tmux, pane.id, 100, 40)
    person = place.person(await tmux.attach_argv(pane.id), 90, 30)
    await _becomes(tmux, pane.id, 90, 29)
    await until(lambda: heard.here == {"dev": 1}, "being told")
    person.type(b"alive\r")
    await until(lambda: heard.output[pane.id].count(b"alive") == 2, "its echo")
    person.end()
    await _becomes(tmux, pane.id, 100, 40)
    assert (alive(pane.pid), heard.exits) == (True, {})
    (info,) = await tmux.panes()
    assert info.session is not None


async def test_nobody_gets_into_the_hub(tmux: Tmux, heard: Heard, place: Place, tmp_path: Path) -> None:
    one = await tmux.spawn("one", ["cat"], tmp_path, {"PATH": PATH})
    two = await tmux.spawn("two", ["cat"], tmp_path, {"PATH": PATH})
    intruder = place.person(_by_hand(place, "_hub"), 60, 20)
    await until(lambda: intruder.left, "being thrown out")
    await _becomes(tmux, one.id, 120, 36)
    await _becomes(tmux, two.id, 120, 36)
    assert heard.attached == []
    wanderer = place.person(_by_hand(place, "one"))
    await until(lambda: heard.here == {"one": 1}, "one")
    wanderer.type(b"\x02)")  # the next session
    await until(lambda: heard.here == {"one": 0, "two": 1}, "two")
    wanderer.type(b"\x02)")
    await until(lambda: heard.here == {"one": 1, "two": 0}, "one again, past the hub")
    assert _where(wanderer, place) == "one"
    wanderer.type(b"\x02s")  # the list of sessions
    await until(lambda: b"two: 1 windows" in wanderer.screen, "the list")
    assert b"_hub" not in wanderer.screen
    await _becomes(tmux, two.id, 120, 36)


def _by_hand(place: Place, session: str) -> list[str]:
    return ["env", "-u", "TMUX", "tmux", "-S", str(place.socket), "attach-session", "-t", f"={session}"]


def _where(person: Person, place: Place) -> str:
    listed = place.raw("list-clients", "-F", "#{client_pid} #{session_name}").splitlines()
    children = Path(f"/proc/{person.pid}/task/{person.pid}/children").read_text().split()
    mine = {str(person.pid), *children, str(os.getpid())}
    (found,) = [line.split()[1] for line in listed if line.split()[0] in mine]
    return found
