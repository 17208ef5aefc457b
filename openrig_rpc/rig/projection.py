"""What an agent's spec gives it by its harness's own means: resources of its profile, and startup files of that kind.

Precedence: of two resources with one id the agent file's own keeps the name, an import's is given as `IMPORT-id`; a
startup file comes after all resources, and layer by layer a later skill takes the place of one with its name.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from ..model.startup import DeliveryHint
from ..runtimes.given import Fragment, Given, NotGiven, Skill, Subagent, Text
from ..spec.given import FRAGMENTS, not_given
from ..spec.loaded import ResolvedFile, ResolvedMember, ResolvedResource
from ..spec.policy import front_matter

MOST_TEXT = 512 * 1024
"""Bytes of one guidance file, subagent or fragment."""
SKILL_FILE = "SKILL.md"


def given(member: ResolvedMember) -> Given:
    """Everything at once. Reads files: call it in a thread. Raises NotGiven for what is named and is not there."""
    used = [each for each in member.resources if not_given(member.runtime, each) is None]

    def named(kind: str) -> list[tuple[str, ResolvedResource]]:
        return _named([each for each in used if each.kind == kind], member.agent.name if member.agent else "")

    guidance = [Text(name, read(each.path)) for name, each in named("guidance")]
    skills = {name: _skill(name, each.path) for name, each in named("skills")}
    for file in member.files:
        hint = means(file, member.runtime)
        if hint is DeliveryHint.AUTO and (text := text_of(file)) is not None:
            guidance.append(Text(file.name, text))
        elif hint is DeliveryHint.SKILL_INSTALL and (file.required or file.path.exists()):
            folder = file.path.parent if file.path.name == SKILL_FILE else file.path
            skills[folder.name] = _skill(folder.name, folder)
    return Given(
        guidance,
        list(skills.values()),
        [_subagent(name, read(each.path)) for name, each in named("subagents")],
        [Fragment(name, each.type or "", read(each.path), each.path) for name, each in named("runtime_resources")],
    )


def means(file: ResolvedFile, runtime: str) -> DeliveryHint:
    """How a file reaches an agent in this runtime. `auto` stays where it is guidance that goes by a flag.

    A harness without such means is typed what has no hint of its own.
    """
    if file.delivery_hint is not DeliveryHint.AUTO:
        return file.delivery_hint
    if runtime not in FRAGMENTS:
        return DeliveryHint.SEND_TEXT
    if file.path.name == SKILL_FILE:
        return DeliveryHint.SKILL_INSTALL
    return DeliveryHint.AUTO if file.path.suffix == ".md" else DeliveryHint.SEND_TEXT


def text_of(file: ResolvedFile) -> str | None:
    """A startup file's text; None where it is not there and need not be. Raises NotGiven."""
    try:
        return read(file.path)
    except NotGiven:
        if file.required:
            raise
        return None


def read(path: Path) -> str:
    """A text file, as it is but for NUL. Raises NotGiven."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MOST_TEXT + 1)
    except OSError as error:
        raise NotGiven(f"{path} can't be read: {(error.strerror or 'it is no file').lower()}") from None
    if len(data) > MOST_TEXT:
        raise NotGiven(f"{path} has more than {MOST_TEXT >> 10} KiB")
    return data.decode("utf-8", "replace").replace("\0", "")


def _named(resources: Sequence[ResolvedResource], own: str) -> list[tuple[str, ResolvedResource]]:
    taken = {each.id for each in resources if each.agent == own}
    found = []
    for each in resources:
        name = each.id
        if each.agent != own:
            name = each.id if each.id not in taken else f"{each.agent}-{each.id}"
            taken.add(each.id)
        found.append((name, each))
    return found


def _skill(name: str, source: Path) -> Skill:
    file = source / SKILL_FILE if source.is_dir() else source
    text = read(file)
    return Skill(name, source, text, _said(text, "description") or name)


def _subagent(name: str, text: str) -> Subagent:
    front, prompt = front_matter(text)
    summary = _said(text, "description") or name
    if front is None or not (front.text("name") and front.text("description")):
        # Claude Code reads none without both.
        head = "".join(f"{key}: {value}\n" for key, value in (("name", name), ("description", summary)))
        text = f"---\n{head}---\n{prompt}"
    return Subagent(name, text, prompt.strip() or text, summary)


def _said(text: str, key: str) -> str | None:
    """What the front matter of a Markdown file says under a key, on one line."""
    front, _ = front_matter(text)
    found = front.text(key) if front is not None else None
    return " ".join(found.split())[:1024] if found else None
