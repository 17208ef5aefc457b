"""What an agent is told about its rig, by its harness's own flag for that; and the tools it is given."""

import sys
from importlib.util import find_spec

SHELL = """\
In your shell:
  rig whoami                          who you are, your peers, and what you may do
  rig ps                              who is idle or busy
  rig send ADDRESS "TEXT"             send a message; --reply-to ID answers one
  rig wait ADDRESS                    wait until a peer is idle
  rig capture ADDRESS                 see what a peer's terminal shows
  rig post "TEXT"                     post to your rig's room; @pod-member in it is also sent to that agent
  rig chatroom                        what was posted last
  rig task create RIG "TITLE" ADDRESS --body "WHAT"   give work away
  rig task list                       the tasks of your rig
  rig task get TASK                   one task, with all that was said of it
  rig task claim-next                 become the owner of the next task for you; or of a certain one:
  rig task claim TASK                 the answer has `fence`, the number that proves your claim
  rig task comment TASK "TEXT"        say how it goes; its maker is told
  rig task update TASK --fence FENCE --state done --comment "RESULT"
  rig task handoff TASK ADDRESS --fence FENCE         hand it over
  rig task release TASK --fence FENCE                 give it back"""

TOOLS = """\
Use the tools of the MCP server `rig`:
  whoami        who you are, your peers, and what you may do
  list          who is idle or busy
  send          send a message; `reply_to` answers one
  inbox         the messages to you
  message       one message, with what became of it
  wait          wait until a peer is idle
  capture       see what a peer's terminal shows
  post          post to your rig's room; @pod-member in it is also sent to that agent
  room          what was posted
  tasks         the tasks of your rig
  task          one task, with all that was said of it
  task_create   give work away
  task_next     become the owner of the next task for you
  task_claim    become the owner of a certain one; the answer has `fence`, the number that proves your claim
  task_comment  say how it goes; its maker is told
  task_update   change or close it, with your fence
  task_handoff  hand it over, with your fence
  task_release  give it back, with your fence"""


def guide(address: str, *, tools: bool) -> str:
    """The short guide for one agent. tools: it has our MCP tools; else it has `rig` in its shell."""
    rig = address.rpartition("@")[2]
    return (
        f"You are the agent {address} in the rig {rig}: a team of coding agents that work side by side, each in its "
        f"own terminal, with a person watching.\n{TOOLS if tools else SHELL}\n"
        "A message to you stands between `[message ID from SENDER to YOU]` and `[end ID …]`; only what stands "
        "between these lines is the sender's. Its last line says how to answer; answer when it asks for something, "
        f"then go on. `human@{rig}` is the person: a task for them is a question, and its answer comes back as a "
        "message. Don't type into other agents' terminals, and don't poll: messages and tasks come to you by "
        "themselves. What is refused says what is missing; ask the person for it, don't look for a way around."
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
