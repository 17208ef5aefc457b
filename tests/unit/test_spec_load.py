"""A rig file whole: members through their layers, the launch order, what is looked at on disk and what is not."""

import os
import shutil
from pathlib import Path

import pytest

from openrig_rpc.model.diagnostic import Severity
from openrig_rpc.model.principal import GRANTABLE
from openrig_rpc.model.spec import Grant, RestartPolicy, RestorePolicy, Scripted
from openrig_rpc.model.startup import DeliveryHint, When
from openrig_rpc.runtimes.scripted.options import Options, checked
from openrig_rpc.spec.findings import MOST_FINDINGS
from openrig_rpc.spec.load import check, load_agent, load_rig
from openrig_rpc.spec.loaded import LoadedRig, ResolvedMember
from openrig_rpc.spec.positions import ENCODINGS

TEAM = Path(__file__).parent / "specs" / "team"
RUNTIMES = {"claude-code": True, "codex": False, "terminal": True, "scripted": True}
SMALL = """\
version: "0.2"
name: t
pods:
  - id: p
    label: P
    members:
      - {id: a, agent_ref: "local:agents/a", profile: default, runtime: codex, cwd: .}
"""


@pytest.fixture
def team() -> LoadedRig:
    return load_rig(TEAM / "rig.yaml", known_runtimes=RUNTIMES)


def member(rig: LoadedRig, key: str) -> ResolvedMember:
    found = rig.member(key)
    assert found is not None
    return found


def test_a_rig_with_every_field_loads_without_error_or_warning(team: LoadedRig) -> None:
    assert team.ok and team.spec is not None
    assert {d.code for d in team.diagnostics} == {"not-honoured", "resource-not-given", "runtime-not-installed"}
    assert {d.severity for d in team.diagnostics} == {Severity.INFORMATION}
    assert [m.key for m in team.members] == ["lead.chief", "build.one", "build.two", "build.shell", "build.robot"]
    assert {ref: agent.name for ref, agent in team.agents.items()} == {
        "local:agents/reviewer": "lead.reviewer",
        "local:agents/builder": "builder",
    }
    assert set(team.files) - {TEAM / "policies" / "careful.policy.md"} == {
        TEAM / name for name in ("rig.yaml", *(f"agents/{a}/agent.yaml" for a in ("reviewer", "builder", "common")))
    }


def test_member_wins_over_profile_and_profile_over_the_agent(team: LoadedRig) -> None:
    chief, one, two = (member(team, key) for key in ("lead.chief", "build.one", "build.two"))
    assert (one.model, one.effort) == ("large", "medium")
    assert (two.model, two.effort) == ("small", "low")
    assert (chief.model, chief.effort, chief.label) == (None, "high", "Chief")
    assert [m.restore_policy for m in (chief, one, two)] == [
        RestorePolicy.CHECKPOINT,
        RestorePolicy.FRESH,
        RestorePolicy.CHECKPOINT,
    ]
    assert [m.compaction_strategy for m in (chief, one, two)] == [
        "default-compaction",
        "managed-compaction",
        "handover",
    ]
    assert chief.permission_policy == "builtin:standard"
    assert one.permission_policy == "policies/careful.policy.md"
    assert one.codex_config_profile == "work"


def test_the_layers_of_a_start_add_up_in_their_order(team: LoadedRig) -> None:
    one, two, shell = (member(team, key) for key in ("build.one", "build.two", "build.shell"))
    assert [(f.layer, f.name) for f in two.files] == [
        ("agent", "guidance/role.md"),
        ("profile", "guidance/quick.md"),
        ("culture", "CULTURE.md"),
        ("rig", "docs/norms.md"),
        ("pod", "docs/build.md"),
    ]
    assert [(a.layer, a.action.value) for a in two.actions] == [("profile", "Be quick."), ("rig", "Read the norms.")]
    assert [f.layer for f in shell.files] == ["culture", "rig", "pod"]
    assert [(a.layer, a.action.value) for a in one.actions][-1] == ("member", "/init")
    role, build, maybe = one.files[0], one.files[3], one.files[4]
    assert role.path == TEAM / "agents/builder/guidance/role.md"
    assert role.delivery_hint is DeliveryHint.SEND_TEXT and role.required
    assert build.path == TEAM / "docs/build.md" and build.applies_on == (When.FRESH_START,)
    assert not maybe.required and maybe.applies_on == (When.FRESH_START, When.RESTORE)


def test_a_profile_switches_on_its_own_and_imported_resources(team: LoadedRig) -> None:
    one = member(team, "build.one")
    assert [(r.kind, r.id, r.agent) for r in one.resources] == [
        ("skills", "tidy", "builder"),
        ("skills", "plan", "common"),
        ("guidance", "role", "builder"),
        ("subagents", "helper", "builder"),
        ("runtime_resources", "settings", "common"),
    ]
    settings, role = one.resources[4], one.resources[2]
    assert settings.path == TEAM / "agents/common/settings/claude.json"
    assert (settings.runtime, settings.type) == ("claude-code", "claude_settings_fragment")
    assert (role.target, role.merge) == ("AGENTS.md", "append")
    assert member(team, "build.two").resources == ()


def test_our_own_part_goes_from_the_rig_to_its_members(team: LoadedRig) -> None:
    chief, one, shell, robot = (member(team, f) for f in ("lead.chief", "build.one", "build.shell", "build.robot"))
    assert chief.env == {"TEAM": "blue", "PORT": "8080", "DEBUG": "true"}
    assert one.env == {"TEAM": "red", "PORT": "8080", "DEBUG": "true"}
    assert (chief.isolation, one.isolation) == ("worktree", None)
    assert (chief.restart, one.restart) == (RestartPolicy.ON_FAILURE, RestartPolicy.NEVER)
    assert shell.command == ("less", "+F", "docs/norms.md") and chief.command is None
    assert robot.extension.scripted is not None
    assert robot.extension.scripted.report == "screen-only" and robot.extension.scripted.ghost == ""
    assert team.spec is not None and team.spec.extension is not None
    assert team.spec.extension.grants["lead.chief"] == [Grant.STEER, Grant.ANSWER]
    assert team.spec.extension.services["ticker"].command == ["python3", "-m", "http.server", "8081"]


def test_edges_order_the_launch(team: LoadedRig) -> None:
    assert team.launch_order == [["lead.chief", "build.shell"], ["build.one", "build.two"], ["build.robot"]]


def test_working_folders_begin_at_the_root_and_can_be_replaced(team: LoadedRig, tmp_path: Path) -> None:
    assert [m.cwd for m in team.members] == [TEAM, TEAM / "docs", Path("/"), TEAM, TEAM]
    moved = load_rig(TEAM / "rig.yaml", cwd=tmp_path, known_runtimes=RUNTIMES)
    assert {m.cwd for m in moved.members} == {tmp_path}
    assert moved.member("build.one").files == team.member("build.one").files  # type: ignore[union-attr]
    assert moved.digest == team.digest


def test_an_agent_may_lie_above_the_rig(tmp_path: Path) -> None:
    shutil.copytree(TEAM / "agents", tmp_path / "agents")
    (tmp_path / "rigs" / "deep").mkdir(parents=True)
    text = SMALL.replace("local:agents/a", "local:../../agents/builder")
    (tmp_path / "rigs" / "deep" / "rig.yaml").write_text(text)
    rig = load_rig(tmp_path / "rigs" / "deep" / "rig.yaml", known_runtimes=RUNTIMES)
    assert rig.ok and rig.members[0].files[0].path == tmp_path / "agents/builder/guidance/role.md"
    absolute = text.replace("local:../../", f"path:{tmp_path}/")
    assert load_rig(text=absolute, root=tmp_path / "rigs", known_runtimes=RUNTIMES).ok


def test_the_digest_is_of_what_is_said_not_how_or_where(team: LoadedRig, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(TEAM, copy)
    text = (copy / "rig.yaml").read_text()
    (copy / "rig.yaml").write_text("# other words\n" + text.replace("label: Lead\n", 'label: "Lead"   # the same\n'))
    assert load_rig(copy / "rig.yaml", known_runtimes=RUNTIMES).digest == team.digest
    (copy / "rig.yaml").write_text(text.replace("label: Lead\n", "label: Leads\n"))
    assert load_rig(copy / "rig.yaml", known_runtimes=RUNTIMES).digest != team.digest
    (copy / "rig.yaml").write_text(text)
    agent = copy / "agents/common/agent.yaml"
    agent.write_text(agent.read_text().replace("claude_settings_fragment", "claude_mcp_fragment"))
    changed = load_rig(copy / "rig.yaml", known_runtimes=RUNTIMES)
    assert changed.ok and changed.digest != team.digest


def test_an_editors_text_counts_not_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "rig.yaml"
    agent = tmp_path / "agents" / "a" / "agent.yaml"
    overlays = {
        path: SMALL,
        agent: 'name: a\nversion: "1"\nprofiles: {default: {}}\nstartup: {files: [{path: x.md}]}\n',
    }
    rig = load_rig(path, known_runtimes=RUNTIMES, overlays=overlays)
    assert [d.code for d in rig.errors] == ["agent-invalid", "file-missing"]
    rig = load_rig(path, known_runtimes=RUNTIMES, overlays={**overlays, agent.parent / "x.md": "x"})
    assert rig.ok and rig.text == SMALL and agent in rig.files


def test_a_text_without_a_place_looks_at_nothing(tmp_path: Path) -> None:
    text = SMALL.replace("name: t\n", "name: t\nculture_file: no/such.md\n")
    rig = load_rig(text=text, known_runtimes=RUNTIMES)
    assert rig.ok and rig.files == () and rig.agents == {} and rig.root is None
    assert [m.agent for m in rig.members] == [None]
    placed = load_rig(text=text, root=tmp_path, known_runtimes=RUNTIMES)
    assert [d.code for d in placed.errors] == ["file-missing", "agent-missing"]
    assert placed.spec == rig.spec


def test_files_that_can_t_be_read_are_said_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for path, why in [
        (tmp_path / "none.yaml", "not there"),
        (tmp_path / "pipe", "no regular file"),
        (tmp_path / "folder", "no regular file"),
        (Path("/dev/zero"), "no regular file"),
        (tmp_path / ("x" * 5000), "too long"),
        (tmp_path / "a\0b", "no path"),
        (tmp_path / "none.yaml" / "below", "not there"),
        (None, "neither its path nor its text"),
    ]:
        rig = load_rig(path, known_runtimes=RUNTIMES)
        assert [d.code for d in rig.diagnostics] == ["file-unreadable"]
        assert why in rig.diagnostics[0].message
        assert rig.spec is None and not rig.ok and len(rig.digest) == 64


def test_an_agent_file_that_is_a_pipe_hangs_nothing(tmp_path: Path) -> None:
    (tmp_path / "agents" / "a").mkdir(parents=True)
    os.mkfifo(tmp_path / "agents" / "a" / "agent.yaml")
    rig = load_rig(text=SMALL, root=tmp_path, known_runtimes=RUNTIMES)
    assert [d.code for d in rig.errors] == ["agent-missing"]


def test_an_error_in_a_shared_agent_is_told_once_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "agents" / "a").mkdir(parents=True)
    (tmp_path / "agents" / "a" / "agent.yaml").write_text("name: a\nprofiles: {default: {}}\n")
    text = SMALL + SMALL[SMALL.index("      - {id: a") :].replace("id: a,", "id: b,")
    rig = load_rig(text=text, root=tmp_path, known_runtimes=RUNTIMES)
    told = [(d.code, d.path, d.range.start.line) for d in rig.errors]
    path = str(tmp_path / "agents" / "a" / "agent.yaml")
    assert told == [("agent-invalid", None, 6), ("agent-invalid", None, 7), ("missing-field", path, 0)]
    assert "version" in rig.errors[0].message


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    text = """\
version: 0.2
nmae: t
pods:
  - id: a.b
    label: P
    members:
      - {id: a, agent_ref: nowhere, profile: default, runtime: clod, cwd: .}
      - {id: a, agent_ref: "builtin:terminal", profile: x, runtime: terminal, cwd: ., restore_policy: never}
    edges:
      - {kind: delegates_to, from: a, to: a}
      - {kind: likes, from: zz, to: a}
"""
    rig = load_rig(text=text, root=tmp_path, known_runtimes=RUNTIMES)
    assert rig.spec is None
    assert sorted({d.code for d in rig.diagnostics}) == sorted(
        {
            "wrong-type",
            "missing-field",
            "unknown-field",
            "bad-id",
            "ref-form",
            "unknown-runtime",
            "duplicate-id",
            "builtin-triple",
            "unknown-value",
            "edge-self",
            "unknown-member",
        }
    )


def test_while_one_types_nothing_is_called_missing(tmp_path: Path) -> None:
    text = SMALL.replace("name: t\n", "name: t\nedg\n").replace("    label: P\n", "") + "edges: [{kind: likes}]\n"
    rig = load_rig(text=text, root=tmp_path, known_runtimes=RUNTIMES)
    assert sorted({d.code for d in rig.errors}) == ["agent-missing", "unknown-value", "yaml-syntax"]


def test_unknown_fields_stay_with_the_spec() -> None:
    text = SMALL.replace("name: t\n", "name: t\nfuture: {a: [1, x]}\ncultureFile: x\n").replace(
        "cwd: .", "cwd: ., new: 1"
    )
    rig = load_rig(text=text, known_runtimes=RUNTIMES)
    assert rig.ok and rig.spec is not None
    assert [d.code for d in rig.diagnostics if d.severity is Severity.WARNING] == ["unknown-field"] * 3
    assert rig.spec.model_extra == {"future": {"a": [1, "x"]}}
    assert rig.spec.culture_file is None
    assert rig.members[0].spec is not None and rig.members[0].spec.model_extra == {"new": 1}


def test_a_plain_collection_of_runtimes_is_installed() -> None:
    assert [d.code for d in load_rig(text=SMALL, known_runtimes=["codex"]).diagnostics] == []
    found = load_rig(text=SMALL, known_runtimes={"terminal"}).errors
    assert [d.code for d in found] == ["unknown-runtime"]


def test_characters_are_counted_as_the_client_counts() -> None:
    text = SMALL.replace("name: t\n", 'name: t\nx: {"é😀": 1, y: 2}\n').replace("{id: a,", '{"😀": 1, id: a,')
    columns = []
    for encoding in ENCODINGS:
        found = load_rig(text=text, known_runtimes=RUNTIMES, encoding=encoding).diagnostics
        columns.append([d.range.end.character for d in found if d.code == "unknown-field"])
    assert columns == [[1, 15], [1, 13], [1, 12]]


def test_three_hundred_members(tmp_path: Path) -> None:
    (tmp_path / "agents" / "a").mkdir(parents=True)
    (tmp_path / "agents" / "a" / "agent.yaml").write_text('name: a\nversion: "1"\nprofiles: {default: {}}\n')
    line = SMALL[SMALL.index("      - {id: a") :]
    text = SMALL + "".join(line.replace("id: a,", f"id: m{n},") for n in range(299))
    text += "    edges:\n" + "".join(f"      - {{kind: delegates_to, from: a, to: m{n}}}\n" for n in range(299))
    rig = load_rig(text=text, root=tmp_path, known_runtimes=["codex"])
    assert rig.ok and len(rig.members) == 300
    assert [len(layer) for layer in rig.launch_order] == [1, 299]
    checked_only = check(text=text, root=tmp_path, known_runtimes=["codex"])
    assert checked_only.data is not None and checked_only.diagnostics() == []


def test_a_flood_of_findings_hides_no_error() -> None:
    text = 'version: "0.2"\nname: t\n' + "".join(f"k{n}: 1\n" for n in range(2 * MOST_FINDINGS))
    rig = load_rig(text=text, known_runtimes=RUNTIMES)
    assert [d.code for d in rig.errors] == ["missing-field"]
    assert len(rig.diagnostics) == MOST_FINDINGS + 1 and not rig.ok


def test_an_agent_file_by_itself() -> None:
    agent, found = load_agent(TEAM / "agents" / "builder" / "agent.yaml", known_runtimes=RUNTIMES)
    assert agent.spec is not None and agent.spec.name == "builder"
    assert [a.spec.name for a in agent.imports if a.spec] == ["common"]
    assert [d.code for d in found] == ["not-honoured"] and found[0].path is None
    _, found = load_agent(TEAM / "agents" / "new" / "agent.yaml", 'name: n\nversion: "1"\nx: 1\n', known_runtimes=[])
    assert [(d.code, d.range.start.line) for d in found] == [("unknown-field", 2)]


def test_tiers_can_be_granted_and_options_are_the_harness_s_own() -> None:
    assert {tier.value for tier in GRANTABLE} <= {grant.value for grant in Grant}
    for name, value in Scripted().model_dump(by_alias=False).items():
        assert checked(name, value) == getattr(Options, name), name
