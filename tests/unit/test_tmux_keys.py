"""Key names are checked before tmux sees them, because it types unknown ones as text."""

import pytest

from openrig_rpc.tmux import keys
from openrig_rpc.tmux.pane import Text

GOOD = [
    "Enter",
    "enter",
    "Escape",
    "Up",
    "F12",
    "C-c",
    "^C",
    "M-x",
    "C-M-Left",
    "S-Tab",
    "y",
    "1",
    ";",
    "é",
    "KPEnter",
    "C-Space",
    "-",
]
BAD = [
    "",
    "Entr",
    "C-",
    "X-a",
    "F13",
    "hello",
    "\n",
    "\x1b",
    "C-é",
    "Enter ",
    "None",
    "Any",
    "0x41",
    "User1",
    "MouseDown1Pane",
]


@pytest.mark.parametrize("key", GOOD)
def test_known(key: str) -> None:
    assert keys.check(key) == key


@pytest.mark.parametrize("key", BAD)
def test_unknown(key: str) -> None:
    with pytest.raises(ValueError, match="is not a key"):
        keys.check(key)


def test_keys_and_text_stay_in_order() -> None:
    assert keys.commands("%1", ["Escape", Text("a;"), "Enter"]) == [
        ("send-keys", "-t", "%1", "--", "Escape"),
        ("send-keys", "-t", "%1", "-H", "61", "3b"),
        ("send-keys", "-t", "%1", "--", "Enter"),
    ]


def test_long_text_goes_in_pieces() -> None:
    commands = keys.commands("%1", [Text("ä" * 700)])
    assert [len(command) - 4 for command in commands] == [512, 512, 376]
    assert bytes.fromhex("".join("".join(command[4:]) for command in commands)).decode() == "ä" * 700


def test_nothing_is_pressed_when_one_is_wrong() -> None:
    with pytest.raises(ValueError, match="Nonsense"):
        keys.commands("%1", ["Enter", "Nonsense"])
