"""A question in the pane's lower part that takes the composer's place: numbered choices, one of them selected."""

from collections.abc import Callable

from .paint import BOLD, DIM, PLAIN, QUIET, block, painted

Answered = Callable[[int | None], None]
"""Gets the chosen number from 0, or None for Escape."""


class Dialog:
    """`hotkeys`: a letter a choice that answers at once, as Codex has them; "esc" is Escape's. Else digits answer.

    What fits nothing is lost, as with the real ones: text typed here vanishes, and Enter takes what is selected.
    """

    def __init__(
        self,
        kind: str,
        heading: str,
        detail: str,
        question: str,
        choices: list[str],
        answered: Answered,
        hotkeys: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.heading = heading
        self.detail = detail
        self.question = question
        self.choices = choices
        self.answered = answered
        self.hotkeys = hotkeys
        self.selected = 0

    def key(self, name: str) -> bool:
        """An editing key; True when it answered."""
        if name in ("up", "down"):
            step = 1 if name == "down" else -1
            self.selected = (self.selected + step) % len(self.choices)
        elif name == "enter":
            self.answered(self.selected)
            return True
        elif name == "escape":
            self.answered(None)
            return True
        return False

    def letter(self, character: str) -> bool:
        """A typed character; True when it answered."""
        if character.isascii() and character.isdigit() and 0 < int(character) <= len(self.choices):
            self.answered(int(character) - 1)
            return True
        if character in self.hotkeys:
            self.answered(self.hotkeys.index(character))
            return True
        return False

    def rows(self, room: int) -> list[str]:
        """As it is drawn."""
        out = [painted([(QUIET, "─" * room)]), painted([(BOLD, " " + self.heading)], room), ""]
        if self.detail:
            out += [*block(self.detail, room, "   ", "   "), ""]
        out += block(self.question, room, " ", " ")
        for number, choice in enumerate(self.choices):
            hotkey = f" ({self.hotkeys[number]})" if self.hotkeys else ""
            glyph = " ❯ " if number == self.selected else "   "
            out += block(f"{number + 1}. {choice}{hotkey}", room, glyph, "      ")
        return [*out, "", painted([(PLAIN, " "), (DIM, "Enter to confirm · Esc to cancel")])]
