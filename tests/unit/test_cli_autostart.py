"""What starts the daemon at login: written where the session manager looks, and as it reads it."""

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openrig_rpc.cli import autostart
from openrig_rpc.cli.main import main
from openrig_rpc.daemon import RUNS_ALREADY


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an odd name, and no session manager."""
    home = tmp_path / 'a $person\'s 100% "home"'
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("OPENRIG_RPC_HOME", str(home / "state"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return home


def test_the_unit_is_written_verified_and_removed(person: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["autostart", "install"]) == 1  # Nobody could be told of it here.
    told = capsys.readouterr().out
    assert "systemctl --user daemon-reload" in told and "systemctl --user enable openrig-rpc" in told
    unit = person / ".config" / "systemd" / "user" / "openrig-rpc.service"
    lines = unit.read_text("utf-8").splitlines()
    assert "KillMode=process" in lines
    assert f"RestartPreventExitStatus={RUNS_ALREADY}" in lines
    assert f'ExecStart="{sys.executable}" "-m" "openrig_rpc" "daemon"' in lines
    assert any(line.startswith("ExecStartPost=-") and line.endswith('"up" "--all" "--no-wait"') for line in lines)
    assert main(["autostart", "remove"]) == 1
    assert not unit.exists()
    assert main(["autostart", "remove"]) == 0


def test_systemd_reads_the_unit(person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verify = shutil.which("systemd-analyze", path="/usr/bin:/bin")
    if verify is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("NOT TESTED: systemd-analyze is not installed")
    assert main(["autostart", "install"]) == 1
    unit = person / ".config" / "systemd" / "user" / "openrig-rpc.service"
    plain = unit.parents[4] / "openrig-rpc.service"  # systemd-analyze takes no odd path.
    shutil.copy(unit, plain)
    # A manager of its own, which reads only what it is given.
    argv, env = [verify, "--user", "verify", str(plain)], {"HOME": str(person), "XDG_RUNTIME_DIR": str(person.parent)}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    assert [line for line in done.stderr.splitlines() if "openrig-rpc" in line] == []
    plain.write_text(plain.read_text("utf-8").replace("KillMode=process", "KillMode=gently"), "utf-8")
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    assert "kill mode" in done.stderr, "it complains of nothing"


def test_a_failed_session_manager_is_no_success(person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str]) -> bool:
        ran.append(command)
        return True

    monkeypatch.setattr(autostart, "run", run)
    assert main(["autostart", "install"]) == 0
    assert ran == [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", "openrig-rpc"]]
    assert main(["autostart", "up"]) == 2


def test_launchd(person: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert main(["autostart", "show"]) == 0
    job = plistlib.loads(capsys.readouterr().out.encode())
    assert job["ProgramArguments"] == [sys.executable, "-m", "openrig_rpc", "cli", "up", "--all", "--no-wait"]
    assert job["RunAtLoad"] is True
    assert job["AbandonProcessGroup"] is True, "agents would end with the job"
    assert job["EnvironmentVariables"] == {"OPENRIG_RPC_HOME": str(person / "state"), "PATH": os.environ["PATH"]}
    main(["autostart", "install"])
    assert (person / "Library" / "LaunchAgents" / f"{job['Label']}.plist").is_file()
