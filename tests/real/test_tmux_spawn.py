"""Processes are started as asked, with nothing executed by accident, and ended completely."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from openrig_rpc.tmux.pane import Pane, PaneGone, Spawn, SpawnFailed
from openrig_rpc.tmux.server import Tmux
from tests.real.tmux_fixture import PATH, Heard, Place, alive, until, until_async

HOSTILE = [
    "#(touch HACKED)",
    "##(touch HACKED)",
    "#{l:x}#{pane_id}#S#[fg=red]##[bold]###[x]",
    "$(touch HACKED) `touch HACKED` $HOME ~ ~root",
    "a;",
    ";",
    "' \" \\ \\n \\101",
    "{ } %1 %if %H:%M #,} #}",
    "-x",
    "--",
    "with space ",
    "line\nfeed\ttab",
    "emoji 👩‍👩‍👧 ünï",
    "A=B",
]
DUMP = 'env -0 > "$OUT"; printf "%s\\0" "$@" > "$OUT.args"; pwd > "$OUT.cwd"; mv "$OUT" "$OUT.env"; exec cat'


async def dumped(tmux: Tmux, name: str, out: Path, cwd: Path, env: dict[str, str], *args: str) -> Pane:
    """Start a shell that writes down what it was given."""
    given = {"PATH": PATH, "OUT": str(out), **env}
    pane = await tmux.spawn(name, ["sh", "-c", DUMP, "sh", *args], cwd, given)
    await until(Path(f"{out}.env").exists, "the dump")
    return pane


def read_environment(out: Path) -> dict[str, str]:
    entries = Path(f"{out}.env").read_bytes().decode().split("\0")[:-1]
    return dict(entry.split("=", 1) for entry in entries)


async def test_arguments_and_environment_arrive_as_they_are(tmux: Tmux, tmp_path: Path) -> None:
    env = {f"HOSTILE_{at}": text for at, text in enumerate(HOSTILE)} | {
        "EMPTY": "",
        "SHELL": "/bin/x",
        "TERM_PROGRAM": "mine",
    }
    await dumped(tmux, "exact", tmp_path / "out", tmp_path, env, *HOSTILE)
    found = read_environment(tmp_path / "out")
    term = found.pop("TERM")
    assert term.startswith(("tmux", "screen"))
    assert found == {"PATH": PATH, "OUT": str(tmp_path / "out"), "PWD": str(tmp_path), **env}
    assert (tmp_path / "out.args").read_bytes().decode().split("\0")[:-1] == HOSTILE
    assert not list(tmp_path.glob("HACKED"))


async def test_nothing_of_tmux_or_of_the_starter_gets_in(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_AN_EDITOR", "x")
    tmux, _ = await place.open()
    await dumped(tmux, "bare", tmp_path / "out", tmp_path, {})
    assert read_environment(tmp_path / "out").keys() == {"PATH", "OUT", "PWD", "TERM"}
    assert b"SECRET" not in Path(f"/proc/{tmux.pid}/environ").read_bytes()
    assert "SECRET" not in place.raw("show-environment", "-g")


async def test_a_program_whose_path_has_nothing(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    pane = await tmux.spawn("lonely", ["/bin/sh", "-c", "exit 5"], tmp_path, {"PATH": "/nowhere"})
    await until(lambda: heard.exits == {pane.id: 5}, "its end")
    pane = await tmux.spawn("bare", ["/bin/sh", "-c", "exit 6"], tmp_path, {})
    await until(lambda: heard.exits.get(pane.id) == 6, "its end")


async def test_values_are_in_no_argument_list_and_not_in_the_session(
    tmux: Tmux, place: Place, heard: Heard, tmp_path: Path
) -> None:
    pane = await dumped(tmux, "secret", tmp_path / "out", tmp_path, {"TOKEN": "s3cr3t-t0ken"})
    assert b"s3cr3t-t0ken" not in Path(f"/proc/{pane.pid}/cmdline").read_bytes()
    environ = Path(f"/proc/{pane.pid}/environ")  # Empty for a moment while a program is being replaced.
    await until(lambda: b"s3cr3t-t0ken" in environ.read_bytes(), "the token in its environment")
    for pid in place.control_clients().values():
        assert b"s3cr3t-t0ken" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert "s3cr3t" not in place.raw("show-environment", "-t", "=secret:")
    assert "s3cr3t" not in place.raw("show-messages")


async def test_folders_with_any_name(tmux: Tmux, tmp_path: Path) -> None:
    made = []
    for at, text in enumerate(HOSTILE):
        folder = tmp_path / text.replace("/", "_")
        folder.mkdir()
        made.append(Spawn(f"cwd-{at}", ["sh", "-c", "pwd > here; exec cat"], folder, {"PATH": PATH}))
    panes = [pane for pane in await tmux.spawn_many(made) if isinstance(pane, Pane)]
    assert len(panes) == len(HOSTILE)
    await until(lambda: all((wanted.cwd / "here").exists() for wanted in made), "every shell in its folder")
    listed = {info.id: info.cwd for info in await tmux.panes()}
    assert [listed[pane.id] for pane in panes] == [str(wanted.cwd) for wanted in made]
    assert not [path for path in tmp_path.rglob("HACKED") if path.is_file()]


async def test_a_title_is_only_text(tmux: Tmux, place: Place, heard: Heard, tmp_path: Path) -> None:
    title = f"#(touch {tmp_path}/HACKED) #{{pane_pid}} $(touch {tmp_path}/HACKED) \t;"
    script = f"printf '\\033]2;%s\\033\\\\' '{title}'; exec cat"
    pane = await tmux.spawn("title", ["sh", "-c", script], tmp_path, {"PATH": PATH})
    seen = title.replace("\t", "")  # a title has no control characters
    await until_async(lambda: _titled(tmux, pane.id, seen), "the title")
    person = place.person(await tmux.attach_argv(pane.id), 200)  # their status line shows it, too
    await until(lambda: title[:10].encode() in person.screen, "the status line")
    await until(lambda: any(change.title == seen for change in heard.changes[pane.id]), "the change")
    assert not (tmp_path / "HACKED").exists()


async def _titled(tmux: Tmux, pane: str, title: str) -> bool:
    return (await tmux.look(pane)).title == title


async def test_what_is_told_about_a_new_pane_is_true(tmux: Tmux, tmp_path: Path) -> None:
    pane = await tmux.spawn("true", ["cat"], tmp_path, {"PATH": PATH}, 100, 40)
    (info,) = await tmux.panes()
    assert (info.id, info.pid, info.window, info.session, info.tty) == (
        pane.id,
        pane.pid,
        pane.window,
        pane.session,
        pane.tty,
    )
    assert (info.name, info.columns, info.rows, info.dead, info.exit_code) == ("true", 100, 40, False, None)
    await until_async(lambda: _command(tmux, pane.id, "cat"), "env to become cat")
    assert os.readlink(f"/proc/{pane.pid}/fd/0") == pane.tty
    assert tmux.canonical(pane.tty) is True


async def _command(tmux: Tmux, pane: str, command: str) -> bool:
    return (await tmux.look(pane)).command == command


BAD = [
    (Spawn("Bad_Name", ["cat"], Path("/"), {"PATH": PATH}), "no session name"),
    (Spawn("a", ["cat"], Path("/no/such/folder"), {"PATH": PATH}), "not a folder"),
    (Spawn("a", ["cat"], Path("relative"), {"PATH": PATH}), "not a folder"),
    (Spawn("a", ["no-such-program"], Path("/"), {"PATH": PATH}), "not a program"),
    (Spawn("a", ["/etc/passwd"], Path("/"), {"PATH": PATH}), "not a program"),
    (Spawn("a", ["cat"], Path("/"), {"PATH": "/nowhere"}), "not a program"),
    (Spawn("a", ["a=b"], Path("/"), {"PATH": PATH}), "takes a name with ="),
    (Spawn("a", [], Path("/"), {"PATH": PATH}), "no program"),
    (Spawn("a", ["cat", "nul\0"], Path("/"), {"PATH": PATH}), "NUL"),
    (Spawn("a", ["cat"], Path("/"), {"PATH": PATH, "X": "\udcff"}), "UTF-8"),
    (Spawn("a", ["cat"], Path("/"), {"PATH": PATH, "A=B": "x"}), "no name for a variable"),
    (Spawn("a", ["cat"], Path("/"), {"PATH": PATH}, 0, 10), "no size"),
]


@pytest.mark.parametrize(("wanted", "why"), BAD)
async def test_what_cannot_be_started_leaves_nothing(tmux: Tmux, place: Place, wanted: Spawn, why: str) -> None:
    with pytest.raises(SpawnFailed, match=why):
        await tmux.spawn(wanted.name, wanted.argv, wanted.cwd, wanted.env, wanted.columns, wanted.rows)
    assert place.raw("list-sessions", "-F", "#{session_name}").split() == ["_hub"]


async def test_one_that_fails_does_not_hinder_the_others(tmux: Tmux) -> None:
    good = Spawn("same", ["cat"], Path("/"), {"PATH": PATH})
    first, bad, second = await tmux.spawn_many([good, BAD[3][0], good])
    assert isinstance(first, Pane)
    assert isinstance(bad, SpawnFailed)
    assert isinstance(second, SpawnFailed), "the name is taken"
    assert "duplicate" in str(second)
    assert [info.id for info in await tmux.panes()] == [first.id]


async def test_half_made_is_taken_away(tmux: Tmux, place: Place) -> None:
    place.raw("rename-session", "-t", "=_hub", "elsewhere")  # so that linking fails after starting
    with pytest.raises(SpawnFailed, match="did not start"):
        await tmux.spawn("half", ["cat"], Path("/"), {"PATH": PATH})
    assert place.raw("list-sessions", "-F", "#{session_name}").split() == ["elsewhere"]


async def test_fifty_at_once_and_nothing_of_their_output_is_missing(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    wanted = [
        Spawn(f"many-{at}", ["sh", "-c", f"echo first {at}; exec cat"], tmp_path, {"PATH": PATH}) for at in range(50)
    ]
    panes = [pane for pane in await tmux.spawn_many(wanted) if isinstance(pane, Pane)]
    assert len({pane.id for pane in panes}) == 50
    await until(lambda: all(heard.output[pane.id].endswith(b"\n") for pane in panes), "all to have spoken")
    assert [heard.output[pane.id] for pane in panes] == [f"first {at}\r\n".encode() for at in range(50)]
    assert len(await tmux.panes()) == 50


STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGHUP, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "1000"], preexec_fn=os.setpgrp)
print("children", os.getpid(), child.pid, flush=True)
time.sleep(1000)
"""


async def test_killing_leaves_no_process(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    meek = await tmux.spawn("meek", ["sh", "-c", "sleep 1000 & sleep 1000"], tmp_path, {"PATH": PATH})
    stubborn = await tmux.spawn("stubborn", [sys.executable, "-c", STUBBORN], tmp_path, {"PATH": PATH})
    await until(lambda: b"children" in heard.output[stubborn.id] and heard.output[stubborn.id].endswith(b"\n"))
    pids = [int(word) for word in heard.output[stubborn.id].split()[1:]]
    assert all(map(alive, [*pids, meek.pid]))
    await tmux.kill(meek.id, stubborn.id, grace=0.3)
    assert not any(map(alive, [*pids, meek.pid]))
    assert await tmux.panes() == []
    await until(lambda: heard.exits == {meek.id: None, stubborn.id: None}, "both exits")
    await tmux.kill(meek.id)  # again is fine


async def test_a_name_never_means_another_that_begins_alike(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    dev = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH})
    dev1 = await tmux.spawn("dev1", ["cat"], tmp_path, {"PATH": PATH})
    await tmux.paste(dev.id, b"for dev\n")
    await until(lambda: heard.output[dev.id].count(b"for dev") == 2, "the echo and the copy")
    await tmux.kill(dev.id)
    assert alive(dev1.pid)
    assert b"for dev" not in heard.output[dev1.id]
    for call in (tmux.attach_argv(dev.id), tmux.look(dev.id), tmux.paste(dev.id, b"x"), tmux.keys(dev.id, ["Enter"])):
        with pytest.raises(PaneGone):
            await call
    again = await tmux.spawn("dev", ["cat"], tmp_path, {"PATH": PATH})
    assert again.id not in (dev.id, dev1.id)
    assert {info.name: info.id for info in await tmux.panes()} == {"dev": again.id, "dev1": dev1.id}


async def test_spawning_together_with_everything_else(tmux: Tmux, heard: Heard, tmp_path: Path) -> None:
    async def one(at: int) -> None:
        pane = await tmux.spawn(f"busy-{at}", ["cat"], tmp_path, {"PATH": PATH})
        await tmux.paste(pane.id, f"text {at}\n".encode())
        await until_async(lambda: _shows(tmux, pane.id, f"text {at}"))
        await tmux.kill(pane.id)

    await asyncio.gather(*(one(at) for at in range(12)))
    assert await tmux.panes() == []


async def _shows(tmux: Tmux, pane: str, text: str) -> bool:
    return any(text in line for line in (await tmux.look(pane)).lines)
