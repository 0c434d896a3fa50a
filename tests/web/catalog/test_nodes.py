"""The page of a node: facts kept at once by the owner, the way of working through a draft."""

from datetime import date

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from anlan.domain.errors import UsageError
from anlan.studies.loading import load_log
from anlan.web.catalog import drafting
from anlan.web.catalog.models import Node
from anlan.web.catalog.nodes.services import change_node, write_sop
from anlan.web.catalog.services import add_log, create_process, start_from_pack
from anlan.web.catalog.standards.services import Content, create_standard
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.services import assess_by_scores, create_risk
from web.conftest import PASSWORD

FIRST = date(2026, 1, 1)


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def process(organisation, manager):
    return start_from_pack(unit=organisation.north, pack="PH", actor=manager)


def first(process) -> Node:
    return Node.objects.select_related("version__process__unit").get(
        version__process=process, version__status="in_force", key="PH-N1"
    )


def test_facts_change_at_once_and_open_drafts_with_the_old_value_follow(
    process, organisation, manager
) -> None:
    draft = drafting.draft_from_force(process, actor=manager)
    Node.objects.filter(version=draft, key="PH-N1").update(channel="电话")
    owner = organisation.people["node_owner"]
    seen = first(process).version.edit_version
    change_node(first(process), seen=seen, actor=manager, owner=owner, channel="柜台", criticality=4)
    node = first(process)
    assert (node.owner, node.channel, node.criticality) == (owner, "柜台", 4)
    assert node.version.edit_version == seen + 1
    followed = draft.nodes.get(key="PH-N1")
    assert (followed.owner, followed.channel, followed.criticality) == (owner, "电话", 4)
    draft.refresh_from_db()
    assert draft.edit_version == 2
    with pytest.raises(UsageError) as fault:
        change_node(node, seen=seen, actor=manager, role="x")
    assert fault.value.code == "web.conflict"


def test_where_a_process_has_an_owner_only_they_and_approvers_keep_its_nodes(
    process, organisation, manager
) -> None:
    process.owner = manager
    process.save()
    node = first(process)
    seen = node.version.edit_version
    with pytest.raises(PermissionDenied):
        change_node(node, seen=seen, actor=organisation.people["node_owner"], role="x")
    process.owner = organisation.people["node_owner"]
    process.save()
    change_node(first(process), seen=seen, actor=organisation.people["node_owner"], role="引导员")
    assert first(process).role == "引导员"
    change_node(first(process), seen=seen + 1, actor=manager, role="大堂经理")
    assert first(process).role == "大堂经理"


def test_the_way_of_working_comes_in_force_by_a_second_person(process, organisation, manager) -> None:
    draft = write_sop(process, "PH-N1", "先取号，再引导。", draft=None, seen=0, actor=manager)
    assert (draft.number, draft.edits.first().action, draft.edits.first().label) == (2, "sop", "引导与排队")
    assert first(process).sop == ""
    with pytest.raises(UsageError) as fault:
        write_sop(process, "PH-N1", "另一段", draft=None, seen=0, actor=manager)
    assert fault.value.code == "web.conflict"
    again = write_sop(process, "PH-N1", "先取号。", draft=2, seen=draft.edit_version, actor=manager)
    sent = drafting.submit(again, seen=again.edit_version, actor=manager, reason="明确顺序")
    drafting.approve(sent, seen=sent.edit_version, actor=organisation.people["executive"], reason="同意")
    assert first(process).sop == "先取号。"


def test_the_page_shows_what_applies_and_leads_to_the_version(process, organisation, manager) -> None:
    for text, node in (("十分钟内办理", "PH-N1"), ("一次告知", ""), ("别处的标准", "PH-N2")):
        said = Content(text, process=process, node=node)
        create_standard(
            unit=process.unit, kind="promise", content=said, valid_from=FIRST, reason="x", actor=manager
        )
    browser, address = organisation.client(manager), reverse("catalog:node", args=[process.code, "PH-N1"])
    page = browser.get(address).content.decode()
    assert "十分钟内办理" in page
    assert "一次告知" in page
    assert "别处的标准" not in page
    form = {"do": "facts", "role": "引导员", "channel": "", "criticality": "5", "owner": "", "seen": "2"}
    assert browser.post(address, form).status_code == 302
    assert browser.post(address, form).status_code == 409
    sop = {"do": "sop", "sop": "先取号。", "draft": "", "seen": ""}
    assert browser.post(address, sop).status_code == 302
    shown = browser.get(address).content.decode()
    assert "引导员" in shown
    assert f"/processes/{process.code}/versions/2/" in shown
    assert (
        "修改了“引导与排队”的作业要求"
        in browser.get(f"/processes/{process.code}/versions/2/").content.decode()
    )
    assert browser.get(address.replace("PH-N1", "nowhere")).status_code == 404


def test_the_page_finds_risks_by_the_name_of_the_node_as_well_as_by_its_key(
    process, organisation, manager
) -> None:
    facts = {
        "unit": process.unit,
        "process": process,
        "category": "process",
        "source": "report",
        "actor": manager,
    }
    for title, node in (("按名称", "引导与排队"), ("按键", "PH-N1"), ("别处", "PH-N2")):
        risk = create_risk(title=title, nodes=[node], **facts)
        assess_by_scores(risk, stage="current", likelihood=3, severity=3, rationale="x", actor=manager)
    page = (
        organisation.client(manager)
        .get(reverse("catalog:node", args=[process.code, "PH-N1"]))
        .content.decode()
    )
    assert "按名称" in page
    assert "按键" in page
    assert "别处" not in page


def test_programs_read_and_change_a_node_under_the_version_seen(process, organisation) -> None:
    cache.clear()
    program, address = organisation.program("risk_manager"), f"/api/v1/processes/{process.code}/nodes/PH-N1"
    shown = program.get(address)
    assert (shown.json()["key"], shown.json()["version"], shown["ETag"]) == ("PH-N1", 1, '"2"')
    kind, given = "application/json", {"owner": "node_owner", "criticality": 3}
    assert program.patch(address, given, content_type=kind).status_code == 428
    done = program.patch(address, given, content_type=kind, headers={"If-Match": '"2"'})
    assert (done.status_code, done.json()["owner"]["username"], done["ETag"]) == (200, "node_owner", '"3"')
    assert program.patch(address, given, content_type=kind, headers={"If-Match": '"2"'}).status_code == 412


def test_a_process_copies_one_of_its_unit_or_above_without_owners(process, organisation, manager) -> None:
    node = first(process)
    seen = node.version.edit_version
    change_node(node, seen=seen, actor=manager, owner=manager, role="引导员")
    Node.objects.filter(pk=node.pk).update(sop="先取号。")
    made = drafting.start_from_template(
        unit=organisation.hall, template=process, name="江北厅", actor=manager
    )
    version = made.versions.get()
    copy = version.nodes.get(key="PH-N1")
    assert (version.status, version.source, version.flows.count()) == ("in_force", "copy", 10)
    assert (made.name, copy.role, copy.sop, copy.owner) == ("江北厅", "引导员", "先取号。", None)
    with pytest.raises(UsageError) as fault:
        drafting.start_from_template(unit=organisation.north, template=made, name="", actor=manager)
    assert fault.value.code == "web.template"
    with pytest.raises(UsageError):
        drafting.start_from_template(
            unit=organisation.south, template=process, name="", actor=organisation.outsider
        )


def test_who_works_below_copies_what_a_unit_above_has(process, organisation) -> None:
    worker = create_user(username="below", name="下", password=PASSWORD, unit=organisation.hall, actor=None)
    assign_role(user=worker, role="node_owner", unit=organisation.hall, actor=None)
    browser = organisation.client(worker)
    form = {"unit": organisation.hall.pk, "template": process.pk}
    made = browser.post("/processes/new/", form)
    assert made.status_code == 302
    assert browser.post("/processes/new/", form | {"pack": "PH"}).status_code == 422
    cache.clear()
    given = {"unit": "NH", "template": process.code, "name": "再一个"}
    answer = organisation.program(worker).post("/api/v1/processes", given, content_type="application/json")
    assert (answer.status_code, answer.json()["name"]) == (201, "再一个")
    bad = organisation.program(worker).post(
        "/api/v1/processes", given | {"template": "P-999"}, content_type="application/json"
    )
    assert "P-999" in bad.json()["fields"]["template"]


def test_an_activity_with_a_line_break_has_its_page_its_files_and_its_endpoint(
    organisation, manager, tmp_path
) -> None:
    path = tmp_path / "broken.csv"
    rows = [f'c{n},{step},2026-03-0{1 + n}T0{hour}:00:00' for n in range(5)
            for hour, step in enumerate(("A", '"C\nnew line"', "Z"), 1)]  # fmt: skip
    path.write_text("\n".join(["case,activity,end", *rows]) + "\n", encoding="utf-8")
    process = create_process(unit=organisation.north, name="断行", actor=manager)
    add_log(process, load_log(str(path)), actor=manager)
    key, client = "C\nnew line", organisation.client("risk_manager")
    address = reverse("catalog:node", args=[process.code, key])
    assert address.endswith("/nodes/C%0Anew%20line/")
    map_page = client.get(f"/processes/{process.code}/?node=C%0Anew%20line")
    assert address in map_page.content.decode()
    assert client.get(address).context["node"].key == key
    answer = client.get(f"/api/v1/processes/{process.code}/nodes/C%0Anew%20line")
    assert answer.json()["key"] == key
    assert client.get(f"/api/v1/attachments/node/{process.code}/C%0Anew%20line").status_code == 200
    page = client.get(f"/standards/new/?place={process.code}%7CC%0Anew%20line")
    assert page.context["form"]["place"].value() == f"{process.code}|{key}"
    sent = {"unit": organisation.north.pk, "kind": "standard", "text": "x", "valid_from": "2026-01-01",
            "direction": "at_most", "reason": "x", "place": f"{process.code}|C\r\nnew line",
            "item-TOTAL_FORMS": 0, "item-INITIAL_FORMS": 0}  # fmt: skip
    made = client.post("/standards/new/", sent)
    assert made.status_code == 302
    assert client.get(address).context["page"].standards
