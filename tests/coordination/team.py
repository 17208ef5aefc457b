"""Agents that ask for themselves: connections with their own tokens, against a real daemon."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from openrig_rpc.cli.faults import Refused
from openrig_rpc.cli.line import Line
from tests.living import Living, until


def as_agent(home: Living, address: str) -> Line:
    """A connection of the agent at `address`, in its present generation."""
    agent = home.ask("agent/get", {"agent": address})["agent"]["id"]
    line = home.line()
    line.ask("session/open", {"client": {"name": "t"}, "token": (home.home.tokens / agent).read_text()})
    return line


@contextmanager
def team(home: Living, *addresses: str) -> Iterator[list[Line]]:
    """Connections of several agents, closed with the block."""
    lines = [as_agent(home, address) for address in addresses]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def refused(line: Line, method: str, params: dict[str, Any], kind: str) -> Refused:
    """The refusal of a request that must be refused, as `kind`."""
    try:
        answer = line.ask(method, params)
    except Refused as fault:
        assert fault.kind == kind, (fault.kind, fault.what, fault.why)
        return fault
    raise AssertionError(f"{method} {params} was not refused: {answer}")


def messages_to(line: Line, address: str, part: str, count: int = 1) -> list[dict[str, Any]]:
    """Messages to an agent with `part` in their text, newest first, once there are `count`."""

    def found() -> list[dict[str, Any]]:
        each = line.ask("message/list", {"agent": address, "limit": 1000})["messages"]
        return [one for one in each if one["to"] == address and part in one["text"]]

    until(lambda: len(found()) >= count, f"{count} messages to {address} about {part}")
    return found()
