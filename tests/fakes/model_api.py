"""A model API on loopback, streaming, for real harnesses in tests: Anthropic Messages, OpenAI Responses, Gemini.

    python -m tests.fakes.model_api [--port N]      prints its port, serves until it is killed

It answers `ECHO: ` and the last thing the person said, unless a directive (model_directives.py) says otherwise.
After a tool it says `TOOL: ` and the tool's output. Questions a harness asks on the side, titles and such, are
answered shortly and never obey directives. `GET /requests?since=N&with=TEXT` lists what was asked (with TEXT in it):
`{"api": "anthropic" | "openai" | "gemini", "side": bool, "text": str, "tools": [name], "output": str | null, "body":
{…}}`. `POST /release` with `{"name": NAME}` lets answers go on that wait for it.
"""

import argparse
import gzip
import json
import sys
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl

from tests.fakes import anthropic_words, gemini_words, openai_words
from tests.fakes.model_directives import split

Json = dict[str, Any]
LONGEST = 600.0
WORDS = {"anthropic": anthropic_words, "openai": openai_words, "gemini": gemini_words}
ALIVE: dict[str, Json] = {
    "anthropic": {"type": "ping"},
    "openai": {"type": "response.keepalive"},
    "gemini": gemini_words.chunk(""),
}


class Asked(Protocol):
    """What one request asks, in either protocol."""

    side: bool
    text: str
    output: str | None
    tools: list[str]


class Log:
    """What was asked so far, and how often each text was answered with an error."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Json] = []
        self._errors: dict[str, int] = {}
        self._released: dict[str, threading.Event] = {}

    def add(self, entry: Json) -> None:
        with self._lock:
            self._entries.append(entry)

    def since(self, number: int, text: str = "") -> list[Json]:
        with self._lock:
            found = self._entries[number:]
        return [entry for entry in found if text in json.dumps(entry["body"])] if text else found

    def release(self, name: str) -> threading.Event:
        """What is set once NAME is released."""
        with self._lock:
            return self._released.setdefault(name, threading.Event())

    def error(self, value: str, text: str) -> int | None:
        """The status that `[[error=VALUE]]` asks for now."""
        status, _, times = value.partition("*")
        with self._lock:
            done = self._errors.get(text, 0)
            if times and done >= int(times):
                return None
            self._errors[text] = done + 1
        return int(status)


LOG = Log()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.reply({})

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/requests":
            asked = dict(parse_qsl(query))
            self.reply(LOG.since(int(asked.get("since", 0)), asked.get("with", "")))
        elif path.endswith("/models"):
            self.reply({"object": "list", "data": [], "models": [], "has_more": False})
        else:
            self.reply({"error": {"type": "not_found_error", "message": f"there is no {path}"}}, 404)

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        body = self.body()
        try:
            if path.endswith("/count_tokens"):
                self.reply({"input_tokens": max(1, len(json.dumps(body)) // 4)})
            elif path == "/release":
                LOG.release(body["name"]).set()
                self.reply({})
            elif path.endswith("/messages"):
                self.answer("anthropic", body, anthropic_words.read(body))
            elif path.endswith("/responses"):
                self.answer("openai", body, openai_words.read(body))
            elif path.endswith("enerateContent"):
                body["stream"] = path.endswith(":streamGenerateContent")
                self.answer("gemini", body, gemini_words.read(body))
            else:
                self.reply({"error": {"type": "not_found_error", "message": f"there is no {path}"}}, 404)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, api: str, body: Json, asked: Asked) -> None:
        told = {} if asked.side or asked.output is not None else split(asked.text)[1]
        LOG.add(
            {
                "api": api,
                "side": asked.side,
                "text": asked.text,
                "tools": asked.tools,
                "output": asked.output,
                "body": body,
            }
        )
        if "error" in told and (status := LOG.error(told["error"], asked.text)) is not None:
            self.reply(error(status), status)
            return
        words = WORDS[api]
        call = words.call(told, asked.tools)
        text = said(asked, told)
        if not body.get("stream"):
            self.wait(told, lambda: None)
            self.reply(words.whole(body, told, text, call))
            return
        self.open_stream()
        stream = words.stream(body, told, text, call)
        self.event(next(stream))
        # Keep-alives while it is silent: they tell us when the client left.
        self.wait(told, lambda: self.event(ALIVE[api]))
        for event in stream:
            if event == "cut":
                return
            if event == "rest":
                time.sleep(0.1)
            else:
                assert isinstance(event, dict)
                self.event(event)

    # Plumbing.

    def body(self) -> Json:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        body = json.loads(raw or b"{}")
        assert isinstance(body, dict)
        return body

    def reply(self, what: object, status: int = 200) -> None:
        data = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def open_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.send_header("request-id", f"req_{uuid.uuid4().hex[:12]}")
        self.end_headers()
        self.close_connection = True

    def event(self, event: object) -> None:
        assert isinstance(event, dict)
        head = f"event: {event['type']}\n" if "type" in event else ""
        self.wfile.write(f"{head}data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def wait(self, told: dict[str, str], alive: Callable[[], None]) -> None:
        released = LOG.release(told.get("hold", ""))
        endless = "hang" in told or "hold" in told
        until = time.monotonic() + (LONGEST if endless else float(told.get("delay") or 0))
        while (left := until - time.monotonic()) > 0 and not released.wait(min(0.5, left)):
            alive()


def said(asked: Asked, told: dict[str, str]) -> str:
    """What the model says."""
    if asked.side:
        return '{"title": "A title"}'
    if asked.output is not None:
        return f"TOOL: {asked.output[:400]}"
    return told.get("reply") or f"ECHO: {split(asked.text)[0][:2000]}"


def error(status: int) -> Json:
    """An error's body, as both APIs have it."""
    kinds = {
        400: "invalid_request_error",
        401: "authentication_error",
        429: "rate_limit_error",
        529: "overloaded_error",
    }
    kind = kinds.get(status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": f"asked-for error {status}", "code": None}}


class Server(ThreadingHTTPServer):
    """Many connections; none outlives it."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left is no error of ours; anything else goes to stderr."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    server = Server(("127.0.0.1", parser.parse_args().port), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
