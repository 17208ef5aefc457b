"""The help pages, made from the verbs and the table."""

from . import text
from .call import Call
from .faults import OK, Usage
from .parse import Option, near, options_of
from .table import Row, Table
from .verbs import GROUPS, VERBS, Verb, find, kebab, method_verb, names

EXIT = """\
Exit status: 0 done · 1 the operation failed or timed out, or an agent's outcome is not what was asked for · 2 misused
3 no daemon answers · 4 not permitted · 5 nothing, or more than one thing, has that name · 130 interrupted"""


def help(call: Call) -> int:
    """Explain everything, a noun or a verb."""
    call.say("\n".join(page(call.words, call.table, call.columns() or 100)))
    return OK


def page(words: list[str], table: Table, columns: int) -> list[str]:
    """The page for `words`; raises Usage for what doesn't exist."""
    if not words:
        return overview(table, columns)
    verb = find(words[0], table)
    if verb is not None and len(words) == 1:
        return verb_page(verb, table, columns)
    methods = {name: row for name, row in table.items() if name.startswith(f"{words[0]}/")}
    if methods and len(words) == 1:
        return _noun_page(words[0], methods, columns)
    made = method_verb(words, table)
    if made is None:
        raise unknown(words, table)
    return verb_page(made[0], table, columns)


def unknown(words: list[str], table: Table) -> Usage:
    """What to say of a verb that isn't one."""
    own = [kebab(method.partition("/")[2]) for method in table if method.startswith(f"{words[0]}/")]
    if own:
        meant = near(words[1], own) if len(words) > 1 else []
        fix = f"did you mean: rig {words[0]} {meant[0]}?" if meant else f"rig help {words[0]}"
        what = f"{words[0]!r} has no verb {words[1]!r}" if len(words) > 1 else f"rig {words[0]} needs a verb"
        return Usage(what, f"it has {', '.join(own)}", fix)
    known = [f"{method.partition('/')[0]} {kebab(method.partition('/')[2])}" for method in table if "/" in method]
    meant = near(words[0], names(table)) or near(" ".join(words[:2]), known)
    planned = any(verb.name == words[0] for verb in VERBS)
    why = "this version doesn't have it yet" if planned else "it is neither a verb nor a noun"
    fix = f"did you mean: {', '.join(f'rig {one}' for one in meant)}?" if meant and not planned else "rig help"
    return Usage(f"there is no verb {words[0]!r}", why, fix)


def overview(table: Table, columns: int) -> list[str]:
    """All verbs in a line each."""
    lines = ["Usage: rig VERB [WORDS] [OPTIONS]", "", "A team of coding agents in tmux, seen and steered.", ""]
    for group, title in GROUPS.items():
        here = [verb for verb in VERBS if verb.group == group and find(verb.name, table)]
        rows = (f"  {f'{verb.name} {verb.words}':<24} {summary(verb, table)}" for verb in here)
        lines += [title, *(text.cut(row, columns) for row in rows), ""]
    nouns = sorted({method.partition("/")[0] for method in table if "/" in method})
    if nouns:
        lines += ["Every other method is `rig NOUN VERB`: rig help " + "|".join(nouns), ""]
    lines += [
        "Everywhere: --json, --home DIR, --help. NO_COLOR is respected. In an agent's pane you are that agent.",
        "",
        EXIT,
    ]
    return lines


def summary(verb: Verb, table: Table) -> str:
    """What a verb does, in a line."""
    return verb.summary or table.get(verb.method, {}).get("summary", "")


def verb_page(verb: Verb, table: Table, columns: int) -> list[str]:
    """All about one verb."""
    row = table.get(verb.method, {})
    lines = [f"Usage: rig {verb.name} {verb.words}".rstrip() + " [OPTIONS]", "", summary(verb, table)]
    for more in (row.get("doc", "") if not verb.summary else "", verb.more, _words(verb, row)):
        if more:
            lines += ["", *more.splitlines()]
    lines += ["", "Options"]
    options = [option for option in options_of(verb, table) if option.doc]
    left = [_left(option) for option in options]
    room = min(max(map(len, left)), 28)
    for option, begun in zip(options, left, strict=True):
        told = _wrapped(_right(option), max(columns - room - 6, 40))
        if len(begun) > room:
            lines += [f"  {begun}", *(f"  {'':<{room}}  {part}" for part in told)]
        else:
            lines += [f"  {begun:<{room}}  {told[0]}", *(f"  {'':<{room}}  {part}" for part in told[1:])]
    if verb.method:
        lines += ["", f"Calls {verb.method}; needs `{row.get('tier', '')}`."]
    return lines


def _words(verb: Verb, row: Row) -> str:
    """What the words of a made verb mean; verbs of our own say it themselves."""
    if verb.group:
        return ""
    params = row.get("params", {})
    return "\n".join(f"{kebab(name).upper()}: {params[name].get('doc', '')}" for name in verb.takes)


def _left(option: Option) -> str:
    short = f"-{option.short}, " if option.short else ""
    if not option.takes_value:
        return f"{short}--{option.flag}"
    return f"{short}--{option.flag} {option.metavar or 'VALUE'}"


def _right(option: Option) -> str:
    parts = [option.doc]
    if option.enum:
        parts.append(f"One of {', '.join(option.enum)}.")
    if option.takes_value and option.default not in (None, [], ""):
        parts.append(f"Default: {option.default}.")
    if option.type == "strings":
        parts.append("May be given several times.")
    return " ".join(part for part in parts if part)


def _wrapped(words: str, columns: int) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > columns:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines


def _noun_page(noun: str, methods: Table, columns: int) -> list[str]:
    lines = [f"Usage: rig {noun} VERB", ""]
    for name, row in methods.items():
        lines.append(text.cut(f"  {kebab(name.partition('/')[2]):<16} {row.get('summary', '')}", columns))
    return [*lines, "", f"More: rig help {noun} VERB"]
