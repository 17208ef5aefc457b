"""A connection to the daemon's plain door: one JSON value a line, requests in order, notifications in between."""

import json
import os
import socket
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..home import Home
from .faults import Fault, Json, Lost, Refused, Unreachable, Usage

if TYPE_CHECKING:
    from ..wire.remote import Carrier

Notification = dict[str, Json]
Heard = Callable[[Notification], None]

PATIENCE = 60.0
"""Seconds that an answer may take beyond what its request asked to wait for."""
CHUNK = 1 << 18


class Line:
    """One connection. Not for threads."""

    def __init__(self, connection: socket.socket, carrier: "Carrier | None" = None) -> None:
        self._socket = connection
        self._carrier = carrier
        self._buffer = bytearray()
        self._searched = 0
        self._last = 0
        self._opening: int | None = None
        self._waiting: list[int] = []
        self._replies: dict[int, dict[str, Json]] = {}
        self._notifications: deque[Notification] = deque()

    @classmethod
    def open(cls, home: Home, *, start: bool = True, host: str | None = None) -> "Line":
        """Connect, starting the daemon where needed and allowed; as the agent in whose pane this runs, if any.

        host: to the daemon of another machine, through ssh; it is started there where needed.
        """
        if host is not None:
            return cls._afar(host)
        from ..wire.forward import dial

        try:
            line = cls(dial(home, start=start))
        except Fault:
            raise
        except Exception as why:  # whatever it is, there is no daemon to talk to
            raise Unreachable(
                "no daemon answers" if start else "no daemon runs", str(why), _where(home), home=str(home.state)
            ) from why
        token = _token()
        if token:
            from ..version import PROTOCOL, VERSION

            client = {"name": "rig", "version": VERSION}
            # Not waited for: requests of one connection are taken in the order they came.
            number = line.send("session/open", {"client": client, "token": token, "protocolVersion": PROTOCOL})
            line._opening = number
        return line

    @classmethod
    def _afar(cls, host: str) -> "Line":
        from ..wire.remote import Carrier, NotAHost

        try:
            carrier = Carrier(host)
        except NotAHost as why:
            raise Usage("--host can't be used so", str(why), "rig --host USER@HOST ps") from None
        except OSError as why:
            raise Unreachable("ssh can't be run", why.strerror or str(why), "install it: OpenSSH's client") from why
        return cls(carrier.socket, carrier)

    def send(self, method: str, params: Json = None) -> int:
        """Send a request without waiting; returns its id."""
        self._last += 1
        request: dict[str, Json] = {"jsonrpc": "2.0", "id": self._last, "method": method}
        if params is not None:
            request["params"] = params
        try:
            text = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            raise Usage(
                "the text is not UTF-8", "an argument has bytes that no encoding explains", "pass UTF-8 text"
            ) from None
        self._waiting.append(self._last)  # before it is written: who is interrupted now has to cancel it
        self._write(text)
        return self._last

    def reply(self, number: int, *, heard: Heard | None = None, patience: float | None = PATIENCE) -> Json:
        """The result of request `number`; raises Refused, Lost or Unreachable.

        `heard` is called for each notification on the way; without it they are kept for `listen`. `patience` is how
        many seconds may pass without a word; None is for ever.
        """
        if self._opening is not None:
            opening, self._opening = self._opening, None
            self.reply(opening, heard=heard)
        self._socket.settimeout(patience)
        while number not in self._replies:
            try:
                message = self._read()
            except TimeoutError:
                raise Unreachable(
                    "the daemon does not answer", f"nothing came for {patience:g} s", "rig doctor"
                ) from None
            self._sort(message)
            while heard is not None and self._notifications:
                heard(self._notifications.popleft())
        self._waiting.remove(number)
        answer = self._replies.pop(number)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer.get("result")

    def ask(
        self,
        method: str,
        params: Json = None,
        *,
        heard: Heard | None = None,
        patience: float | None = PATIENCE,
    ) -> Json:
        """Send a request and wait for its result."""
        return self.reply(self.send(method, params), heard=heard, patience=patience)

    def listen(self, seconds: float | None = None) -> Notification | None:
        """The next notification, or None when `seconds` passed without one; raises Lost."""
        self._socket.settimeout(seconds)
        while not self._notifications:
            try:
                self._sort(self._read())
            except TimeoutError:
                return None
        return self._notifications.popleft()

    def cancel(self) -> None:
        """Tell the daemon that nobody waits for open requests any more; never raises."""
        try:
            self._socket.settimeout(1.0)
            for number in self._waiting:
                cancel = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number}}
                self._write(json.dumps(cancel).encode())
        except (OSError, Fault):
            pass

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
        if self._carrier is not None:
            self._carrier.close()

    def _ended(self, error: OSError | None) -> Fault:
        status = self._carrier.ended() if self._carrier is not None else 0
        if not status:
            return _lost(error)
        why = "nobody there answers by ssh" if status == 255 else f"what ssh ran there ended with status {status}"
        return Unreachable(
            "the other machine's daemon can't be reached", why, "try it alone: ssh HOST openrig-rpc --version"
        )

    def _sort(self, message: Json) -> None:
        if not isinstance(message, dict):
            return
        if "method" in message:
            self._notifications.append(message)
        elif isinstance(message.get("id"), int):
            self._replies[message["id"]] = message
        elif "error" in message:  # of a request that could not even be read
            raise Refused(message["error"])

    def _write(self, text: bytes) -> None:
        try:
            self._socket.settimeout(PATIENCE)
            self._socket.sendall(text + b"\n")
        except TimeoutError:
            raise Unreachable("the daemon does not read", "it took no request for a minute", "rig doctor") from None
        except OSError as why:
            raise self._ended(why) from why

    def _read(self) -> Json:
        while True:
            end = self._buffer.find(b"\n", self._searched)
            if end >= 0:
                line = bytes(self._buffer[:end])
                del self._buffer[: end + 1]
                self._searched = 0
                if line.strip():
                    return json.loads(line)
                continue
            self._searched = len(self._buffer)
            try:
                chunk = self._socket.recv(CHUNK)
            except TimeoutError:
                raise
            except OSError as why:
                raise self._ended(why) from why
            if not chunk:
                raise self._ended(None)
            self._buffer += chunk


def _lost(why: OSError | None) -> Lost:
    return Lost(
        "the daemon went away",
        str(why) if why else "it closed the connection before it answered",
        "say it again; agents live on, and what was acknowledged is kept",
    )


def _token() -> str | None:
    """The agent's token, where this runs in an agent's pane; without it the daemon knows the agent by its ancestry."""
    path = os.environ.get("OPENRIG_RPC_TOKEN_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text("ascii").strip() or None
    except (OSError, ValueError):
        return None


def _where(home: Home) -> str:
    return f"look at the logs in {home.logs}, or try: openrig-rpc daemon"
