"""Open questions: which is the same as another, which hook waits for its answer, and who gave it.

A hook and a screen may tell of one question, in any order; it keeps its id. Their choices have different ids
(`allow`, `deny`; `1`, `2`, …), so an answer that was meant for the one is never taken for the other.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..model.agent import Choice, Prompt, PromptKind
from ..model.base import moment, now
from ..model.inbox import InboxItem
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.writer import Tx
from .prompts import SeenPrompt

HOOK_CHOICES = (Choice(id="allow", label="Allow"), Choice(id="deny", label="Deny"))
TOGETHER = 1.0
"""Seconds between a dialog on the screen and the hook that tells of it."""
REMEMBERED = 1000
PANE = "somebody at the pane"

Behaviour = Literal["allow", "deny"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer for a waiting hook."""

    behaviour: Behaviour
    message: str | None = None


@dataclass(eq=False, slots=True)
class Held:
    """A hook that waits. `answer` gives the decision, or None when it is not needed any more."""

    answer: "asyncio.Future[Decision | None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    prompt_id: str | None = None

    def end(self, decision: Decision | None) -> bool:
        """Let the hook go; False when it went already."""
        if self.answer.done():
            return False
        self.answer.set_result(decision)
        return True


class Questions:
    """Waiting hooks by the prompt they asked, and how past prompts ended."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._ended: dict[str, str] = {}

    def bind(self, held: Held, prompt_id: str) -> None:
        """This hook asked that; an earlier one that asked the same waits no more."""
        earlier = self._held.get(prompt_id)
        if earlier is not None and earlier is not held:
            earlier.end(None)
        held.prompt_id = prompt_id
        self._held[prompt_id] = held

    def held(self, prompt_id: str) -> bool:
        """Whether a hook waits for the answer to this prompt."""
        found = self._held.get(prompt_id)
        return found is not None and not found.answer.done()

    def take(self, prompt_id: str) -> Held | None:
        """The waiting hook, for the one who answers it."""
        found = self._held.pop(prompt_id, None)
        return found if found is not None and not found.answer.done() else None

    def left(self, held: Held) -> None:
        """The hook hung up."""
        held.end(None)
        if held.prompt_id is not None and self._held.get(held.prompt_id) is held:
            del self._held[held.prompt_id]

    def answered(self, prompt_id: str, by: str) -> None:
        """Remember who answered, before it shows."""
        self._ended.pop(prompt_id, None)
        self._ended[prompt_id] = by
        while len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def over(self, prompt_id: str) -> None:
        """The prompt is not open any more; nobody waits for it."""
        held = self._held.pop(prompt_id, None)
        if held is not None:
            held.end(None)
        if prompt_id not in self._ended:
            self.answered(prompt_id, PANE)

    def ended_by(self, prompt_id: str) -> str | None:
        """Who answered a prompt, as far as it is remembered."""
        return self._ended.get(prompt_id)


def new_prompt(kind: PromptKind, question: str, choices: Sequence[Choice], *, by: Literal["hook", "screen"]) -> Prompt:
    """A prompt that was not there before."""
    return Prompt(
        id=f"p-{uuid.uuid4().hex[:16]}",
        kind=kind,
        question=question,
        choices=list(choices),
        opened_at=now(),
        by=by,
    )


def hook_prompt(kind: PromptKind, question: str) -> Prompt:
    """What a hook tells of. Only a permission can be answered through it; other choices stand on the screen."""
    return new_prompt(kind, question, HOOK_CHOICES if kind is PromptKind.PERMISSION else (), by="hook")


def screen_prompt(seen: SeenPrompt) -> Prompt:
    """What a screen shows; a choice's `key` is the one that answers at once."""
    choices = [
        Choice(id=str(number), label=choice.label, key=choice.hotkey or choice.key)
        for number, choice in enumerate(seen.choices, 1)
    ]
    return new_prompt(seen.kind, seen.question, choices, by="screen")


def same(one: Prompt, other: Prompt) -> bool:
    """Whether two tellings by one source are of the same question, wrapped as it may be."""
    return (one.kind, _squash(one.question), one.choices) == (other.kind, _squash(other.question), other.choices)


def alike(hook: Prompt, screen: Prompt) -> bool:
    """Whether a hook tells of the question that a screen shows: what it asks about stands there whole."""
    # A permission's question begins with the tool's name.
    words = hook.question.partition(": ")[2] if hook.kind is PromptKind.PERMISSION else hook.question
    about = _squash(words or hook.question)
    return hook.kind is screen.kind and bool(about) and about in _squash(screen.question)


def next_prompt(was: Prompt | None, seen: Prompt | None, *, held: bool) -> Prompt | None:
    """What is open when `was` was, and `seen` is told now. `held`: a hook waits for the answer to `was`."""
    if was is None or seen is None:
        return seen or was
    if was.by == seen.by:
        return was if same(was, seen) else seen
    if seen.by == "hook" and not seen.choices and seen.kind is was.kind:
        return was  # The screen knows more of it.
    if was.by == "hook":
        if held:
            return was
        one = alike(was, seen)
    else:
        near = (moment(seen.opened_at) - moment(was.opened_at)).total_seconds() < TOGETHER
        one = alike(seen, was) or (near and seen.kind is was.kind)
    return seen.model_copy(update={"id": was.id, "opened_at": was.opened_at}) if one else seen


async def follow(store: Store, tx: Tx, old: AgentRow, new: AgentRow) -> None:
    """Tell of prompts that opened or closed between two rows, and keep the inbox in step."""
    was, is_now = old.prompt, new.prompt
    if was == is_now:
        return
    roster = store.roster
    before, after = roster.agent_noun(old), roster.agent_noun(new)
    if was is not None and (is_now is None or is_now.id != was.id):
        tx.emit("agent.promptClosed", after, rig=new.rig, agent=new.address, before=before)
        await store.desk.done(tx, _item(old, was))
    if is_now is not None:
        tx.emit("agent.promptOpened", after, rig=new.rig, agent=new.address, before=before)
        if was is None or is_now.id != was.id:
            await store.desk.put(tx, _item(new, is_now))
        else:
            await store.desk.change(tx, _item(new, is_now))


def _item(row: AgentRow, prompt: Prompt) -> InboxItem:
    """The prompt in the inbox, under an id that follows from its own."""
    first_line = next(iter(prompt.question.strip().splitlines()), prompt.kind.value)
    return InboxItem(
        id=f"i-{prompt.id}",
        kind="prompt",
        rig=row.rig,
        agent=row.address,
        ref=prompt.id,
        title=f"{row.address} asks: {first_line[:120]}",
        text=prompt.question,
        prompt=prompt,
        since=prompt.opened_at,
    )


def _squash(text: str) -> str:
    return "".join(text.split())
