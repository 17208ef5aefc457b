"""A line for each agent as it gets ready while a rig comes up, from the events that the daemon pushes."""

from . import show, text
from .call import Call
from .faults import Json, Refused

SETTLED = frozenset({"idle", "busy", "needsInput", "exited", "failed", "unknown"})


class Progress:
    """Follows agents from `starting` to whatever comes next. `shown`: the addresses that got their line."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._starting: set[str] = set()
        self.shown: set[str] = set()

    def begin(self) -> None:
        """Subscribe; a caller who may not is served without progress."""
        kinds = ["agent.added", "agent.stateChanged", "agent.promptOpened"]
        try:
            self._call.ask("event/subscribe", {"kinds": kinds})
        except Refused:
            pass

    def heard(self, message: dict[str, Json]) -> None:
        """Take a notification, and print a line where an agent is ready."""
        params = message.get("params")
        if message.get("method") != "event/published" or not isinstance(params, dict):
            return
        agent = params.get("data")
        if not isinstance(agent, dict) or "address" not in agent or "state" not in agent:
            return
        address, state = agent["address"], agent["state"]
        if state == "starting":
            self._starting.add(address)
            self.shown.discard(address)
        elif address in self._starting and state in SETTLED:
            self._starting.discard(address)
            self.shown.add(address)
            line = f"{show.state(self._call, state)}  {text.line(address)}"
            more = text.line(show.why(agent))
            self._call.say(f"{line}  {more}" if more else line, now=True)
