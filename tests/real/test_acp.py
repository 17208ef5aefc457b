"""ACP's official client on `openrig-rpc acp`: it holds turns with a scripted agent, and answers its questions."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from acp import PROTOCOL_VERSION, RequestError, spawn_agent_process
from acp.core import ClientSideConnection
from acp.helpers import resource_link_block, text_block
from acp.interfaces import Client
from acp.schema import (
    AgentMessageChunk,
    AgentThoughtChunk,
    AllowedOutcome,
    DeniedOutcome,
    PermissionOption,
    RequestPermissionResponse,
    TextContentBlock,
    ToolCallUpdate,
)

from openrig_rpc.bridges.acp import kind_of
from openrig_rpc.bridges.turn import fresh
from tests.living import Living, living, rig_of, scripted, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    """A rig of two scripted agents."""
    with living() as found:
        found.start()
        text = rig_of("desk", scripted("one"), scripted("off"))
        found.ask("rig/up", {"text": text, "cwd": str(found.work)})
        yield found


class Editor:
    """An ACP client that keeps what it is shown, and answers what is asked by words of the question.

    A question that a hook asks anew is asked twice: who asked first can't take it back.
    """

    def __init__(self, **answers: str) -> None:
        self.said = ""
        self.noted = ""
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []
        self._answers = answers

    async def session_update(self, session_id: str, update: Any, **kwargs: Any) -> None:
        if isinstance(update, AgentMessageChunk | AgentThoughtChunk):
            assert isinstance(update.content, TextContentBlock)
            if isinstance(update, AgentMessageChunk):
                self.said += update.content.text
            else:
                self.noted += update.content.text

    async def request_permission(
        self, session_id: str, tool_call: ToolCallUpdate, options: list[PermissionOption], **kwargs: Any
    ) -> RequestPermissionResponse:
        self.asked.append((tool_call.title or "", [(option.name, option.kind) for option in options]))
        (wanted,) = (kind for word, kind in self._answers.items() if word in (tool_call.title or ""))
        for option in options:
            if option.kind == wanted:
                outcome = AllowedOutcome(outcome="selected", option_id=option.option_id)
                return RequestPermissionResponse(outcome=outcome)
        if wanted == "nobody":
            await asyncio.Event().wait()
        return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))

    def on_connect(self, conn: object) -> None:
        pass


@asynccontextmanager
async def editing(home: Living, editor: Editor, agent: str) -> AsyncIterator[ClientSideConnection]:
    """The official client, with the bridge as a process of its own."""
    environment = home.environment(PYTHONPATH=str(ROOT))
    words = ["-m", "openrig_rpc", "acp", "--agent", agent]
    async with spawn_agent_process(cast(Client, editor), sys.executable, *words, env=environment) as (connection, _):
        answer = await connection.initialize(protocol_version=PROTOCOL_VERSION)
        assert answer.agent_info is not None and answer.agent_info.name == "openrig-rpc"
        yield connection


async def begun(connection: ClientSideConnection, home: Living) -> str:
    session: str = (await connection.new_session(cwd=str(home.work), mcp_servers=[])).session_id
    return session


async def turn(connection: ClientSideConnection, session: str, text: str, *files: str) -> str:
    """Prompt, and why the turn ended."""
    links = [resource_link_block(Path(file).name, file) for file in files]
    answer = await connection.prompt(session_id=session, prompt=[text_block(text), *links])
    return str(answer.stop_reason)


async def test_turns(home: Living) -> None:
    editor = Editor(true="allow_once", wipe="reject_once")
    async with editing(home, editor, "p-one") as connection:
        session = await begun(connection, home)
        assert await turn(connection, session, "look at this [[bash=true]]", "file:///src/a.py") == "end_turn"
        assert [word for word in ("true", "wipe") if word in editor.asked[-1][0]] == ["true"]
        assert {"allow_once", "reject_once"} <= {kind for _, kind in editor.asked[-1][1]}
        assert "Bash(true)" in editor.said and "ECHO: " in editor.said and "/src/a.py" in editor.said
        assert "Tell me what to do" not in editor.said, "the composer is no answer"

        editor.said = ""
        text = "once more [[bash=wipe]] [[run=rig send human@desk 'a word from me']]"
        assert await turn(connection, session, text) == "end_turn"
        assert "wipe" in editor.asked[-1][0] and "permission was denied" in editor.said
        assert editor.said.startswith("a word from me\n")
        assert "look at this" not in editor.said, "only what is new"
    sent = [message for message in home.ask("message/list")["messages"] if message["to"] == "p-one@desk"]
    assert [message["state"] for message in sent] == ["submitted", "submitted"]
    assert home.ask("agent/get", {"agent": "p-one"})["agent"]["state"] == "idle", "who leaves ends nothing"


async def test_a_turn_is_cancelled(home: Living) -> None:
    editor = Editor()
    async with editing(home, editor, "p-one@desk") as connection:
        session = await begun(connection, home)
        going = asyncio.create_task(turn(connection, session, "[[delay=600]]"))
        await asyncio.to_thread(busy, home)
        with pytest.raises(RequestError, match="a turn of this session is running"):
            await connection.prompt(session_id=session, prompt=[text_block("another")])
        await connection.cancel(session_id=session)
        assert await going == "cancelled"
        await asyncio.to_thread(idle, home)


async def test_a_turn_is_cancelled_at_a_question(home: Living) -> None:
    """As Escape does it: the agent's question is over too."""
    editor = Editor(date="nobody")
    async with editing(home, editor, "p-one") as connection:
        session = await begun(connection, home)
        going = asyncio.create_task(turn(connection, session, "[[bash=date]]"))
        await asyncio.to_thread(asked, home)
        await connection.cancel(session_id=session)
        assert await going == "cancelled"
        await asyncio.to_thread(idle, home)
        assert home.ask("agent/prompt", {"agent": "p-one"}).get("prompt") is None


async def test_a_held_message_is_told_and_taken_back(home: Living) -> None:
    home.ask("agent/stop", {"agent": "p-off"})
    editor = Editor()
    async with editing(home, editor, "p-off") as connection:
        session = await begun(connection, home)
        going = asyncio.create_task(turn(connection, session, "are you there?"))
        held = {"agent": "p-off@desk", "state": "held"}
        await asyncio.to_thread(until, lambda: home.ask("message/list", held)["messages"], "it is held")
        await connection.cancel(session_id=session)
        assert await going == "cancelled"
    assert editor.noted == "held: stopped\n"
    (message,) = home.ask("message/list", {"agent": "p-off@desk"})["messages"]
    assert message["state"] == "cancelled"


async def test_somebody_else_answers(home: Living) -> None:
    """The editor's question is over then, and the turn goes on to its end."""
    editor = Editor(ls="nobody")
    async with editing(home, editor, "p-one") as connection:
        session = await begun(connection, home)
        going = asyncio.create_task(turn(connection, session, "[[bash=ls]]"))
        prompt = await asyncio.to_thread(asked, home)
        await asyncio.to_thread(until, lambda: editor.asked, "the editor is asked")
        home.ask("agent/answer", {"agent": "p-one", "promptId": prompt["id"], "choice": "allow"})
        assert await going == "end_turn"
        assert "Bash(ls)" in editor.said


async def test_nobody_there(home: Living) -> None:
    async with editing(home, Editor(), "nobody@desk") as connection:
        with pytest.raises(RequestError) as refused:
            await begun(connection, home)
        assert refused.value.code == 102
        with pytest.raises(RequestError, match="Invalid params"):
            await connection.prompt(session_id="none", prompt=[text_block("hello")])


def busy(home: Living) -> None:
    until(lambda: home.ask("agent/get", {"agent": "p-one"})["agent"]["state"] == "busy", "it is busy")


def idle(home: Living) -> None:
    until(lambda: home.ask("agent/get", {"agent": "p-one"})["agent"]["state"] == "idle", "it is idle")


def asked(home: Living) -> dict[str, Any]:
    def prompt() -> dict[str, Any] | None:
        found: dict[str, Any] | None = home.ask("agent/prompt", {"agent": "p-one"}).get("prompt")
        return found if found is not None and found["by"] == "hook" else None

    told: dict[str, Any] = until(prompt, "a question")
    return told


def test_without_the_sdk_or_an_agent_it_says_so() -> None:
    run = "from openrig_rpc.__main__ import main; sys.exit(main(sys.argv[1:]))"
    hidden = [sys.executable, "-c", f"import sys; sys.modules['acp'] = None; {run}", "acp", "--agent", "p-one"]
    done = subprocess.run(hidden, capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, "pip install 'openrig-rpc[acp]'" in done.stderr) == (1, True), done.stderr
    bare = subprocess.run([sys.executable, "-m", "openrig_rpc", "acp"], capture_output=True, text=True, cwd=ROOT)
    assert (bare.returncode, bare.stderr) == (2, "usage: openrig-rpc acp --agent ADDRESS\n")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Yes", "allow_once"),
        ("Yes, and don't ask again for git commands", "allow_always"),
        ("Yes, allow all edits for this session", "allow_always"),
        ("No, and tell Claude what to do differently", "reject_once"),
        ("Deny", "reject_once"),
        ("No, never", "reject_once"),
        ("Nothing of this", "allow_once"),
    ],
)
def test_what_a_choice_means(label: str, kind: str) -> None:
    assert kind_of({"id": "1", "label": label}) == kind


def test_what_is_new_on_a_screen() -> None:
    before = ["old", "", "--", "> ", "--"]
    after = ["old", "[message m1 from x]", "[end m1 · answer]", "answer", "more", "", "--", "> ", "--"]
    assert fresh(before, after, "m1") == "answer\nmore"
    assert fresh(before, after[3:], "m1") == "answer\nmore", "scrolled away"
    assert fresh(before, before, "m1") == ""
    assert fresh([], ["a", "b"], "") == "a\nb"
    assert fresh(before, [], "m1") == ""
    assert fresh(["a"], ["a", "a"], "") == "a"
