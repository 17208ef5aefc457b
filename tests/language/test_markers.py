"""Completion, hover, navigation, structure, renaming and formatting, over a real connection: `markers.py` says how."""

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.language.texts import path_of
from tests.living import Living

from .editor import EVERYTHING, Editor, Refused, applied
from .markers import Case, read_cases

Json = Any
CASES = read_cases(Path(__file__).parent / "data")


class Run:
    """One case in one editor."""

    def __init__(self, case: Case, editor: Editor, folder: Path) -> None:
        self.case, self.editor, self.folder = case, editor, folder
        self.uris: dict[str, str] = {}
        for name, file in case.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, "utf-8")
            for words in file.checks:
                if words[0] == "given":
                    (folder / words[1]).parent.mkdir(parents=True, exist_ok=True)
                    (folder / words[1]).touch()
        for name, file in case.files.items():
            if file.cares:
                self.uris[name] = editor.open(folder / name)

    def check(self) -> None:
        """Everything that the files ask for."""
        count = 0
        for name, file in self.case.files.items():
            for words in file.checks:
                getattr(self, "check_" + words[0].replace("-", "_"))(*words[1:])
                count += 1
            if file.cares and not any(words[0] in ("diag", "some") for words in file.checks):
                found = [each for each in self.editor.found(self.uris[name]) if each["severity"] == 1]
                marks = any(not text for text in file.places.values())
                assert not found or marks, found
        assert count, "the case checks nothing"

    # Places.

    def at(self, name: str) -> tuple[str, dict[str, Json]]:
        path, _, end = self.case.place(name)
        return self.uris[path], self.editor.at(self.uris[path], end)

    def named(self, location: Json) -> str:
        """A location as the case says it: a mark, else a file."""
        path = path_of(location["uri"])
        assert path is not None
        name = str(path.relative_to(self.folder))
        file = self.case.files.get(name)
        for mark, place in (file.places if file is not None else {}).items():
            assert file is not None
            if self.editor.offsets(file.text, location["range"]) == place:
                return mark
        return name if location["range"]["end"] == {"line": 0, "character": 0} else f"{name} {location['range']}"

    # Checks.

    def check_given(self, path: str) -> None:
        assert (self.folder / path).exists()

    def check_some(self) -> None:
        """Not every error is named."""

    def check_diag(self, name: str, code: str, pattern: str = "") -> None:
        path, start, end = self.case.place(name)
        uri = self.uris[path]
        text = self.editor.texts[uri][1]
        found = self.editor.found(uri)
        fitting = [
            each for each in found if each["code"] == code and self.editor.offsets(text, each["range"]) == (start, end)
        ]
        assert fitting, found
        assert re.search(pattern, fitting[0]["message"]), fitting[0]["message"]

    def items(self, name: str) -> list[Json]:
        uri, place = self.at(name)
        self.editor.found(uri)
        found = self.editor.request("textDocument/completion", place)
        return list(found["items"])

    def check_complete(self, name: str, *labels: str) -> None:
        found = [each["label"] for each in sorted(self.items(name), key=lambda each: each["sortText"])]
        assert [label for label in found if label in labels] == list(labels), found

    def check_complete_only(self, name: str, *labels: str) -> None:
        found = [each["label"] for each in sorted(self.items(name), key=lambda each: each["sortText"])]
        assert found == list(labels)

    def check_complete_not(self, name: str, *labels: str) -> None:
        found = [each["label"] for each in self.items(name)]
        assert not set(found) & set(labels), found

    def item(self, name: str, label: str) -> Json:
        found = [each for each in self.items(name) if each["label"] == label]
        assert len(found) == 1, [each["label"] for each in self.items(name)]
        return found[0]

    def check_accept(self, name: str, label: str, wanted: str) -> None:
        uri, place = self.at(name)
        item = self.item(name, label)
        text = self.editor.texts[uri][1]
        new = applied(text, [item["textEdit"]], self.editor.encoding)
        before = text.split("\n")
        line = place["position"]["line"]
        changed = new.split("\n")[line : len(new.split("\n")) - (len(before) - line - 1)]
        assert "\n".join(changed) == wanted.replace("\\n", "\n")

    def check_doc(self, name: str, label: str, pattern: str) -> None:
        item = self.item(name, label)
        said = f"{item.get('detail', '')}\n{(item.get('documentation') or {}).get('value', '')}"
        assert re.search(pattern, said), said

    def check_hover(self, name: str, *patterns: str) -> None:
        found = self.editor.request("textDocument/hover", self.at(name)[1])
        assert found is not None
        path, start, end = self.case.place(name)
        if end > start:
            assert self.editor.offsets(self.case.files[path].text, found["range"]) == (start, end)
        for pattern in patterns:
            assert re.search(pattern, found["contents"]["value"]), found["contents"]["value"]

    def check_hover_none(self, name: str) -> None:
        assert self.editor.request("textDocument/hover", self.at(name)[1]) is None

    def check_def(self, name: str, *targets: str) -> None:
        found = self.editor.request("textDocument/definition", self.at(name)[1])
        assert [self.named(each) for each in found] == list(targets)

    def check_def_none(self, name: str) -> None:
        assert not self.editor.request("textDocument/definition", self.at(name)[1])

    def check_refs(self, name: str, *targets: str) -> None:
        for uri in self.uris.values():
            self.editor.found(uri)
        asked = {**self.at(name)[1], "context": {"includeDeclaration": False}}
        found = self.editor.request("textDocument/references", asked)
        assert sorted(self.named(each) for each in found) == sorted(targets)

    def check_highlights(self, name: str, *targets: str) -> None:
        uri, place = self.at(name)
        found = self.editor.request("textDocument/documentHighlight", place)
        assert sorted(self.named({"uri": uri, **each}) for each in found) == sorted(targets)

    def check_rename(self, name: str, new: str) -> None:
        for uri in self.uris.values():
            self.editor.found(uri)
        _, place = self.at(name)
        prepared = self.editor.request("textDocument/prepareRename", place)
        text = self.case.files[self.case.place(name)[0]].text
        assert text[slice(*self.editor.offsets(text, prepared["range"]))] == prepared["placeholder"]
        edit = self.editor.request("textDocument/rename", {**place, "newName": new})
        changed = {}
        for change in edit["documentChanges"]:
            path_ = path_of(change["textDocument"]["uri"])
            assert path_ is not None
            before = self.editor.texts[change["textDocument"]["uri"]][1]
            changed[str(path_.relative_to(self.folder))] = applied(before, change["edits"], self.editor.encoding)
        assert changed == self.case.want

    def check_rename_refused(self, name: str, new: str, pattern: str) -> None:
        with pytest.raises(Refused, match=pattern):
            self.editor.request("textDocument/rename", {**self.at(name)[1], "newName": new})

    def check_rename_none(self, name: str) -> None:
        assert self.editor.request("textDocument/prepareRename", self.at(name)[1]) is None

    def check_symbols(self, *lines: str) -> None:
        [uri] = self.uris.values()
        found = self.editor.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert list(_outline(found, "")) == list(lines)

    def check_folds(self, *spans: str) -> None:
        [uri] = self.uris.values()
        found = self.editor.request("textDocument/foldingRange", {"textDocument": {"uri": uri}})
        assert [f"{each['startLine'] + 1}-{each['endLine'] + 1}" for each in found] == list(spans)

    def check_links(self, *links: str) -> None:
        [uri] = self.uris.values()
        found = self.editor.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
        said = []
        for each in found:
            target = path_of(each["target"])
            assert target is not None
            said.append(f"{self.named({'uri': uri, 'range': each['range']})}={target.relative_to(self.folder)}")
        assert sorted(said) == sorted(links)

    def check_select(self, name: str, *texts: str) -> None:
        uri, place = self.at(name)
        asked = {"textDocument": {"uri": uri}, "positions": [place["position"]]}
        [found] = self.editor.request("textDocument/selectionRange", asked)
        text = self.editor.texts[uri][1]
        said = []
        while found is not None:
            said.append(text[slice(*self.editor.offsets(text, found["range"]))].replace("\n", "\\n"))
            found = found.get("parent")
        assert said[: len(texts)] == list(texts)
        assert said[-1] == text.replace("\n", "\\n")

    def formatted(self) -> dict[str, str]:
        changed = {}
        for name, uri in self.uris.items():
            self.editor.found(uri)
            asked = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
            edits = self.editor.request("textDocument/formatting", asked)
            changed[name] = applied(self.editor.texts[uri][1], edits, self.editor.encoding)
        return changed

    def check_format(self) -> None:
        assert self.formatted() == self.case.want

    def check_format_none(self) -> None:
        assert self.formatted() == {name: self.case.files[name].text for name in self.uris}

    def check_actions(self, name: str, *titles: str) -> None:
        uri, place = self.at(name)
        self.editor.found(uri)
        span = {"start": place["position"], "end": place["position"]}
        asked = {"textDocument": {"uri": uri}, "range": span, "context": {"diagnostics": []}}
        assert [each["title"] for each in self.editor.request("textDocument/codeAction", asked)] == list(titles)


def _outline(found: list[Json], indent: str) -> Iterator[str]:
    for each in found:
        detail = f" ({each['detail']})" if each.get("detail") else ""
        container = f" in {each['containerName']}" if each.get("containerName") else ""
        yield f"{indent}{each['name']}{detail}{container}"
        yield from _outline(each.get("children") or [], indent + ".")


def _capabilities(words: tuple[str, ...]) -> dict[str, Json]:
    said = copy.deepcopy(EVERYTHING)
    for word in words:
        if word.startswith("utf-"):
            said["general"]["positionEncodings"] = [word]
        elif word == "no-snippets":
            said["textDocument"]["completion"]["completionItem"]["snippetSupport"] = False
        elif word == "no-indent":
            del said["textDocument"]["completion"]["completionItem"]["insertTextModeSupport"]
        elif word == "flat":
            said["textDocument"]["documentSymbol"] = {}
        else:
            raise AssertionError(word)
    return said


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case(case: Case, everyday: Editor, house: Living, work: Path, connect: Callable[..., Editor]) -> None:
    editor = connect(house, _capabilities(case.client)) if case.client else everyday
    run = Run(case, editor, work)
    try:
        run.check()
    finally:
        for uri in list(editor.texts):
            editor.close_text(uri)


def test_there_are_enough() -> None:
    assert len(CASES) >= 80
