"""Trust is asked for once for each spec, and holds for whoever starts one of its agents later, and for nothing more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openrig_rpc.model.errors import NeedsTrust
from openrig_rpc.rig.trust import Trust, hash_of
from openrig_rpc.rig.wishes import wishes, wishes_of
from openrig_rpc.spec.load import load_rig
from openrig_rpc.spec.loaded import LoadedRig
from openrig_rpc.starters import starters
from openrig_rpc.store.store import Store
from tests.unit.store_house import opened

ROW = (
    '{{id: {name}, runtime: terminal, agent_ref: "builtin:terminal", profile: none, cwd: ., '
    "x-openrig-rpc: {{command: [{command}]}}}}"
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "openrig.db") as store:
        yield store


def rig(folder: Path, name: str = "r", **commands: str) -> LoadedRig:
    rows = ", ".join(ROW.format(name=member, command=command) for member, command in commands.items())
    text = f'version: "0.2"\nname: {name}\npods: [{{id: p, label: P, members: [{rows}]}}]\n'
    return load_rig(folder / "rig.yaml", text, known_runtimes=("terminal", "scripted"))


async def test_what_was_trusted_holds_for_each_agent(store: Store, tmp_path: Path) -> None:
    trust, loaded = Trust(store), rig(tmp_path, a="one", b="two")
    with pytest.raises(NeedsTrust) as refused:
        await trust.check(loaded, "operator")
    found = list(wishes(loaded))
    assert refused.value.facts["hash"] == hash_of(loaded, found)
    assert await trust.lacking("r", found) == found[0]
    await trust.write(refused.value.facts["hash"], "operator")
    await trust.check(loaded, "operator")
    assert await trust.lacking("r", found) is None
    # Another rig, another agent or another command was not meant.
    assert await trust.lacking("other", found) == found[0]
    (changed,) = wishes_of(rig(tmp_path, a="two").members[0], None)
    assert await trust.lacking("r", [*found, changed]) == changed
    with pytest.raises(NeedsTrust):
        await trust.check(rig(tmp_path, a="one", b="two", c="three"), "operator")
    with pytest.raises(NeedsTrust):
        await trust.check(rig(tmp_path / "elsewhere", a="one", b="two"), "operator")


async def test_a_hash_is_of_what_is_there_now(store: Store, tmp_path: Path) -> None:
    trust, loaded = Trust(store), rig(tmp_path, a="one")
    digest = hash_of(loaded, wishes(loaded))
    with pytest.raises(NeedsTrust):
        await trust.give(rig(tmp_path, a="two"), digest, "operator")
    assert not await store.desk.trusted(digest)
    await trust.give(loaded, digest, "operator")
    await trust.check(loaded, "operator")


async def test_a_starter_is_trusted_as_it_ships_only(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "rig.yaml"
    loaded = rig(tmp_path, a="one")
    ours.write_text(loaded.text)
    monkeypatch.setattr("openrig_rpc.rig.trust.starters", lambda: [starters()[0]._replace(path=ours)])
    trust = Trust(store)
    with pytest.raises(NeedsTrust):
        await trust.check(rig(tmp_path, a="two"), "operator")
    await trust.check(loaded, "operator")
    ours.write_text("another version")
    await trust.check(loaded, "operator")
    assert await trust.lacking("r", list(wishes(loaded))) is None
