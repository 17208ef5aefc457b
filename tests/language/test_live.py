"""What an editor sees and does of running rigs, against a real daemon and real tmux."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openrig_rpc.language.texts import uri_of
from tests.living import Living, rig_of, scripted, terminal, until

from .editor import EVERYTHING, Editor, Refused

Json = Any
Connect = Callable[..., Editor]
COMMANDS = [f"openrig.{name}" for name in ("up", "down", "apply", "attach", "send", "interrupt", "sendRef")]


def without(*names: str) -> dict[str, Json]:
    """An editor that can't do some things: `workspace.codeLens` and so on."""
    said = {group: dict(inner) for group, inner in EVERYTHING.items()}
    for name in names:
        group, _, key = name.partition(".")
        (said[group] if key else said).pop(key or group)
    return said


def lenses(editor: Editor, uri: str) -> list[str]:
    found = editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return [each["command"]["title"] for each in found]


def hints(editor: Editor, uri: str) -> list[str]:
    text = editor.texts[uri][1]
    asked = {"textDocument": {"uri": uri}, "range": editor.range(text, 0, len(text))}
    return [each["label"] for each in editor.request("textDocument/inlayHint", asked) or []]


def run(editor: Editor, command: str, **argument: Json) -> Json:
    return editor.request("workspace/executeCommand", {"command": command, "arguments": [argument]}, 40)


def refreshed(editor: Editor, method: str = "workspace/codeLens/refresh") -> int:
    return sum(1 for each in list(editor.asked) if each["method"] == method)


# What is announced.


def test_commands_and_features_are_announced(home: Living, connect: Connect) -> None:
    able = connect(home).capabilities
    assert able["executeCommandProvider"]["commands"] == COMMANDS
    assert able["textDocumentSync"]["change"] == 2
    assert able["textDocumentSync"]["openClose"] is True
    assert able["completionProvider"]["triggerCharacters"]
    assert able["renameProvider"] == {"prepareProvider": True}
    assert able["experimental"]["openrig"]["protocolVersion"] == "1.0"
    for name in ("hover", "definition", "references", "documentSymbol", "foldingRange", "codeLens", "inlayHint"):
        assert able[f"{name}Provider"], name


def test_only_what_the_editor_can_do_is_announced(home: Living, connect: Connect) -> None:
    able = connect(home, {"textDocument": {"hover": {}}}).capabilities
    assert able["hoverProvider"] is True
    missing = {"completionProvider", "codeLensProvider", "inlayHintProvider", "renameProvider", "definitionProvider"}
    assert not missing & set(able)
    assert not {"textDocumentSync", "executeCommandProvider"} & set(connect(home, {}).capabilities)


# Texts.


@pytest.mark.parametrize(
    ("offered", "taken", "before", "after"),
    [
        (["utf-8", "utf-16"], "utf-8", 12, 14),
        (["utf-32"], "utf-32", 9, 10),
        (["utf-16", "utf-8"], "utf-16", 10, 11),
        (["utf-7"], "utf-16", 10, 11),
        (None, "utf-16", 10, 11),
    ],
)
def test_edits_of_all_kinds_in_one_change(
    house: Living, work: Path, connect: Connect, offered: list[str] | None, taken: str, before: int, after: int
) -> None:
    """`before` and `after`: where the é of `sumary: 𝄞é` begins and ends."""
    editor = connect(house, {**EVERYTHING, "general": {"positionEncodings": offered} if offered else {}})
    assert editor.encoding == taken
    uri = editor.open(work / "rig.yaml", rig_of("x", terminal("a")))
    assert editor.found(uri) == []
    text = editor.texts[uri][1]
    at = text.index("name: x")
    letter = {"start": {"line": 1, "character": before}, "end": {"line": 1, "character": after}}
    changes = [
        {"range": editor.range(text, at, at), "text": "sumary: 𝄞é\r\n"},
        {"range": letter, "text": "\u2028"},
        {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "# c\r"},
    ]
    editor.texts[uri] = (2, "")
    document = {"uri": uri, "version": 2}
    editor.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
    [found] = editor.found(uri)
    assert found["code"] == "unknown-field"
    assert found["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 6}}


def test_an_agent_file_that_changes_updates_the_rigs_that_use_it(home: Living, connect: Connect) -> None:
    editor = connect(home)
    home.write("a/agent.yaml", 'name: a\nversion: "1.0"\nprofiles: {one: {}}\n')
    member = "{id: m, runtime: codex, agent_ref: 'local:a', profile: one, cwd: .}"
    rig = editor.open(Path(home.write("rig.yaml", rig_of("x", member))))
    other = editor.open(Path(home.write("other.rig.yaml", rig_of("y", terminal("t")))))
    agent = editor.open(home.work / "a/agent.yaml")
    wait_for_codes(editor, rig, set())
    at = editor.texts[agent][1].index("one")
    editor.replace(agent, at, at + 3, "two")
    wait_for_codes(editor, rig, {"unknown-profile"})
    editor.close_text(agent)
    wait_for_codes(editor, rig, set())
    assert editor.diagnostics[agent][1] == []
    (home.work / "a/agent.yaml").write_text('name: a\nversion: "1.0"\nprofiles: {three: {}}\n')
    changed = {"changes": [{"uri": agent, "type": 2}]}
    editor.notify("workspace/didChangeWatchedFiles", changed)
    wait_for_codes(editor, rig, {"unknown-profile"})
    assert editor.diagnostics[other][0] == 1


def wait_for_codes(editor: Editor, uri: str, codes: set[str]) -> None:
    """Until exactly these are found as errors."""

    def holds() -> bool:
        found = editor.diagnostics.get(uri)
        return found is not None and {each["code"] for each in found[1] if each["severity"] == 1} == codes

    editor.until(holds, f"{codes} in {uri}, not {editor.diagnostics.get(uri)}")


def test_other_files_get_nothing(home: Living, connect: Connect) -> None:
    editor = connect(home)
    uri = editor.open(home.work / "main.yaml", "a: b\n")
    rig = editor.open(home.work / "rig.yaml", rig_of("x", terminal("a")))
    editor.found(rig)
    assert uri not in editor.diagnostics
    assert editor.request("textDocument/hover", editor.at(uri, 0)) is None
    assert editor.request("textDocument/completion", editor.at(uri, 0)) is None


def test_a_burst_of_keys_ends_with_the_last_text(home: Living, connect: Connect) -> None:
    editor = connect(home)
    uri = editor.open(home.work / "rig.yaml", rig_of("x", terminal("a")))
    for char in "summry: a\n":
        end = len(editor.texts[uri][1])
        editor.replace(uri, end, end, char)
    assert [each["code"] for each in editor.found(uri)] == ["unknown-field"]


CLONED = """
version: "0.2"
name: cloned
x-openrig-rpc: {isolation: worktree}
services: {kind: compose, compose_file: compose.yaml}
startup:
  actions: [{type: slash_command, value: "!touch MARK", idempotent: true}]
pods:
  - id: p
    label: P
    members:
      - {id: t, runtime: terminal, agent_ref: "builtin:terminal", profile: none, cwd: .,
         x-openrig-rpc: {command: [touch, MARK]}}
      - {id: a, runtime: codex, agent_ref: "local:a", profile: one, cwd: .}
"""


def test_opening_and_working_on_a_file_from_anywhere_starts_nothing(home: Living, connect: Connect) -> None:
    editor = connect(home)
    before = home.ask("event/list", {"limit": 1000})["events"]
    mark = home.folder / "mark"
    home.write("a/agent.yaml", 'name: a\nversion: "1.0"\nstartup: {actions: []}\nprofiles: {one: {}}\n')
    home.write("compose.yaml", "services: {}\n")
    uri = editor.open(Path(home.write("rig.yaml", CLONED.replace("MARK", str(mark)))))
    agent = editor.open(home.work / "a/agent.yaml")
    editor.found(uri), editor.found(agent)
    document = {"textDocument": {"uri": uri}}
    text = editor.texts[uri][1]
    for method in ("hover", "definition", "completion", "documentHighlight"):
        editor.request(f"textDocument/{method}", editor.at(uri, text.index("id: t") + 4))
    for method in ("documentSymbol", "foldingRange", "documentLink", "codeLens"):
        editor.request(f"textDocument/{method}", document)
    editor.request("textDocument/formatting", {**document, "options": {"tabSize": 2, "insertSpaces": True}})
    place = editor.range(text, 0, len(text))
    context = {"diagnostics": [], "triggerKind": 1}
    editor.request("textDocument/codeAction", {**document, "range": place, "context": context})
    editor.notify("textDocument/didSave", document)
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": agent, "type": 2}]})
    editor.set_text(uri, text + "# end\n")
    editor.found(uri)
    assert home.ask("event/list", {"limit": 1000})["events"] == before
    assert home.ask("rig/list")["rigs"] == [] == home.ask("agent/list")["agents"]
    assert not mark.exists() and not (home.work / ".git").exists()
    assert (
        home.tmux_socket is None or home.tmux("list-panes", "-a", "-F", "#{pane_current_command}").count("touch") == 0
    )


# Up, down, apply; lenses that follow.


def test_a_rig_from_opening_to_down(home: Living, connect: Connect) -> None:
    editor = connect(home)
    path = home.write("rig.yaml", rig_of("demo", terminal("a"), terminal("b")))
    uri = editor.open(Path(path))
    editor.found(uri)
    assert lenses(editor, uri) == ["▶ up"]
    assert home.ask("rig/list")["rigs"] == []  # opening started nothing

    result = run(editor, "openrig.up", uri=uri)
    assert {each["outcome"] for each in result["agents"]} == {"launched"}
    editor.until(lambda: refreshed(editor), "a refresh request")
    editor.until(lambda: "Rig demo: 2 launched" in str(editor.messages("window/showMessage")), "the outcome")
    began = [each for each in editor.messages("$/progress") if each["value"]["kind"] == "begin"]
    ended = [each for each in editor.messages("$/progress") if each["value"]["kind"] == "end"]
    assert [each["value"]["title"] for each in began] == ["Bringing the rig up"]
    assert len(ended) == 1 and ended[0]["token"] == began[0]["token"]

    titles = until(lambda: (found := lenses(editor, uri)) and "○ idle" in found and found, "lenses of idle shells")
    assert titles[0] == "■ down"
    assert titles.count("attach") == titles.count("send") == 2

    # A change of the file, saved: there is something to apply.
    text = editor.texts[uri][1].replace("id: b", "id: c")
    home.write("rig.yaml", text)
    editor.set_text(uri, text)
    editor.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    until(lambda: "⟳ apply changes (2)" in lenses(editor, uri), "the changes are counted")
    with pytest.raises(Refused) as refused:
        run(editor, "openrig.up", path=path)
    assert refused.value.error["data"]["kind"] == "rig-changed"
    run(editor, "openrig.apply", path=path)
    agents = home.ask("agent/list")["agents"]
    assert [each["address"] for each in agents] == ["p-a@demo", "p-c@demo"]
    until(lambda: not any("apply" in title for title in lenses(editor, uri)), "nothing is left to apply")

    run(editor, "openrig.down", rig="demo")
    until(lambda: lenses(editor, uri)[0] == "▶ up", "the rig is down")
    assert "□ stopped" in lenses(editor, uri)


def test_hints_where_lenses_are_not_refreshed(home: Living, connect: Connect) -> None:
    old = connect(home, without("workspace.codeLens"))
    new = connect(home)
    path = home.write("rig.yaml", rig_of("demo", terminal("a")))
    uris = [editor.open(Path(path)) for editor in (old, new)]
    run(new, "openrig.up", path=path)
    old.until(lambda: refreshed(old, "workspace/inlayHint/refresh"), "hints are refreshed")
    assert refreshed(old) == 0
    until(lambda: hints(old, uris[0]) == ["up 1/1", "○ idle"], "hints follow")
    assert hints(new, uris[1]) == []
    neither = connect(home, without("workspace.codeLens", "workspace.inlayHint", "window"))
    neither.open(Path(path))
    home.ask("message/send", {"to": "p-a@demo", "text": "echo x"})
    old.until(lambda: refreshed(old, "workspace/inlayHint/refresh") >= 2, "another refresh")
    assert neither.asked == []


def test_work_is_progress_where_nothing_can_be_refreshed(home: Living, connect: Connect) -> None:
    editor = connect(home, without("workspace.codeLens", "workspace.inlayHint"))
    path = home.write("rig.yaml", rig_of("demo", scripted("a"), terminal("t")))
    home.ask("rig/up", {"path": path})
    uri = editor.open(Path(path))
    editor.found(uri)

    def seen() -> list[list[str]]:
        told = [each["value"] for each in editor.messages("$/progress")]
        return [f"{each['kind']} {each.get('title', '')} {each.get('message', '')}".split() for each in told]

    home.ask("message/send", {"to": "p-a@demo", "text": "[[delay=30]]"})
    editor.until(lambda: ["begin", "p-a@demo", "●", "busy"] in seen(), "it works")
    home.ask("agent/interrupt", {"agent": "p-a@demo"})
    editor.until(lambda: seen()[-1] == ["end"], "it is done")
    home.ask("agent/wait", {"agent": "p-a@demo", "state": ["idle"], "timeoutSeconds": 20})
    home.ask("message/send", {"to": "p-a@demo", "text": "[[bash=true]]"})
    editor.until(lambda: seen()[-1][-4:] == ["◆", "needs", "you", "(permission)"], "it asks")
    editor.close_text(uri)
    editor.until(lambda: seen()[-1] == ["end"], "nothing is shown without the file")
    tokens = {each["token"] for each in editor.messages("$/progress")}
    assert len(tokens) == 2 == sum(each["method"] == "window/workDoneProgress/create" for each in editor.asked)


def test_where_there_are_no_lenses_actions_do_it(home: Living, connect: Connect) -> None:
    bare = connect(home, without("textDocument.codeLens", "textDocument.inlayHint"))
    full = connect(home)
    path = home.write("rig.yaml", rig_of("demo", scripted("a"), terminal("b")))
    uri = bare.open(Path(path))
    full.open(Path(path))

    def offered(editor: Editor, at: str, **context: Json) -> dict[str, Json]:
        text = editor.texts[uri][1]
        place = editor.range(text, text.index(at), text.index(at))
        asked = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": [], **context}}
        return {each["title"]: each for each in editor.request("textDocument/codeAction", asked)}

    assert list(offered(bare, "name", triggerKind=1)) == ["▶ up"]
    assert offered(bare, "name") == offered(bare, "name", triggerKind=2, only=["source.openrig"]) == {}
    assert offered(full, "name", triggerKind=1) == {}
    action = offered(bare, "name", only=["source.openrig"])["▶ up"]
    assert action["kind"] == "source.openrig"
    bare.request("workspace/executeCommand", action["command"], 40)

    send = "Send selection to p-a@demo"
    assert list(offered(bare, "name", triggerKind=1)) == ["■ down", send]
    home.ask("message/send", {"to": "p-a@demo", "text": "[[delay=30]] work", "wait": "submitted", "timeoutSeconds": 20})
    home.ask("agent/wait", {"agent": "p-a@demo", "state": ["busy"], "timeoutSeconds": 20})
    here = offered(bare, "id: a", triggerKind=1)
    assert list(here) == ["■ down", "attach p-a@demo", "interrupt p-a@demo", send]
    bare.request("workspace/executeCommand", here["interrupt p-a@demo"]["command"])
    bare.request("workspace/executeCommand", here["■ down"]["command"], 40)
    assert list(offered(bare, "name", triggerKind=1)) == ["▶ up"]


def test_hover_shows_a_member_as_it_is(home: Living, connect: Connect) -> None:
    editor = connect(home)
    path = home.write("rig.yaml", rig_of("demo", scripted("a")))
    uri = editor.open(Path(path))
    run(editor, "openrig.up", path=path)
    home.ask("message/send", {"to": "p-a@demo", "text": "say hello", "wait": "submitted", "timeoutSeconds": 20})
    home.ask("agent/wait", {"agent": "p-a@demo", "state": ["idle"], "timeoutSeconds": 20})
    place = editor.at(uri, editor.texts[uri][1].index("id: a") + 4)
    text = editor.request("textDocument/hover", place)["contents"]["value"]
    assert "**idle** since" in text
    assert re.search(r"Evidence: `.+` \(by (hook|screen), ", text)
    assert "Last message" in text and "say hello" in text
    assert "Member `p.a`" in text


# Messages and places.


def test_a_selection_goes_to_an_agent(home: Living, connect: Connect) -> None:
    editor = connect(home)
    path = home.write("rig.yaml", rig_of("demo", scripted("a"), terminal("t")))
    run(editor, "openrig.up", path=path)
    source = home.work / "src" / "app.py"
    uri = editor.open(source, "one\ntwo ```` 𝄞\nthree\nfour\n", "python")
    text = editor.texts[uri][1]
    place = editor.range(text, text.index("two"), text.index("four"))
    found = {"range": place, "message": "odd\nthing", "severity": 2, "source": "ruff", "code": "E1"}

    def offered(**context: Json) -> list[str]:
        asked = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": [], **context}}
        return [each["title"] for each in editor.request("textDocument/codeAction", asked)]

    assert offered() == []
    assert offered(triggerKind=2) == []
    assert offered(only=["quickfix"]) == []
    assert offered(triggerKind=1) == ["Send selection to p-a@demo"]
    assert offered(only=["source.openrig"]) == ["Send selection to p-a@demo"]
    both = ["Send selection to p-a@demo", "Send selection to p-a@demo, with diagnostics"]
    assert offered(only=["source"], diagnostics=[found]) == both

    asked = {
        "textDocument": {"uri": uri},
        "range": place,
        "context": {"diagnostics": [found], "only": ["source.openrig"]},
    }
    action = editor.request("textDocument/codeAction", asked)[1]
    assert action["kind"] == "source.openrig"
    result = editor.request("workspace/executeCommand", action["command"])
    [message] = result["messages"]
    assert message["to"] == "p-a@demo" and message["from"] == "human@demo"
    assert message["text"] == (
        "src/app.py#L2-L3\n\n`````python\ntwo ```` 𝄞\nthree\n`````\n\nDiagnostics:\n- L2 warning: odd thing (ruff E1)"
    )


def test_attach_send_and_interrupt(home: Living, connect: Connect) -> None:
    editor = connect(home)
    path = home.write("rig.yaml", rig_of("demo", scripted("a")))
    run(editor, "openrig.up", path=path)
    argv = run(editor, "openrig.attach", agent="p-a@demo")["argv"]
    assert any("tmux" in word for word in argv)
    editor.until(lambda: "in any terminal" in str(editor.messages("window/showMessage")), "how to attach")
    assert run(editor, "openrig.send", agent="p-a@demo") is None
    editor.until(lambda: "Send selection to p-a@demo" in str(editor.messages("window/showMessage")), "how to send")
    sent = run(editor, "openrig.send", agent="p-a@demo", text="[[delay=30]] work")
    assert sent["messages"][0]["text"] == "[[delay=30]] work"
    with pytest.raises(Refused, match="no agent fits"):
        run(editor, "openrig.interrupt", agent="p-zz@demo")
    assert run(editor, "openrig.interrupt", agent="p-a@demo")["agent"]["address"] == "p-a@demo"
    with pytest.raises(Refused, match="no command"):
        run(editor, "openrig.dance")


def test_renaming_in_a_rig_that_is_up_warns(home: Living, connect: Connect) -> None:
    editor = connect(home)
    path = home.write("rig.yaml", rig_of("demo", terminal("a")))
    uri = editor.open(Path(path))
    run(editor, "openrig.up", path=path)
    place = editor.at(uri, editor.texts[uri][1].index("id: a") + 4)
    edit = editor.request("textDocument/rename", {**place, "newName": "b"})
    [annotation] = edit["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True and "is up" in annotation["description"]

    simple = connect(home, without("workspace.workspaceEdit"))
    simple.open(Path(path))
    edit = simple.request("textDocument/rename", {**place, "newName": "b"})
    assert list(edit["changes"]) == [uri_of(Path(path))]
    simple.until(lambda: "is up" in str(simple.messages("window/showMessage")), "the warning")


def test_a_running_command_does_not_block_the_editor(home: Living, connect: Connect) -> None:
    editor = connect(home)
    path = home.write("rig.yaml", rig_of("demo", scripted("a", slow_start=3)))
    uri = editor.open(Path(path))
    up = editor.send("workspace/executeCommand", {"command": "openrig.up", "arguments": [{"path": path}]})
    editor.until(lambda: editor.messages("$/progress"), "progress")
    assert editor.request("textDocument/hover", editor.at(uri, editor.texts[uri][1].index("name")), 2.5)
    assert editor.reply(up, 30)["agents"][0]["outcome"] == "launched"


# The person's attention.


def asks(editor: Editor) -> list[Json]:
    return [each["params"] for each in list(editor.asked) if each["method"] == "window/showMessageRequest"]


def test_an_agent_that_needs_a_person_asks_one_editor(home: Living, connect: Connect) -> None:
    quiet, first, last = connect(home), connect(home, attention=True), connect(home, attention=True)
    path = home.write("rig.yaml", rig_of("demo", scripted("a")))
    last.answers["window/showMessageRequest"] = lambda params: params["actions"][0]
    run(first, "openrig.up", path=path)
    last.open(home.work / "x.py", "x")
    last.request("textDocument/codeAction", _nothing(last, uri_of(home.work / "x.py")))
    home.ask("message/send", {"to": "p-a@demo", "text": "[[bash=true]]", "wait": "submitted", "timeoutSeconds": 20})
    last.until(lambda: asks(last), "the question")
    [question] = asks(last)
    assert [each["title"] for each in question["actions"]] == ["Allow", "Deny"]
    assert question["message"].startswith("p-a@demo asks for permission:")
    assert "true" in question["message"]
    home.ask("agent/wait", {"agent": "p-a@demo", "state": ["idle"], "timeoutSeconds": 20})
    assert home.ask("agent/get", {"agent": "p-a@demo"})["agent"].get("prompt") is None
    assert asks(first) == asks(quiet) == []


def _nothing(editor: Editor, uri: str) -> Json:
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    return {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}


def test_a_late_choice_is_told_who_was_faster(home: Living, connect: Connect) -> None:
    editor = connect(home, attention=True)
    path = home.write("rig.yaml", rig_of("demo", scripted("a")))
    decided = threading.Event()

    def late(params: Json) -> Json:
        decided.wait(20)
        return params["actions"][1]

    editor.answers["window/showMessageRequest"] = late
    run(editor, "openrig.up", path=path)
    home.ask("message/send", {"to": "p-a@demo", "text": "[[bash=true]]", "wait": "submitted", "timeoutSeconds": 20})
    editor.until(lambda: asks(editor), "the question")
    prompt = home.ask("agent/prompt", {"agent": "p-a@demo"})["prompt"]
    home.ask("agent/answer", {"agent": "p-a@demo", "promptId": prompt["id"], "choice": prompt["choices"][0]["id"]})
    decided.set()
    editor.until(lambda: "answered already" in str(editor.messages("window/showMessage")), "who was faster")


def test_another_editor_is_asked_when_one_can_not_ask(home: Living, connect: Connect) -> None:
    """No `window` is announced: who opted in is asked all the same, as eglot wants it."""
    first, second = connect(home, without("window"), attention=True), connect(home, {}, attention=True)
    path = home.write("rig.yaml", rig_of("demo", scripted("a")))
    second.answers["window/showMessageRequest"] = lambda params: {"nothing": "that can be read"}
    run(first, "openrig.up", path=path)
    second.request("agent/list", {})
    home.ask("message/send", {"to": "p-a@demo", "text": "[[bash=true]]", "wait": "submitted", "timeoutSeconds": 20})
    second.until(lambda: asks(second), "the second is asked")
    first.until(lambda: asks(first), "and then the first")


def test_another_editor_is_asked_when_one_goes(home: Living, connect: Connect) -> None:
    first, second = connect(home, attention=True), connect(home, attention=True)
    path = home.write("rig.yaml", rig_of("demo", scripted("a")))
    never = threading.Event()
    first.answers["window/showMessageRequest"] = lambda params: never.wait(20) and None
    run(first, "openrig.up", path=path)
    home.ask("message/send", {"to": "p-a@demo", "text": "[[bash=true]]", "wait": "submitted", "timeoutSeconds": 20})
    first.until(lambda: asks(first), "the first is asked")
    first.process.kill()
    second.until(lambda: asks(second), "the second is asked")
    never.set()


def test_what_needs_trust_is_told_whole(home: Living, connect: Connect) -> None:
    editor = connect(home)
    home.trusting = False
    runs = terminal("a")[:-1] + ", x-openrig-rpc: {command: [sh, -c, cat]}}"
    path = home.write("rig.yaml", rig_of("demo", runs))
    with pytest.raises(Refused) as refused:
        run(editor, "openrig.up", path=path)
    data = refused.value.error["data"]
    assert data["kind"] == "needs-trust"
    (said,) = [each["message"] for each in editor.messages("window/showMessage") if "rig trust" in each["message"]]
    assert "p-a runs in" in said and data["hash"] in said
    home.ask("rig/trust", {"hash": data["hash"]})
    run(editor, "openrig.up", path=path)
