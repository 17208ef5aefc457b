"""An open question on a screen: what is asked, and which answers there are."""

from dataclasses import dataclass

from ..model.agent import PromptKind
from ..runtimes.rulefile import DetailShape, Pattern, PromptShape
from .cells import Row

FARTHEST = 60
PARAGRAPH = 12
CHOSEN = " ✔✓"
"""What harnesses draw behind a choice that was just taken: it is still the same one."""


@dataclass(frozen=True, slots=True)
class SeenChoice:
    """One answer. `key` is the digit that chooses it, `hotkey` a letter or "esc" that answers at once."""

    label: str
    key: str | None = None
    hotkey: str | None = None
    selected: bool = False


@dataclass(frozen=True, slots=True)
class SeenPrompt:
    """What stands in the pane. `question` is whole: the asking line, and under it what is asked about."""

    kind: PromptKind
    question: str
    choices: tuple[SeenChoice, ...] = ()

    @property
    def selected(self) -> int | None:
        """Which choice Enter would take, from 0."""
        return next((number for number, choice in enumerate(self.choices) if choice.selected), None)


def find_prompt(rows: tuple[Row, ...], shape: PromptShape, columns: int) -> SeenPrompt | None:
    """The prompt at the lower end of `rows`, if it is drawn as the shape says."""
    if shape.choice is None:
        return SeenPrompt(shape.kind, _plain_question(rows, shape))
    found = _choices(rows, shape, shape.choice)
    if found is None:
        return None
    first, choices = found
    asked = _question(rows, first, shape)
    if asked is None:
        return None
    question, asking = asked
    detail = _detail(rows, first, asking, shape.detail, columns) if shape.detail else ""
    return SeenPrompt(shape.kind, "\n".join(part for part in (question, detail) if part), choices)


def _plain_question(rows: tuple[Row, ...], shape: PromptShape) -> str:
    for row in reversed(rows):
        found = shape.question.search(row.text) if shape.question else None
        if found:
            return (found.groupdict().get("question") or row.text).strip()
    return ""


def _choices(rows: tuple[Row, ...], shape: PromptShape, pattern: Pattern) -> tuple[int, tuple[SeenChoice, ...]] | None:
    """The row of the first choice, and all of them."""
    numbered = False
    found: list[SeenChoice] = []
    first = strange = below = 0
    for number in range(len(rows) - 1, -1, -1):
        choice = _choice(pattern, rows[number])
        if choice is not None and (not numbered or _counts_down(choice, found)):
            numbered = numbered or choice.key is not None
            found.append(choice)
            first, strange = number, 0
            if choice.key == "1":
                break
        elif not found:
            below += not rows[number].blank
            if below > shape.tail:
                return None
        else:
            strange += 1
            if strange > (shape.gap if numbered else 0):
                break
    choices = tuple(reversed(found))
    if len(choices) < 2 or (numbered and choices[0].key != "1"):
        return None
    if "selected" in pattern.groupindex:
        selected = sum(choice.selected for choice in choices)
        if selected > 1 or (selected == 0 and not shape.unselected):
            return None
    return first, choices


def _choice(pattern: Pattern, row: Row) -> SeenChoice | None:
    match = pattern.search(row.text)
    if match is None:
        return None
    groups = match.groupdict()
    selected = (groups.get("selected") or "").strip()
    key = groups.get("key") or ""
    return SeenChoice(
        match["label"].rstrip(CHOSEN).strip(), key if key.isdecimal() else None, groups.get("hotkey"), bool(selected)
    )


def _counts_down(choice: SeenChoice, found: list[SeenChoice]) -> bool:
    below = found[-1].key
    return choice.key is not None and below is not None and int(choice.key) + 1 == int(below)


def _question(rows: tuple[Row, ...], first: int, shape: PromptShape) -> tuple[str, int] | None:
    """The asking text, and the row it was found in."""
    for number in range(first - 1, max(-1, first - FARTHEST), -1):
        text = rows[number].text
        if shape.question is None:
            if rows[number].blank or (shape.rule and shape.rule.search(text)):
                continue
        else:
            found = shape.question.search(text)
            if found is None:
                continue
            if found.groupdict().get("question"):
                return found["question"].strip(), number
        return _paragraph(rows, number, first, shape.rule), number
    return None


def _paragraph(rows: tuple[Row, ...], number: int, first: int, rule: Pattern | None) -> str:
    def goes_on(at: int) -> bool:
        return not rows[at].blank and not (rule and rule.search(rows[at].text))

    top = bottom = number
    while top > 0 and number - top < PARAGRAPH and goes_on(top - 1):
        top -= 1
    while bottom + 1 < first and goes_on(bottom + 1):
        bottom += 1
    return " ".join(row.text.strip() for row in rows[top : bottom + 1])


def _detail(rows: tuple[Row, ...], first: int, asking: int, shape: DetailShape, columns: int) -> str:
    """The rows between, as text; a row that fills the screen goes on in the next."""
    end = first
    if shape.end is not None:
        end = next((at for at in range(first - 1, -1, -1) if shape.end.search(rows[at].text)), -1)
    begin = next((at for at in range(end - 1, -1, -1) if shape.begin.search(rows[at].text)), None)
    if begin is None:
        return ""
    between = [rows[at] for at in range(begin + 1, end) if at != asking]
    if shape.strip is not None:
        return "\n".join(shape.strip.sub("", row.text).rstrip() for row in between).strip("\n")
    indent = min((len(row.text) - len(row.text.lstrip(" ")) for row in between if not row.blank), default=0)
    text = "".join(row.text[indent:] + ("" if columns > 0 and row.width >= columns else "\n") for row in between)
    return text.strip("\n")
