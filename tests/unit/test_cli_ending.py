"""Whoever listens below a folder is ended, and nobody else."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from openrig_rpc.cli.ending import end_all

LISTEN = """
import signal, socket, sys
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
signal.pause()
"""


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate(timeout=10)


@pytest.mark.parametrize("how", ["polite", "deaf"])
def test_listeners_are_ended(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("openrig_rpc.cli.ending.GENTLE", 0.2 if how == "deaf" else 10)
    (tmp_path / "run" / "deep").mkdir(parents=True)
    (tmp_path / "run" / "file").write_text("no socket")
    for path in ("run/deep/s", "outside"):
        argv = [sys.executable, "-c", LISTEN, str(tmp_path / path), how]
        started.append(subprocess.Popen(argv, stdout=subprocess.PIPE))
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    with socket.socket(socket.AF_UNIX) as own:
        own.bind(str(tmp_path / "run" / "mine"))
        own.listen()
        assert end_all(tmp_path / "run") == 1
    assert started[0].wait(10) != 0
    assert started[1].poll() is None, "what listens elsewhere is none of our business"
    assert end_all(tmp_path / "run") == 0
