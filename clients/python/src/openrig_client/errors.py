"""What can go wrong."""

from typing import Any


class RpcError(Exception):
    """The daemon's answer is an error: `code` and `kind` name it; `what` happened, `why`, and how to `fix` it.

    `data` has all of it, with the facts of its kind.
    """

    def __init__(self, error: dict[str, Any]) -> None:
        self.code = int(error.get("code", -32603))
        self.message = str(error.get("message", ""))
        found = error.get("data")
        self.data: dict[str, Any] = found if isinstance(found, dict) else {}
        self.kind = str(self.data.get("kind", ""))
        self.what = str(self.data.get("what", self.message))
        self.why = str(self.data.get("why", ""))
        self.fix = str(self.data.get("fix", ""))
        super().__init__("; ".join(part for part in (self.message, self.fix) if part))


class ConnectionLost(Exception):
    """The connection ended before the answer: what was asked may have happened. The next call connects again."""


class NoDaemon(ConnectionLost):
    """No daemon answers there."""
