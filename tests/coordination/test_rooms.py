"""Rooms over the wire: order, topics, mentions, and waiting that survives a restart of the daemon."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openrig_rpc.cli.line import Line
from tests.coordination.team import as_agent, messages_to, refused, team
from tests.living import Living, living, rig_of, scripted, terminal, until

LEAD, ONE = "p-lead@work", "p-one@work"


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as home:
        home.start()
        members = [scripted("lead"), scripted("one"), terminal("shell")]
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("work", *members))})
        home.ask("rig/up", {"path": home.write("other.yaml", rig_of("other", terminal("shell")))})
        yield home


@pytest.fixture
def me(home: Living) -> Iterator[Line]:
    line = home.line()
    yield line
    line.close()


def said(line: Line, text: str, **more: Any) -> dict[str, Any]:
    post: dict[str, Any] = line.ask("room/post", {"rig": "work", "text": text, **more})["post"]
    return post


def texts(line: Line, **more: Any) -> list[str]:
    return [post["text"] for post in line.ask("room/history", {"rig": "work", **more})["posts"]]


def test_posts_are_numbered_in_their_room(home: Living, me: Line) -> None:
    with team(home, LEAD, ONE) as (lead, one):
        posts = [said(lead, "first", room="a"), said(me, "second", room="a", topic="x"), said(one, "third", room="a")]
        assert [post["number"] for post in posts] == [1, 2, 3]
        assert [post["from"] for post in posts] == [LEAD, "human@work", ONE]
        assert said(one, "elsewhere", room="b")["number"] == 1
        assert texts(one, room="a") == ["first", "second", "third"]
        assert texts(one, room="a", since=1, limit=1) == ["second"]
        assert texts(one, room="a", limit=2) == ["second", "third"], "without `since`, the last ones"
        assert texts(one, room="a", topic="x") == ["second"]
        rooms = {room["name"]: room["posts"] for room in me.ask("room/list", {"rig": "work"})["rooms"]}
        assert (rooms["a"], rooms["b"]) == (3, 1)
        for method, more in (("room/post", {"text": "x"}), ("room/history", {}), ("room/list", {})):
            refused(lead, method, {"rig": "other", **more}, "not-permitted")
        refused(me, "room/history", {"rig": "nowhere"}, "rig-not-found")
        refused(me, "room/post", {"rig": "work", "text": "\x1b\x07"}, "invalid-params")


def test_the_same_key_posts_once(me: Line) -> None:
    first, again = (said(me, "once", room="keys", idempotencyKey="k") for _ in range(2))
    assert first == again and texts(me, room="keys") == ["once"]


def test_a_mention_is_also_a_message(home: Living, me: Line) -> None:
    with team(home, LEAD) as (lead,):
        post = said(lead, "@p-one, please look; @human too. @p-lead @shell @nobody mail@p-one.org @p.one", room="m")
        assert post["mentions"] == [ONE, "human@work"]
        sent = messages_to(me, ONE, "please look")
        assert len(sent) == 1 and sent[0]["from"] == LEAD and "room m, post 1" in sent[0]["text"]
        assert any("please look" in item["text"] for item in me.ask("inbox/list", {})["items"])


def test_many_post_at_once(home: Living, me: Line) -> None:
    def work(name: str) -> None:
        line = as_agent(home, LEAD)
        try:
            for number in range(30):
                said(line, f"{name} {number}", room="crowd")
        finally:
            line.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, "abcd"))
    posts = me.ask("room/history", {"rig": "work", "room": "crowd", "since": 0, "limit": 1000})["posts"]
    assert [post["number"] for post in posts] == list(range(1, 121))
    for name in "abcd":
        assert [post["text"] for post in posts if post["text"].startswith(name)] == [f"{name} {n}" for n in range(30)]


def test_waiting(home: Living, me: Line) -> None:
    late = me.ask("room/wait", {"rig": "work", "room": "w", "since": 0, "timeoutSeconds": 0})
    assert late["posts"] == [] and late["timedOut"]
    number = me.send("room/wait", {"rig": "work", "room": "w", "since": 0, "topic": "t", "timeoutSeconds": 20})
    with team(home, ONE) as (one,):
        said(one, "of something else", room="w")
        said(one, "of this", room="w", topic="t")
    answer = me.reply(number)
    assert [post["text"] for post in answer["posts"]] == ["of this"] and "timedOut" not in answer


def test_following_survives_a_restart(home: Living) -> None:
    """`rig chatroom --follow` has every post once, in order, though the daemon is killed in between."""
    command = [sys.executable, "-m", "openrig_rpc", "cli", "chatroom", "work", "--room", "f", "--follow", "--json"]
    environment = home.environment(PYTHONUNBUFFERED="1")
    home.rig("post", "--rig", "work", "--room", "f", "before")
    with subprocess.Popen(command, env=environment, cwd=home.work, stdout=subprocess.PIPE, text=True) as follower:
        got: list[dict[str, Any]] = []
        assert follower.stdout is not None
        stream = follower.stdout

        def read() -> None:
            got.extend(json.loads(line) for line in stream)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            until(lambda: len(got) == 1, "the history is shown")
            for number in range(3):
                home.rig("post", "--rig", "work", "--room", "f", f"post {number}")
            until(lambda: len(got) == 4, "the posts are followed")
            home.kill()
            home.start()
            home.rig("post", "--rig", "work", "--room", "f", "after")
            until(lambda: len(got) == 5, "the follower came back")
            assert [post["text"] for post in got] == ["before", "post 0", "post 1", "post 2", "after"]
        finally:
            follower.kill()
            reader.join(5)


def test_the_command_line(home: Living) -> None:
    home.rig("post", "--rig", "work", "--room", "cli", "--topic", "t", "hello", "there")
    shown = home.rig("chatroom", "work", "--room", "cli").stdout
    assert "human@work [t]: hello there" in shown
    done = home.rig("chatroom", check=False)
    assert done.returncode == 2 and "up are work, other" in done.stderr
