"""A plain door that says what a test wants: the wire's own rules, answers of the test's choosing."""

import json
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = Any | Callable[["Guest", dict[str, Any]], Any]
SINCE = "2026-01-01T00:00:00.000Z"


class Refuse(Exception):
    """Answer with an error."""

    def __init__(self, code: int, kind: str, **data: Any) -> None:
        super().__init__(kind)
        facts = {"kind": kind, "what": f"what of {kind}", "why": f"why of {kind}", "fix": f"fix of {kind}", **data}
        self.error = {"code": code, "message": f"message of {kind}", "data": facts}


class HangUp(Exception):
    """Answer by closing the connection."""


class Silence(Exception):
    """Answer nothing."""


class Guest:
    """One connected client."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def write(self, message: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def push(self, method: str, params: dict[str, Any]) -> None:
        self.write({"method": method, "params": params})

    def event(self, seq: int, kind: str, data: dict[str, Any], **more: Any) -> None:
        self.push("event/published", {"subscription": "s1", "prev": seq - 1, **event(seq, kind, data, **more)})


class Door:
    """Listens in `home`; `answers` maps a method to its result, or to a function of the guest and the params."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.answers: dict[str, Answer] = {"event/subscribe": {"subscription": "s1", "seq": 0}}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.notified: list[tuple[str, dict[str, Any]]] = []
        self.heard = threading.Condition()
        self._guests: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        home.mkdir(mode=0o700, exist_ok=True)
        self.path = home / "s"
        self.open()

    def open(self) -> None:
        """Listen (again)."""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.path))
        self._socket.listen()
        about = {"pid": os.getpid(), "version": "0.1.0", "endpoints": {"unix": str(self.path)}}
        (self.home / "daemon.json").write_text(json.dumps(about))
        thread = threading.Thread(target=self._accept, args=(self._socket,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def close(self) -> None:
        """As a daemon that ends: nothing is left of it."""
        # shutdown wakes the thread that accepts; close alone would not.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.path.unlink(missing_ok=True)
        (self.home / "daemon.json").unlink(missing_ok=True)
        for guest in self._guests:
            try:
                guest.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()
        self._threads.clear()
        self._guests.clear()

    def params(self, method: str) -> dict[str, Any]:
        """What the last call of `method` asked."""
        return [params for name, params in self.asked if name == method][-1]

    def wait_for(self, check: Callable[[], bool], seconds: float = 10) -> None:
        """Until something heard makes `check` true."""
        with self.heard:
            assert self.heard.wait_for(check, seconds), (self.asked, self.notified)

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self._guests.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        guest = Guest(connection)
        try:
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    self._take(guest, json.loads(line))
        except (OSError, HangUp, ValueError):
            return

    def _take(self, guest: Guest, message: dict[str, Any]) -> None:
        method, params = message["method"], message.get("params") or {}
        with self.heard:
            (self.asked if "id" in message else self.notified).append((method, params))
            self.heard.notify_all()
        if "id" not in message:
            return
        try:
            if method not in self.answers:
                raise Refuse(-32601, "method-not-found")
            answer = self.answers[method]
            result = answer(guest, params) if callable(answer) else answer
        except Silence:
            return
        except Refuse as refuse:
            guest.write({"id": message["id"], "error": refuse.error})
        else:
            guest.write({"id": message["id"], "result": result})


def event(seq: int, kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"seq": seq, "time": SINCE, "kind": kind, "actor": "daemon", "data": data, **more}


def agent(member: str, state: str = "idle", rig: str = "demo", **more: Any) -> dict[str, Any]:
    return {
        "id": f"id-{member}",
        "generation": 1,
        "address": f"team-{member}@{rig}",
        "rig": rig,
        "pod": "team",
        "member": member,
        "runtime": "scripted",
        "cwd": "/work",
        "state": state,
        "stateSince": SINCE,
        "evidence": {"source": "hook", "at": SINCE, "detail": "Stop"},
        "unread": 0,
        "held": 0,
        **more,
    }


def rig(name: str = "demo", state: str = "up", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "state": state,
        "revision": 1,
        "cwd": "/work",
        "agents": 3,
        "needsInput": 0,
        "createdAt": SINCE,
        "upSince": SINCE,
        **more,
    }


def message(to: str = "team-builder@demo", state: str = "accepted", **more: Any) -> dict[str, Any]:
    return {
        "id": "m1",
        "to": to,
        "from": "operator",
        "text": "hello",
        "state": state,
        "createdAt": SINCE,
        "attempts": 0,
        **more,
    }
