"""The environment of panes: read once from a login shell and allow-listed, so that it is not that of the editor that
happened to start the daemon."""

import asyncio
import logging
import os
import pwd
import re
from pathlib import Path

log = logging.getLogger(__name__)

ALLOWED = re.compile(
    r"""HOME|USER|LOGNAME|SHELL|PATH|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|EDITOR|VISUAL|PAGER|LESS|COLORTERM|NO_COLOR
    |XDG_\w+|SSH_AUTH_SOCK|GPG_\w+|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY
    |(?i:https?_proxy|all_proxy|no_proxy)|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE
    |(?:ANTHROPIC|CLAUDE|OPENAI|CODEX|GEMINI|GOOGLE|AZURE|AWS|OPENCODE|PI|GITHUB|GH|GIT)_\w+
    |NVM_DIR|PYENV_ROOT|RBENV_ROOT|ASDF_\w+|MISE_\w+|CARGO_HOME|RUSTUP_HOME|GOPATH|GOROOT|JAVA_HOME|PNPM_HOME|BUN_INSTALL
    |DISABLE_AUTOUPDATER|DISABLE_TELEMETRY|IS_SANDBOX|VOLTA_HOME|HOMEBREW_\w+|NIX_\w+|CONDA_EXE""",
    re.VERBOSE,
)
# Claude Code and Codex set these for their own children; a pane is nobody's child.
REFUSED = re.compile(
    r"CLAUDECODE|CLAUDE_CODE_(?:ENTRYPOINT|SSE_PORT|SESSION_\w+)|CODEX_SANDBOX\w*|GIT_(?:DIR|WORK_TREE|INDEX_FILE)"
)
PATIENCE = 5.0
FALLBACK_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


async def login_environment() -> dict[str, str]:
    """What a login shell of this user has, as far as it is allowed into panes."""
    base = _minimal()
    try:
        process = await asyncio.create_subprocess_exec(
            base["SHELL"],
            "-lc",
            "exec env -0",
            env=base,
            cwd=base["HOME"] if Path(base["HOME"]).is_dir() else "/",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        log.warning("the login shell %s can't be started: %s", base["SHELL"], error)
        return base
    try:
        output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    except TimeoutError:
        log.warning(
            "the login shell %s did not answer in %g s; panes get a minimal environment", base["SHELL"], PATIENCE
        )
        process.kill()
        await process.wait()
        return base
    found: dict[str, str] = {}
    for item in output.decode(errors="surrogateescape").split("\0"):
        name, equals, value = item.partition("=")
        if equals and ALLOWED.fullmatch(name) and not REFUSED.fullmatch(name):
            found[name] = value
    return {**base, **found}


def _minimal() -> dict[str, str]:
    user = pwd.getpwuid(os.getuid())
    shell = user.pw_shell if user.pw_shell and Path(user.pw_shell).is_file() else "/bin/sh"
    return {
        "HOME": os.environ.get("HOME") or user.pw_dir,
        "USER": user.pw_name,
        "LOGNAME": user.pw_name,
        "SHELL": shell,
        "PATH": FALLBACK_PATH,
        "LANG": os.environ.get("LANG") or "C.UTF-8",
    }
