"""Answers to prompts: exactly the one that was meant, by its hook where one waits, else by one looked-at key.

The first answer wins. Who gave it is in the journal before anything is pressed.
"""

import asyncio
from collections.abc import Callable

from ..model.agent import Choice, Prompt
from ..model.errors import AgentNotRunning, AlreadyAnswered, InvalidParams, PromptChanged, TransitionRefused
from ..model.event import Steered
from ..observe.asking import Decision, alike, same, screen_prompt
from ..observe.observer import Observer
from ..observe.sight import Eyes, Sight
from ..runtimes.runtime import Runtime
from ..runtimes.shelf import Shelf
from ..store.rows import AgentRow
from ..store.store import Store
from ..store.writer import Tx
from ..tmux.pane import PaneGone
from ..tmux.server import Tmux

CLOSES = 3.0
"""Seconds that are waited for the dialog to leave the screen."""
GLANCE = 0.03
KEYS = {"esc": "Escape"}


class Answers:
    """Gives a person's answer to an agent's harness."""

    def __init__(self, store: Store, tmux: Tmux, eyes: Eyes, observer: Observer, shelf: Shelf) -> None:
        self._store = store
        self._tmux = tmux
        self._eyes = eyes
        self._observer = observer
        self._shelf = shelf

    async def give(self, row: AgentRow, prompt_id: str, choice: str | None, text: str | None, actor: str) -> None:
        """Answer the prompt `prompt_id`; called inside the agent's lock. `text` beside a choice goes to the harness
        with a denial, where a hook waits. Raises PromptChanged, AlreadyAnswered, InvalidParams, AgentNotRunning."""
        row, prompt = self._open(row.id, prompt_id)
        if self._observer.questions.held(prompt_id):
            try:
                wanted = chosen(prompt, choice, text)
            except InvalidParams:
                # The dialog may offer more than the hook: it is the same question.
                if not await self._shown(row, prompt):
                    raise
            else:
                await self._through_hook(row, prompt, wanted, text if choice else None, actor)
                return
        await self._by_key(row, prompt_id, choice, text, actor)

    async def _shown(self, row: AgentRow, prompt: Prompt) -> bool:
        """Whether the pane shows, positively, what the hook asked."""
        sight = await self._look(row, self._shelf.get(row.runtime))
        seen = sight.reading.prompt if sight.reading is not None else None
        return seen is not None and alike(prompt, screen_prompt(seen))

    def _open(self, agent_id: str, prompt_id: str) -> tuple[AgentRow, Prompt]:
        """The row and its open prompt, which must be the one that is answered."""
        row = self._store.roster.agents[agent_id]
        prompt = row.prompt
        if prompt is not None and prompt.id == prompt_id:
            return row, prompt
        who = self._observer.questions.ended_by(prompt_id)
        if who is not None:
            raise AlreadyAnswered(
                "the prompt is answered already",
                f"by {who}",
                "nothing to do" if prompt is None else f"another one is open now: rig prompt {row.address}",
                by=who,
                prompt=_wire(prompt),
            )
        if not row.running:
            raise AgentNotRunning(
                f"{row.address} is {row.state.value}",
                row.reason or row.evidence.detail,
                f"start it: rig start {row.address}",
                agent=row.address,
                state=row.state.value,
            )
        raise changed(row, "no prompt is open" if prompt is None else "another prompt is open")

    # Through the hook that waits.

    async def _through_hook(
        self, row: AgentRow, prompt: Prompt, choice: Choice, message: str | None, actor: str
    ) -> None:
        held = self._observer.questions.take(prompt.id)
        if held is None:
            raise changed(row, "its harness asks in its pane now")
        steered = Steered(agent=row.address, action="answer", keys=[], prompt=prompt, answer=choice.label)
        decision = Decision("allow") if choice.id == "allow" else Decision("deny", message)
        await self._observer.answered(row, prompt, actor, _note(row, steered))
        if not held.end(decision):
            # It hung up in this very moment: the pane tells what became of the question.
            self._observer.glance(row.id)
            raise changed(row, "its harness took the question back")

    # By a key in the pane.

    async def _by_key(self, row: AgentRow, prompt_id: str, choice: str | None, text: str | None, actor: str) -> None:
        runtime = self._shelf.get(row.runtime)
        sight = await self._look(row, runtime)
        await self._observer.seen(row, runtime, sight)
        row, prompt = self._open(row.id, prompt_id)
        seen = sight.reading.prompt if sight.reading is not None else None
        if prompt.by == "hook" and seen is not None and alike(prompt, screen_prompt(seen)):
            prompt = screen_prompt(seen).model_copy(update={"id": prompt.id, "opened_at": prompt.opened_at})
        wanted = chosen(prompt, choice, text)
        key = self._key(row, prompt, wanted, sight)
        steered = Steered(agent=row.address, action="answer", keys=[key], prompt=prompt, answer=wanted.label)
        await self._journal(row, steered, actor)
        try:
            sight = await self._look(row, runtime)
            if self._key(row, prompt, wanted, sight) != key:
                raise changed(row, "its selection moved")
            # Nothing is awaited between this look and the key.
            self._observer.questions.answered(prompt_id, actor)
            assert row.pane is not None
            await self._tmux.keys(row.pane.pane, [key])
        except (PromptChanged, TransitionRefused, AgentNotRunning):
            withdrawn = steered.model_copy(update={"action": "answerWithdrawn", "keys": []})
            await self._journal(row, withdrawn, actor)
            raise
        except PaneGone:
            raise _gone(row) from None
        await self._closes(row, runtime, prompt)

    def _key(self, row: AgentRow, prompt: Prompt, choice: Choice, sight: Sight) -> str:
        """The one key that chooses, on a screen that positively shows this prompt."""
        if sight.look.dead:
            raise _gone(row)
        if sight.look.in_mode:
            raise TransitionRefused(
                f"{row.address} can't be answered now",
                "somebody scrolls in its pane (copy mode)",
                f"leave it with q, or answer there: rig attach {row.address}",
                state="copyMode",
            )
        seen = sight.reading.prompt if sight.reading is not None else None
        if seen is None:
            raise changed(row, "its pane does not show the question")
        if not same(prompt, screen_prompt(seen)):
            raise changed(row, "its pane asks something else")
        if choice.key is not None:
            return KEYS.get(choice.key, choice.key)
        if seen.selected is not None and str(seen.selected + 1) == choice.id:
            return "Enter"
        raise InvalidParams(
            f"{choice.label!r} can't be chosen by one key",
            "the dialog offers none for it",
            f"answer in the pane: rig attach {row.address}",
            errors=[{"path": "choice", "message": "no key"}],
        )

    async def _look(self, row: AgentRow, runtime: Runtime) -> Sight:
        try:
            return await self._eyes.look(row, runtime)
        except PaneGone:
            raise _gone(row) from None

    async def _closes(self, row: AgentRow, runtime: Runtime, prompt: Prompt) -> None:
        """Wait until the dialog is gone, so that what is shown afterwards is true."""
        loop = asyncio.get_running_loop()
        until = loop.time() + CLOSES
        while loop.time() < until:
            try:
                sight = await self._eyes.look(row, runtime)
            except PaneGone:
                return
            await self._observer.seen(row, runtime, sight)
            current = self._store.roster.agents.get(row.id)
            if current is None or current.prompt is None or current.prompt.id != prompt.id:
                return
            await asyncio.sleep(GLANCE)

    async def _journal(self, row: AgentRow, steered: Steered, actor: str) -> None:
        async def unit(tx: Tx) -> None:
            _note(row, steered)(tx)

        await self._store.write(actor, unit)


def _note(row: AgentRow, steered: Steered) -> Callable[[Tx], None]:
    """The journal's line, as part of a unit."""
    return lambda tx: tx.emit("agent.steered", steered, rig=row.rig, agent=row.address)


def chosen(prompt: Prompt, choice: str | None, text: str | None) -> Choice:
    """The choice that was named, by id, label or key. Raises InvalidParams, which lists what there is."""
    wanted = (choice if choice is not None else text or "").strip()
    for fits in (
        [each for each in prompt.choices if each.id == wanted],
        [each for each in prompt.choices if each.label.casefold() == wanted.casefold()],
        [each for each in prompt.choices if each.key == wanted],
    ):
        if len(fits) == 1:
            return fits[0]
    offered = ", ".join(f"{each.id} ({each.label})" for each in prompt.choices)
    raise InvalidParams(
        f"{wanted!r} is no answer to this prompt",
        f"it offers {offered}" if offered else "it offers no choices that could be pressed",
        "name one of them" if offered else "answer in the pane: rig attach",
        errors=[{"path": "choice", "message": f"one of {offered}" if offered else "none"}],
        choices=[each.model_dump(by_alias=True, exclude_none=True) for each in prompt.choices],
    )


def changed(row: AgentRow, why: str) -> PromptChanged:
    """The error for a prompt that is not there as it was."""
    return PromptChanged(
        f"{row.address} does not ask that any more",
        why,
        f"look at it: rig prompt {row.address}",
        prompt=_wire(row.prompt),
    )


def _gone(row: AgentRow) -> AgentNotRunning:
    return AgentNotRunning(
        f"{row.address} has ended", "its process is gone", f"start it: rig start {row.address}", agent=row.address
    )


def _wire(prompt: Prompt | None) -> object:
    return prompt.model_dump(mode="json", by_alias=True, exclude_none=True) if prompt is not None else None
