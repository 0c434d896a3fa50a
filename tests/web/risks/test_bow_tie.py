"""The bow-tie: drawn as a whole, refused where it makes no sense, shown as picture, list and report."""

import html
import re
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from anlan.domain.errors import UsageError
from anlan.formats.printing import to_html, to_pdf, visible_texts
from anlan.web.common.models import AuditEvent
from anlan.web.risks import hooks
from anlan.web.risks.bow_tie.drawing import picture
from anlan.web.risks.models import Barrier, BowTieLine, Risk
from anlan.web.risks.reports.catalogue import KINDS, make_report
from anlan.web.risks.services import (
    BarrierFacts,
    LineFacts,
    bow_tie_of,
    create_risk,
    criteria_for,
    draw_bow_tie,
    lines_of,
)

LONG = "夜间单人值守误判，且当班人员对新划分的供电台区不熟悉，交接班记录里又没有写明临时调整的责任边界"


@pytest.fixture
def risk(organisation) -> Risk:
    return create_risk(
        unit=organisation.hall, title="抢修派单错派", title_en="Wrong dispatch", category="process",
        source="workshop", actor=organisation.people["risk_manager"],
    )  # fmt: skip


@pytest.fixture
def drawn(organisation, risk):
    owner = organisation.people["node_owner"]
    address = BarrierFacts("地址自动补全", "Address completion", "technical", "working", owner, "T-0021")
    again, second = BarrierFacts("复述", state="weak"), BarrierFacts("双岗复核", state="missing")
    threats = [
        LineFacts("地址不完整", "Incomplete address", (address, again)),
        LineFacts(LONG, "Night duty <b>alone</b>", (second,)),
    ]
    consequences = [LineFacts("到场超时", "Late arrival")]
    return draw_bow_tie(risk, threats=threats, consequences=consequences, version=0,
                        actor=organisation.people["risk_manager"])  # fmt: skip


def test_lines_and_barriers_keep_their_order_and_the_audit_says_what_changed(
    organisation, risk, drawn
) -> None:
    assert [line.text for line in lines_of(drawn, "threat")] == ["地址不完整", LONG]
    first = lines_of(drawn, "threat")[0]
    assert [(b.text, b.state, b.measure) for b in first.barriers.all()] == [
        ("地址自动补全", "working", "T-0021"), ("复述", "weak", ""),
    ]  # fmt: skip
    again = draw_bow_tie(risk, threats=[], consequences=[LineFacts("到场超时")], version=1,
                         actor=organisation.people["risk_manager"])  # fmt: skip
    assert (again.version, lines_of(again, "threat"), Barrier.objects.count()) == (2, [], 0)
    event = AuditEvent.objects.filter(action="risks.bow_tie.draw").latest("seq")
    assert event.object_id == str(risk.pk)
    assert list(event.payload["changes"]) == ["threat"]
    assert event.payload["changes"]["threat"][0][0] == "地址不完整 | 地址自动补全 (working) | 复述 (weak)"


def test_the_second_of_two_editors_is_told(organisation, risk, drawn) -> None:
    for seen in (0, 2, -1):
        with pytest.raises(UsageError, match=r"web\.conflict"):
            draw_bow_tie(risk, threats=[], consequences=[], version=seen,
                         actor=organisation.people["risk_manager"])  # fmt: skip
    assert len(lines_of(bow_tie_of(risk), "threat")) == 2


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([LineFacts(" ")], "line_text"),
        ([LineFacts("x")] * 13, "lines"),
        ([LineFacts("x", barriers=(BarrierFacts("y"),) * 6)], "barriers"),
        ([LineFacts("x", barriers=(BarrierFacts(""),))], "barrier_text"),
        ([LineFacts("x", barriers=(BarrierFacts("y", kind="magic"),))], "kind"),
        ([LineFacts("x", barriers=(BarrierFacts("y", state="fine"),))], "state"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(organisation, risk, lines, code) -> None:
    with pytest.raises(UsageError, match=rf"bow_tie\.{code}\("):
        draw_bow_tie(
            risk, threats=lines, consequences=[], version=0, actor=organisation.people["risk_manager"]
        )
    assert not BowTieLine.objects.exists()


def test_the_database_refuses_what_the_service_would(drawn) -> None:
    line = lines_of(drawn, "threat")[0]
    for change in ({"side": "both"}, {"text": ""}, {"position": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BowTieLine.objects.filter(pk=line.pk).update(**change)
    for change in ({"state": "fine"}, {"kind": "magic"}, {"text": ""}, {"position": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Barrier.objects.filter(pk=line.barriers.first().pk).update(**change)


@pytest.mark.parametrize("form", ["wide", "tall"])
def test_the_picture_wraps_long_texts_inside_its_frame(organisation, risk, drawn, form) -> None:
    shown = getattr(picture(risk, drawn, criteria_for(risk.unit)), form)
    tree = ElementTree.fromstring(shown)
    width, height = (float(v) for v in tree.get("viewBox").split()[2:])
    texts = ["".join(t.itertext()) for t in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert LONG in "".join(texts)
    assert LONG not in texts
    for box in tree.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("x")) >= 0
        assert float(box.get("x")) + float(box.get("width")) <= width
        assert float(box.get("y")) + float(box.get("height")) <= height
    assert "缺失 1 道" in tree.find("{http://www.w3.org/2000/svg}desc").text


def test_boxes_of_the_picture_do_not_overlap(organisation, risk) -> None:
    lines = [LineFacts(LONG, barriers=(BarrierFacts(LONG),) * n) for n in (0, 3, 5, 1)]
    drawn = draw_bow_tie(risk, threats=lines, consequences=lines, version=0,
                         actor=organisation.people["risk_manager"])  # fmt: skip
    shown = picture(risk, drawn, criteria_for(risk.unit))
    for svg in (shown.wide, shown.tall):
        tree = ElementTree.fromstring(svg)
        boxes = [
            tuple(float(r.get(n)) for n in ("x", "y", "width", "height"))
            for r in tree.iter("{http://www.w3.org/2000/svg}rect")
            if r.get("width") != "8"
        ]
        for i, (x, y, w, h) in enumerate(boxes):
            for other_x, other_y, other_w, other_h in boxes[i + 1 :]:
                apart = (
                    x + w <= other_x or other_x + other_w <= x or y + h <= other_y or other_y + other_h <= y
                )
                assert apart


@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ["蝶形图", "预防屏障", "缺失", "地址自动补全", "以列表查看"]),
    ("en", ["Bow-tie", "Preventive barriers", "missing", "Address completion", "Night duty &lt;b&gt;alone"]),
])  # fmt: skip
def test_the_page_shows_picture_and_list(organisation, risk, drawn, language, words) -> None:
    page = organisation.client("auditor", language=language).get(f"/risks/{risk.code}/").content.decode()
    assert not [word for word in words if word not in page]
    assert "/bow-tie/" not in page
    assert page.count('class="chart"') >= 2


def test_a_measure_is_a_link_where_an_app_knows_it(organisation, risk, drawn, monkeypatch) -> None:
    client = organisation.client("risk_manager")
    assert 'href="/measures/T-0021/"' not in client.get(f"/risks/{risk.code}/").content.decode()
    monkeypatch.setattr(hooks, "measure_address", [lambda code, user: code and f"/measures/{code}/"])
    assert 'href="/measures/T-0021/"' in client.get(f"/risks/{risk.code}/").content.decode()


@pytest.mark.parametrize(("language", "tongue"), [("zh-hans", "zh"), ("en", "en")])
def test_the_report_has_the_picture_and_every_barrier(organisation, risk, drawn, language, tongue) -> None:
    with translation.override(language):
        manager = organisation.people["risk_manager"]
        kind = next(kind for kind in KINDS if kind.code == "risk")
        document = make_report(manager, kind, {"risk": risk.code}, today=timezone.localdate())
    texts = "\n".join(visible_texts(document))
    wanted = {
        "zh": ["双岗复核", "缺失", "T-0021", LONG],
        "en": ["Address completion", "missing", "Late arrival"],
    }
    assert not [word for word in wanted[tongue] if word not in texts]
    page = to_html(document)
    assert "<svg" in page
    assert "var(--" not in re.search(r"<svg.*?</svg>", page, re.S)[0]
    assert to_pdf(document).startswith(b"%PDF")


def _form(**changes: str) -> dict[str, str]:
    return {"version": "0", "threat-0-text": "地址不完整", "threat-0-text_en": "", "threat-0-b0-text": "补全",
            "threat-0-b0-text_en": "", "threat-0-b0-kind": "technical", "threat-0-b0-state": "weak",
            "threat-0-b0-owner": "", "threat-0-b0-measure": "", "consequence-0-text": "",
            "consequence-0-text_en": ""} | changes  # fmt: skip


def test_the_lists_are_edited_without_a_script(organisation, risk) -> None:
    client, address = organisation.client("risk_manager"), f"/risks/{risk.code}/bow-tie/"
    assert client.get(address).status_code == 200
    more = client.post(address, _form(step="add-threat-0")).content.decode()
    assert 'name="threat-0-b1-text"' in more
    more = client.post(address, _form(step="add-threat")).content.decode()
    assert 'name="threat-1-text"' in more
    swapped = client.post(address, _form(**{"threat-1-text": "第二", "step": "up-threat-1"})).content.decode()
    assert swapped.index('value="第二"') < swapped.index('value="地址不完整"')
    gone = client.post(address, _form(step="drop-threat-0")).content.decode()
    assert 'value="地址不完整"' not in gone
    assert not BowTieLine.objects.exists()
    owner = organisation.people["node_owner"]
    assert client.post(address, _form(**{"threat-0-b0-owner": str(owner.pk)})).status_code == 302
    line = BowTieLine.objects.get()
    assert (line.side, line.text, line.barriers.get().owner) == ("threat", "地址不完整", owner)
    stale = client.post(address, _form())
    assert stale.status_code == 409
    assert "已被他人修改" in stale.content.decode()


def test_what_is_refused_stays_in_the_form(organisation, risk) -> None:
    client = organisation.client("risk_manager", language="en")
    answer = client.post(f"/risks/{risk.code}/bow-tie/", _form(**{"threat-0-text": ""}))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Threats, line 1: no text." in page
    assert 'value="补全"' in page


@pytest.mark.parametrize(
    "step", ["up-threat-0", "drop-threat-9", "add-side", "x", "drop-threat-²", "-", "up-threat"]
)
def test_buttons_that_are_none_change_nothing(organisation, risk, step) -> None:
    answer = organisation.client("risk_manager").post(f"/risks/{risk.code}/bow-tie/", _form(step=step))
    assert answer.status_code == 302


def test_programs_draw_one_side_at_a_time(organisation, risk) -> None:
    program, address = organisation.program("risk_manager"), f"/api/v1/risks/{risk.code}/bow-tie"
    empty = program.get(address)
    assert (empty["ETag"], empty.json()) == ('"0"', {"edit_version": 0, "threats": [], "consequences": []})
    sent = {"threats": [{"text": "a", "barriers": [{"text": "b", "owner": "node_owner", "state": "weak"}]}]}
    first = program.patch(address, sent, content_type="application/json", headers={"If-Match": '"0"'})
    assert first.status_code == 200, first.content
    assert first.json()["threats"][0]["barriers"][0]["owner"]["username"] == "node_owner"
    second = program.patch(address, {"consequences": [{"text": "c"}]}, content_type="application/json",
                           headers={"If-Match": first["ETag"]})  # fmt: skip
    assert [line["text"] for line in second.json()["threats"] + second.json()["consequences"]] == ["a", "c"]
    assert second.json()["threats"] == first.json()["threats"]
    stale = program.patch(address, sent, content_type="application/json", headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    strange = [{"text": "b", "kind": "x"}], [{"text": "b", "owner": "outsider"}]
    for wrong in ([{"text": ""}], *([{"text": "a", "barriers": barriers}] for barriers in strange)):
        refused = program.patch(
            address, {"threats": wrong}, content_type="application/json", headers={"If-Match": "*"}
        )
        assert refused.status_code == 422
