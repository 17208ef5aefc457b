"""Rig and agent files as people break them: nothing fails, and no valid one has a squiggle."""

import random
from pathlib import Path

import pytest
from lsprotocol import types

from openrig_rpc.language import completion, hover, links, navigation, rename, shown, structure
from openrig_rpc.language.able import Able
from openrig_rpc.language.format import formatted
from openrig_rpc.language.known import Known, read_known
from openrig_rpc.language.texts import Text, kind_of, uri_of
from openrig_rpc.model.diagnostic import Severity
from openrig_rpc.model.errors import InvalidParams
from openrig_rpc.spec.document import read
from openrig_rpc.spec.positions import Encoding

ROOT = Path(__file__).parents[2]
RUNTIMES = {"claude-code": True, "codex": True, "pi": False, "terminal": True, "scripted": True}
ABLE = Able(documents=True, snippets=True, indents=True, versioned_edits=True, annotated_edits=True)
MUTATIONS = 20


def files() -> list[Path]:
    """Every rig and agent file of ours."""
    found = [*(ROOT / "openrig_rpc" / "starters").rglob("*.yaml"), *(ROOT / "tests" / "unit" / "specs").rglob("*.yaml")]
    return sorted(path for path in found if kind_of(path) is not None)


def known(path: Path, text: str, encoding: Encoding = "utf-16") -> Known:
    whole = Text(uri_of(path), path, kind_of(path), "yaml", 1, text)
    return read_known(whole, RUNTIMES, {path: text}, encoding)


def mutated(text: str, dice: random.Random) -> str:
    """One thing that people, editors and merges do to files."""
    lines = text.splitlines(keepends=True)
    at = dice.randrange(len(text))
    line = dice.randrange(len(lines))
    match dice.randrange(10):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + dice.choice("{}[]:-#'\"&*!|>%@`,\t\n\r𝄞\u2028\x00") + text[at:]
        case 2:
            return text[:at] + text[at + dice.randrange(1, 20) :]
        case 3:
            return "".join(lines[:line] + lines[line + 1 :])
        case 4:
            return "".join([*lines[: line + 1], lines[line], *lines[line + 1 :]])
        case 5:
            return "".join([*lines[:line], " " * dice.randrange(1, 4) + lines[line], *lines[line + 1 :]])
        case 6:
            return "".join([*lines[:line], lines[line].lstrip(), *lines[line + 1 :]])
        case 7:
            dice.shuffle(lines)
            return "".join(lines)
        case 8:
            return text.replace("\n", "\r\n")
        case _:
            return "".join([*lines[:line], lines[line].rstrip("\n").partition(":")[0] + "\n", *lines[line + 1 :]])


def everything(found: Known, offset: int) -> None:
    """Whatever an editor may ask about a place."""
    encoding = found.encoding
    offset = found.lines.offset(found.lines.position(offset, encoding), encoding)  # never between \r and \n
    offered = completion.complete(found.text, found, offset, ABLE, encoding)
    for item in offered.items:
        assert isinstance(item.text_edit, types.TextEdit)
        place = item.text_edit.range
        assert found.text.span(place, encoding)[0] <= offset <= found.text.span(place, encoding)[1]
    hover.hover(found, offset, None)
    navigation.definitions(found, offset)
    navigation.references(found, offset, [found], declaration=True)
    navigation.highlights(found, offset)
    structure.selection(found, offset)
    if rename.prepare(found, offset) is not None:
        try:
            rename.rename(found, offset, "another", [found], ABLE, "warned")
        except InvalidParams:
            pass


def of_file(found: Known) -> None:
    """Whatever an editor may ask about a file."""
    structure.folds(found)
    for symbol in structure.symbols(found):
        _inside(symbol)
    links.document_links(found)
    shown.lenses(found, None, None)
    shown.hints(found, None, 3, (0, len(found.text.text)))
    for each in found.diagnostics[:3]:
        if each.fix is not None:
            start, end = (
                found.lines.offset(place, found.encoding) for place in (each.fix.range.start, each.fix.range.end)
            )
            known(found.text.path or Path(), found.text.text[:start] + each.fix.new_text + found.text.text[end:])
    edits = formatted(found)
    new = found.text.text
    for edit in reversed(edits):
        start, end = found.text.span(edit.range, found.encoding)
        new = new[:start] + edit.new_text + new[end:]
    if edits:
        before, after = found.root, read(new).root
        assert before is not None and after is not None
        assert before.data() == after.data()
        assert new.count("#") == found.text.text.count("#")


def _inside(symbol: types.DocumentSymbol) -> None:
    outer, inner = symbol.range, symbol.selection_range
    assert _key(outer.start) <= _key(inner.start) and _key(inner.end) <= _key(outer.end)
    for child in symbol.children or []:
        _inside(child)


def _key(place: types.Position) -> tuple[int, int]:
    return place.line, place.character


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_valid_file_has_no_squiggle(path: Path) -> None:
    found = known(path, path.read_text("utf-8"))
    assert [each for each in found.diagnostics if each.severity <= Severity.WARNING] == []
    of_file(found)


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
@pytest.mark.parametrize("number", range(MUTATIONS))
def test_a_broken_file_breaks_nothing(path: Path, number: int) -> None:
    dice = random.Random(f"{path.name} {number}")
    text = mutated(path.read_text("utf-8"), dice)
    for _ in range(number % 3):
        text = mutated(text or " ", dice)
    encoding: Encoding = dice.choice(("utf-8", "utf-16", "utf-32"))
    found = known(path, text, encoding)
    of_file(found)
    for _ in range(12):
        everything(found, dice.randrange(len(text) + 1))
