"""Asks the person, in one editor: of those that opted in, the one that was used last."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakKeyDictionary

from ..model.agent import Agent, Choice, Prompt, PromptKind
from ..model.errors import AlreadyAnswered, PromptChanged, RpcError, Storage
from ..model.principal import Principal
from .pulse import logged
from .shapes import MOST_ASKED, plain, visible

if TYPE_CHECKING:
    from ..engine import Engine

log = logging.getLogger(__name__)

MOST_LABEL: Final = 80
_WORD: Final = re.compile(r"\W*(?:\d+\W+)?(?P<word>\w+)")
_KINDS: Final = frozenset({"agent.promptOpened", "agent.promptClosed", "agent.removed"})


class Asker(Protocol):
    """An editor that opted in."""

    @property
    def principal(self) -> Principal | None:
        """Who it is."""

    @property
    def last_request(self) -> float:
        """When it was used last, by the loop's clock."""

    async def ask_person(self, message: str, buttons: list[str]) -> str | None:
        """The button that was chosen; None for none. Raises when the editor is gone."""

    def tell(self, message: str, warning: bool) -> None:
        """Show a sentence."""

    async def answer(self, params: dict[str, Any]) -> object:
        """Call `agent/answer` as this client. Raises RpcError."""


@dataclass(eq=False)
class _Question:
    """A prompt that is shown in an editor."""

    prompt: Prompt
    asker: Asker
    task: asyncio.Task[None]


class Attention:
    """One an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._askers: list[Asker] = []
        self._shown: dict[str, _Question] = {}
        self._follower: asyncio.Task[None] | None = None

    def join(self, asker: Asker) -> None:
        """An editor opted in."""
        self._askers.append(asker)
        if self._follower is None:
            self._follower = asyncio.get_running_loop().create_task(logged(self._follow()))
        self._settle()

    def leave(self, asker: Asker) -> None:
        """It is gone: what it was asked, another one is."""
        if asker not in self._askers:
            return
        self._askers.remove(asker)
        for question in [each for each in self._shown.values() if each.asker is asker]:
            question.task.cancel()
            self._shown.pop(question.prompt.id, None)
        if self._askers:
            self._settle()
        elif self._follower is not None:
            self._follower.cancel()
            self._follower = None

    async def _follow(self) -> None:
        journal = self._engine.store.journal
        at = journal.seq
        while True:
            try:
                await journal.beyond(at)
                entries, at = await journal.after(at, 256, _KINDS)
            except Storage as error:
                log.error("the journal can't be read for the person's attention: %s", error.message)
                await asyncio.sleep(1.0)
                continue
            if entries:
                self._settle()

    def _settle(self) -> None:
        """Ask what is open and not asked yet; forget what is closed."""
        roster = self._engine.store.roster
        asking = [(row.id, row.prompt) for row in roster.each() if row.prompt is not None]
        still = {prompt.id for _, prompt in asking}
        self._shown = {each: asked for each, asked in self._shown.items() if each in still or not asked.task.done()}
        for agent, prompt in asking:
            asker = self._latest() if prompt.id not in self._shown else None
            if asker is not None:
                self._ask(roster.noun(agent), prompt, asker)

    def _latest(self, but: Collection[Asker] = ()) -> Asker | None:
        """The one that was used last. Only people answer: an agent's own editor is never asked."""
        people = [each for each in self._askers if each.principal is not None and each.principal.kind == "operator"]
        return max((each for each in people if each not in but), key=lambda each: each.last_request, default=None)

    def _ask(self, agent: Agent, prompt: Prompt, asker: Asker) -> None:
        task = asyncio.get_running_loop().create_task(self._asked(agent, prompt, asker))
        self._shown[prompt.id] = _Question(prompt, asker, task)

    async def _asked(self, agent: Agent, prompt: Prompt, asker: Asker) -> None:
        choices, tried = buttons(prompt), {asker}
        while True:
            try:
                chosen = await asker.ask_person(question(agent, prompt), list(choices))
                break
            except Exception as error:
                log.info("an editor could not ask the person: %s", type(error).__name__)
            another = self._latest(but=tried)
            if another is None:
                return
            asker = self._shown[prompt.id].asker = another
            tried.add(asker)
        if chosen in choices:  # Else it was closed without an answer, and stays in the inbox and in the pane.
            await self._answer(agent, prompt, choices[chosen], asker)

    async def _answer(self, agent: Agent, prompt: Prompt, choice: Choice, asker: Asker) -> None:
        try:
            await asker.answer({"agent": agent.address, "promptId": prompt.id, "choice": choice.id})
        except (AlreadyAnswered, PromptChanged) as late:
            by = late.facts.get("by")
            who = f" by {plain(str(by))}" if by else ""
            asker.tell(f"{plain(agent.address)}: that was answered already{who}; your choice was not used.", False)
        except RpcError as error:
            asker.tell(plain(f"{agent.address}: {error.message}"), True)
        except Exception:
            log.exception("a person's answer was lost")


def question(agent: Agent, prompt: Prompt) -> str:
    """What is asked, whole and as it is written: the person decides by it. What can't be seen stands as an escape."""
    text = visible(prompt.question[:MOST_ASKED])
    if cut(prompt):
        more = len(prompt.question) - MOST_ASKED
        text += f"\n… and {more:,} characters more: see them with `rig attach` before you allow it."
    what = "asks for permission" if prompt.kind is PromptKind.PERMISSION else f"asks ({prompt.kind.value})"
    return f"{plain(agent.address)} {what}:\n{text}"


def cut(prompt: Prompt) -> bool:
    """Whether the question is longer than what is shown of it."""
    return len(prompt.question) > MOST_ASKED


def buttons(prompt: Prompt) -> dict[str, Choice]:
    """The choices by what stands on their buttons: Allow and Deny for a permission, else their own words.

    What can't be shown whole can't be allowed here.
    """
    if prompt.kind is PromptKind.PERMISSION:
        allow = next((each for each in prompt.choices if _means(each, "allow", "yes")), None)
        deny = next((each for each in reversed(prompt.choices) if _means(each, "deny", "no", "reject")), None)
        if allow is not None and deny is not None:
            return {"Deny": deny} if cut(prompt) else {"Allow": allow, "Deny": deny}
    return {plain(each.label, MOST_LABEL) or each.id: each for each in prompt.choices}


def _means(choice: Choice, *words: str) -> bool:
    """Whether a choice is one of these words, or its own words begin with one. The narrowest choice comes first."""
    first = _WORD.match(choice.label.casefold())
    return choice.id in words or (first is not None and first["word"] in words)


_attentions: WeakKeyDictionary[Engine, Attention] = WeakKeyDictionary()


def attention_of(engine: Engine) -> Attention:
    """The one of this engine."""
    return _attentions.setdefault(engine, Attention(engine))
