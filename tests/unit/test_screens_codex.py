"""How Codex's real screens read; and that a damaged one is never taken for idle."""

from dataclasses import replace

import pytest

from openrig_rpc.model.agent import PromptKind
from openrig_rpc.observe.rules import Reading, load
from tests.unit.screen_files import damaged, recorded, scenes

FOLDER = "codex-0.169.0"
RULES = load("codex")

BUSY = {
    "busy": "",
    "queued": "",
    "streaming": "",
    "tool-running": "",
    "inline-busy": "",
    "killed": "",
    "draft-while-busy": "and this after it",
}
IDLE = {
    "ready": "",
    "narrow-ready": "",
    "idle-after": "",
    "inline-idle": "",
    "interrupted": "",
    "error": "",
    "permission-refused": "",
    "plan-mode": "",
    "update-told": "",
    "draft": "a draft by a person",
    "draft-of-lines": "one\ntwo\nthree",
    "draft-wrapped": " ".join(["word"] * 60),
    "pasted-characters": "[Pasted Content 1300 chars]",
    "slash-menu": "/mo",
    "draft-that-fills": "\n".join(f"line {number}" for number in range(21)),
    "pasted-folded": "[Pasted Content 1001 chars]",
    # A part of it is out of sight.
    "draft-of-many-lines": None,
}
ASKS = {
    "trust": PromptKind.TRUST,
    "login": PromptKind.LOGIN,
    "login-other": PromptKind.LOGIN,
    "api-key": PromptKind.API_KEY,
    "update": PromptKind.UPDATE,
    "hook-review": PromptKind.HOOK_REVIEW,
    "permission": PromptKind.PERMISSION,
    "narrow-permission": PromptKind.PERMISSION,
    "question": PromptKind.QUESTION,
    "model-menu": PromptKind.QUESTION,
}
# It has ended.
UNKNOWN = {"exited"}


def read(scene: str) -> Reading:
    return RULES.read(recorded(FOLDER, scene))


def test_every_recording_is_expected_to_be_something() -> None:
    assert set(scenes(FOLDER)) == set(BUSY) | set(IDLE) | set(ASKS) | UNKNOWN


@pytest.mark.parametrize("scene", scenes(FOLDER))
def test_state(scene: str) -> None:
    reading = read(scene)
    if scene in UNKNOWN:
        assert (reading.state, reading.composer) == ("unknown", None)
    elif scene in BUSY:
        assert (reading.state, reading.draft) == ("busy", BUSY[scene])
    elif scene in ASKS:
        assert reading.prompt is not None
        assert (reading.state, reading.prompt.kind) == ("needsInput", ASKS[scene])
    else:
        assert (reading.state, reading.draft) == ("idle", IDLE[scene])


def test_a_paste_shows_as_itself_only() -> None:
    composer = read("pasted-characters").composer
    assert composer is not None
    assert composer.shows("x" * 1300) is True
    assert composer.shows("x" * 1301) is False


def test_a_draft_without_room_for_the_rest_shows_as_itself_only() -> None:
    lines = [f"line {number}" for number in range(40)]
    composer = read("draft-that-fills").composer
    assert composer is not None
    assert composer.shows("\n".join(lines[:21])) is True
    assert composer.shows("\n".join(lines[1:21])) is False
    folded = read("pasted-folded").composer
    assert folded is not None
    assert folded.shows("\n".join(lines).ljust(1001)) is True
    assert folded.shows("\n".join(lines).ljust(1000)) is False
    # Only its last lines are in sight: what stands above them nobody knows.
    scrolled = read("draft-of-many-lines").composer
    assert scrolled is not None
    assert scrolled.shows("\n".join(lines)) is None
    assert scrolled.shows("\n".join(lines[18:])) is None


@pytest.mark.parametrize("scene", ["draft-that-fills", "draft-of-many-lines"])
def test_without_the_cursor_in_it_a_draft_that_fills_the_screen_is_none(scene: str) -> None:
    screen = recorded(FOLDER, scene)
    assert RULES.read(replace(screen, cursor=None)).composer is None
    assert RULES.read(replace(screen, cursor=(0, 3))).composer is None


@pytest.mark.parametrize(
    ("scene", "question", "choices"),
    [
        ("permission", "$ touch /opt/made", ("1. Yes, proceed (y)*",)),
        ("narrow-permission", "--option-19", ("1. Yes, proceed (y)*",)),
        ("question", "Which colour shall it be?", ("1. Red*", "2. Blue", "3. Green", "4. None of the above")),
        ("trust", "/tmp/project", ("1. Trust and continue*", "2. Back to Agent Command Center")),
        ("hook-review", "Hooks need review", ("1. Review hooks*", "2. Trust all and continue")),
        ("update", "Update available · 0.169.0 → 999.0.0", ("2. Skip", "3. Skip until next version")),
        ("login", "Choose how you want to use Codex.", ("1. Sign in with ChatGPT*",)),
    ],
)
def test_prompt(scene: str, question: str, choices: tuple[str, ...]) -> None:
    prompt = read(scene).prompt
    assert prompt is not None
    assert question in prompt.question
    drawn = [
        f"{choice.key}. {choice.label}{f' ({choice.hotkey})' if choice.hotkey else ''}{'*' * choice.selected}"
        for choice in prompt.choices
    ]
    assert [choice for choice in choices if choice not in drawn] == [], drawn


def test_leftovers_beside_the_footer_hide_no_composer() -> None:
    """Seen once at a start: it had not drawn the two blanks before its model's name."""
    footer = ("  \x1b[38;5;223mtest-model", "on\x1b[38;5;223mtest-model")
    for scene in ("ready", "draft", "busy"):
        assert RULES.read(recorded(FOLDER, scene, footer)).state == read(scene).state


def test_a_question_nothing_of_which_is_selected_can_be_answered() -> None:
    prompt = RULES.read(recorded(FOLDER, "question", ("› 1. Red", "  1. Red"))).prompt
    assert prompt is not None
    assert [choice.key for choice in prompt.choices] == ["1", "2", "3", "4"]
    assert prompt.selected is None


def test_streaming_shows_in_the_title_only() -> None:
    screen = recorded(FOLDER, "streaming")
    assert RULES.read(replace(screen, title="")).state == "unknown"


@pytest.mark.parametrize("scene", sorted(set(scenes(FOLDER)) - IDLE.keys()))
def test_a_damaged_screen_is_never_idle(scene: str) -> None:
    for what, screen in damaged(recorded(FOLDER, scene)):
        assert RULES.read(screen).state != "idle", what
