"""Reports: what the pages show reaches paper, PDF and workbook in both languages, for the right people."""

import html
import io
import re
import shutil
import subprocess
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from anlan.formats.packs import load_pack
from anlan.formats.printing import Amount, Headline, pdf, to_html, to_pdf, to_workbook, visible_texts
from anlan.formats.printing.document import Table
from anlan.formats.printing.pdf import page_count
from anlan.formats.spec_file import read_spec_file
from anlan.formats.wording import number
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.explaining import EXAMPLES
from anlan.web.catalog.services import start_from_pack
from anlan.web.common.models import AuditEvent
from anlan.web.common.texts import language, of
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.reports.catalogue import KINDS, make_report
from anlan.web.risks.services import (
    BarrierFacts,
    Expert,
    LineFacts,
    add_comment,
    adopt,
    answer,
    approve,
    assess_by_scores,
    close_round,
    confirm_still_valid,
    create_risk,
    create_workshop,
    draw_bow_tie,
    open_round,
    report_candidate,
    review,
)
from anlan.web.risks.services.triage import merge
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_assessment
from web.conftest import PASSWORD

TODAY = date(2026, 7, 14)
OF = {kind.code: kind for kind in KINDS}
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")


@pytest.fixture
def process(organisation):
    return start_from_pack(unit=organisation.hall, pack="PH", actor=organisation.people["risk_manager"])


@pytest.fixture
def risk(organisation, process):
    manager, owner = organisation.people["risk_manager"], organisation.people["node_owner"]
    node = process.versions.get().nodes.order_by("position")[0]
    made = create_risk(
        unit=organisation.hall, title="#let 错派 *超时* <b>", title_en="Wrong $dispatch$", category="process",
        source="workshop", actor=manager, cause="=地址不完整", event="派错班组", consequence="到场超时\n投诉",
        owner=owner, process=process, nodes=[node.name], tags=["迎峰度夏"], next_review_on=date(2026, 8, 1),
    )  # fmt: skip
    second = create_user(
        username="second", name="复核人", password=PASSWORD, unit=organisation.north, actor=None
    )
    assign_role(user=second, role="risk_manager", unit=organisation.north, actor=None)
    assess_by_scores(made, stage="inherent", likelihood=5, severity=5, rationale="班组打分", actor=owner)
    first = assess_by_scores(
        made, stage="current", likelihood=4, severity=4, rationale="三年记录", actor=owner
    )
    approve(review(first, actor=second), actor=organisation.people["executive"])
    found = report_candidate(unit=organisation.hall, title="夜间", statement="夜间派单更慢",
                             category="process", process=process, actor=owner)  # fmt: skip
    merge(found, into=made, actor=manager, reason="同一问题")
    confirm_still_valid(made, reason="本季未变", actor=manager, today=TODAY)
    add_comment(made, text="先看地址。", actor=manager)
    barrier = BarrierFacts("复述 <b>地址</b>", "Read back", state="missing", owner=owner)
    threats = [LineFacts("地址不完整", "No address", (barrier,))]
    draw_bow_tie(made, threats=threats, consequences=[], version=0, actor=manager)
    experts = [Expert("张三", "客服"), Expert("李四"), Expert("王五")]
    session, _ = create_workshop(
        unit=organisation.hall,
        title="高峰研讨",
        purpose="三年无数据",
        risks=[made],
        experts=experts,
        actor=manager,
    )
    session = open_round(session, actor=manager)
    for invitation, scores in zip(session.invitations.all(), ((3, 4), (4, 4), (5, 4)), strict=True):
        answer(invitation, session.items.get(), likelihood=scores[0], severity=scores[1])
    adopt(close_round(session, actor=manager), actor=manager)
    made.refresh_from_db()
    return made


@pytest.fixture
def method_run(organisation, risk):
    document = {**read_spec_file(EXAMPLES / "annual_loss.yaml"), "title": "=年度 <b>损失</b>"}
    manager = organisation.people["risk_manager"]
    return start_assessment(unit=risk.unit, document=document, actor=manager, about=risk.code)


def query_of(kind, process, risk) -> dict[str, str]:
    session = risk.workshops.first()
    of_method = Run.objects.filter(study__startswith=METHOD).first()
    return {
        "process": {"process": process.code}, "risk": {"risk": risk.code},
        "assessment": {"risk": risk.code, "number": "2"},
        "month": {"unit": "N", "month": f"{timezone.localdate():%Y-%m}"},
        "record": {"record": session.code if session else ""},
        "run": {"run": of_method.code if of_method else ""},
    }.get(kind.about, {})  # fmt: skip


def documents(organisation, process, risk):
    """Every kind of report in both languages."""
    for tongue in ("zh-hans", "en"):
        for kind in KINDS:
            with translation.override(tongue):
                user = organisation.people["risk_manager"]
                yield make_report(user, kind, query_of(kind, process, risk), today=TODAY)


def plain(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def missing(document, content: str) -> list[str]:
    """Texts of the report that the content does not have, blanks and line ends aside."""
    held = plain(content)
    return [text for text in visible_texts(document) if plain(text) not in held]


@needs_pdftotext
def test_every_text_reaches_the_pdf_with_its_font_inside(
    organisation, process, risk, method_run, tmp_path
) -> None:
    for i, document in enumerate(documents(organisation, process, risk)):
        path = tmp_path / f"{i}.pdf"
        path.write_bytes(to_pdf(document))
        run = subprocess.run(
            ["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, text=True
        )
        assert not missing(document, run.stdout), document.title
        fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, text=True).stdout
        rows = fonts.splitlines()[2:]
        assert rows
        assert all("NotoSansSC" in row and re.search(r"yes\s+yes\s+yes", row) for row in rows)


def test_every_text_reaches_the_page(organisation, process, risk, method_run) -> None:
    for document in documents(organisation, process, risk):
        page = to_html(document)
        assert not missing(document, html.unescape(re.sub(r"<[^>]*>", "", page))), document.title
        assert "<b>" not in page.replace('<b class="level', "").replace("&lt;b&gt;", "")
        assert "<script" not in page


def test_every_text_reaches_the_workbook_and_numbers_stay_numbers(
    organisation, process, risk, method_run
) -> None:
    for document in documents(organisation, process, risk):
        book = openpyxl.load_workbook(io.BytesIO(to_workbook(document)))
        cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
        assert not [c for c in cells if c.data_type == "f"]
        held = "\n".join(str(c.value) for c in cells)
        blocks = [block for page in document.pages for block in page.blocks]
        amounts = [
            v for t in blocks if isinstance(t, Table) for row in t.rows for v in row if isinstance(v, Amount)
        ]
        amounts += [block.value for block in blocks if isinstance(block, Headline)]
        assert set(missing(document, held)) <= {amount.shown for amount in amounts}, document.title
        kept = {f"{c.value:.12g}" for c in cells if c.data_type == "n"}
        assert {f"{amount.value:.12g}" for amount in amounts} <= kept


def test_reports_hold_what_the_risk_holds(organisation, process, risk) -> None:
    said = {
        "zh-hans": ["危机", "高度", "班组打分", "三年记录", "复核人", "夜间派单更慢", "本季未变",
                    "先看地址。", "研讨", "风险矩阵", "已批准", "迎峰度夏"],
        "en": ["Crisis", "High", "approved", "Risk matrix", "workshop"],
    }  # fmt: skip
    always = [risk.code, risk.title, risk.cause, risk.event, risk.consequence, risk.owner.name, *risk.nodes,
              risk.next_review_on.isoformat()]  # fmt: skip
    for tongue, words in said.items():
        with translation.override(tongue):
            kind = OF["risk"]
            found = "\n".join(
                visible_texts(
                    make_report(organisation.people["risk_manager"], kind, {"risk": risk.code}, today=TODAY)
                )
            )
        assert not [word for word in always + words if word not in found], tongue


@pytest.mark.parametrize("tongue", ["zh-hans", "en"])
def test_what_methods_say_and_what_does_not_fit_reach_the_report(organisation, process, risk, tongue):
    """The tables of the risk's page that stand only where there is something to say."""
    manager = organisation.people["risk_manager"]
    document = {**read_spec_file(EXAMPLES / "rate_blend.yaml"), "title": "三年频率"}
    run = start_assessment(unit=risk.unit, document=document, actor=manager, about=risk.code)
    run.refresh_from_db()
    scores = {"severity": 5, "rationale": "x", "actor": manager}
    assess_by_scores(risk, stage="inherent", likelihood=1, **scores)
    assess_by_scores(risk, stage="residual_expected", likelihood=5, **scores)
    page = organisation.client(manager, language=tongue).get(reverse("risks:risk", args=[risk.code]))
    with translation.override(tongue):
        made = make_report(manager, OF["risk"], {"risk": risk.code}, today=TODAY)
        found = "\n".join(visible_texts(made))
        assert page.context["checks"]
        assert not [sentence for sentence in page.context["checks"] if sentence not in found]
        assert run.code in found
        [row] = page.context["by_methods"]
        assert number(row["value"], language()) in found
        assert of(row["headline"]) in found
    assert not missing(made, html.unescape(re.sub(r"<[^>]*>", "", to_html(made))))


@pytest.mark.parametrize("pack", ["PH", "IT", "CC", "PT", "LG"])
def test_sheets_for_the_work_place_take_one_page_each(organisation, pack) -> None:
    manager = organisation.people["risk_manager"]
    process = start_from_pack(unit=organisation.hall, pack=pack, actor=manager)
    nodes = {n.pack_node: n.name for n in process.versions.get().nodes.all()}
    for found in load_pack(pack).risks:
        create_risk(
            unit=organisation.hall, process=process, title=found.title.zh[:200],
            title_en=found.title.en[:200], cause=found.cause.zh, event=found.event.zh,
            consequence=found.consequence.zh, actor=manager, category=found.category, source="library",
            nodes=[nodes[found.node]] if found.node in nodes else [],
        )  # fmt: skip
    for tongue in ("zh-hans", "en"):
        with translation.override(tongue):
            for kind in (OF["nodes"], OF["inspection"]):
                document = make_report(manager, kind, {"process": process.code}, today=TODAY)
                assert page_count(to_pdf(document)) == len(document.pages), (pack, tongue, kind.code)
                held = "\n".join(visible_texts(document))
                expected = load_pack(pack).checks if kind.code == "inspection" else ()
                assert not [c for c in expected if c.title.in_language(tongue[:2]) not in held]


def test_a_node_sheet_has_the_nodes_own_risks_and_controls_only(organisation, process, risk) -> None:
    document = make_report(
        organisation.people["risk_manager"], OF["nodes"], {"process": process.code}, today=TODAY
    )
    with_risk = [page.heading for page in document.pages if page.blocks[-2].rows]
    assert with_risk == risk.nodes
    pack = load_pack("PH")
    first = next(r for r in pack.risks if r.controls and r.node == pack.nodes[0].code)
    codes = {row[0] for row in document.pages[0].blocks[-1].rows}
    assert set(first.controls) & {c.code for c in pack.controls} <= codes
    others = {c for r in pack.risks if r.node != pack.nodes[0].code for c in r.controls}
    here = {c for r in pack.risks if r.node == pack.nodes[0].code for c in r.controls}
    assert not codes & (others - here)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "节点风险单"), ("en", "Node risk sheet")])
def test_the_page_lists_the_reports_a_person_may_make(organisation, process, language, word) -> None:
    page = organisation.client("risk_manager", language=language).get("/reports/")
    assert word in page.content.decode()
    assert process.code in page.content.decode()
    duty = organisation.client("duty_officer", language=language).get("/reports/").content.decode()
    assert word not in duty
    assert "inspection.pdf" in duty


def test_the_language_asked_for_and_the_form_asked_for(organisation, process, risk) -> None:
    client = organisation.client("risk_manager")
    answer = client.get(f"/reports/risk.html?risk={risk.code}&lang=en")
    assert "Evidence" in answer.content.decode()
    assert client.get(f"/reports/risk.pdf?risk={risk.code}").content.startswith(b"%PDF")
    workbook = client.get("/reports/register.xlsx?category=process&lang=en")
    assert risk.code in str([
        [c.value for c in row] for row in openpyxl.load_workbook(io.BytesIO(workbook.content)).active
    ])  # fmt: skip
    assert "anlan-register" in workbook["Content-Disposition"]
    empty = client.get("/reports/register.html?category=people").content.decode()
    assert risk.code not in empty
    for address in ("nothing.pdf", "register.doc"):
        assert client.get(f"/reports/{address}").status_code == 404
    assert AuditEvent.objects.filter(action="risks.report.export").count() == 4


def test_reports_are_for_the_units_own_people_with_the_permission(
    organisation, process, risk, method_run
) -> None:
    addresses = {kind.code: f"/reports/{kind.code}.html" for kind in KINDS}
    for kind in KINDS:
        query = query_of(kind, process, risk)
        outsider = organisation.client(organisation.outsider).get(addresses[kind.code], query)
        if kind.about:
            assert outsider.status_code == 404, kind.code
        else:
            assert risk.title not in html.unescape(outsider.content.decode())
        auditor = organisation.client("auditor").get(addresses[kind.code], query)
        assert auditor.status_code == 200, kind.code
        duty = organisation.client("duty_officer").get(addresses[kind.code], query)
        assert duty.status_code == (200 if kind.code == "inspection" else 403), kind.code


def test_a_missing_font_is_told_on_the_page(organisation, risk, monkeypatch, tmp_path) -> None:
    pdf.fonts.cache_clear()
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    answer = organisation.client("risk_manager").get(f"/reports/risk.pdf?risk={risk.code}", follow=True)
    assert "make assets" in answer.content.decode()
    pdf.fonts.cache_clear()
