"""Records how the real harnesses draw: `python -m tests.real.record_screens [claude|claude-old|codex] [scene …]`.

Each scene becomes `tests/unit/screens/HARNESS-VERSION/SCENE.screen`: a line of JSON (title, cursor, columns, bell),
then what `tmux capture-pane -p -e -N` printed. The harness runs offline in a fresh home, in `/tmp/project`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.living import until
from tests.real import harness_fixture as real

SCREENS = Path(__file__).resolve().parents[1] / "unit" / "screens"
PROJECT = Path("/tmp/project")
FORM = "#{cursor_x} #{cursor_y} #{pane_width} #{window_bell_flag} #{pane_title}"


class Stage:
    """One harness in a pane of a tmux server of its own."""

    def __init__(self, argv: list[str], env: dict[str, str], size: tuple[int, int]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="screens-"))
        (self.folder / "conf").write_text("set -g remain-on-exit on\nset -g escape-time 10\nset -g status off\n")
        self.env = env
        columns, rows = map(str, size)
        self.tmux("new-session", "-d", "-c", str(PROJECT), "-x", columns, "-y", rows, *argv)
        self.server, self.pid = map(int, self.tmux("display-message", "-p", "#{pid} #{pane_pid}").split())

    def tmux(self, *words: str, text: str | None = None) -> str:
        argv = ["tmux", "-S", str(self.folder / "s"), "-f", str(self.folder / "conf"), *words]
        done = subprocess.run(argv, env=self.env, input=text, capture_output=True, text=True, check=True, timeout=20)
        return done.stdout

    def text(self) -> str:
        return self.tmux("capture-pane", "-p")

    def shows(self, *words: str, seconds: float = 20.0) -> None:
        """Wait until all of the words are on the screen."""
        try:
            until(lambda: all(word in self.text() for word in words), f"{words}", seconds)
        except AssertionError as failure:
            raise AssertionError(f"{failure}; the screen:\n{self.text()}") from None

    def keys(self, *names: str) -> None:
        self.tmux("send-keys", *names)

    def paste(self, text: str) -> None:
        self.tmux("load-buffer", "-b", "b", "-", text=text)
        self.tmux("paste-buffer", "-p", "-r", "-d", "-b", "b")
        time.sleep(0.4)

    def clear(self) -> None:
        """Empty the composer, which must not be empty: a second C-c would end the harness."""
        self.keys("C-c")
        time.sleep(0.4)

    def say(self, text: str) -> None:
        self.paste(text)
        self.keys("Enter")

    def record(self, folder: str, scene: str, quiet: float = 0.4) -> None:
        """Write down what stands there."""
        time.sleep(quiet)
        facts, picture = self.tmux("display-message", "-p", FORM, ";", "capture-pane", "-p", "-e", "-N").split("\n", 1)
        x, y, columns, bell, title = facts.split(" ", 4)
        title = title.replace(os.uname().nodename, "host")
        head = {"title": title, "cursor": [int(x), int(y)], "columns": int(columns), "bell": bell == "1"}
        target = SCREENS / folder / f"{scene}.screen"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(head, ensure_ascii=False) + "\n" + picture.replace(os.uname().nodename, "host"))
        print(f"{folder}/{scene}")

    def shown(self, folder: str, scene: str, *words: str, quiet: float = 0.4, seconds: float = 20.0) -> None:
        """Record it once all of the words are on the screen."""
        self.shows(*words, seconds=seconds)
        self.record(folder, scene, quiet)

    def answered(self, folder: str, scene: str, text: str, word: str, quiet: float = 0.4) -> None:
        """Say something, and record what comes of it."""
        self.say(text)
        self.shown(folder, scene, word, quiet=quiet)

    def draft(self, folder: str, scene: str, text: str) -> None:
        """Record a draft, and take it back."""
        self.paste(text)
        self.record(folder, scene)
        self.clear()

    def close(self) -> None:
        for pid in (self.pid, self.server):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        shutil.rmtree(self.folder)


class Studio:
    """Starts harnesses for scenes."""

    def __init__(self, api: real.ModelApi, wanted: list[str]) -> None:
        self.api = api
        self.wanted = wanted

    def play(
        self,
        argv: list[str],
        scenes: Callable[["Stage"], None],
        seed: Callable[[Path], None],
        size: tuple[int, int] = (120, 36),
        **env: str,
    ) -> None:
        if self.wanted and scenes.__name__ not in self.wanted:
            return
        home = Path(tempfile.mkdtemp(prefix="home-", dir="/var/tmp"))
        seed(home)
        whole = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            **real.variables(self.api),
            **env,
        }
        stage = Stage(argv, {name: value for name, value in whole.items() if value}, size)
        try:
            scenes(stage)
        except AssertionError as failure:
            print(f"FAILED {scenes.__name__}: {failure}")
        finally:
            stage.close()
            shutil.rmtree(home, ignore_errors=True)


def claude(studio: Studio, version: str) -> None:
    """Every scene of one version of Claude Code."""
    folder = f"claude-{version}"
    binary = str(real.claude(version))
    old = version == real.OLDER_CLAUDE

    def trusted(home: Path) -> None:
        real.seed_claude(home, PROJECT, version=version)

    def offer(stage: Stage) -> None:
        stage.shows("❯\u00a0")
        stage.answered(folder, "auto-mode-offer", "hello", "Make auto mode your default")

    def trust(stage: Stage) -> None:
        stage.shown(folder, "trust", "trust this folder")

    def api_key(stage: Stage) -> None:
        stage.shown(folder, "api-key", "Do you want to use this API key")

    def bypass(stage: Stage) -> None:
        stage.shows("Yes, I accept")
        stage.record(folder, "bypass")

    def login(stage: Stage) -> None:
        stage.shown(folder, "not-logged-in", "❯\u00a0", quiet=1.5)
        stage.answered(folder, "login", "/login", "Esc to cancel")

    def turns(stage: Stage) -> None:
        stage.shown(folder, "ready", "❯\u00a0", "for shortcuts" if old else "effort", quiet=2)
        stage.draft(folder, "draft", "a draft by a person")
        stage.draft(folder, "draft-of-lines", "one\ntwo\nthree")
        stage.draft(folder, "pasted-lines", "\n".join(f"line {number}" for number in range(14)))
        stage.draft(folder, "pasted-characters", "x" * 1300)
        stage.draft(folder, "pasted-message", "[message m-1 from a to b]\n" + "y" * 1300 + "\n[end m-1]")
        stage.draft(folder, "draft-wrapped", " ".join(["word"] * 60))
        stage.say("hello [[delay=3]]")
        time.sleep(1.2)
        stage.record(folder, "busy", 0)
        stage.say("and this after it")
        stage.record(folder, "queued", 0.2)
        stage.shown(folder, "idle-after", "ECHO: and this", quiet=1.5)
        stage.answered(folder, "streaming", "tell me more [[slow=40]]", "word10", quiet=0)
        stage.keys("Escape")
        stage.shown(folder, "interrupted", "Interrupted", quiet=1)
        stage.say("take your time [[delay=20]]")
        time.sleep(1)
        stage.keys("Escape")
        stage.record(folder, "prompt-back", 1)
        stage.clear()
        stage.paste("/mo")
        stage.record(folder, "slash-menu", 0.6)
        stage.clear()
        stage.answered(folder, "error", "fail [[error=400]]", "asked-for error 400", quiet=1)
        stage.answered(folder, "retrying", "again [[error=401]]", "attempt", quiet=0)
        stage.keys("Escape")
        time.sleep(1)
        stage.clear()
        stage.say("hang on [[hang]]")
        time.sleep(1.2)
        os.kill(stage.pid, signal.SIGKILL)
        stage.record(folder, "killed", 1)

    def prompts(stage: Stage) -> None:
        stage.shows("❯\u00a0")
        stage.answered(
            folder, "permission-bash", "run it [[bash=touch /opt/made && sleep 4]]", "Do you want to proceed?"
        )
        stage.keys("Enter")
        time.sleep(1.5)
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        stage.answered(folder, "permission-write", "write it [[write=/tmp/project/new.txt]]", "Do you want to create")
        stage.keys("Enter")
        time.sleep(1.5)
        edit = {"file_path": "/tmp/project/new.txt", "old_string": "written", "new_string": "changed"}
        stage.answered(
            folder, "permission-edit", f"edit it [[tool=Edit {json.dumps(edit)}]]", "Do you want to make this edit"
        )
        stage.keys("Escape")
        time.sleep(1.5)
        stage.answered(
            folder, "question", "ask me [[ask=Which colour shall it be?|Red|Blue|Green]]", "Which colour", quiet=1
        )
        stage.keys("Down", "Enter")
        stage.shown(folder, "question-answered", "Blue", quiet=1.5)
        many = {
            "questions": [
                {"question": "Which fruits?", "header": "Fruits", "multiSelect": True,
                 "options": [{"label": "Apple", "description": "red"}, {"label": "Pear", "description": "green"}]},
                {"question": "How many?", "header": "Count", "multiSelect": False,
                 "options": [{"label": "One", "description": "1"}, {"label": "Two", "description": "2"}]},
            ]
        }  # fmt: skip
        stage.answered(
            folder, "questions", f"ask more [[tool=AskUserQuestion {json.dumps(many)}]]", "Which fruits?", quiet=1
        )
        stage.keys("Escape")
        time.sleep(1.5)
        stage.say("/model")
        stage.record(folder, "model-menu", 1.5)
        stage.keys("Escape")
        time.sleep(1)
        stage.say("/exit")
        stage.record(folder, "exited", 2)

    def narrow(stage: Stage) -> None:
        stage.shown(folder, "narrow-ready", "❯\u00a0", quiet=1)
        stage.answered(
            folder,
            "narrow-permission",
            "run it [[bash=touch /opt/made " + " ".join(f"--option-{n}" for n in range(20)) + "]]",
            "Do you want to proceed?",
        )

    def classic(stage: Stage) -> None:
        stage.shown(folder, "classic-ready", "❯\u00a0", quiet=1)
        stage.say("hello [[delay=3]]")
        time.sleep(1.2)
        stage.record(folder, "classic-busy", 0)

    asking = [binary, "--permission-mode", "default" if old else "manual"]
    named = [*asking, "--name", "lead-dev"] if not old else asking

    def bare(home: Path) -> None:
        trusted(home)
        (home / ".claude" / "settings.json").unlink()

    if not old:
        studio.play([binary], offer, trusted)
    studio.play([binary], trust, lambda home: real.seed_claude(home, version=version))
    studio.play([binary], api_key, lambda home: real.seed_claude(home, PROJECT, version=version, key=False))
    studio.play([binary, "--dangerously-skip-permissions"], bypass, bare, IS_SANDBOX="1")
    studio.play(asking, login, bare, ANTHROPIC_API_KEY="")
    studio.play(asking, turns, bare)
    studio.play(asking, prompts, bare)
    studio.play(named, narrow, bare, (80, 24))
    studio.play(named, classic, bare, (100, 30), CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN="1")


def codex(studio: Studio, version: str) -> None:
    """Every scene of Codex."""
    folder = f"codex-{version}"
    binary = str(real.codex(version))

    def trusted(home: Path) -> None:
        real.seed_codex(home, studio.api, PROJECT)

    def untrusted(home: Path) -> None:
        real.seed_codex(home, studio.api)

    def trust(stage: Stage) -> None:
        stage.shown(folder, "trust", "Trust this folder")

    def login(stage: Stage) -> None:
        stage.shown(folder, "login", "Sign in", quiet=1)
        stage.keys("3")
        stage.record(folder, "login-other", 1)
        stage.keys("Enter")
        stage.record(folder, "api-key", 1)

    def update(stage: Stage) -> None:
        stage.shown(folder, "update", "Update available", quiet=1)

    def update_told(stage: Stage) -> None:
        stage.shown(folder, "update-told", "Update available", quiet=1)

    def newer(home: Path) -> None:
        trusted(home)
        config = home / ".codex" / "config.toml"
        config.write_text(config.read_text().replace("check_for_update_on_startup = false", ""))
        seen = {"latest_version": "999.0.0", "last_checked_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        (home / ".codex" / "version.json").write_text(json.dumps(seen))

    def hook_review(stage: Stage) -> None:
        stage.shown(folder, "hook-review", "Hooks need review")

    def turns(stage: Stage) -> None:
        stage.shown(folder, "ready", "Ask Codex", quiet=2)
        stage.draft(folder, "draft", "a draft by a person")
        stage.draft(folder, "draft-of-lines", "one\ntwo\nthree")
        stage.draft(folder, "pasted-characters", "x" * 1300)
        stage.draft(folder, "draft-wrapped", " ".join(["word"] * 60))
        stage.draft(folder, "draft-of-many-lines", "\n".join(f"line {number}" for number in range(40)))
        time.sleep(0.5)
        stage.say("hello [[delay=4]]")
        time.sleep(1.2)
        stage.record(folder, "busy", 0)
        stage.paste("and this after it")
        stage.record(folder, "draft-while-busy", 0)
        stage.keys("Tab")
        stage.record(folder, "queued", 0.3)
        stage.shown(folder, "idle-after", "ECHO: and this", quiet=1.5)
        stage.answered(folder, "streaming", "tell me more [[slow=40]]", "word10", quiet=0)
        stage.keys("Escape")
        stage.shown(folder, "interrupted", "interrupted", quiet=1)
        stage.paste("/mo")
        stage.record(folder, "slash-menu", 0.6)
        stage.keys("Escape")
        stage.keys("C-c")
        stage.answered(folder, "error", "fail [[error=400]]", "asked-for error 400", quiet=1)
        stage.say("run it [[bash=sleep 6]]")
        time.sleep(1.5)
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        stage.say("hang on [[hang]]")
        time.sleep(1.2)
        os.kill(stage.pid, signal.SIGKILL)
        stage.record(folder, "killed", 1)

    def prompts(stage: Stage) -> None:
        stage.shows("Ask Codex")
        stage.answered(folder, "permission", "run it [[bash=touch /opt/made]] [[escalate]]", "Would you like to run")
        stage.keys("Escape")
        time.sleep(1.5)
        stage.record(folder, "permission-refused")
        stage.say("/plan")
        time.sleep(1)
        stage.record(folder, "plan-mode")
        stage.answered(
            folder, "question", "ask me [[ask=Which colour shall it be?|Red|Blue|Green]]", "Which colour", quiet=1
        )
        stage.keys("Escape")
        time.sleep(1)
        stage.say("/model")
        stage.record(folder, "model-menu", 1.5)
        stage.keys("Escape")
        stage.keys("Escape")
        time.sleep(0.5)
        stage.say("/exit")
        stage.record(folder, "exited", 2)

    def narrow(stage: Stage) -> None:
        stage.shown(folder, "narrow-ready", "Ask Codex", quiet=1)
        stage.answered(
            folder,
            "narrow-permission",
            "run it [[bash=touch /opt/made " + " ".join(f"--option-{n}" for n in range(20)) + "]] [[escalate]]",
            "Would you like to run",
        )

    def not_alternate(stage: Stage) -> None:
        stage.shows("Ask Codex")
        stage.say("hello [[delay=3]]")
        time.sleep(1.2)
        stage.record(folder, "inline-busy", 0)
        stage.shown(folder, "inline-idle", "ECHO: hello", quiet=1)

    def tall(stage: Stage) -> None:
        stage.shows("Ask Codex")
        stage.draft(folder, "draft-that-fills", "\n".join(f"line {number}" for number in range(21)))
        stage.paste("\n".join(f"line {number}" for number in range(40)).ljust(1001))
        stage.record(folder, "pasted-folded")

    def hooked(home: Path) -> None:
        trusted(home)
        hook = {"hooks": [{"type": "command", "command": "true"}]}
        (home / ".codex" / "hooks.json").write_text(json.dumps({"hooks": {"Stop": [hook]}}))

    start = [binary, "--no-daemon"]
    studio.play(start, trust, untrusted)
    studio.play(start, login, lambda home: (home / ".codex").mkdir())
    studio.play(start, update, newer, CODEX_MANAGED_BY_NPM="1")
    studio.play(start, update_told, newer)
    studio.play(start, hook_review, hooked)
    studio.play(start, turns, trusted)
    studio.play(start, tall, trusted)
    studio.play(start, prompts, trusted)
    studio.play(start, narrow, trusted, (80, 24))
    studio.play([*start, "--no-alt-screen"], not_alternate, trusted, (100, 30))


def main() -> None:
    which, *wanted = sys.argv[1:] or ["all"]
    PROJECT.mkdir()
    subprocess.run(["git", "init", "-q", str(PROJECT)], check=True)
    try:
        with real.model_api() as api:
            studio = Studio(api, wanted)
            if which in ("all", "claude"):
                claude(studio, real.CLAUDE)
            if which in ("all", "claude-old"):
                claude(studio, real.OLDER_CLAUDE)
            if which in ("all", "codex"):
                codex(studio, real.CODEX)
    finally:
        shutil.rmtree(PROJECT)


if __name__ == "__main__":
    main()
