"""The scripted harness's hooks: the reporter run for one event after the other, beside the drawing."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable

REPORTER = f"{__file__.rsplit('/', 2)[0]}/reporter.py"

Decision = dict[str, object]
Decided = Callable[[Decision | None], None]


class Report:
    """One event on its way. `cancel` ends a reporter that waits for an answer nobody needs any more."""

    def __init__(self, event: str, payload: dict[str, object], decided: Decided | None) -> None:
        self.event = event
        self.payload = payload
        self.decided = decided
        self.cancelled = False
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def cancel(self) -> None:
        """From any thread: don't start it, or end it."""
        with self._lock:
            self.cancelled = True
            if self._process is not None and self._process.poll() is None:
                self._process.kill()

    def run(self, argv: list[str]) -> Decision | None:
        """Run the reporter to its end; what it decided, if anything."""
        with self._lock:
            if self.cancelled:
                return None
            try:
                self._process = subprocess.Popen(
                    [*argv, self.event],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    process_group=0,
                )
            except OSError:
                return None
        output, _ = self._process.communicate(json.dumps(self.payload).encode())
        return None if self._process.returncode else parsed(output)


class Hooks:
    """The queue and its thread. `later(call)` runs a call in the harness's own loop."""

    def __init__(self, argv: list[str], later: Callable[[Callable[[], None]], None]) -> None:
        self._argv = argv or [sys.executable, "-I", "-S", REPORTER, "--harness=scripted"]
        self._later = later
        self._queue: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def report(self, event: str, payload: dict[str, object], decided: Decided | None = None) -> Report:
        """Queue one event. `decided` is called in the harness's loop when the reporter ended."""
        report = Report(event, payload, decided)
        self._queue.put(report)
        return report

    def close(self, seconds: float) -> None:
        """Let what is queued go out, but wait no longer than `seconds`."""
        self._queue.put(None)
        self._thread.join(seconds)

    def _work(self) -> None:
        while (report := self._queue.get()) is not None:
            decision = report.run(self._argv)
            if report.decided is not None:
                self._later(self._telling(report, decision))

    @staticmethod
    def _telling(report: Report, decision: Decision | None) -> Callable[[], None]:
        def tell() -> None:
            # Answered in the pane meanwhile: too late, and maybe another question is open.
            if report.decided is not None and not report.cancelled:
                report.decided(decision)

        return tell


def parsed(output: bytes) -> Decision | None:
    """What a PermissionRequest hook printed, as Claude Code reads it."""
    try:
        decision = json.loads(output)["hookSpecificOutput"]["decision"]
    except (ValueError, KeyError, TypeError):
        return None
    return decision if isinstance(decision, dict) else None
