"""Screen rules: what a look at a pane says of the harness in it.

    rules = load("scripted", version="1.0")
    reading = rules.read(Screen(parse(captured), title, cursor, bell, columns))

Prompts are tested before anything else and idle last, and only where a composer was recognised. A prompt is looked
for below a composer, or on the whole screen where there is none: so neither a draft nor the transcript above it can
pass for one, and a prompt whose text draws a composer is still a prompt. A screen that fits no rule is `unknown`.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from ..model.agent import AgentState
from ..runtimes.rulefile import STATES, Condition, Rule, RuleFile, parse_rules, within
from .cells import Row, Screen
from .composer import Composer, find_composer, looks
from .prompts import SeenPrompt, find_prompt


@dataclass(frozen=True, slots=True)
class Reading:
    """What a screen shows. `rule` names what decided, None for `unknown`."""

    state: AgentState
    rule: str | None
    reason: str
    composer: Composer | None = None
    prompt: SeenPrompt | None = None

    @property
    def composer_found(self) -> bool:
        return self.composer is not None

    @property
    def draft(self) -> str | None:
        """What is typed and not sent: "" for nothing, None when that can't be told."""
        return self.composer.draft if self.composer is not None else None


class Rules:
    """The rules of one harness for one version of it."""

    def __init__(self, file: RuleFile, version: str | None = None) -> None:
        self.harness = file.harness
        self.version = version or file.assume
        self._composers = tuple(shape for shape in file.composers if within(self.version, shape.versions))
        fitting = [rule for rule in file.rules if within(self.version, rule.versions)]
        self._rules = tuple(sorted(fitting, key=lambda rule: STATES.index(rule.state)))

    def read(self, screen: Screen) -> Reading:
        """The state of the first rule that fits."""
        view = View(screen, find_composer(screen, self._composers))
        for rule in self._rules:
            if not view.fits(rule):
                continue
            prompt = None
            if rule.prompt is not None:
                prompt = find_prompt(view.open_rows, rule.prompt, screen.columns)
                if prompt is None:
                    continue
            return Reading(rule.state, rule.name, rule.reason, view.composer, prompt)
        return Reading(AgentState.UNKNOWN, None, f"no rule for {self.harness} fits this screen", view.composer)


class View:
    """A screen with its regions, each made when a rule asks for it."""

    def __init__(self, screen: Screen, composer: Composer | None) -> None:
        self.screen = screen
        self.composer = composer

    def fits(self, rule: Rule) -> bool:
        """Whether a rule's conditions hold."""
        if rule.composer is not None and rule.composer is not (self.composer is not None):
            return False
        if rule.state is AgentState.IDLE and self.composer is None:
            return False
        if rule.bell is not None and rule.bell is not self.screen.bell:
            return False
        return (
            all(self._holds(condition) for condition in rule.all)
            and (not rule.any or any(self._holds(condition) for condition in rule.any))
            and not any(self._holds(condition) for condition in rule.none)
        )

    @cached_property
    def open_rows(self) -> tuple[Row, ...]:
        """Where a prompt may stand."""
        return self.screen.rows if self.composer is None else self.screen.rows[self.composer.bottom + 1 :]

    @cached_property
    def _seen(self) -> tuple[Row, ...]:
        return tuple(row for row in self.screen.rows if not row.blank)

    @cached_property
    def _above(self) -> tuple[Row, ...]:
        rows = self.screen.rows[: self.composer.first] if self.composer else ()
        return tuple(row for row in rows if not row.blank)

    def _holds(self, condition: Condition) -> bool:
        if condition.region == "title":
            return condition.match.search(self.screen.title) is not None
        return any(matches(row, condition) for row in self._region(condition))

    def _region(self, condition: Condition) -> tuple[Row, ...]:
        if condition.region == "screen":
            return self.screen.rows
        if condition.region == "bottom":
            return self._seen[-condition.lines :]
        if self.composer is None:
            return ()
        if condition.region == "above":
            return self._above[-condition.lines :]
        if condition.region == "composer":
            return self.screen.rows[self.composer.first : self.composer.last + 1]
        return self.screen.rows[self.composer.bottom + 1 :]


def matches(row: Row, condition: Condition) -> bool:
    """Whether a row has the text, with the attributes."""
    found = condition.match.search(row.text)
    if found is None:
        return False
    return all(run.text.isspace() or looks(run.style, condition) for run in row.pieces(found.start(), found.end()))


@lru_cache(maxsize=64)
def load(screens: str | RuleFile, version: str | None = None) -> Rules:
    """A runtime's rules: those that ship by that name (`claude-code` is in `runtimes/claude_code.toml`), or its own.

    version: the harness's own, None when it isn't known. Raises FileNotFoundError for a name without a file.
    """
    if isinstance(screens, str):
        name = f"{screens.replace('-', '_')}.toml"
        screens = parse_rules(files("openrig_rpc.runtimes").joinpath(name).read_text("utf-8"))
    return Rules(screens, version)


__all__ = ["Reading", "Rules", "Screen", "load", "parse_rules"]
