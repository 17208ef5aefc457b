"""attach: this terminal becomes a view of the agent's own session."""

import os
from pathlib import Path

from .call import Call, stdin_is_terminal
from .faults import OK, Fault, Usage


def attach(call: Call) -> int:
    """Run what the daemon says shows the session, in our place; with `--json` only print it."""
    if not call.json and not (call.tty and stdin_is_terminal()):
        raise Usage(
            "attach needs a terminal",
            "stdin or stdout is none",
            "run it in a terminal, or use rig capture, or --json for the command",
        )
    found = call.ask("agent/attach", {**call.options, "agent": call.words[0]})
    if call.host is not None:
        from ..wire.remote import run_argv

        argv = run_argv(call.host, found["argv"], found["cwd"], found["env"])
        found = {**found, "argv": argv, "env": {}, "cwd": str(Path.cwd())}
    if call.json:
        call.dump(found)
        return OK
    call.hang_up()
    environment = dict(os.environ)
    for name, value in found["env"].items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    argv = found["argv"]
    try:
        if Path(found["cwd"]).is_dir():
            os.chdir(found["cwd"])
        os.execvpe(argv[0], argv, environment)  # noqa: S606 - an argv of the daemon's, no shell
    except OSError as why:
        raise Fault(f"{argv[0]} can't be run", why.strerror or str(why), "rig doctor") from why
