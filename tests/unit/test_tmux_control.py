"""The control client's reading, fed with what tmux writes. Real clients: tests/real."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrig_rpc.tmux.control import Control, ControlLost, Reply, decoded, split

FENCE = b"fence"


class Deaf(asyncio.SubprocessTransport, asyncio.WriteTransport):
    """A process that only notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told = b""

    def get_pipe_transport(self, fd: int) -> asyncio.BaseTransport:
        return self

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.told += bytes(data)

    def close(self) -> None:
        pass

    def get_pid(self) -> int:
        return 0


def started(control: Control) -> Deaf:
    transport = Deaf()
    control.connection_made(transport)
    return transport


async def test_replies_are_matched_in_order_whatever_comes_between() -> None:
    notices: list[tuple[bytes, bytes]] = []
    control = Control(on_notice=lambda word, rest: notices.append((word, rest)))
    transport = started(control)
    first, second = control.chains([[("a",)], [("b", "x y")]])
    assert transport.told == b'a\nb "x y"\n'
    control.pipe_data_received(
        1, b"%begin 1 2 0\nsomebody else's\n%end 1 2 0\n%begin 1 3 1\none\n%end 1 3 1\n%window-add @1\nb"
    )
    control.pipe_data_received(1, b"are line\n%begin 1 4 1\ncan't\n%error 1 4")
    control.pipe_data_received(1, b" 1\n")
    assert await first == [Reply(True, [b"one"])]
    assert await second == [Reply(False, [b"can't"])]
    assert notices == [(b"%window-add", b"@1")]


async def test_a_chain_ends_with_its_first_error() -> None:
    control = Control()
    transport = started(control)
    chain = control.chain([("a",), ("b",), ("c",)])
    after = control.chain([("d",)])
    assert transport.told == b"a ; b ; c\nd\n"
    control.pipe_data_received(
        1, b"%begin 1 1 1\n%end 1 1 1\n%begin 1 2 1\nno\n%error 1 2 1\n%begin 1 9 1\nd\n%end 1 9 1\n"
    )
    assert await chain == [Reply(True, []), Reply(False, [b"no"])]
    assert await after == [Reply(True, [b"d"])]


async def test_an_ended_client_fails_everybody_who_waits() -> None:
    control = Control()
    started(control)
    waiting, gone = control.chain([("a",)]), control.group(("b",))
    given_up = control.chain([("c",)])
    given_up.cancel()
    control.pipe_data_received(1, b"%exit server exited unexpectedly\n")
    control.connection_lost(None)
    for future in (waiting, gone, control.chain([("late",)])):
        with pytest.raises(ControlLost):
            await future
    assert control.lost.result() == "server exited unexpectedly"


async def test_a_reply_for_somebody_who_went_away_is_not_anothers() -> None:
    control = Control()
    started(control)
    first, second = control.chains([[("a",)], [("b",)]])
    first.cancel()
    control.pipe_data_received(1, b"%begin 1 1 1\na\n%end 1 1 1\n%begin 1 2 1\nb\n%end 1 2 1\n")
    assert await second == [Reply(True, [b"b"])]


async def test_output_is_decoded() -> None:
    heard: list[tuple[str, bytes]] = []
    control = Control(on_output=lambda pane, data: heard.append((pane, data)))
    started(control)
    control.pipe_data_received(1, b"%output %1 a\\033[1m\\134n\xc3\xa4\n%extended-output %22 0 : x : y\\015\\012\n")
    assert heard == [("%1", b"a\x1b[1m\\n\xc3\xa4"), ("%22", b"x : y\r\n")]


@given(st.binary())
def test_every_byte_survives_tmux_escapes(data: bytes) -> None:
    escaped = b"".join(b"\\%03o" % byte if byte < 32 or byte == 92 else bytes([byte]) for byte in data)
    assert decoded(escaped) == data


def test_a_pane_cannot_end_its_own_reply() -> None:
    spoof = [b"%end 1 7 1", b"%begin 1 8 1", b"%error 1 7 1", b"%output %1 x", b"%exit", b"fence.", b"fenc"]
    raw = [b"%begin 1 7 1", *spoof, b"%end 1 7 1", b"%window-renamed @1 %end"]
    assert split(raw, FENCE) == ([Reply(True, spoof)], [b"%window-renamed @1 %end"])


def test_a_group_is_split_at_its_fences() -> None:
    raw = [
        *(b"%begin 1 1 1", b"one", b"%end 1 1 1", b"%begin 1 2 1", FENCE, b"%end 1 2 1"),
        *(b"%begin 1 3 1", b"%end 1 3 1", b"%begin 1 4 1", FENCE, b"%end 1 4 1"),
        *(b"%begin 1 5 1", b"%end 1 1 1", b"gone", b"%error 1 5 1"),
    ]
    assert split(raw, FENCE) == (
        [Reply(True, [b"one"]), Reply(True, []), Reply(False, [b"%end 1 1 1", b"gone"])],
        [],
    )


async def test_a_fenced_reply_arrives_whole() -> None:
    notices: list[bytes] = []
    control = Control(on_notice=lambda word, rest: notices.append(word))
    transport = started(control)
    asked = control.group(("capture-pane", "-p"))
    fence = transport.told.rstrip(b"\n").rpartition(b" ")[2]
    for line in (b"%begin 5 1 1", b"%end 5 2 1", b"", b"%end 5 1 1", b"%pause %1", b"%begin 5 2 1", fence):
        control.pipe_data_received(1, line + b"\n")
    assert not asked.done()
    control.pipe_data_received(1, b"%end 5 2 1\n%continue %1\n")
    assert await asked == [Reply(True, [b"%end 5 2 1", b""])]
    assert notices == [b"%pause", b"%continue"]


async def test_two_fences_never_are_alike() -> None:
    fences = set()
    for _ in range(3):
        control = Control()
        transport = started(control)
        control.group(("a",))
        fences.add(transport.told)
    assert len(fences) == 3
