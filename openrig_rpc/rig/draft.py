"""A rig file out of what was found running: a beginning, to be read and changed by a person."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..model.agent import Candidate
from ..spec.write import written

HEAD = """\
# Written by `rig discover --draft`: what ran in {count} pane{s}. Read it before you bring it up: it starts these
# members anew, beside those that were found.
"""
AGENTS = """\
# Its agents need a file agents/found/agent.yaml beside this one:
#   name: found
#   version: "1.0"
#   profiles: {default: {}}
"""
SHORT = {"claude-code": "claude", "terminal": "shell"}


def draft(found: Sequence[Candidate]) -> str:
    """The rig file; a comment alone where nothing was found."""
    if not found:
        return "# Written by `rig discover --draft`: nothing was found.\n"
    seen: Counter[str] = Counter()
    members = [member(each, seen) for each in found]
    data: dict[str, Any] = {
        "version": "0.2",
        "name": "found",
        "pods": [{"id": "found", "label": "Found", "members": members}],
    }
    head = HEAD.format(count=len(found), s="s" if len(found) != 1 else "")
    local = any(each["profile"] == "default" for each in members)
    return head + (AGENTS if local else "") + written(data)


def member(found: Candidate, seen: Counter[str]) -> dict[str, Any]:
    """One of its members."""
    word = SHORT.get(found.runtime, found.runtime)
    seen[word] += 1
    built_in = found.runtime in ("terminal", "scripted")
    return {
        "id": f"{word}-{seen[word]}",
        "label": f"{found.runtime} of pane {found.pane}",
        "runtime": found.runtime,
        "agent_ref": f"builtin:{found.runtime}" if built_in else "local:agents/found",
        "profile": "none" if built_in else "default",
        "cwd": found.cwd,
    }
