"""The model API's Gemini `generateContent`: what a request asks, and an answer as chunks."""

import json
from collections.abc import Iterator
from typing import Any

from tests.fakes.anthropic_words import Asked
from tests.fakes.model_directives import asked

Json = dict[str, Any]


def read(body: Json) -> Asked:
    """What a request asks. A question on the side comes without functions to call."""
    functions = [found for tool in body.get("tools", []) for found in tool.get("functionDeclarations", [])]
    found = Asked(tools=[function.get("name", "") for function in functions])
    found.side = not found.tools
    for content in reversed(body.get("contents", [])):
        if content.get("role") != "user":
            break
        said = ""
        for part in content.get("parts", []):
            answer, text = part.get("functionResponse"), str(part.get("text", ""))
            if answer is not None:
                response = answer.get("response", {})
                found.output = found.output or str(response.get("output", response.get("error", response)))
            elif text.lstrip().startswith("--- Content from referenced files"):
                break  # What it read where a word looked like a file's name to it.
            elif not text.lstrip().startswith("<session_context>"):
                said += text
        found.text = found.text or said
    if found.text:
        found.output = None
    return found


def call(told: dict[str, str], tools: list[str]) -> tuple[str, Json] | None:
    """The function that the directives call, if the harness has it."""
    found: tuple[str, Json] | None = None
    if "bash" in told:
        found = ("run_shell_command", {"command": told["bash"], "description": "what was asked for"})
    elif "write" in told:
        found = ("write_file", {"file_path": told["write"], "content": "written\n"})
    elif "ask" in told:
        question, choices = asked(told["ask"])
        options = [{"label": choice, "description": f"take {choice}"} for choice in choices]
        one = {"question": question, "header": "Question", "type": "choice", "options": options}
        found = ("ask_user", {"questions": [one]})
    elif "tool" in told:
        name, _, arguments = told["tool"].partition(" ")
        found = (name, json.loads(arguments or "{}"))
    return found if found is not None and found[0] in tools else None


def whole(body: Json, told: dict[str, str], text: str, call: tuple[str, Json] | None) -> Json:
    """The answer in one piece."""
    part: Json = {"text": text} if call is None else {"functionCall": {"name": call[0], "args": call[1]}}
    tokens = int(told.get("usage") or 100)
    return {
        "candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {
            "promptTokenCount": tokens,
            "candidatesTokenCount": 20,
            "totalTokenCount": tokens + 20,
        },
    }


def stream(body: Json, told: dict[str, str], text: str, call: tuple[str, Json] | None) -> Iterator[Json | str]:
    """The answer as chunks; "rest" is a short pause, "cut" ends it there."""
    yield chunk("")
    for number in range(int(told.get("slow") or 0)):
        yield chunk(f"word{number} ")
        yield "rest"
    if "drop" in told:
        yield "cut"
    yield whole(body, told, text, call)


def chunk(text: str) -> Json:
    """One more piece of the answer."""
    return {"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}]}
