"""What of a spec needs a person's trust: commands it would run, and permissions it loosens. Talk needs none."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..model.marks import NotYet
from ..model.spec import Posture, RigExtension, RigSpec, ServicesSpec
from ..runtimes.given import Fragment, Given, NotGiven, Skill
from ..spec.loaded import LoadedRig, ResolvedMember
from ..spec.policy import front_matter
from .posture import LOOSENED
from .projection import read
from .reading import Reading, reading
from .startup import Said

LONGEST = 400
"""Characters of a text that are shown."""

TELLING = re.compile(
    r"HOME|XDG_.*|(?:CLAUDE|ANTHROPIC|CODEX|OPENAI|GEMINI|GOOGLE|AWS|AZURE|GIT|NPM|PIP|UV|CARGO|DOCKER|SSH|SSL|NODE|BUN"
    r"|DENO|OPENCODE|PI|MCP)_.*|.*_PROXY|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESSOPEN|LESSCLOSE|MAKEFLAGS|IS_SANDBOX",
    re.IGNORECASE,
)
"""Variables by which programs find their settings, others to run, or whom they talk to."""
SHELL_LINE = re.compile(r"\s*[!/]")
"""How a line for a coding harness begins that is a command of its, or of its shell."""
DIRECTIVE = re.compile(r"\[\[run=")
"""What makes a scripted agent run a command without asking."""
HARMLESS_SETTINGS = frozenset(
    {"$schema", "model", "outputStyle", "language", "includeCoAuthoredBy", "alwaysThinkingEnabled", "effortLevel"}
)
TIGHTER = frozenset({"deny", "ask"})
HARMLESS_CONFIG = frozenset({"model", "model_reasoning_effort", "model_reasoning_summary", "model_verbosity"})
HARMLESS_FRONT = frozenset(
    {"name", "description", "license", "metadata", "version", "model", "effort", "color", "argument-hint", "tools"}
    | {"disallowedTools", "when_to_use", "disable-model-invocation", "user-invocable", "compatibility", "skills"}
)
"""Front matter of skills and subagents that lets them do no more."""
INLINE_SHELL = re.compile(r"!`|^```!", re.MULTILINE)
"""What Claude Code runs when it reads a skill."""


class Wish(NamedTuple):
    """One thing that needs trust: as a person is shown it, and what it is in full."""

    shown: str
    whole: str = ""


def wishes(loaded: LoadedRig) -> Iterator[Wish]:
    """Everything of a spec that needs trust, in its order. Reads files: call it in a thread."""
    if loaded.spec is None:
        return
    yield from _grants(loaded.spec)
    yield from _services(loaded.spec, loaded.root)
    for member in loaded.members:
        try:
            found = reading(member)
        except NotGiven:
            found = None  # It can't be started so far.
        yield from wishes_of(member, found)


def wishes_of(member: ResolvedMember, found: Reading | None) -> Iterator[Wish]:
    """What of one member needs trust, as far as its files could be read."""
    for wish in _member(member, found):
        yield Wish(f"{member.pod}-{member.member} {wish.shown}", f"{member.cwd}\0{wish.whole}")


def _grants(spec: RigSpec) -> Iterator[Wish]:
    for address, granted in (spec.extension.grants if spec.extension else {}).items():
        more = [grant.value for grant in granted if grant.value not in ("read", "talk", "message")]
        if more:
            yield Wish(f"{address} may {', '.join(more)} in its rig")


def _services(spec: RigSpec, root: Path | None) -> Iterator[Wish]:
    """Only what this version starts."""
    processes = spec.extension.services if spec.extension and _honoured(RigExtension, "services") else {}
    for name, process in processes.items():
        yield Wish(f"the service {name} runs in {process.cwd}: {shlex.join(process.command)}", _json(process.env))
    services = spec.services if _honoured(RigSpec, "services") else None
    if services is not None:
        try:
            composed = read((root or Path()) / services.compose_file)
        except NotGiven:
            composed = ""
        shown = f"its services run: docker compose -f {services.compose_file} up"
        yield Wish(shown, f"{_json(services.profiles)}\0{composed}")
        for point in services.checkpoints if _honoured(ServicesSpec, "checkpoints") else ():
            yield Wish(f"the checkpoint {point.id} runs: {point.export}; and: {point.import_ or 'nothing'}")


def _member(member: ResolvedMember, found: Reading | None) -> Iterator[Wish]:
    if member.command:
        yield Wish(f"runs in {member.cwd}: {shlex.join(member.command)}")
    for name, value in member.env.items():
        if TELLING.fullmatch(name):
            yield Wish(f"is started with {name}={_short(value)}", value)
    how = found.posture if found else Posture.OWN
    if how in LOOSENED:
        yield Wish(f"{LOOSENED[how]} ({member.permission_policy})")
    if how is Posture.BYPASS and member.non_interruptive:
        yield Wish("has its harness's warning of that accepted for you (non_interruptive)")
    if member.codex_config_profile and how is not Posture.BYPASS:
        yield Wish(f"uses the profile {member.codex_config_profile} of your Codex configuration")
    scripted = member.extension.scripted
    if scripted is not None and DIRECTIVE.search(scripted.directives):
        yield Wish(f"does with all it is told: {_short(scripted.directives)}", scripted.directives)
    if found is not None:
        yield from _typed(member, found.said)
        yield from _given(member, found.given)


def _typed(member: ResolvedMember, said: Sequence[Said]) -> Iterator[Wish]:
    """What is typed at a start and is more than talk: a line for a shell, a command of the harness."""
    is_command = DIRECTIVE.search if member.runtime == "scripted" else SHELL_LINE.match
    for text, _ in said:
        if member.runtime == "terminal" or is_command(text):
            yield Wish(f"is typed at its start: {_short(text)}", text)


def _given(member: ResolvedMember, found: Given) -> Iterator[Wish]:
    for fragment in found.fragments:
        yield from _fragment(fragment)
    for skill in found.skills if member.runtime == "claude-code" else ():
        yield from _skill(skill)
    for subagent in found.subagents if member.runtime == "claude-code" else ():
        yield from _front(f"the subagent {subagent.name}", subagent.text)


def _fragment(fragment: Fragment) -> Iterator[Wish]:
    config = fragment.type == "codex_config_fragment"
    try:
        found = fragment.parsed()
    except NotGiven:
        return  # It can't be started.
    servers = found.get("mcp_servers" if config else "mcpServers", {})
    if fragment.type == "claude_mcp_fragment":
        servers, found = found.get("mcpServers", found), {}
    for name, server in servers.items() if isinstance(servers, dict) else ():
        yield Wish(f"gets the MCP server {name}: {_server(server)}", _json(server))
    settings = {key: value for key, value in found.items() if key not in ("mcp_servers", "mcpServers")}
    more = {
        key: value
        for key, value in settings.items()
        if key not in (HARMLESS_CONFIG if config else HARMLESS_SETTINGS) and not _tightens(key, value)
    }
    if more:
        yield Wish(f"gets settings ({fragment.name}): {_short(_json(more))}", fragment.text)


def _tightens(key: str, value: object) -> bool:
    return key == "permissions" and isinstance(value, dict) and value.keys() <= TIGHTER


def _server(server: object) -> str:
    if isinstance(server, dict) and isinstance(server.get("command"), str):
        rest = server.get("args")
        return shlex.join([server["command"], *(str(each) for each in (rest if isinstance(rest, list) else []))])
    if isinstance(server, dict) and isinstance(server.get("url"), str):
        return str(server["url"])
    return _short(_json(server))


def _skill(skill: Skill) -> Iterator[Wish]:
    yield from _front(f"the skill {skill.name}", skill.text)
    if INLINE_SHELL.search(skill.text):
        yield Wish(f"gets the skill {skill.name}, which runs commands when it is read", skill.text)


def _front(what: str, text: str) -> Iterator[Wish]:
    front, _ = front_matter(text)
    more = {key: entry.value.data() for key, entry in (front.by_key if front else {}).items()}
    loose = {key: value for key, value in more.items() if key not in HARMLESS_FRONT}
    if loose:
        yield Wish(f"gets {what}, with {_short(_json(loose))}", text)


def _honoured(part: type[RigSpec | RigExtension | ServicesSpec], field: str) -> bool:
    return not any(isinstance(mark, NotYet) for mark in part.model_fields[field].metadata)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}… ({len(line)} characters)"
