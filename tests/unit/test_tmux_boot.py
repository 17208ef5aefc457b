"""Finding tmux, its versions, our configuration."""

import os
import stat
from pathlib import Path

import pytest

from openrig_rpc.model.errors import TmuxUnavailable
from openrig_rpc.tmux import boot, config


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)


def test_no_tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "dnf", "#!/bin/sh\n")
    with pytest.raises(TmuxUnavailable) as raised:
        boot.find()
    assert raised.value.data()["kind"] == "tmux-unavailable"
    assert "sudo dnf install tmux" in raised.value.fix


@pytest.mark.parametrize(("said", "message"), [("tmux 3.1c", "too old"), ("tmux 2.9", "too old")])
def test_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, message: str) -> None:
    program(tmp_path, "tmux", f"#!/bin/sh\necho {said}\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(TmuxUnavailable, match=message) as raised:
        boot.find()
    assert "3.2" in raised.value.why


def test_a_tmux_that_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "tmux", "#!/bin/sh\nexit 3\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(TmuxUnavailable, match="does not run"):
        boot.find()


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("tmux 3.3a", (3, 3)),
        ("tmux 3.10", (3, 10)),
        ("tmux next-3.6", (3, 6)),
        ("tmux master", (99, 0)),
        ("tmux openbsd-7.6", (99, 0)),
    ],
)
def test_versions(said: str, number: tuple[int, int]) -> None:
    assert boot.parsed(said).number == number


def test_the_configuration_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tmux.conf"
    boot.write_config(path)
    boot.write_config(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["tmux.conf"]


def test_the_servers_environment_is_not_the_starters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_AN_EDITOR", "x")
    found = config.server_environment()
    assert "SECRET_OF_AN_EDITOR" not in found
    assert {"PATH", "HOME", "SHELL"} <= found.keys()
    assert config.server_environment({"TMUX": "x", "LANG": "de_DE.UTF-8"})["LANG"] == "de_DE.UTF-8"
    assert "TMUX" not in config.server_environment({"TMUX": "x"})
