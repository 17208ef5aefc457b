"""The model API's OpenAI Responses, as Codex speaks it: what a request asks, and an answer as events."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.model_directives import asked

Json = dict[str, Any]
OURS = ("<environment_context>", "# AGENTS.md", "<user_instructions>", "<skills", "<permissions", "<developer")
ON_THE_SIDE = "Generate a concise, single-line task title"


@dataclass
class Asked:
    """The last thing the person said, or a tool's output. Titles are asked for on the side."""

    side: bool = False
    text: str = ""
    output: str | None = None
    tools: list[str] = field(default_factory=list)


def read(body: Json) -> Asked:
    """What a request asks."""
    found = Asked(tools=list(tools(body)))
    for item in reversed(body.get("input", [])):
        kind = item.get("type", "message")
        if kind in ("function_call_output", "custom_tool_call_output"):
            if found.output is None:
                found.output = plain(item.get("output"))
        elif kind == "message" and item.get("role") == "user":
            text = "\n".join(part.get("text", "") for part in item.get("content", []) if part["type"] == "input_text")
            if not text.lstrip().startswith(OURS):
                found.text = text
                break
        elif kind == "message" and item.get("role") == "assistant":
            break
    found.side = not found.tools or found.text.startswith(ON_THE_SIDE)
    return found


def tools(body: Json) -> Iterator[str]:
    """Names of the tools there are. An MCP server's stand under its namespace, as `NAMESPACE.NAME`."""
    for tool in body.get("tools", []):
        if tool.get("type") == "namespace":
            for inner in tool.get("tools", []):
                yield f"{tool['name']}.{inner.get('name', '')}"
        else:
            yield tool.get("name") or tool.get("type", "")


def plain(output: object) -> str:
    """A tool's output as text."""
    if isinstance(output, list):
        return "\n".join(str(part.get("text", "")) for part in output)
    return str(output)


def call(told: dict[str, str], tools: list[str]) -> tuple[str, Json] | None:
    """The tool that the directives call, if the harness has it."""
    found: tuple[str, Json] | None = None
    if "bash" in told:
        ask = {"sandbox_permissions": "require_escalated", "justification": "it was asked for"}
        found = ("exec_command", {"cmd": told["bash"], **(ask if "escalate" in told else {})})
    elif "ask" in told:
        question, choices = asked(told["ask"])
        options = [{"label": choice, "description": f"take {choice}"} for choice in choices]
        one = {"id": "one", "header": "Question", "question": question, "options": options}
        found = ("request_user_input", {"questions": [one]})
    elif "tool" in told:
        name, _, arguments = told["tool"].partition(" ")
        found = (name, json.loads(arguments or "{}"))
    return found if found is not None and found[0] in tools else None


def whole(body: Json, told: dict[str, str], text: str, call: tuple[str, Json] | None) -> Json:
    """The answer in one piece."""
    if call is not None:
        namespace, dot, name = call[0].rpartition(".")
        item: Json = {
            "type": "function_call",
            "id": f"fc_{uuid.uuid4().hex[:12]}",
            "call_id": f"call_{uuid.uuid4().hex[:12]}",
            "name": name,
            "arguments": json.dumps(call[1]),
            "status": "completed",
            **({"namespace": namespace} if dot else {}),
        }
    else:
        item = {
            "type": "message",
            "id": f"msg_{uuid.uuid4().hex[:12]}",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": text, "annotations": []}],
        }
    used = int(told.get("usage") or 100)
    return {
        "id": f"resp_{uuid.uuid4().hex[:16]}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed",
        "model": body.get("model"),
        "output": [item],
        "usage": {
            "input_tokens": used,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 20,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": used + 20,
        },
    }


def stream(body: Json, told: dict[str, str], text: str, call: tuple[str, Json] | None) -> Iterator[Json | str]:
    """The answer as events; "rest" is a short pause, "cut" ends it there."""
    slow = "".join(f"word{number} " for number in range(int(told.get("slow") or 0)))
    response = whole(body, told, slow + text, call)
    item = response["output"][0]
    yield {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}}
    begun = {**item, "arguments": ""} if call is not None else {**item, "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": 0, "item": begun}
    if call is None:
        for word in [*slow.split(), text]:
            yield {
                "type": "response.output_text.delta",
                "output_index": 0,
                "content_index": 0,
                "item_id": item["id"],
                "delta": word if word is text else f"{word} ",
            }
            if word is not text:
                yield "rest"
    if "drop" in told:
        yield "cut"
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": "response.completed", "response": response}
