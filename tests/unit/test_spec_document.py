"""YAML to a tree with places: what is read, where it stands, and what is refused."""

from collections.abc import Callable

import pytest

from openrig_rpc.model.diagnostic import Position
from openrig_rpc.spec.document import MOST_BYTES, MOST_DEPTH, MOST_NODES, PERIOD, Document, Overtaken, read
from openrig_rpc.spec.node import Node, Plain
from openrig_rpc.spec.positions import ENCODINGS, Encoding, Lines, units


def data(text: str) -> Plain:
    document = read(text)
    assert document.root is not None and document.complete, list(document.findings)
    return document.root.data()


def codes(document: Document) -> list[str]:
    return [found.code for found in document.findings]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("2026-01-01", "2026-01-01"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 400, "9" * 400),
        ("'12'", "12"),
        ('"\\u263a"', "☺"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("! 12", "12"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
    ],
)
def test_scalars_are_read_as_yaml_1_2_says(written: str, value: object) -> None:
    assert data(f"a: {written}\n") == {"a": value}


def test_aliases_stand_for_their_anchors_value_in_their_own_place() -> None:
    document = read("a: &x {b: [1, 2]}\nc: *x\n")
    assert document.root is not None
    assert document.root.data() == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    alias = document.root["c"]
    assert alias is not None and alias.alias and alias.flow
    assert document.text[alias.start : alias.end] == "*x"


def spans(text: str) -> list[tuple[str, str]]:
    """Each key and the text that its value is said to stand in."""
    document = read(text)
    assert document.root is not None

    def pairs(node: Node) -> list[tuple[str, str]]:
        found = [(e.key.written, text[e.value.start : e.value.end]) for e in node.entries]
        for inner in [*(e.value for e in node.entries), *node.items]:
            found += pairs(inner)
        return found

    return pairs(document.root)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_values_stand_where_they_are_written(end: str) -> None:
    text = end.join(
        [
            "# a comment",
            "plain: a text  # behind it",
            "quoted: 'it''s'",
            "flow: {a: 1, b: [x]}",
            "anchored: &here !!str 5",
            "block:",
            "  - one",
            "  - two: 2",
            "",
            "# before the next",
            "literal: |",
            "  some",
            "  lines",
            "",
            "empty:",
            "last: end",
        ]
    )
    found = dict(spans(text))
    assert found["plain"] == "a text"
    assert found["quoted"] == "'it''s'"
    assert found["flow"] == "{a: 1, b: [x]}"
    assert found["anchored"] == "5"
    assert found["block"] == f"- one{end}  - two: 2"
    assert found["literal"] == f"|{end}  some{end}  lines"
    assert found["empty"] == ""
    assert found["last"] == "end"


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 12), ("utf-16", 8), ("utf-32", 7)])
def test_characters_are_counted_in_the_units_asked_for(encoding: Encoding, column: int) -> None:
    document = read("é😀: 'x'\n€🎉ab: y\n")
    assert document.root is not None
    value = document.root.entries[1].value
    assert document.lines.position(value.start, encoding) == Position(line=1, character=column - 1)
    for at in range(len(document.text) + 1):
        assert document.lines.offset(document.lines.position(at, encoding), encoding) == at


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_outside_the_text_are_brought_inside(encoding: Encoding) -> None:
    lines = Lines("a😀\r\nb\rc\n")
    assert lines.count == 4
    assert lines.position(-5, encoding) == Position(line=0, character=0)
    assert lines.position(99, encoding) == Position(line=3, character=0)
    assert lines.offset(Position(line=0, character=99), encoding) == 2
    assert lines.offset(Position(line=9, character=9), encoding) == 8
    assert lines.offset(Position(line=2, character=0), encoding) == 6


def test_a_position_inside_a_character_is_its_start() -> None:
    assert Lines("a😀b").offset(Position(line=0, character=2)) == 1
    assert units("a😀é", "utf-8") == 7 and units("a😀é") == 4 and units("a😀é", "utf-32") == 3


def test_breaks_that_only_yaml_knows_are_no_lines() -> None:
    document = read("a: 'x\u2028y'\nb: z\n")
    assert document.root is not None
    assert document.lines.position(document.root.entries[1].value.start) == Position(line=1, character=3)


def test_a_byte_order_mark_is_passed_over() -> None:
    document = read("\ufeffname: t\n")
    assert document.root is not None and document.root.data() == {"name": "t"}
    assert document.root.entries[0].value.start == 7
    assert data("name: t") == read(b"\xef\xbb\xbfname: t").root.data()  # type: ignore[union-attr]


def test_a_line_being_typed_leaves_the_rest_of_the_tree() -> None:
    document = read("name: t\nsum\npods:\n  - id: p\n    lab\n    members:\n      - id: a\n")
    assert not document.complete and codes(document) == ["yaml-syntax", "yaml-syntax"]
    assert document.root is not None
    assert document.root.data() == {"name": "t", "pods": [{"id": "p", "members": [{"id": "a"}]}]}


def test_everything_that_is_written_in_order() -> None:
    document = read("pods:\n  - id: one\n    members: [{id: a}]\n")
    assert document.root is not None
    assert [n.written for n in document.root.walk() if n.written] == ["pods", "id", "one", "members", "id", "a"]


def laughs(depth: int) -> str:
    """An alias bomb: nine of the line before in each line."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, depth)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: laughs(9),
        lambda: laughs(60),
        lambda: "a: &a [x]\nb: [" + "*a, " * MOST_NODES + "]",
        lambda: "[" * 20_000,
        lambda: "[" * 1_000_000,
        lambda: "- " * 20_000,
        lambda: "{a: " * 20_000,
        lambda: "? " * 20_000,
        lambda: "\n".join(" " * n + "a:" for n in range(1400)),
        lambda: "- x\n" * 200_000,
        lambda: "a: " + "x" * 5_000_000,
        lambda: "x: &x [" * 30 + "]" * 30 + "\n" + "é" * (MOST_BYTES // 2),
    ],
    ids=range(12),
)
def test_bombs_are_refused(bomb: Callable[[], str]) -> None:
    document = read(bomb())
    assert document.root is None and not document.complete
    assert "yaml-limit" in codes(document)


def test_bounds_are_where_they_are_said_to_be() -> None:
    assert codes(read("[" * MOST_DEPTH + "]" * MOST_DEPTH)) == []
    assert codes(read("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1))) == ["yaml-limit"]
    assert codes(read("[" + "1," * (MOST_NODES - 1) + "]")) == []
    assert codes(read("[" + "1," * MOST_NODES + "]")) == ["yaml-limit"]
    assert codes(read("# " + "x" * (MOST_BYTES - 5) + "\na:")) == []
    assert codes(read("# " + "x" * (MOST_BYTES - 4) + "\na:")) == ["yaml-limit"]


def test_deep_through_aliases_counts_as_deep() -> None:
    half = "[" * (MOST_DEPTH // 2) + "]" * (MOST_DEPTH // 2)
    around_it = "[" * (MOST_DEPTH // 2) + "*a" + "]" * (MOST_DEPTH // 2)
    assert codes(read(f"a: &a {half}\nb: {around_it}\n")) == ["yaml-limit"]


@pytest.mark.parametrize(
    ("source", "at"),
    [
        (b"name: \xff", 6),
        ("naïve: €".encode() + b"\xc3", 8),
        ("name: t".encode("utf-16"), 0),
        (b"a: \xed\xa0\x80", 3),
        ("a: \x00", 3),
        ("a: \x1b[0m", 3),
        ("a: \ud800", 3),
        ("a: \ufeff", 3),
        ("a: \x7f", 3),
    ],
)
def test_what_is_no_text_is_refused_where_it_stands(source: str | bytes, at: int) -> None:
    document = read(source)
    found = list(document.findings)
    assert [f.code for f in found] == ["yaml-encoding"]
    assert found[0].start == at
    assert document.root is None


def test_reading_ends_when_nobody_wants_it() -> None:
    text = "a:\n" + "  - b: c\n" * 4 * PERIOD
    answers = iter([True, False])
    with pytest.raises(Overtaken):
        read(text, lambda: next(answers))
    assert read(text, lambda: True).complete


def test_a_flood_of_double_keys_is_no_flood_of_work() -> None:
    document = read("a: 1\n" * 40_000)
    found = document.findings.diagnostics(document.lines)
    assert {each.code for each in found} == {"yaml-duplicate-key"}
    assert 0 < sum(each.fix is not None for each in found) < 100
