"""What runs beside the agents: compose services, plain processes, and the checks that hold agents back."""

import re

from . import edits
from .node import Kind, Node
from .scope import Scope

TARGETS = ("url", "tcp", "service")
_URL = re.compile(r"https?://[^\s/]+.*")
_TCP = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/]+):([0-9]{1,5})")


def check_services(scope: Scope, root: Node) -> None:
    """The `services` of the rig, and the processes under `x-openrig-rpc`."""
    compose = root.mapping("services")
    if compose:
        scope.file(compose["compose_file"], folder=False)
        for target in compose.list("wait_for"):
            _check_target(scope, target, compose=True)
    extension = root.mapping("x-openrig-rpc")
    processes = extension.mapping("services") if extension else None
    for entry in processes.entries if processes else ():
        for target in entry.value.list("wait_for"):
            _check_target(scope, target, compose=False)


def _check_target(scope: Scope, target: Node, *, compose: bool) -> None:
    if target.kind is not Kind.MAPPING:
        return
    given = [key for key in TARGETS if target.text(key)]
    if len(given) != 1:
        what = f"has {' and '.join(f'`{key}`' for key in given)}" if given else "has none"
        where = target.by_key[given[1]] if given else target.entries[0] if target.entries else target
        scope.say("wait-target", where, f"A check is exactly one of `url`, `tcp` and `service`; this one {what}.")
        return
    key, node = given[0], target[given[0]]
    condition = target.by_key.get("condition")
    assert node
    if key == "url" and not _URL.fullmatch(node.written):
        scope.say("wait-target", node, "`url` must begin with http:// or https:// and name a host.")
    elif key == "tcp" and not _is_port(node.written):
        scope.say("wait-target", node, "`tcp` must be `host:port`, with a port from 1 to 65535.")
    elif key == "service" and not compose:
        scope.say("wait-target", node, "A plain process has no compose services; use `url` or `tcp`.")
    elif key == "service" and condition is None:
        edit = edits.insert(scope.document, target, "condition", "healthy")
        scope.say("wait-target", node, "A check of a service needs `condition: healthy`; add it.", edit=edit)
    if key != "service" and condition is not None:
        scope.say("wait-target", condition, f"`condition` belongs to `service`, not to `{key}`; remove it.")


def _is_port(text: str) -> bool:
    found = _TCP.fullmatch(text)
    return found is not None and 1 <= int(found[2]) <= 65535
