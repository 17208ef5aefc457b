"""Where the daemon is: its state folder and `daemon.json`; nothing is computed that the daemon can say."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import NoDaemon


def home(named: str | os.PathLike[str] | None = None) -> Path:
    """The state folder: `named`, else `$OPENRIG_RPC_HOME`, else the platform's."""
    given = named or os.environ.get("OPENRIG_RPC_HOME")
    if given:
        return Path(given).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "openrig-rpc"
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "openrig-rpc"


def endpoint(state: Path) -> str:
    """The unix socket of the daemon that runs, as a URL. Raises NoDaemon."""
    path = _endpoints(state).get("unix")
    if path is None:
        raise NoDaemon(f"no daemon runs for {state}; start it: openrig-rpc daemon, or any `rig` command")
    return f"unix:{path}"


def token(state: Path, where: str | Sequence[str]) -> str | None:
    """Who connects: the agent in whose pane this runs; on TCP else the person, where this user may read that.

    A token is shown to nobody but the daemon whose it is: over TCP only where `daemon.json` names the address.
    """
    tcp = isinstance(where, str) and where.startswith("tcp:")
    if tcp and where != _endpoints(state).get("tcp"):
        return None
    own = os.environ.get("OPENRIG_RPC_TOKEN_FILE")
    return (_read(Path(own)) if own else None) or (_read(state / "tokens" / "operator") if tcp else None)


def _endpoints(state: Path) -> dict[str, Any]:
    try:
        found = json.loads((state / "daemon.json").read_bytes())["endpoints"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _read(path: Path) -> str | None:
    try:
        return path.read_text("ascii").strip() or None
    except (OSError, ValueError):
        return None
