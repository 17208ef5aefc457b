"""What the scripted harness is told at its start: one JSON object, checked field by field."""

import json

ALLOWED = {
    "behaviour": ("steady", "drop-first-enter", "late-draw"),
    "busy_enter": ("queue", "steer"),
    "queued_report": ("when-queued", "when-started"),
    "report": ("hooks", "screen-only"),
    "permission": ("hook", "hook-first", "plain"),
    "start_prompt": ("", "trust"),
}


class Options:
    """The options and their defaults; `../scripted_harness.py` says what each does."""

    name: str = ""
    alternate: bool = False
    behaviour: str = "steady"
    late_seconds: float = 0.3
    slow_start: float = 0.0
    start_prompt: str = ""
    type_draft: str = ""
    ghost: str = "Tell me what to do"
    collapse: bool = True
    busy_enter: str = "queue"
    queued_report: str = "when-queued"
    restore_on_interrupt: bool = False
    directives: str = ""
    permission: str = "hook"
    hotkeys: bool = False
    bell: bool = False
    report: str = "hooks"
    reporter: list[str] = []
    mute: list[str] = []
    session_id: str = ""
    sessions: str = ""
    log: str = ""
    answer_log: str = ""

    def __init__(self, text: str = "") -> None:
        """`text`: a JSON object, or nothing. ValueError names what is wrong with it."""
        given = json.loads(text) if text else {}
        if not isinstance(given, dict):
            raise ValueError("options: a JSON object is wanted")
        for key, value in given.items():
            setattr(self, key, checked(key, value))


def names() -> list[str]:
    """Every option's name."""
    return list(Options.__annotations__)


def checked(key: str, value: object) -> object:
    """`value` as option `key` takes it."""
    if key not in Options.__annotations__:
        raise ValueError(f"options: {key!r} is not one of {', '.join(names())}")
    default = getattr(Options, key)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise ValueError(f"options: {key} takes a {type(default).__name__}, not {value!r}")
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        raise ValueError(f"options: {key} takes a list of strings, not {value!r}")
    if key in ALLOWED and value not in ALLOWED[key]:
        raise ValueError(f"options: {key} is one of {', '.join(map(repr, ALLOWED[key]))}, not {value!r}")
    return value
