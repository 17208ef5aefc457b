"""The Lua client in a real Neovim holds the same conversation."""

import subprocess
from pathlib import Path
from typing import Any

from tests.clients.house import CLIENTS, CONVERSATION, paste, run, transcript
from tests.contract.test_foreign_clients import need
from tests.editors.test_neovim import neovim
from tests.living import Living

__all__ = ["neovim"]
SOURCE = CLIENTS / "lua"


def lua(home: Living, neovim: Path, *words: str | Path, merged: bool = False) -> str:
    """What a script writes; Lua's `print` goes to stderr there."""
    begin = ["--clean", "--headless", "--cmd", f"set runtimepath^={SOURCE}", "-l"]
    return run(home, [neovim, *begin, *words], merged=merged, XDG_RUNTIME_DIR=str(home.folder))


def converse(home: Living, neovim: Path, *where: str | Path, key: str) -> list[Any]:
    """The transcript of the Lua client."""
    return transcript(lua(home, neovim, SOURCE / "tests" / "converse.lua", CONVERSATION, key, *where), key)


def test_it_says_the_same(home: Living, neovim: Path, expected: list[Any]) -> None:
    assert converse(home, neovim, key="key-lua") == expected


def test_it_says_the_same_over_tcp_and_stdio(home: Living, neovim: Path, forwarder: Path, expected: list[Any]) -> None:
    said = home.home.daemon()
    assert said is not None
    assert converse(home, neovim, said["endpoints"]["tcp"], key="key-lua-tcp") == expected
    assert converse(home, neovim, forwarder, "stdio", key="key-lua-stdio") == expected


def test_the_first_lines_of_the_readme_work(home: Living, neovim: Path) -> None:
    script = home.write("paste.lua", paste(SOURCE / "README.md", "lua"))
    said = lua(home, neovim, script, merged=True).splitlines()
    assert said[0] == f"daemon {home.ask('system/info')['version']} on tmux {home.ask('system/info')['tmuxVersion']}"
    assert any(line.startswith("p-shell@talk ") for line in said)
    numbers = [int(line.split()[0]) for line in said if line.split()[0].isdecimal()]
    assert numbers and numbers == sorted(numbers)


def test_without_a_daemon_it_says_so(neovim: Path, tmp_path: Path) -> None:
    script = tmp_path / "alone.lua"
    script.write_text(
        "local rig = require('openrig').client({ home = arg[1] })\n"
        "local ok, err = pcall(rig.system.info)\n"
        "assert(not ok and err.code == -32099, vim.inspect(err))\n"
        "print(err.message)\n"
    )
    words: list[str | Path] = [
        neovim,
        "--clean",
        "--headless",
        "--cmd",
        f"set runtimepath^={SOURCE}",
        "-l",
        script,
        tmp_path,
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and f"no daemon runs for {tmp_path}" in done.stderr


def test_luacheck_has_nothing_to_say() -> None:
    luacheck = need("luacheck")
    done = subprocess.run([luacheck, "--no-color", "."], cwd=SOURCE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
