"""What panes print: whole characters, true offsets, gaps that are told, and a slow client that harms only itself."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openrig_rpc.model.event import PaneOutput
from openrig_rpc.observe import streams as streaming
from openrig_rpc.observe.streams import Streams, whole

A = "a-1"
RATE = 60.0


class Client:
    """A connection; `slow` while it doesn't read."""

    def __init__(self) -> None:
        self.slow = False
        self.got: list[PaneOutput] = []
        self.on_output: Callable[[], None] = lambda: None
        self._stirred = asyncio.Event()

    def notify(self, method: str, params: object) -> None:
        assert method == "agent/output" and isinstance(params, PaneOutput) and not self.slow
        self.got.append(params)
        self._stirred.set()
        self.on_output()

    def congested(self) -> bool:
        return self.slow

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self._stirred.clear()
                await self._stirred.wait()

    @property
    def text(self) -> str:
        return "".join(output.data for output in self.got)


def watched(client: Client, rate: float = RATE) -> tuple[Streams, int]:
    streams = Streams()
    return streams, streams.watch(A, "p-a@demo", client, rate)


async def test_the_first_output_comes_at_once_and_the_next_are_gathered() -> None:
    client = Client()
    streams, offset = watched(client)
    for number in range(20):
        streams.printed(A, f"{number} ".encode(), False)
    assert [output.data for output in client.got] == ["0 "]
    await client.until(lambda: client.text.endswith("19 "))
    assert len(client.got) == 2
    first, second = client.got
    assert (first.agent, first.offset, first.gap) == ("p-a@demo", offset, None)
    assert second.offset == 2 and second.gap is None


async def test_offsets_count_the_panes_bytes_from_the_start() -> None:
    streams = Streams()
    streams.printed(A, b"before", False)
    assert (streams.offset(A), streams.offset("a-2")) == (6, 0)
    client = Client()
    assert streams.watch(A, "p-a@demo", client, RATE) == 6
    streams.printed(A, b"after", False)
    assert (client.got[0].offset, client.got[0].data, streams.offset(A)) == (6, "after", 11)


async def test_a_character_is_never_cut() -> None:
    client = Client()
    streams, _ = watched(client)
    text = "a€b🎉é"
    for byte in text.encode():
        streams.printed(A, bytes([byte]), False)
    await client.until(lambda: client.text == text)
    at = 0
    for output in client.got:
        assert output.offset == at and output.gap is None
        at += len(output.data.encode())


async def test_half_a_character_waits_for_its_end() -> None:
    client = Client()
    streams, _ = watched(client)
    streams.printed(A, "x€".encode()[:-1], False)
    assert client.text == "x"
    streams.printed(A, "€".encode()[-1:], False)
    await client.until(lambda: client.text == "x€")
    assert [output.offset for output in client.got] == [0, 1]


@pytest.mark.parametrize("junk", [b"\xff", b"\x80\x80", b"\xc3(", b"\xe2\x82(", b"\xf0\x9f(", b"\xf8\x88\x80\x80\x80"])
async def test_what_never_becomes_a_character_does_not_stop_it(junk: bytes) -> None:
    client = Client()
    streams, _ = watched(client)
    streams.printed(A, junk, False)
    streams.printed(A, b" end", False)
    await client.until(lambda: client.text.endswith(" end"))
    assert client.text == (junk + b" end").decode("utf-8", "replace")


@given(st.lists(st.binary(max_size=6), max_size=10))
def test_whole_never_keeps_more_than_half_a_character(parts: list[bytes]) -> None:
    data = b"".join(parts)
    size = whole(data)
    assert len(data) - 3 <= size <= len(data)
    assert data[:size].decode("utf-8", "replace") + data[size:].decode("utf-8", "replace") == data.decode(
        "utf-8", "replace"
    )


@given(st.text(max_size=30), st.integers(0, 200))
def test_whole_cuts_text_between_characters(text: str, at: int) -> None:
    data = text.encode()[:at]
    data[: whole(data)].decode()  # raises if it were cut within one
    assert whole(text.encode()) == len(text.encode())


async def test_a_gap_is_told_with_what_comes_behind_it() -> None:
    client = Client()
    streams, _ = watched(client)
    streams.printed(A, b"one", False)
    streams.printed(A, b"two", False)  # gathered
    streams.printed(A, b"four", True)  # three is missing
    await client.until(lambda: len(client.got) == 2)
    assert [(output.offset, output.data, output.gap) for output in client.got] == [(0, "one", None), (6, "four", True)]
    streams.printed(A, b"five", False)
    await client.until(lambda: len(client.got) == 3)
    assert client.got[-1].gap is None, "told once"


async def test_a_gap_right_at_the_start() -> None:
    client = Client()
    streams, _ = watched(client)
    streams.printed(A, b"x", True)
    assert client.got[0].gap is True


async def test_a_slow_client_loses_the_oldest_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MOST", 10)
    slow, quick = Client(), Client()
    streams = Streams()
    streams.watch(A, "p-a@demo", slow, RATE)
    streams.watch(A, "p-a@demo", quick, RATE)
    slow.slow = True
    for _ in range(1000):
        streams.printed(A, "€".encode(), False)
    watch = streams._watches[A][slow]
    assert len(watch.pending) <= 10, "what waits is bounded"
    await quick.until(lambda: streams._watches[A][quick].offset == 3000)
    assert slow.got == [] and quick.got
    slow.slow = False
    await slow.until(lambda: bool(slow.got))
    (output,) = slow.got
    assert (output.data, output.offset, output.gap) == ("€€€", 3000 - 9, True), "not in the middle of a character"


async def test_unwatching_and_leaving() -> None:
    one, two = Client(), Client()
    streams = Streams()
    for agent_id in (A, "a-2"):
        for client in (one, two):
            streams.watch(agent_id, agent_id, client, RATE)
    for agent_id in (A, "a-2"):
        streams.printed(agent_id, b"first", False)
        streams.printed(agent_id, b"gathered", False)
    streams.unwatch(A, one)
    streams.unwatch(A, one)
    streams.unwatch("a-9", one)
    await two.until(lambda: len(two.got) == 4)
    assert [output.agent for output in one.got] == [A, "a-2", "a-2"]
    streams.leave(two)
    streams.printed("a-2", b"more", False)
    streams.printed(A, b"more", False)
    assert len(two.got) == 4
    streams.leave(one)
    assert streams._watches == {}, "nothing stays of those who left"


async def test_watching_again_begins_anew_with_the_new_rate() -> None:
    client = Client()
    streams, _ = watched(client)
    streams.printed(A, b"one", False)
    streams.printed(A, b"gathered", False)
    assert streams.watch(A, "p-a@demo", client, 1.0) == 11
    assert streams._watches[A][client].interval == 1.0
    streams.printed(A, b"two", False)
    assert [(output.offset, output.data) for output in client.got] == [(0, "one"), (11, "two")]


async def test_a_client_that_leaves_while_it_is_written_to() -> None:
    one, two = Client(), Client()
    streams = Streams()
    for client in (one, two):
        streams.watch(A, "p-a@demo", client, RATE)
    one.on_output = lambda: streams.leave(one)
    streams.printed(A, b"x", False)
    assert one.text == two.text == "x"


CHUNKS = st.lists(st.tuples(st.binary(max_size=8), st.booleans(), st.booleans()), max_size=12)


@settings(max_examples=50, deadline=None)
@given(CHUNKS)
def test_offsets_and_data_always_fit_what_was_printed(chunks: list[tuple[bytes, bool, bool]]) -> None:
    """However the client reads: what comes is what was printed there, in order, and a jump in offsets is told."""

    async def run() -> None:
        client, streams = Client(), Streams()
        streams.watch(A, "p-a@demo", client, 100_000.0)
        printed = b""
        for data, gap, slow in chunks:
            client.slow = slow
            printed += data
            streams.printed(A, data, gap)
            await asyncio.sleep(0)
        client.slow = False
        streams.printed(A, b"end", False)
        printed += b"end"
        await client.until(lambda: client.text.endswith("end"))
        at = 0
        for number, output in enumerate(client.got):
            after = client.got[number + 1].offset if number + 1 < len(client.got) else len(printed)
            assert output.offset == at or output.gap
            if number + 1 < len(client.got) and client.got[number + 1].gap:
                assert printed[output.offset : after].decode("utf-8", "replace").startswith(output.data)
            else:
                assert printed[output.offset : after].decode("utf-8", "replace") == output.data
            at = after

    asyncio.run(run())
