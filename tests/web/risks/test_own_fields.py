"""Own fields of a unit's register: defined, filled in, filtered, sorted, taken out and brought in."""

import io
import time
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent
from anlan.web.risks.exchange.export import register_workbook
from anlan.web.risks.exchange.importing import keep_workbook
from anlan.web.risks.models import CustomField, Risk
from anlan.web.risks.selectors import Filters, custom_fields, filters_of, register
from anlan.web.risks.services import change_field, create_risk, define_field, fields_of, read_values

TODAY = date(2026, 7, 14)
CHANNELS = [{"code": "app", "zh": "手机应用", "en": "App"}, {"code": "hall", "zh": "营业厅", "en": "Hall"}]


@pytest.fixture
def fields(organisation) -> dict[str, CustomField]:
    manager, north = organisation.people["risk_manager"], organisation.north
    given = {
        "contract": {"kind": "text"},
        "budget": {"kind": "number", "measure": "万元", "least": 0.0, "most": 500.0},
        "deadline": {"kind": "date"},
        "channel": {"kind": "choices", "choices": CHANNELS},
        "main": {"kind": "choice", "choices": CHANNELS},
        "legal": {"kind": "yes_no"},
        "helper": {"kind": "person"},
    }
    return {
        key: define_field(
            unit=north, key=key, label=f"字段{key}", label_en=key.title(), actor=manager, **facts
        )
        for key, facts in given.items()
    }


def make(organisation, title: str, **custom: object) -> Risk:
    return create_risk(unit=organisation.hall, title=title, category="process", source="report",
                       actor=organisation.people["risk_manager"], custom=custom)  # fmt: skip


def test_a_field_reaches_down_the_tree_and_to_nobody_else(organisation, fields) -> None:
    assert {field.key for field in fields_of(organisation.hall)} == set(fields)
    assert fields_of(organisation.south) == fields_of(organisation.root) == []
    assert custom_fields(organisation.outsider) == []


def test_only_who_manages_criteria_defines_fields(organisation) -> None:
    for who in ("node_owner", "expert", "auditor"):
        with pytest.raises(PermissionDenied):
            define_field(
                unit=organisation.north, key="x", kind="text", label="x", actor=organisation.people[who]
            )
    with pytest.raises(PermissionDenied):
        define_field(unit=organisation.south, key="x", kind="text", label="x",
                     actor=organisation.people["risk_manager"])  # fmt: skip
    assert not CustomField.objects.exists()


@pytest.mark.parametrize("key", ["", "Contract", "a__b", "1a", "a" * 31, "合同", "a-b"])
def test_keys_that_an_address_cannot_hold_are_refused(organisation, key: str) -> None:
    with pytest.raises(UsageError, match=r"custom\.key"):
        define_field(unit=organisation.north, key=key, kind="text", label="x",
                     actor=organisation.people["risk_manager"])  # fmt: skip


@pytest.mark.parametrize(
    ("key", "raw", "kept"),
    [
        ("contract", " HT-7 ", "HT-7"), ("budget", " 12.0 ", 12), ("budget", 12.5, 12.5),
        ("budget", "500", 500),
        ("deadline", "2026年7月14日", "2026-07-14"), ("deadline", "2026/7/4", "2026-07-04"),
        ("channel", "手机应用，Hall", ["app", "hall"]), ("main", "营业厅", "hall"), ("legal", "是", True),
        ("legal", "no", False), ("helper", "expert", "expert"),
    ],
)  # fmt: skip
def test_values_are_kept_in_one_form(organisation, fields, key: str, raw: object, kept: object) -> None:
    assert read_values(fields.values(), {key: raw}, {}) == ({key: kept}, [])


@pytest.mark.parametrize(
    ("key", "raw", "code"),
    [
        ("contract", "x" * 401, "too_long"), ("budget", "viel", "number"), ("budget", 500.1, "range"),
        ("budget", "1,2", "number"), ("budget", "nan", "number"), ("budget", -1, "range"),
        ("deadline", "2026-02-30", "date"),
        ("channel", ["app", "fax"], "choice"), ("main", "fax", "choice"), ("legal", "maybe", "yes_no"),
        ("helper", "nobody", "person"), ("strange", 1, "unknown"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_value_is_named(organisation, fields, key: str, raw: object, code: str) -> None:
    values, wrong = read_values(fields.values(), {key: raw}, {key: "held"})
    assert [(fault.key, fault.code) for fault in wrong] == [(key, code)]
    assert values == {key: "held"}


def test_a_required_field_cannot_stay_empty_and_a_retired_one_keeps_its_values(organisation, fields) -> None:
    manager, risk = organisation.people["risk_manager"], make(organisation, "a", contract="HT-1")
    change_field(fields["contract"], version=1, actor=manager, required=True)
    _, wrong = read_values(fields_of(organisation.hall), {"contract": ""}, risk.custom)
    assert [fault.code for fault in wrong] == ["required"]
    change_field(fields["contract"], version=2, actor=manager, retired=True)
    assert read_values(fields_of(organisation.hall), {}, risk.custom) == ({"contract": "HT-1"}, [])
    page = organisation.client("risk_manager").get(f"/risks/{risk.code}/").content.decode()
    assert "HT-1" in page


def test_a_choice_in_use_stays_and_two_editors_do_not_overwrite_each_other(organisation, fields) -> None:
    manager = organisation.people["risk_manager"]
    make(organisation, "a", channel=["app"], main="hall")
    for key, left in (("channel", CHANNELS[1:]), ("main", CHANNELS[:1])):
        extra = {"code": "fax", "zh": "传真", "en": "Fax"}
        with pytest.raises(UsageError, match=r"custom\.choice_used"):
            change_field(fields[key], version=1, actor=manager, choices=[*left, extra])
    change_field(fields["contract"], version=1, actor=manager, label="合同")
    with pytest.raises(UsageError, match=r"web\.conflict"):
        change_field(fields["contract"], version=1, actor=manager, label="协议")
    assert AuditEvent.objects.filter(action="risks.custom_field.change").count() == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"c.contract": "采购"}, "a"), ({"c.budget.from": "10"}, "b"), ({"c.budget.to": "10"}, "a"),
        ({"c.budget": "7.5"}, "a"), ({"c.deadline.from": "2026-08-01"}, "b"), ({"c.channel": "app"}, "a"),
        ({"c.channel": "app,hall"}, "ab"), ({"c.main": "hall"}, "b"), ({"c.legal": "0"}, "b"),
        ({"c.legal": "1"}, "a"), ({"c.helper": "expert"}, "a"), ({"c.budget.from": "x"}, "ab"),
        ({"c.gone": "1"}, "ab"), ({"c.main": "x' OR 1=1 --"}, ""),
    ],
)  # fmt: skip
def test_filters_by_own_fields(organisation, fields, asked: dict[str, str], found: str) -> None:
    make(organisation, "a", contract="采购-1", budget=7.5, deadline="2026-07-01", channel=["app"], main="app",
         legal=True, helper="expert")  # fmt: skip
    make(organisation, "b", budget=40, deadline="2026-09-01", channel=["hall"], main="hall", legal=False)
    shown = register(organisation.people["risk_manager"], filters_of(asked), today=TODAY)
    assert "".join(sorted(risk.title for risk in shown)) == found


def test_sorting_by_an_own_number_goes_by_size_with_empty_ones_last(organisation, fields) -> None:
    for title, budget in (("a", 9), ("b", 10), ("c", None), ("d", 2.5)):
        make(organisation, title, **({"budget": budget} if budget else {}))
    for order, expected in (("c.budget", "dabc"), ("-c.budget", "badc")):
        shown = register(organisation.people["risk_manager"], Filters(order=order), today=TODAY)
        assert "".join(risk.title for risk in shown) == expected


def test_search_finds_the_text_of_an_own_field(organisation, fields) -> None:
    risk = make(organisation, "a", contract="框架协议二期")
    assert list(register(organisation.people["auditor"], Filters(search="协议"), today=TODAY)) == [risk]


@pytest.mark.parametrize(("language", "label"), [("zh-hans", "字段contract"), ("en", "Contract")])
def test_form_and_pages_show_the_fields_in_the_language(
    organisation, fields, language: str, label: str
) -> None:
    risk = make(organisation, "a", contract="HT-1")
    client = organisation.client("risk_manager", language=language)
    pages = ("/risks/fields/", "/risks/new/", f"/risks/{risk.code}/edit/", f"/risks/{risk.code}/",
             "/risks/?columns=code,c.contract")  # fmt: skip
    for page in pages:
        assert label in client.get(page).content.decode(), page


def test_the_form_keeps_values_and_says_what_is_wrong(organisation, fields) -> None:
    risk, client = make(organisation, "a"), organisation.client("risk_manager")
    given = {"seen": risk.version, "title": "a", "category": "process", "phase": "identified",
             "review_cycle_days": 90, "own-budget": "501", "own-channel": ["app", "hall"]}  # fmt: skip
    answer = client.post(f"/risks/{risk.code}/edit/", given)
    assert answer.status_code == 422
    assert "允许 0 至 500 万元" in answer.content.decode()
    assert client.post(f"/risks/{risk.code}/edit/", given | {"own-budget": "50"}).status_code == 302
    risk.refresh_from_db()
    assert risk.custom == {"budget": 50, "channel": ["app", "hall"]}


def test_programs_read_and_write_own_fields(organisation, fields) -> None:
    risk, program = make(organisation, "a", contract="HT-1"), organisation.program("risk_manager")
    address = f"/api/v1/risks/{risk.code}"
    version = {"If-Match": program.get(address)["ETag"]}
    refused = program.patch(address, {"custom": {"budget": 900}}, "application/json", headers=version)
    assert refused.status_code == 422
    assert "custom.budget" in refused.json()["fields"]
    done = program.patch(address, {"custom": {"budget": 9}}, "application/json", headers=version)
    assert done.json()["custom"] == {"contract": "HT-1", "budget": 9}
    found = program.get("/api/v1/risks?c.budget.from=5&order=-code").json()
    assert [row["code"] for row in found["items"]] == [risk.code]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_comes_back_unchanged_or_with_what_was_changed(
    organisation, fields, language: str, settings, tmp_path
) -> None:
    settings.ANLAN_HOME = tmp_path
    manager = organisation.people["risk_manager"]
    make(organisation, "a", contract="HT-1", budget=7.5, deadline="2026-07-01", channel=["app", "hall"],
         main="app", legal=False, helper="expert")  # fmt: skip
    content = register_workbook(manager, Filters(), language=language, today=TODAY)
    first = _checked(content, manager)
    assert first["counts"]["skip"] == 1, first["lines"]
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows = {cell.value: cell.column for row in sheet.iter_rows(max_row=6) for cell in row if cell.value}
    heading = "字段budget (万元)" if language == "zh" else "Budget (万元)"
    row = 2
    sheet.cell(row, rows[heading]).value = 800
    assert "500" in str(_checked(_saved(book), manager)["lines"]["error"][0]["faults"])
    sheet.cell(row, rows[heading]).value = 80
    last = _checked(_saved(book), manager)
    assert last["counts"]["update"] == 1, last["lines"]


def _saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _checked(content: bytes, actor) -> dict:
    return keep_workbook(SimpleUploadedFile("register.xlsx", content), actor=actor).preview


def test_ten_thousand_risks_are_filtered_and_sorted_at_once(organisation, fields) -> None:
    manager, hall = organisation.people["risk_manager"], organisation.hall
    Risk.objects.bulk_create(
        [
            Risk(code=f"R-{i:05}", unit=hall, title=f"r{i}", category="process", source="report",
                 custom={"budget": i % 400, "channel": ["app" if i % 100 else "hall"]})
            for i in range(10_000)
        ], batch_size=1000,
    )  # fmt: skip
    asked = filters_of({"c.channel": "hall", "c.budget.from": "100", "order": "-c.budget"})
    begun = time.perf_counter()
    found = list(register(manager, asked, today=TODAY)[:50])
    assert time.perf_counter() - begun < 0.5
    assert [risk.custom["budget"] for risk in found] == sorted(
        (r.custom["budget"] for r in found), reverse=True
    )
    assert len(found) == 50
