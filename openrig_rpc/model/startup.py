"""What an agent is given when it starts, in the words of spec files; agent and rig files share it."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from .marks import Part, RelativePath, Written


class DeliveryHint(StrEnum):
    """How a startup file reaches the agent."""

    AUTO = "auto"
    GUIDANCE_MERGE = "guidance_merge"
    SKILL_INSTALL = "skill_install"
    SEND_TEXT = "send_text"


class When(StrEnum):
    """The starts that a startup file or action is for."""

    FRESH_START = "fresh_start"
    RESTORE = "restore"


class ActionType(StrEnum):
    """What a startup action does. There is no shell, on purpose."""

    SLASH_COMMAND = "slash_command"
    SEND_TEXT = "send_text"
    STARTUP_PROOF = "startup_proof"


class Phase(StrEnum):
    """When in the start an action runs."""

    AFTER_FILES = "after_files"
    AFTER_READY = "after_ready"


class StartupFile(Part):
    """A file given to the agent when it starts."""

    kind: Literal["file", "context_pack"] = Field(
        "file", description="A file beside the spec, or a named context pack."
    )
    path: RelativePath | None = Field(None, description="The file, relative to the folder of this spec; no `..`.")
    name: str | None = Field(None, description="The context pack's name, where `kind: context_pack`.")
    version: Written | None = Field(None, description="The context pack's version.")
    delivery_hint: DeliveryHint = Field(
        DeliveryHint.AUTO,
        description="How the file reaches the agent: `send_text` types it; `skill_install` gives it as a skill; "
        "`guidance_merge` writes a marked block into the project's instruction file, which `rig down` takes out again; "
        "`auto` gives Markdown by the harness's own flags, and types the rest.",
    )
    required: bool = Field(True, description="Whether the agent may not start without this file.")
    applies_on: list[When] = Field(default_factory=lambda: list(When), description="The starts this file is for.")
    orientation: Literal["role"] | None = Field(None, description="`role` marks the file that says who the agent is.")


class StartupAction(Part):
    """Something typed to the agent when it starts."""

    type: ActionType = Field(description="`slash_command` or `send_text`; shell commands are refused by design.")
    value: str = Field(description="The command or text.")
    phase: Phase = Field(Phase.AFTER_FILES, description="After the startup files, or only once the agent is ready.")
    idempotent: bool = Field(description="Whether doing it again on a restore is harmless.")
    applies_on: list[When] = Field(
        default_factory=lambda: list(When),
        description="The starts this action is for; one that is not idempotent may not name `restore`.",
    )


class Startup(Part):
    """Files and actions for an agent's start. Layers add up: agent, profile, culture file, rig, pod, member."""

    files: list[StartupFile] = Field(default_factory=list, description="Files given to the agent, in this order.")
    actions: list[StartupAction] = Field(default_factory=list, description="Actions after them, in this order.")
