"""Any method that has no verb of its own: `rig task create …`, `rig trust …`, made from the table."""

from . import show, text
from .call import Call
from .faults import FAILED, OK, Json
from .parse import convert


def plain(call: Call, method: str) -> int:
    """Call `method`; its required params are the words, in the table's order."""
    params = dict(call.options)
    rows = call.table[method].get("params", {})
    required = [name for name, row in rows.items() if row.get("required")]
    for name, word in zip(required, call.words, strict=True):
        params[name] = convert(name, rows[name], word)
    result = call.ask(method, params)
    call.show(result, human)
    return FAILED if isinstance(result, dict) and (result.get("timedOut") or result.get("ok") is False) else OK


def human(call: Call, result: Json) -> None:
    """A result as people read it: lists as tables, the rest as `name  value`."""
    if not isinstance(result, dict):
        call.say(text.block(str(result)))
        return
    pairs: list[list[show.Cell]] = []
    for name, value in result.items():
        if name == "seq" or value is None:
            continue
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            call.say(call.paint(text.line(show.words(name)), "bold"))
            _table(call, value)
        elif isinstance(value, dict):
            pairs += [[f"{name}.{part}", _cell(inner)] for part, inner in value.items() if inner is not None]
        elif isinstance(value, str) and "\n" in value:
            call.say(text.block(value).rstrip("\n"))
        else:
            pairs.append([show.words(name), _cell(value)])
    show.table(call, pairs)
    if not result:
        call.say("done")


def _table(call: Call, items: list[dict[str, Json]]) -> None:
    names = [name for name in dict.fromkeys(name for item in items for name in item) if _worth(items, name)]
    head: list[show.Cell] = [(show.words(name).upper(), ("dim",)) for name in names]
    show.table(call, [head, *([_cell(item.get(name)) for name in names] for item in items)], indent="  ")


def _worth(items: list[dict[str, Json]], name: str) -> bool:
    return any(item.get(name) not in (None, [], {}, "") for item in items)


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return " ".join(f"{name}={_cell(inner)}" for name, inner in value.items() if inner is not None)
    return str(value)
