"""`rig complete -- WORDS`: what may stand in place of the last word, for a shell; addresses and names as they are now.

A line for each, `WORD<TAB>what it is`; `:files` asks the shell for its own file names. Never an error, never a start of
the daemon: nobody who presses Tab wants either.
"""

from collections.abc import Callable, Iterator

from ..home import Home
from . import text
from .call import Call
from .faults import OK, Fault, Json
from .help import summary
from .line import Line
from .parse import PATHS, Option, absolute, options_of
from .shells import SHELLS
from .table import Table
from .verbs import ALIASES, COMMON, NOUNS_WITHOUT_NAMING, VERBS, Verb, find, kebab, method_verb

Found = Iterator[tuple[str, str]]
PATIENCE = 2.0
"""Seconds that the daemon may take."""
FILES = (":files", "")
KEYS = ("Enter", "Escape", "Tab", "BTab", "Space", "BSpace", "Up", "Down", "Left", "Right", "C-c", "C-d", "C-u")


def complete(call: Call) -> int:
    """Print what may come next."""
    *before, current = call.words or [""]
    seen = set()
    for word, doc in _next(before, current, call.table):
        if word == FILES[0] or (word.startswith(current) and word not in seen):
            seen.add(word)
            call.say(f"{text.line(word)}\t{text.line(doc)}")
    return OK


def _next(before: list[str], current: str, table: Table) -> Found:
    home, before = _home(before)
    if not before:
        yield from _options(None, table) if current.startswith("-") else _verbs(table)
        return
    made = method_verb(before, table)
    verb = find(before[0], table)
    used = 1
    if made is not None and (verb is None or made[1] == 2):
        verb, used = made
    if len(before) == 1 and not current.startswith("-"):
        yield from _of_noun(before[0], table)
    if verb is None:
        return
    options = options_of(verb, table)
    rest, wanted = _walk(before[used:], options)
    flag, equals, _ = current.partition("=")
    if wanted is None and equals:
        wanted = next((option for option in options if f"--{option.flag}" == flag and option.takes_value), None)
        prefix = f"{flag}="
    else:
        prefix = ""
    if wanted is not None:
        for word, doc in _values(wanted, home):
            yield (word if word == FILES[0] else prefix + word), doc
    elif current.startswith("-"):
        yield from _options(verb, table)
    else:
        yield from _words(verb, rest, home, table)


def _home(words: list[str]) -> tuple[Home | None, list[str]]:
    """The home that the line names, and the line without common options; None where it is another machine's."""
    rest: list[str] = []
    named: dict[str, str] = {}
    valued = {f"--{flag.name}" for flag in COMMON if flag.type != "boolean"}
    each = iter(words)
    for word in each:
        name, equals, value = word.partition("=")
        if name in valued:
            named[name] = value if equals else next(each, "")
        else:
            rest.append(word)
    if "--host" in named:
        return None, rest  # Nobody waits for ssh at a Tab.
    return (Home(absolute(named["--home"])) if named.get("--home") else Home.find()), rest


def _verbs(table: Table) -> Found:
    for verb in VERBS:
        if verb.group and find(verb.name, table):
            yield verb.name, summary(verb, table)
    yield from ((alias, f"the same as {name}") for alias, name in ALIASES.items())
    for method, row in table.items():
        noun, _, word = method.partition("/")
        if noun in NOUNS_WITHOUT_NAMING and word and find(kebab(word), table) is None:
            yield kebab(word), row.get("summary", "")
    for noun in sorted({method.partition("/")[0] for method in table if "/" in method}):
        yield noun, f"{noun} …"


def _of_noun(noun: str, table: Table) -> Found:
    for method, row in table.items():
        if method.startswith(f"{noun}/"):
            yield kebab(method.partition("/")[2]), row.get("summary", "")


def _options(verb: Verb | None, table: Table) -> Found:
    for option in options_of(verb or Verb("", "", ""), table):
        if option.doc:
            yield f"--{option.flag}", option.doc


def _walk(words: list[str], options: list[Option]) -> tuple[list[str], Option | None]:
    """The words that are no options, and the option whose value comes next."""
    named = {f"--{option.flag}": option for option in options}
    named |= {f"-{option.short}": option for option in options if option.short}
    rest: list[str] = []
    wanted: Option | None = None
    for word in words:
        if wanted is not None:
            wanted = None
        elif word.startswith("-"):
            option = named.get(word)
            wanted = option if option is not None and option.takes_value else None
        else:
            rest.append(word)
    return rest, wanted


def _values(option: Option, home: Home | None) -> Found:
    yield from ((value, "") for value in option.enum)
    if option.name in PATHS or option.metavar in ("FILE", "DIR") or option.name in ("screen", "output"):
        yield FILES
    elif option.name in LIVE:
        yield from LIVE[option.name](home)


def _words(verb: Verb, before: list[str], home: Home | None, table: Table) -> Found:
    wanted = verb.words.split()
    if not wanted:
        return
    place = wanted[min(len(before), len(wanted) - 1)]
    if len(before) >= len(wanted) and not place.rstrip("]").endswith("…"):
        return
    for name in place.strip("[]…").split("|"):
        if name == "FILE":
            yield FILES
        elif name == "VERB":
            yield from _verbs(table) if not before else _of_noun(before[0], table)
        elif name == "METHOD":
            yield from ((method, row.get("summary", "")) for method, row in table.items())
        elif name == "SHELL":
            yield from ((shell, "") for shell in SHELLS)
        elif name == "KEY":
            yield from ((key, "") for key in KEYS)
        elif name == "CHOICE" and before:
            yield from _choices(before[0], home)
        elif name == "ID":
            yield from _messages(home) if verb.method.startswith("message/") else ()
        else:
            kind = {"NAME": "rig"}.get(name, name.lower())
            yield from LIVE[kind](home) if kind in LIVE else ()


def _ask(home: Home | None, method: str, **params: Json) -> Json:
    """What the daemon says; nothing where there is none, or where it won't."""
    if home is None:
        return {}
    try:
        line = Line.open(home, start=False)
        try:
            return line.ask(method, params, patience=PATIENCE)
        finally:
            line.close()
    except Fault:
        return {}


def _agents(home: Home | None) -> Found:
    for agent in _ask(home, "agent/list", limit=1000).get("agents", ()):
        yield agent["address"], f"{agent['runtime']}, {agent['state']}"


def _rigs(home: Home | None) -> Found:
    for rig in _ask(home, "rig/list", limit=1000).get("rigs", ()):
        yield rig["name"], f"rig, {rig['state']}"


def _recipients(home: Home | None) -> Found:
    rigs = []
    for address, doc in _agents(home):
        yield address, doc
        rigs.append(address.rpartition("@")[2])
    for rig in dict.fromkeys(rigs):
        yield f"*@{rig}", f"everybody in {rig}"
        yield f"human@{rig}", "the person"


def _messages(home: Home | None) -> Found:
    for message in _ask(home, "message/list", limit=20).get("messages", ()):
        yield message["id"], f"{message['state']}, to {message['to']}: {message['text'][:60]}"


def _choices(agent: str, home: Home | None) -> Found:
    for choice in (_ask(home, "agent/prompt", agent=agent).get("prompt") or {}).get("choices", ()):
        yield choice["id"], choice["label"]


LIVE: dict[str, Callable[[Home | None], Found]] = {
    "agent": _agents,
    "only": _agents,
    "fresh": _agents,
    "rig": _rigs,
    "restore": _rigs,
    "to": _recipients,
}
"""What the daemon knows, by the param or the word that it is for."""
