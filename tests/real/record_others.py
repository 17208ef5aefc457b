"""Records how Gemini CLI, OpenCode and Pi draw: `python -m tests.real.record_others [gemini|opencode|pi] [scene …]`.

As record_screens.py does, and with its stage.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.real import harness_fixture as real
from tests.real.record_screens import PROJECT, Stage, Studio

SIZE = (120, 36)
ENVELOPE = '[message m-1 from human@r to p-one@r]\n{}\n[end m-1 · answer with: rig send human@r --reply-to m-1 "…"]'
DRAFTS = {
    "draft": "a draft by a person",
    "draft-of-lines": "one\ntwo\n\nthree",
    "draft-wrapped": " ".join(["word"] * 60),
    "draft-enveloped": ENVELOPE.format("Please have a look at it, " + "and at this " * 15),
    "pasted-lines": "\n".join(f"line {number}" for number in range(14)),
    "pasted-characters": "x" * 1300,
}


def drafts(stage: Stage, folder: str) -> None:
    """Each draft, and the composer emptied after it."""
    for scene, text in DRAFTS.items():
        stage.draft(folder, scene, text)


def say(stage: Stage, text: str) -> None:
    """Paste, and press Enter only later: for 40 ms after a paste Gemini CLI takes it for a line's end."""
    stage.paste(text)
    stage.shows(text[:60])
    time.sleep(0.5)
    stage.keys("Enter")


def gemini(studio: Studio) -> None:
    """Every scene of Gemini CLI."""
    folder = f"gemini-cli-{real.GEMINI}"
    env = {**real.other_variables(studio.api), "COLORTERM": "truecolor"}

    def trusted(home: Path) -> None:
        real.seed_gemini(home, PROJECT)

    def trust(stage: Stage) -> None:
        stage.shown(folder, "trust", "Do you trust the files", seconds=60)

    def login(stage: Stage) -> None:
        stage.shown(folder, "login", "authenticate", seconds=60, quiet=1)

    def turns(stage: Stage) -> None:
        stage.shown(folder, "ready", "Type your message", seconds=60, quiet=2)
        drafts(stage, folder)
        time.sleep(1.5)
        say(stage, "hello [[delay=4]]")
        stage.shown(folder, "busy", "esc to cancel", quiet=0.5)
        say(stage, "and this after it")
        stage.shown(folder, "queued", "Queued", quiet=0)
        stage.shown(folder, "idle-after", "ECHO: and this", quiet=1.5)
        say(stage, "tell me more [[slow=60]]")
        stage.shown(folder, "streaming", "word10", quiet=0)
        stage.keys("Escape")
        stage.shown(folder, "interrupted", "Request cancelled", quiet=1)
        say(stage, "fail [[error=400]]")
        stage.shown(folder, "error", "asked-for error 400", quiet=1)

    def prompts(stage: Stage) -> None:
        stage.shows("Type your message", seconds=60)
        say(stage, "run it [[bash=touch /opt/made && sleep 4]]")
        stage.shown(folder, "permission", "Allow execution", quiet=0.6)
        stage.keys("Enter")
        time.sleep(1.5)
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        say(stage, "write it [[write=/tmp/project/new.txt]]")
        stage.shown(folder, "permission-write", "Apply this change", quiet=0.6)
        stage.keys("Escape")
        time.sleep(1.5)
        say(stage, "ask me [[ask=Which colour shall it be?|Red|Blue|Green]]")
        stage.shown(folder, "question", "Which colour", quiet=0.6)
        stage.keys("Escape")
        time.sleep(1.5)
        say(stage, "/model")
        stage.record(folder, "model-menu", 1.5)

    start = [str(real.gemini())]
    studio.play(start, trust, real.seed_gemini, SIZE, **env)
    studio.play(start, login, _without_login, SIZE, **{**env, "GEMINI_API_KEY": ""})
    studio.play(start, turns, trusted, SIZE, **env)
    studio.play(start, prompts, trusted, SIZE, **env)


def _without_login(home: Path) -> None:
    real.seed_gemini(home, PROJECT)
    (home / ".gemini" / "settings.json").unlink()


def opencode(studio: Studio) -> None:
    """Every scene of OpenCode."""
    folder = f"opencode-{real.OPENCODE}"
    env = real.other_variables(studio.api)

    def seeded(home: Path) -> None:
        real.seed_opencode(home, studio.api)

    def turns(stage: Stage) -> None:
        stage.shown(folder, "ready", "Ask anything", seconds=60, quiet=2)
        stage.paste("a draft by a person")
        stage.record(folder, "first-draft")
        stage.clear()
        stage.answered(folder, "busy", "hello [[delay=5]]", "esc interrupt", quiet=1)
        stage.say("and this after it")
        stage.record(folder, "queued", 1)
        stage.shown(folder, "idle-after", "ECHO: and this", quiet=1.5)
        drafts(stage, folder)
        stage.answered(folder, "streaming", "tell me more [[slow=60]]", "word10", quiet=0)
        stage.keys("Escape")
        stage.record(folder, "interrupting", 0.3)
        stage.keys("Escape")
        stage.record(folder, "interrupted", 2)
        stage.answered(folder, "error", "fail [[error=400]]", "asked-for error 400", quiet=1)

    def prompts(stage: Stage) -> None:
        stage.shows("Ask anything", seconds=60)
        command = {"command": "touch made && sleep 4", "description": "make it"}
        stage.answered(
            folder, "permission", f"run it [[tool=bash {json.dumps(command)}]]", "Permission required", quiet=0.6
        )
        stage.keys("Enter")
        time.sleep(1.5)
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        one = {"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cold"}
        question = {"questions": [{"question": "Which colour shall it be?", "header": "Colour", "options": one}]}
        stage.answered(
            folder, "question", f"ask me [[tool=question {json.dumps(question)}]]", "Type your own answer", quiet=0.6
        )
        stage.keys("Escape")
        time.sleep(1.5)
        stage.say("/models")
        stage.record(folder, "model-menu", 2)

    start = [str(real.opencode())]
    studio.play(start, turns, seeded, SIZE, **env)
    studio.play(start, prompts, seeded, SIZE, **env)


def pi(studio: Studio) -> None:
    """Every scene of Pi."""
    folder = f"pi-{real.PI}"
    env = real.other_variables(studio.api)

    def seeded(home: Path) -> None:
        real.seed_pi(home, studio.api)

    def turns(stage: Stage) -> None:
        stage.shown(folder, "ready", "test-model", seconds=60, quiet=2)
        drafts(stage, folder)
        time.sleep(1.5)
        stage.answered(folder, "busy", "hello [[delay=4]]", "Working", quiet=0.5)
        stage.answered(folder, "steered", "and this at once", "Steering:", quiet=0)
        stage.paste("and this after it")
        stage.keys("M-Enter")
        stage.shown(folder, "queued", "Follow-up:", quiet=0)
        stage.shown(folder, "idle-after", "ECHO: and this after", quiet=1.5)
        stage.answered(folder, "streaming", "tell me more [[slow=60]]", "word10", quiet=0)
        stage.keys("Escape")
        stage.shown(folder, "interrupted", "Operation aborted", quiet=1)
        stage.answered(folder, "error", "fail [[error=400]]", "asked-for error 400", quiet=1)
        stage.answered(folder, "tool-running", 'run it [[tool=bash {"command": "sleep 4"}]]', "Elapsed", quiet=0)
        stage.shows("TOOL:")
        time.sleep(1)
        stage.say("/model")
        stage.record(folder, "model-menu", 1.5)
        stage.keys("Escape")
        stage.say("/login")
        stage.record(folder, "login-menu", 1.5)

    def bare(stage: Stage) -> None:
        stage.shown(folder, "no-login", "No models available", seconds=60, quiet=1)

    start = [str(real.pi())]
    studio.play(start, bare, lambda home: None, SIZE, **{**env, "ANTHROPIC_API_KEY": "", "GEMINI_API_KEY": ""})
    studio.play(start, turns, seeded, SIZE, **env)


def main() -> None:
    which, *wanted = sys.argv[1:] or ["all"]
    PROJECT.mkdir()
    subprocess.run(["git", "init", "-q", str(PROJECT)], check=True)
    try:
        with real.model_api() as api:
            studio = Studio(api, wanted)
            for record in (gemini, opencode, pi):
                if which in ("all", record.__name__):
                    record(studio)
    finally:
        shutil.rmtree(PROJECT)


if __name__ == "__main__":
    main()
