"""How the real screens of Gemini CLI, OpenCode and Pi read by the files that ship; a damaged one is never idle."""

from functools import cache

import pytest

from openrig_rpc.observe.rules import Reading, Rules, load
from openrig_rpc.runtimes.declared import shipped
from openrig_rpc.runtimes.runtimefile import parse_runtime
from tests.real.record_others import DRAFTS
from tests.unit.screen_files import damaged, recorded, scenes

GEMINI, OPENCODE, PI = "gemini-cli-0.61.0", "opencode-1.18.33", "pi-0.73.1"

BUSY = {
    GEMINI: ("busy", "queued", "streaming", "tool-running"),
    OPENCODE: ("busy", "queued", "streaming", "tool-running", "interrupting"),
    PI: ("busy", "queued", "steered", "streaming", "tool-running"),
}
EMPTY = {
    GEMINI: ("ready", "idle-after", "interrupted", "error"),
    OPENCODE: ("ready", "idle-after", "interrupted", "error"),
    PI: ("ready", "idle-after", "interrupted", "error", "no-login"),
}
DRAFTED = {
    GEMINI: dict.fromkeys(DRAFTS),
    OPENCODE: {**dict.fromkeys(DRAFTS), "first-draft": None},
    PI: dict.fromkeys(DRAFTS),
}
ASKS = {
    (GEMINI, "trust"): ("trust", "Do you trust the files in this folder?", "Trust folder (project)*"),
    (GEMINI, "login"): ("login", "How would you like to authenticate", "Sign in with Google*"),
    (GEMINI, "permission"): ("permission", "touch /opt/made && sleep 4", "No, suggest changes"),
    (GEMINI, "permission-write"): ("permission", "Writing to new.txt", "Allow once*"),
    (GEMINI, "question"): ("question", "Which colour shall it be?", "Blue"),
    (GEMINI, "model-menu"): ("question", "Select Model", "Manual*"),
    (OPENCODE, "permission"): ("permission", "$ touch made && sleep 4", None),
    (OPENCODE, "question"): ("question", "Which colour shall it be?", None),
    (OPENCODE, "model-menu"): ("question", "", None),
    (PI, "model-menu"): ("question", "", None),
    (PI, "login-menu"): ("question", "", None),
}


@cache
def rules(folder: str) -> Rules:
    files = [parse_runtime(text) for _, text in shipped()]
    return load(next(file for file in files if f"{file.harness}-{file.assume}" == folder))


def read(folder: str, scene: str) -> Reading:
    return rules(folder).read(recorded(folder, scene))


def each(*tables: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(folder, scene) for table in tables for folder, found in table.items() for scene in found]


@pytest.mark.parametrize("folder", [GEMINI, OPENCODE, PI])
def test_every_recording_is_expected_to_be_something(folder: str) -> None:
    expected = {*BUSY[folder], *EMPTY[folder], *DRAFTED[folder], *(scene for at, scene in ASKS if at == folder)}
    assert set(scenes(folder)) == expected


@pytest.mark.parametrize(("folder", "scene"), each(BUSY))
def test_busy(folder: str, scene: str) -> None:
    reading = read(folder, scene)
    assert (reading.state, reading.draft) == ("busy", "")


@pytest.mark.parametrize(("folder", "scene"), each(EMPTY))
def test_idle(folder: str, scene: str) -> None:
    reading = read(folder, scene)
    assert (reading.state, reading.draft) == ("idle", "")


@pytest.mark.parametrize(("folder", "scene"), [(folder, scene) for folder in DRAFTED for scene in DRAFTED[folder]])
def test_a_draft_shows_as_itself_only(folder: str, scene: str) -> None:
    text = DRAFTS.get(scene, DRAFTS["draft"])
    reading = read(folder, scene)
    assert reading.state == "idle"
    assert reading.composer is not None
    assert reading.composer.draft is not None and reading.composer.draft.strip()
    assert reading.composer.shows(text) is True
    # A placeholder counts lines or characters, and no more.
    assert reading.composer.shows(f"{text}\nmore") is False


@pytest.mark.parametrize(("folder", "scene"), list(ASKS))
def test_prompt(folder: str, scene: str) -> None:
    kind, question, choice = ASKS[folder, scene]
    reading = read(folder, scene)
    assert (reading.state, reading.prompt and reading.prompt.kind) == ("needsInput", kind)
    assert reading.prompt is not None
    assert question in reading.prompt.question
    assert not set("│╭╰") & set(reading.prompt.question)
    labels = [f"{each.label}{'*' * each.selected}" for each in reading.prompt.choices]
    assert choice in labels if choice is not None else labels == []


@pytest.mark.parametrize(("folder", "scene"), [*each(BUSY), *ASKS])
def test_a_damaged_screen_is_never_idle_and_free(folder: str, scene: str) -> None:
    """Idle with a draft is held too; what must never be is an empty composer that nothing stands against."""
    for what, screen in damaged(recorded(folder, scene)):
        if folder == PI and not any("Working..." in row.text for row in screen.rows):
            continue  # Pi has no other sign of it.
        if (folder, scene) == (OPENCODE, "model-menu") and not any(
            "Select model" in row.text and "esc" in row.text for row in screen.rows
        ):
            continue  # Its dialogs have no other sign than their first row.
        reading = rules(folder).read(screen)
        assert (reading.state, reading.draft) != ("idle", ""), what
