"""Which real harnesses are installed here and were logged in: so that one only offers what would run.

Whether there is a login is seen from what they keep beside it; no secret is read.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

KEYS = {"claude-code": ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"), "codex": ("OPENAI_API_KEY", "CODEX_API_KEY")}
SHARED = "implementation-pair, product-team, adversarial-review"


def logged_in(runtime: str, home: Path, environ: Mapping[str, str]) -> bool:
    """Whether somebody logged in there once, or gave it a key."""
    if any(environ.get(key) for key in KEYS.get(runtime, ())):
        return True
    if runtime == "claude-code":
        folder = Path(environ.get("CLAUDE_CONFIG_DIR") or home / ".claude")
        # Where the system keeps its secrets, only the account is told of.
        return (folder / ".credentials.json").is_file() or b'"oauthAccount"' in _content(home / ".claude.json")
    if runtime == "codex":
        folder = Path(environ.get("CODEX_HOME") or home / ".codex")
        return (folder / "auth.json").is_file() or b"model_provider" in _content(folder / "config.toml")
    return False


def offer(installed: Iterable[str]) -> list[str]:
    """Lines that tell of the starters for real harnesses; none where no harness could run one."""
    ready = [name for name in KEYS if name in set(installed) and logged_in(name, Path.home(), os.environ)]
    if not ready:
        return []
    return [
        f"{' and '.join(ready)} {'are' if len(ready) > 1 else 'is'} installed here. Teams of Claude Code and Codex "
        f"ship too: {SHARED}.",
        "  cd your/project && rig up implementation-pair      (rig starters tells what each is for)",
    ]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
