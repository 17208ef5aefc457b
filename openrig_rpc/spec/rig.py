"""A rig file as a whole: its form, and what its parts mean to each other."""

from ..model.spec import VERSION, RigSpec
from . import edits
from .agent import LoadedAgent
from .agents import Agents
from .edges import Link, check_edges
from .findings import Place
from .member import check_member, check_policy
from .names import Roster, each_member, read_roster
from .node import Entry, Kind, Node, Plain
from .scope import Scope, check_unique
from .services import check_services
from .shape import Shape
from .startup import check_hints, check_startup


def check_rig(scope: Scope, agents: Agents) -> tuple[dict[str, Plain] | None, list[Link], dict[str, LoadedAgent]]:
    """What RigSpec takes where its form is right, the edges that join two members, and the agents by `agent_ref`."""
    root = scope.document.root
    if root is None:
        return None, [], {}
    if root.kind is not Kind.MAPPING:
        message = "A rig file is a mapping that begins with `version` and `name`."
        scope.say("wrong-type", Place(root.start, root.start + 1), message)
        return None, [], {}
    before = scope.found.errors
    data = Shape(scope.document).data(root, RigSpec)
    whole = scope.found.errors == before and scope.document.complete
    _check_version(scope, root["version"])
    check_policy(scope, root["permission_policy"])
    scope.file(root["culture_file"], folder=False)
    for document in root.list("docs"):
        scope.file(document["path"], required=False)
    _check_startups(scope, root)
    check_services(scope, root)
    _check_workspace(scope, root.mapping("workspace"))
    roster = read_roster(scope, root)
    found: dict[str, LoadedAgent] = {}
    for _, member in each_member(root):
        agent = check_member(scope, member, agents)
        if agent is not None:
            found[member.text("agent_ref") or ""] = agent
    links = check_edges(scope, root, roster)
    _check_grants(scope, root, roster)
    _check_watchdogs(scope, root, roster)
    return data if whole else None, links, found


def _check_startups(scope: Scope, root: Node) -> None:
    everywhere: set[str] = set()
    for pod in root.list("pods"):
        here = {member.text("runtime") or "terminal" for member in pod.list("members")}
        check_startup(scope, pod.mapping("startup"))
        check_hints(scope, pod.mapping("startup"), here)
        everywhere |= here
    check_startup(scope, root.mapping("startup"))
    check_hints(scope, root.mapping("startup"), everywhere)


def _check_version(scope: Scope, node: Node | None) -> None:
    if node is not None and node.kind is Kind.TEXT and node.written != VERSION:
        message = f"This file says version `{node.written[:20]}`; it is read as {VERSION}."
        scope.say("spec-version", node, message, edit=edits.replace(node, VERSION))


def _check_workspace(scope: Scope, workspace: Node | None) -> None:
    if workspace is None:
        return
    names = check_unique(scope, workspace.list("repos"), "name", "repository")
    default = workspace["default_repo"]
    if default is not None and default.kind is Kind.TEXT and names and default.written not in names:
        meant = scope.found.nearest(default.written, names)
        message = f"No repository is called `{default.written[:60]}`; name one of `repos`."
        scope.say("unknown-value", default, message, edit=edits.replace(default, meant) if meant else None)


def _check_grants(scope: Scope, root: Node, roster: Roster) -> None:
    """Grants go to members of this rig, to a pod (`pod.*`) or to all (`*`)."""
    extension = root.mapping("x-openrig-rpc")
    grants = extension.mapping("grants") if extension else None
    for entry in grants.entries if grants else ():
        if not _is_granted(entry.key.written, root.text("name"), roster):
            _say_unknown(scope, entry, roster)


def _is_granted(address: str, rig: str | None, roster: Roster) -> bool:
    local, at, where = address.partition("@")
    if at and where != rig:
        return False
    pod, dot, member = local.partition(".")
    everyone = dot and member == "*" and pod in roster.pods
    return bool(local == "*" or local in roster.members or local in roster.shown or everyone)


def _check_watchdogs(scope: Scope, root: Node, roster: Roster) -> None:
    """Reminders are for members of this rig that are agents: a terminal would run them."""
    extension = root.mapping("x-openrig-rpc")
    for watchdog in extension.list("watchdogs") if extension else ():
        agent = watchdog["agent"]
        if agent is None or agent.kind is not Kind.TEXT:
            continue
        member = roster.members.get(agent.written)
        if member is None:
            meant = scope.found.nearest(agent.written, roster.members)
            message = f"No member `{agent.written[:60]}` in this rig; name one as `pod.member`."
            scope.say("unknown-member", agent, message, edit=edits.replace(agent, meant) if meant else None)
        elif member.text("runtime") == "terminal":
            message = f"`{agent.written}` is a terminal, and would run the text as a command; name an agent."
            scope.say("not-for-runtime", agent, message)


def _say_unknown(scope: Scope, entry: Entry, roster: Roster) -> None:
    meant = scope.found.nearest(entry.key.written.partition("@")[0], roster.members)
    hint = f" Did you mean `{meant}`?" if meant else ""
    message = f"No member `{entry.key.written[:60]}` in this rig; grants go to its members, `pod.*` or `*`.{hint}"
    scope.say("unknown-member", entry, message, edit=edits.rename(entry, meant) if meant else None)
