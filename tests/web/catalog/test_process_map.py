"""The process map on its page: overlays, filter, panel, table, downloads."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anlan.domain.design import Design, Step
from anlan.formats.report.levels import Levels
from anlan.formats.report.words import Words
from anlan.studies.loading import load_log
from anlan.web.catalog import drafting
from anlan.web.catalog.models import Process
from anlan.web.catalog.process_map import choice_of, map_view
from anlan.web.catalog.selectors import process_page
from anlan.web.catalog.services import (
    NodeDraft,
    add_log,
    create_process,
    draft_design,
    draft_version,
    replace_in_force,
    start_from_pack,
)
from anlan.web.common.levels import default_criteria
from anlan.web.risks.models import Risk
from anlan.web.risks.services import assess_by_scores, create_risk
from web.runs.conftest import hall_log

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("zh-hans", "en")


@pytest.fixture(scope="session")
def hall_loaded(tmp_path_factory):
    return load_log(str(hall_log(tmp_path_factory.mktemp("map"))))


@pytest.fixture(scope="session")
def timed_loaded(tmp_path_factory):
    """A log with starts: what waiting needs."""
    rows = ["case,activity,start,complete"]
    for case in range(30):
        at = datetime(2026, 3, 1) + timedelta(hours=case)
        for k, step in enumerate(("登记", "处理", "关闭")):
            begun = at + timedelta(minutes=10 * k)
            rows.append(f"c{case},{step},{begun},{begun + timedelta(minutes=3 + k)}")
    path = tmp_path_factory.mktemp("timed") / "timed.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return load_log(str(path))


def made(organisation, loaded) -> Process:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", name_en="Business hall", actor=manager)
    add_log(process, loaded, actor=manager)
    return process


@pytest.fixture
def hall(organisation, hall_loaded) -> Process:
    return made(organisation, hall_loaded)


def page_of(client: Client, process: Process, query: str = "") -> str:
    answer = client.get(f"/processes/{process.code}/{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def risk_at(organisation, process: Process, node: str, *, level: str = "", unit=None) -> Risk:
    risk = create_risk(
        unit=unit or organisation.north, title="错派", title_en="Wrong team", category="process",
        source="report", process=process, nodes=[node], actor=organisation.people["risk_manager"],
    )  # fmt: skip
    Risk.objects.filter(pk=risk.pk).update(level_current=level or "red", rank_current=3)
    return risk


def view_of(organisation, process: Process, **query):
    given = QueryDict(mutable=True)
    given.update({name: str(value) for name, value in query.items()})
    return map_view(organisation.people["risk_manager"], process, process_page(process), choice_of(given))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_log_does_not_hold_is_offered_disabled_with_the_reason(organisation, hall, language) -> None:
    page = page_of(organisation.client("auditor", language=language), hall)
    said = {
        "zh-hans": "等待不可选：日志没有开始时间",
        "en": "Waiting is not available: the log has no start times",
    }
    assert said[language] in page
    assert 'id="overlay-waiting" role="link" aria-disabled="true"' in page
    assert 'id="overlay-load" href="?overlay=load"' in page


def test_a_log_with_starts_offers_waiting_first(organisation, timed_loaded) -> None:
    view = view_of(organisation, made(organisation, timed_loaded))
    assert view.overlay.code == "waiting"
    stored = {a["name"]: a["waiting_s"]["mean"] for a in view.figures.section["activities"] if a["waiting_s"]}
    assert stored
    assert {r.activity: r.figures["waiting"] for r in view.rows if r.figures["waiting"] is not None} == stored


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_filter_says_how_much_is_shown_and_stays_in_the_address(organisation, hall, language) -> None:
    client = organisation.client("auditor", language=language)
    selection = view_of(organisation, hall, share=0).selection
    page = page_of(client, hall, "?overlay=rework&share=0")
    said = {"zh-hans": f"显示 {selection.shown} / {selection.n_edges} 条流转",
            "en": f"Showing {selection.shown} of {selection.n_edges} transitions"}  # fmt: skip
    assert said[language] in page
    assert 0 < selection.shown < selection.n_edges
    assert '<input type="hidden" name="overlay" value="rework">' in page
    assert "?overlay=rework&share=0&node=" in page
    whole = page_of(client, hall, "?share=100")
    assert {"zh-hans": f"显示 {selection.n_edges} / {selection.n_edges}",
            "en": f"Showing {selection.n_edges} of {selection.n_edges}"}[language] in whole  # fmt: skip


@pytest.mark.parametrize(
    "query", ["?share=-1", "?share=101", "?share=x", "?overlay=zzz", "?sort=zzz", "?node=zzz%0A"]
)
def test_what_an_address_says_wrongly_chooses_nothing(organisation, hall, query) -> None:
    assert "<svg" in page_of(organisation.client("auditor"), hall, query)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chosen_node_shows_who_what_and_its_risks_with_links(organisation, hall, language) -> None:
    hall.versions.get().nodes.filter(key="派单").update(
        owner=organisation.people["expert"], role="调度", sla_s=900
    )
    risk = risk_at(organisation, hall, "派单")
    page = page_of(organisation.client("risk_manager", language=language), hall, "?node=派单")
    panel = page[page.index('id="node-panel"') : page.index("</aside>")]
    for word in (organisation.people["expert"].name, "调度", f"/risks/{risk.code}/",
                 {"zh-hans": "错派", "en": "Wrong team"}[language]):  # fmt: skip
        assert word in panel
    assert {"zh-hans": "15 分", "en": "15 min"}[language] in panel


def test_a_risk_of_another_branch_is_counted_and_not_named(organisation, hall) -> None:
    risk = risk_at(organisation, hall, "派单")
    Risk.objects.filter(pk=risk.pk).update(unit=organisation.south, title="别处的秘密")
    page = page_of(organisation.client("risk_manager"), hall, "?node=派单")
    assert "别处的秘密" not in page
    assert "另有 1 项您无权查看" in page


def test_the_key_rank_of_the_panel_is_that_of_the_result_with_its_reason(
    organisation, hall, monkeypatch
) -> None:
    reason = {"zh": "等待最长", "en": "waits longest"}
    entry = {"activity": "派单", "rank": 1, "criteria": {"breaches": 0.4}, "reasons": [reason]}
    other = {"activity": "登记", "rank": 2, "criteria": {"breaches": 0.1}, "reasons": []}
    monkeypatch.setattr("anlan.web.catalog.hooks.key_nodes_of", [lambda process: [entry, other]])
    page = page_of(organisation.client("auditor"), hall, "?node=派单&overlay=breaches")
    panel = page[page.index('id="node-panel"') : page.index("</aside>")]
    assert "第 1 名" in panel
    assert "等待最长" in panel
    assert "80" in panel  # 0.4 of 0.5


def test_the_table_sorts_by_every_column_and_keeps_all_rows(organisation, hall) -> None:
    names = {row.name for row in view_of(organisation, hall).rows}
    for column in ("name", "role", "rank", "load", "time", "waiting", "rework", "breaches", "risk"):
        for sort in (column, f"-{column}"):
            assert {row.name for row in view_of(organisation, hall, sort=sort).rows} == names
    falling = [row.figures["load"] for row in view_of(organisation, hall, sort="-load").rows]
    assert falling == sorted(falling, reverse=True)
    page = page_of(organisation.client("auditor"), hall, "?sort=-load")
    assert 'aria-sort="descending"' in page


def test_activities_that_no_node_stands_for_are_in_the_table_too(organisation, hall_loaded) -> None:
    manager = organisation.people["risk_manager"]
    process = start_from_pack(unit=organisation.north, pack="PH", actor=manager)
    add_log(process, hall_loaded, actor=manager)
    rows = view_of(organisation, process).rows
    assert {a["name"] for a in view_of(organisation, process).figures.section["activities"]} <= {
        r.activity for r in rows
    }
    assert any(row.node is not None and not row.activity for row in rows)
    key = process.versions.get().nodes.first().key
    assert "日志里没有这个节点" in page_of(organisation.client("auditor"), process, f"?node={key}")


def test_a_process_without_a_log_says_what_to_do(organisation) -> None:
    process = start_from_pack(unit=organisation.north, pack="PH", actor=organisation.people["risk_manager"])
    page = page_of(organisation.client("auditor"), process)
    assert "还没有事件日志" in page
    assert "data-map-filter" not in page
    answer = organisation.client("auditor").get(f"/processes/{process.code}/map.svg")
    assert ET.fromstring(answer.content).tag == f"{SVG}svg"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_holds_the_figures_of_the_result(organisation, hall, language) -> None:
    answer = organisation.client("auditor", language=language).get(f"/processes/{hall.code}/nodes.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    stored = {a["name"]: a for a in process_page(hall).section["activities"]}
    assert len(rows) == len(stored) + 1
    for name, *_, n_risks, rank in rows[1:]:
        assert (n_risks, rank) == ("0", "")
        row = next(r for r in rows if r[0] == name)
        assert int(row[4]) == stored[name]["cases"]
        assert int(row[5]) == stored[name]["count"]
        assert float(row[8]) == pytest.approx(stored[name]["rework_cases"] / stored[name]["cases"], rel=1e-5)


def test_a_name_that_a_spreadsheet_would_calculate_is_text(organisation, hall) -> None:
    hall.versions.get().nodes.filter(key="派单").update(name="=1+1")
    assert "'=1+1" in organisation.client("auditor").get(f"/processes/{hall.code}/nodes.csv").content.decode()


def test_the_drawing_is_the_chosen_one_and_needs_nothing_beside_it(organisation, hall) -> None:
    client = organisation.client("auditor")
    content = client.get(f"/processes/{hall.code}/map.svg?overlay=rework&share=0").content.decode()
    root = ET.fromstring(content)
    assert "var(--" not in content
    assert not list(root.iter(f"{SVG}a"))
    assert "返工率" in content
    assert content != client.get(f"/processes/{hall.code}/map.svg?overlay=load").content.decode()


def test_more_nodes_and_risks_ask_no_more_of_the_database(
    organisation, hall, django_assert_num_queries
) -> None:
    client = organisation.client("risk_manager")
    risk_at(organisation, hall, "派单")
    page_of(client, hall, "?node=派单")
    with CaptureQueriesContext(connection) as few:
        page_of(client, hall, "?node=派单")
    for _ in range(12):
        risk_at(organisation, hall, "派单")
        risk_at(organisation, hall, "登记")
    hall.versions.get().nodes.update(owner=organisation.people["expert"])
    with django_assert_num_queries(len(few)):
        page_of(client, hall, "?node=派单")


def test_a_program_gets_the_figures_of_the_page(organisation, hall) -> None:
    risk_at(organisation, hall, "派单")
    program = organisation.program("auditor", "catalog.view")
    got = program.get(f"/api/v1/processes/{hall.code}/map?share=0").json()
    view = view_of(organisation, hall, share=0)
    assert {n["activity"]: n["load"] for n in got["nodes"]} == {
        r.activity: r.figures["load"] for r in view.rows
    }
    assert len(got["transitions"]) == view.selection.shown
    assert got["n_transitions"] == view.selection.n_edges
    assert next(n for n in got["nodes"] if n["activity"] == "派单")["n_risks"] == 1
    assert [o["code"] for o in got["overlays"] if o["missing"]] == [
        "waiting",
        "breaches",
        "deviation",
        "alerts",
    ]
    assert program.get(f"/api/v1/processes/{hall.code}/map?share=101").status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_log_the_table_shows_the_levels_of_the_register(organisation, language: str) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="抢修", name_en="Repair", actor=manager)
    draft = draft_version(process, nodes=[NodeDraft(name="派单", key="a"), NodeDraft(name="到场", key="b")],
                          flows=[], source="drawn", actor=manager)  # fmt: skip
    drafting.submit(draft, seen=draft.version, actor=manager, reason="新")
    draft.refresh_from_db()
    drafting.approve(draft, seen=draft.version, actor=organisation.people["executive"], reason="好")
    for code, likelihood in (("低", 1), ("高", 5)):
        risk = create_risk(unit=organisation.north, title=code, category="process", source="report",
                           actor=manager, process=process, nodes=["a"])  # fmt: skip
        assess_by_scores(risk, stage="current", likelihood=likelihood, severity=likelihood, rationale="r",
                         actor=manager)  # fmt: skip
    view = map_view(manager, process, process_page(process), choice_of(QueryDict("sort=-risk")))
    assert not view.drawn
    assert [(row.name, bool(row.level), len(row.risks)) for row in view.rows] == [
        ("派单", True, 2), ("到场", False, 0)]  # fmt: skip
    page = page_of(organisation.client("risk_manager", language=language), process)
    row = page[page.index('id="row-1"') :]
    top = Levels(default_criteria(), Words("zh" if language == "zh-hans" else "en")).marks[-1]
    assert view.rows[0].level == top.code
    assert top.word in row[: row.index("</tr>")]


def test_a_process_without_a_log_has_a_map_of_its_version(organisation) -> None:
    manager = organisation.people["risk_manager"]
    hall = start_from_pack(unit=organisation.north, pack="PH", actor=manager)
    client, address = organisation.client("risk_manager"), reverse("catalog:process", args=[hall.code])
    page = client.get(address).content.decode()
    names = [node.name for node in hall.versions.get().nodes.all()]
    drawing = page.split('class="drawing designed"')[1].split("</svg>")[0]
    assert all(f'aria-label="{name}"' in drawing for name in names)
    assert reverse("studio:process", args=[hall.code]) in page
    key = hall.versions.get().nodes.first().key
    chosen = client.get(address, {"node": key}).content.decode()
    assert 'id="node-panel"' in chosen
    assert chosen.count('aria-current="true"') >= 1


def test_a_list_of_nodes_is_drawn_in_its_order(organisation) -> None:
    manager = organisation.people["risk_manager"]
    bare = create_process(unit=organisation.north, name="清单", actor=manager)
    design = Design(tuple(Step(name, name) for name in ("丙", "甲", "乙")))
    replace_in_force(draft_design(bare, design, source="drawn", actor=manager), actor=manager)
    page = (
        organisation.client("risk_manager").get(reverse("catalog:process", args=[bare.code])).content.decode()
    )
    assert "按列出的先后画" in page
    drawing = page.split('class="drawing designed"')[1].split("</svg>")[0]
    places = re.findall(r'aria-label="([丙甲乙])".*?<rect[^>]*? x="([-0-9.]+)"', drawing, re.DOTALL)
    assert [name for name, x in sorted(places, key=lambda of: float(of[1]))] == ["丙", "甲", "乙"]
