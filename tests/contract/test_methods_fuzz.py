"""Every method, called with what its own schema gives and with what it doesn't: an answer each time, never -32603."""

from collections import Counter
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from openrig_rpc import rpc
from openrig_rpc.cli.faults import Refused
from tests.benchmarks.measure import rss_mb
from tests.living import Living, living, rig_of, scripted, until

from .method_params import SECONDS, Maker, ids_in

ENDING = ("system/shutdown", "system/upgrade")
"""What ends the daemon that is asked."""
METHODS = {name: row for name, row in rpc.filled().items() if name not in ENDING}
FEW, MANY = 40, 500
UNGUESSED = ("inbox/done", "rig/trust", "watchdog/stop")
"""What they name is an id or a hash that nothing here gives; every other one is `invalid-params`."""


@pytest.fixture(scope="module")
def home() -> Iterator[Living]:
    with living() as found:
        found.start()
        found.write("rig.yaml", rig_of("fuzz", scripted("a"), scripted("b")))
        yield found


IDS: list[str] = []
"""Of whatever was made so far."""


@pytest.mark.parametrize("name", METHODS)
def test_a_few_calls(home: Living, name: str) -> None:
    fuzz(home, name, FEW)


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", METHODS)
def test_five_hundred_calls(home: Living, name: str) -> None:
    fuzz(home, name, MANY)


def fuzz(home: Living, name: str, count: int) -> None:
    row: rpc.Method = METHODS[name]
    home.ask("rig/up", {"path": str(home.work / "rig.yaml"), "wait": False, "fresh": []})
    maker = Maker(row.params.model_json_schema(by_alias=True), f"{name} {count}", IDS)
    outcomes: Counter[str] = Counter()
    line = home.line()
    try:
        if name == "agent/report":
            line.ask("session/open", {"token": token_of(home, "p-a@fuzz")})
        for _ in range(count):
            params = maker.params()
            if isinstance(params, dict) and "timeout_seconds" in row.params.model_fields:
                params.setdefault("timeoutSeconds", SECONDS)
            if name == "rig/up" and isinstance(params, dict):
                params["wait"] = False
            try:
                result = line.ask(name, params)
            except Refused as refused:
                error = refused.error()
                assert error["code"] != -32603, (name, params, error, home.logs())
                known = rpc.ERRORS[error["data"]["kind"]]
                assert error["code"] == known.code
                assert error["message"] and "Traceback" not in str(error)
                outcomes[error["data"]["kind"]] += 1
            else:
                check_result(row.result, result)
                outcomes["result"] += 1
                IDS.extend(each for each in ids_in(result)[:20] if each not in IDS)
                del IDS[: max(0, len(IDS) - 200)]
        assert sum(outcomes.values()) == count
        further = outcomes["invalid-params"] + outcomes["invalid-request"] < count
        assert count < MANY or name in UNGUESSED or further, "some get further"
        assert line.ask("system/info")["pid"], "it lives"
    finally:
        line.close()
    assert home.daemon is not None and rss_mb(home.daemon.pid) < 400


def token_of(home: Living, address: str) -> str:
    """The token of an agent that runs."""
    until(lambda: home.ask("agent/get", {"agent": address})["agent"]["state"] in ("idle", "busy"), f"{address} runs")
    return (home.home.tokens / str(home.ask("agent/get", {"agent": address})["agent"]["id"])).read_text()


def check_result(model: type[BaseModel], result: object) -> None:
    """A result is what its schema says."""
    model.model_validate(result)
