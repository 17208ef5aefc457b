"""A typed client of the OpenRig RPC daemon: `Client` waits, `AsyncClient` is awaited; the standard library alone.

with Client() as rig:
    for agent in rig.agent.list()["agents"]:
        print(agent["address"], agent["state"])
"""

from . import types
from .client import AsyncClient
from .errors import ConnectionLost, NoDaemon, RpcError
from .events import Events
from .sync import Client, EventsNow

__all__ = [
    "AsyncClient",
    "Client",
    "ConnectionLost",
    "Events",
    "EventsNow",
    "NoDaemon",
    "RpcError",
    "types",
]
