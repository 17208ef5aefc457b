"""From a member of a rig file to the agent's row."""

import hashlib
import uuid
from typing import Any

import orjson

from ..model.agent import AgentState, Evidence
from ..model.base import now
from ..model.rig import Edge
from ..model.spec import Grant, RigSpec
from ..spec.loaded import LoadedRig, ResolvedMember
from ..store.rows import AgentRow, PodRow, RigRow, WatchdogRow


def new_id(prefix: str) -> str:
    """An id that nobody can guess and tmux takes as a name."""
    return f"{prefix}{uuid.uuid4().hex[:20]}"


def options(member: ResolvedMember) -> dict[str, Any]:
    """What the member's `x-openrig-rpc` tells its runtime."""
    scripted = member.extension.scripted
    if scripted is None:
        return {}
    return scripted.model_dump(by_alias=False, exclude_unset=True)


def fingerprint(member: ResolvedMember) -> str:
    """What of a member takes effect only when it starts: a changed one has to be restarted."""
    said: dict[str, object] = {
        "runtime": member.runtime,
        "profile": member.profile,
        "agent_ref": member.agent_ref,
        "cwd": str(member.cwd),
        "model": member.model,
        "effort": member.effort,
        "command": list(member.command or ()),
        "env": member.env,
        "options": options(member),
        "permission_policy": member.permission_policy,
        "files": [str(file.path) for file in member.files],
        "actions": [action.action.model_dump(mode="json") for action in member.actions],
    }
    if member.resources:
        said["resources"] = [[each.kind, each.id, each.agent, str(each.path)] for each in member.resources]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def agent_row(rig: RigRow, member: ResolvedMember, position: int) -> AgentRow:
    """A new agent, not started yet."""
    at = now()
    return AgentRow(
        id=new_id("a"),
        rig_id=rig.id,
        rig=rig.name,
        pod=member.pod,
        member=member.member,
        position=position,
        fingerprint=fingerprint(member),
        runtime=member.runtime,
        label=member.label,
        model=member.model,
        effort=member.effort,
        cwd=str(member.cwd),
        restart=member.restart,
        wanted=False,
        state=AgentState.STOPPED,
        state_since=at,
        evidence=Evidence(source="process", at=at, detail="it was not started so far"),
    )


def updated(row: AgentRow, member: ResolvedMember, position: int) -> AgentRow:
    """An agent after its member changed; takes effect at its next start. No harness knows another one's
    conversations."""
    kept = {} if row.runtime == member.runtime else {"conversation": None, "begun": False}
    return row.model_copy(
        update={
            **kept,
            "position": position,
            "fingerprint": fingerprint(member),
            "runtime": member.runtime,
            "label": member.label,
            "model": member.model,
            "effort": member.effort,
            "cwd": str(member.cwd),
            "restart": member.restart,
        }
    )


def rig_row(loaded: LoadedRig, *, cwd: str, known: RigRow | None) -> RigRow:
    """The rig that a valid file describes; of a known one, its next revision."""
    spec = loaded.spec
    assert spec is not None
    extension = spec.extension
    policy = extension.policy.value if extension is not None else "open"
    at = now()
    return RigRow(
        id=known.id if known is not None else new_id("r"),
        name=spec.name,
        up=known.up if known is not None else False,
        revision=known.revision + 1 if known is not None else 0,
        digest=loaded.digest,
        spec=loaded.text,
        path=str(loaded.path) if loaded.path is not None else None,
        root=str(loaded.root) if loaded.root is not None else cwd,
        cwd=cwd,
        summary=spec.summary,
        pods=[PodRow(id=pod.id, label=pod.label, summary=pod.summary) for pod in spec.pods],
        edges=edges(spec),
        policy=policy,
        grants=grants(spec),
        watchdogs=watchdogs(spec),
        created_at=known.created_at if known is not None else at,
        up_since=known.up_since if known is not None else None,
    )


def edges(spec: RigSpec) -> list[Edge]:
    """Every edge, ends as `pod.member`."""
    found = [
        Edge(kind=edge.kind, source=f"{pod.id}.{edge.from_}", target=f"{pod.id}.{edge.to}")
        for pod in spec.pods
        for edge in pod.edges
    ]
    return found + [Edge(kind=edge.kind, source=edge.from_, target=edge.to) for edge in spec.edges]


def grants(spec: RigSpec) -> dict[str, list[Grant]]:
    """What the rig grants, tiers and single actions, by address as the file writes it."""
    return dict(spec.extension.grants) if spec.extension is not None else {}


def watchdogs(spec: RigSpec) -> list[WatchdogRow]:
    """The reminders of the rig. Two that are alike are one."""
    found = {}
    for each in spec.extension.watchdogs if spec.extension is not None else ():
        said = [spec.name, each.agent, each.rule, each.seconds, each.text]
        identity = f"w-{hashlib.sha256(orjson.dumps(said)).hexdigest()[:12]}"
        found[identity] = WatchdogRow(
            id=identity, place=each.agent, rule=each.rule, seconds=each.seconds, text=each.text, most=each.most
        )
    return list(found.values())
