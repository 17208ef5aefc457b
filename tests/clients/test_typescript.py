"""The TypeScript client, built by npm and run by Node, holds the same conversation."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.house import CLIENTS, CONVERSATION, ROOT, paste, run, transcript
from tests.contract.test_foreign_clients import need
from tests.living import Living

SOURCE = CLIENTS / "typescript"
PARTS = ("package.json", "package-lock.json", "tsconfig.json", "src", "tests")


@pytest.fixture(scope="module")
def package() -> Path:
    """The package as npm and tsc make it, in a cache folder; packages are kept from run to run."""
    npm, _ = need("npm"), need("node")
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = ROOT / ".cache" / "npm" / f"client-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for part in (*PARTS, "dist"):
            shutil.rmtree(folder / part, ignore_errors=True)
        for part in PARTS:
            if (SOURCE / part).is_dir():
                shutil.copytree(SOURCE / part, folder / part)
            else:
                shutil.copy(SOURCE / part, folder / part)
        if not (folder / "node_modules" / ".package-lock.json").is_file():
            done = subprocess.run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True
            )
            if done.returncode != 0:
                if os.environ.get("CI"):
                    pytest.fail(f"npm could not install the client's packages: {done.stderr}")
                pytest.skip(f"npm could not install the client's packages: {done.stderr[-300:]}")
        # Strict, and no file is written where a type is wrong.
        built = subprocess.run(
            [npm, "run", "build", "--", "--noEmitOnError"], cwd=folder, capture_output=True, text=True
        )
        assert built.returncode == 0, built.stdout + built.stderr
    return folder


def converse(home: Living, package: Path, *words: str, key: str, flags: tuple[str, ...] = ()) -> list[Any]:
    """The transcript of the TypeScript client."""
    kind, *where = words or ("node",)
    return transcript(
        run(home, ["node", *flags, package / "tests" / "converse.mjs", kind, CONVERSATION, key, *where]), key
    )


def test_it_says_the_same(home: Living, package: Path, expected: list[Any]) -> None:
    assert converse(home, package, key="key-node") == expected


def test_it_says_the_same_over_tcp(home: Living, package: Path, expected: list[Any]) -> None:
    said = home.home.daemon()
    assert said is not None
    assert converse(home, package, "node", said["endpoints"]["tcp"], key="key-node-tcp") == expected


def test_a_browser_says_the_same(home: Living, package: Path, expected: list[Any]) -> None:
    """By the module for browsers, with Node's own WebSocket, over the plain door."""
    said = home.home.daemon()
    assert said is not None
    token = (home.home.tokens / "operator").read_text().strip()
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    flags = () if int(version.lstrip("v").partition(".")[0]) >= 22 else ("--experimental-websocket",)
    words = ("browser", said["endpoints"]["ws"], token)
    assert converse(home, package, *words, key="key-browser", flags=flags) == expected


def test_the_first_lines_of_the_readme_work(home: Living, package: Path) -> None:
    # A package may import itself by its own name.
    script = package / "tests" / "paste.mjs"
    script.write_text(paste(SOURCE / "README.md", "js"), "utf-8")
    said = run(home, ["node", script]).splitlines()
    assert said[0].startswith(f"daemon {home.ask('system/info')['version']} ")
    assert any(line.startswith("p-shell@talk ") for line in said)
    numbers = [int(line.split()[0]) for line in said if line.split()[0].isdecimal()]
    assert numbers and numbers == sorted(numbers)


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (SOURCE / "package-lock.json").read_text("utf-8")
