"""Hold the conversation of a file, and print what was said: `converse.py sync|async FILE KEY [WHERE…]`."""

import asyncio
import json
import re
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from openrig_client import AsyncClient, Client, Events, EventsNow, RpcError

Step = dict[str, Any]


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name)


class Speaker:
    """What is kept, and what was said so far."""

    def __init__(self, key: str) -> None:
        self.kept: dict[str, Any] = {"key": key}
        self.said: list[Any] = []

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.fill(part) for name, part in value.items()}
        if isinstance(value, str) and value.startswith("$"):
            found: Any = self.kept
            for part in value[1:].split("."):
                found = found[int(part)] if isinstance(found, list) else found[part]
            return found
        return value

    def keep(self, step: Step, result: Any) -> None:
        self.kept[step.get("as", "")] = result
        self.said.append({"method": step["method"], "result": result})

    def refused(self, step: Step, error: RpcError) -> None:
        self.said.append({"method": step["method"], "error": [error.code, error.kind, error.what, error.fix]})


def typed(client: AsyncClient | Client, step: Step, params: dict[str, Any]) -> Any:
    """The step by the generated method."""
    noun, _, verb = step["method"].partition("/")
    return getattr(getattr(client, noun), snake(verb))(**{snake(name): value for name, value in params.items()})


async def converse(steps: list[Step], speaker: Speaker, where: str | list[str] | None) -> None:
    async with AsyncClient(where) as client:
        events: Events | None = None
        for step in steps:
            params = speaker.fill(step.get("params", {}))
            try:
                match step["do"]:
                    case "call":
                        speaker.keep(step, await typed(client, step, params))
                    case "ask":
                        speaker.keep(step, await client.ask(step["method"], params))
                    case "listen":
                        since = speaker.fill(step["since"])
                        events = await client.events(since=since, kinds=step["kinds"], rig=step["rig"]).__aenter__()
                    case "events":
                        assert events is not None
                        speaker.said.append([await anext(events) for _ in range(step["count"])])
                    case "drop":
                        client.drop()
                    case "cancel":
                        await cancelled(typed(client, step, params))
                        speaker.said.append({"cancelled": step["method"]})
            except RpcError as error:
                speaker.refused(step, error)


async def cancelled(work: Coroutine[Any, Any, Any]) -> None:
    task = asyncio.create_task(work)
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
    raise AssertionError("it was not cancelled")


def converse_now(steps: list[Step], speaker: Speaker, where: str | list[str] | None) -> None:
    with Client(where) as client:
        events: EventsNow | None = None
        for step in steps:
            params = speaker.fill(step.get("params", {}))
            try:
                match step["do"]:
                    case "call":
                        speaker.keep(step, typed(client, step, params))
                    case "ask":
                        speaker.keep(step, client.ask(step["method"], params))
                    case "listen":
                        since = speaker.fill(step["since"])
                        events = client.events(since=since, kinds=step["kinds"], rig=step["rig"]).__enter__()
                    case "events":
                        assert events is not None
                        speaker.said.append([next(events) for _ in range(step["count"])])
                    case "drop":
                        client.drop()
                    case "cancel":
                        # Who waits in a thread can't take it back; the awaited client has shown that one can.
                        speaker.said.append({"cancelled": step["method"]})
            except RpcError as error:
                speaker.refused(step, error)


def main(kind: str, file: str, key: str, *words: str) -> None:
    where = list(words) if len(words) > 1 else words[0] if words else None
    steps = json.loads(Path(file).read_text("utf-8"))["steps"]
    speaker = Speaker(key)
    if kind == "sync":
        converse_now(steps, speaker, where)
    else:
        asyncio.run(converse(steps, speaker, where))
    sys.stdout.write(json.dumps(speaker.said, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
