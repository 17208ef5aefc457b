"""The Python client: one conversation with one live daemon over every way in, and what its README promises."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.clients.house import PYTHON, ROOT, converse, paste, python
from tests.living import Living


def test_python_says_the_same_when_it_waits(home: Living, expected: list[Any]) -> None:
    assert converse(home, "sync", key="key-sync") == expected


def test_python_says_the_same_over_tcp_and_stdio(home: Living, forwarder: Path, expected: list[Any]) -> None:
    said = home.home.daemon()
    assert said is not None
    assert converse(home, "async", said["endpoints"]["tcp"], key="key-tcp") == expected
    assert converse(home, "sync", forwarder, "stdio", key="key-stdio") == expected


def test_the_first_lines_of_the_python_readme_work(home: Living) -> None:
    script = home.write("paste.py", paste(PYTHON / "README.md", "python"))
    said = python(home, script).splitlines()
    assert any(line.startswith("p-shell@talk ") for line in said)
    assert said[0].startswith(f"daemon {home.ask('system/info')['version']} ")
    numbers = [int(line.split()[0]) for line in said if line.split()[0].isdecimal()]
    assert numbers and numbers == sorted(numbers)


def test_a_slow_reader_misses_nothing(home: Living) -> None:
    """More events than a client keeps: those beyond are asked for again."""
    assert python(home, PYTHON / "tests" / "overflow.py", "100") == "100 True\n"


def test_the_python_client_is_typed() -> None:
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        "pyproject.toml",
        "--cache-dir",
        ROOT / ".mypy_cache" / "client",
    ]
    done = subprocess.run(words, cwd=PYTHON, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
