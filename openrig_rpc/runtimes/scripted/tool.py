"""A program that the scripted harness really runs: an argv, never a shell."""

import codecs
import os
import shlex
import signal
import subprocess

KEPT = 64 * 1024
SHARE = 16


class Tool:
    """A running command with what it printed; `code` is None as long as it runs. `descriptor` has its output."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.output = ""
        self.code: int | None = None
        self.descriptor = -1
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
        self.descriptor = self._process.stdout.fileno()
        os.set_blocking(self.descriptor, False)

    def read(self) -> bool:
        """Take what it printed, a share of it at a time; of much the last `KEPT` characters stay. True at its end."""
        for _ in range(SHARE):
            try:
                data = os.read(self.descriptor, 65536)
            except BlockingIOError:
                return False
            self.output = (self.output + self._decode(data, not data))[-KEPT:]
            if not data:
                return True
        return False

    def poll(self) -> bool:
        """True when it ended. What it started may still hold its output open: that is not waited for."""
        if self.code is None and self._process is not None and self._process.poll() is not None:
            self._ended(self._process)
        return self.code is not None

    def end(self) -> None:
        """Stop it now, with its group, if it still runs."""
        if self.code is None and self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self._process.wait()
            self._ended(self._process)

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        self.read()
        if process.stdout is not None:
            process.stdout.close()
        self.code = process.returncode
