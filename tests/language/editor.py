"""An editor, as small as one can be: frames, ids, open texts, and answers to what the server asks."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openrig_rpc.language.texts import uri_of
from openrig_rpc.model.diagnostic import Position
from openrig_rpc.spec.positions import Encoding, Lines
from tests.living import Living

Json = Any
PATIENCE = 20.0

EVERYTHING: dict[str, Json] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}, "versionSupport": True},
        "completion": {
            "completionItem": {"snippetSupport": True, "insertTextModeSupport": {"valueSet": [1, 2]}},
            "contextSupport": True,
        },
        "hover": {"contentFormat": ["markdown"]},
        "definition": {},
        "references": {},
        "documentHighlight": {},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "foldingRange": {},
        "documentLink": {},
        "selectionRange": {},
        "rename": {"prepareSupport": True},
        "formatting": {},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
        "codeLens": {},
        "inlayHint": {},
    },
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}},
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
    },
    "window": {"workDoneProgress": True, "showMessage": {}},
}
"""What an editor that can do everything announces."""


class Refused(Exception):
    """The server answered an error."""

    def __init__(self, error: dict[str, Json]) -> None:
        super().__init__(f"{error['code']}: {error['message']} {error.get('data')}")
        self.error = error


class Editor:
    """One connection over `openrig-rpc stdio`."""

    def __init__(self, home: Living, capabilities: dict[str, Json] | None = None, *, attention: bool = False) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "openrig_rpc", "stdio"],
            env=home.environment(),
            cwd=home.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.texts: dict[str, tuple[int, str]] = {}
        self.heard: list[dict[str, Json]] = []
        self.asked: list[dict[str, Json]] = []
        self.diagnostics: dict[str, tuple[int | None, list[Json]]] = {}
        self.answers: dict[str, Callable[[Json], Json]] = {}
        self._replies: dict[int, dict[str, Json]] = {}
        self._changed = threading.Condition()
        self._next = 0
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()
        said = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "clientInfo": {"name": "tests"},
                "capabilities": EVERYTHING if capabilities is None else capabilities,
                "initializationOptions": {"openrig": {"attention": attention}},
            },
        )
        self.capabilities: dict[str, Json] = said["capabilities"]
        self.encoding: Encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.notify("initialized", {})

    # The wire.

    def send(self, method: str, params: Json) -> int:
        """A request; its id."""
        self._next += 1
        self._write({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        return self._next

    def request(self, method: str, params: Json, patience: float = PATIENCE) -> Json:
        """A request and its result. Raises Refused."""
        return self.reply(self.send(method, params), patience)

    def reply(self, identity: int, patience: float = PATIENCE) -> Json:
        """The result of what was sent. Raises Refused."""
        self.until(lambda: identity in self._replies, "a reply", patience)
        reply = self._replies.pop(identity)
        if "error" in reply:
            raise Refused(reply["error"])
        return reply["result"]

    def notify(self, method: str, params: Json) -> None:
        """A notification."""
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def until(self, holds: Callable[[], Json], what: str, patience: float = PATIENCE) -> Json:
        """Wait until something that came makes it true; its value."""
        end = time.monotonic() + patience
        with self._changed:
            while not (found := holds()):
                left = end - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(f"{'the server is gone' if self._ended else 'not in time'}: {what}")
                self._changed.wait(left)
            return found

    def _write(self, message: Json) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while True:
            length = 0
            while (line := stdout.readline().strip()) != b"":
                length = int(line.partition(b":")[2])
            body = stdout.read(length) if length else b""
            if not body:
                break
            self._take(json.loads(body))
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _take(self, message: dict[str, Json]) -> None:
        answer = None
        with self._changed:
            if "method" not in message:
                self._replies[message["id"]] = message
            elif "id" in message:
                self.asked.append(message)
                answer = self.answers.get(message["method"], lambda params: None)
            else:
                self.heard.append(message)
                if message["method"] == "textDocument/publishDiagnostics":
                    params = message["params"]
                    self.diagnostics[params["uri"]] = (params.get("version"), params["diagnostics"])
            self._changed.notify_all()
        if answer is not None:
            threading.Thread(target=self._answer, args=(message, answer), daemon=True).start()

    def _answer(self, message: dict[str, Json], answer: Callable[[Json], Json]) -> None:
        result = answer(message.get("params"))
        try:
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": result})
        except (OSError, ValueError):
            pass  # This editor is gone.

    # Texts.

    def open(self, path: Path, text: str | None = None, language: str = "yaml") -> str:
        """Open a file, as it is on the disk or with another text; its URI."""
        uri = uri_of(path)
        self.texts[uri] = (1, path.read_bytes().decode() if text is None else text)
        item = {"uri": uri, "languageId": language, "version": 1, "text": self.texts[uri][1]}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def close_text(self, uri: str) -> None:
        """Close it again."""
        del self.texts[uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def replace(self, uri: str, start: int, end: int, new: str) -> None:
        """One incremental change, by offsets."""
        version, text = self.texts[uri]
        place = self.range(text, start, end)
        self.texts[uri] = (version + 1, text[:start] + new + text[end:])
        self._change(uri, [{"range": place, "text": new}])

    def set_text(self, uri: str, text: str) -> None:
        """The whole text anew."""
        self.texts[uri] = (self.texts[uri][0] + 1, text)
        self._change(uri, [{"text": text}])

    def apply(self, uri: str, edits: list[Json]) -> None:
        """Text edits of the server's, as one change of the whole text."""
        self.set_text(uri, applied(self.texts[uri][1], edits, self.encoding))

    def _change(self, uri: str, changes: list[Json]) -> None:
        document = {"uri": uri, "version": self.texts[uri][0]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def found(self, uri: str) -> list[Json]:
        """The diagnostics of the text as it is now."""
        wanted = self.texts[uri][0]
        self.until(lambda: uri in self.diagnostics and self.diagnostics[uri][0] == wanted, f"diagnostics of {uri}")
        return self.diagnostics[uri][1]

    def at(self, uri: str, offset: int) -> dict[str, Json]:
        """The params of a request about a place."""
        return {"textDocument": {"uri": uri}, "position": self.position(self.texts[uri][1], offset)}

    def position(self, text: str, offset: int) -> dict[str, int]:
        """An offset as LSP counts."""
        found = Lines(text).position(offset, self.encoding)
        return {"line": found.line, "character": found.character}

    def range(self, text: str, start: int, end: int) -> dict[str, Json]:
        """Two offsets as LSP counts."""
        return {"start": self.position(text, start), "end": self.position(text, end)}

    def offsets(self, text: str, place: dict[str, Json]) -> tuple[int, int]:
        """LSP's range as offsets."""
        return offsets(text, place, self.encoding)

    def messages(self, method: str) -> list[Json]:
        """The params of every notification of a kind that came so far."""
        return [each["params"] for each in list(self.heard) if each["method"] == method]

    def end(self) -> None:
        """Say good-bye, and see that the process ends."""
        try:
            if self.process.poll() is None:
                self.request("shutdown", None, 5)
                self.notify("exit", None)
                self.process.wait(5)
        except (AssertionError, Refused, OSError, subprocess.TimeoutExpired):
            pass
        finally:
            self.process.kill()
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        pass


def offsets(text: str, place: dict[str, Json], encoding: Encoding) -> tuple[int, int]:
    """LSP's range as offsets."""
    lines = Lines(text)
    ends = [Position(**place[end]) for end in ("start", "end")]
    return lines.offset(ends[0], encoding), lines.offset(ends[1], encoding)


def applied(text: str, edits: list[Json], encoding: Encoding) -> str:
    """A text after edits, all of which are about the text before. Snippets' gaps are left as they are."""
    for edit in sorted(edits, key=lambda edit: offsets(text, edit["range"], encoding), reverse=True):
        start, end = offsets(text, edit["range"], encoding)
        text = text[:start] + edit["newText"] + text[end:]
    return text
