"""Text from agents and files made fit for a terminal: nothing in it can move the cursor, colour, or answer back."""

import re

_SHOWN = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_SHOWN |= {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}
# Marks that turn the direction of text around, and separators that some terminals take for line breaks.
_SHOWN |= {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029)}
_BLOCK = {code: shown for code, shown in _SHOWN.items() if code not in (0x09, 0x0A)}
_LINE = {**_SHOWN, 0x09: " ", 0x0A: " ", 0x0D: " "}
_JSON = {code: f"\\u{code:04x}" for code in _SHOWN if code >= 0x7F}

_SGR = re.compile(r"(\x1b\[[0-9;:]{0,64}m)")
_RESET = "\x1b[0m"
_RESETS = ("\x1b[m", _RESET)


def block(text: str) -> str:
    """`text` of many lines with every control character but TAB and LF made visible."""
    return text.replace("\r\n", "\n").translate(_BLOCK)


def line(text: str) -> str:
    """`text` as one line."""
    return " ".join(text.translate(_LINE).split(" ")).strip()


def coloured(text: str) -> list[str]:
    """The lines of `text` with their colours (SGR sequences) and no other sequence.

    Attributes run on across lines in what tmux captures; here each line begins with those in force and ends without.
    """
    lines, running = [], ""
    for raw in text.replace("\r\n", "\n").split("\n"):
        out = running
        for number, part in enumerate(_SGR.split(raw)):
            if number % 2:
                running = "" if part in _RESETS else running + part
                out += part
            else:
                out += part.translate(_BLOCK)
        lines.append(out + _RESET if running else out)
    return lines


def json_safe(text: str) -> str:
    """JSON text in which no character is a control character to a terminal; the value stays the same."""
    return text.translate(_JSON)


def width(text: str) -> int:
    """How many columns `text` takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(c) or c == "\u200d" or "\ufe00" <= c <= "\ufe0f" else 1 + (east_asian_width(c) in "WF")
        for c in text
    )


def cut(text: str, columns: int) -> str:
    """`text` in at most `columns` columns, with `…` where something is left out."""
    if width(text) <= columns:
        return text
    kept, used = "", 1
    for character in text:
        used += width(character)
        if used > columns:
            break
        kept += character
    return kept.rstrip() + "…" if columns > 0 else ""


def pad(text: str, columns: int) -> str:
    """`text` filled up with blanks to `columns` columns."""
    return text + " " * (columns - width(text))


class Stripper:
    """Takes escape sequences out of a stream that may be cut anywhere; what is left is `block` text.

    A lone CR is dropped: a stream of lines has no use for going back to a line's beginning.
    """

    _WHOLE = re.compile(
        r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
        r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC
        r"|\x1b[ -/]+[0-~]"  # charsets and the like
        r"|\x1b[0-OQ-WYZ\\`-~]"  # two characters
    )
    _BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)?\Z")
    _MOST = 4096

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, data: str) -> str:
        """The text in `data`, and in what was left over before."""
        text = self._WHOLE.sub("", self._rest + data)
        begun = self._BEGUN.search(text)
        self._rest = begun.group() if begun and len(begun.group()) <= self._MOST else ""
        if begun:
            text = text[: begun.start()]
        return block(text).replace("\u240d", "")
