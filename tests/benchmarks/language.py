"""The language room at the size it is meant for: what an editor waits for after a keystroke."""

import time
from collections.abc import Callable

from tests.language.editor import Editor
from tests.living import living

from .measure import Row, median, p95


def large(members: int) -> str:
    """A rig of ten pods, with an edge for nearly every member."""
    each = members // 10
    pods = []
    for pod in range(10):
        written = "".join(
            f"      - id: m{number}\n        agent_ref: builtin:scripted\n        profile: none\n"
            f"        runtime: scripted\n        cwd: .\n        label: Member {number}\n"
            for number in range(each)
        )
        edges = "".join(f"      - {{kind: delegates_to, from: m{n}, to: m{n + 1}}}\n" for n in range(each - 1))
        pods.append(f"  - id: p{pod}\n    label: Pod {pod}\n    members:\n{written}    edges:\n{edges}")
    head = f'version: "0.2"\nname: large\npods:\n{"".join(pods)}'
    return head + "edges:\n  - kind: delegates_to\n    from: p0.m0\n    to: p1.m1\n"


def language(members: int = 300, times: int = 60) -> list[Row]:
    """Diagnostics after a keystroke, completion beside one, and hover, over `openrig-rpc stdio`."""
    with living() as home:
        home.start()
        editor = Editor(home)
        try:
            text = large(members)
            uri = editor.open(home.work / "rig.yaml", text)
            editor.found(uri)
            at = text.index("label: Member 7") + len("label: Member 7")

            def key() -> None:
                editor.replace(uri, at, at, "x")
                editor.found(uri)

            def wrong_key() -> None:
                """A mistake comes, and goes: both have to be told."""
                place = editor.texts[uri][1].index("cwd")
                editor.replace(uri, place, place, "y")
                assert any(each["code"] == "unknown-field" for each in editor.found(uri))
                editor.replace(uri, place, place + 1, "")
                assert editor.found(uri) == []

            def complete() -> None:
                end = len(editor.texts[uri][1].rstrip("\n"))
                editor.replace(uri, end - 1, end, "1")
                items = editor.request("textDocument/completion", editor.at(uri, end - 5))["items"]
                assert len(items) > members // 2

            def complete_field() -> None:
                place = editor.texts[uri][1].index("        cwd: .")
                editor.replace(uri, place, place, "        ru\n")
                items = editor.request("textDocument/completion", editor.at(uri, place + 10))["items"]
                assert any(item["label"] == "model" for item in items)
                editor.replace(uri, place, place + 11, "")

            def hover() -> None:
                place = editor.texts[uri][1].rindex("id: m1\n") + 5
                assert "Member" in editor.request("textDocument/hover", editor.at(uri, place))["contents"]["value"]

            return [
                _row(f"diagnostics after a keystroke, {members} members", times, key),
                _row(f"a mistake told and taken back, {members} members", times // 2, wrong_key),
                _row(f"completion of {members - members // 10} members in an edge", times, complete),
                _row(f"completion of a field, {members} members", times, complete_field),
                _row(f"hover, {members} members", times, hover),
            ]
        finally:
            editor.end()


def _row(what: str, times: int, act: Callable[[], None]) -> Row:
    took = []
    for _ in range(times + 3):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.06)  # A fast typist: ten keys a second and more.
    return Row(what, "ms", median(took[3:]), p95(took[3:]), None, None)


if __name__ == "__main__":
    for row in language():
        print(row.text())
