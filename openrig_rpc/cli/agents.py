"""capture, start, restart, stop, interrupt, keys, wait, whoami."""

from . import show, text
from .call import Call
from .faults import FAILED, OK, Json, Usage

WAIT_SECONDS = 300.0


def capture(call: Call) -> int:
    """Print what an agent's pane shows."""
    result = call.ask("agent/capture", {**call.options, "agent": call.words[0]})
    lines = text.coloured if call.options.get("ansi") else lambda found: text.block(found).split("\n")
    call.show(result, lambda call, result: call.say("\n".join(lines(result["text"].rstrip("\n")))))
    return OK


def start(call: Call) -> int:
    """Start an agent that isn't running."""
    return _outcome(call, "agent/start")


def restart(call: Call) -> int:
    """Stop an agent and start it again."""
    return _outcome(call, "agent/restart")


def stop(call: Call) -> int:
    """Stop an agent on purpose."""
    return _outcome(call, "agent/stop")


def _outcome(call: Call, method: str) -> int:
    result = call.ask(method, {**call.options, "agent": call.words[0]})
    call.show(result, lambda call, result: show.outcomes(call, [result["outcome"]]))
    return FAILED if result["outcome"]["outcome"] in show.TROUBLE else OK


def interrupt(call: Call) -> int:
    """Stop the current turn."""
    return _agent(call, "agent/interrupt", {"agent": call.words[0]})


def keys(call: Call) -> int:
    """Type keys and text, in the order they were given."""
    agent, *_ = call.words
    typed: list[Json] = []
    for name, value in call.given:
        if name == "text":
            typed.append({"text": value})
        elif not name:
            typed.append(value)
    typed.remove(agent)  # the first word
    if not typed:
        raise Usage("there is nothing to type", "no KEY and no --text was given", "rig keys AGENT Enter")
    return _agent(call, "agent/keys", {"agent": agent, "keys": typed})


def _agent(call: Call, method: str, params: Json) -> int:
    result = call.ask(method, params)
    call.show(result, lambda call, result: agent_line(call, result["agent"]))
    return OK


def wait(call: Call) -> int:
    """Wait until an agent is in a state."""
    params = {"state": ["idle"], "timeoutSeconds": WAIT_SECONDS, **call.options, "agent": call.words[0]}
    result = call.ask("agent/wait", params)

    def human(call: Call, result: Json) -> None:
        agent_line(call, result["agent"])
        if result["timedOut"]:
            call.say(f"not {' or '.join(map(show.words, params['state']))} after {result['waitedSeconds']:.1f} s")

    call.show(result, human)
    return FAILED if result["timedOut"] else OK


def agent_line(call: Call, agent: dict[str, Json]) -> None:
    """An agent in a line."""
    more = text.line(show.why(agent))
    call.say("  ".join(part for part in (show.state(call, agent["state"]), text.line(agent["address"]), more) if part))


def whoami(call: Call) -> int:
    """Say who asks, whom it can reach and what it may."""
    result = call.ask("agent/whoami")
    call.show(result, _whoami)
    return OK


def _whoami(call: Call, result: Json) -> None:
    principal = result["principal"]
    name = f"{principal['kind']}:{principal['name']}" if principal.get("name") else principal["kind"]
    call.say(call.paint(text.line(name), "bold"))
    rows: list[list[show.Cell]] = []
    agent = result.get("agent")
    if agent:
        rows += [["address", agent["address"]], ["folder", agent["cwd"]]]
    if result.get("rig"):
        rows.append(["rig", result["rig"]])
    rows.append(["may", ", ".join(result["grants"]) or "nothing"])
    for edge in result["edges"]["out"]:
        rows.append([show.words(edge["kind"]).replace("_", " "), edge["target"]])
    for edge in result["edges"]["in"]:
        rows.append([f"{edge['source']} {edge['kind'].replace('_', ' ')}", "you"])
    show.table(call, rows)
    if result["peers"]:
        call.say("peers:")
        for peer in result["peers"]:
            call.say("  " + show.state(call, peer["state"]) + "  " + text.line(peer["address"]))
        first = text.line(result["peers"][0]["address"])
        call.say(f'talk to one: rig send {first} "TEXT"')
