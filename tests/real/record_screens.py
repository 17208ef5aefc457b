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
        stage.say("hello")
        stage.shows("Make auto mode your default")
        stage.record(folder, "auto-mode-offer")

    def trust(stage: Stage) -> None:
        stage.shows("trust this folder")
        stage.record(folder, "trust")

    def api_key(stage: Stage) -> None:
        stage.shows("Do you want to use this API key")
        stage.record(folder, "api-key")

    def bypass(stage: Stage) -> None:
        stage.shows("Yes, I accept")
        stage.record(folder, "bypass")

    def login(stage: Stage) -> None:
        stage.shows("❯\u00a0")
        stage.record(folder, "not-logged-in", 1.5)
        stage.say("/login")
        stage.shows("Esc to cancel")
        stage.record(folder, "login")

    def turns(stage: Stage) -> None:
        stage.shows("❯\u00a0", "for shortcuts" if old else "effort")
        stage.record(folder, "ready", 2)
        stage.paste("a draft by a person")
        stage.record(folder, "draft")
        stage.clear()
        stage.paste("one\ntwo\nthree")
        stage.record(folder, "draft-of-lines")
        stage.clear()
        stage.paste("\n".join(f"line {number}" for number in range(14)))
        stage.record(folder, "pasted-lines")
        stage.clear()
        stage.paste("x" * 1300)
        stage.record(folder, "pasted-characters")
        stage.clear()
        stage.paste("[message m-1 from a to b]\n" + "y" * 1300 + "\n[end m-1]")
        stage.record(folder, "pasted-message")
        stage.clear()
        stage.paste(" ".join(["word"] * 60))
        stage.record(folder, "draft-wrapped")
        stage.clear()
        stage.say("hello [[delay=3]]")
        time.sleep(1.2)
        stage.record(folder, "busy", 0)
        stage.say("and this after it")
        stage.record(folder, "queued", 0.2)
        stage.shows("ECHO: and this")
        stage.record(folder, "idle-after", 1.5)
        stage.say("tell me more [[slow=40]]")
        stage.shows("word10")
        stage.record(folder, "streaming", 0)
        stage.keys("Escape")
        stage.shows("Interrupted")
        stage.record(folder, "interrupted", 1)
        stage.say("take your time [[delay=20]]")
        time.sleep(1)
        stage.keys("Escape")
        stage.record(folder, "prompt-back", 1)
        stage.clear()
        stage.paste("/mo")
        stage.record(folder, "slash-menu", 0.6)
        stage.clear()
        stage.say("fail [[error=400]]")
        stage.shows("asked-for error 400")
        stage.record(folder, "error", 1)
        stage.say("again [[error=401]]")
        stage.shows("attempt")
        stage.record(folder, "retrying", 0)
        stage.keys("Escape")
        time.sleep(1)
        stage.clear()
        stage.say("hang on [[hang]]")
        time.sleep(1.2)
        os.kill(stage.pid, signal.SIGKILL)
        stage.record(folder, "killed", 1)

    def prompts(stage: Stage) -> None:
        stage.shows("❯\u00a0")
        stage.say("run it [[bash=touch /opt/made && sleep 4]]")
        stage.shows("Do you want to proceed?")
        stage.record(folder, "permission-bash")
        stage.keys("Enter")
        time.sleep(1.5)
        stage.record(folder, "tool-running", 0)
        stage.shows("TOOL:")
        stage.say("write it [[write=/tmp/project/new.txt]]")
        stage.shows("Do you want to create")
        stage.record(folder, "permission-write")
        stage.keys("Enter")
        time.sleep(1.5)
        edit = {"file_path": "/tmp/project/new.txt", "old_string": "written", "new_string": "changed"}
        stage.say(f"edit it [[tool=Edit {json.dumps(edit)}]]")
        stage.shows("Do you want to make this edit")
        stage.record(folder, "permission-edit")
        stage.keys("Escape")
        time.sleep(1.5)
        stage.say("ask me [[ask=Which colour shall it be?|Red|Blue|Green]]")
        stage.shows("Which colour")
        stage.record(folder, "question", 1)
        stage.keys("Down", "Enter")
        stage.shows("Blue")
        stage.record(folder, "question-answered", 1.5)
        many = {
            "questions": [
                {"question": "Which fruits?", "header": "Fruits", "multiSelect": True,
                 "options": [{"label": "Apple", "description": "red"}, {"label": "Pear", "description": "green"}]},
                {"question": "How many?", "header": "Count", "multiSelect": False,
                 "options": [{"label": "One", "description": "1"}, {"label": "Two", "description": "2"}]},
            ]
        }  # fmt: skip
        stage.say(f"ask more [[tool=AskUserQuestion {json.dumps(many)}]]")
        stage.shows("Which fruits?")
        stage.record(folder, "questions", 1)
        stage.keys("Escape")
        time.sleep(1.5)
        stage.say("/model")
        stage.record(folder, "model-menu", 1.5)
        stage.keys("Escape")
        time.sleep(1)
        stage.say("/exit")
        stage.record(folder, "exited", 2)

    def narrow(stage: Stage) -> None:
        stage.shows("❯\u00a0")
        stage.record(folder, "narrow-ready", 1)
        stage.say("run it [[bash=touch /opt/made " + " ".join(f"--option-{n}" for n in range(20)) + "]]")
        stage.shows("Do you want to proceed?")
        stage.record(folder, "narrow-permission")

    def classic(stage: Stage) -> None:
        stage.shows("❯\u00a0")
        stage.record(folder, "classic-ready", 1)
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
        stage.shows("Trust this folder")
        stage.record(folder, "trust")

    def login(stage: Stage) -> None:
        stage.shows("Sign in")
        stage.record(folder, "login", 1)
        stage.keys("3")
        stage.record(folder, "login-other", 1)
        stage.keys("Enter")
        stage.record(folder, "api-key", 1)

    def update(stage: Stage) -> None:
        stage.shows("Update available")
        stage.record(folder, "update", 1)

    def update_told(stage: Stage) -> None:
        stage.shows("Update available")
        stage.record(folder, "update-told", 1)

    def newer(home: Path) -> None:
        trusted(home)
        config = home / ".codex" / "config.toml"
        config.write_text(config.read_text().replace("check_for_update_on_startup = false", ""))
        seen = {"latest_version": "999.0.0", "last_checked_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        (home / ".codex" / "version.json").write_text(json.dumps(seen))

    def hook_review(stage: Stage) -> None:
        stage.shows("Hooks need review")
        stage.record(folder, "hook-review")

    def turns(stage: Stage) -> None:
        stage.shows("Ask Codex")
        stage.record(folder, "ready", 2)
        stage.paste("a draft by a person")
        stage.record(folder, "draft")
        stage.keys("C-c")
        stage.paste("one\ntwo\nthree")
        stage.record(folder, "draft-of-lines")
        stage.keys("C-c")
        stage.paste("x" * 1300)
        stage.record(folder, "pasted-characters")
        stage.keys("C-c")
        stage.paste(" ".join(["word"] * 60))
        stage.record(folder, "draft-wrapped")
        stage.keys("C-c")
        stage.paste("\n".join(f"line {number}" for number in range(40)))
        stage.record(folder, "draft-of-many-lines")
        stage.keys("C-c")
        time.sleep(0.5)
        stage.say("hello [[delay=4]]")
        time.sleep(1.2)
        stage.record(folder, "busy", 0)
        stage.paste("and this after it")
        stage.record(folder, "draft-while-busy", 0)
        stage.keys("Tab")
        stage.record(folder, "queued", 0.3)
        stage.shows("ECHO: and this")
        stage.record(folder, "idle-after", 1.5)
        stage.say("tell me more [[slow=40]]")
        stage.shows("word10")
        stage.record(folder, "streaming", 0)
        stage.keys("Escape")
        stage.shows("interrupted")
        stage.record(folder, "interrupted", 1)
        stage.paste("/mo")
        stage.record(folder, "slash-menu", 0.6)
        stage.keys("Escape")
        stage.keys("C-c")
        stage.say("fail [[error=400]]")
        stage.shows("asked-for error 400")
        stage.record(folder, "error", 1)
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
        stage.say("run it [[bash=touch /opt/made]] [[escalate]]")
        stage.shows("Would you like to run")
        stage.record(folder, "permission")
        stage.keys("Escape")
        time.sleep(1.5)
        stage.record(folder, "permission-refused")
        stage.say("/plan")
        time.sleep(1)
        stage.record(folder, "plan-mode")
        stage.say("ask me [[ask=Which colour shall it be?|Red|Blue|Green]]")
        stage.shows("Which colour")
        stage.record(folder, "question", 1)
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
        stage.shows("Ask Codex")
        stage.record(folder, "narrow-ready", 1)
        stage.say("run it [[bash=touch /opt/made " + " ".join(f"--option-{n}" for n in range(20)) + "]] [[escalate]]")
        stage.shows("Would you like to run")
        stage.record(folder, "narrow-permission")

    def not_alternate(stage: Stage) -> None:
        stage.shows("Ask Codex")
        stage.say("hello [[delay=3]]")
        time.sleep(1.2)
        stage.record(folder, "inline-busy", 0)
        stage.shows("ECHO: hello")
        stage.record(folder, "inline-idle", 1)

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
