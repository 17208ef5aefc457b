"""Every diagnostic code at its exact place in an editor, and mended by its quick fix: the cases of the spec room."""

from pathlib import Path

import pytest

from openrig_rpc.language.texts import MOST_CHARACTERS
from openrig_rpc.spec.codes import CODES
from tests.unit.test_spec_cases import Case, read_cases, write

from .editor import Editor

# What an editor has open can be read; `test_what_is_too_long_to_keep_is_read_from_the_disk` has the other case.
CASES = [case for case in read_cases() if case.code != "file-unreadable"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_code(case: Case, everyday: Editor, work: Path) -> None:
    marked = [(start.model_dump(), end.model_dump()) for start, end in write(case, work)]
    uri = everyday.open(work / case.file)
    try:
        if case.file != "rig.yaml":
            everyday.open(work / "rig.yaml")
        own = [each for each in everyday.found(uri) if each["code"] == case.code]
        places = [(each["range"]["start"], each["range"]["end"]) for each in own]
        if case.code == "runtime-not-installed":  # The tester may lack more than the spec room's tests suppose.
            places = [place for place in places if place in marked]
        assert places == marked
        assert all(each["source"] == "openrig" and each["message"].strip() for each in own)
        if "fix" in case.words:
            _mend(everyday, uri, case.code)
    finally:
        for each in list(everyday.texts):
            everyday.close_text(each)


def _mend(editor: Editor, uri: str, code: str) -> None:
    """Take quick fixes until none is left for this code: then the code is gone."""
    for _ in range(10):
        found = [each for each in editor.found(uri) if each["code"] == code]
        if not found:
            return
        asked = {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": {"diagnostics": [found[0]]}}
        actions = [
            each
            for each in editor.request("textDocument/codeAction", asked)
            if each.get("kind") == "quickfix" and each["diagnostics"][0]["code"] == code
        ]
        assert actions, found[0]
        change = actions[0]["edit"]["documentChanges"][0]
        assert change["textDocument"] == {"uri": uri, "version": editor.texts[uri][0]}
        editor.apply(uri, change["edits"])
    raise AssertionError(f"{code} is not mended: {found}")


def test_every_code_has_a_case() -> None:
    assert {case.code for case in CASES} >= set(CODES) - {"file-unreadable"}


def test_what_is_too_long_to_keep_is_read_from_the_disk(everyday: Editor, work: Path) -> None:
    uri = everyday.open(work / "rig.yaml", "# " + "x" * MOST_CHARACTERS)
    try:
        assert [each["code"] for each in everyday.found(uri)] == ["file-unreadable"]
        (work / "rig.yaml").write_text('version: "0.2"\nname: t\nsumary: x\npods: []\n')
        everyday.replace(uri, 0, 0, "#")
        assert "unknown-field" in [each["code"] for each in everyday.found(uri)]
        everyday.set_text(uri, "")
        assert [each["code"] for each in everyday.found(uri)] == ["yaml-empty"]
    finally:
        everyday.close_text(uri)


def test_fixes_are_not_offered_to_other_kinds(everyday: Editor, work: Path) -> None:
    path = work / "rig.yaml"
    path.write_text('version: "0.2"\nname: t\nsumary: x\npods: []\n')
    uri = everyday.open(path)
    try:
        [found] = [each for each in everyday.found(uri) if each["code"] == "unknown-field"]
        assert found["tags"] == [1]
        asked = {"textDocument": {"uri": uri}, "range": found["range"], "context": {"diagnostics": [found]}}
        assert [each["title"] for each in everyday.request("textDocument/codeAction", asked)] == ["Rename to `summary`"]
        asked["context"]["only"] = ["refactor"]
        assert everyday.request("textDocument/codeAction", asked) == []
        assert "did you mean `summary`" in found["message"]
    finally:
        everyday.close_text(uri)


def test_a_valid_file_is_not_underlined(everyday: Editor, work: Path) -> None:
    path = work / "rig.yaml"
    path.write_text(
        'version: "0.2"\nname: t\nworkspace: {workspace_root: ., repos: []}\n'
        "pods:\n  - {id: p, label: P, members: [{id: a, runtime: terminal, agent_ref: 'builtin:terminal', "
        "profile: none, cwd: .}]}\n"
    )
    uri = everyday.open(path)
    try:
        assert [(each["code"], each["severity"], each["tags"]) for each in everyday.found(uri)] == [
            ("not-honoured", 4, [1])
        ]
    finally:
        everyday.close_text(uri)
