"""What is typed: a message without control bytes, in an envelope that its body can't fake."""

import re

from ..model.errors import InvalidParams, PayloadTooLarge
from ..model.message import MAX_TEXT, Message
from ..runtimes.runtime import Manners

# C0 but TAB and LF, DEL, C1: the bytes, not what follows them.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")
UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
BREAK = re.compile("[\u2028\u2029]")
NEEDED = "\u200c\u200d"
"""Joiners: emoji and words of some languages are written with them."""
PASTED = re.compile(r"</?pasted_content\b[^>]*>")


def clean(text: str) -> str:
    """`text` without control characters, line ends as LF. Raises PayloadTooLarge, InvalidParams."""
    text = SURROGATE.sub("\ufffd", text)
    size = len(text.encode())
    if size > MAX_TEXT:
        raise PayloadTooLarge(
            f"the text has {size} bytes",
            f"a message may have {MAX_TEXT}",
            "write it to a file and send its path",
            limit=MAX_TEXT,
            size=size,
        )
    found = CONTROL.sub("", text.replace("\r\n", "\n"))
    if not found.strip():
        raise InvalidParams(
            "the text is empty",
            "nothing is left without control characters",
            "send some text",
            errors=[{"path": "text", "message": "empty"}],
        )
    return found


def enveloped(message: Message) -> str:
    """The text as an agent gets it: from whom, to whom, how to answer.

    The id in the last line is random and new, so no body can have known it: what stands between first and last line
    is the sender's, whatever it looks like.
    """
    if message.raw:
        return message.text
    answer = f'rig send {message.sender} --reply-to {message.id} "…"'
    return (
        f"[message {message.id} from {message.sender} to {message.to}]\n"
        f"{message.text}\n"
        f"[end {message.id} · answer with: {answer}]"
    )


def visible(text: str) -> str:
    """Without characters that nobody sees, line separators as LF: for a harness that would take them out itself, and
    from a few of them on asks the person to look at the rest (Claude Code 2.1.330)."""
    if text.isascii():
        return text
    return UNSEEN.sub(lambda found: found[0] if found[0] in NEEDED else "", BREAK.sub("\n", text))


def typed(message: Message, manners: Manners) -> str:
    """What is pasted for a message."""
    if not manners.envelope:
        return message.text.rstrip("\n")
    text = enveloped(message)
    if not manners.invisible:
        text = visible(text)
    for character in manners.escape:
        text = text.replace(character, f"\\{character}")
    if manners.fold is not None and text.count("\n") >= manners.fold[0]:
        text = text.ljust(manners.fold[1])
    return text


def squash(text: str) -> str:
    """Without white space and what can't be seen: how a text is compared where it was wrapped, or where a harness
    removed invisible characters (Claude Code does)."""
    squashed = "".join(text.split())
    return squashed if squashed.isascii() else UNSEEN.sub("", squashed)


def same_text(ours: str, theirs: str) -> bool:
    """Whether a harness reports our text. Claude Code wraps what was pasted in `<pasted_content>` tags."""
    return squash(PASTED.sub("", theirs)) == squash(PASTED.sub("", ours))
