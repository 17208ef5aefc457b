"""`[[name=value]]` in a prompt: what the model API is to do instead of echoing.

    [[reply=TEXT]]      say TEXT
    [[delay=SECONDS]]   open the answer, then say nothing for so long
    [[slow=WORDS]]      first say so many words, ten a second
    [[hang]]            open the answer, then nothing until the client leaves
    [[hold=NAME]]       open the answer, then say nothing until NAME is released (`POST /release`)
    [[drop]]            cut the connection in the middle of the answer
    [[error=STATUS]]    answer this HTTP status; `[[error=529*2]]` does so twice, then answers
    [[usage=TOKENS]]    report so many input tokens
    [[bash=COMMAND]]    call the shell tool; with [[escalate]], Codex asks to leave its sandbox
    [[write=PATH]]      call the tool that writes a file
    [[ask=QUESTION|A|B]] call the tool that asks the person
    [[tool=NAME {…}]]   call that tool with that JSON

A value may hold directives for somebody else: `[[bash=rig send b "[[delay=2]]"]]`. An unknown name is text.
"""

import re

NAMES = ("reply", "delay", "slow", "hang", "hold", "drop", "error", "usage", "bash", "escalate", "write", "ask", "tool")
BRACKETS = re.compile(r"\[\[|\]\]")
NAME = re.compile(rf"({'|'.join(NAMES)})(?:=|$)")


def split(text: str) -> tuple[str, dict[str, str]]:
    """The text without its directives, and name → value; of two with one name the later counts."""
    told: dict[str, str] = {}
    kept: list[str] = []
    opens: list[int] = []
    done = 0
    for bracket in BRACKETS.finditer(text):
        if bracket.group() == "[[":
            opens.append(bracket.end())
        elif opens:
            start = opens.pop()
            name = NAME.match(text, start, bracket.start()) if not opens else None
            if name is not None:
                told[name[1]] = text[name.end() : bracket.start()]
                kept.append(text[done : start - 2])
                done = bracket.end()
    kept.append(text[done:])
    return "".join(kept).strip(), told


def asked(value: str) -> tuple[str, list[str]]:
    """Question and choices of `[[ask]]`."""
    question, *choices = value.split("|") if value else ["Which colour?"]
    return question, choices or ["Red", "Blue"]
