"""RigSpec (`version: "0.2"`) and AgentSpec, as a rig file and an agent file say them.

The field names are the files' own; an alias stands where Python can't have the name (`from`) and for the one key
under which everything of ours stands (`x-openrig-rpc`). Descriptions are what an editor shows. Unknown fields are
kept, so that a file written for a newer OpenRig is exported whole.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from .marks import (
    Argv,
    DottedName,
    Environment,
    Ident,
    NotEmpty,
    NotYet,
    Part,
    ProjectName,
    RelativePath,
    Renamed,
    Written,
)
from .rig import EdgeKind
from .startup import Startup

BUILTINS: dict[str, str] = {"terminal": "builtin:terminal", "scripted": "builtin:scripted"}
"""Runtimes that need no agent file, and the `agent_ref` each must have; their profile is `none`."""

NO_PROFILE = "none"
VERSION = "0.2"
RESERVED_PODS = frozenset({"human"})


class RestorePolicy(StrEnum):
    """How an agent comes back, widest first; a narrower layer may only go down this list."""

    RESUME = "resume_if_possible"
    FRESH = "relaunch_fresh"
    CHECKPOINT = "checkpoint_only"


class RestartPolicy(StrEnum):
    """When a process that ended by itself is started again."""

    NEVER = "never"
    ON_FAILURE = "on-failure"
    ALWAYS = "always"


class Posture(StrEnum):
    """How much a harness may do without asking, as a permission policy means it.

    OWN: whatever the person set the harness to. LOCKED: less, and nobody is asked. EDITS: it also changes files in its
    working folder. AUTO: the harness's own review decides instead of the person. BYPASS: everything.
    """

    OWN = "own"
    LOCKED = "locked"
    EDITS = "edits"
    AUTO = "auto"
    BYPASS = "bypass"


class Policy(StrEnum):
    """What agents may do to each other: talk and read freely, or only along edges."""

    OPEN = "open"
    EDGES = "edges"


class Grant(StrEnum):
    """What a rig can grant an agent: a whole tier, or one action of it."""

    READ = "read"
    TALK = "talk"
    STEER = "steer"
    SHAPE = "shape"
    MESSAGE = "message"
    OBSERVE = "observe"
    ASSIGN = "assign"
    ANSWER = "answer"
    KEYS = "keys"
    INTERRUPT = "interrupt"
    START = "start"
    STOP = "stop"
    UP = "up"
    DOWN = "down"
    ADD = "add"
    REMOVE = "remove"
    ADOPT = "adopt"
    ROLLBACK = "rollback"
    SERVICES = "services"
    DISCOVER = "discover"


# Services


class WaitTarget(Part):
    """A check that must pass before agents start: exactly one of `url`, `tcp` and `service`."""

    url: str | None = Field(None, description="An HTTP address that must answer 2xx or 3xx.")
    tcp: str | None = Field(None, description="`host:port` that must accept a connection.")
    service: str | None = Field(None, description="A compose service that must be healthy.")
    condition: Literal["healthy"] | None = Field(None, description="Required with `service`: `healthy`.")


class SurfaceUrl(Part):
    """An address people may open."""

    name: str = Field(description="What people see.")
    url: str = Field(description="Where it is.")


class SurfaceCommand(Part):
    """A command people may want; it is shown, never run."""

    name: str = Field(description="What people see.")
    command: str = Field(description="The command; shown, never run.")


class Surfaces(Part):
    """What the services offer to people."""

    urls: list[SurfaceUrl] = Field(default_factory=list, description="Addresses to open.")
    commands: list[SurfaceCommand] = Field(default_factory=list, description="Commands to copy.")


class Checkpoint(Part):
    """Shell commands that save and load a service's state around a snapshot."""

    id: str = Field(description="The checkpoint's name.")
    export: str = Field(description="Saves state into `{{artifacts_dir}}`.")
    import_: str | None = Field(None, alias="import", description="Loads it again.")


class ServicesSpec(Part):
    """Software that runs beside the agents and comes up before them, by compose."""

    kind: Literal["compose"] = Field(description="`compose`; plain processes stand under `x-openrig-rpc`.")
    compose_file: RelativePath = Field(description="The compose file, relative to the rig file.")
    project_name: ProjectName | None = Field(None, description="The compose project; by default from the rig.")
    profiles: list[str] = Field(default_factory=list, description="Compose profiles to switch on.")
    down_policy: Literal["leave_running", "down", "down_and_volumes"] = Field(
        "down", description="What `rig down` does with them."
    )
    wait_for: list[WaitTarget] = Field(default_factory=list, description="Checks that hold agents back.")
    surfaces: Surfaces | None = Field(None, description="Addresses and commands to show.")
    checkpoints: Annotated[list[Checkpoint], NotYet("snapshots don't run checkpoint commands so far")] = Field(
        default_factory=list, description="Commands that save and load state around a snapshot."
    )


# What is ours: `x-openrig-rpc`


class Restart(Part):
    """Whether a process that ended by itself is started again (at most 5 times in 10 s)."""

    policy: RestartPolicy = Field(RestartPolicy.NEVER, description="`never`, `on-failure` or `always`.")


class Scripted(Part):
    """How a scripted agent behaves: the harness's own options, and their defaults. It would refuse unknown ones."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    directives: str = Field("", description="Put before everything that is submitted, such as `[[delay=2]]`.")
    behaviour: Literal["steady", "drop-first-enter", "late-draw"] = Field(
        "steady", description="`drop-first-enter` loses the first Enter after a paste, `late-draw` draws late."
    )
    late_seconds: float = Field(0.3, ge=0, le=600, description="How late `late-draw` is.")
    slow_start: float = Field(0.0, ge=0, le=600, description="Seconds until it is ready.")
    start_prompt: Literal["", "trust"] = Field("", description="`trust`: it asks whether the folder is trusted.")
    type_draft: str = Field("", description="A draft that is there at the start.")
    ghost: str = Field("Tell me what to do", description="Dim text in the empty composer.")
    collapse: bool = Field(True, description="Show long pastes as one placeholder.")
    busy_enter: Literal["queue", "steer"] = Field("queue", description="What Enter does while it is busy.")
    queued_report: Literal["when-queued", "when-started"] = Field(
        "when-queued", description="When a queued text is reported as submitted."
    )
    restore_on_interrupt: bool = Field(False, description="Esc before any output puts the text back.")
    alternate: bool = Field(False, description="Draw on the alternate screen.")
    permission: Literal["hook", "hook-first", "plain"] = Field("hook", description="How permissions are asked for.")
    hotkeys: bool = Field(False, description="Permissions take `y`, `p` and Esc at once.")
    bell: bool = Field(False, description="Ring when a question opens.")
    report: Literal["hooks", "screen-only"] = Field("hooks", description="`screen-only`: it reports nothing by hooks.")
    mute: list[str] = Field(default_factory=list, description="Hook events that are never reported.")
    log: str = Field("", description="A file that gets a line of JSON for each submitted text.")
    answer_log: str = Field("", description="A file that gets a line of JSON for each answered question.")


class ProcessService(Part):
    """A plain process in a tmux window of the rig."""

    kind: Literal["process"] = Field("process", description="`process`.")
    command: Argv = Field(description="The program and its arguments, a list; no shell.")
    cwd: str = Field(".", description="Where it runs, relative to the rig file.")
    env: Environment = Field(default_factory=dict, description="Environment variables for it.")
    restart: Restart = Field(default_factory=Restart, description="Whether it is started again when it ends.")
    wait_for: list[WaitTarget] = Field(default_factory=list, description="Checks that hold agents back.")


class WatchdogSpec(Part):
    """A reminder: when its time has come, an agent that is idle gets its text as a message."""

    agent: str = Field(description="Who is reminded: `pod.member`.")
    rule: Literal["every", "idle", "untouched"] = Field(
        description="`every` so many seconds; once `idle` for so long; when nobody touched a task of it for so long."
    )
    seconds: float = Field(ge=1, le=2_592_000, description="The time.")
    text: str = Field(description="What the agent is told.")
    most: int = Field(20, ge=1, le=1000, description="How often at most, until the rig comes up again.")


class RigExtension(Part):
    """What OpenRig's own format doesn't have, for the whole rig."""

    policy: Policy = Field(
        Policy.OPEN, description="`open`: agents of the rig may talk and read; `edges`: only along edges."
    )
    grants: dict[str, list[Grant]] = Field(
        default_factory=dict, description="Further rights: address to tiers (`steer`) or actions (`answer`)."
    )
    watchdogs: list[WatchdogSpec] = Field(default_factory=list, description="Reminders for agents.")
    isolation: Annotated[Literal["worktree", "none"] | None, NotYet("agents share their working folder")] = Field(
        None, description="`worktree`: each agent in its own git worktree."
    )
    restart: Restart | None = Field(None, description="The default for every member.")
    env: Environment = Field(default_factory=dict, description="Environment variables for every member.")
    services: Annotated[dict[Ident, ProcessService], NotYet("agents start without them")] = Field(
        default_factory=dict, description="Plain processes beside the agents."
    )


class MemberExtension(Part):
    """What OpenRig's own format doesn't have, for one member."""

    command: Argv | None = Field(None, description="Terminals: the program to run instead of the login shell, a list.")
    env: Environment = Field(default_factory=dict, description="Environment variables; they win over the rig's.")
    isolation: Annotated[Literal["worktree", "none"] | None, NotYet("agents share their working folder")] = Field(
        None, description="`worktree`: its own git worktree."
    )
    restart: Restart | None = Field(None, description="Whether it is started again when it ends by itself.")
    scripted: Scripted | None = Field(None, description="Scripted agents: how it behaves.")


# RigSpec


class DocSpec(Part):
    """A document that travels with the rig."""

    path: RelativePath = Field(description="The file, relative to the rig file.")


class Repository(Part):
    """A repository of the workspace."""

    name: str = Field(description="Its name, unique here.")
    path: str = Field(description="Where it is, from `workspace_root`.")
    kind: Literal["user", "project", "knowledge", "lab", "delivery"] = Field(description="What it is for.")


class Workspace(Part):
    """The repositories a rig works in."""

    workspace_root: str = Field(description="The folder that holds them.")
    repos: list[Repository] = Field(description="The repositories.")
    default_repo: str | None = Field(None, description="The name of one of them.")
    knowledge_root: str | None = Field(None, description="Where knowledge is kept.")


class ContinuityArtifacts(Part):
    """What an agent writes before its context is lost."""

    session_log: bool | None = Field(None, description="A log of the session.")
    restore_brief: bool | None = Field(None, description="A brief for whoever goes on.")
    quiz: bool | None = Field(None, description="Questions that show whether the brief was understood.")


class RestoreProtocol(Part):
    """How a restored agent finds its way back."""

    peer_driven: bool | None = Field(None, description="Its peers help it.")
    verify_via_quiz: bool | None = Field(None, description="It is asked the quiz.")


class ContinuityPolicy(Part):
    """What a pod keeps when contexts are compacted or agents are stopped."""

    enabled: bool = Field(description="Whether any of this happens.")
    sync_triggers: list[Literal["pre_compaction", "pre_shutdown", "manual", "milestone"]] = Field(
        default_factory=list, description="When it happens."
    )
    artifacts: ContinuityArtifacts | None = Field(None, description="What is written.")
    restore_protocol: RestoreProtocol | None = Field(None, description="How it is used.")


class SessionRef(Part):
    """What a session begins from."""

    kind: str = Field(description="`native_id` (fork), `artifact_set` (rebuild) or `image_name` (agent_image).")
    value: str | list[str] = Field(description="A conversation id, a list of paths (most trusted first), or a name.")
    version: Written | None = Field(None, description="The image's version.")


class SessionSource(Part):
    """An existing conversation or artifacts to begin from."""

    mode: Literal["fork", "rebuild", "agent_image"] = Field(description="How it begins.")
    ref: SessionRef = Field(description="From what.")


class StarterRef(Part):
    """A named starter."""

    name: Ident = Field(description="The starter's name.")


class EdgeSpec(Part):
    """Who may do what to whom. In a pod: member ids; between pods: `pod.member`."""

    kind: EdgeKind = Field(description="One of the five kinds.")
    from_: str = Field(alias="from", description="Whose right it is.")
    to: str = Field(description="Towards whom.")


class MemberSpec(Part):
    """An agent of a pod."""

    id: Ident = Field(description="Its id, unique in the pod; it is shown as `pod-member@rig`.")
    agent_ref: str = Field(
        description="`local:<path>` or `path:<absolute path>` of the folder with agent.yaml, or `builtin:...`."
    )
    profile: str = Field(description="A profile of the agent file; `none` for terminals and scripted agents.")
    runtime: str = Field(description="The harness it runs in.")
    cwd: str = Field(description="Where it works, relative to the rig file.")
    label: str | None = Field(None, description="What people see.")
    model: str | None = Field(None, description="The model; wins over the profile's and the agent's.")
    effort: str | None = Field(None, description="The reasoning effort, in the harness's own words.")
    role: Annotated[DottedName | None, NotYet("no workflow asks for roles so far")] = Field(
        None, description="A capability that workflows look for."
    )
    codex_config_profile: DottedName | None = Field(None, description="Codex only: a profile of its own configuration.")
    restore_policy: RestorePolicy | None = Field(None, description="How it comes back; may only narrow the agent's.")
    permission_policy: str | None = Field(
        None, description="Wins over the rig's: `builtin:...`, `none` or a `*.policy.md`."
    )
    startup: Startup | None = Field(None, description="Files and actions for this member, after all others.")
    session_source: Annotated[SessionSource | None, NotYet("the member starts with a new conversation")] = Field(
        None, description="A conversation or artifacts to begin from."
    )
    starter_ref: Annotated[StarterRef | None, NotYet("the member starts without it")] = Field(
        None, description="A named starter to begin from."
    )
    extension: MemberExtension | None = Field(
        None, alias="x-openrig-rpc", description="What OpenRig's format doesn't have."
    )


class PodSpec(Part):
    """Agents that share context."""

    id: Ident = Field(description="Its id, unique in the rig; the first part of its members' addresses.")
    label: str = Field(description="What people see.")
    summary: str | None = Field(None, description="What the pod is for.")
    continuity_policy: Annotated[ContinuityPolicy | None, NotYet("nothing is written before a compaction so far")] = (
        Field(None, description="What is kept when contexts are compacted or agents stopped.")
    )
    startup: Startup | None = Field(None, description="Files and actions for every member of the pod.")
    members: list[MemberSpec] = Field(description="The agents.")
    edges: list[EdgeSpec] = Field(default_factory=list, description="Edges between members of this pod, by member id.")


class RigSpec(Part):
    """A rig: a named topology of agents."""

    version: str = Field(description='The format\'s version, in quotes: `"0.2"`.')
    name: DottedName = Field(description="The rig's name; the part after `@` in its agents' addresses.")
    summary: str | None = Field(None, description="What the rig is for.")
    culture_file: RelativePath | None = Field(None, description="A file every agent is given: how work is done here.")
    docs: list[DocSpec] = Field(default_factory=list, description="Documents that travel with the rig.")
    startup: Startup | None = Field(None, description="Files and actions for every member.")
    services: Annotated[ServicesSpec | None, NotYet("agents start without them")] = Field(
        None, description="Software that comes up before the agents."
    )
    workspace: Annotated[Workspace | None, NotYet("it is kept and shown only")] = Field(
        None, description="The repositories the rig works in."
    )
    permission_policy: str | None = Field(
        None, description="`builtin:locked|standard|open|yolo|auto`, `none`, or a `*.policy.md` beside the rig file."
    )
    managed_blocks: dict[Literal["claude-code"], Literal["CLAUDE.md", "CLAUDE.local.md"]] = Field(
        default_factory=dict, description="The file that `guidance_merge` writes a block into, by runtime."
    )
    non_interruptive: bool = Field(
        False, description="Accept a harness's first-launch warnings on seats that bypass permissions."
    )
    pods: Annotated[list[PodSpec], NotEmpty()] = Field(description="The pods; at least one.")
    edges: list[EdgeSpec] = Field(
        default_factory=list, description="Edges between members of different pods, by `pod.member`."
    )
    extension: RigExtension | None = Field(
        None, alias="x-openrig-rpc", description="What OpenRig's format doesn't have."
    )


# AgentSpec


class Lifecycle(Part):
    """How an agent lives."""

    execution_mode: Literal["interactive_resident"] = Field(
        "interactive_resident", description="The only mode there is."
    )
    compaction_strategy: Annotated[
        Literal["default-compaction", "managed-compaction", "handover", "apprentice-handover"],
        Renamed((("harness_native", "default-compaction"), ("pod_continuity", "handover"))),
    ] = Field("default-compaction", description="What happens when its context is full.")
    restore_policy: RestorePolicy | None = Field(None, description="How it comes back; a profile may only narrow it.")
    mechanic: Annotated[str | None, NotYet("nobody is asked to help with a handover so far")] = Field(
        None, description="`seat@rig` that helps with an apprentice handover."
    )


class Preferences(Part):
    """What an agent runs as unless something more specific says otherwise."""

    runtime: str | None = Field(None, description="The harness.")
    model: str | None = Field(None, description="The model.")
    effort: str | None = Field(None, description="The reasoning effort.")


class Defaults(Preferences):
    """What an agent runs as when neither member nor profile says."""

    lifecycle: Lifecycle | None = Field(None, description="How it lives.")


class Import(Part):
    """Another agent file whose resources may be used here."""

    ref: str = Field(description="`local:<path>` from this file's folder, or `path:<absolute path>`.")
    version: str | None = Field(None, description="The exact version it must have.")


class Uses(Part):
    """The resources a profile switches on: ids, or `import:id`."""

    skills: list[str] = Field(default_factory=list, description="Skills, by id.")
    guidance: list[str] = Field(default_factory=list, description="Guidance files, by id.")
    subagents: list[str] = Field(default_factory=list, description="Subagents, by id.")
    plugins: Annotated[list[str], NotYet("plugins are not given to harnesses so far")] = Field(
        default_factory=list, description="Plugins, by id."
    )
    runtime_resources: list[str] = Field(default_factory=list, description="Settings of a harness, by id.")
    hooks: Annotated[list[str], NotYet("hooks belong into plugins since OpenRig 0.4")] = Field(
        default_factory=list, description="Old: hooks belong into plugins."
    )


class Activity(Part):
    """Tuning of how activity is seen."""

    silence_window_seconds: float | None = Field(None, description="Seconds of silence that mean idle.")


class ProfileSpec(Part):
    """A way to run an agent."""

    summary: str | None = Field(None, description="What it is for.")
    description: str | None = Field(None, description="What it is for.")
    preferences: Preferences | None = Field(None, description="Runtime, model and effort of this profile.")
    uses: Uses | None = Field(None, description="The resources it switches on.")
    startup: Startup | None = Field(None, description="Files and actions after the agent's own.")
    lifecycle: Lifecycle | None = Field(None, description="How it lives; may only narrow `restore_policy`.")
    activity: Annotated[Activity | None, NotYet("activity is seen by evidence, without tuning")] = Field(
        None, description="Tuning of how activity is seen."
    )


class Resource(Part):
    """Something an agent can be given."""

    id: str = Field(description="Its id, unique among its kind.")
    path: RelativePath = Field(description="Where it is, relative to this file.")


class Guidance(Resource):
    """Text for the harness's own instruction file."""

    target: str | None = Field(None, description="The file it is meant for.")
    merge: Literal["managed_block", "append"] = Field("managed_block", description="How it is put in.")


class Hook(Resource):
    """Old: hooks belong into plugins."""

    runtimes: list[str] = Field(default_factory=list, description="The harnesses it is for.")


class PluginSource(Part):
    """Where a plugin is."""

    kind: Literal["local"] = Field(description="`local`.")
    path: str = Field(description="A folder: absolute, `~/...`, `openrig-home:...` or relative to this file.")


class Plugin(Part):
    """A harness's plugin."""

    id: str = Field(description="Its id, unique among plugins.")
    source: PluginSource = Field(description="Where it is.")
    plugin_type: Literal["claude", "codex", "auto"] = Field("auto", description="The harness it is for.")


class RuntimeResource(Resource):
    """A fragment of a harness's settings."""

    runtime: str = Field(description="The harness it is for.")
    type: str = Field(
        description="What it is: `claude_settings_fragment`, `claude_mcp_fragment`, `codex_config_fragment`, ..."
    )


class Resources(Part):
    """What profiles may switch on."""

    skills: list[Resource] = Field(default_factory=list, description="Folders with a SKILL.md.")
    guidance: list[Guidance] = Field(default_factory=list, description="Texts for the harness's instruction file.")
    subagents: list[Resource] = Field(default_factory=list, description="Subagent definitions.")
    plugins: Annotated[list[Plugin], NotYet("plugins are not given to harnesses so far")] = Field(
        default_factory=list, description="A harness's plugins."
    )
    runtime_resources: list[RuntimeResource] = Field(default_factory=list, description="Fragments of harness settings.")
    hooks: Annotated[list[Hook], NotYet("hooks belong into plugins since OpenRig 0.4")] = Field(
        default_factory=list, description="Old: hooks belong into plugins."
    )


class AgentSpec(Part):
    """An agent: what it is given and how it starts, whatever rig it is in."""

    name: str = Field(description="Its name; also the prefix of its resources where it is imported.")
    version: str = Field(description='Its own version, in quotes: `"1.0"`.')
    summary: str | None = Field(None, description="What it is for.")
    description: str | None = Field(None, description="What it is for.")
    defaults: Defaults | None = Field(None, description="What it runs as when neither member nor profile says.")
    imports: list[Import] = Field(
        default_factory=list, description="Agent files whose resources may be used; one level."
    )
    profiles: dict[str, ProfileSpec] = Field(default_factory=dict, description="Ways to run it, by name.")
    resources: Resources | None = Field(None, description="What profiles may switch on.")
    startup: Startup | None = Field(None, description="Files and actions for every profile.")
