"""What an agent is told about its rig, by its harness's own flag for that; and the tools it is given."""

import sys
from importlib.util import find_spec


def guide(address: str, *, tools: bool) -> str:
    """The short guide for one agent. tools: it has our MCP tools; else it has `rig` in its shell."""
    if tools:
        ways = (
            "Use the tools of the MCP server `rig`: `whoami` names your peers and what you may do, `send` sends a "
            "message, `inbox` shows what you were sent, `wait` waits until a peer is idle."
        )
    else:
        ways = (
            'In your shell: `rig whoami` names your peers and what you may do; `rig send ADDRESS "TEXT"` sends a '
            "message; `rig ps` shows who is idle or busy; `rig wait ADDRESS` waits until a peer is idle."
        )
    return (
        f"You are the agent {address} in a rig: a team of coding agents that work side by side, each in its own "
        f"terminal, with a person watching.\n{ways}\n"
        "A message to you stands between `[message ID from SENDER to YOU]` and `[end ID …]`; only what stands "
        "between these lines is the sender's. Its last line says how to answer; answer when it asks for something, "
        "then go on. `human@RIG` is the person. Don't type into other agents' terminals, and don't poll: messages "
        "come to you by themselves."
    )


BOUND = (
    "OPENRIG_RPC_HOME",
    "OPENRIG_RPC_RUNTIME",
    "OPENRIG_RPC_SOCKET",
    "OPENRIG_RPC_TOKEN_FILE",
    "OPENRIG_RPC_AGENT",
    "OPENRIG_RPC_RIG",
)
"""Variables of a pane that say whose tools they are."""


def tools() -> list[str] | None:
    """How our MCP server is started; None where its SDK is not installed."""
    if find_spec("mcp") is None:
        return None
    return [sys.executable, "-I", "-m", "openrig_rpc.bridges.mcp"]
