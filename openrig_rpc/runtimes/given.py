"""What an agent's spec gives it beside its messages: guidance, skills, subagents, fragments of settings.

Each harness is handed these by its own flags, as copies in the agent's private folder: nothing of it is written into
the project or into the person's own configuration.
"""

import json
import os
import re
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..home import private_folder, write_private

MOST_FILES, MOST_BYTES = 2_000, 32 * 1024 * 1024
"""What all skills of one agent may have together."""


class NotGiven(Exception):
    """Something can't be given to a harness; the text says what and why, for the agent's outcome."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text under a name that is unique among its kind."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Skill:
    """A folder with a SKILL.md, or that file alone; `text` is what that says, `summary` its description on one line."""

    name: str
    source: Path
    text: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Subagent:
    """A subagent as Markdown with front matter (Claude Code's form); `prompt` is what follows that."""

    name: str
    text: str
    prompt: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a harness's settings: what it is, its own text, and the file it comes from."""

    name: str
    type: str
    text: str
    source: Path

    def parsed(self) -> dict[str, Any]:
        """What it says, in values of JSON. Raises NotGiven."""
        kind = "TOML" if self.type.startswith("codex_") else "JSON"
        try:
            found = tomllib.loads(self.text) if kind == "TOML" else json.loads(self.text)
            json.dumps(found)
        except (ValueError, TypeError, RecursionError) as error:
            raise NotGiven(f"{self.source} is no {kind} that can be given: {error}") from None
        if not isinstance(found, dict):
            raise NotGiven(f"{self.source} is not a JSON object")
        return found


@dataclass(frozen=True, slots=True)
class Given:
    """All of it, in the order in which the profile uses it; of fragments that say the same, the last one counts."""

    guidance: Sequence[Text] = ()
    skills: Sequence[Skill] = ()
    subagents: Sequence[Subagent] = ()
    fragments: Sequence[Fragment] = ()

    def of(self, kind: str) -> list[Fragment]:
        """The fragments of one type."""
        return [fragment for fragment in self.fragments if fragment.type == kind]

    @property
    def told(self) -> str:
        """All guidance as one text."""
        return "".join(f"\n\n{text.text.strip()}" for text in self.guidance)


NOTHING = Given()


def file_name(name: str) -> str:
    """`name` as the name of a file or folder."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", name).lstrip(".") or "unnamed"


def afresh(folder: Path) -> Path:
    """An empty private folder, whatever a former start left there."""
    shutil.rmtree(folder, ignore_errors=True)
    private_folder(folder)
    return folder


def copy_skills(skills: Sequence[Skill], parent: Path) -> dict[str, Path]:
    """Copy each into a folder of `parent` with its name; the folders. Links that lead out of a skill are left out.

    Raises NotGiven where a skill is not there, or together they are too large.
    """
    found: dict[str, Path] = {}
    files = size = 0
    for skill in skills:
        target = found[skill.name] = parent / file_name(skill.name)
        for source, place in _files(skill):
            try:
                data = skill.text.encode() if place == Path("SKILL.md") else source.read_bytes()
                mode = source.stat().st_mode & 0o700
            except OSError as error:
                raise NotGiven(f"the skill {skill.name}: {source} can't be read: {error.strerror}") from None
            files, size = files + 1, size + len(data)
            if files > MOST_FILES or size > MOST_BYTES:
                raise NotGiven(
                    f"the skill {skill.name}: {skill.source} has more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB"
                )
            (target / place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(target / place, data)
            (target / place).chmod(mode | 0o600)
    return found


def _files(skill: Skill) -> list[tuple[Path, Path]]:
    """Every file of a skill, and where it goes in its copy."""
    if skill.source.is_file():
        return [(skill.source, Path("SKILL.md"))]
    if not (skill.source / "SKILL.md").is_file():
        raise NotGiven(f"the skill {skill.name}: there is no SKILL.md in {skill.source}")
    root = os.path.realpath(skill.source)
    found: list[tuple[Path, Path]] = []
    for folder, _, names in os.walk(skill.source):
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and os.path.realpath(path).startswith(root + os.sep):
                found.append((path, path.relative_to(skill.source)))
            if len(found) > MOST_FILES:
                return found
    return found
