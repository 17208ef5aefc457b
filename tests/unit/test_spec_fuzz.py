"""Nothing that a file can hold makes the loader raise or take its time; what it lets pass is written back the same."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openrig_rpc.model.diagnostic import Diagnostic
from openrig_rpc.model.marks import Part
from openrig_rpc.model.spec import AgentSpec, RigSpec
from openrig_rpc.spec.codes import CODES
from openrig_rpc.spec.document import read
from openrig_rpc.spec.fields import Type, fields
from openrig_rpc.spec.load import load_agent, load_rig
from openrig_rpc.spec.positions import Lines
from openrig_rpc.spec.shape import Shape, build
from openrig_rpc.spec.write import export, plain

TEAM = Path(__file__).parent / "specs" / "team"
RUNTIMES = {"claude-code": True, "codex": False, "terminal": True, "scripted": True}
RIG_TEXT = (TEAM / "rig.yaml").read_text("utf-8")
AGENT_TEXT = (TEAM / "agents" / "builder" / "agent.yaml").read_text("utf-8")

MANY = settings(max_examples=100, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
PIECES = [
    "\n",
    " ",
    "  ",
    "- ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    "*x",
    "&x ",
    "!!map ",
    "'",
    '"',
    "|",
    "#",
    "\t",
    "~",
    "..",
    "/",
]
PIECES += ["😀", "\0", "\u2028", "\r", "---\n", "null", "12", "yes", "<<", "?", "builtin:", "local:", "x" * 200]


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A copy of the team, where nothing that a file says can reach ours."""
    shutil.copytree(TEAM, tmp_path / "team")
    yield tmp_path / "team"


def mutated(text: str) -> st.SearchStrategy[str]:
    """`text` with some changes: pieces taken out, doubled, moved or put in."""

    def change(now: str, at: float, length: int, piece: str, how: str) -> str:
        start = int(at * len(now))
        cut = now[start : start + length]
        rest = now[start + length :]
        if how == "insert":
            return now[:start] + piece + now[start:]
        return now[:start] + {"delete": "", "double": cut + cut, "replace": piece}[how] + rest

    step = st.tuples(
        st.floats(0, 1),
        st.integers(0, 60),
        st.sampled_from(PIECES) | st.text(max_size=3),
        st.sampled_from(["insert", "delete", "double", "replace"]),
    )

    def changed(steps: list[tuple[float, int, str, str]]) -> str:
        now = text
        for at, length, piece, how in steps:
            now = change(now, at, length, piece, how)
        return now

    return st.lists(step, min_size=1, max_size=6).map(changed)


def check_told(text: str, found: list[Diagnostic]) -> None:
    """Every finding has a code of the table, a place in the text and something to say."""
    lines = Lines(text)
    for one in found:
        assert one.code in CODES and one.message
        if one.path is None:
            for place in (one.range, *([one.fix.range] if one.fix else [])):
                start, end = lines.offset(place.start), lines.offset(place.end)
                assert start <= end
                assert lines.position(start) == place.start and lines.position(end) == place.end


@MANY
@given(data=st.binary(max_size=300))
def test_random_bytes(data: bytes, root: Path) -> None:
    (root / "rig.yaml").write_bytes(data)
    rig = load_rig(root / "rig.yaml", known_runtimes=RUNTIMES)
    check_told(rig.text, rig.diagnostics)
    assert rig.spec is None and not rig.ok


@MANY
@given(text=st.text(max_size=200))
def test_random_text(text: str, root: Path) -> None:
    rig = load_rig(text=text, root=root, known_runtimes=RUNTIMES)
    check_told(text, rig.diagnostics)
    assert not rig.ok


@MANY
@given(text=mutated(RIG_TEXT))
def test_a_rig_file_with_changes(text: str, root: Path) -> None:
    rig = load_rig(text=text, root=root, known_runtimes=RUNTIMES)
    check_told(text, rig.diagnostics)
    assert rig.ok == (not rig.errors)
    assert rig.ok <= (rig.spec is not None)
    assert len(rig.digest) == 64


@MANY
@given(text=mutated(AGENT_TEXT))
def test_an_agent_file_with_changes(text: str, root: Path) -> None:
    path = root / "agents" / "builder" / "agent.yaml"
    _, found = load_agent(path, text, known_runtimes=RUNTIMES)
    check_told(text, found)
    rig = load_rig(root / "rig.yaml", known_runtimes=RUNTIMES, overlays={path: text})
    check_told(rig.text, rig.diagnostics)
    bad = {d.code for d in rig.errors if d.path == str(path)}
    assert ("agent-invalid" in {d.code for d in rig.errors}) >= bool(bad)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12) | st.sampled_from(
    [
        "yes",
        "null",
        "12",
        "1e3",
        "0x1f",
        "~",
        " x ",
        "a: b",
        "# x",
        "- x",
        "*x",
        "é\n\nü\n",
        "x\ty",
        "\u2028",
        "=",
        "1:30",
    ]
)


def values(wanted: Type, depth: int) -> st.SearchStrategy[object]:
    """Values that a field of that type may have."""
    match wanted.form:
        case "text" if wanted.matches:
            return st.from_regex(wanted.matches.pattern, fullmatch=True).filter(lambda found: found.isascii())
        case "text" if wanted.in_root:
            return st.sampled_from(["a.md", "docs/x", "ü ö"])
        case "text":
            return TEXTS.filter(str.strip)
        case "boolean":
            return st.booleans()
        case "number" if wanted.whole:
            return st.integers(int(wanted.least or 0), int(wanted.most or 9))
        case "number":
            return st.floats(wanted.least or 0, wanted.most or 9, allow_subnormal=False) | st.integers(0, 9)
        case "choice":
            return st.sampled_from([choice for choice in wanted.choices if choice])
        case "list":
            assert wanted.item
            return st.lists(values(wanted.item, depth), min_size=1 if wanted.not_empty else 0, max_size=3)
        case "map":
            assert wanted.item and wanted.keys
            keys = values(wanted.keys, depth) if not wanted.env else st.sampled_from(["A", "B_1", "HOME"])
            return st.dictionaries(keys, values(wanted.item, depth), max_size=2)
        case "part":
            assert wanted.part
            return parts(wanted.part, depth - 1)
    return st.none()


def parts(part: type[Part], depth: int = 5) -> st.SearchStrategy[dict[str, object]]:
    """Mappings with the required fields of `part` and some of the others, and sometimes one of tomorrow's."""
    needed = {key: values(f.type, depth) for key, f in fields(part).items() if f.required}
    others = {key: values(f.type, depth) for key, f in fields(part).items() if not f.required and depth > 0}
    tomorrow = {"tomorrow": st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, st.lists, max_leaves=4)}
    return st.fixed_dictionaries(needed, optional={**others, **tomorrow} if depth > 0 else {})


@pytest.mark.parametrize("kind", [RigSpec, AgentSpec])
@settings(MANY, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_reads_the_same(kind: type[Part], data: st.DataObject) -> None:
    said = data.draw(parts(kind))
    spec = kind.model_validate(said)
    text = export(spec)
    document = read(text)
    assert document.root is not None and document.complete, text
    again = build(kind, Shape(document).data(document.root, kind))
    assert not document.findings.errors, [found.message for found in document.findings]
    assert again == spec, text
    assert plain(again) == plain(spec)
    assert export(again) == text


def test_the_team_is_written_and_reads_the_same() -> None:
    rig = load_rig(TEAM / "rig.yaml", known_runtimes=RUNTIMES)
    assert rig.spec is not None
    text = export(rig.spec)
    again = load_rig(text=text, root=TEAM, known_runtimes=RUNTIMES)
    assert again.spec == rig.spec and again.digest == rig.digest and again.members == rig.members
    assert export(again.spec) == text
    assert text.startswith('version: "0.2"\nname: team\nsummary: "A lead,')
    assert "delivery_hint: auto" not in text and "edges: []" not in text
    for path in sorted((TEAM / "agents").glob("*/agent.yaml")):
        agent, _ = load_agent(path, known_runtimes=RUNTIMES)
        assert agent.spec is not None
        again_agent, _ = load_agent(path, export(agent.spec), known_runtimes=RUNTIMES)
        assert again_agent.spec == agent.spec


def test_a_part_of_a_number_is_told() -> None:
    watchdog = "{agent: a, rule: every, seconds: 1.5, text: x, most: 1.5}"
    found = load_rig(text=f"x-openrig-rpc: {{watchdogs: [{watchdog}]}}\n", root=TEAM, known_runtimes=RUNTIMES)
    assert [each.message for each in found.diagnostics if "whole number" in each.message]
