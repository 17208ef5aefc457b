"""How Claude Code's real screens read, of two versions; and that a damaged one is never taken for idle."""

from dataclasses import replace

import pytest

from openrig_rpc.model.agent import PromptKind
from openrig_rpc.observe.rules import Reading, load
from tests.unit.screen_files import damaged, recorded, scenes

NEW, OLD = "claude-2.1.330", "claude-2.1.197"
BOTH = (NEW, OLD)
RULES = load("claude-code")

BUSY = {"busy", "queued", "streaming", "retrying", "tool-running", "classic-busy", "killed"}
IDLE = {
    "ready": "",
    "idle-after": "",
    "interrupted": "",
    "error": "",
    "question-answered": "",
    "narrow-ready": "",
    "classic-ready": "",
    "not-logged-in": "",
    "draft": "a draft by a person",
    "draft-of-lines": "one\ntwo\nthree",
    "draft-wrapped": " ".join(["word"] * 60),
    "prompt-back": "take your time [[delay=20]]",
    "slash-menu": "/mo",
}
PASTED = {"pasted-lines", "pasted-characters", "pasted-message"}
ASKS = {
    "trust": PromptKind.TRUST,
    "api-key": PromptKind.API_KEY,
    "bypass": PromptKind.TRUST,
    "login": PromptKind.LOGIN,
    "auto-mode-offer": PromptKind.QUESTION,
    "permission-bash": PromptKind.PERMISSION,
    "permission-write": PromptKind.PERMISSION,
    "permission-edit": PromptKind.PERMISSION,
    "narrow-permission": PromptKind.PERMISSION,
    "question": PromptKind.QUESTION,
    "questions": PromptKind.QUESTION,
    "model-menu": PromptKind.QUESTION,
}
# What nobody can tell: it has ended, or a long menu hides where the composer ends.
UNKNOWN = {(NEW, "exited"), (OLD, "exited"), (OLD, "slash-menu")}

EVERY = [(folder, scene) for folder in BOTH for scene in scenes(folder)]


def read(folder: str, scene: str) -> Reading:
    return RULES.read(recorded(folder, scene))


def test_every_recording_is_expected_to_be_something() -> None:
    known = BUSY | set(IDLE) | PASTED | set(ASKS) | {"exited"}
    assert {scene for _, scene in EVERY} == known
    assert set(scenes(OLD)) >= known - {"auto-mode-offer"}


@pytest.mark.parametrize(("folder", "scene"), EVERY)
def test_state(folder: str, scene: str) -> None:
    reading = read(folder, scene)
    if (folder, scene) in UNKNOWN:
        assert (reading.state, reading.composer) == ("unknown", None)
    elif scene in BUSY:
        assert (reading.state, reading.draft) == ("busy", "")
    elif scene in ASKS:
        assert reading.prompt is not None
        assert (reading.state, reading.prompt.kind) == ("needsInput", ASKS[scene])
    elif scene in IDLE:
        assert (reading.state, reading.draft) == ("idle", IDLE[scene])
    else:
        assert (reading.state, len(reading.composer.placeholders if reading.composer else ())) == ("idle", 1)


@pytest.mark.parametrize("folder", BOTH)
def test_a_paste_shows_as_itself_only(folder: str) -> None:
    lines = "\n".join(f"line {number}" for number in range(14))
    message = "[message m-1 from a to b]\n" + "y" * 1300 + "\n[end m-1]"
    for scene, text in (("pasted-lines", lines), ("pasted-message", message)):
        composer = read(folder, scene).composer
        assert composer is not None
        assert composer.shows(text) is True
        assert composer.shows(text + "\nmore") is False
    # One line of more than 800 characters is drawn without a count, and nothing else is.
    composer = read(folder, "pasted-characters").composer
    assert composer is not None
    assert composer.shows("x" * 1300) is True
    assert composer.shows("x" * 800) is False
    assert composer.shows("x" * 1300 + "\nmore") is False
    assert replace(composer, draft=f"{composer.draft} and more").shows("x" * 1300) is False


@pytest.mark.parametrize(
    ("folder", "scene", "question", "choices"),
    [
        (NEW, "permission-bash", "Do you want to proceed?\ntouch /opt/made && sleep 4", ("1. Yes*", "4. No")),
        (OLD, "permission-bash", "touch /opt/made && sleep 4", ("1. Yes*", "3. No")),
        (NEW, "permission-write", "Do you want to create new.txt?\n1 written", ("1. Yes*", "3. No")),
        (OLD, "permission-write", "Do you want to create new.txt?\n1 written", ("1. Yes*", "3. No")),
        (NEW, "permission-edit", "make this edit to new.txt?\n1 -written\n1 +changed", ("1. Yes*", "3. No")),
        (NEW, "narrow-permission", "--option-19", ("1. Yes*", "4. No")),
        (OLD, "narrow-permission", "--option-19", ("1. Yes*", "3. No")),
        (NEW, "question", "Which colour shall it be?", ("1. Red*", "2. Blue", "3. Green", "5. Chat about this")),
        (OLD, "question", "Which colour shall it be?", ("1. Red*", "2. Blue", "3. Green", "5. Chat about this")),
        (NEW, "questions", "Which fruits?", ("1. Apple*", "2. Pear")),
        (OLD, "questions", "Which fruits?", ("1. Apple*", "2. Pear")),
        (NEW, "trust", "/tmp/project", ("None. No, exit*", "None. Yes, I trust this folder")),
        (OLD, "trust", "/tmp/project", ("1. Yes, I trust this folder*", "2. No, exit")),
        (NEW, "api-key", "Do you want to use this API key?", ("None. Yes", "None. No (recommended)*")),
        (OLD, "api-key", "Do you want to use this API key?", ("1. Yes", "2. No (recommended)*")),
        (NEW, "bypass", "you accept all responsibility", ("None. No, exit*", "None. Yes, I accept")),
        (OLD, "bypass", "you accept all responsibility", ("1. No, exit*", "2. Yes, I accept")),
        (NEW, "auto-mode-offer", "Auto mode lets Claude handle", ("None. No, keep manual mode",)),
    ],
)
def test_prompt(folder: str, scene: str, question: str, choices: tuple[str, ...]) -> None:
    prompt = read(folder, scene).prompt
    assert prompt is not None
    assert question in prompt.question
    drawn = [f"{choice.key}. {choice.label}{'*' * choice.selected}" for choice in prompt.choices]
    assert [choice for choice in choices if choice not in drawn] == [], drawn


def test_a_dialog_without_a_line_of_keys_is_one_too() -> None:
    whole = recorded(NEW, "auto-mode-offer")
    bare = tuple(row for row in whole.rows if "Esc to cancel" not in row.text)
    assert len(bare) == len(whole.rows) - 1
    reading = RULES.read(replace(whole, rows=bare))
    assert reading.rule == "dialog-bare"
    assert reading.prompt is not None and reading.prompt.question == "Make auto mode your default permission mode?"
    assert [(choice.label, choice.selected) for choice in reading.prompt.choices] == [
        ("Yes, set auto mode as my default permission mode", True),
        ("No, keep manual mode", False),
    ]


@pytest.mark.parametrize(("folder", "scene"), [(f, s) for f, s in EVERY if s in BUSY or s in ASKS])
def test_a_damaged_screen_is_never_idle(folder: str, scene: str) -> None:
    for what, screen in damaged(recorded(folder, scene)):
        assert RULES.read(screen).state != "idle", what


@pytest.mark.parametrize(("folder", "scene"), sorted(UNKNOWN))
def test_a_damaged_screen_that_nobody_could_read_is_never_free(folder: str, scene: str) -> None:
    """Cut off below it, the composer of an earlier moment may stand there: then with its draft, which holds too."""
    for what, screen in damaged(recorded(folder, scene)):
        reading = RULES.read(screen)
        assert reading.state != "idle" or reading.draft, what
