"""What harnesses write down of themselves, read and followed."""

import asyncio
import json
from pathlib import Path

import pytest

from openrig_rpc.observe.files import Files
from openrig_rpc.runtimes.diaries import ClaudeSessions, CodexRollout, Entry
from openrig_rpc.runtimes.usage import claude_use

CLAUDE, CODEX = ClaudeSessions(), CodexRollout()
AT = 1_795_366_000_123


def session(**more: object) -> str:
    return json.dumps({"pid": 7, "sessionId": "s", "status": "idle", "statusUpdatedAt": AT, **more})


def line(kind: str, **more: object) -> str:
    return json.dumps({"timestamp": "2026-11-22T17:00:00.000Z", "type": "event_msg", "payload": {"type": kind, **more}})


def told(entries: list[Entry]) -> list[tuple[str | None, str]]:
    return [(entry.signal.state, entry.signal.detail) for entry in entries]


@pytest.mark.parametrize(
    ("status", "state"), [("idle", "idle"), ("busy", "busy"), ("waiting", "needsInput"), ("new", None)]
)
def test_claude_session(tmp_path: Path, status: str, state: str | None) -> None:
    path = tmp_path / "7.json"
    path.write_text(session(status=status))
    entries, _ = CLAUDE.read(path, "s", 0)
    assert [entry.signal.state for entry in entries] == ([state] if state else [])
    assert [entry.at for entry in entries] == (["2026-11-22T16:46:40.123Z"] if state else [])
    assert CLAUDE.read(path, "another", 0) == ([], 0)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sessionId": "s"}', session(statusUpdatedAt="now")])
def test_claude_session_that_reads_as_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "7.json"
    path.write_text(text)
    assert CLAUDE.read(path, "s", 0) == ([], 0)


def test_codex_rollout_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    whole = f"{line('task_started')}\n{line('agent_message')}\nnonsense\n"
    path.write_text(whole + line("task_complete", error={"message": "no"})[:30])
    entries, offset = CODEX.read(path, "s", 0)
    assert told(entries) == [("busy", "its rollout says task_started")]
    assert offset == len(whole)
    path.write_text(whole + line("task_complete", error={"message": "no"}) + "\n" + line("turn_aborted") + "\n")
    entries, offset = CODEX.read(path, "s", offset)
    assert told(entries) == [
        ("idle", "its rollout says task_complete with an error"),
        ("idle", "its rollout says turn_aborted"),
    ]
    assert offset == path.stat().st_size


def test_codex_rollout_tells_of_its_context(tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    info = {"last_token_usage": {"total_tokens": 64_600}, "model_context_window": 258_400}
    rows = [line("token_count", info=None), line("token_count", info=info), line("token_count", info={"x": 1})]
    path.write_text("".join(f"{row}\n" for row in rows))
    entries, _ = CODEX.read(path, "s", 0)
    (use,) = [entry.signal.use for entry in entries]
    assert use is not None and entries[0].signal.state is None
    assert (use.used_tokens, use.window_tokens, use.used_percent, use.cost_usd) == (64_600, 258_400, 25.0, None)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"current_usage": {"input_tokens": 100, "cache_read_input_tokens": 900}, "used_percentage": 7}, (1000, 7.0)),
        ({"current_usage": {"input_tokens": 20_000, "output_tokens": 5}}, (20_000, 10.0)),
        ({"current_usage": None, "used_percentage": None}, (0, 0.0)),
    ],
)
def test_claudes_status_line_tells_of_its_context(given: dict[str, object], told: tuple[int, float]) -> None:
    payload = {"context_window": {"context_window_size": 200_000, **given}, "cost": {"total_cost_usd": 0.12345}}
    use = claude_use(payload)
    assert use is not None
    assert (use.used_tokens, use.used_percent, use.window_tokens, use.cost_usd) == (*told, 200_000, 0.1235)
    assert claude_use({"context_window": "much"}) is None and claude_use({}) is None


async def test_files_are_followed_until_forgotten(tmp_path: Path) -> None:
    heard: asyncio.Queue[tuple[str, Entry]] = asyncio.Queue()
    files = Files(lambda agent, entry: heard.put_nowait((agent, entry)))
    sessions, transcript = tmp_path / "sessions", tmp_path / "projects" / "p" / "s.jsonl"
    sessions.mkdir()
    rollout = tmp_path / "rollout.jsonl"
    rollout.write_text(line("task_started") + "\n")
    try:
        files.follow("a1", CLAUDE, transcript, "s")
        files.follow("a2", CODEX, rollout, "c")
        agent, entry = await asyncio.wait_for(heard.get(), 5)
        assert (agent, entry.signal.state) == ("a2", "busy")
        # A file that appears, and one that grows.
        (sessions / "8.json").write_text(session(sessionId="another"))
        (sessions / "7.json").write_text(session())
        agent, entry = await asyncio.wait_for(heard.get(), 5)
        assert (agent, entry.signal.state) == ("a1", "idle")
        files.forget("a1")
        (sessions / "7.json").write_text(session(status="busy"))
        with rollout.open("a") as file:
            file.write(line("turn_aborted") + "\n")
        while (found := await asyncio.wait_for(heard.get(), 5))[0] == "a1":
            assert found[1].signal.state == "idle"  # What was written before.
        assert found[1].signal.detail == "its rollout says turn_aborted"
    finally:
        files.close()


async def test_what_is_not_there_is_not_followed(tmp_path: Path) -> None:
    files = Files(lambda agent, entry: None)
    files.follow("a1", CODEX, tmp_path / "nowhere.jsonl", "c")
    files.forget("a1")
    files.close()
