"""What is wrong with a member: its runtime, its agent and profile, and what its fields mean together."""

from ..model.spec import BUILTINS, NO_PROFILE, Posture, RestorePolicy
from . import edits
from .agent import LoadedAgent, check_narrowing
from .agents import Agents
from .files import Unreadable, join, outside
from .given import not_given
from .node import Kind, Node
from .policy import BUILT_IN, read_policy
from .reference import Reference, missing, read_reference
from .scope import Scope
from .shape import listed
from .startup import check_hints, check_startup
from .uses import resolve_uses

POLICY_FILE = ".policy.md"
AGENT_ONLY = ("role", "session_source", "starter_ref")
SOURCES = {"fork": "native_id", "rebuild": "artifact_set", "agent_image": "image_name"}


def check_member(scope: Scope, member: Node, agents: Agents) -> LoadedAgent | None:
    """Everything about one member but its id and its edges. Its agent, where there is one."""
    runtime, profile = member["runtime"], member["profile"]
    _check_runtime(scope, runtime)
    builtin = _check_triple(scope, member)
    reference = read_reference(scope, member["agent_ref"], builtins=True)
    agent = _agent(scope, reference, agents) if reference and reference.folder and not builtin else None
    if agent and profile is not None and profile.written != NO_PROFILE:
        _check_profile(scope, agent, profile)
        _check_restore(scope, agent, member)
        _check_given(scope, agent, member)
    _check_runtime_only(scope, member)
    _check_source(scope, member)
    check_policy(scope, member["permission_policy"])
    check_startup(scope, member.mapping("startup"))
    check_hints(scope, member.mapping("startup"), [member.text("runtime") or "terminal"])
    _check_cwd(scope, member["cwd"])
    return agent


def check_policy(scope: Scope, node: Node | None) -> None:
    """A permission policy: built-in, `none`, or a file beside the rig."""
    if node is None or node.kind is not Kind.TEXT or node.written in BUILT_IN:
        return
    if not node.written.endswith(POLICY_FILE):
        known = list(BUILT_IN)
        meant = scope.found.nearest(node.written, known)
        hint = f" Did you mean `{meant}`?" if meant else ""
        message = (
            f"`{node.written[:60]}` is no permission policy; use {listed(known)}, or a `*{POLICY_FILE}` file.{hint}"
        )
        scope.say("unknown-value", node, message, edit=edits.replace(node, meant) if meant else None)
    elif outside(node.written):
        scope.say("path-unsafe", node, "The policy must lie beneath the folder of this file; name it from there.")
    else:
        scope.file(node, folder=False)
        _check_policy_file(scope, node)


def _check_policy_file(scope: Scope, node: Node) -> None:
    path = join(scope.root, node.written) if scope.root is not None else None
    if path is None or scope.files.kind(path) != "file" or scope.files.escapes(path.parent, path):
        return
    try:
        source = scope.files.read(path)
    except Unreadable:
        return
    found = read_policy(source if isinstance(source, str) else source.decode("utf-8", "replace"))
    if not isinstance(found, Posture):
        scope.say("policy-file", node, f"{path} is no permission policy: {found}; the harness's own mode is kept.")


def _check_runtime(scope: Scope, node: Node | None) -> None:
    if node is None or node.kind is not Kind.TEXT or not node.written.strip():
        return
    if node.written not in scope.runtimes:
        meant = scope.found.nearest(node.written, scope.runtimes)
        hint = f" Did you mean `{meant}`?" if meant else ""
        message = f"`{node.written[:60]}` is no runtime; known are {listed(scope.runtimes)}.{hint}"
        scope.say("unknown-runtime", node, message, edit=edits.replace(node, meant) if meant else None)
    elif not scope.runtimes[node.written]:
        message = f"`{node.written}` is not installed here; `rig up` can't start this member until it is."
        scope.say("runtime-not-installed", node, message)


def _check_triple(scope: Scope, member: Node) -> bool:
    """Terminal and scripted members have all three of runtime, agent_ref and profile. Whether this is meant as one."""
    given = {key: member.text(key) for key in ("runtime", "agent_ref", "profile")}
    by_ref = next((runtime for runtime, ref in BUILTINS.items() if ref == given["agent_ref"]), None)
    builtin = given["runtime"] if given["runtime"] in BUILTINS else by_ref
    if builtin is None:
        node = member["profile"]
        if given["profile"] == NO_PROFILE and node:
            message = f"Profile `{NO_PROFILE}` is for {listed(BUILTINS)} members only; name a profile of the agent."
            scope.say("builtin-triple", node, message)
        return False
    wanted = {"runtime": builtin, "agent_ref": BUILTINS[builtin], "profile": NO_PROFILE}
    for key, value in wanted.items():
        node = member[key]
        if node is not None and given[key] is not None and given[key] != value:
            others = listed(f"{other}: {its}" for other, its in wanted.items() if other != key)
            message = f"A {builtin} member has `{key}: {value}`, with {others}; change it."
            scope.say("builtin-triple", node, message, edit=edits.replace(node, value))
    return True


def _agent(scope: Scope, reference: Reference, agents: Agents) -> LoadedAgent | None:
    assert reference.folder
    agent = agents.at(reference.folder)
    if agent is None:
        message, edit = missing(scope, reference)
        scope.say("agent-missing", reference.node, message, edit=edit)
        return None
    agents.resolve(agent)
    if agent.errors:
        first = next((found.message for found in agent.scope.found if found.severity == 1), "")
        count = "an error" if agent.errors == 1 else f"{agent.errors} errors"
        scope.say("agent-invalid", reference.node, f"{agent.path} has {count}; mend it there. {first}".rstrip())
    return agent


def _check_profile(scope: Scope, agent: LoadedAgent, node: Node) -> None:
    profiles = agent.profiles()
    if profiles is None or node.kind is not Kind.TEXT or node.written in profiles:
        return
    meant = scope.found.nearest(node.written, profiles)
    has = f"has {listed(profiles)}" if profiles else "has no profiles"
    hint = f" Did you mean `{meant}`?" if meant else ""
    message = f"{agent.path} has no profile `{node.written[:60]}`; it {has}.{hint}"
    scope.say("unknown-profile", node, message, edit=edits.replace(node, meant) if meant else None)


def _check_restore(scope: Scope, agent: LoadedAgent, member: Node) -> None:
    if agent.spec is None:
        return
    profile = agent.spec.profiles.get(member.text("profile") or "")
    base = restore_base(agent, profile.lifecycle.restore_policy if profile and profile.lifecycle else None)
    check_narrowing(scope, member["restore_policy"], base.value)


def _check_given(scope: Scope, agent: LoadedAgent, member: Node) -> None:
    """Say of each resource that this member's harness is not given, and why. Plugins are told of where they stand."""
    profile, runtime = member["profile"], member.text("runtime")
    for resource in resolve_uses(agent, profile.written) if profile and runtime else ():
        why = not_given(runtime or "", resource)
        if why and profile and resource.kind != "plugins":
            message = f"`{resource.id}` ({resource.kind}) is not given to this member: {why}."
            scope.say("resource-not-given", profile, message)


def restore_base(agent: LoadedAgent | None, profile: RestorePolicy | None) -> RestorePolicy:
    """The restore policy a member stands on: its profile's, else the agent's, else the widest."""
    defaults = agent.spec.defaults if agent and agent.spec else None
    own = defaults.lifecycle.restore_policy if defaults and defaults.lifecycle else None
    return profile or own or RestorePolicy.RESUME


def _check_runtime_only(scope: Scope, member: Node) -> None:
    runtime = member.text("runtime")
    if runtime is None:
        return
    for key in AGENT_ONLY if runtime in BUILTINS else ():
        _refuse(scope, member, key, f"`{key}` has no meaning for a {runtime} member; remove it.")
    if runtime != "codex":
        _refuse(
            scope, member, "codex_config_profile", "`codex_config_profile` is for `runtime: codex` only; remove it."
        )
    extension = member.mapping("x-openrig-rpc")
    if extension and runtime != "terminal":
        _refuse(scope, extension, "command", "`command` is for `runtime: terminal` only; remove it.")
    if extension and runtime != "scripted":
        _refuse(scope, extension, "scripted", "`scripted` is for `runtime: scripted` only; remove it.")


def _refuse(scope: Scope, mapping: Node, key: str, message: str) -> None:
    if key in mapping.by_key:
        entry = mapping.by_key[key]
        scope.say("not-for-runtime", entry, message, edit=edits.remove(scope.document.lines, mapping, entry))


def _check_source(scope: Scope, member: Node) -> None:
    source = member.mapping("session_source")
    ref = source.mapping("ref") if source else None
    mode = source.text("mode") if source else None
    kind, value = (ref["kind"], ref["value"]) if ref else (None, None)
    wanted = SOURCES.get(mode or "")
    if wanted and kind is not None and kind.kind is Kind.TEXT and kind.written != wanted:
        message = f"`mode: {mode}` begins from a `{wanted}`; write that, or change the mode."
        scope.say("unknown-value", kind, message, edit=edits.replace(kind, wanted))
    if value is not None and wanted and (mode == "rebuild") != (value.kind is Kind.SEQUENCE):
        what = "a list of paths, the most trusted first" if mode == "rebuild" else "one text"
        scope.say("wrong-type", ref.by_key["value"] if ref else value, f"With `mode: {mode}` this must be {what}.")
    if mode == "fork" and "starter_ref" in member.by_key:
        message = "`starter_ref` and `session_source` with `mode: fork` exclude each other; remove one."
        entry = member.by_key["starter_ref"]
        scope.say("conflict", entry, message, edit=edits.remove(scope.document.lines, member, entry))


def _check_cwd(scope: Scope, node: Node | None) -> None:
    if scope.root is None or node is None or node.kind is not Kind.TEXT or not node.written.strip():
        return
    folder = join(scope.root, node.written)
    if scope.files.kind(folder) != "folder":
        message = f"{folder} is no folder (yet); create it, or start the rig with another `cwd`."
        scope.say("cwd-missing", node, message)
