"""The scripted harness in a real pane: what it submits, shows and does, and how its rules read it."""

import json
import os
import shlex
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from tests.real.scripted_fixture import HARNESS, Pane, Start, alive, start, until

__all__ = ["start"]

PROSE = "Grüße, 世界 🌍 e\u0301 — $HOME `x` \\ #{pane_id} \"q\" 'q' ;"


def told(pane: Pane) -> list[str]:
    """The submitted texts."""
    return [line["text"] for line in pane.log()]


def submitted(pane: Pane, count: int) -> list[tuple[str, str, str]]:
    """The log once it has `count` lines: text, how, and what became of it."""
    until(lambda: len(pane.log()) >= count, f"{count} submitted, not {pane.log()}")
    return [(line["text"], line["how"], line["turn"]) for line in pane.log()]


# Turns.


def test_a_turn_is_busy_and_then_idle_again(start: Start) -> None:
    pane = start()
    reading = pane.until_state("idle")
    assert reading.draft == "" and reading.composer is not None
    assert reading.composer.ghost == "Tell me what to do"
    assert pane.screen().title == "✳ seven"
    pane.tell("hello [[hang]]")
    pane.until_state("busy")
    assert pane.screen().title == "◐ seven"
    pane.shows("esc to interrupt")
    pane.keys("Escape")
    pane.until_state("idle")
    pane.shows("Interrupted")
    pane.tell("hello again [[delay=0.1]]")
    pane.shows("● ECHO: hello again")
    assert pane.until_state("idle").draft == ""
    assert submitted(pane, 2)[1] == ("hello again [[delay=0.1]]", "enter", "started")


def test_directives(start: Start) -> None:
    pane = start(directives="[[reply=by default]]")
    pane.until_state("idle")
    pane.tell("x")
    pane.shows("● by default")
    pane.tell("x [[reply=first]] y [[reply=last]]")
    pane.shows("● last")
    pane.tell("say [[reply=]] [[this is text]] and [[slow=4]]")
    pane.shows("● word0 word1 word2 word3")
    pane.tell("bad number [[delay=soon]] [[reply=]]")
    pane.shows("● ECHO: bad number")
    pane.tell("[[fail=out of luck]]")
    pane.shows("■ out of luck")
    pane.until_state("idle")


def test_run_is_an_argv_and_no_shell(start: Start) -> None:
    pane = start(size=(160, 30))
    pane.until_state("idle")
    pane.tell("""[[run=printf '<%s>' "a b" '$HOME;*' "[[reply=inner]]"]] [[reply=done]]""")
    pane.shows("⎿  <a b><$HOME;*><[[reply=inner]]>")
    pane.shows("● done")
    pane.tell("[[run=false]]")
    pane.shows("exit code 1")
    pane.tell("[[run=no-such-program here]]")
    pane.shows("exit code 127")
    pane.tell("[[run=echo 'open]]")
    pane.shows("No closing quotation")
    pane.until_state("idle")


def test_a_tool_that_floods_or_hangs_can_be_interrupted(start: Start) -> None:
    pane = start(report="screen-only")
    pane.until_state("idle")
    for command, shown in (("yes flood", "     flood"), ("sleep 600", "Bash(sleep 600)")):
        pane.tell(f"[[run={command}]]")
        pane.until_state("busy")
        pane.shows(shown)
        pane.keys("Escape")
        pane.until_state("idle")
    assert children(pane) == []


def test_what_a_tool_prints_is_taken_as_it_comes(start: Start, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    pane = start()
    pane.until_state("idle")
    pane.tell(f"much [[run=seq 100000]] then [[bash=cat {fifo}]]")
    pane.until_state("needsInput")
    pane.keys("1")
    with fifo.open("w") as file:
        file.write("early line\n")
        file.flush()
        pane.shows("⎿  early line")
        assert pane.read().state.value == "busy"
    pane.shows("● ECHO: much  then")


def test_what_a_tool_leaves_running_is_not_waited_for(start: Start, tmp_path: Path) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell(f"[[run=sh -c 'sleep 600 & echo $! > {tmp_path}/pid']] done")
    pane.shows("● ECHO: done")
    os.kill(int((tmp_path / "pid").read_text()), 9)


@pytest.mark.parametrize("signal", ["HUP", "TERM"])
def test_ended_from_outside_it_ends_its_tool_too(start: Start, signal: str) -> None:
    pane = start(report="screen-only")
    pane.until_state("idle")
    pane.tell("[[run=sleep 600]]")
    pane.shows("Bash(sleep")
    (tool,) = children(pane)
    if signal == "HUP":
        pane.tmux("kill-window", "-t", pane.id)
    else:
        subprocess.run(["kill", f"-{signal}", str(pane.process)], check=True)
    until(lambda: not alive(pane.process) and not alive(tool), "both are gone")


def children(pane: Pane) -> list[int]:
    """What the harness runs now."""
    listed = subprocess.run(["ps", "--ppid", str(pane.process), "-o", "pid="], capture_output=True, text=True)
    return [int(pid) for pid in listed.stdout.split()]


# What is typed.


@pytest.mark.parametrize("text", ["x", PROSE, "two\nlines", "tab\there", "  blanks  ", "w" * 1100])
def test_what_is_pasted_is_shown_and_submitted_exactly(start: Start, text: str) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell(text)
    assert submitted(pane, 1) == [(text, "enter", "started")]


@pytest.mark.parametrize(("size", "collapse"), [(100_000, True), (1024 * 1024, True), (1024 * 1024, False)])
def test_long_pastes_are_exact(start: Start, size: int, collapse: bool) -> None:
    pane = start(collapse=collapse)
    pane.until_state("idle")
    line = PROSE + " 0123456789\n"
    text = (line * (size // len(line.encode()) + 1)).encode()[:size].decode("utf-8", "ignore")
    pane.paste(text)
    reading = pane.until(lambda reading: reading.composer is not None and bool(reading.composer.visible), "a draft")
    assert reading.composer is not None
    if collapse:
        assert reading.composer.shows(text) is True
        assert reading.composer.shows(text + "\n") is False
        assert reading.draft == f"[Pasted text #1 +{text.count(chr(10))} lines]"
    else:
        assert reading.draft is None and reading.composer.shows(text) is None
    pane.keys("Enter")
    assert submitted(pane, 1) == [(text, "enter", "started")]
    pane.until_state("idle")


def test_a_collapsed_paste_is_one_mark_among_typed_words(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.type("see ")
    pane.paste("p" * 1200)
    pane.type(" and ")
    pane.paste("l\n" * 10)
    reading = pane.until(lambda reading: "#2" in (reading.draft or ""), "two marks")
    assert reading.draft == "see [Pasted text #1] and [Pasted text #2 +10 lines]"
    pane.keys("BSpace")
    pane.until(lambda reading: reading.draft == "see [Pasted text #1] and ", "one mark")
    pane.keys("Enter")
    assert submitted(pane, 1)[0][0] == "see " + "p" * 1200 + " and "


def test_a_private_use_character_stays_itself(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    text = "a\U0010f000b\U0010f001"
    pane.paste("p" * 1200)
    pane.paste(text)
    pane.keys("Enter")
    assert submitted(pane, 1)[0][0] == "p" * 1200 + text


def test_editing_a_draft(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.type("one")
    pane.keys("C-j")
    pane.type("two")
    pane.until(lambda reading: reading.draft == "one\ntwo", "two lines")
    pane.keys("BSpace", "Home", "Right")
    pane.type("W")
    pane.until(lambda reading: reading.draft == "one\ntWw", "a letter in the middle")
    pane.keys("Up", "End", "Left", "DC")
    pane.until(lambda reading: reading.draft == "on\ntWw", "a letter deleted above")
    pane.keys("Down", "End", "C-u")
    pane.until(lambda reading: reading.draft == "on\n", "a line less")
    pane.keys("C-u", "C-u")
    pane.until(lambda reading: reading.draft == "", "nothing")
    pane.type("   ")
    pane.until(lambda reading: reading.draft == "   ", "blanks are a draft")
    pane.keys("Enter")
    pane.type("x")
    pane.until(lambda reading: reading.draft == "   x", "blanks alone are not submitted")
    assert pane.log() == []


def test_a_long_draft_wraps_and_reads_whole(start: Start) -> None:
    pane = start(size=(60, 30))
    pane.until_state("idle")
    text = " ".join(f"word{number}" for number in range(60)) + " 世界" * 30
    pane.paste(text)
    reading = pane.until(lambda reading: bool(reading.composer and reading.composer.shows(text)), "the draft")
    assert reading.composer is not None and reading.composer.wrapped
    assert reading.draft == text
    pane.type("!")
    reading = pane.until(lambda reading: reading.draft == text + "!", "one more")
    assert reading.composer is not None and reading.composer.shows(text) is False


def test_a_draft_is_there_at_the_start_and_is_no_ghost(start: Start) -> None:
    pane = start(type_draft="half a thou", ghost="half a thou")
    reading = pane.until_state("idle")
    assert reading.draft == "half a thou"
    pane.keys("C-u")
    reading = pane.until(lambda reading: reading.draft == "", "empty")
    assert reading.composer is not None and reading.composer.ghost == "half a thou"


def test_a_draft_survives_a_turn(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell("work [[hang]]")
    pane.until_state("busy")
    pane.type("half a thou")
    assert pane.until(lambda reading: reading.draft == "half a thou", "the draft").state.value == "busy"
    pane.keys("Escape")
    assert pane.until_state("idle").draft == "half a thou"
    assert told(pane) == ["work [[hang]]"]


# Behaviours.


def test_drop_first_enter(start: Start) -> None:
    pane = start(behaviour="drop-first-enter")
    pane.until_state("idle")
    pane.tell("one")
    # A key after the lost Enter shows that it came, and changed nothing.
    pane.type("!")
    pane.until(lambda reading: reading.draft == "one!", "the draft is still there")
    pane.keys("Enter")
    assert submitted(pane, 1)[0][0] == "one!"
    pane.tell("two")
    pane.keys("Enter")
    assert submitted(pane, 2)[1][0] == "two"
    pane.type("typed")
    pane.keys("Enter")
    assert submitted(pane, 3)[2][0] == "typed"


def test_late_draw(start: Start) -> None:
    pane = start(behaviour="late-draw", late_seconds=2)
    pane.until_state("idle")
    pane.tell("late")
    assert submitted(pane, 1)[0][0] == "late"
    assert pane.read().draft == "late"  # sent already, and still drawn
    pane.until(lambda reading: reading.draft == "", "drawn empty at last")


def test_slow_start(start: Start) -> None:
    pane = start(slow_start=2)
    reading = pane.until_state("starting")
    assert not reading.composer_found
    pane.type("early")
    assert pane.until_state("idle").composer_found
    pane.until(lambda reading: reading.draft == "early", "what was typed early is not lost")


def test_busy_enter_queues(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell("A [[delay=1.5]]")
    pane.until_state("busy")
    pane.tell("B [[reply=for B]]")
    pane.shows("1 queued")
    pane.paste("C [[reply=for C]]")
    pane.keys("Tab")
    pane.shows("2 queued")
    assert pane.read().state.value == "busy"
    pane.shows("● for C")
    pane.until_state("idle")
    assert [(how, turn) for _, how, turn in submitted(pane, 3)] == [
        ("enter", "started"),
        ("enter", "queued"),
        ("tab", "queued"),
    ]
    said = [line for line in pane.text().splitlines() if line.startswith("● ")]
    assert said == ["● ECHO: A", "● for B", "● for C"]


def test_busy_enter_steers_and_tab_still_queues(start: Start) -> None:
    pane = start(busy_enter="steer")
    pane.until_state("idle")
    pane.tell("A [[hang]]")
    pane.until_state("busy")
    pane.paste("later [[reply=for later]]")
    pane.keys("Tab")
    pane.shows("1 queued")
    pane.tell("B [[reply=for B]]")
    pane.shows("● for later")
    said = [line for line in pane.text().splitlines() if line.startswith("● ")]
    assert said == ["● for B", "● for later"]
    assert [turn for _, _, turn in submitted(pane, 3)] == ["started", "queued", "steered"]


def test_steering_waits_for_a_running_tool(start: Start, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    pane = start(busy_enter="steer")
    pane.until_state("idle")
    pane.tell(f"A [[run=cat {fifo}]]")
    pane.shows("Bash(cat")
    pane.tell("B [[reply=for B]]")
    pane.until(lambda reading: reading.draft == "", "it is taken")
    assert "for B" not in pane.text()
    fifo.write_text("from the tool")
    pane.shows("● for B")
    text = pane.text()
    assert text.index("⎿  from the tool") < text.index("❯ B") and "ECHO: A" not in text


def test_interrupting_can_give_the_text_back(start: Start) -> None:
    pane = start(restore_on_interrupt=True)
    pane.until_state("idle")
    pane.tell("once more [[hang]]")
    pane.until_state("busy")
    pane.keys("Escape")
    assert pane.until_state("idle").draft == "once more [[hang]]"


# Questions.


def test_permission_by_its_choices(start: Start, tmp_path: Path) -> None:
    pane = start()
    pane.until_state("idle")
    made = tmp_path / "made it"
    command = f"touch {shlex.quote(str(made))}"

    pane.tell(f"[[bash={command}]]")
    reading = pane.until_state("needsInput")
    assert reading.prompt is not None and reading.rule == "permission"
    assert reading.prompt.question == f"Do you want to run this command?\n{command}"
    assert [choice.key for choice in reading.prompt.choices] == ["1", "2", "3"]
    assert reading.prompt.choices[2].label == "No" and reading.prompt.selected == 0
    assert not reading.composer_found and reading.draft is None
    pane.keys("3")
    pane.shows("Not run: permission was denied.")
    assert not made.exists()

    pane.tell(f"[[bash={command}]] again")
    pane.until_state("needsInput")
    pane.keys("Down", "Down", "Up", "Enter")
    pane.shows("● ECHO: again")
    assert made.exists()
    made.unlink()

    pane.tell(f"[[bash={command}]] third")
    pane.shows("● ECHO: third")
    assert made.exists()
    assert [answer for _, answer, _ in pane.answers()] == ["No", "Yes, and don't ask again for this command"]


def test_permission_escaped(start: Start, tmp_path: Path) -> None:
    pane = start(bell=True)
    pane.until_state("idle")
    assert pane.screen().bell is False
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    pane.until_state("needsInput")
    assert pane.screen().bell is True
    pane.keys("Escape")
    pane.until_state("idle")
    pane.shows("Interrupted")
    assert not (tmp_path / "x").exists()


def test_blind_typing_into_a_permission_answers_it(start: Start, tmp_path: Path) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    pane.until_state("needsInput")
    pane.paste("a message")
    pane.type("hello y")
    pane.keys("Enter")
    pane.until_state("idle")
    assert (tmp_path / "x").exists()
    assert len(pane.log()) == 1
    assert pane.read().draft == ""


def test_hotkeys_answer_without_enter_and_the_rest_is_a_draft(start: Start, tmp_path: Path) -> None:
    pane = start(hotkeys=True)
    pane.until_state("idle")
    pane.tell(f"[[bash=touch {tmp_path}/x]]")
    reading = pane.until_state("needsInput")
    assert reading.prompt is not None
    assert [choice.hotkey for choice in reading.prompt.choices] == ["y", "p", "esc"]
    pane.type("hello y please p")
    assert pane.until_state("idle").draft == " please p"
    assert (tmp_path / "x").exists()


def test_a_command_longer_than_a_row_is_read_whole(start: Start) -> None:
    pane = start(size=(60, 30))
    pane.until_state("idle")
    command = "echo " + "x" * 150 + " end"
    pane.tell(f"[[bash={command}]]")
    reading = pane.until_state("needsInput")
    assert reading.prompt is not None
    assert reading.prompt.question == f"Do you want to run this command?\n{command}"


def test_a_command_that_draws_a_composer_is_still_a_prompt(start: Start) -> None:
    rule = "─" * 40
    pane = start()
    pane.until_state("idle")
    pane.tell(f"[[bash=echo\n{rule}\n❯\u00a0\n{rule}\n  scripted]]")
    assert pane.until_state("needsInput").rule == "permission"
    pane.keys("Escape")
    pane.until_state("idle")
    # And what was said can't pass for a prompt, nor for a composer.
    pane.tell("[[run=printf ' ❯ 1. Yes\\n   2. No\\n\\n Enter to confirm · Esc to cancel\\n']]")
    pane.shows("Enter to confirm")
    assert pane.until_state("idle").draft == ""


def test_question(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell("[[ask=Which colour?|Red|Blue|Green]]")
    reading = pane.until_state("needsInput")
    assert reading.prompt is not None and reading.prompt.kind.value == "question"
    assert reading.prompt.question == "Which colour?"
    assert [choice.label for choice in reading.prompt.choices] == ["Red", "Blue", "Green"]
    pane.keys("Down")
    pane.until(lambda reading: reading.prompt is not None and reading.prompt.selected == 1, "the second selected")
    pane.keys("Enter")
    pane.shows("● You chose: Blue")
    pane.tell("[[ask=Sure?]]")
    pane.until_state("needsInput")
    pane.keys("Escape")
    pane.until_state("idle")
    assert pane.answers() == [("question", "Blue", "pane")]


def test_trust(start: Start) -> None:
    pane = start(start_prompt="trust")
    reading = pane.until_state("needsInput")
    assert reading.prompt is not None and reading.prompt.kind.value == "trust"
    assert reading.prompt.question.startswith("Do you trust the files in this folder?\n/")
    assert reading.prompt.choices[reading.prompt.selected or 0].label == "No, exit"
    pane.paste("early")
    pane.keys("2")
    assert pane.until_state("idle").draft == ""
    pane = start(start_prompt="trust")
    pane.until_state("needsInput")
    pane.keys("Enter")
    assert pane.exit_code() == 1


# Ends.


@pytest.mark.parametrize(("text", "code"), [("[[crash=3]]", 3), ("bye [[exit=0]]", 0), ("[[exit=7]]", 7), ("/exit", 0)])
def test_exit_codes(start: Start, text: str, code: int) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell(text)
    assert pane.exit_code() == code
    assert pane.read().state.value != "idle"


def test_control_c_twice_exits(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell("[[hang]]")
    pane.until_state("busy")
    pane.keys("C-c")
    pane.shows("Press Ctrl-C again to exit")
    pane.until_state("idle")
    pane.keys("C-c")
    assert pane.exit_code() == 0


def test_wrong_options_are_named(tmp_path: Path) -> None:
    for options, named in (
        ({"behavior": "steady"}, "'behavior' is not one of"),
        ({"behaviour": "odd"}, "behaviour is one of"),
        ({"slow_start": "1"}, "slow_start takes a float"),
        ({"bell": 1}, "bell takes a bool"),
        ({"mute": [1]}, "mute takes a list of strings"),
        ({}, "needs a terminal"),
    ):
        argv = [sys.executable, "-I", "-S", str(HARNESS), json.dumps(options)]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        assert done.returncode == 2 and named in done.stderr and done.stdout == ""


# The picture.


def test_resizing(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell("say [[slow=40]]")
    pane.shows("word39")
    pane.until_state("idle")
    pane.type("a draft that is wider than the smaller pane will be, with words")
    for columns, lines in ((40, 12), (130, 40), (100, 30)):
        pane.tmux("resize-window", "-t", pane.id, "-x", str(columns), "-y", str(lines))

        def settled(columns: int = columns) -> bool:
            rules = [line for line in pane.text().splitlines() if set(line) == {"─"}]
            return bool(rules) and all(len(rule) == columns for rule in rules)

        until(settled, f"{columns} columns")
        pane.until(lambda reading: "smaller pane will be, with words" in (reading.draft or ""), "the draft")
        words = " ".join(" ".join(pane.text(history=True).split()).split("● ")[1:])
        assert "word0 word1 " in words and "word39" in words.replace(" ", "")
    pane.keys("Enter")
    assert submitted(pane, 2)[1][0] == "a draft that is wider than the smaller pane will be, with words"


def test_what_scrolls_away_is_kept_once_and_whole(start: Start) -> None:
    pane = start(size=(80, 14))
    pane.until_state("idle")
    for number in range(12):
        pane.tell(f"turn {number} [[reply=one{chr(10)}two {number}]]")
        pane.shows(f"  two {number}")
    assert pane.tmux("display-message", "-p", "-t", pane.id, "#{alternate_on}").strip() == "0"
    pane.until_state("idle")
    said = [line for line in pane.text(history=True).splitlines() if line.startswith(("❯ t", "● one", "  two"))]
    expected = [f"❯ turn {number} [[reply=one" for number in range(12)]
    assert [line for line in said if line.startswith("❯")] == expected
    assert [line.split()[1] for line in said if line.startswith("  two") and "]]" not in line] == [
        str(number) for number in range(12)
    ]


def test_the_alternate_screen(start: Start) -> None:
    pane = start(alternate=True, size=(80, 14))
    pane.until_state("idle")
    assert pane.tmux("display-message", "-p", "-t", pane.id, "#{alternate_on}").strip() == "1"
    for number in range(6):
        pane.tell(f"turn {number}")
        pane.shows(f"● ECHO: turn {number}")
    assert "turn 0" not in pane.text(history=True)
    pane.tell("[[bash=true]]")
    pane.until_state("needsInput")
    pane.keys("Enter")
    pane.until_state("idle")
    pane.tmux("resize-window", "-t", pane.id, "-x", "50", "-y", "20")
    pane.until(lambda reading: len(pane.text().splitlines()) == 20 and reading.composer_found, "the new size")
    pane.keys("C-c", "C-c")
    assert pane.exit_code() == 0
    assert pane.tmux("display-message", "-p", "-t", pane.id, "#{alternate_on}").strip() == "0"


def test_nothing_it_shows_is_obeyed_by_the_terminal(start: Start) -> None:
    pane = start()
    pane.until_state("idle")
    pane.tell("[[run=printf 'a\\033]0;stolen\\007b\\033[2Jc\\r\\tend']]")
    pane.shows("end")
    screen = pane.screen()
    assert screen.title.endswith("seven")
    assert not any(unicodedata.category(character) == "Cc" for row in screen.rows for character in row.whole)
    assert pane.until_state("idle").composer_found
