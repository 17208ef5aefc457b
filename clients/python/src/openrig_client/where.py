"""Where the daemon is: its state folder and `daemon.json`; nothing is computed that the daemon can say."""

import json
import os
import sys
from pathlib import Path

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
    try:
        said = json.loads((state / "daemon.json").read_bytes())
        return f"unix:{said['endpoints']['unix']}"
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise NoDaemon(f"no daemon runs for {state}; start it: openrig-rpc daemon, or any `rig` command") from why


def own_token() -> str | None:
    """The token of the agent in whose pane this runs."""
    path = os.environ.get("OPENRIG_RPC_TOKEN_FILE")
    try:
        return (Path(path).read_text("ascii").strip() or None) if path else None
    except (OSError, ValueError):
        return None


def operator_token(state: Path) -> str | None:
    """The token of the person whose daemon it is, where it can be read."""
    try:
        return (state / "tokens" / "operator").read_text("ascii").strip() or None
    except (OSError, ValueError):
        return None
