"""Runtimes as TOML files: what ships, what a person adds, and that a bad one harms nothing but itself."""

from pathlib import Path

import pytest

from openrig_rpc.home import Home
from openrig_rpc.model.errors import RuntimeMissing
from openrig_rpc.runtimes.copies import Copies
from openrig_rpc.runtimes.declared import Declared, shipped
from openrig_rpc.runtimes.runtime import Seat
from openrig_rpc.runtimes.runtimefile import BadRuntimeFile, parse_runtime
from openrig_rpc.runtimes.shelf import Shelf
from openrig_rpc.spec.load import load_rig

OWN = r"""
schema = 1
harness = "my-agent"
assume = "1.0"

[runtime]
summary = "An agent of my own"
command = ["my-agent", "--here", "{cwd}"]
begin = ["--new", "{conversation}"]
resume = ["--again", "{conversation}"]
begun = { files = "{home}/kept/{short}-*", line = '^said: ' }
model = ["--model={model}"]
guide = ["--told", "{guide}"]
files = { "told.md" = "You are {address}." }
env = { MINE = "{folder}/told.md", LANG = "C" }
keys = { submit = "C-m", queue = "Tab", pause = 0.1 }

[[composer]]
name = "plain"
glyph = '> '
below = '^-{8,}'

[[rule]]
name = "ready"
state = "idle"
reason = "its composer is there"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A person's folder with one good file."""
    found = tmp_path / "runtimes"
    found.mkdir()
    (found / "my-agent.toml").write_text(OWN)
    return found


@pytest.fixture
def shelf(folder: Path, tmp_path: Path) -> Shelf:
    shelf = Shelf(Copies(tmp_path), folder)
    program = tmp_path / "bin" / "my-agent"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    shelf.environ = {"PATH": str(program.parent), "HOME": str(tmp_path)}
    return shelf


def seat(shelf: Shelf, folder: Path, conversation: str | None = None, model: str | None = None) -> Seat:
    env = {**shelf.environ, "LANG": "de"}
    return Seat("a1", 1, "p-one@r", folder, env, folder, [], model=model, conversation=conversation)


def test_three_ship_and_say_with_what_they_were_tried(shelf: Shelf) -> None:
    infos = {info.name: info for info in shelf.infos()}
    for name, version in (("gemini-cli", "0.61.0"), ("opencode", "1.18.33"), ("pi", "0.73.1")):
        assert version in infos[name].verified
        assert shelf.known()[name] is infos[name].installed
    assert infos["my-agent"].installed
    assert "nobody" in infos["my-agent"].verified
    assert infos["codex"].verified == "tested"


def test_it_is_started_as_its_file_says(shelf: Shelf, tmp_path: Path) -> None:
    mine = shelf.get("my-agent")
    first = mine.launch(seat(shelf, tmp_path, model="big"))
    program = str(tmp_path / "bin" / "my-agent")
    assert first.conversation is not None
    assert first.argv[:6] == [program, "--here", str(tmp_path), "--new", first.conversation, "--model=big"]
    assert first.argv[6] == "--told" and "p-one@r" in first.argv[7]
    # What the person's environment says is theirs.
    assert (first.env["MINE"], first.env["LANG"]) == (str(tmp_path / "told.md"), "de")
    assert (tmp_path / "told.md").read_text() == "You are p-one@r."
    assert (mine.manners.submit, mine.manners.queue, mine.manners.now, mine.manners.pause) == ("C-m", "Tab", None, 0.1)


def test_a_conversation_is_resumed_once_something_was_said(shelf: Shelf, tmp_path: Path) -> None:
    mine = shelf.get("my-agent")
    known = "0a1b2c3d-0000-4000-8000-000000000000"
    anew = mine.launch(seat(shelf, tmp_path, known))
    assert "--new" in anew.argv and anew.conversation not in (known, None)
    kept = tmp_path / "kept" / "0a1b2c3d-notes"
    kept.parent.mkdir()
    kept.write_text("begun\n")
    assert "--new" in mine.launch(seat(shelf, tmp_path, known)).argv
    kept.write_text("begun\nsaid: hello\n")
    again = mine.launch(seat(shelf, tmp_path, known))
    assert again.argv[3:5] == ["--again", known] and again.conversation == known


def test_one_that_is_not_installed_says_how_to_get_it(shelf: Shelf, tmp_path: Path) -> None:
    shelf.environ = {"PATH": "/nowhere", "HOME": "/nowhere"}
    with pytest.raises(RuntimeMissing) as missing:
        shelf.get("gemini-cli").launch(seat(shelf, tmp_path))
    assert missing.value.fix == "npm install -g @google/gemini-cli"


def test_rig_files_know_it(shelf: Shelf, tmp_path: Path) -> None:
    agent = tmp_path / "agents" / "a" / "agent.yaml"
    agent.parent.mkdir(parents=True)
    agent.write_text('name: a\nversion: "1.0"\nprofiles: {default: {}}\n')
    member = "{{id: {0}, agent_ref: 'local:agents/a', profile: default, runtime: {1}, cwd: .}}"
    members = "\n".join(f"      - {member.format(*each)}" for each in (("x", "my-agent"), ("y", "my-agant")))
    file = tmp_path / "rig.yaml"
    file.write_text(f'version: "0.2"\nname: r\npods:\n  - id: p\n    label: P\n    members:\n{members}\n')
    (found,) = load_rig(file, known_runtimes=shelf.known()).diagnostics
    assert found.code == "unknown-runtime" and "`my-agent`?" in found.message


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("schema = 1", "schema = ", "it is no TOML"),
        ("schema = 1", "schema = 2", "schema"),
        ('harness = "my-agent"', 'harness = "My Agent"', "no name for rig files"),
        ('harness = "my-agent"', 'harness = "codex"', "already"),
        ('harness = "my-agent"', 'harness = "pi"', "already"),
        ('command = ["my-agent", "--here", "{cwd}"]', "", "runtime, command"),
        ('command = ["my-agent", "--here", "{cwd}"]', "command = []", "runtime, command"),
        ("{cwd}", "{cmd}", "{cmd}"),
        ("summary", "sumary", "runtime, sumary"),
        ("'> '", "'['", "composer 1, glyph"),
        ('state = "idle"', 'state = "busy"', "ready"),
        ('"Tab"', "7", "queue"),
        ('"told.md"', '"../told.md"', "files"),
        ("pause = 0.1", "pause = 60", "pause"),
        (OWN, "", "Field required"),
        (OWN, "x = " + "[" * 5000, ""),
    ],
)
def test_a_bad_file_is_told_and_harms_nothing_else(shelf: Shelf, folder: Path, was: str, now: str, told: str) -> None:
    assert was in OWN
    bad = folder / "bad.toml"
    bad.write_text(OWN.replace('"my-agent"', '"other"', 1).replace(was, now, 1) if was != OWN else now)
    if "harness" in was:
        bad.write_text(OWN.replace(was, now, 1))
    (fault,) = shelf.faults()
    assert fault.path == bad and told in fault.why and "\n" not in fault.why
    assert shelf.get("my-agent").name == "my-agent"
    assert shelf.get("codex").name == "codex"
    with pytest.raises(RuntimeMissing) as missing:
        shelf.get("bad")
    assert fault.why in missing.value.why and str(bad) in missing.value.fix
    bad.unlink()
    assert shelf.faults() == []


def test_what_is_no_text_or_no_file_is_told_too(shelf: Shelf, folder: Path) -> None:
    (folder / "a.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "b.toml").symlink_to(folder / "nowhere")
    (folder / "c.toml").mkdir()
    (folder / "big.toml").write_text("#" * 300_000)
    assert [fault.path.name for fault in shelf.faults()] == ["a.toml", "big.toml"]


def test_a_file_that_breaks_later_keeps_what_it_said(shelf: Shelf, folder: Path) -> None:
    good = shelf.get("my-agent")
    (folder / "my-agent.toml").write_text("schema = ")
    assert [fault.path.name for fault in shelf.faults()] == ["my-agent.toml"]
    assert shelf.get("my-agent") is good
    (folder / "my-agent.toml").write_text(OWN.replace("of my own", "mended"))
    assert shelf.faults() == [] and shelf.get("my-agent").summary == "An agent mended"


def test_without_a_folder_there_is_what_ships(tmp_path: Path) -> None:
    shelf = Shelf(Copies(tmp_path), tmp_path / "nowhere")
    assert shelf.faults() == [] and "pi" in shelf.known()


def test_where_a_persons_files_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENRIG_RPC_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert Home(tmp_path / "state").runtime_files == tmp_path / "openrig-rpc" / "runtimes"
    monkeypatch.setenv("OPENRIG_RPC_CONFIG", str(tmp_path / "mine"))
    assert Home(tmp_path / "state").runtime_files == tmp_path / "mine" / "runtimes"


def test_shipped_files_are_named_as_their_runtimes() -> None:
    for name, text in shipped():
        assert Declared(parse_runtime(text)).name == name.replace("_", "-")
    with pytest.raises(BadRuntimeFile):
        parse_runtime("")
