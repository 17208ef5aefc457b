"""A program that the scripted harness really runs: an argv, never a shell."""

import codecs
import os
import shlex
import signal
import subprocess

KEPT = 64 * 1024
SHARE = 16


class Tool:
    """A running command with what it printed. `file` is to be read while it is not None; `poll` tells the end."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.output = ""
        self.code: int | None = None
        self.file: int | None = None
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._process: subprocess.Popen[bytes] | None = None
        try:
            argv = shlex.split(command)
            # Its own process group, so that it can be ended with what it started; the pane's tty stays its own.
            self._process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0
            )
        except (OSError, ValueError, IndexError) as error:
            self.output = f"can't run {command!r}: {error}\n"
            self.code = 127 if isinstance(error, OSError) else 2
            return
        assert self._process.stdout is not None
        self.file = self._process.stdout.fileno()
        os.set_blocking(self.file, False)

    def read(self) -> None:
        """Take what it printed, a share of it at a time; of much the last `KEPT` characters stay."""
        for _ in range(SHARE):
            if self.file is None:
                return
            try:
                data = os.read(self.file, 65536)
            except BlockingIOError:
                return
            self.output = (self.output + self._decode(data, not data))[-KEPT:]
            if not data:
                self.file = None

    def poll(self) -> bool:
        """True when it ended. What it started may still hold its output open: that is not waited for."""
        if self.code is None and self._process is not None:
            code = self._process.poll()
            if code is not None:
                self.read()
                self._close()
                self.code = code
        return self.code is not None

    def end(self) -> None:
        """Stop it now, with its group."""
        if self._process is not None and self.code is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self._process.wait()
            self._close()
            self.code = self._process.returncode

    def _close(self) -> None:
        self.file = None
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()
