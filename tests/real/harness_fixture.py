"""Real Claude Code and Codex: pinned packages from npm, kept in `.cache/harnesses`, and homes that know our model API.

Without them a test is skipped, loudly; with `CI=true` it fails. Nothing of the tester's own harness or home is used.
"""

import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.living import PATIENCE, Living, living, rig_of, until

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "harnesses"
CLAUDE, OLDER_CLAUDE, CODEX = "2.1.330", "2.1.197", "0.169.0"
GEMINI, OPENCODE, PI = "0.61.0", "1.18.33", "0.73.1"
KEY = "sk-ant-api03-only-for-tests-0123456789abcdefghij"
INSTALLING = 300.0
MACHINES = {"x86_64": ("x64", "x86_64"), "aarch64": ("arm64", "aarch64")}


def missing(why: str) -> NoReturn:
    """There is no real harness here."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"the real harnesses can't be had, and in CI they must be: {why}")
    pytest.skip(f"NOT TESTED with the real harness: {why}")


def claude(version: str = CLAUDE) -> Path:
    """Claude Code's own binary."""
    machine = _machine()[0]
    package = f"@anthropic-ai/claude-code-linux-{machine}"
    return _installed(f"claude-{version}", f"{package}@{version}", Path(package) / "claude")


def codex(version: str = CODEX) -> Path:
    """Codex's own binary."""
    machine, triple = _machine()
    package = f"@openai/codex-linux-{machine}"
    binary = Path(package) / "vendor" / f"{triple}-unknown-linux-musl" / "bin" / "codex"
    return _installed(f"codex-{version}", f"{package}@npm:@openai/codex@{version}-linux-{machine}", binary)


def gemini() -> Path:
    """Gemini CLI, a program for Node.js."""
    return _installed(f"gemini-{GEMINI}", f"@google/gemini-cli@{GEMINI}", Path(".bin") / "gemini")


def opencode() -> Path:
    """OpenCode's own binary."""
    package = f"opencode-linux-{_machine()[0]}"
    return _installed(f"opencode-{OPENCODE}", f"{package}@{OPENCODE}", Path(package) / "bin" / "opencode")


def pi() -> Path:
    """Pi, a program for Node.js."""
    return _installed(f"pi-{PI}", f"@mariozechner/pi-coding-agent@{PI}", Path(".bin") / "pi")


def _machine() -> tuple[str, str]:
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        missing(f"there is no pinned package for {sys.platform} on {platform.machine()}")
    return MACHINES[platform.machine()]


def _installed(name: str, package: str, binary: Path) -> Path:
    """The binary of a pinned package, installed once."""
    kept = CACHE / name / "node_modules" / binary
    if kept.is_file():
        return kept
    npm = shutil.which("npm")
    if npm is None:
        missing("npm is not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=CACHE))
    try:
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(building), package],
            cwd=building,
            capture_output=True,
            text=True,
            timeout=INSTALLING,
        )
        if done.returncode != 0 or not (building / "node_modules" / binary).is_file():
            missing(f"npm could not install {package}: {done.stderr.strip()[-400:]}")
        try:
            building.rename(CACHE / name)
        except OSError:
            # Another worker was faster; an empty or broken one would be our own doing.
            if not kept.is_file():
                raise
    except subprocess.TimeoutExpired:
        missing(f"npm did not install {package} in {INSTALLING:g} s")
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return kept


@dataclass
class ModelApi:
    """A running model API (tests/fakes/model_api.py), a process of its own."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def requests(self, api: str, *, side: bool = False, text: str = "") -> list[dict[str, Any]]:
        """What was asked so far in this protocol, by the agent or on the side; with `text` anywhere in it."""
        query = urllib.parse.urlencode({"with": text})
        with urllib.request.urlopen(f"{self.url}/requests?{query}", timeout=20) as answer:
            found = json.load(answer)
        return [entry for entry in found if entry["api"] == api and entry["side"] is side]

    def release(self, name: str) -> None:
        """Let answers go on that wait for `[[hold=NAME]]`."""
        body = json.dumps({"name": name}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/release", body), timeout=10).close()

    def texts(self, api: str) -> list[str]:
        """What people said to the agents, turn by turn."""
        return [entry["text"] for entry in self.requests(api) if entry["output"] is None]


@contextmanager
def model_api() -> Iterator[ModelApi]:
    """A model API that ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.model_api"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield ModelApi(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def seed_claude(home: Path, *projects: Path, version: str = CLAUDE, key: bool = True, mode: str | None = None) -> None:
    """A home in which Claude Code was set up before. `projects` are trusted; `key`: ours was approved.

    mode: its permission mode, by default the one that asks.
    """
    known: dict[str, Any] = {
        "hasCompletedOnboarding": True,
        "lastOnboardingVersion": version,
        "theme": "dark",
        "projects": {
            str(project): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
            for project in projects
        },
    }
    if key:
        known["customApiKeyResponses"] = {"approved": [KEY[-20:]], "rejected": []}
    (home / ".claude.json").write_text(json.dumps(known), "utf-8")
    (home / ".claude").mkdir(exist_ok=True)
    asks = "default" if version == OLDER_CLAUDE else "manual"
    settings = {"permissions": {"defaultMode": mode or asks}}
    (home / ".claude" / "settings.json").write_text(json.dumps(settings), "utf-8")


def seed_codex(home: Path, api: ModelApi, *projects: Path, more: str = "") -> None:
    """A home in which Codex was set up before, with our model API as its provider. `projects` are trusted."""
    text = f"""model = "test-model"
model_provider = "loopback"
check_for_update_on_startup = false
{more}
[model_providers.loopback]
name = "loopback"
base_url = "{api.url}/v1"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
"""
    text += "".join(f'\n[projects."{project}"]\ntrust_level = "trusted"\n' for project in projects)
    (home / ".codex").mkdir(exist_ok=True)
    (home / ".codex" / "config.toml").write_text(text, "utf-8")


def seed_gemini(home: Path, *projects: Path) -> None:
    """A home in which Gemini CLI was set up before, for a key of its environment."""
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "privacy": {"usageStatisticsEnabled": False},
        "model": {"name": "gemini-2.5-flash"},
    }
    (home / ".gemini").mkdir(exist_ok=True)
    (home / ".gemini" / "settings.json").write_text(json.dumps(settings), "utf-8")
    trusted = {str(project): "TRUST_FOLDER" for project in projects}
    (home / ".gemini" / "trustedFolders.json").write_text(json.dumps(trusted), "utf-8")


def seed_opencode(home: Path, api: ModelApi) -> None:
    """A home in which OpenCode was set up before, with our model API as a provider; it asks before commands."""
    model = {"name": "Test", "tool_call": True, "limit": {"context": 200000, "output": 8000}}
    options = {"baseURL": f"{api.url}/v1", "apiKey": KEY}
    config = {
        "autoupdate": False,
        "share": "disabled",
        "model": "anthropic/test-model",
        "small_model": "anthropic/test-model",
        "provider": {"anthropic": {"options": options, "models": {"test-model": model}}},
        "permission": {"bash": "ask"},
    }
    folder = home / ".config" / "opencode"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "opencode.json").write_text(json.dumps(config), "utf-8")


def seed_pi(home: Path, api: ModelApi) -> None:
    """A home in which Pi was set up before, with our model API as a provider."""
    provider = {"baseUrl": api.url, "api": "anthropic-messages", "apiKey": KEY, "models": [{"id": "test-model"}]}
    folder = home / ".pi" / "agent"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models.json").write_text(json.dumps({"providers": {"loopback": provider}}), "utf-8")
    settings = {"defaultProvider": "loopback", "defaultModel": "test-model"}
    (folder / "settings.json").write_text(json.dumps(settings), "utf-8")


def other_variables(api: ModelApi) -> dict[str, str]:
    """What these need in their environment to stay on this machine."""
    return {
        "GEMINI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": api.url,
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "PI_OFFLINE": "1",
    }


def variables(api: ModelApi) -> dict[str, str]:
    """What both need in their environment to stay on this machine."""
    return {
        "ANTHROPIC_BASE_URL": api.url,
        "ANTHROPIC_API_KEY": KEY,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, with its content: for comparing before and after."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


AGENT = """name: {name}
version: "1.0"
profiles: {{default: {{}}}}
"""


@contextmanager
def house(api: ModelApi, *binaries: Path, trusted: bool = True, **more: str) -> Iterator[Living]:
    """A daemon whose panes find these binaries on a login shell's PATH, in a home in which both were set up.

    trusted: the working folder, in Claude Code's and Codex's own config. more: further variables of the login shell.
    """
    with living() as home:
        user, programs = home.folder / "user", home.folder / "programs"
        programs.mkdir()
        for binary in binaries:
            (programs / binary.name).symlink_to(binary)
        path = f"{programs}:/usr/local/bin:/usr/bin:/bin"
        lines = {**variables(api), **more, "PATH": path}
        profile = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in lines.items())
        (user / ".profile").write_text(profile, "utf-8")
        projects = (home.work,) if trusted else ()
        seed_claude(user, *projects)
        (user / ".claude" / "settings.json").unlink()
        seed_codex(user, api, *projects)
        home.start(PATH=f"{path}:{os.environ['PATH']}")
        yield home


def rig(home: Living, name: str, *members: str) -> dict[str, Any]:
    """Bring a rig up; what `rig/up` answers. Each member: `ID RUNTIME`, and further keys after that."""
    home.write("agents/plain/agent.yaml", AGENT.format(name="plain"))
    rows = []
    for member in members:
        identity, runtime, *more = member.split(" ", 2)
        keys = f"{{id: {identity}, runtime: {runtime}, agent_ref: 'local:agents/plain', profile: default, cwd: ."
        rows.append(f"{keys}{''.join(f', {key}' for key in more)}}}")
    path = home.write("rig.yaml", rig_of(name, *rows))
    found: dict[str, Any] = home.ask("rig/up", {"path": path})
    return found


# One agent, watched from outside as any client would.


def let_ask(home: Living, *commands: str) -> None:
    """The person's own settings for Claude Code: to ask before these commands, whatever its mode."""
    settings = {"permissions": {"ask": [f"Bash({command}:*)" for command in commands]}}
    (home.folder / "user" / ".claude" / "settings.json").write_text(json.dumps(settings), "utf-8")


def agent(home: Living, address: str) -> dict[str, Any]:
    """The agent now."""
    found: dict[str, Any] = home.ask("agent/get", {"agent": address})["agent"]
    return found


def message(home: Living, identity: str) -> dict[str, Any]:
    """A message with its receipt."""
    found: dict[str, Any] = home.ask("message/get", {"id": identity})["message"]
    return found


def send(home: Living, address: str, text: str, **more: Any) -> dict[str, Any]:
    """Send, and wait until the harness took it."""
    asked = {"to": address, "text": text, "wait": "submitted", "timeoutSeconds": 15, **more}
    (found,) = home.ask("message/send", asked)["messages"]
    assert found["state"] == "submitted", (found, screen(home, address))
    whole: dict[str, Any] = found
    return whole


def until_message(home: Living, sent: dict[str, Any], state: str) -> dict[str, Any]:
    """Wait for a receipt's state; the message then."""

    def there() -> dict[str, Any] | None:
        found = message(home, sent["id"])
        return found if found["state"] == state else None

    try:
        found: dict[str, Any] = until(there, state)
    except AssertionError as failure:
        pytest.fail(f"{failure}; {message(home, sent['id'])}\n{agent(home, sent['to'])}\n{screen(home, sent['to'])}")
    return found


def screen(home: Living, address: str) -> str:
    """What the pane shows."""
    return str(home.ask("agent/capture", {"agent": address})["text"])


def until_screen(home: Living, address: str, text: str, seconds: float = PATIENCE) -> None:
    """Wait until the pane shows a text."""
    _until(home, address, lambda: text in screen(home, address), f"{text!r} on the screen", seconds)


def until_state(home: Living, address: str, state: str) -> dict[str, Any]:
    """Wait for a state; the agent then."""
    _until(home, address, lambda: agent(home, address)["state"] == state, state)
    return agent(home, address)


def until_turned(home: Living, address: str) -> dict[str, Any]:
    """Wait until the last turn is over, and was seen to begin; the agent then."""

    def over() -> bool:
        last = states(home, address)[-2:]
        # That it began may have been seen on the screen first.
        return [state for state, _ in last] == ["busy", "idle"] and last[1][1] in ("hook", "file")

    _until(home, address, over, "busy, then idle, by its own word")
    return agent(home, address)


def until_used(home: Living, address: str, tokens: int) -> dict[str, Any]:
    """Wait until so much of its context is used; how full it is then."""

    def there() -> bool:
        return (agent(home, address).get("context") or {}).get("usedTokens") == tokens

    _until(home, address, there, f"{tokens} tokens")
    found: dict[str, Any] = agent(home, address)["context"]
    return found


def settled(home: Living, address: str) -> None:
    """Wait until it is idle for the first time, and an offer that comes with a first start is gone."""

    def there() -> bool:
        found = agent(home, address)
        prompt = found.get("prompt")
        if prompt is not None and "auto mode" in prompt["question"].lower():
            choose(home, address, prompt, 1)  # "No, keep manual mode"; 2.1.330 offers it when it likes.
        return bool(agent(home, address)["state"] == "idle")

    _until(home, address, there, "idle")


def until_prompt(home: Living, address: str, by: str | None = None) -> dict[str, Any]:
    """Wait until it asks a person; what. by: told by its hook, or seen on the screen."""

    def there() -> bool:
        open_prompt = agent(home, address).get("prompt")
        return open_prompt is not None and by in (None, open_prompt["by"])

    _until(home, address, there, "a prompt")
    found: dict[str, Any] = agent(home, address)["prompt"]
    return found


def choose(home: Living, address: str, prompt: dict[str, Any], number: int) -> None:
    """Answer in the pane, as a person does: to the choice, and Enter. A key that comes too soon is lost on a dialog
    that has only just opened, so it is looked what became of each."""
    labels = [choice["label"] for choice in prompt["choices"]]

    def over() -> bool:
        if (agent(home, address).get("prompt") or {}).get("id") != prompt["id"]:
            return True
        drawn = [
            re.search(rf"(?m)^\s*([❯›>]?) *(?:\d+\. )?{re.escape(label)}", screen(home, address)) for label in labels
        ]
        selected = [place for place, row in enumerate(drawn) if row is not None and row[1]]
        if len(selected) == 1:
            key = "Enter" if selected == [number] else "Down" if selected[0] < number else "Up"
            home.ask("agent/keys", {"agent": address, "keys": [key]})
            time.sleep(0.4)  # What a key does is drawn within that; another one is only for a lost one.
        return False

    _until(home, address, over, f"{labels[number]!r} is taken")


def _until(home: Living, address: str, holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    try:
        until(holds, what, seconds)
    except AssertionError as failure:
        pytest.fail(f"{failure}; {agent(home, address)}\n{screen(home, address)}\n{home.logs()}")


def events(home: Living) -> list[dict[str, Any]]:
    """The journal so far."""
    found: list[dict[str, Any]] = home.ask("event/list", {})["events"]
    return found


def states(home: Living, address: str) -> list[tuple[str, str]]:
    """Every state the agent was in, and by which source."""
    told = [event["data"] for event in events(home) if event["kind"] == "agent.stateChanged"]
    return [(data["state"], data["evidence"]["source"]) for data in told if data["address"] == address]


def enveloped(sent: dict[str, Any]) -> str:
    """A message as the agent is to get it."""
    answer = f'rig send {sent["from"]} --reply-to {sent["id"]} "…"'
    head = f"[message {sent['id']} from {sent['from']} to {sent['to']}]"
    return f"{head}\n{sent['text']}\n[end {sent['id']} · answer with: {answer}]"


def unwrapped(text: str) -> str:
    """A prompt without what Claude Code puts around pasted text."""
    return re.sub(r"\s*</?pasted_content\b[^>]*>\s*", "", text)


def same_settings(before: bytes, after: bytes) -> bool:
    """Whether what the person set is as it was: Claude Code itself counts starts and such in that file."""
    old, new = json.loads(before), json.loads(after)
    known = [key for key in ("theme", "hasCompletedOnboarding", "customApiKeyResponses") if key in old]
    return all(old[key] == new[key] for key in known) and not {"hooks", "permissions", "mcpServers"} & new.keys()


def pane_pid(home: Living) -> int:
    """The process in the only agent's pane."""
    rows = [row.split() for row in home.tmux("list-panes", "-a", "-F", "#{session_name} #{pane_pid}").splitlines()]
    (pid,) = {int(pid) for name, pid in rows if name.startswith("a")}
    return pid
