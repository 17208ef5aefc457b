"""The rule language on small screens. How the scripted harness's real screens read is in tests/real."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import openrig_rpc
from openrig_rpc.observe.cells import Screen, parse
from openrig_rpc.observe.rules import Reading, Rules, load, parse_rules
from openrig_rpc.runtimes.declared import shipped
from openrig_rpc.runtimes.rulefile import numbers, within
from openrig_rpc.runtimes.runtimefile import parse_runtime

RULE = "─" * 40
DIM, INVERSE, BOLD, OFF = "\x1b[2m", "\x1b[7m", "\x1b[1m", "\x1b[0m"

FILE = r"""
schema = 1
harness = "toy"
assume = "2.5"

[[composer]]
name = "ruled"
versions = ">=2"
glyph = '❯\u00a0'
above = '^─{8,}'
below = '^─{8,}$'
footer = 2
cursor = "inverse"
wrap = "word"
more = ' ↑$'
placeholder = { match = '\[Paste (?P<characters>\d+)\]|\[Text(?: \+(?P<newlines>\d+))?\]' }

[[composer]]
name = "bare"
glyph = '› '
look = { bold = true, dim = false }
below = '^  model'
gap = 1
footer = 1

[[rule]]
name = "ready"
state = "idle"
reason = "a composer"
none = [{ in = "title", match = '^!' }]

[[rule]]
name = "works"
state = "busy"
reason = "it says so"
any = [{ in = "title", match = '^◐' }, { in = "above", lines = 2, match = '^Working', bold = true }]

[[rule]]
name = "old"
state = "busy"
versions = "<2"
reason = "an older one"
all = [{ in = "screen", match = 'anything' }]

[[rule]]
name = "begins"
state = "starting"
reason = "no composer yet"
composer = false
all = [{ in = "bottom", lines = 1, match = '^Starting' }]

[[rule]]
name = "asks"
state = "needsInput"
reason = "choices"
all = [{ in = "bottom", lines = 1, match = '^Enter to choose$', dim = true }]
[rule.prompt]
kind = "permission"
choice = '^(?P<selected>>| ) (?:(?P<key>\d)\. )?(?P<label>.+?)(?: \((?P<hotkey>\w+)\))?$'
question = '^Do you\b.*\?'
rule = '^─+$'
tail = 1
detail = { from = '^#', to = '^Do you' }

[[rule]]
name = "rings"
state = "needsInput"
reason = "a bell"
bell = true
[rule.prompt]
kind = "question"
question = '^\? (?P<question>.*)'
"""


def screen(text: str, **facts: Any) -> Screen:
    return Screen(parse(text), **{"columns": 40, **facts})


def read(text: str, version: str | None = None, **facts: Any) -> Reading:
    return Rules(parse_rules(FILE), version).read(screen(text, **facts))


def composed(draft: str, above: str = "", below: str = "") -> str:
    return f"said\n{above}{RULE}\n❯\u00a0{draft}\n{RULE}\nfooter{below}\n\n\n"


# Composers.


@pytest.mark.parametrize(
    ("drawn", "draft", "ghost"),
    [
        ("", "", ""),
        (f"{INVERSE} {OFF}", "", ""),
        ("hello", "hello", ""),
        (f"hello{INVERSE} {OFF}", "hello", ""),
        (f"he{INVERSE}l{OFF}lo", "hello", ""),
        (f"{INVERSE}h{OFF}ello", "hello", ""),
        (f"{INVERSE}h{OFF}", "h", ""),
        (f"{DIM}Try me", "", "Try me"),
        (f"{INVERSE}T{OFF}{DIM}ry me", "", "Try me"),
        (f"hel{DIM}lo there", "hel", "lo there"),
        (f"hel{INVERSE}l{OFF}{DIM}o there", "hell", "o there"),
        ("one\n  two\n\n    four", "one\ntwo\n\n  four", ""),
    ],
)
def test_draft_and_ghost(drawn: str, draft: str, ghost: str) -> None:
    reading = read(composed(drawn + OFF))
    assert reading.state.value == "idle" and reading.composer is not None
    assert (reading.draft, reading.composer.ghost) == (draft, ghost)


def test_the_cursor_tells_of_blanks_at_the_end() -> None:
    assert read(composed(""), cursor=(5, 2)).draft == "   "
    assert read(composed("a"), cursor=(4, 2)).draft == "a "
    assert read(composed("a"), cursor=(2, 2)).draft == "a"
    assert read(composed("a\n  b"), cursor=(4, 3)).draft == "a\nb "
    assert read(composed(f"{DIM}ghost{OFF}"), cursor=(7, 2)).draft == ""
    assert read(composed(""), cursor=(39, 0)).draft == ""


@pytest.mark.parametrize(
    "text",
    [
        "said\n❯ plain space\n",
        f"{RULE}\n❯\u00a0no rule below\nfooter\n",
        f"text\n❯\u00a0no rule above\n{RULE}\n",
        f"{RULE}\n❯\u00a0draft\nwritten over it\n{RULE}\nfooter\n",
        f"{RULE}\n❯\u00a0old one\n{RULE}\nscrolled\nfar\nup\n",
        f"{RULE}\n ❯\u00a0indented\n{RULE}\nfooter\n",
        f"❯\u00a0first row\n{RULE}\nfooter\n",
        "",
    ],
)
def test_what_is_no_composer_is_never_idle(text: str) -> None:
    reading = read(text)
    assert (reading.state.value, reading.rule, reading.composer_found, reading.draft) == ("unknown", None, False, None)


def test_attributes_of_the_glyph_tell_composer_from_history() -> None:
    composer = "› draft\n\n  model · dir\n  hint\n"
    assert read(BOLD + composer.replace(" draft", f"{OFF} draft", 1)).draft == "draft"
    assert not read(composer).composer_found
    assert not read(f"{BOLD}{DIM}{composer}").composer_found
    assert not read(f"{BOLD}›{OFF} draft\n  model · dir\n").composer_found
    two = f"{BOLD}›{OFF} one\n\n  three\n\n  model · dir\n"
    assert read(two).draft == "one\n\nthree"


def test_a_draft_partly_out_of_sight_cannot_be_told() -> None:
    reading = read(composed("the end of it ↑\n  and more"))
    assert reading.draft is None and reading.composer is not None
    assert reading.composer.visible == "the end of it\nand more"
    assert reading.composer.shows("the end of it\nand more") is None


def test_rows_are_joined_where_they_were_full() -> None:
    reading = read(composed("a sentence that is too long for one of\n  these rows, which are\n  narrow"))
    assert reading.composer is not None
    assert reading.draft == "a sentence that is too long for one of these rows, which are\nnarrow"
    assert reading.composer.wrapped
    word = "x" * 38
    assert read(composed(f"{word}\n  {word}\n  x")).draft == word + word + "x"


@pytest.mark.parametrize(
    ("drawn", "text", "shows"),
    [
        ("hello", "hello", True),
        ("hello", "hello  \n", True),
        ("hello", "hell", False),
        ("hel lo", "hello", False),
        ("", "", True),
        ("", "x", False),
        ("a\n  b", "a\nb", True),
        ("a\n  b", "a\n b", True),
        ("a\n  b", "a\nbc", False),
        ("a    b", "a\tb", True),
        ("[Paste 1200]", "x" * 1200, True),
        ("[Paste 1200]", "x" * 1201, False),
        ("[Text +2]", "a\nb\nc", True),
        ("[Text +2]", "a\nb", False),
        ("[Text]", "a\nb", None),
        ("[Paste 3] more", "abc", False),
        ("more [Paste 3]", "abc", False),
        ("[Paste 3][Paste 3]", "abc", False),
    ],
)
def test_whether_a_draft_is_a_text(drawn: str, text: str, shows: bool | None) -> None:
    composer = read(composed(drawn)).composer
    assert composer is not None and composer.shows(text) is shows


# Prompts.

DIALOG = f"""said before
1. Yes
2. Old choices
{RULE}
# Heading

  touch /tmp/x
    indented

Do you want to
go on?
> 1. Yes (y)
  2. Yes, always
     for this folder
  3. No (esc)

{DIM}Enter to choose{OFF}

"""


def test_a_prompt_is_read_whole() -> None:
    reading = read(DIALOG.replace("Do you want to\n", "Do you want to go?\n"))
    assert (reading.state.value, reading.rule) == ("needsInput", "asks")
    assert reading.prompt is not None and reading.prompt.kind.value == "permission"
    assert reading.prompt.question == "Do you want to go? go on?\ntouch /tmp/x\n  indented"
    assert [(choice.key, choice.hotkey, choice.label) for choice in reading.prompt.choices] == [
        ("1", "y", "Yes"),
        ("2", None, "Yes, always"),
        ("3", "esc", "No"),
    ]
    assert reading.prompt.selected == 0


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("> 1. Yes", "  1. Yes"),  # nothing selected
        ("  3. No", "> 3. No"),  # two selected
        ("  2. Yes, always", "  4. Yes, always"),  # doesn't count up
        ("> 1. Yes (y)\n", ""),  # the first scrolled away
        ("Do you", "Will you"),  # not the known question
        ("Enter to choose", "Enter to choose it"),  # not the known footer
        (DIM, ""),  # the footer's words, but as plain text
        ("(esc)\n", "(esc)\na\nb\nc\nd\n"),  # something was drawn below
    ],
)
def test_what_is_not_quite_a_prompt_is_unknown(was: str, now: str) -> None:
    text = DIALOG.replace("Do you want to\n", "Do you want to?\n")
    assert read(text).state.value == "needsInput"
    assert was in text
    assert read(text.replace(was, now, 1)).state.value == "unknown"


def test_choices_without_numbers_are_neighbours() -> None:
    prompt = read(f"Do you?\n\n  No, exit\n> Yes, I trust\n{DIM}Enter to choose{OFF}").prompt
    assert prompt is not None
    assert [(choice.key, choice.label) for choice in prompt.choices] == [(None, "No, exit"), (None, "Yes, I trust")]
    assert prompt.selected == 1
    assert read(f"Do you?\n  No, exit\n\n> Yes, I trust\n{DIM}Enter to choose{OFF}").prompt is None


def test_a_choice_that_was_just_taken_is_still_the_same_one() -> None:
    text = DIALOG.replace("Do you want to\n", "Do you want to?\n")
    assert read(text.replace("2. Yes, always", "2. Yes, always ✔")).prompt == read(text).prompt


def test_a_prompt_comes_before_busy_and_busy_before_idle() -> None:
    dialog = DIALOG.replace("Do you want to\n", "Do you?\n")
    assert read(dialog, title="◐ x").state.value == "needsInput"
    assert read(composed(""), title="◐ x").state.value == "busy"
    assert read(composed("", above=f"{BOLD}Working{OFF}\n")).state.value == "busy"
    assert read(composed("", above="Working\n")).state.value == "idle"
    assert read(composed("", above=f"{BOLD}Working{OFF}\n1\n2\n")).state.value == "idle"
    assert read(composed(""), title="! x").state.value == "unknown"
    assert read("said\nStarting up\n\n").state.value == "starting"
    assert read(composed("", below="\nStarting")).state.value == "idle"


def test_a_draft_and_a_transcript_cannot_pass_for_a_prompt() -> None:
    dialog = f"Do you?\n> 1. Yes\n  2. No\n{DIM}Enter to choose{OFF}\n"
    assert read(dialog).state.value == "needsInput"
    assert read(composed("", above=dialog)).state.value == "idle"
    inside = composed("Do you?\n  > 1. Yes\n    2. No").replace("footer", f"{DIM}Enter to choose{OFF}")
    assert read(inside).state.value == "idle"


def test_a_prompt_that_draws_a_composer_is_a_prompt() -> None:
    fake = f"# Heading\n{RULE}\n❯\u00a0\n{RULE}\nDo you?\n> 1. Yes\n  2. No\n{DIM}Enter to choose{OFF}\n"
    assert read(fake).state.value == "needsInput"
    # Also where the fake would be low enough to be found.
    file = FILE.replace("footer = 2", "footer = 9")
    assert Rules(parse_rules(file)).read(screen(fake)).state.value == "needsInput"


def test_a_bell_alone_can_tell_of_a_prompt() -> None:
    reading = read("text\n? Which one now\n", bell=True)
    assert reading.prompt is not None and reading.rule == "rings"
    assert (reading.prompt.question, reading.prompt.choices) == ("Which one now", ())


# Files.


def test_rules_are_chosen_by_version() -> None:
    assert read("anything", "1.9").state.value == "busy"
    assert read("anything", "2.0").state.value == "unknown"
    assert read(composed("x"), "1.9").composer_found is False
    assert read(composed("x"), "2.0.1-beta").draft == "x"
    assert read(composed("x")).draft == "x"


@pytest.mark.parametrize(
    ("version", "versions", "fits"),
    [
        ("2.1.330", ">=2.1.300,<3", True),
        ("2.1.197", ">=2.1.300,<3", False),
        ("2.1.1000", ">=2.1.300,<3", True),
        ("3.0.0", "<3", False),
        ("3", "==3.0.0", True),
        ("v0.169.0", ">0.168, <=0.169", True),
        ("nonsense", ">=1", False),
        ("nonsense", "*", True),
    ],
)
def test_version_ranges(version: str, versions: str, fits: bool) -> None:
    assert within(version, versions) is fits


@given(st.text())
def test_any_version_can_be_compared(version: str) -> None:
    assert isinstance(numbers(version), tuple)


@pytest.mark.parametrize(
    ("was", "now", "named"),
    [
        ('state = "idle"', 'state = "exited"', "can't show"),
        ('state = "idle"', 'state = "needsInput"', "go together"),
        ("schema = 1", "schema = 2", "schema"),
        ('versions = ">=2"', 'versions = "2"', "no version range"),
        ("(?P<label>.+?)", "(.+?)", "needs the group `label`"),
        ("(?P<hotkey>", "(?P<letter>", "takes `selected`"),
        ("match = '^!'", "match = '('", "regular expression"),
        ("footer = 2", "foot = 2", "foot"),
    ],
)
def test_a_wrong_file_is_refused(was: str, now: str, named: str) -> None:
    assert was in FILE
    with pytest.raises(ValidationError, match=re.escape(named)):
        parse_rules(FILE.replace(was, now, 1))


def test_what_ships_can_be_loaded() -> None:
    folder = Path(openrig_rpc.__file__).parent / "runtimes"
    files = [tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*.toml")]
    names = [file["harness"] for file in files if "runtime" not in file]
    assert "scripted" in names
    declared = [parse_runtime(text) for _, text in shipped()]
    assert len(names) + len(declared) == len(files)
    for each in (*names, *declared):
        assert load(each) is load(each)
        assert load(each).harness == (each if isinstance(each, str) else each.harness)
        assert load(each).read(screen("")).state.value == "unknown"
    with pytest.raises(FileNotFoundError):
        load("no-such-harness")


BITS = [RULE, "❯\u00a0", "❯ ", "› ", "\n", "\n", "  ", "> 1. Yes", "  2. No", "Do you?", DIM, OFF, INVERSE, BOLD]


@given(st.lists(st.sampled_from([*BITS, "Enter to choose", "[Paste 9]", "世", "x", " ↑", "  model", "#"])))
def test_any_screen_can_be_read_and_idle_has_a_composer(bits: list[str]) -> None:
    reading = read("".join(bits), cursor=(3, 3))
    if reading.state.value == "idle":
        assert reading.composer_found
    if reading.rule == "asks":
        assert reading.prompt is not None and len(reading.prompt.choices) >= 2
