"""A command line into words and options, by what the verb takes; every mistake says what was probably meant."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, NoReturn

from .faults import Json, Usage
from .table import Param, Table
from .verbs import COMMON, Flag, Verb, kebab

SHORTER = {
    "timeoutSeconds": "timeout",
    "expiresInSeconds": "expires",
    "idempotencyKey": "key",
    "maxRate": "rate",
    "kinds": "kind",
}
"""Params whose option has a shorter name."""

NOT = {
    "keepAgents": "End the agents too.",
    "snapshot": "Keep nothing that could bring the same conversations back.",
    "wait": "Answer at once, while agents are still starting.",
}
"""What `--no-NAME` means, by param."""

PATHS = ("path", "cwd", "home")

_OPTION = re.compile(r"--?[A-Za-z][A-Za-z0-9-]*(?:=.*)?", re.DOTALL)
_SHORT = re.compile(r"-[A-Za-z].*", re.DOTALL)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?")
_UNITS = {None: 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Option(NamedTuple):
    """An option as it is written, and where its value goes: a param of the method, or a flag of our own."""

    flag: str
    name: str
    type: str
    own: bool
    doc: str
    short: str = ""
    enum: tuple[str, ...] = ()
    default: Json = None
    metavar: str = ""
    value: bool = True
    """What a boolean option sets: `--no-wait` sets `wait` to false."""

    @property
    def takes_value(self) -> bool:
        return self.type != "boolean"


class Parsed(NamedTuple):
    """See `Call` for what each part is."""

    words: list[str]
    options: dict[str, Json]
    flags: dict[str, Json]
    given: list[tuple[str, str]]


def options_of(verb: Verb, table: Table) -> list[Option]:
    """Every option that `verb` takes, its own first, then the method's in the table's order, then the common ones."""
    params = table.get(verb.method, {}).get("params", {}) if verb.method else {}
    shorts = {param: short for short, param in verb.shorts}
    found = [_own(flag) for flag in verb.flags]
    for name, param in params.items():
        if name not in verb.takes:
            found.extend(_param(name, param, shorts.get(name, "")))
    return [*found, *(_own(flag) for flag in COMMON)]


def _own(flag: Flag) -> Option:
    return Option(flag.name, flag.name, flag.type, True, flag.doc, flag.short, metavar=flag.metavar)


def _param(name: str, param: Param, short: str) -> Iterable[Option]:
    kind, doc = param.get("type", "json"), param.get("doc", "")
    flag = SHORTER.get(name) or kebab(name)
    if kind == "boolean":
        if param.get("default") is True:
            yield Option(f"no-{flag}", name, kind, False, NOT.get(name, f"Not: {doc}"), value=False)
            yield Option(flag, name, kind, False, "")
        else:
            yield Option(flag, name, kind, False, doc, short)
        return
    metavar = {"timeout": "TIME", "expires": "TIME", "path": "FILE", "cwd": "DIR"}.get(flag, "")
    if not metavar:
        metavar = {"integer": "N", "number": "N", "json": "JSON"}.get(kind, flag.rpartition("-")[2].upper())
    if kind == "strings" and not param.get("enum"):
        metavar += ",…"
    yield Option(flag, name, kind, False, doc, short, tuple(param.get("enum", ())), param.get("default"), metavar)


def parse(verb: Verb, arguments: list[str], table: Table) -> Parsed:
    """`arguments` by what `verb` takes; raises Usage."""
    options = options_of(verb, table)
    long = {f"--{option.flag}": option for option in options}
    short = {f"-{option.short}": option for option in options if option.short}
    parsed = Parsed([], {}, {}, [])
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            for word in rest:
                _word(parsed, word)
            break
        if not _OPTION.fullmatch(argument) and not (_SHORT.fullmatch(argument) and argument[:2] in short):
            _word(parsed, argument)
            continue
        name, equals, value = argument.partition("=")
        option = long.get(name) or short.get(argument[:2] if not argument.startswith("--") else "")
        if option is None:
            _unknown(verb, name, [*long, *short])
        if not argument.startswith("--") and len(argument) > 2:
            equals, value = "=", argument[2:].removeprefix("=")
        if option.takes_value and not equals:
            if not rest:
                raise Usage(f"{name} needs a value", option.doc, f"{name} {option.metavar}")
            value = rest.pop(0)
        if equals and not option.takes_value:
            raise Usage(f"{name} takes no value", f"{argument!r} gives it one", f"write {name}")
        _put(parsed, option, name, value)
    if not parsed.flags.get("help"):
        _count(verb, parsed.words)
    return parsed


def _word(parsed: Parsed, word: str) -> None:
    parsed.words.append(word)
    parsed.given.append(("", word))


def _put(parsed: Parsed, option: Option, name: str, value: str) -> None:
    parsed.given.append((option.name, value))
    found = option.value if not option.takes_value else _value(option, name, value)
    target = parsed.flags if option.own else parsed.options
    if option.type == "strings" and option.name in target:
        target[option.name] += found
    else:
        target[option.name] = found


def _value(option: Option, name: str, value: str) -> Json:
    if option.type == "strings":
        parts = [part.strip() for part in value.split(",") if part.strip()]
        return [_choice(option, name, part) for part in parts]
    if option.type == "string":
        return str(absolute(value)) if option.name in PATHS else _choice(option, name, value)
    if option.type == "json":
        try:
            return json.loads(value)
        except ValueError:
            return value
    if option.name.endswith("Seconds"):
        found = _DURATION.fullmatch(value)
        if found is None:
            raise Usage(f"{name} {value!r} is no time", "a number of seconds, or with a unit", f"{name} 90, {name} 5m")
        return float(found[1]) * _UNITS[found[2]]
    try:
        return int(value) if option.type == "integer" else float(value)
    except ValueError:
        raise Usage(f"{name} {value!r} is no number", option.doc, f"{name} {option.metavar}") from None


def convert(name: str, param: Param, word: str) -> Json:
    """A word of the command line as the value of a param; raises Usage."""
    for option in _param(name, param, ""):
        if option.takes_value:
            return _value(option, option.metavar, word)
    return word.lower() in ("true", "yes", "1")


def _choice(option: Option, name: str, value: str) -> str:
    if not option.enum or value in option.enum:
        return value
    for choice in option.enum:
        if choice.lower() == value.lower().replace("-", "").replace(" ", ""):
            return choice
    meant = near(value, option.enum)
    raise Usage(
        f"{name} can't be {value!r}", f"it is one of {', '.join(option.enum)}", f"{name} {meant[0]}" if meant else ""
    )


def absolute(path: str) -> Path:
    """A path of the command line that means the same to the daemon, which has another current folder."""
    from os.path import abspath

    return Path(abspath(Path(path).expanduser()))  # noqa: PTH100 - takes `..` away too, and follows no link


def _count(verb: Verb, words: list[str]) -> None:
    wanted = verb.words.split()
    least = sum(1 for word in wanted if not word.startswith("["))
    most = None if wanted and wanted[-1].rstrip("]").endswith("…") else len(wanted)
    usage = f"rig {verb.name} {verb.words}".strip()
    if len(words) < least:
        raise Usage(f"rig {verb.name} needs {wanted[len(words)]}", "the command line ends before it", usage)
    if most is not None and len(words) > most:
        why = f"it takes {' '.join(wanted)} and no more" if wanted else "it takes options only"
        raise Usage(f"rig {verb.name} takes no {words[most]!r}", why, usage)


def _unknown(verb: Verb, name: str, known: list[str]) -> NoReturn:
    meant = near(name, known)
    fix = f"did you mean {meant[0]}?" if meant else f"rig help {verb.name} lists its options"
    why = "text that begins with - comes after --" if verb.prose else "what begins with - is an option"
    raise Usage(f"rig {verb.name} has no option {name}", why, fix)


def near(word: str, known: Iterable[str]) -> list[str]:
    """The names that `word` was probably meant to be, best first."""
    from difflib import get_close_matches

    return get_close_matches(word, list(known), n=3, cutoff=0.6)
