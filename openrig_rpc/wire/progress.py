"""`$/progress` to a caller that sent a `workDoneToken`: begin, report, end, as LSP has it, on every door."""

from __future__ import annotations

from typing import Any

from ..rpc import Connection


class Progress:
    """One call's. Begins with the first report; a client that reads slowly misses reports, not the end."""

    def __init__(self, connection: Connection, token: int | str, title: str) -> None:
        self._connection = connection
        self._token = token
        self._title = title
        self._begun = False

    def report(self, message: str, percentage: int | None) -> None:
        """`message` for people; `percentage` 0-100, or None where it can't be known."""
        value: dict[str, Any] = {"kind": "report", "message": message}
        if percentage is not None:
            value["percentage"] = percentage
        if not self._begun:
            self._begun = True
            value = {**value, "kind": "begin", "title": self._title, "cancellable": True}
        elif self._connection.congested():
            return
        self._send(value)

    def end(self) -> None:
        """No more will come; sent before the reply, where there was anything."""
        if self._begun:
            self._begun = False
            self._send({"kind": "end"})

    def _send(self, value: dict[str, Any]) -> None:
        self._connection.notify("$/progress", {"token": self._token, "value": value})
