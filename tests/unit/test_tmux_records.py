"""Making nouns of tmux's answers."""

import pytest

from openrig_rpc.tmux import look
from openrig_rpc.tmux.control import Reply
from openrig_rpc.tmux.fields import Fields, exit_code
from openrig_rpc.tmux.pane import Capture, PaneGone
from openrig_rpc.tmux.spawn import NAME, SIZE


def filled(fields: Fields, **values: str) -> str:
    """What tmux answers to the format of `fields`."""
    text = fields.format
    for name in fields.names:
        text = text.replace(f"#{{{name}}}", values.get(name.removeprefix("@"), "0" if "title" not in name else ""))
    return text


def record(**values: str) -> dict[str, str]:
    return look.PANE.parse(filled(look.PANE, **values))[0]


def test_text_of_others_cannot_break_a_record() -> None:
    evil = "a\n<|></> %end 1 2 3\x1f\tb"
    (found,) = look.PANE.parse(filled(look.PANE, pane_title=evil, pane_current_path=evil, pane_id="%3"))
    assert (found["pane_title"], found["pane_current_path"], found["pane_id"]) == (evil, evil, "%3")


def test_only_what_is_marked_is_ours_and_its_own_session_counts() -> None:
    ours = {NAME.removeprefix("@"): "dev", SIZE.removeprefix("@"): "80x24"}
    lines = [
        filled(look.PANE, pane_id="%1", session_name="other", **ours),
        filled(look.PANE, pane_id="%1", session_name="dev", session_id="$4", **ours),
        filled(look.PANE, pane_id="%1", session_name="third", **ours),
        filled(look.PANE, pane_id="%2", session_name="dev", openrig_name=""),
    ]
    hub = Reply(
        True,
        [
            filled(look.IN_HUB, pane_id="%1", openrig_name="dev").encode(),
            filled(look.IN_HUB, pane_id="%9", openrig_name="x").encode(),
        ],
    )
    found = look.inventory(Reply(True, "\n".join(lines).encode().split(b"\n")), hub)
    assert [(r["pane_id"], r["session_id"], r["hub"]) for r in found.values()] == [("%1", "$4", "1")]
    assert look.orphans(found, hub) == ["%9"]


def test_exit_codes() -> None:
    def code(status: str, signal: str) -> int | None:
        return exit_code({"pane_dead_status": status, "pane_dead_signal": signal})

    assert [code("", ""), code("0", ""), code("7", ""), code("", "KILL"), code("", "15")] == [None, 0, 7, 137, 143]


def captured(text: str, lines: int | None = None, *, history: int = 0) -> Capture:
    geometry = record(pane_width="80", pane_height="24", cursor_x="1", cursor_y="2", history_size=str(history))
    return look.capture(geometry, text.encode().split(b"\n"), lines, history=bool(history))


def test_empty_lines_below_the_text_are_left_out() -> None:
    found = captured("a\n\nb\n\n\x1b[0m  \n")
    assert (found.text, found.truncated, found.columns, found.rows, found.cursor) == ("a\n\nb", False, 80, 24, (1, 2))
    assert captured("\n\n").text == ""


def test_the_last_lines() -> None:
    assert captured("a\nb\nc\n", 2) == Capture("b\nc", 80, 24, (1, 2), truncated=True)
    assert captured("a\nb", 2).truncated is False


def test_attributes_of_lines_left_out_run_on() -> None:
    assert captured("\x1b[31mx\x1b[0m\x1b[1mb\n\x1b[32mc\nd", 1).text == "\x1b[0m\x1b[1m\x1b[32md"


def test_no_more_than_the_most() -> None:
    found = captured("x\n" * (look.MOST_LINES + 5) + "y", 20_000, history=30_000)
    assert len(found.text.split("\n")) == look.MOST_LINES
    assert found.truncated


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (b"plain", b"plain"),
        (b"a\\\\b", b"a\\b"),
        (b"\\$HOME $1", b"$HOME $1"),
        (b"\\\\\\$HOME", b"\\$HOME"),
        (b"\\033[31mred", b"\x1b[31mred"),
        (b"\\\\033", b"\\033"),
        (b"tab\\tend", b"tab\tend"),
        (b"\\016lqk\\017", b"\x0elqk\x0f"),
        ("é ✳ 😀".encode(), "é ✳ 😀".encode()),
        (b"ends in \\\\", b"ends in \\"),
    ],
)
def test_what_show_buffer_writes_is_read_back(given: bytes, meant: bytes) -> None:
    captured = Reply(True, [])
    assert look.shown("%1", [captured, Reply(True, [given, b""])], encoded=True) == [meant]
    assert look.shown("%1", [captured, Reply(True, [given])], encoded=False) == [given]


def test_a_pane_that_goes_before_its_capture_is_gone() -> None:
    for replies in ([Reply(False, [b"can't find pane"])], [Reply(True, []), Reply(False, [b"no buffer"])]):
        with pytest.raises(PaneGone):
            look.shown("%1", replies, encoded=True)
