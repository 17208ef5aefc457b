"""How things are measured here: medians and 95th percentiles of many, CPU from the kernel's own accounts."""

import os
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Row:
    """One line of the table. `theirs` is the same thing done with libtmux alone, None where it has no such thing."""

    what: str
    unit: str
    ours: float
    ours_p95: float | None
    theirs: float | None
    theirs_p95: float | None
    note: str = ""

    def text(self) -> str:
        """The line as a person reads it."""
        ratio = f"{self.theirs / self.ours:7.1f}x" if self.theirs and self.ours else "       –"
        ours, theirs = _pair(self.ours, self.ours_p95), _pair(self.theirs, self.theirs_p95)
        return f"{self.what:46} {ours:>20} {theirs:>20} {ratio}  {self.unit:4} {self.note}"

    def data(self) -> dict[str, object]:
        """The line as JSON."""
        return asdict(self)


def _pair(median: float | None, p95: float | None) -> str:
    if median is None:
        return "–"
    return f"{median:.2f}" if p95 is None else f"{median:.2f} / {p95:.2f}"


def times(count: int, act: Callable[[int], object]) -> list[float]:
    """Milliseconds that each of `count` calls took."""
    found = []
    for number in range(count):
        began = time.perf_counter()
        act(number)
        found.append((time.perf_counter() - began) * 1000)
    return found


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def p95(values: Iterable[float]) -> float:
    """The 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def p99(values: Iterable[float]) -> float:
    """The 99th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes and their ended children so far."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / TICKS


def rss_mb(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def children(pid: int) -> list[int]:
    """Direct children of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found
