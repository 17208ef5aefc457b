"""Transcripts over the wire: by offset, in step with `agent/watch`, across a restart, without secrets."""

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
