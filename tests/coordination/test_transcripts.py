"""Transcripts over the wire: by offset, in step with `agent/watch`, across a restart, without secrets."""

from contextlib import ExitStack
from typing import Any

from tests.coordination.team import as_agent, refused
from tests.living import living, rig_of, terminal, until

SECRET = "ghp_" + "a1" * 18


def test_reading_on_where_one_was() -> None:
    with living() as home:
        home.start()
        home.ask("rig/up", {"path": home.write("rig.yaml", rig_of("work", terminal("a")))})

        def type_in(text: str) -> None:
            home.ask("agent/keys", {"agent": "a", "keys": [{"text": text}, "Enter"]})

        def read(**params: int) -> dict[str, object]:
            found: dict[str, object] = home.ask("transcript/read", {"agent": "a", **params})["transcript"]
            return found

        type_in("echo fir''st; seq 3000 | tail -1")
        until(lambda: "first" in str(read()["text"]) and "3000" in str(read()["text"]), "it is in the transcript")
        at = int(str(read()["nextOffset"]))
        assert home.ask("agent/watch", {"agent": "a"})["offset"] >= at
        home.kill()
        home.start()
        type_in(f"echo sec''ond {SECRET}")
        until(lambda: "second" in str(read(offset=at)["text"]), "and so is what came after a restart")
        text = str(read(offset=at)["text"])
        assert "first" not in text and "\x1b" not in text
        assert SECRET not in text and "[redacted GitHub token]" in text
        until(lambda: "second" in home.ask("agent/capture", {"agent": "a"})["text"], "it is on the screen")
        assert SECRET not in home.ask("agent/capture", {"agent": "a"})["text"]
        assert "second" in home.rig("transcript", "read", "a").stdout
        assert home.ask("agent/watch", {"agent": "a"})["offset"] >= int(str(read()["nextOffset"]))


def test_searching() -> None:
    with living() as home, ExitStack() as stack:
        home.start()
        for name in ("work", "other"):
            home.ask("rig/up", {"path": home.write(f"{name}.yaml", rig_of(name, terminal("a"), terminal("b")))})

        def say(agent: str, *lines: str) -> None:
            for line in lines:
                home.ask("agent/keys", {"agent": agent, "keys": [{"text": f"echo {line}"}, "Enter"]})

        def search(query: str, **params: str) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = home.ask("transcript/search", {"query": query, **params})["hits"]
            return found

        def agents(query: str, **params: str) -> set[str]:
            return {hit["agent"] for hit in search(query, **params) if "echo" not in hit["excerpt"]}

        say("p-a@work", "the par''ser is green", f"tok''en {SECRET}")
        say("p-b@work", "the lex''er is red")
        say("p-a@other", "another par''ser")
        until(lambda: agents("parser") == {"p-a@work", "p-a@other"}, "both are found")
        until(lambda: agents("lexer") == {"p-b@work"}, "and the other word")
        assert agents("parser", rig="work") == {"p-a@work"} and agents("parser", agent="p-b@work") == set()
        assert agents('"parser is green"') == {"p-a@work"} and agents("pars* NOT another") == {"p-a@work"}
        hit = next(hit for hit in search("green") if "echo" not in hit["excerpt"])
        read = home.ask("transcript/read", {"agent": hit["agent"], "offset": hit["offset"], "lines": 1})["transcript"]
        assert "the parser is green" in read["text"]
        until(lambda: agents("token"), "the line with the secret is found")
        assert search(SECRET) == [] and all(SECRET not in hit["excerpt"] for hit in search("token"))

        line = home.line()
        stack.callback(line.close)
        refused(line, "transcript/search", {"query": '"open'}, "invalid-params")
        own = as_agent(home, "p-a@work")
        stack.callback(own.close)
        assert {hit["agent"] for hit in own.ask("transcript/search", {"query": "parser"})["hits"]} == {"p-a@work"}
        refused(own, "transcript/search", {"query": "parser", "agent": "p-a@other"}, "not-permitted")

        before = {(hit["agent"], hit["offset"]) for hit in search("parser")}
        home.kill()
        home.start()
        say("p-b@work", "a second par''ser")
        until(lambda: "p-b@work" in agents("parser"), "it goes on after a restart")
        assert before <= {(hit["agent"], hit["offset"]) for hit in search("parser")}
