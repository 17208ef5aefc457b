"""What comes out of reading a rig file: the spec, its agents, and each member with everything resolved."""

from dataclasses import dataclass, field
from pathlib import Path

from ..model.diagnostic import Diagnostic, Severity
from ..model.spec import AgentSpec, MemberExtension, MemberSpec, PodSpec, RestartPolicy, RestorePolicy, RigSpec
from ..model.startup import DeliveryHint, StartupAction, When

LAYERS = ("agent", "profile", "culture", "rig", "pod", "member")
"""The layers of a start, in the order they add up."""


@dataclass(frozen=True, slots=True)
class ResolvedFile:
    """A startup file of one layer. `path` is absolute; `name` is how its spec writes it."""

    layer: str
    name: str
    path: Path
    delivery_hint: DeliveryHint
    required: bool
    applies_on: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class ResolvedAction:
    """A startup action and the layer it comes from."""

    layer: str
    action: StartupAction


@dataclass(frozen=True, slots=True)
class ResolvedResource:
    """A resource that the member's profile switches on.

    `kind` is a key of the agent file's `resources`; `agent` names the file it is declared in. `path` is absolute,
    except for a plugin that is written `openrig-home:...`. `runtime` and `type` are set for runtime resources,
    `target` and `merge` for guidance.
    """

    kind: str
    id: str
    agent: str
    path: Path
    runtime: str | None = None
    type: str | None = None
    target: str | None = None
    merge: str | None = None


@dataclass(frozen=True, slots=True)
class ResolvedMember:
    """A member with everything that its layers say, in the documented precedence: member, profile, agent defaults.

    `agent` is None for built-in runtimes and where the agent file can't be used. `cwd` is absolute when the rig has
    a root. `env` is the rig's with the member's over it. `policy_file` is absolute, where `permission_policy` names
    one; `guidance_file` is where `guidance_merge` writes, where the runtime has such a file.
    """

    pod: str
    member: str
    runtime: str
    profile: str
    agent_ref: str
    cwd: Path
    agent: AgentSpec | None = None
    label: str | None = None
    model: str | None = None
    effort: str | None = None
    restore_policy: RestorePolicy = RestorePolicy.RESUME
    permission_policy: str | None = None
    policy_file: Path | None = None
    codex_config_profile: str | None = None
    compaction_strategy: str = "default-compaction"
    restart: RestartPolicy = RestartPolicy.NEVER
    isolation: str | None = None
    command: tuple[str, ...] | None = None
    env: dict[str, str] = field(default_factory=dict)
    files: tuple[ResolvedFile, ...] = ()
    actions: tuple[ResolvedAction, ...] = ()
    resources: tuple[ResolvedResource, ...] = ()
    guidance_file: str | None = None
    non_interruptive: bool = False
    spec: MemberSpec | None = None

    @property
    def key(self) -> str:
        """`pod.member`, as in edges and in `launch_order`."""
        return f"{self.pod}.{self.member}"

    @property
    def extension(self) -> MemberExtension:
        """The member's own `x-openrig-rpc`, empty where it has none."""
        return (self.spec and self.spec.extension) or MemberExtension()


@dataclass(frozen=True, slots=True)
class LoadedRig:
    """A rig file, read. `ok` means: no errors, it may be brought up.

    `spec` is None where the file can't be read as one at all; then `members` is empty. `agents` is by `agent_ref`.
    `launch_order` has layers of `pod.member`; each layer may start at once when the one before it is up. `digest` is
    a sha256 in hex over what rig and agent files say (not how they are written). `files` are the files it was read
    from, agent files included: a change in one of them may change the diagnostics.
    """

    spec: RigSpec | None
    agents: dict[str, AgentSpec]
    members: list[ResolvedMember]
    launch_order: list[list[str]]
    diagnostics: list[Diagnostic]
    digest: str
    text: str
    path: Path | None = None
    root: Path | None = None
    files: tuple[Path, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that stand in the way."""
        return [found for found in self.diagnostics if found.severity is Severity.ERROR]

    @property
    def pods(self) -> list[PodSpec]:
        return self.spec.pods if self.spec else []

    def member(self, key: str) -> ResolvedMember | None:
        """The member that `pod.member` names."""
        return next((member for member in self.members if member.key == key), None)
