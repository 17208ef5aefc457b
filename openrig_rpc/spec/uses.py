"""What the profiles of an agent switch on: resources of its own file and of its imports."""

from collections.abc import Collection
from pathlib import Path

from ..model.diagnostic import Severity
from ..model.spec import Guidance, Plugin, Resource, RuntimeResource
from . import edits
from .agent import KINDS, LoadedAgent
from .files import join
from .loaded import ResolvedResource
from .node import Kind, Node


def find(agent: LoadedAgent, kind: str, name: str) -> list[tuple[LoadedAgent, Resource | Plugin]]:
    """What a profile means by `name`: the agent's own resource, else those of its imports; `import:id` names one."""
    own = agent.resources[kind].get(name)
    if own is not None:
        return [(agent, own)]
    space, colon, inner = name.partition(":")
    if colon:
        return [
            (other, other.resources[kind][inner])
            for other in agent.imports
            if _is(other, space) and inner in other.resources[kind]
        ]
    return [(other, other.resources[kind][name]) for other in agent.imports if name in other.resources[kind]]


def _is(agent: LoadedAgent, name: str) -> bool:
    return agent.spec is not None and agent.spec.name == name


def _names(agent: LoadedAgent, kind: str) -> Collection[str]:
    """Every name that `find` knows."""
    others = [f"{other.spec.name}:{name}" for other in agent.imports if other.spec for name in other.resources[kind]]
    return [*agent.resources[kind], *others]


def check_uses(agent: LoadedAgent, profile: Node) -> None:
    """That everything a profile switches on is there, once."""
    uses = profile.mapping("uses")
    for kind in KINDS if uses else ():
        assert uses
        for node in uses.list(kind):
            if node.kind is Kind.TEXT:
                _check_use(agent, kind, node)


def _check_use(agent: LoadedAgent, kind: str, node: Node) -> None:
    found, name = find(agent, kind, node.written), node.written
    if len(found) > 1:
        names = [f"{other.spec.name}:{name}" for other, _ in found if other.spec]
        agent.scope.say(
            "ambiguous-resource",
            node,
            f"More than one import has `{name}`; say {' or '.join(f'`{n}`' for n in names)}.",
            edit=edits.replace(node, names[0]) if names else None,
        )
    elif not found and agent.whole:
        meant = agent.scope.found.nearest(name, _names(agent, kind))
        hint = f" Did you mean `{meant}`?" if meant else ""
        if kind == "skills" and ":" not in name:
            message = (
                f"No `{name}` in `resources.skills` here or in an import; the harness must find it by itself.{hint}"
            )
            severity = Severity.INFORMATION
        else:
            message = f"No `{name}` in `resources.{kind}` here or in an import; declare it, or mend the name.{hint}"
            severity = Severity.ERROR
        edit = edits.replace(node, meant) if meant else None
        agent.scope.say("unknown-resource", node, message, severity=severity, edit=edit)


def resolve_uses(agent: LoadedAgent, profile: str) -> tuple[ResolvedResource, ...]:
    """What a profile switches on, each once, by kind and in its order; what was not found is left out."""
    uses = agent.spec.profiles[profile].uses if agent.spec and profile in agent.spec.profiles else None
    resolved = []
    for kind in KINDS if uses else ():
        for name in getattr(uses, kind):
            for owner, resource in find(agent, kind, name)[:1]:
                resolved.append(_resolved(kind, owner, resource))
    return tuple(dict.fromkeys(resolved))


def _resolved(kind: str, owner: LoadedAgent, resource: Resource | Plugin) -> ResolvedResource:
    written = resource.source.path if isinstance(resource, Plugin) else resource.path
    if written.startswith("openrig-home:"):
        path = Path(written)
    elif written == "~" or written.startswith("~/"):
        path = Path.home() / written[2:]
    else:
        path = join(owner.folder, written)
    return ResolvedResource(
        kind=kind,
        id=resource.id,
        agent=owner.spec.name if owner.spec else "",
        path=path,
        runtime=resource.runtime if isinstance(resource, RuntimeResource) else None,
        type=resource.type if isinstance(resource, RuntimeResource) else None,
        target=resource.target if isinstance(resource, Guidance) else None,
        merge=resource.merge if isinstance(resource, Guidance) else None,
    )
