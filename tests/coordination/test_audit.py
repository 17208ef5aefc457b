"""The journal over the wire and by `rig audit`: whole after crashes, with as many rows as there were mutations."""

import hashlib
import json
from contextlib import closing, suppress
from typing import Any

import pytest

from openrig_rpc.cli.faults import Fault
from tests.coordination.team import as_agent, refused
from tests.living import Living, living, rig_of, terminal


def exported(home: Living) -> list[dict[str, Any]]:
    return [json.loads(line) for line in home.rig("audit", "export").stdout.splitlines()]


@pytest.mark.timeout(120)
def test_as_many_rows_as_mutations_after_crashes() -> None:
    """Killed in the middle of a commit, before it and after it: a post that was acknowledged has one row, and a row is
    of a post that is there."""
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("work", terminal("a")))})
        home.stop()
        acknowledged: list[int] = []
        for point in ("before_commit:20", "after_commit:20", "before_commit:31"):
            home.start(OPENRIG_RPC_FAULT=point)
            with suppress(Fault), closing(home.line()) as line:
                answers = (line.ask("room/post", {"rig": "work", "text": "x"}) for _ in range(200))
                acknowledged.extend(answer["post"]["number"] for answer in answers)
            if home.daemon is not None and home.daemon.poll() is None:
                home.kill()
        home.start()
        assert home.ask("audit/verify")["ok"]
        posts = home.ask("room/history", {"rig": "work", "since": 0, "limit": 1000})["posts"]
        rows = [row["data"]["number"] for row in exported(home) if row["kind"] == "room.posted"]
        assert rows == [post["number"] for post in posts] and set(acknowledged) <= set(rows)
        assert len(acknowledged) > 10


def test_the_export_proves_itself() -> None:
    """Whoever has the lines can follow the chain without us; an agent sees its own rig alone."""
    with living() as home:
        home.start()
        for name in ("work", "other"):
            home.ask("rig/up", {"path": home.write(f"{name}.yaml", rig_of(name, terminal("a")))})
            home.ask("room/post", {"rig": name, "text": "hello"})
        rows = exported(home)
        previous = ""
        for row in rows:
            fields = [row.get(name) for name in ("seq", "time", "kind", "rig", "agent", "actor", "before", "after")]
            told = json.dumps([previous, *fields], separators=(",", ":"), ensure_ascii=False).encode()
            assert hashlib.sha256(told).hexdigest() == row["hash"]
            previous = row["hash"]
        assert {"room.posted", "rig.up"} <= {row["kind"] for row in rows}
        assert home.ask("audit/verify")["rows"] == len(rows)
        assert f"{len(rows)} mutations" in home.rig("audit", "verify").stdout
        line = as_agent(home, "p-a@work")
        assert {row.get("rig") for row in line.ask("audit/export")["events"]} == {"work"}
        refused(line, "system/shutdown", {}, "not-permitted")
        line.close()
