"""Agents that nobody started through us: found by the processes in the panes of the user's tmux servers, and by what
their harnesses themselves write down. Only looked at, never touched."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..model.agent import Candidate
from ..runtimes.conversations import ARCHIVES, Place, family
from ..tmux.elsewhere import ForeignPane
from .processes import variable_of

SHELLS = frozenset({"bash", "zsh", "fish", "sh", "dash", "ksh", "tcsh", "csh", "nu", "xonsh", "pwsh"})
PROGRAMS = {
    "claude-code": re.compile(
        r"(?:^|/)(?:@anthropic-ai/claude-code[^/]*/.*|claude(?:\.exe)?|\.local/share/claude/.+)$"
    ),
    "codex": re.compile(r"(?:^|/)(?:@openai/codex.*|codex)$"),
    "scripted": re.compile(r"(?:^|/)scripted_harness\.py$"),
}
HOMES = ("HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME")
OF_PROGRAM = re.compile(r"(?:^|/)(?:node|bun|deno|python[\d.]*)$")
"""What runs scripts: then the script's name says who it is."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process in a pane, and how sure its program is."""

    pid: int
    runtime: str
    why: str
    sure: bool


def candidates(panes: Iterable[ForeignPane]) -> list[Candidate]:
    """One for each pane in which an agent or a shell runs. Reads /proc and harnesses' files: call it in a thread."""
    found = []
    for pane in panes:
        process = harness(pane.pid)
        if process is not None:
            found.append(candidate(pane, process))
    return found


def candidate(pane: ForeignPane, process: Process) -> Candidate:
    """What a pane is taken for, and why."""
    evidence = [f"{process.why} (process {process.pid}) in {pane.place} of {pane.socket}"]
    conversation = held(process, Path(pane.cwd))
    if conversation is not None:
        evidence.append(f"its own files name its conversation: {conversation}")
    sure = process.sure and (conversation is not None or process.runtime == "terminal")
    born = start_time(process.pid)
    return Candidate(
        id="c" + hashlib.sha256(f"{pane.socket}\0{pane.pane}\0{process.pid}\0{born}".encode()).hexdigest()[:16],
        runtime=process.runtime,
        confidence="certain" if sure else "likely" if process.sure or conversation is not None else "guess",
        evidence=evidence,
        socket=str(pane.socket),
        pane=pane.pane,
        pid=process.pid,
        cwd=pane.cwd,
        conversation=conversation,
    )


def held(process: Process, cwd: Path) -> str | None:
    """The conversation that a harness is in, by its own files."""
    archive = ARCHIVES.get(process.runtime)
    if archive is None:
        return None
    env = {name: value for name in HOMES if (value := variable_of(process.pid, name)) is not None}
    return archive.held_by(Place(env, cwd, cwd), process.pid)


def harness(pane: int) -> Process | None:
    """The harness among a pane's processes, the outermost one; else the shell that the pane is; else nobody known."""
    for pid in family(pane):
        for runtime, pattern in PROGRAMS.items():
            for name, sure in names(pid):
                if pattern.search(name):
                    return Process(pid, runtime, f"{name} runs", sure)
    shell = Path(next((name for name, _ in names(pane)), "")).name
    return Process(pane, "terminal", f"its first process is {shell}", True) if shell in SHELLS else None


def names(pid: int) -> Iterator[tuple[str, bool]]:
    """What a process calls itself: its program, surely; a script that it runs, less so: anybody can name a file."""
    program = ""
    try:
        program = os.readlink(f"/proc/{pid}/exe")  # noqa: PTH115 - no path of ours
    except OSError:
        return
    yield program, True
    if OF_PROGRAM.search(program):
        words = [word for word in arguments(pid)[1:] if not word.startswith("-")]
        yield from ((word, False) for word in words[:1])


def arguments(pid: int) -> list[str]:
    """A process's command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
    except OSError:
        return []


def start_time(pid: int) -> str:
    """When a process began, in the kernel's ticks: a process id may serve again."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
