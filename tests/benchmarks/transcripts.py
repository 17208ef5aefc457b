"""Transcripts: searching a million lines, and what appending costs."""

import asyncio
import random
import tempfile
import time
from pathlib import Path

from openrig_rpc.coordination.finding import Finding
from openrig_rpc.coordination.transcripts import Transcripts
from openrig_rpc.store.search import Search

from .measure import Row, median, p95, times

LINES = 1_000_000
AGENTS = 10
WORDS = [f"word{number}" for number in range(20_000)]


def transcripts() -> list[Row]:
    """A million lines of ten agents."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Transcripts(Path(folder))
        finding = Finding(kept, search := Search(Path(folder) / "search.db"))
        dice = random.Random(1)
        began = time.perf_counter()
        for number in range(LINES // 100):
            lines = "".join(f"{number} {' '.join(dice.choices(WORDS, k=3))}\r\n" for _ in range(100))
            kept.append(f"a{number % AGENTS}", lines.encode())
        wrote = time.perf_counter() - began
        agents = {f"a{number}": f"p-a{number}@bench" for number in range(AGENTS)}
        began = time.perf_counter()
        asyncio.run(finding.find("nothing", agents, 50))
        indexed = time.perf_counter() - began
        took = times(50, lambda number: search.find(dice.choice(WORDS), list(agents), 50))
        search.close()
        kept.close()
    return [
        Row("transcript/search, a word among a million lines", "ms", median(took), p95(took), None, None),
        Row(
            "transcript/search, the first after a million", "s", indexed, None, None, None, f"written in {wrote:.1f} s"
        ),
    ]
