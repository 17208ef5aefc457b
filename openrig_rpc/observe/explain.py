"""Why a state is shown: the rule or signal that decided, every source's last word, and what the composer holds."""

from dataclasses import dataclass

from ..model.agent import AgentState, Evidence, Prompt
from ..model.base import now
from ..model.errors import InvalidParams
from ..runtimes.runtime import Runtime
from ..store.rows import AgentRow
from ..tmux.pane import PaneGone
from .asking import screen_prompt
from .cells import Screen, parse
from .observer import Observer
from .rules import Reading, load
from .sight import Eyes


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` names the screen rule that decided, None where something else did. `draft`: None when it can't be told."""

    state: AgentState
    reason: str
    rule: str | None
    sources: list[Evidence]
    draft: str | None
    prompt: Prompt | None


def explain_screen(runtime: Runtime, picture: str, title: str) -> Explanation:
    """What a picture alone says (`capture-pane -e`). Raises InvalidParams for a runtime that has no screen rules."""
    if runtime.screens is None:
        raise InvalidParams(
            f"the runtime {runtime.name!r} has no screen rules",
            "its state is told by its process alone",
            "name a runtime with a screen of its own",
            errors=[{"path": "runtime", "message": "has no screen rules"}],
        )
    reading = load(runtime.screens).read(Screen(parse(picture), title))
    source = Evidence(source="screen", at=now(), detail=told(reading))
    return Explanation(reading.state, reading.reason, reading.rule, [source], reading.draft, prompt_on(reading))


async def explain_agent(row: AgentRow, runtime: Runtime, eyes: Eyes, observer: Observer) -> Explanation:
    """An agent now; its pane is looked at."""
    reading = None
    if row.running:
        try:
            reading = (await eyes.look(row, runtime)).reading
        except PaneGone:
            pass
    sources = {evidence.source: evidence for evidence in observer.words(row.id)}
    sources.setdefault(row.evidence.source, row.evidence)
    if reading is not None:
        sources["screen"] = Evidence(source="screen", at=now(), detail=told(reading))
    return Explanation(
        row.state,
        row.evidence.detail,
        reading.rule if reading is not None and row.evidence.source == "screen" else None,
        sorted(sources.values(), key=lambda evidence: evidence.at, reverse=True),
        reading.draft if reading is not None else None,
        (prompt_on(reading) if reading is not None else None) or row.prompt,
    )


def told(reading: Reading) -> str:
    """A reading in words."""
    return f"{reading.rule}: {reading.reason}" if reading.rule else reading.reason


def prompt_on(reading: Reading) -> Prompt | None:
    """The prompt that a screen shows."""
    return screen_prompt(reading.prompt) if reading.prompt is not None else None
