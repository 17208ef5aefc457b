"""One conversation of the scripted harness, kept as lines of JSON so that a later run can go on with it."""

import json
import os
from collections.abc import Callable


class Session:
    """What was said, in `FOLDER/ID.jsonl`; nothing is kept where there is no folder."""

    def __init__(self, folder: str, identity: str, cwd: str) -> None:
        self.id = identity
        self.path = f"{folder}/{identity}.jsonl" if folder else ""
        self._cwd = cwd
        self._silent = False

    def again(self, say: Callable[[str, str, str, str], None]) -> bool:
        """Say everything again that was said so far, and note who goes on with it; whether there was anything."""
        if not self.path or not os.path.exists(self.path):  # noqa: PTH110 - pathlib costs 10 ms
            return False
        self._silent = True
        with open(self.path, encoding="ascii") as file:  # noqa: PTH123 - pathlib costs 10 ms
            for line in file:
                entry = json.loads(line)
                if "said" in entry:
                    say(*entry["said"])
        self._silent = False
        append(self.path, {"session_id": self.id, "cwd": self._cwd, "resumed_by": os.getpid()})
        return True

    def keep(self, *said: str) -> None:
        """Something was said: the arguments of `say`."""
        if self.path and not self._silent:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)  # noqa: PTH103, PTH120 - pathlib costs 10 ms
            append(self.path, {"session_id": self.id, "cwd": self._cwd, "said": said})


def append(path: str, line: dict[str, object]) -> None:
    """One JSON line more in a file; a reader takes it when its new line is there."""
    if path:
        with open(path, "a", encoding="ascii") as file:  # noqa: PTH123 - pathlib costs 10 ms
            file.write(json.dumps(line) + "\n")
