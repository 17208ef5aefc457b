"""`[[name=value]]` in what the scripted harness is told: which there are, and how they are found in a text."""

import re

DIRECTIVES = ("delay", "slow", "run", "bash", "ask", "reply", "hang", "fail", "crash", "exit", "mute")
BRACKETS = re.compile(r"\[\[|\]\]")
NAME = re.compile(rf"({'|'.join(DIRECTIVES)})(?:=|$)")


def split(text: str) -> tuple[str, dict[str, str]]:
    """The text without its directives, and name → value; of two with one name the later counts.

    A directive may hold others (`[[run=rig send b "[[delay=2]]"]]`): they belong to its value. Brackets that close
    nothing, and names that are none of ours, are text.
    """
    opens: list[int] = []
    pairs: list[tuple[int, int]] = []
    for bracket in BRACKETS.finditer(text):
        if bracket.group() == "[[":
            opens.append(bracket.start())
        elif opens:
            pairs.append((opens.pop(), bracket.end()))

    told: dict[str, str] = {}
    kept: list[str] = []
    done = 0
    for start, end in sorted(pairs):
        name = NAME.match(text, start + 2, end - 2) if start >= done else None
        if name is None:
            continue
        told[name[1]] = text[name.end() : end - 2]
        kept.append(text[done:start])
        done = end
    kept.append(text[done:])
    return "".join(kept).strip(), told


def number(told: dict[str, str], name: str, default: float = 0.0) -> float:
    """A directive's value as a number; what is none counts as the default."""
    try:
        return float(told.get(name, default))
    except ValueError:
        return default
