"""What is typed: a message without control bytes, in an envelope that its body can't fake."""

import re

from ..model.errors import InvalidParams, PayloadTooLarge
from ..model.message import MAX_TEXT, Message

# C0 but TAB and LF, DEL, C1: the bytes, not what follows them.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")
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


def squash(text: str) -> str:
    """Without white space: how a text is compared where it was wrapped."""
    return "".join(text.split())


def same_text(ours: str, theirs: str) -> bool:
    """Whether a harness reports our text. Claude Code wraps what was pasted in `<pasted_content>` tags."""
    return squash(PASTED.sub("", theirs)) == squash(PASTED.sub("", ours))
