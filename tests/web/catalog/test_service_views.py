"""The service blueprint and the customer journey on their pages, as files and for programs."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta
from html import unescape

import pytest

from anlan.domain.design import edits
from anlan.studies.loading import load_log
from anlan.web.catalog import drafting
from anlan.web.catalog.nodes.page import nodes_shown
from anlan.web.catalog.nodes.services import change_node
from anlan.web.catalog.service.page import service_page
from anlan.web.catalog.services import add_log, create_process, start_from_pack
from anlan.web.risks.models import Risk
from anlan.web.risks.services import create_risk
from anlan.web.risks.services.looking import Report, take_feedback

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 5, 4)
LANES = {"登记": "front", "处理": "back", "关闭": "customer"}


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """Thirty cases with starts; every third is handled twice, so that there is a loop."""
    rows = ["case,activity,start,complete"]
    for case in range(30):
        steps = ["登记", "处理", "处理", "关闭"] if case % 3 == 0 else ["登记", "处理", "关闭"]
        at = datetime(2026, 3, 1) + timedelta(hours=case)
        for place, step in enumerate(steps):
            begun = at + timedelta(minutes=20 * place)
            rows.append(f"c{case},{step},{begun},{begun + timedelta(minutes=8)}")
    rows += ["x,登记,2026-03-09 08:00,2026-03-09 08:08", "x,退回,2026-03-09 08:20,2026-03-09 08:28",
             "x,关闭,2026-03-09 08:40,2026-03-09 08:48"]  # fmt: skip
    path = tmp_path_factory.mktemp("service") / "timed.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return load_log(str(path))


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def process(organisation, manager, loaded):
    made = create_process(unit=organisation.north, name="报修", name_en="Repair", actor=manager)
    add_log(made, loaded, actor=manager)
    return made


def tell(process, manager, told=LANES, **more):
    for key, lane in told.items():
        node = nodes_shown(process).get(key=key)
        change_node(node, seen=node.version.edit_version, actor=manager, lane=lane, **more)


def shown(client, process, kind) -> str:
    answer = client.get(f"/processes/{process.code}/{kind}/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_what_nobody_told_stands_apart_and_can_be_said_at_once(process, organisation, manager) -> None:
    client = organisation.client("risk_manager")
    page = service_page(manager, process, today=TODAY)
    assert [step.key for step in page.view.untold] == [step.key for step in page.view.in_order]
    assert page.view.path.columns == ("登记", "处理", "关闭")
    assert page.view.path.under["登记"] == ("退回",)
    html = shown(client, process, "blueprint")
    assert html.count('name="lane:') == 4
    assert "还没有客户的接触点" in shown(client, process, "journey")
    seen = nodes_shown(process).first().version.edit_version
    told = {"seen": seen, "lane:登记": "front", "lane:处理": "back", "lane:退回": ""}
    assert client.post(f"/processes/{process.code}/blueprint/lanes/", told).status_code == 302
    lanes = dict(nodes_shown(process).values_list("key", "lane"))
    assert lanes == {"登记": "front", "处理": "back", "关闭": "", "退回": ""}
    assert shown(client, process, "blueprint").count('name="lane:') == 2


def test_a_stale_page_or_an_unknown_lane_says_nothing_of_any_step(process, organisation) -> None:
    client = organisation.client("risk_manager")
    seen = nodes_shown(process).first().version.edit_version
    for told in (
        {"seen": seen - 1, "lane:登记": "front"},
        {"seen": seen, "lane:登记": "front", "lane:关闭": "sky"},
    ):
        client.post(f"/processes/{process.code}/blueprint/lanes/", told)
        assert not nodes_shown(process).exclude(lane="").exists()


def test_who_does_not_keep_the_nodes_sees_no_form(process, organisation, manager) -> None:
    process.owner = manager
    process.save()
    assert 'name="lane:' not in shown(organisation.client("node_owner"), process, "blueprint")


def test_times_promises_risks_and_reports_come_to_their_steps(process, organisation, manager) -> None:
    draft = drafting.draft_from_force(process, actor=manager)
    draft = drafting.change(
        draft,
        lambda design: edits.change_step(design, "关闭", sla_s=1200),
        seen=1,
        action="change",
        actor=manager,
    )
    sent = drafting.submit(draft, seen=draft.edit_version, actor=manager, reason="r")
    drafting.approve(sent, seen=sent.edit_version, actor=organisation.people["executive"], reason="r")
    tell(process, manager, channel="柜台")
    risk = create_risk(unit=organisation.north, title="错派", category="process", source="report",
                       process=process, nodes=["关闭"], actor=manager)  # fmt: skip
    Risk.objects.filter(pk=risk.pk).update(level_current="high", rank_current=2)
    take_feedback(process, [Report("没人回电", "关闭"), Report("说不清", "登记"), Report("又没回", "关闭")],
                  actor=manager)  # fmt: skip
    page = service_page(manager, process, today=TODAY)
    closing = page.view.facts["关闭"]
    assert closing.wait is not None
    assert (closing.wait_kind, closing.wait.n, closing.wait.median_s) == (
        "waiting",
        31,
        pytest.approx(720, rel=0.05),
    )
    assert closing.within is not None
    assert (closing.within.low, closing.within.high) == (pytest.approx(0.95), 1.0)
    assert (closing.level, closing.risks, closing.reports) == ("high", 1, 2)
    assert page.view.facts["登记"].reports == 1
    points = [point for stage in page.stages for point in stage.touchpoints]
    assert [(p.step.key, [b.key for b in p.behind]) for p in points] == [("登记", ["处理"]), ("关闭", [])]
    assert [(m.key, m.rank) for m in page.moments] == [("关闭", 1), ("登记", 2)]
    assert page.parts == ["waiting", "risk", "complaints"]
    assert risk.code in shown(organisation.client("risk_manager"), process, "journey")


@pytest.mark.parametrize("kind", ["blueprint", "journey"])
def test_files_are_whole(process, organisation, manager, kind) -> None:
    tell(process, manager)
    client = organisation.client("risk_manager")
    drawing = client.get(f"/processes/{process.code}/{kind}.svg").content.decode()
    root = ET.fromstring(drawing)
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"登记", "关闭"} <= set(words)
    assert "var(" not in drawing
    assert client.get(f"/processes/{process.code}/{kind}.png").content.startswith(b"\x89PNG")
    rows = list(
        csv.reader(
            io.StringIO(client.get(f"/processes/{process.code}/{kind}.csv").content.decode("utf-8-sig"))
        )
    )
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == 1 + (4 if kind == "blueprint" else 2)
    assert client.get(f"/processes/{process.code}/{kind}.exe").status_code == 404


def test_lanes_stand_in_their_order_from_the_customer_down(process, organisation, manager) -> None:
    tell(process, manager)
    root = ET.fromstring(
        organisation.client("risk_manager").get(f"/processes/{process.code}/blueprint.svg").content
    )
    at = {text.text: float(text.get("y", "0")) for text in root.iter(f"{SVG}text")}
    assert at["客户行动"] < at["互动线"] < at["前台"] < at["可视线"] < at["后台"] < at["内部互动线"]
    assert at["互动线"] < at["登记"] < at["可视线"] < at["处理"] < at["内部互动线"]
    assert at["关闭"] < at["互动线"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["blueprint", "journey"])
def test_pages_without_a_log_without_nodes_and_in_both_languages(
    organisation, manager, kind, language
) -> None:
    hall = start_from_pack(unit=organisation.north, pack="PH", actor=manager)
    bare = create_process(unit=organisation.north, name="空", name_en="Bare", actor=manager)
    client = organisation.client("risk_manager", language=language)
    for made in (hall, bare):
        html = shown(client, made, kind)
        assert "NaN" not in html
        assert (">服务蓝图<" in html or ">客户旅程<" in html) == (language != "en")


def test_a_stranger_finds_nothing(process, organisation) -> None:
    client = organisation.client(organisation.outsider)
    for path in ("blueprint/", "journey/", "blueprint.svg", "journey.csv"):
        assert client.get(f"/processes/{process.code}/{path}").status_code == 404
    assert (
        client.post(f"/processes/{process.code}/blueprint/lanes/", {"lane:登记": "front"}).status_code == 404
    )


def test_programs_get_both(process, organisation, manager) -> None:
    tell(process, manager)
    program = organisation.program("risk_manager", "catalog.view")
    blueprint = program.get(f"/api/v1/processes/{process.code}/blueprint").json()
    assert [column["step"]["key"] for column in blueprint["columns"]] == ["登记", "处理", "关闭"]
    assert (blueprint["by"], blueprint["untold"], blueprint["columns"][0]["others"]) == (
        "log",
        ["退回"],
        ["退回"],
    )
    journey = program.get(f"/api/v1/processes/{process.code}/journey").json()
    touchpoints = journey["stages"][0]["touchpoints"]
    assert [point["step"]["key"] for point in touchpoints] == ["登记", "关闭"]
    assert touchpoints[0]["behind"] == ["处理"]
    assert [moment["rank"] for moment in journey["moments"]] == [1, 2]


def test_a_draft_carries_lane_and_evidence_and_says_what_changed(process, manager) -> None:
    tell(process, manager, {"登记": "front"}, evidence="回执")
    draft = drafting.draft_from_force(process, actor=manager)
    step = drafting.design_of(draft).step("登记")
    assert (step.lane, step.evidence) == ("front", "回执")
