"""What real tmux captures, read back as cells."""

import sys

from openrig_rpc.observe.cells import Row, Style, parse
from tests.real.scripted_fixture import Start, start, until

__all__ = ["start"]

PRINTS = r"""
import sys, time
out = [
    "plain", "\x1b[1mbold\x1b[22;2mdim\x1b[0m", "\x1b[7m \x1b[27m", "x\x1b[31mred", "still red\x1b[0m",
    "\x1b[38;5;200m\x1b[48;2;1;2;3mcolours\x1b[m", "\x1b[3;4;9mall\x1b[0m", "wide 世界 e\u0301 end",
    "\x1b(0lqk\x1b(Bq", "\x1b]8;;http://x.example\x1b\\link\x1b]8;;\x1b\\", "\u276f\u00a0",
]
sys.stdout.write("\r\n".join(out)); sys.stdout.flush(); time.sleep(600)
"""


def test_a_capture_is_read_as_it_was_printed(start: Start) -> None:
    pane = start()
    window = pane.tmux("new-window", "-d", "-P", "-F", "#{pane_id}", sys.executable, "-c", PRINTS).strip()

    def captured() -> tuple[Row, ...]:
        rows = parse(pane.tmux("capture-pane", "-p", "-e", "-N", "-t", window))
        return rows if any(row.text.startswith("❯") for row in rows) else ()

    rows = until(captured, "all is printed")
    assert [row.text for row in rows[:11]] == [
        "plain", "bolddim", "", "xred", "still red", "colours", "all", "wide 世界 e\u0301 end", "┌─┐q", "link",
        "❯\u00a0",
    ]  # fmt: skip
    assert [(run.text, run.style) for run in rows[1].runs][:2] == [("bold", Style(bold=True)), ("dim", Style(dim=True))]
    assert rows[2].runs[0].style == Style(inverse=True) and rows[2].blank
    assert rows[3].runs[1].style == rows[4].runs[0].style == Style(foreground=1)
    assert rows[5].runs[0].style == Style(foreground=200, background=(1, 2, 3))
    assert rows[6].runs[0].style == Style(italic=True, underline=True, struck=True)
    assert [(cell.text, cell.column, cell.width) for cell in rows[7].cells[5:10]] == [
        ("世", 5, 2), ("界", 7, 2), (" ", 9, 1), ("e\u0301", 10, 1), (" ", 11, 1),
    ]  # fmt: skip
    assert rows[7].width == 15 and rows[7].column(7) == 9
