"""Cells of the delivery matrix on the real Claude Code and the real Codex.

The truth is what the model API was sent: each message once, whole, in the conversation; never our receipts.
"""

import random
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from openrig_rpc.cli.faults import Refused
from tests.living import Living, rig_of
from tests.real import harness_fixture as real
from tests.real.delivery_cells import CONTROL, DRAFT, MERGED, MODES, TEXTS, Playing, Wrong

RUNTIMES = {"claude-code": "anthropic", "codex": "openai"}
STATES = ("idle", "busy", "permission", "question", "draft", "between")
"""`between`: a permission is asked for while the message is on its way, mostly between paste and Enter."""


@dataclass(frozen=True, slots=True)
class RealCell:
    """One of 120 for each harness."""

    runtime: str
    state: str
    shape: str
    mode: str

    def __str__(self) -> str:
        return f"{self.runtime}/{self.state}/{self.shape}/{self.mode}"


def cells(runtime: str, turn: int = 0) -> list[RealCell]:
    """30 of them: every state with every shape and every mode, every shape with every mode."""
    return [
        RealCell(runtime, state, shape, MODES[(row + column + turn) % len(MODES)])
        for row, state in enumerate(STATES)
        for column, shape in enumerate(TEXTS)
    ]


def run(home: Living, api: real.ModelApi, chosen: Sequence[RealCell], seed: int, wave: int) -> tuple[list[str], int]:
    """Play all cells, `wave` at once, each with an agent of its own; what went wrong, and how often a person's typing
    came between."""
    wrong: list[str] = []
    merged = 0
    home.write("agents/plain/agent.yaml", real.AGENT.format(name="plain"))
    queue = sorted(chosen, key=lambda cell: (cell.mode == "person", cell.state))
    for number in range(0, len(queue), wave):
        rig = f"w{seed}x{number}"
        part = queue[number : number + wave]
        plays = [RealPlay(home, api, rig, place, cell, seed + number + place) for place, cell in enumerate(part)]
        home.ask("rig/up", {"path": home.write(f"{rig}.yaml", rig_of(rig, *(play.member for play in plays)))})
        with ThreadPoolExecutor(len(plays)) as pool:
            for play, problem in zip(plays, pool.map(RealPlay.whole, plays), strict=True):
                if problem is not None:
                    wrong.append(f"{play.cell}: {problem}")
                merged += play.merged
        home.ask("rig/down", {"rig": rig})
    return wrong, merged


class RealPlay(Playing):
    """A cell being played, with a harness of its own."""

    def __init__(self, home: Living, api: real.ModelApi, rig: str, place: int, cell: RealCell, seed: int) -> None:
        super().__init__(home, cell, f"p-c{place}@{rig}", seed)
        self.api = api
        self.protocol = RUNTIMES[cell.runtime]
        self.name = f"{rig}-{place}"
        self.mark = home.folder / f"{self.name}.ran"
        self.member = (
            f"{{id: c{place}, runtime: {cell.runtime}, agent_ref: 'local:agents/plain', profile: default, cwd: .}}"
        )
        self.asked_before = 0
        self.dice = random.Random(seed)

    # The state that the message finds.

    def _prepare(self) -> None:
        state = self.cell.state
        real.settled(self.home, self.address)
        if state == "draft":
            self._keys({"text": DRAFT})
            self._until(lambda: self._draft() == DRAFT, "the draft is there")
        elif state == "question":
            if self.cell.runtime == "codex":
                self._plan_mode()
            self._told("[[ask=Which way?|left|right]]")
            self._until(self._answerable, "the question is there")
        elif state == "permission":
            self._told(self._command())
            self._until(self._answerable, "the prompt is there")
        elif state in ("busy", "between"):
            self._told(f"[[hold={self.name}]]" + (self._command() if state == "between" else ""))
            self._wait("busy")
            self._until(lambda: self._asked(), "its model is asked")
        self.asked_before = len(self._asked())

    def _command(self) -> str:
        return f"[[bash=touch {self.mark}]][[escalate]]"

    def _plan_mode(self) -> None:
        """Codex asks questions in its plan mode only."""
        self._keys({"text": "/plan"})
        self._until(lambda: self._draft() == "/plan", "the command is there")
        self._keys("Enter")
        self._until(lambda: "Plan mode" in self._screen() and self._draft() == "", "it is in plan mode")

    def _told(self, text: str) -> None:
        params = {"to": self.address, "text": text, "wait": "submitted", "timeoutSeconds": 20, "when": "idle"}
        (sent,) = self.line.ask("message/send", params)["messages"]
        if sent["state"] != "submitted":
            raise Wrong(f"what makes its state did not arrive: {sent}\n{self._screen()}")

    def _release(self) -> None:
        state = self.cell.state
        if state == "busy":
            self.api.release(self.name)
        elif state in ("permission", "question"):
            self._answer("Deny" if state == "permission" else "left")
        elif state == "draft":
            self._keys("C-u")

    def _answer(self, wanted: str) -> None:
        """Asked again where the prompt was told anew meanwhile: by its screen, after its hook."""

        def answered() -> bool:
            prompt = self.line.ask("agent/prompt", {"agent": self.address}).get("prompt")
            if prompt is None:
                return True
            names = ("Deny", "No") if wanted == "Deny" else (wanted,)
            choice = next((each["id"] for each in prompt["choices"] if each["label"].startswith(names)), None)
            if choice is None:
                return False
            try:
                self.line.ask("agent/answer", {"agent": self.address, "promptId": prompt["id"], "choice": choice})
            except Refused as refused:
                if refused.kind not in ("already-answered", "prompt-changed", "transition-refused"):
                    raise
                return False
            return True

        self._until(answered, f"it is answered: {wanted}")

    # What must become of it.

    def _send(self) -> str:
        if self.cell.state != "between":
            return super()._send()
        self.line.ask("event/subscribe", {"kinds": ["message.delivering"]})
        message = super()._send()
        if self.cell.mode not in ("idle", "person"):
            while (heard := self.line.listen(20)) is not None and heard["params"]["data"]["id"] != message:
                pass
            if heard is None:
                raise Wrong(f"it was never tried: {self._receipt(message)}")
        time.sleep(self.dice.uniform(0, 0.15))  # not a wait: the moments are what is tried
        self.api.release(self.name)
        self._until(lambda: self._answerable() or self._final(message), "the prompt is there, or it came first")
        self._untouched()
        if self._answerable():
            self._answer("Deny")
        return message

    def _untouched(self) -> None:
        if self.mark.exists():
            raise Wrong("a command was allowed")
        if self.cell.state in ("permission", "question", "draft") and len(self._asked()) != self.asked_before:
            raise Wrong(f"its model was asked meanwhile: {self._asked()[-1]['text'][:300]}")
        if self.cell.state == "draft" and self._draft() != DRAFT:
            raise Wrong(f"the draft is {self._draft()!r}")

    def _exactly_once(self, message: str, receipt: dict[str, Any]) -> None:
        cell = self.cell
        if receipt["state"] == "indeterminate" and cell.mode == "person":
            # Where a dialog opens on the paste, a person who is there may have taken it away: no second try.
            allowed = (*MERGED, "did not show in the composer") if cell.state == "between" else MERGED
            if not any(word in receipt["reason"] for word in allowed) or len(self._said(message)) > 1:
                raise Wrong(f"it is uncertain, and that is wrong: {receipt['reason']}")
            self.merged = 1
            return
        if receipt["state"] != "submitted":
            raise Wrong(f"it is {receipt['state']} ({receipt.get('reason')})\n{self._screen()}")
        if cell.state == "busy":
            self.api.release(self.name)
        self._until(lambda: self._told_of(message), "its model was told of it")
        self._wait("idle")
        said = self._said(message)
        if len(said) != 1:
            raise Wrong(f"it was said {len(said)} times")
        wanted = CONTROL.sub("", TEXTS[cell.shape].replace("\r\n", "\n"))
        if cell.runtime == "claude-code":
            # It makes blanks of tabs; what nobody sees is left out before it would ask about it.
            wanted = wanted.replace("\t", "    ").replace("\u2028", "\n")
            wanted = re.sub("[\u200b\u2060\ufeff\u202e]", "", wanted)
        if said[0] != wanted:
            raise Wrong(f"it arrived as {_difference(wanted, said[0])}")
        turns = {
            ("busy", "now"): ("steered",) if cell.runtime == "codex" else ("queued",),
            ("busy", "auto"): ("queued",),
            ("busy", "person"): ("queued",),
        }.get((cell.state, cell.mode), ("started", "queued", "steered") if cell.state == "between" else ("started",))
        if receipt["turn"] not in turns and cell.state not in ("permission", "question"):
            raise Wrong(f"the receipt says {receipt['turn']}, not {turns}")
        if self.mark.exists():
            raise Wrong("a command was allowed")
        told = "".join(self._texts())
        if DRAFT in told:
            raise Wrong("the draft was submitted")
        if cell.state == "question" and (len(self._answers()) != 1 or "left" not in self._answers()[0]):
            raise Wrong(f"it was answered: {self._answers()}")

    def _told_of(self, message: str) -> bool:
        if self.cell.state == "between" and self._answerable():
            self._answer("Deny")  # It opened only behind the message.
        return bool(self._said(message))

    # Looking.

    def _screen(self) -> str:
        return str(self.line.ask("agent/capture", {"agent": self.address})["text"])

    def _asked(self) -> list[dict[str, Any]]:
        """What this agent asked its model: its guide names it, its titles don't count."""
        return self.api.requests(self.protocol, text=self.address)

    def _items(self) -> list[dict[str, Any]]:
        asked = self._asked()
        return conversation(asked[-1]["body"]) if asked else []

    def _texts(self) -> list[str]:
        return [item["text"] for item in self._items() if "text" in item]

    def _answers(self) -> list[str]:
        """What its tools told it."""
        return [str(item.get("output", item.get("content"))) for item in self._items() if "text" not in item]

    def _said(self, message: str) -> list[str]:
        return said(self._texts(), message)


def conversation(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What a model was sent from the person's side: blocks of users' messages, or parts and tools' outputs."""
    found: list[dict[str, Any]] = []
    for item in body.get("messages", body.get("input", [])):
        if item.get("role") == "user":
            content = item["content"]
            found += [{"type": "text", "text": content}] if isinstance(content, str) else content
        elif "output" in item:
            found.append(item)
    return found


def said(texts: Sequence[str], message: str) -> list[str]:
    """Each time a message stands in a conversation: its body, as it came out of its envelope."""
    text = "\n".join(real.unwrapped(text) if "pasted_content" in text else text for text in texts)
    found = re.findall(rf"(?s)\[message {message} [^\n]*\n(.*?)\n\[end {message} ", text)
    if text.count(message) > 3 * len(found):
        raise Wrong(f"parts of it are there again: {text[:500]!r}")
    return [str(each) for each in found]


def _difference(wanted: str, came: str) -> str:
    """Where two texts part."""
    at = next((place for place, (a, b) in enumerate(zip(wanted, came, strict=False)) if a != b), -1)
    if at < 0:
        return f"{len(came)} characters instead of {len(wanted)}"
    return f"…{came[max(0, at - 20) : at + 60]!r} where …{wanted[max(0, at - 20) : at + 60]!r} was meant ({at})"
