"""Whose turn it is: nobody is outrun by one that asks more often, and nobody waits for one that doesn't ask."""

from openrig_rpc.coordination.turns import AHEAD, PRESENT, Turns

PEERS = ("a", "b", "c")


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


def test_who_is_ahead_waits_for_who_asked() -> None:
    turns = Turns(Clock())
    assert turns.asks("b", PEERS) == []
    for _ in range(AHEAD):
        assert turns.asks("a", PEERS) == []
        turns.took("a")
    assert turns.asks("a", PEERS) == ["b"]
    turns.took("b")
    assert turns.asks("a", PEERS) == []


def test_nobody_waits_for_who_does_not_ask() -> None:
    clock = Clock()
    turns = Turns(clock)
    turns.asks("b", PEERS)
    for _ in range(10):
        turns.asks("a", PEERS)
        clock.at += PRESENT
        turns.took("a")
        assert turns.asks("a", PEERS) == []


def test_nobody_waits_for_who_could_not_have_it() -> None:
    turns = Turns(Clock())
    turns.asks("b", PEERS)
    for _ in range(AHEAD):
        turns.took("a")
    assert turns.asks("a", ("a", "c")) == []


def test_who_comes_back_is_level_with_the_others() -> None:
    clock = Clock()
    turns = Turns(clock)
    turns.asks("a", PEERS)
    for _ in range(50):
        turns.took("a")
    assert turns.asks("b", PEERS) == []
    assert turns.asks("a", PEERS) == [], "the newcomer has no fifty to catch up"
    for _ in range(AHEAD):
        turns.took("a")
    assert turns.asks("a", PEERS) == ["b"]
