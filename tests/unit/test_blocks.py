"""Marked blocks in files of the person's: put in, brought up to date, taken out again, and nothing else touched."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from openrig_rpc.model.startup import DeliveryHint, When
from openrig_rpc.rig import blocks
from openrig_rpc.rig.blocks import Blocks
from openrig_rpc.runtimes.given import NotGiven
from openrig_rpc.spec.loaded import ResolvedFile, ResolvedMember

RIG = "r1"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "norms.md").write_text("Be brief.\nBe kind.\n")
    (tmp_path / "more.md").write_text("More.\n")
    return tmp_path / "work"


@pytest.fixture
def held(tmp_path: Path) -> Blocks:
    return Blocks(tmp_path / "state")


def member(work: Path, *names: str, runtime: str = "claude-code", file: str = "CLAUDE.md") -> ResolvedMember:
    files = tuple(
        ResolvedFile("rig", name, work.parent / name, DeliveryHint.GUIDANCE_MERGE, True, tuple(When)) for name in names
    )
    return ResolvedMember("p", runtime, runtime, "default", "local:x", work, files=files, guidance_file=file)


def content(work: Path, name: str = "CLAUDE.md") -> bytes:
    return (work / name).read_bytes()


@pytest.mark.parametrize(
    "before",
    [None, b"", b"# Mine\n", b"# Mine\n\nwithout an end", b"one\r\ntwo\r\n", b"one\r\ntwo", b"\xff\xfe not text\n"],
)
def test_what_was_there_comes_back_to_the_byte(work: Path, held: Blocks, before: bytes | None) -> None:
    if before is not None:
        (work / "CLAUDE.md").write_bytes(before)
        (work / "CLAUDE.md").chmod(0o640)
    held.put(RIG, "team", member(work, "norms.md", "more.md"))
    now = content(work)
    assert now.startswith(before or b"") and b"Be brief." in now and b"`rig down team`" in now
    if before and b"\r" in before:
        assert now.count(b"\n") == now.count(b"\r\n")
    held.put(RIG, "team", member(work, "norms.md", "more.md"))
    assert content(work) == now, "said again, it is the same"
    assert held.keep(RIG) == {}
    assert (content(work) if (work / "CLAUDE.md").exists() else None) == before
    if before is not None:
        assert (work / "CLAUDE.md").stat().st_mode & 0o777 == 0o640
    assert held.rigs() == [] and [path.name for path in work.iterdir()] == (["CLAUDE.md"] if before is not None else [])


def test_edits_around_it_stay(work: Path, held: Blocks) -> None:
    (work / "CLAUDE.md").write_text("mine")
    held.put(RIG, "team", member(work, "norms.md"))
    (work / "CLAUDE.md").write_bytes(b"new first\n" + content(work) + b"new last\n")
    (work.parent / "norms.md").write_text("Be very brief.\n")
    held.put(RIG, "team", member(work, "norms.md"))
    assert b"very brief" in content(work) and b"Be kind" not in content(work)
    held.keep(RIG)
    assert content(work) == b"new first\nmine\nnew last\n"


def test_a_file_of_ours_that_the_person_went_on_with_stays(work: Path, held: Blocks) -> None:
    held.put(RIG, "team", member(work, "norms.md"))
    (work / "CLAUDE.md").write_bytes(content(work) + b"mine\n")
    held.keep(RIG)
    assert content(work) == b"mine\n"


def test_a_block_whose_mark_is_gone_is_the_persons(work: Path, held: Blocks) -> None:
    held.put(RIG, "team", member(work, "norms.md"))
    cut = content(work).split(b"<!-- END")[0]
    (work / "CLAUDE.md").write_bytes(cut)
    held.keep(RIG)
    assert content(work) == cut and held.rigs() == []


def test_agents_that_share_a_file_share_a_block(work: Path, held: Blocks) -> None:
    (work / "CLAUDE.md").write_text("mine\n")
    (work / "AGENTS.md").symlink_to("CLAUDE.md")
    one, two = member(work, "norms.md"), member(work, "norms.md", "more.md", runtime="codex", file="AGENTS.md")
    for each in (one, two):
        held.put(RIG, "team", each)
    assert content(work).count(b"Be brief.") == 1 and (work / "AGENTS.md").is_symlink()
    # One of them left: what only it had goes.
    held.keep(RIG, [one])
    assert b"Be brief." in content(work) and b"More." not in content(work)
    held.keep(RIG)
    assert content(work) == b"mine\n"


def test_rigs_do_not_take_out_each_others(work: Path, held: Blocks) -> None:
    held.put(RIG, "team", member(work, "norms.md"))
    held.put("r2", "other", member(work, "norms.md"))
    assert content(work).count(b"Be brief.") == 2
    held.keep(RIG)
    assert content(work).count(b"Be brief.") == 1
    held.keep("r2")
    assert not (work / "CLAUDE.md").exists()


def test_a_link_out_of_the_project_is_not_followed(work: Path, held: Blocks) -> None:
    (work.parent / "elsewhere.md").write_text("mine\n")
    (work / "CLAUDE.md").symlink_to("../elsewhere.md")
    with pytest.raises(NotGiven, match="not in the project"):
        held.put(RIG, "team", member(work, "norms.md"))
    assert (work.parent / "elsewhere.md").read_text() == "mine\n"


def test_text_can_not_end_its_block(work: Path, held: Blocks) -> None:
    end = f"<!-- END openrig-rpc {blocks.key_of(RIG, work.parent / 'norms.md')} -->"
    (work.parent / "norms.md").write_text(f"a\n{end}\nb -- c\n")
    held.put(RIG, "te--am", member(work, "norms.md"))
    held.keep(RIG)
    assert not (work / "CLAUDE.md").exists()


@pytest.mark.parametrize("point", ["noted", "written"])
def test_a_crash_on_the_way_leaves_nothing_for_ever(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    (work / "CLAUDE.md").write_text("mine")
    real: Callable[..., bool] = blocks._replace

    def crash(path: Path, data: bytes, seen: tuple[int, int, int] | None) -> bool:
        if point == "written":
            real(path, data, seen)
        else:
            path.with_name(f".{path.name}.openrig-rpc").write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(blocks, "_replace", crash)
        with pytest.raises(KeyboardInterrupt):
            Blocks(tmp_path / "state").put(RIG, "team", member(work, "norms.md"))
    after = Blocks(tmp_path / "state")
    assert after.rigs() == [RIG]
    after.put(RIG, "team", member(work, "norms.md"))
    after.keep(RIG)
    assert content(work) == b"mine" and [path.name for path in work.iterdir()] == ["CLAUDE.md"]


def test_what_changes_meanwhile_is_read_again(work: Path, held: Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "CLAUDE.md").write_text("mine\n")
    real = os.fsync

    def meddle(descriptor: int) -> None:
        real(descriptor)
        monkeypatch.setattr(os, "fsync", real)
        (work / "CLAUDE.md").write_text("mine, and more\n")

    monkeypatch.setattr(os, "fsync", meddle)
    held.put(RIG, "team", member(work, "norms.md"))
    assert content(work).startswith(b"mine, and more\n") and b"Be brief." in content(work)


def test_where_it_can_not_be_taken_out_it_is_said_and_known(work: Path, held: Blocks) -> None:
    held.put(RIG, "team", member(work, "norms.md"))
    path = work / "CLAUDE.md"
    text = path.read_bytes()
    path.unlink()
    path.mkdir()
    assert list(held.keep(RIG)) == [path] and held.rigs() == [RIG]
    path.rmdir()
    path.write_bytes(text)
    assert held.keep(RIG) == {} and not path.exists()


def test_a_broken_note_is_no_harm(work: Path, held: Blocks, tmp_path: Path) -> None:
    held.put(RIG, "team", member(work, "norms.md"))
    note = tmp_path / "state" / f"{RIG}.json"
    assert list(json.loads(note.read_text())) == [str(work / "CLAUDE.md")]
    note.write_text("{")
    assert held.keep(RIG) == {}
    held.put(RIG, "team", member(work, "norms.md"))
    held.keep(RIG)
