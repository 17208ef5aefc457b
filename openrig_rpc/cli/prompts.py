"""inbox, prompt, answer, explain: what agents ask, and why they are shown as they are."""

from pathlib import Path

from . import show, text
from .call import Call, stdin_text
from .faults import OK, Fault, Json, Missing, Usage


def inbox(call: Call) -> int:
    """List what waits for the person, oldest first."""
    params = {**call.options, **({"rig": call.words[0]} if call.words else {})}
    result = call.pages("inbox/list", params, "items")
    call.show(result, _items)
    return OK


def _items(call: Call, result: Json) -> None:
    if not result["items"]:
        call.say("nothing waits for you")
    for item in result["items"]:
        kind = show.words(item["kind"])
        call.say(f"{call.paint(kind, 'yellow', 'bold')}  {text.line(item['title'])}  ({show.age(item['since'])})")
        prompt = item.get("prompt")
        if prompt:
            _question(call, prompt)
            call.say(f"  answer it: rig answer {text.line(item['agent'])} CHOICE")
        elif item["kind"] in ("indeterminate", "heldLong"):
            call.say(f"  look, then: rig retry {text.line(item['ref'])}   or: rig inbox done {text.line(item['id'])}")
        else:
            if item["text"].strip() != item["title"].partition(": ")[2]:
                call.say("\n".join(f"  {line}" for line in text.block(item["text"]).split("\n")))
            if item["kind"] == "task":
                ref = text.line(item["ref"])
                call.say(f'  look: rig task get {ref}   answer: rig task update {ref} --state done --comment "…"')
            call.say(f"  put it away: rig inbox done {text.line(item['id'])}")


def prompt(call: Call) -> int:
    """Show what an agent asks."""
    result = call.ask("agent/prompt", {"agent": call.words[0]})
    call.show(result, lambda call, result: _prompt(call, result.get("prompt")))
    return OK


def answer(call: Call) -> int:
    """Answer the prompt that is open now; without an answer, show it."""
    agent, *words = call.words
    if not words:
        return prompt(call)
    params: dict[str, Json] = {**call.options, "agent": agent}
    found = call.ask("agent/prompt", {"agent": agent}).get("prompt")
    params["promptId"] = call.flags.get("prompt-id") or (found or {}).get("id")
    if not params["promptId"]:
        raise Fault(f"{agent} asks nothing", "no prompt is open in its pane", "see `rig inbox`")
    choices = found["choices"] if found else []
    params |= _answer(words, choices)
    result = call.ask("agent/answer", params)
    call.show(result, _answered)
    return OK


def _answer(words: list[str], choices: list[dict[str, Json]]) -> dict[str, Json]:
    """All words as one choice where they are one; else the first as the choice, and the rest as its text."""
    names = {str(name).casefold() for choice in choices for name in (choice["id"], choice["label"], choice.get("key"))}
    if " ".join(words).casefold() not in names and len(words) > 1 and words[0].casefold() in names:
        return {"choice": words[0], "text": " ".join(words[1:])}
    return {"choice": " ".join(words)}


def _answered(call: Call, result: Json) -> None:
    agent = result["agent"]
    call.say(f"{show.state(call, agent['state'])}  {text.line(agent['address'])}")
    if agent.get("prompt"):
        _prompt(call, agent["prompt"])


def explain(call: Call) -> int:
    """Say why an agent, or a recorded screen, is in its state."""
    params = dict(call.options)
    if call.words:
        params["agent"] = call.words[0]
    if "screen" in params:
        params["screen"] = _picture(params["screen"])
    if ("agent" in params) == ("screen" in params):
        usage = "rig explain AGENT, or rig explain --runtime RUNTIME --screen FILE"
        raise Usage("what is to be explained?", "an agent or a recorded screen is wanted", usage)
    result = call.ask("agent/explain", params)
    call.show(result, _explained)
    return OK


def _picture(path: str) -> str:
    if path == "-":
        return stdin_text()
    try:
        return Path(path).read_bytes().decode("utf-8", "replace")
    except OSError as why:
        raise Missing(
            f"{path} can't be read", why.strerror or str(why), "name a file that `capture-pane -e` wrote"
        ) from why


def _explained(call: Call, result: Json) -> None:
    call.say(f"{show.state(call, result['state'])}  {text.line(result['reason'])}")
    rows: list[list[show.Cell]] = []
    if result.get("rule"):
        rows.append(["rule", result["rule"]])
    rows += [_source(each) for each in result["sources"]]
    draft = result.get("draft")
    rows.append(["draft", "can't be told" if draft is None else draft or "none"])
    show.table(call, rows, indent="  ")
    if result.get("prompt"):
        found = result["prompt"]
        call.say(f"  {text.line(found['kind'])}")
        call.say("\n".join(f"    {line}" for line in text.block(found["question"]).split("\n")))
        for choice in found["choices"]:
            call.say(f"    - {text.line(choice)}")


def _source(said: dict[str, Json]) -> list[show.Cell]:
    return [str(said.get("source", "")), f"{said['detail']} ({show.age(said.get('at'))} ago)"]


def _prompt(call: Call, found: dict[str, Json] | None) -> None:
    if not found:
        call.say("nothing is asked")
        return
    call.say(call.paint(text.line(found["kind"]), "yellow", "bold"))
    _question(call, found)


def _question(call: Call, found: dict[str, Json]) -> None:
    call.say("\n".join(f"  {line}" for line in text.block(found["question"]).split("\n")))
    for choice in found["choices"]:
        call.say(f"  {text.line(choice['id'])}. {text.line(choice['label'])}")
