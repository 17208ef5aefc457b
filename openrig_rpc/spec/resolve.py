"""Members with everything that their layers say. Precedence: member, then profile, then the agent's defaults."""

from collections.abc import Mapping
from pathlib import Path

from ..model.spec import BUILTINS, MemberSpec, PodSpec, ProfileSpec, Restart, RigExtension, RigSpec
from ..model.startup import DeliveryHint, Startup, When
from .agent import LoadedAgent
from .files import join
from .loaded import LAYERS, ResolvedAction, ResolvedFile, ResolvedMember
from .member import restore_base
from .policy import BUILT_IN
from .uses import resolve_uses

GUIDANCE_FILES: dict[str, str] = {"claude-code": "CLAUDE.md", "codex": "AGENTS.md"}
"""What each harness reads in its working folder; a rig's `managed_blocks` may name another."""


def resolve_members(
    rig: RigSpec, agents: Mapping[str, LoadedAgent], root: Path | None, cwd: Path | None
) -> list[ResolvedMember]:
    """Every member of the rig, in the file's order. `cwd` replaces the working folder of all."""
    return [
        resolve_member(rig, pod, member, agents.get(member.agent_ref), root, cwd)
        for pod in rig.pods
        for member in pod.members
    ]


def resolve_member(
    rig: RigSpec, pod: PodSpec, member: MemberSpec, agent: LoadedAgent | None, root: Path | None, cwd: Path | None
) -> ResolvedMember:
    """One member, with its agent where it has one that can be used."""
    spec = agent.spec if agent and member.runtime not in BUILTINS else None
    profile = spec.profiles.get(member.profile) if spec else None
    preferred, defaults = profile.preferences if profile else None, spec.defaults if spec else None
    lifecycles = [holder.lifecycle for holder in (profile, defaults) if holder and holder.lifecycle]
    own, general = member.extension, rig.extension or RigExtension()
    restart = (own and own.restart) or general.restart or Restart()
    isolation = (own and own.isolation) or general.isolation
    policy = member.permission_policy or rig.permission_policy
    return ResolvedMember(
        pod=pod.id,
        member=member.id,
        runtime=member.runtime,
        profile=member.profile,
        agent_ref=member.agent_ref,
        cwd=cwd or (join(root, member.cwd) if root else Path(member.cwd)),
        agent=spec,
        label=member.label,
        model=member.model or (preferred and preferred.model) or (defaults and defaults.model) or None,
        effort=member.effort or (preferred and preferred.effort) or (defaults and defaults.effort) or None,
        restore_policy=member.restore_policy
        or restore_base(
            agent if spec else None, profile.lifecycle.restore_policy if profile and profile.lifecycle else None
        ),
        permission_policy=policy,
        policy_file=join(root, policy) if root and policy and policy not in BUILT_IN else None,
        codex_config_profile=member.codex_config_profile,
        compaction_strategy=next(
            (found.compaction_strategy for found in lifecycles if "compaction_strategy" in found.model_fields_set),
            "default-compaction",
        ),
        restart=restart.policy,
        isolation=None if isolation == "none" else isolation,
        command=tuple(own.command) if own and own.command else None,
        env={**general.env, **(own.env if own else {})},
        files=tuple(_files(rig, pod, member, agent if spec else None, profile, root)),
        actions=tuple(_actions(rig, pod, member, agent if spec else None, profile)),
        resources=resolve_uses(agent, member.profile) if agent and spec else (),
        guidance_file=_guidance_file(rig, member.runtime),
        non_interruptive=rig.non_interruptive,
        spec=member,
    )


def _guidance_file(rig: RigSpec, runtime: str) -> str | None:
    named = {str(name): file for name, file in rig.managed_blocks.items()}
    return named.get(runtime) or GUIDANCE_FILES.get(runtime)


def _layers(
    rig: RigSpec, pod: PodSpec, member: MemberSpec, agent: LoadedAgent | None, profile: ProfileSpec | None
) -> list[tuple[str, Startup | None]]:
    """The layers of a start in their order; the culture file is a layer of its own."""
    own = agent.spec.startup if agent and agent.spec else None
    said = (own, profile.startup if profile else None, None, rig.startup, pod.startup, member.startup)
    return list(zip(LAYERS, said, strict=True))


def _files(
    rig: RigSpec,
    pod: PodSpec,
    member: MemberSpec,
    agent: LoadedAgent | None,
    profile: ProfileSpec | None,
    root: Path | None,
) -> list[ResolvedFile]:
    found = []
    for layer, startup in _layers(rig, pod, member, agent, profile):
        base = agent.folder if agent and layer in ("agent", "profile") else root or Path()
        if layer == "culture" and rig.culture_file:
            path = join(base, rig.culture_file)
            found.append(ResolvedFile(layer, rig.culture_file, path, DeliveryHint.AUTO, True, tuple(When)))
        for file in startup.files if startup else ():
            if file.kind == "file" and file.path:
                path = join(base, file.path)
                when = tuple(file.applies_on)
                found.append(ResolvedFile(layer, file.path, path, file.delivery_hint, file.required, when))
    return found


def _actions(
    rig: RigSpec, pod: PodSpec, member: MemberSpec, agent: LoadedAgent | None, profile: ProfileSpec | None
) -> list[ResolvedAction]:
    return [
        ResolvedAction(layer, action)
        for layer, startup in _layers(rig, pod, member, agent, profile)
        for action in (startup.actions if startup else ())
    ]
