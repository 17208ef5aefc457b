"""A runtime as a TOML file: a screen-rule file (rulefile.py) with one more table, which says how it is started.

    [runtime]
    summary = "Gemini CLI by Google"
    verified = "by whom, with which version, how"
    install = "npm install -g @google/gemini-cli"
    package = "@google/gemini-cli"                # whose package.json tells its version
    command = ["gemini"]                          # the first word is looked for as a login shell would
    begin = ["--session-id", "{conversation}"]    # …then one of these: a new conversation, or one there was before
    resume = ["--resume", "{conversation}"]
    begun = {files = "{home}/.gemini/tmp/*/chats/session-*-{short}.jsonl", line = '"type":"user"'}
    model = ["--model", "{model}"]                # …and these where the member says so
    effort = ["--effort", "{effort}"]
    guide = ["--append-system-prompt", "{guide}"] # how it is told who it is in its rig
    files = {"guide.md" = "{guide}"}              # written into its private folder before it starts
    env = {COLORTERM = "truecolor", INSTRUCTIONS = "{folder}/guide.md"}
    keys = {submit = "Enter", queue = "Tab", now = "Enter", interrupt = ["Escape"]}

`harness` is its name in rig files. It is ready when a rule with `state = "idle"` fits, so there must be one, and a
composer, because nothing is ever typed where none is seen. Without `queue` (or `now`) messages wait until it is idle.
`begun`: a conversation can be resumed once one of these files is there, with such a line; else a new one begins.
Words in braces: `conversation` (a UUID of ours), `short` (its first eight characters), `address`, `model`, `effort`,
`guide`, `folder` (a private one of this agent), `home`, `cwd`.
"""

import re
import tomllib
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, field_validator, model_validator

from ..model.agent import AgentState
from ..model.message import Turn
from .rulefile import Part, Pattern, RuleFile

BRACED = re.compile(r"\{(\w+)\}")
WORDS = frozenset({"conversation", "short", "address", "model", "effort", "guide", "folder", "home", "cwd"})
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def _known(word: str) -> str:
    for braced in BRACED.findall(word):
        if braced not in WORDS:
            raise ValueError(f"`{{{braced}}}` is no word that is filled in; known are {', '.join(sorted(WORDS))}")
    return word


Filled = Annotated[str, AfterValidator(_known)]
Arguments = tuple[Filled, ...]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Keys(Part):
    """What to press, as tmux names keys. `steered`: what a message becomes that was sent with `now`. `pause`: seconds
    between a paste that is seen and the key that sends it, where a harness takes a quick Enter for part of the paste.
    `escape`: characters that get a backslash, because the harness would do something by them.
    """

    submit: str = "Enter"
    queue: str | None = None
    now: str | None = None
    steered: Turn = "steered"
    interrupt: tuple[str, ...] = ("Escape",)
    pause: Annotated[float, Field(ge=0, le=2)] = 0.0
    escape: str = ""


class Begun(Part):
    """Where conversations are kept: a glob, and what fits a line of one in which something was said."""

    files: Filled
    line: Pattern | None = None


class RuntimeTable(Part):
    """How it is started and spoken to."""

    summary: str
    verified: str = "by nobody that we know of"
    install: str | None = None
    package: str = ""
    binaries: tuple[str, ...] = ()
    command: Annotated[Arguments, Field(min_length=1)]
    begin: Arguments = ()
    resume: Arguments = ()
    begun: Begun | None = None
    model: Arguments = ()
    effort: Arguments = ()
    guide: Arguments = ()
    files: dict[FileName, Filled] = {}
    env: dict[str, Filled] = {}
    keys: Keys = Keys()


class RuntimeFile(RuleFile):
    """The whole file."""

    runtime: RuntimeTable

    __hash__ = object.__hash__

    @field_validator("harness")
    @classmethod
    def _named(cls, name: str) -> str:
        if NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is no name for rig files: small letters, digits and single hyphens")
        return name

    @model_validator(mode="after")
    def _ready(self) -> Self:
        if not any(rule.state is AgentState.IDLE for rule in self.rules):
            raise ValueError('no rule has `state = "idle"`, so nothing would ever tell that it is ready')
        if not self.composers:
            raise ValueError("there is no `[[composer]]`, so nothing could ever be typed into it")
        return self


class BadRuntimeFile(Exception):
    """A file that makes no runtime; `str()` says where and why, on one line."""


def parse_runtime(text: str) -> RuntimeFile:
    """A file's text, checked. Raises BadRuntimeFile."""
    try:
        return RuntimeFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadRuntimeFile(f"it is no TOML: {error}") from error
    except ValidationError as error:
        found = [f"{_place(each['loc'])}{each['msg'].removeprefix('Value error, ')}" for each in error.errors()]
        raise BadRuntimeFile("; ".join(found[:3])) from error
    except RecursionError as error:
        raise BadRuntimeFile("it is nested too deeply") from error


def _place(where: tuple[int | str, ...]) -> str:
    """`rule 2, match: `: tables of one name are counted from 1."""
    words = [f" {part + 1}" if isinstance(part, int) else f", {part}" for part in where]
    return f"{''.join(words).removeprefix(', ')}: " if words else ""
