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
        stage.paste(text)
        stage.record(folder, scene)
        stage.clear()


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
        stage.shows("Do you trust the files", seconds=60)
        stage.record(folder, "trust")

    def login(stage: Stage) -> None:
        stage.shows("authenticate", seconds=60)
        stage.record(folder, "login", 1)

    def turns(stage: Stage) -> None:
        stage.shows("Type your message", seconds=60)
        stage.record(folder, "ready", 2)
        drafts(stage, folder)
        time.sleep(1.5)
        say(stage, "hello [[delay=4]]")
        stage.shows("esc to cancel")
        stage.record(folder, "busy", 0.5)
        say(stage, "and this after it")
        stage.shows("Queued")
        stage.record(folder, "queued", 0)
        stage.shows("ECHO: and this")
        stage.record(folder, "idle-after", 1.5)
        say(stage, "tell me more [[slow=60]]")
        stage.shows("word10")
        stage.record(folder, "streaming", 0)
        stage.keys("Escape")
        stage.shows("Request cancelled")
        stage.record(folder, "interrupted", 1)
        say(stage, "fail [[error=400]]")
        stage.shows("asked-for error 400")
        stage.record(folder, "error", 1)

    def prompts(stage: Stage) -> None:
        stage.shows("Type your message", seconds=60)
        say(stage, "run it [[bash=touch /opt/made && sleep 4]]")
        stage.shows("Allow execution")
        stage.record(folder, "permission", 0.6)
        stage.keys("Enter")
        time.sleep(1.5)
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        say(stage, "write it [[write=/tmp/project/new.txt]]")
        stage.shows("Apply this change")
        stage.record(folder, "permission-write", 0.6)
        stage.keys("Escape")
        time.sleep(1.5)
        say(stage, "ask me [[ask=Which colour shall it be?|Red|Blue|Green]]")
        stage.shows("Which colour")
        stage.record(folder, "question", 0.6)
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
        stage.shows("Ask anything", seconds=60)
        stage.record(folder, "ready", 2)
        stage.paste("a draft by a person")
        stage.record(folder, "first-draft")
        stage.clear()
        stage.say("hello [[delay=5]]")
        stage.shows("esc interrupt")
        stage.record(folder, "busy", 1)
        stage.say("and this after it")
        stage.record(folder, "queued", 1)
        stage.shows("ECHO: and this")
        stage.record(folder, "idle-after", 1.5)
        drafts(stage, folder)
        stage.say("tell me more [[slow=60]]")
        stage.shows("word10")
        stage.record(folder, "streaming", 0)
        stage.keys("Escape")
        stage.record(folder, "interrupting", 0.3)
        stage.keys("Escape")
        stage.record(folder, "interrupted", 2)
        stage.say("fail [[error=400]]")
        stage.shows("asked-for error 400")
        stage.record(folder, "error", 1)

    def prompts(stage: Stage) -> None:
        stage.shows("Ask anything", seconds=60)
        command = {"command": "touch made && sleep 4", "description": "make it"}
        stage.say(f"run it [[tool=bash {json.dumps(command)}]]")
        stage.shows("Permission required")
        stage.record(folder, "permission", 0.6)
        stage.keys("Enter")
        time.sleep(1.5)
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        one = {"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cold"}
        question = {"questions": [{"question": "Which colour shall it be?", "header": "Colour", "options": one}]}
        stage.say(f"ask me [[tool=question {json.dumps(question)}]]")
        stage.shows("Type your own answer")
        stage.record(folder, "question", 0.6)
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
        stage.shows("test-model", seconds=60)
        stage.record(folder, "ready", 2)
        drafts(stage, folder)
        time.sleep(1.5)
        stage.say("hello [[delay=4]]")
        stage.shows("Working")
        stage.record(folder, "busy", 0.5)
        stage.say("and this at once")
        stage.shows("Steering:")
        stage.record(folder, "steered", 0)
        stage.paste("and this after it")
        stage.keys("M-Enter")
        stage.shows("Follow-up:")
        stage.record(folder, "queued", 0)
        stage.shows("ECHO: and this after")
        stage.record(folder, "idle-after", 1.5)
        stage.say("tell me more [[slow=60]]")
        stage.shows("word10")
        stage.record(folder, "streaming", 0)
        stage.keys("Escape")
        stage.shows("Operation aborted")
        stage.record(folder, "interrupted", 1)
        stage.say("fail [[error=400]]")
        stage.shows("asked-for error 400")
        stage.record(folder, "error", 1)
        stage.say('run it [[tool=bash {"command": "sleep 4"}]]')
        stage.shows("Elapsed")
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        time.sleep(1)
        stage.say("/model")
        stage.record(folder, "model-menu", 1.5)
        stage.keys("Escape")
        stage.say("/login")
        stage.record(folder, "login-menu", 1.5)

    def bare(stage: Stage) -> None:
        stage.shows("No models available", seconds=60)
        stage.record(folder, "no-login", 1)

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
