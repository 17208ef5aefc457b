"""One turn of an agent as an editor sees it: a text goes in, questions and answers come out, until it is idle again."""

import asyncio
from typing import Any, Literal, Protocol

from ..cli.faults import Fault
from ..home import Home
from .asking import ask, told
from .feed import Event, Feed

QUIET = 1.5
"""Seconds of idleness after which a turn is over: a harness may pause between two steps."""
SETTLE = 0.4
"""Seconds that a question stands before the editor is asked: a screen may show one before its hook tells of it."""
LOST = ("failed", "expired", "cancelled", "indeterminate")
ENDED = ("exited", "failed", "stopped")

Stop = Literal["end_turn", "cancelled"]
Prompt = dict[str, Any]


class Editor(Protocol):
    """Who is shown the turn."""

    async def say(self, text: str) -> None:
        """The agent's words."""

    async def note(self, text: str) -> None:
        """What happens on the way."""

    async def choose(self, prompt: Prompt) -> str | None:
        """The id of the choice that a person made; None when they made none."""


class Turn:
    """From `run` to its end. `cancel` may come at any time."""

    def __init__(self, home: Home, address: str, editor: Editor) -> None:
        self._home, self._address, self._editor = home, address, editor
        self._message: dict[str, Any] = {}
        self._state = "unknown"
        self._submitted = False
        self._cancelled = asyncio.Event()
        self._question: asyncio.Task[None] | None = None

    async def run(self, text: str) -> Stop:
        """Give the agent `text` and follow it. Raises Fault."""
        found = await ask(self._home, "agent/get", agent=self._address)
        agent = found["agent"]
        self._state = agent["state"]
        open_prompt = agent.get("prompt")
        before = await self._screen()
        async with Feed(self._home, agent["rig"], found["seq"]) as feed:
            try:
                if open_prompt is not None and not open_prompt["choices"]:
                    await self._answer(open_prompt, text=text)
                    self._submitted = True
                else:
                    if open_prompt is not None:
                        self._ask(open_prompt)
                    sent = await ask(self._home, "message/send", to=self._address, text=text)
                    self._message = sent["messages"][0]
                await self._follow(feed)
            finally:
                await self._withdraw()
        if self._cancelled.is_set():
            return "cancelled"
        shown = fresh(before, await self._screen(), self._message.get("id", ""))
        if shown:
            await self._editor.say(shown)
        return "end_turn"

    async def cancel(self) -> None:
        """Take the text back where it was not typed, else stop the agent as Escape does."""
        self._cancelled.set()
        try:
            if self._message and not self._submitted:
                await ask(self._home, "message/cancel", id=self._message["id"])
            elif self._state in ("busy", "needsInput"):
                await ask(self._home, "agent/interrupt", agent=self._address)
        except Fault as fault:
            await self._editor.note(told(fault))

    async def _follow(self, feed: Feed) -> None:
        while not self._cancelled.is_set():
            resting = self._submitted and self._state == "idle"
            step = asyncio.ensure_future(feed.next(QUIET if resting else None))
            stop = asyncio.ensure_future(self._cancelled.wait())
            await asyncio.wait((step, stop), return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if not step.done():
                step.cancel()
                return
            event = step.result()
            if event is None:
                return
            if await self._take(event):
                return

    async def _take(self, event: Event) -> bool:
        """Whether the turn is over by this."""
        kind, data = event["kind"], event["data"]
        if kind.startswith("message."):
            return await self._receipt(data)
        if kind not in ("agent.stateChanged", "agent.promptOpened", "agent.promptClosed"):
            return False
        if data["address"] != self._address:
            return False
        self._state = data["state"]
        if kind == "agent.promptOpened":
            if not data["prompt"]["choices"]:
                await self._editor.say(f"{data['prompt']['question']}\n")
                return True
            self._ask(data["prompt"])
        elif kind == "agent.promptClosed":
            await self._withdraw()
        if self._state in ENDED:
            await self._editor.say(
                f"{self._address} is {self._state}: {data.get('reason') or data['evidence']['detail']}"
            )
            return True
        return False

    async def _receipt(self, message: dict[str, Any]) -> bool:
        if message["id"] == self._message.get("id"):
            if message["state"] == "held":
                await self._editor.note(f"held: {message.get('reason')}\n")
            self._submitted = self._submitted or message["state"] == "submitted"
            if message["state"] in LOST:
                reason = f": {message['reason']}" if message.get("reason") else ""
                await self._editor.say(f"the message was not delivered ({message['state']}{reason})")
                return True
        elif message["from"] == self._address and message["to"].startswith("human@") and message["state"] == "accepted":
            await self._editor.say(f"{message['text']}\n")
        return False

    def _ask(self, prompt: Prompt) -> None:
        self._question = asyncio.create_task(self._put(prompt))

    async def _put(self, prompt: Prompt) -> None:
        """Ask the editor, and hand its answer on; nothing where somebody else was faster."""
        await asyncio.sleep(SETTLE)
        choice = await self._editor.choose(prompt)
        if choice is None:
            return
        try:
            await self._answer(prompt, choice=choice)
        except Fault as fault:
            await self._editor.note(f"{told(fault)}\n")

    async def _answer(self, prompt: Prompt, **answer: str) -> None:
        await ask(self._home, "agent/answer", agent=self._address, promptId=prompt["id"], **answer)

    async def _withdraw(self) -> None:
        """Wait no longer for an answer, unless it is just being handed on."""
        question, self._question = self._question, None
        if question is not None and not question.done():
            question.cancel()

    async def _screen(self) -> list[str]:
        try:
            found = await ask(self._home, "agent/capture", agent=self._address, history=True, lines=2000)
        except Fault:
            return []
        lines: list[str] = found["text"].rstrip().splitlines()
        return lines


def fresh(before: list[str], after: list[str], message_id: str) -> str:
    """What a pane shows now and did not before: behind our message where it can be seen, before the composer."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    ends = [number for number, line in enumerate(after) if message_id and f"[end {message_id}" in line]
    start = ends[0] + 1 if ends else same
    end, rest = len(after), len(before)
    while end > start and rest > same and after[end - 1] == before[rest - 1]:
        end, rest = end - 1, rest - 1
    return "\n".join(after[start:end]).strip("\n")
