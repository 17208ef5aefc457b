"""The hook reporter: what a harness's hook says, handed to the daemon; a person's answer, handed back.

    python -I -S reporter.py EVENT [--harness=NAME] [--wait=SECONDS]  < the hook's JSON

A harness runs this for every hook, so it must never harm the harness: standard library only, about 30 ms, at most
`BUDGET` seconds in all, and whatever happens it exits 0 and prints nothing. Only `PermissionRequest` may wait longer
for its answer (`--wait`, else `OPENRIG_RPC_HOOK_WAIT`, else 60 s; 0 never waits): until the daemon answers, hangs up,
or the time is over. A clear allow or deny is printed in the shape that Claude Code and Codex read; everything else is
silence, which leaves the question to the person at the pane. Killed while it waits, it just dies.

The daemon is found by the environment of the agent's pane: `OPENRIG_RPC_SOCKET` (path of its unix socket),
`OPENRIG_RPC_TOKEN_FILE` (path of the agent's token, optional: the peer's ancestry says the same), and
`OPENRIG_RPC_AGENT` (its address; without it this is nobody's agent and nothing is reported). `--harness`, else
`OPENRIG_RPC_HARNESS`, says whose hook it was.

Sent, on the plain door: `session/open`, then `agent/report {event, at, pid, harness, payload, waits}`. `pid` is the
process that ran the hook. `payload` is the hook's JSON: `prompt` whole, other long strings cut to `LIMITS`, with
`truncated: true` beside them when anything was. Input over `MOST` bytes, or no JSON, is reported as the bare event.
"""

import json
import os
import signal
import socket
import sys
import time

BUDGET = 1.0
WAIT = 60.0
MOST = 1024 * 1024
DEEPEST = 24
LIMITS = {"prompt": MOST, "tool_input": 64 * 1024}
LIMIT = 8 * 1024


def main() -> None:
    """Report one hook; returns normally only when there is nothing more to do."""
    at = stamp(time.time())
    environment = os.environ
    path = environment.get("OPENRIG_RPC_SOCKET")
    if not path or not environment.get("OPENRIG_RPC_AGENT"):
        return
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    flags = dict(word[2:].partition("=")[::2] for word in sys.argv[1:] if word.startswith("--"))
    payload = read_payload()
    event = words[0] if words else str(payload.get("hook_event_name", ""))
    wait = float(flags.get("wait") or environment.get("OPENRIG_RPC_HOOK_WAIT") or WAIT)
    waits = event == "PermissionRequest" and wait > 0
    report: dict[str, object] = {"event": event, "at": at, "pid": os.getppid(), "payload": payload, "waits": waits}
    harness = flags.get("harness") or environment.get("OPENRIG_RPC_HARNESS")
    if harness:
        report["harness"] = harness

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as daemon:
        daemon.connect(path)
        # Both at once: requests of one connection commit in the order they came.
        daemon.sendall(request(1, "session/open", opening()) + request(2, "agent/report", report))
        if waits:
            signal.setitimer(signal.ITIMER_REAL, wait)
        answer = reply(daemon, 2)
    if event == "PermissionRequest":
        decision = decided(answer)
        if decision is not None:
            hand_on(decision)


def opening() -> dict[str, object]:
    """The params of `session/open`; an agent without a readable token is known by its ancestry."""
    params: dict[str, object] = {"client": {"name": "hook"}}
    token_file = os.environ.get("OPENRIG_RPC_TOKEN_FILE")
    if token_file:
        try:
            with open(token_file, encoding="ascii") as file:  # noqa: PTH123 - pathlib costs 10 ms
                params["token"] = file.read(4096).strip()
        except (OSError, ValueError):
            pass
    return params


def read_payload() -> dict[str, object]:
    """The hook's JSON object from stdin, cut to size."""
    chunks, size = [], 0
    while size <= MOST:
        chunk = os.read(0, 65536)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
    try:
        if size > MOST:
            raise ValueError(size)
        whole = json.loads(b"".join(chunks) or b"{}", parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return {"truncated": True}
    if not isinstance(whole, dict):
        return {"truncated": True}
    short: dict[str, object] = {key: cut(value, LIMITS.get(key, LIMIT), 1) for key, value in whole.items()}
    if short != whole:
        short["truncated"] = True
    return short


def cut(value: object, limit: int, depth: int) -> object:
    """`value` with every string of at most `limit` characters and no nesting beyond what the daemon takes."""
    if isinstance(value, str):
        return value if len(value) <= limit else value[: limit - 1] + "…"
    if not isinstance(value, (dict, list)):
        return value
    if depth >= DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {key: cut(item, limit, depth + 1) for key, item in value.items()}
    return [cut(item, limit, depth + 1) for item in value]


def request(number: int, method: str, params: dict[str, object]) -> bytes:
    """One line of the plain door. Halves of surrogate pairs, which no JSON reader takes, become `?`."""
    line = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}, ensure_ascii=False)
    return line.encode("utf-8", "replace") + b"\n"


def reply(daemon: socket.socket, number: int) -> object:
    """The result of request `number`, or None for an error, a hang-up or too long a line."""
    buffer = b""
    while len(buffer) <= MOST:
        line, newline, rest = buffer.partition(b"\n")
        if not newline:
            chunk = daemon.recv(65536)
            if not chunk:
                return None
            buffer += chunk
            continue
        buffer = rest
        message = json.loads(line)
        if isinstance(message, dict) and message.get("id") == number and "method" not in message:
            return message.get("result")
    return None


def decided(answer: object) -> dict[str, str] | None:
    """The decision in a reply's result, when it is one beyond doubt."""
    decision = answer.get("decision") if isinstance(answer, dict) else None
    if not isinstance(decision, dict):
        return None
    if decision.get("behavior") == "allow":
        return {"behavior": "allow"}
    if decision.get("behavior") != "deny":
        return None
    message = decision.get("message")
    return {"behavior": "deny", "message": message} if isinstance(message, str) else {"behavior": "deny"}


def hand_on(decision: dict[str, str]) -> None:
    """Tell the harness, in one write: half an answer would be none."""
    output = {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}}
    os.write(1, json.dumps(output).encode() + b"\n")


def stamp(seconds: float) -> str:
    """RFC 3339 UTC with milliseconds, without importing datetime."""
    whole = int(seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{int((seconds - whole) * 1000):03d}Z"


if __name__ == "__main__":
    # The alarm bounds everything, also a stdin that never ends and a daemon that never answers.
    signal.signal(signal.SIGALRM, lambda number, frame: os._exit(0))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, BUDGET)
    try:
        main()
    except BaseException:  # noqa: S110 - a hook's failure is never the harness's
        pass
    os._exit(0)
