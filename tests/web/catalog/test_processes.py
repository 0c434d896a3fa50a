"""Processes: made from a pack, a name or a log; seen only in one's own units."""

from pathlib import Path

import pytest

from anlan.domain.errors import UsageError
from anlan.formats.packs import load_pack
from anlan.studies.loading import LoadedLog, load_log
from anlan.web.catalog.drafting import approve, submit
from anlan.web.catalog.models import Process, ProcessVersion
from anlan.web.catalog.services import (
    NodeDraft,
    add_log,
    change_process,
    create_process,
    draft_version,
    start_from_pack,
)
from anlan.web.common.models import AuditEvent

ROWS = ["case,activity,complete,resource"] + [
    f"c{n},{step},2026-03-{1 + n:02} {8 + k:02}:00:00,p{k}"
    for n in range(25)
    for k, step in enumerate(["登记", "派单", "处理", "关闭"])
]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedLog:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    log = tmp_path / "hall.csv"
    log.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return load_log(str(log))


def test_a_process_from_a_pack_has_its_nodes_in_order_and_in_force(organisation) -> None:
    process = start_from_pack(unit=organisation.hall, pack="PH", actor=organisation.people["risk_manager"])
    version = process.versions.get()
    assert [node.key for node in version.nodes.all()] == [node.code for node in load_pack("PH").nodes]
    assert (version.status, version.source) == (ProcessVersion.Status.IN_FORCE, "pack")
    assert version.flows.count() == len(load_pack("PH").nodes) - 1


def test_a_log_gives_a_process_its_first_version_and_again_changes_nothing(organisation, loaded) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", actor=manager)
    log = add_log(process, loaded, actor=manager)
    assert (log.n_cases, log.n_events) == (25, 100)
    assert [node.key for node in process.versions.get().nodes.all()] == ["登记", "派单", "处理", "关闭"]
    events = AuditEvent.objects.count()
    assert add_log(process, loaded, actor=manager) == log
    assert (process.logs.count(), AuditEvent.objects.count()) == (1, events)


def test_only_one_version_is_in_force(organisation) -> None:
    manager = organisation.people["risk_manager"]
    process = start_from_pack(unit=organisation.north, pack="IT", actor=manager)
    second = draft_version(process, nodes=map(NodeDraft, "甲乙"), flows=[("甲", "乙")], source="drawn",
                           actor=manager)  # fmt: skip
    sent = submit(second, seen=1, actor=manager, reason="新版")
    approve(sent, seen=2, actor=organisation.people["executive"], reason="同意")
    assert list(process.versions.filter(status="in_force")) == [second]
    assert process.versions.get(number=1).valid_to is not None


@pytest.mark.parametrize(
    ("nodes", "flows", "code"),
    [(["a", "a"], [], "web.node_twice"), (["a"], [("a", "z")], "web.flow_unknown")],
)
def test_a_version_that_contradicts_itself_is_refused_and_leaves_nothing(
    organisation, nodes, flows, code
) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="x", actor=manager)
    with pytest.raises(UsageError) as refused:
        draft_version(process, nodes=map(NodeDraft, nodes), flows=flows, source="drawn", actor=manager)
    assert refused.value.code == code
    assert not process.versions.exists()


def test_the_second_of_two_editors_is_told_and_loses_nothing_of_the_first(organisation) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="old", actor=manager)
    change_process(process, version=1, actor=manager, name="first")
    with pytest.raises(UsageError, match="conflict"):
        change_process(process, version=1, actor=manager, name="second")
    assert Process.objects.get(pk=process.pk).name == "first"


def test_pages_show_own_processes_and_hide_those_of_others(organisation, loaded) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.hall, name="接线", name_en="Connection", actor=manager)
    add_log(process, loaded, actor=manager)
    for language, word in (("zh-hans", "接线"), ("en", "Connection")):
        mate = organisation.client("auditor", language=language)
        assert word in mate.get("/processes/").content.decode()
        page = mate.get(f"/processes/{process.code}/").content.decode()
        assert "<svg" in page
        assert "派单" in page
    outsider = organisation.client(organisation.outsider)
    assert "接线" not in outsider.get("/processes/").content.decode()
    assert outsider.get(f"/processes/{process.code}/").status_code == 404


def test_a_person_without_the_right_gets_no_form(organisation) -> None:
    assert organisation.client("auditor").get("/processes/new/").status_code == 403
    assert organisation.client("risk_manager").get("/processes/new/").status_code == 200


def test_a_form_says_what_is_missing_and_makes_nothing(organisation) -> None:
    client = organisation.client("risk_manager")
    answer = client.post("/processes/new/", {"unit": organisation.north.pk, "name": " "})
    assert answer.status_code == 422
    assert "请填写名称，或选择行业包或现有流程" in answer.content.decode()
    foreign = client.post("/processes/new/", {"unit": organisation.south.pk, "name": "x"})
    assert foreign.status_code == 422
    assert not Process.objects.exists()


def test_the_list_asks_no_more_of_the_database_for_more_processes(
    organisation, django_assert_max_num_queries
) -> None:
    manager = organisation.people["risk_manager"]
    client = organisation.client("risk_manager")
    for n in range(12):
        create_process(unit=organisation.north, name=f"p{n}", actor=manager)
    with django_assert_max_num_queries(9):
        client.get("/processes/")


def test_two_long_activities_that_begin_alike_are_two_nodes(organisation, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    first, second = "办" * 250 + "甲", "办" * 250 + "乙"
    rows = [
        f"c{n},{step},2026-03-01 {8 + k:02}:00:00" for n in range(9) for k, step in enumerate((first, second))
    ]
    log = tmp_path / "long.csv"
    log.write_text("\n".join(["case,activity,complete", *rows]) + "\n", encoding="utf-8")
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="长名", actor=manager)
    add_log(process, load_log(str(log)), actor=manager)
    assert process.versions.get().nodes.count() == 2
    page = organisation.client("risk_manager").get(f"/processes/{process.code}/").content.decode()
    assert page.count('data-label="执行次数">9</td>') == 2
