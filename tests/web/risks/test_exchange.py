"""The register out to a workbook and in again: exact, checked first, written whole or not at all."""

import io
import time
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from anlan.web.catalog.services import create_process
from anlan.web.common import background
from anlan.web.common.models import AuditEvent
from anlan.web.common.verification import verify
from anlan.web.risks.exchange.importing import cancel_import, perform, start_import
from anlan.web.risks.exchange.values import Lookup
from anlan.web.risks.models import RegisterImport, Risk
from anlan.web.risks.selectors import Filters, register
from anlan.web.risks.services import assess_by_scores, change_risk, create_risk

FIELDS = [f.attname for f in Risk._meta.concrete_fields if f.attname not in ("updated_at", "updated_by_id")]


@pytest.fixture
def risks(organisation):
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="抢修", name_en="Repair", actor=manager)
    made = [
        create_risk(
            unit=organisation.hall, title="=HYPERLINK(\"http://x\")", title_en="+1", category="process",
            source="workshop", actor=manager, cause="第一行\r\n第二行 ", event="@甲", consequence="-2\t甲",
            owner=organisation.people["node_owner"], process=process, nodes=["派单; 急", "到场"],
            tags=["迎峰度夏", "夜间"], review_cycle_days=30, next_review_on=date(2026, 8, 1),
        ),
        create_risk(unit=organisation.north, title="停电告知不到位", category="customer", source="report",
                    actor=manager, next_review_on=None),
    ]  # fmt: skip
    assess_by_scores(made[0], stage="current", likelihood=4, severity=4, rationale="r", actor=manager)
    return made


def exported(client, query: str = "", url: str = "/risks/export.xlsx") -> openpyxl.Workbook:
    answer = client.get(url + query)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def packed(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(rows: list[dict[str, object]]) -> bytes:
    book = openpyxl.Workbook()
    names = list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(names)
    for row in rows:
        book.active.append([row.get(name) for name in names])
    return packed(book)


def sent(client, content: bytes, name: str = "登记册.xlsx"):
    return client.post("/risks/import/", {"file": SimpleUploadedFile(name, content)})


def cell(book: openpyxl.Workbook, row: int, heading: str):
    sheet = book.worksheets[0]
    headings = [c.value for c in sheet[1]]
    return sheet.cell(row, headings.index(heading) + 1)


def state_of_risks() -> list[dict]:
    return list(Risk.objects.order_by("pk").values(*FIELDS))


@pytest.mark.parametrize(("out", "back"), [("zh-hans", "zh-hans"), ("zh-hans", "en"), ("en", "zh-hans")])
def test_an_export_that_comes_back_untouched_changes_nothing(organisation, risks, out, back) -> None:
    before = state_of_risks()
    content = organisation.client("risk_manager", language=out).get("/risks/export.xlsx").content
    client = organisation.client("risk_manager", language=back)
    place = sent(client, content)["Location"]
    assert RegisterImport.objects.get().preview["counts"] == {"create": 0, "update": 0, "skip": 2, "error": 0}
    client.post(place)
    assert state_of_risks() == before


def test_what_was_changed_and_nothing_else_is_written(organisation, risks) -> None:
    client = organisation.client("risk_manager")
    before = {row["code"]: row for row in state_of_risks()}
    book = exported(client, "?order=code")
    cell(book, 2, "风险事件").value = "错派"
    cell(book, 2, "阶段").value = "处置中"
    cell(book, 2, "责任人用户名").value = "risk_manager"
    cell(book, 2, "节点").value = "派单; 急\n核对"
    cell(book, 2, "现有等级").value = "低"
    cell(book, 2, "现有等级代码").value = "low"
    cell(book, 3, "下次复评").value = date(2026, 12, 24)
    cell(book, 3, "类别代码").value = "people"
    place = sent(client, packed(book))["Location"]
    page = client.get(place).content.decode()
    assert "停电告知不到位" in page
    assert "现有等级" in page
    assert "错派" in page
    assert client.post(place).status_code == 302
    after = {row["code"]: row for row in state_of_risks()}
    first, second = risks
    expected = before[first.code] | {
        "title": "错派", "phase": "treated", "owner_id": organisation.people["risk_manager"].pk,
        "nodes": ["派单; 急", "核对"], "version": 2, "search": after[first.code]["search"],
    }  # fmt: skip
    assert after[first.code] == expected
    assert after[second.code] == before[second.code] | {
        "next_review_on": date(2026, 12, 24), "category": "people", "version": 2,
    }  # fmt: skip
    assert list(register(organisation.people["risk_manager"], Filters(search="核对"), today=date.today()))
    changed = AuditEvent.objects.get(action="risks.risk.change", object_id=str(first.pk))
    assert changed.payload["changes"]["phase"] == ["analysed", "treated"]
    assert verify().broken_at is None


def test_the_template_registers_new_risks_with_words_or_codes(organisation, risks) -> None:
    client = organisation.client("risk_manager")
    book = exported(client, url="/risks/template.xlsx")
    sheet = book.worksheets[0]
    headings = [c.value for c in sheet[1]]
    assert "现有等级" not in headings
    one = {"风险事件": "=2+3", "类别": "人员", "单位代码": "NH", "复评周期（天）": 10}
    two = {"风险事件": "b", "类别代码": "safety", "责任人": "流程/节点负责人", "标签": "甲，乙"}
    for values in (one, two):
        row = sheet.max_row + 1
        for name, value in values.items():
            where = sheet.cell(row, headings.index(name) + 1, value)
            where.data_type = "n" if isinstance(value, int) else "s"
    place = sent(client, packed(book))["Location"]
    assert RegisterImport.objects.get().preview["counts"]["create"] == 2, RegisterImport.objects.get().preview
    client.post(place)
    one, two = Risk.objects.order_by("pk")[2:]
    assert (one.code, one.title, one.unit, one.category, one.phase, one.source) == (
        "R-0003", "=2+3", organisation.hall, "people", "identified", "report")  # fmt: skip
    assert (one.next_review_on - date.today()).days in (9, 10, 11)
    assert (two.owner.username, two.tags, two.unit) == ("node_owner", ["甲", "乙"], organisation.north)
    again = exported(client, "?order=code")
    assert cell(again, 4, "风险事件").data_type == "s"
    assert cell(again, 4, "风险事件").quotePrefix


@pytest.mark.parametrize(
    ("row", "heading", "zh", "en"),
    [
        ({"标题x": 1, "风险事件": "", "类别": "人员"}, "风险事件", "为空", "empty"),
        ({"风险事件": "a", "类别": "海洋"}, "类别", "没有“海洋”", "no “海洋”"),
        ({"风险事件": "a", "类别": "人员", "类别代码": "safety"}, "类别", "所指不同", "different things"),
        ({"风险事件": "a", "类别": "人员", "下次复评": "明天"}, "下次复评", "不是日期", "not a date"),
        ({"风险事件": "a", "类别": "人员", "下次复评": "2026-02-30"}, "下次复评", "不是日期", "not a date"),
        ({"风险事件": "a", "类别": "人员", "复评周期（天）": 0.5}, "复评周期（天）", "整数", "whole number"),
        ({"风险事件": "a" * 201, "类别": "人员"}, "风险事件", "201", "201"),
        ({"风险事件": "a", "类别": "人员", "单位代码": "S"}, "单位代码", "没有“S”", "no “S”"),
        ({"风险事件": "a", "类别": "人员", "流程": "不存在"}, "流程", "没有“不存在”", "no “不存在”"),
        ({"编号": "R-9999", "风险事件": "a", "类别": "人员"}, "编号", "R-9999", "R-9999"),
        ({"风险事件": "=1+1", "类别": "人员"}, "风险事件", "公式", "formula"),
        ({"风险事件": "停电告知不到位", "类别": "客户"}, "风险事件", "R-0002", "R-0002"),
    ],
)  # fmt: skip
def test_each_fault_names_row_column_found_and_accepted(organisation, risks, row, heading, zh, en) -> None:
    for language, word, place_word in (("zh-hans", zh, "第 3 行"), ("en", en, "Row 3")):
        client = organisation.client("risk_manager", language=language)
        answer = sent(client, sheet_of([{"风险事件": f"可以 {language}", "类别": "people"}, row]))
        page = client.get(answer["Location"]).content.decode()
        for shown in (word, place_word, heading):
            assert shown in page, (language, shown)
        assert RegisterImport.objects.first().preview["counts"]["error"] == 1
        assert client.post(answer["Location"]).status_code == 422
    assert Risk.objects.count() == 2


def test_rows_in_error_are_left_out_only_when_the_person_says_so(organisation, risks) -> None:
    client = organisation.client("risk_manager")
    place = sent(client, sheet_of([{"风险事件": "甲", "类别": "人员"}, {"风险事件": "乙", "类别": "?"}]))[
        "Location"
    ]
    assert client.post(place).status_code == 422
    assert client.post(place, {"leave_out": "on"}).status_code == 302
    assert list(Risk.objects.order_by("pk").values_list("title", flat=True))[2:] == ["甲"]
    assert client.post(place, {"leave_out": "on"}).status_code == 422
    assert Risk.objects.count() == 3


def test_a_risk_changed_since_the_export_is_not_overwritten(organisation, risks) -> None:
    client, manager = organisation.client("risk_manager"), organisation.people["risk_manager"]
    book = exported(client, "?order=code")
    cell(book, 3, "风险事件").value = "旧改动"
    place = sent(client, packed(book))["Location"]
    change_risk(Risk.objects.get(pk=risks[1].pk), version=1, actor=manager, title="新改动")
    client.post(place)
    made = RegisterImport.objects.get()
    assert (made.state, made.error["code"]) == ("failed", "sheet.errors_since")
    assert "第 2 版" in client.get(place).content.decode()
    assert Risk.objects.get(pk=risks[1].pk).title == "新改动"


def test_all_or_nothing(organisation, risks, monkeypatch) -> None:
    client = organisation.client("risk_manager")
    book = exported(client, "?order=code")
    for row in (2, 3):
        cell(book, row, "风险事件").value = f"改 {row}"
    place = sent(client, packed(book))["Location"]
    before, events = state_of_risks(), AuditEvent.objects.count()
    from anlan.web.risks.services import bulk

    original = bulk._change

    def overtaken(risk, fields, actor):
        if risk.pk == risks[1].pk:
            Risk.objects.filter(pk=risk.pk).update(version=9)
        return original(risk, fields, actor)

    monkeypatch.setattr(bulk, "_change", overtaken)
    client.post(place)
    made = RegisterImport.objects.get()
    assert (made.state, made.error["code"]) == ("failed", "web.conflict")
    assert state_of_risks() == before
    assert AuditEvent.objects.count() == events + 1


def test_a_cancelled_or_overtaken_task_writes_nothing(organisation, risks) -> None:
    manager = organisation.people["risk_manager"]
    client = organisation.client("risk_manager")
    sent(client, sheet_of([{"风险事件": "甲", "类别": "人员"}]))
    made = RegisterImport.objects.get()
    RegisterImport.objects.update(state="queued", attempts=1)
    cancel_import(made, actor=manager)
    assert perform(made.pk, attempts=1) == "skipped"
    RegisterImport.objects.update(state="queued", attempts=2)
    assert perform(made.pk, attempts=1) == "skipped"
    assert Risk.objects.count() == 2
    RegisterImport.objects.update(state="cancelled")
    made.refresh_from_db()
    start_import(made, leave_out=False, actor=manager)
    assert Risk.objects.count() == 3


def test_an_import_whose_worker_is_gone_is_taken_up_again(organisation, risks) -> None:
    client = organisation.client("risk_manager")
    place = sent(client, sheet_of([{"风险事件": "甲", "类别": "人员"}]))["Location"]
    RegisterImport.objects.update(state="running", attempts=1, heartbeat_at=timezone.now())
    assert client.post(place).status_code == 422
    assert background.recover_lost() == 0
    RegisterImport.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert "会自动重新开始" in client.get(place).content.decode()
    assert background.recover_lost() == 1
    assert Risk.objects.count() == 3
    assert perform(RegisterImport.objects.get().pk, attempts=1) == "skipped"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.csv", b"a,b", ".xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "密码"),
        ("a.xlsx", b"PK nonsense", "不是可读的"),
        ("a.xlsx", b"", "空"),
    ],
)
def test_files_that_cannot_be_read_are_explained_and_not_kept(organisation, name, content, word) -> None:
    answer = sent(organisation.client("risk_manager"), content, name)
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert not RegisterImport.objects.exists()
    kept = Path(settings.ANLAN_HOME) / "files" / "uploads"
    assert not [file for file in kept.rglob("a.*") if file.is_file()]


def test_a_workbook_of_something_else_lists_the_headings_it_needs(organisation) -> None:
    answer = sent(organisation.client("risk_manager"), sheet_of([{"x": 1, "y": 2}]))
    assert answer.status_code == 422
    assert "风险事件" in answer.content.decode()


def test_who_may_export_and_import(organisation, risks) -> None:
    content = sheet_of([{"风险事件": "甲", "类别": "人员"}])
    place = sent(organisation.client("risk_manager"), content)["Location"]
    assert organisation.client("auditor").get("/risks/export.xlsx").status_code == 200
    for role in ("expert", "duty_officer", "administrator"):
        assert organisation.client(role).get("/risks/export.xlsx").status_code == 403
    for role in ("auditor", "expert", "executive"):
        assert sent(organisation.client(role), content).status_code == 403
        assert organisation.client(role).get("/risks/template.xlsx").status_code == 403
        assert organisation.client(role).get(place).status_code == 403
    outsider = organisation.client(organisation.outsider)
    assert outsider.get(place).status_code == 404
    assert outsider.post(place + "cancel/").status_code == 404
    assert exported(outsider).worksheets[0].max_row == 1
    book = exported(organisation.client("risk_manager"))
    theirs = sent(outsider, packed(book))["Location"]
    assert (
        RegisterImport.objects.get(pk=int(theirs.rstrip("/").rsplit("/", 1)[1])).preview["counts"]["error"]
        == 2
    )
    assert "停电" not in outsider.get(theirs + "?show=error").content.decode().replace("登记册", "")
    assert AuditEvent.objects.filter(action="risks.register.export").count() == 3


def test_the_export_holds_what_the_filters_find(organisation, risks) -> None:
    book = exported(organisation.client("risk_manager"), "?category=customer")
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [risks[1].code]


def test_a_name_two_people_share_is_not_guessed() -> None:
    lookup = Lookup()
    lookup.add(1, "a", ("王芳",))
    lookup.add(2, "b", ("王芳",))
    with pytest.raises(Exception, match="doubtful"):
        lookup.by_word("王芳")
    assert lookup.by_word("b") == 2


@pytest.mark.slow
def test_five_thousand_rows_within_twenty_seconds(organisation) -> None:
    client = organisation.client("risk_manager")
    content = sheet_of([{"风险事件": f"风险 {n}", "类别": "人员", "原因": "x" * 80} for n in range(5_000)])
    times = [_imported(client, content)]
    assert Risk.objects.count() == 5_000
    book = exported(client, "?order=code")
    for row in range(2, 5_002):
        changed = book.worksheets[0].cell(row, 3)
        changed.value = f"{changed.value} 改"
    times.append(_imported(client, packed(book)))
    assert Risk.objects.filter(title__endswith="改", version=2).count() == 5_000
    print(f"seconds to check, and to write: new {times[0]}, changed {times[1]}")
    assert max(check + write for check, write in times) < 20


def _imported(client, content: bytes) -> tuple[float, float]:
    """Seconds until the preview is there, and from the confirmation to the end."""
    start = time.perf_counter()
    place = sent(client, content)["Location"]
    middle = time.perf_counter()
    client.post(place)
    return round(middle - start, 1), round(time.perf_counter() - middle, 1)
