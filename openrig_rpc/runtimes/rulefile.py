"""The shape of a screen-rule file (TOML), one a harness, beside its runtime: `runtimes/NAME.toml`.

    schema = 1
    harness = "scripted"
    assume = "1.0"             # the version to take when the harness's own is not known

    [[composer]]               # how the place for a draft is found; the first that fits counts
    [[rule]]                   # conditions → a state; with `state = "needsInput"`, also how the prompt is read

Every composer and rule may have `versions = ">=2.1.300,<3"`. Rules are tried by state, `needsInput` before
`starting` before `busy` before `idle`, and in the file's order within one. Regular expressions are Python's,
searched in one row's text (no blanks at its end) at a time. Unknown keys are errors.
"""

import re
import tomllib
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ..model.agent import AgentState, PromptKind

Pattern = re.Pattern[str]
BOUND = re.compile(r"(>=|<=|==|>|<)([0-9]+(?:\.[0-9]+)*)")
STATES = (AgentState.NEEDS_INPUT, AgentState.STARTING, AgentState.BUSY, AgentState.IDLE)


def numbers(version: str) -> tuple[int, ...]:
    """The numeric beginning of a version: `2.1.330-beta` is (2, 1, 330); trailing zeros don't count."""
    found = re.match(r"\d{1,9}(?:\.\d{1,9})*", version.strip().removeprefix("v"))
    parts = [int(part) for part in found[0].split(".")] if found else []
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def within(version: str, versions: str) -> bool:
    """Whether a version lies in a range like `>=2.1,<3`; every version lies in `*`."""
    if versions == "*":
        return True
    mine = numbers(version)
    tests = {
        ">=": lambda other: mine >= other,
        "<=": lambda other: mine <= other,
        "==": lambda other: mine == other,
        ">": lambda other: mine > other,
        "<": lambda other: mine < other,
    }
    return all(tests[sign](numbers(other)) for sign, other in BOUND.findall(versions))


def _range(text: str) -> str:
    if text != "*" and not all(BOUND.fullmatch(part.strip()) for part in text.split(",")):
        raise ValueError(f"{text!r} is no version range like '>=2.1,<3'")
    return text


Versions = Annotated[str, AfterValidator(_range)]


class Part(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False, validate_by_alias=True)


class Look(Part):
    """Attributes that every character of something has (true) or has not (false)."""

    bold: bool | None = None
    dim: bool | None = None
    italic: bool | None = None
    inverse: bool | None = None


class Condition(Look):
    """`match` is found in a region; with attributes, the characters it matched (blanks aside) must have them.

    Regions: `title`; `screen`; `bottom` (the last `lines` rows that are not blank); `above`, `composer`, `below` (the
    last `lines` such rows over the composer, its draft, the rows under it), none of which match without a composer.
    """

    region: Literal["title", "screen", "bottom", "above", "composer", "below"] = Field(alias="in")
    match: Pattern
    lines: Annotated[int, Field(ge=1)] = 10


class PlaceholderShape(Part):
    """How a long paste is drawn instead of its text. Groups of `match` that count it: `newlines`, `lines` (one more)
    and `characters`. Without any of them it may stand for a text of one line with more than `uncounted` characters.
    """

    match: Pattern
    uncounted: Annotated[int, Field(ge=0)] | None = None


class ComposerShape(Part):
    """How the composer is drawn: `glyph` begins its first row, at column 0; the draft follows.

    `above` fits the row right over it; `below` the first row under the draft, after `gap` blank rows; at most
    `footer` rows that are not blank follow. Further rows are indented by `indent` blanks. `ghost` is the attribute
    that placeholder text has and a draft has not; `cursor = "inverse"` when the cursor is drawn as a cell. `wrap`: a
    long line breaks at full rows (`cell`) or between words, `margin` columns before the right edge. `more` fits a
    row that shows that rows of the draft are out of sight.

    `frame`: a border at its left begins each of its rows, down to `below`; `margins` are how many of these rows, from
    the top and from the bottom, are no draft. `glyph`, `above`, `gap` and `indent` say nothing then. `ghost_text` fits
    placeholder text that no attribute tells from a draft: it is one while the cursor stands before it. `fills`: how
    many rows or more the draft has where it leaves no room for `below`; the cursor then stands in its last row, over
    `gap` blank ones and perhaps one more.
    """

    name: str
    versions: Versions = "*"
    glyph: Pattern = re.compile("")
    look: Look = Look()
    above: Pattern | None = None
    below: Pattern
    gap: Annotated[int, Field(ge=0)] = 0
    footer: Annotated[int, Field(ge=0)] = 3
    indent: Annotated[int, Field(ge=0)] = 2
    ghost: Literal["dim", "italic"] = "dim"
    cursor: Literal["inverse"] | None = None
    wrap: Literal["cell", "word"] = "cell"
    margin: Annotated[int, Field(ge=0)] = 0
    more: Pattern | None = None
    placeholder: PlaceholderShape | None = None
    frame: Pattern | None = None
    margins: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] = (0, 0)
    ghost_text: Pattern | None = None
    fills: Annotated[int, Field(ge=1)] | None = None


class DetailShape(Part):
    """The rows asked about: under the nearest row that fits `from`, down to one that fits `to`, else to the choices.
    `strip`: what of each is only a border.
    """

    begin: Pattern = Field(alias="from")
    end: Pattern | None = Field(alias="to", default=None)
    strip: Pattern | None = None


class PromptShape(Part):
    """How an open question is drawn. Without `choice` nothing more is read than that there is one.

    `choice` has the group `label` and may have `selected` (not blank in exactly one row; with `unselected` also in
    none), `key` (digits) and `hotkey`. Where keys are found the rows must count up from 1, with at most `gap` others
    between two; without, they must be neighbours. At most `tail` rows that are not blank stand below the last.
    `question` must be found above the first; its group `question` is the text, else the whole paragraph. Without it,
    the paragraph above the choices is. Paragraphs end at blank rows and at rows that fit `rule`.
    """

    kind: PromptKind
    choice: Pattern | None = None
    gap: Annotated[int, Field(ge=0)] = 2
    tail: Annotated[int, Field(ge=0)] = 4
    unselected: bool = False
    question: Pattern | None = None
    rule: Pattern | None = None
    detail: DetailShape | None = None

    @model_validator(mode="after")
    def _labelled(self) -> Self:
        groups = self.choice.groupindex if self.choice is not None else {"label": 0}
        if "label" not in groups or not groups.keys() <= {"label", "selected", "key", "hotkey"}:
            raise ValueError("`choice` needs the group `label`, and takes `selected`, `key` and `hotkey`")
        return self


class Rule(Part):
    """A state, when all of `all`, one of `any` (if there are any) and none of `none` hold.

    `composer` and `bell`: whether there must be one, or must not. `idle` holds only where a composer was found.
    """

    name: str
    state: AgentState
    reason: str
    versions: Versions = "*"
    composer: bool | None = None
    bell: bool | None = None
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()
    prompt: PromptShape | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.state not in STATES:
            raise ValueError(f"a screen can't show `{self.state}`")
        if (self.state is AgentState.NEEDS_INPUT) != (self.prompt is not None):
            raise ValueError("`prompt` and the state `needsInput` go together")
        return self


class RuleFile(Part):
    """One harness's file."""

    format: Literal[1] = Field(alias="schema")
    harness: str
    assume: str
    composers: tuple[ComposerShape, ...] = Field(alias="composer", default=())
    rules: tuple[Rule, ...] = Field(alias="rule")

    # One that was read is itself: its rules are made once, and found again without looking at all of it.
    __hash__ = object.__hash__


def parse_rules(text: str) -> RuleFile:
    """A file's text, checked. Raises tomllib.TOMLDecodeError or pydantic.ValidationError: a mistake of ours."""
    return RuleFile.model_validate(tomllib.loads(text))
