"""The model API's Anthropic Messages: what a request asks, and an answer as events."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.model_directives import asked

Json = dict[str, Any]


@dataclass
class Asked:
    """The last thing the person said, or a tool's output. A question on the side comes without tools."""

    side: bool = False
    text: str = ""
    output: str | None = None
    tools: list[str] = field(default_factory=list)


def read(body: Json) -> Asked:
    """What a request asks."""
    found = Asked(tools=[tool.get("name", "") for tool in body.get("tools", [])])
    found.side = not found.tools
    for message in reversed(body.get("messages", [])):
        if message.get("role") == "system":
            continue
        if message.get("role") != "user":
            break
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        for block in reversed(blocks):
            if block.get("type") == "tool_result" and found.output is None:
                found.output = plain(block.get("content"))
            elif block.get("type") == "text" and not block["text"].lstrip().startswith("<system-reminder>"):
                # After a tool that was refused, the new words come in the same message.
                found.text = found.text or block["text"]
    if found.text:
        found.output = None
    return found


def plain(content: object) -> str:
    """A tool's output as text."""
    if isinstance(content, list):
        return "\n".join(str(block.get("text", "")) for block in content)
    return str(content)


def call(told: dict[str, str], tools: list[str]) -> tuple[str, Json] | None:
    """The tool that the directives call, if the harness has it."""
    found: tuple[str, Json] | None = None
    if "bash" in told:
        found = ("Bash", {"command": told["bash"], "description": "what was asked for"})
    elif "write" in told:
        found = ("Write", {"file_path": told["write"], "content": "written\n"})
    elif "ask" in told:
        question, choices = asked(told["ask"])
        options = [{"label": choice, "description": f"take {choice}"} for choice in choices]
        one = {"question": question, "header": "Question", "multiSelect": False, "options": options}
        found = ("AskUserQuestion", {"questions": [one]})
    elif "tool" in told:
        name, _, arguments = told["tool"].partition(" ")
        found = (name, json.loads(arguments or "{}"))
    return found if found is not None and found[0] in tools else None


def whole(body: Json, told: dict[str, str], text: str, call: tuple[str, Json] | None) -> Json:
    """The answer in one piece."""
    block: Json = {"type": "text", "text": text}
    if call is not None:
        block = {"type": "tool_use", "id": f"toolu_{uuid.uuid4().hex[:16]}", "name": call[0], "input": call[1]}
    return {
        "id": f"msg_{uuid.uuid4().hex[:16]}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model"),
        "content": [block],
        "stop_reason": "tool_use" if call else "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": int(told.get("usage") or 100),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 20,
        },
    }


def stream(body: Json, told: dict[str, str], text: str, call: tuple[str, Json] | None) -> Iterator[Json | str]:
    """The answer as events; "rest" is a short pause, "cut" ends it there."""
    message = whole(body, told, text, call)
    block = message["content"][0]
    yield {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
    if call is not None:
        yield {"type": "content_block_start", "index": 0, "content_block": {**block, "input": {}}}
        yield delta({"type": "input_json_delta", "partial_json": json.dumps(call[1])})
    else:
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        for number in range(int(told.get("slow") or 0)):
            yield delta({"type": "text_delta", "text": f"word{number} "})
            yield "rest"
        yield delta({"type": "text_delta", "text": text})
    if "drop" in told:
        yield "cut"
    yield {"type": "content_block_stop", "index": 0}
    stop = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": message["usage"]}
    yield {"type": "message_stop"}


def delta(what: Json) -> Json:
    """One more piece of the only block."""
    return {"type": "content_block_delta", "index": 0, "delta": what}
