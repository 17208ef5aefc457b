"""Every diagnostic code at its exact place, and mended by its fix: data files with the places marked.

A case begins with `=== CODE words: title`. The rig file follows; `--- path` begins another file, `--> link target`
makes a symbolic link. `⟦…⟧` marks each place where the code must be found, and nowhere else. `$x` stands for a member
of that id, `␀` for NUL. Words: `fix` (a quick fix is there and mends it; without the word there is none), `path=FILE`
(the finding is in that file), `severity=…`, `also=CODES` (other errors that come with it).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from openrig_rpc.model.diagnostic import Diagnostic, Position, Severity
from openrig_rpc.spec.codes import CODES
from openrig_rpc.spec.load import load_rig
from openrig_rpc.spec.loaded import LoadedRig
from openrig_rpc.spec.positions import Lines

RUNTIMES = {"claude-code": True, "codex": True, "pi": False, "terminal": True, "scripted": True}
MEMBER = r'{id: \1, agent_ref: "local:agents/a", profile: default, runtime: claude-code, cwd: .}'
GIVEN = {
    "note.md": "a note",
    "agents/a/role.md": "a role",
    "agents/a/agent.yaml": 'name: a\nversion: "1.0"\nprofiles: {default: {}}\n',
}


@dataclass
class Case:
    """One case; `marked` has the text of each file without marks, and the marked places."""

    code: str
    title: str
    words: dict[str, str]
    files: dict[str, str]
    links: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.title}" if self.title else self.code

    @property
    def file(self) -> str:
        return self.words.get("path", "rig.yaml")


def read_cases() -> list[Case]:
    """The cases of every data file, in order."""
    cases: list[Case] = []
    for path in sorted((Path(__file__).parent / "specs" / "cases").glob("*.txt")):
        parts = re.split(r"^=== ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
        cases += [_read_case(part) for part in parts]
    return cases


def _read_case(part: str) -> Case:
    head, body = part.split("\n", 1)
    about, _, title = head.partition(": ") if ": " in head else (head, "", "")
    code, *words = about.split()
    case = Case(code, title, dict(w.partition("=")[::2] for w in words), {})
    name = "rig.yaml"
    for line in body.rstrip("\n").split("\n"):
        if line.startswith("--- "):
            name = line.removeprefix("--- ")
        elif line.startswith("--> "):
            link, target = line.removeprefix("--> ").split()
            case.links[link] = target
        else:
            line = re.sub(r"\$(\w+)", MEMBER, line).replace("␀", "\0")
            case.files[name] = case.files.get(name, "") + line + "\n"
    return case


def unmark(text: str) -> tuple[str, list[tuple[Position, Position]]]:
    """The text without its marks, and the places they marked."""
    plain, places, opened = "", [], 0
    for piece in re.split("([⟦⟧])", text):
        if piece == "⟦":
            opened = len(plain)
        elif piece == "⟧":
            places.append((opened, len(plain)))
        else:
            plain += piece
    lines = Lines(plain)
    return plain, [(lines.position(start), lines.position(end)) for start, end in places]


def load(root: Path) -> LoadedRig:
    return load_rig(root / "rig.yaml", known_runtimes=RUNTIMES)


def write(case: Case, root: Path) -> list[tuple[Position, Position]]:
    """The case's files in `root`; the places marked in the file it is about."""
    marked: list[tuple[Position, Position]] = []
    for name, text in {**GIVEN, **case.files}.items():
        plain, places = unmark(text)
        marked += places
        if name not in case.links:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(plain.encode())
    for link, target in case.links.items():
        (root / link).parent.mkdir(parents=True, exist_ok=True)
        (root / link).symlink_to(target)
    return marked


def found_in(rig: LoadedRig, case: Case, root: Path) -> list[Diagnostic]:
    path = None if case.file == "rig.yaml" else str(root / case.file)
    return [found for found in rig.diagnostics if found.code == case.code and found.path == path]


def apply(root: Path, name: str, found: list[Diagnostic]) -> None:
    """The quick fixes of `found`, from the end of the file to its start."""
    text = (root / name).read_bytes().decode()
    lines = Lines(text)
    for diagnostic in sorted(found, key=lambda f: (f.range.start.line, f.range.start.character), reverse=True):
        assert diagnostic.fix
        start, end = lines.offset(diagnostic.fix.range.start), lines.offset(diagnostic.fix.range.end)
        text = text[:start] + diagnostic.fix.new_text + text[end:]
    (root / name).write_bytes(text.encode())


CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_code_is_raised_where_it_is_marked_and_mended_by_its_fix(case: Case, tmp_path: Path) -> None:
    root = tmp_path / "rig"
    root.mkdir()
    marked = write(case, root)
    rig = load(root)
    found = found_in(rig, case, root)
    shown = "\n".join(f"{d.code} {d.range.start}-{d.range.end} {d.message} {d.path or ''}" for d in rig.diagnostics)

    assert [(d.range.start, d.range.end) for d in found] == marked, shown
    severity = Severity[case.words["severity"].upper()] if "severity" in case.words else CODES[case.code].severity
    assert {d.severity for d in found} == {severity}
    expected = {case.code, *case.words.get("also", "").split(",")}
    assert {d.code for d in rig.errors} <= expected, shown
    assert rig.ok == (not rig.errors)
    for diagnostic in found:
        assert diagnostic.message.endswith((".", "?")), diagnostic.message
        assert (diagnostic.fix is not None) == ("fix" in case.words), diagnostic
    if "fix" in case.words:
        apply(root, case.file, found)
        mended = load(root)
        assert not found_in(mended, case, root), (root / case.file).read_text()
        assert {d.code for d in mended.errors} <= expected - {case.code}, mended.errors


def test_every_code_has_a_case() -> None:
    raised = {case.code for case in CASES}
    assert raised == set(CODES)
    assert len(CASES) >= 60


def test_codes_are_explained_in_one_line() -> None:
    for name, code in CODES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert code.meaning.endswith(".") and "\n" not in code.meaning
