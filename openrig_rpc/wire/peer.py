"""Who is at the other end of a socket, as far as the kernel knows."""

from __future__ import annotations

import socket
import struct
import sys
from dataclasses import dataclass
from typing import Final

from ..model.principal import Principal

_UCRED: Final = struct.Struct("3i")
_XUCRED_UID: Final = struct.Struct("II")
_SOL_LOCAL: Final = 0
_LOCAL_PEERCRED: Final = 1
_LOCAL_PEERPID: Final = 2


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end: where from, and who it is as long as it says nothing else.

    local: a unix socket, so uid and pid are the kernel's word. principal: None for a stranger.
    """

    address: str
    local: bool
    principal: Principal | None = None
    pid: int | None = None

    def __str__(self) -> str:
        return f"{self.address} pid {self.pid}" if self.pid is not None else self.address


def credentials(sock: socket.socket) -> tuple[int, int]:
    """(pid, uid) of the process that connected this unix socket. Raises OSError where that can't be known."""
    if sys.platform == "darwin":  # from Apple's sys/un.h and sys/ucred.h; nobody has run it yet
        _, uid = _XUCRED_UID.unpack(sock.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 76)[: _XUCRED_UID.size])
        return sock.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID), uid
    pid, uid, _ = _UCRED.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    return pid, uid


def keep_alive(sock: socket.socket) -> None:
    """Notice a TCP peer that vanished without a word, within some minutes."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
