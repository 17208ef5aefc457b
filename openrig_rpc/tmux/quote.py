"""How text becomes an argument of tmux's own command language, so that no text is code.

Two layers, each with its own escape: the parser of a control client's lines (`quoted`), and formats, which tmux
expands in the values of some flags (`literal`): there `#(...)` would run a shell.
"""

import re

_PLAIN = re.compile(r"[A-Za-z0-9_./:@=,+-]+")
_SPECIAL = re.compile(r'[\x01-\x1f\\"$~]')
_HASHES = re.compile(r"#+")
_ESCAPES = {chr(byte): f"\\{byte:03o}" for byte in range(1, 0x20)} | {c: "\\" + c for c in '\\"$~'}


def quoted(argument: str) -> str:
    """`argument` as one word of a control client's line. Raises ValueError for what tmux can't carry: NUL and
    lone surrogates (bytes that are not UTF-8)."""
    if _PLAIN.fullmatch(argument):
        return argument
    if "\0" in argument:
        raise ValueError("a NUL byte can't be passed on")
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise ValueError("text that is not valid UTF-8 can't be passed on") from None
    return '"' + _SPECIAL.sub(lambda found: _ESCAPES[found[0]], argument) + '"'


def line(*argv: str) -> str:
    """One command. Join several with ` ; ` to have them run without anything in between."""
    return " ".join(map(quoted, argv))


def literal(text: str) -> str:
    """`text` for a place where tmux expands formats once: what comes out is `text` again.

    `#` is doubled. Before `[` that is not enough: tmux takes `##[` for an escaped style and leaves it as it is
    (format.c, `format_expand1`), so an empty expansion goes in between.
    """

    def doubled(found: re.Match[str]) -> str:
        before_bracket = text[found.end() : found.end() + 1] == "["
        return found[0] * 2 + ("#{l:}" if before_bracket else "")

    return _HASHES.sub(doubled, text)
