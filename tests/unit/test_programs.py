"""Finding a harness's own binary past what npm and people put before it."""

import json
from pathlib import Path

import pytest

from openrig_rpc.runtimes.programs import Package, find_program, platform_words

PACKAGE = Package("@maker/tool", ("@maker/tool-{system}-{arch}/bin/tool",))


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}


def program(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def test_none(env: dict[str, str]) -> None:
    assert find_program("no-such-tool", PACKAGE, env) is None


def test_a_native_install_tells_its_version(tmp_path: Path, env: dict[str, str]) -> None:
    binary = program(tmp_path / "share" / "versions" / "2.1.330", b"\x7fELF...")
    (tmp_path / "bin" / "tool").symlink_to(binary)
    found = find_program("tool", PACKAGE, env)
    assert found is not None
    assert (found.path, found.version) == (binary, "2.1.330")


@pytest.mark.parametrize("nested", [True, False])
def test_past_an_npm_shim(tmp_path: Path, env: dict[str, str], nested: bool) -> None:
    modules = tmp_path / "lib" / "node_modules"
    wrapper = modules / "@maker" / "tool"
    script = program(wrapper / "bin" / "tool.js", b"#!/usr/bin/env node\n")
    (wrapper / "package.json").write_text(json.dumps({"name": "@maker/tool", "version": "1.2.3"}))
    words = platform_words()
    inside = Path(f"@maker/tool-{words['system']}-{words['arch']}/bin/tool")
    binary = program((wrapper / "node_modules" if nested else modules) / inside, b"\x7fELF...")
    (tmp_path / "bin" / "tool").symlink_to(script)
    found = find_program("tool", PACKAGE, env)
    assert found is not None
    assert (found.path, found.version) == (binary, "1.2.3")


def test_an_npm_shim_without_a_binary_is_started_itself(tmp_path: Path, env: dict[str, str]) -> None:
    wrapper = tmp_path / "lib" / "node_modules" / "@maker" / "tool"
    script = program(wrapper / "cli.js", b"#!/usr/bin/env node\n")
    (wrapper / "package.json").write_text(json.dumps({"name": "@maker/tool", "version": "1.2.3"}))
    (tmp_path / "bin" / "tool").symlink_to(script)
    found = find_program("tool", PACKAGE, env)
    assert found is not None
    assert (found.path, found.version) == (tmp_path / "bin" / "tool", "1.2.3")


@pytest.mark.parametrize("line", ['exec "{}" "$@"', "exec '{}' \"$@\"", 'exec {} "$@"'])
def test_past_a_wrapper(tmp_path: Path, env: dict[str, str], line: str) -> None:
    binary = program(tmp_path / "opt" / "tool", b"\x7fELF...")
    program(tmp_path / "bin" / "tool", f"#!/bin/sh\n{line.format(binary)}\n".encode())
    found = find_program("tool", PACKAGE, env)
    assert found is not None
    assert found.path == binary


@pytest.mark.parametrize("line", ['exec "$HOME/tool" "$@"', 'FOO=1 exec "{}" "$@"', '{} "$@"; echo done'])
def test_a_wrapper_that_does_more_is_started_itself(tmp_path: Path, env: dict[str, str], line: str) -> None:
    binary = program(tmp_path / "opt" / "tool", b"\x7fELF...")
    wrapper = program(tmp_path / "bin" / "tool", f"#!/bin/sh\n{line.format(binary)}\n".encode())
    found = find_program("tool", PACKAGE, env)
    assert found is not None
    assert found.path == wrapper


def test_wrappers_in_a_ring_end(tmp_path: Path, env: dict[str, str]) -> None:
    wrapper = tmp_path / "bin" / "tool"
    program(wrapper, f'#!/bin/sh\nexec "{wrapper}" "$@"\n'.encode())
    found = find_program("tool", PACKAGE, env)
    assert found is not None
    assert found.path == wrapper


def test_where_installers_put_it(tmp_path: Path, env: dict[str, str]) -> None:
    binary = program(tmp_path / "home" / ".local" / "bin" / "tool", b"\x7fELF...")
    found = find_program("tool", PACKAGE, env)
    assert found is not None
    assert found.path == binary
