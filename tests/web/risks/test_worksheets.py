"""Worksheets: kinds are data, rows are changed from the version seen, workbooks go out and in again."""

import io
import random
import threading

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import translation

from anlan.domain.errors import UsageError
from anlan.formats.messages import messages
from anlan.loop.identify.worksheets import GUIDE_WORDS, KINDS, NODE
from anlan.web.catalog.services import start_from_pack
from anlan.web.common.models import AuditEvent, Link
from anlan.web.common.texts import error_text, text
from anlan.web.common.verification import verify
from anlan.web.risks.exchange.faults import fault_text
from anlan.web.risks.exchange.values import decimal
from anlan.web.risks.models import Candidate, Risk, Worksheet, WorksheetRow
from anlan.web.risks.services import accept
from anlan.web.risks.services.worksheets import (
    RowRefused,
    add_row,
    candidate_of_row,
    change_row,
    create_worksheet,
    remove_row,
    risk_of_row,
)
from anlan.web.risks.worksheets.nodes import node_names
from anlan.web.risks.worksheets.workbook import (
    columns_of,
    preview_upload,
    template_workbook,
    worksheet_workbook,
    write_preview,
)

SCORES = {"severity": 8, "occurrence": 3, "detection": 5}


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def process(organisation, manager):
    return start_from_pack(unit=organisation.north, pack="PH", actor=manager)


@pytest.fixture
def nodes(process):
    return node_names(process).names


def begun(process, kind: str, actor, *, nodes=()):
    return create_worksheet(process, kind, title="一月", actor=actor, nodes=nodes)


def filled(kind, node: str, text: str = "内容") -> dict[str, object]:
    """A cell for every column, each within its limits."""
    cells = {}
    for i, column in enumerate(kind.columns):
        low = 1 if column.low is None else column.low
        cells[column.code] = {"text": f"{text}{i}", "choice": column.choices and column.choices[-1],
                              "integer": int(low) + 2, "number": low + i + 0.5}[column.kind]  # fmt: skip
    return cells | {NODE: node}


def upload(content: bytes, name: str = "sheet.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def packed(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def said(lines) -> list[str]:
    return [fault_text(f.code, f.parameters) for line in lines for f in line.faults]


@pytest.mark.django_db
@pytest.mark.parametrize("code", KINDS)
def test_every_kind_goes_out_and_in_again(process, manager, nodes, code) -> None:
    kind = KINDS[code]
    with translation.override("zh-hans"):
        template = book_of(template_workbook(kind, actor=manager, language="zh"))
    template.active.append([None, None, *(filled(kind, nodes[0])[c.code] for c in kind.columns)])
    sheet = begun(process, code, manager)
    first = preview_upload(sheet, upload(packed(template)), actor=manager)
    assert (first.counts["create"], said(first.lines), first.unknown) == (1, [], ())
    assert not sheet.rows.exists(), "a preview writes nothing"
    write_preview(sheet, first.carried, leave_out=False, actor=manager)
    row = sheet.rows.get()
    assert row.values == filled(kind, nodes[0]) | {
        c.code: float(filled(kind, nodes[0])[c.code]) for c in kind.columns if c.kind == "number"
    }
    for tongue in ("zh", "en"):
        out = worksheet_workbook(sheet, actor=manager, language=tongue)
        again = preview_upload(sheet, upload(out), actor=manager)
        assert again.counts == {"create": 0, "update": 0, "skip": 1, "error": 0}
    assert row.code == "WS-0001.1"
    assert verify().broken_at is None


@pytest.mark.parametrize("tongue", ["zh", "en"])
@pytest.mark.parametrize("code", KINDS)
def test_every_kind_has_its_words_and_its_parts_are_columns(code, tongue) -> None:
    kind, words = KINDS[code], messages(tongue)
    assert {f"worksheets.kinds.{code}", f"worksheets.about.{code}"} <= set(words)
    headings = [column.en if tongue == "en" else column.zh for column in columns_of(kind, tongue)]
    assert len(set(headings)) == len(headings), "a heading names one column"
    for column in kind.columns:
        assert {f"worksheets.choices.{column.code}.{choice}" for choice in column.choices} <= set(words)
        assert (column.kind == "choice") == bool(column.choices)
        assert column.kind != "integer" or None not in (column.low, column.high)
    parts = (NODE, *kind.title, *kind.cause, *kind.consequence, *(c for pair in kind.ordered for c in pair))
    known = {column.code: column for column in kind.columns}
    assert set(parts) <= set(known)
    assert kind.title
    assert all(known[part].required for part in kind.title)
    assert not kind.laid_out or known[kind.laid_out].kind == "choice"


@pytest.mark.django_db
def test_rows_are_laid_out_for_each_node_and_guide_word(process, manager, nodes) -> None:
    sheet = begun(process, "hazop", manager, nodes=nodes[:2])
    laid = [(row.number, row.values[NODE], row.values["guide_word"]) for row in sheet.rows.all()]
    pairs = [(node, word) for node in nodes[:2] for word in GUIDE_WORDS]
    assert laid == [(i, *pair) for i, pair in enumerate(pairs, start=1)]
    out = worksheet_workbook(sheet, actor=manager, language="zh")
    assert preview_upload(sheet, upload(out), actor=manager).counts["skip"] == len(laid)
    with pytest.raises(RowRefused, match="required"):
        candidate_of_row(sheet.rows.first(), actor=manager)
    with pytest.raises(UsageError, match="node"):
        begun(process, "hazop", manager, nodes=["没有的节点"])


@pytest.mark.django_db
def test_the_second_of_two_editors_is_told_and_nothing_is_lost(organisation, process, manager, nodes) -> None:
    row = add_row(begun(process, "fmea", manager), {NODE: nodes[0], "mode": "错派"}, actor=manager)
    other = organisation.people["expert"]
    first = change_row(row, {"effect": "到场晚"}, seen=1, actor=other)
    assert (first.version, first.updated_by) == (2, other)
    with pytest.raises(UsageError, match="conflict"):
        change_row(row, {"effect": "投诉"}, seen=1, actor=manager)
    with pytest.raises(UsageError, match="conflict"):
        remove_row(row, seen=1, actor=manager)
    row.refresh_from_db()
    assert (row.values["effect"], row.removed) == ("到场晚", False)
    assert change_row(row, {"effect": " 到场晚 "}, seen=2, actor=manager).version == 2, (
        "no change, no version"
    )
    actions = AuditEvent.objects.filter(action__startswith="risks.worksheet.row").order_by("seq")
    assert [(e.action, e.actor) for e in actions] == [
        ("risks.worksheet.row_add", manager), ("risks.worksheet.row_change", other)
    ]  # fmt: skip
    assert actions[1].payload["changes"] == {"effect": [None, "到场晚"]}


@pytest.mark.django_db
def test_what_is_wrong_is_named_cell_by_cell_in_the_language_of_the_reader(process, manager, nodes) -> None:
    sheet = begun(process, "fmea", manager)
    cells = {NODE: "火星", "severity": "11", "detection": "高", "effect": "长" * 401}
    for tongue, words in (
        ("zh-hans", ("节点“火星”", "第 1 行“严重度”：“11”", "“高”", "有 401 字", "“失效模式”：为空")),
        ("en", ("no node “火星”", "“Severity”: “11”", "“高”", "401", "“Failure mode”")),
    ):
        with translation.override(tongue), pytest.raises(RowRefused) as refused:
            add_row(sheet, cells, actor=manager)
        with translation.override(tongue):
            told = error_text(refused.value)
        assert [word for word in words if word not in told] == []
        assert len(refused.value.several) == 5
    assert not WorksheetRow.objects.exists()


@pytest.mark.django_db
def test_a_recovery_objective_is_not_above_what_can_be_tolerated(process, manager, nodes) -> None:
    sheet, cells = begun(process, "bia", manager), {NODE: nodes[0], "service": "叫号", "rto_h": "4"}
    row = add_row(sheet, cells | {"mtpd_h": "4"}, actor=manager)
    assert row.values["mtpd_h"] == 4.0
    with pytest.raises(RowRefused, match="above_other"):
        change_row(row, {"mtpd_h": "3.5"}, seen=1, actor=manager)
    with pytest.raises(RowRefused, match="number_within"):
        change_row(row, {"mtpd_h": "nan"}, seen=1, actor=manager)


@pytest.mark.django_db
def test_bad_rows_of_a_workbook_are_named_and_the_others_can_go_on(process, manager, nodes) -> None:
    sheet = begun(process, "fmea", manager)
    add_row(sheet, {NODE: nodes[0], "mode": "错派"}, actor=manager)
    book = book_of(worksheet_workbook(sheet, actor=manager, language="zh"))
    page = book.active
    heads = [cell.value for cell in page[1]]

    def append(**cells: object) -> None:
        page.append([cells.get(head) for head in heads])

    append(节点=nodes[0], 失效模式="晚到", 严重度=4)
    append(节点="火星", 失效模式="x")
    append(行编号="WS-0001.1", 节点=nodes[0], 失效模式="重复")
    append(行编号="WS-0009.1", 节点=nodes[0], 失效模式="别处")
    append(节点=nodes[0], 失效模式="=1+1")
    preview = preview_upload(sheet, upload(packed(book)), actor=manager)
    assert preview.counts == {"create": 1, "update": 0, "skip": 1, "error": 4}
    told = said(preview.lines)
    for words in (
        "第 4 行“节点”",
        "第 5 行“行编号”：编号“WS-0001.1”在第 2 行",
        "没有“WS-0009.1”",
        "第 7 行“失效模式”",
    ):
        assert any(words in fault for fault in told), (words, told)
    with pytest.raises(UsageError, match="errors_left"):
        write_preview(sheet, preview.carried, leave_out=False, actor=manager)
    write_preview(sheet, preview.carried, leave_out=True, actor=manager)
    assert [row.values["mode"] for row in sheet.rows.all()] == ["错派", "晚到"]
    other = begun(process, "fmea", manager)
    for carried in (preview.carried + "x", preview.carried):
        with pytest.raises(UsageError, match="preview"):
            write_preview(other, carried, leave_out=True, actor=manager)


@pytest.mark.django_db
def test_a_row_changed_since_the_export_is_not_overwritten(process, manager, nodes) -> None:
    sheet = begun(process, "fmea", manager)
    row = add_row(sheet, {NODE: nodes[0], "mode": "错派"}, actor=manager)
    book = book_of(worksheet_workbook(sheet, actor=manager, language="en"))
    heads = [cell.value for cell in book.active[1]]
    book.active.cell(2, heads.index("Effect") + 1).value = "complaint"
    preview = preview_upload(sheet, upload(packed(book)), actor=manager)
    assert preview.counts["update"] == 1
    change_row(row, {"effect": "到场晚"}, seen=1, actor=manager)
    with pytest.raises(UsageError, match="errors_left"):
        write_preview(sheet, preview.carried, leave_out=False, actor=manager)
    assert "第 1 版" in said(preview_upload(sheet, upload(packed(book)), actor=manager).lines)[0]
    book.active.cell(2, 2).value = None  # the version: without it nobody can tell what was seen
    assert preview_upload(sheet, upload(packed(book)), actor=manager).counts["error"] == 1


@pytest.mark.django_db
def test_new_rows_handed_in_twice_are_there_once(process, manager, nodes) -> None:
    sheet = begun(process, "fmea", manager)
    book = book_of(template_workbook(sheet.facts, actor=manager, language="zh"))
    heads = [cell.value for cell in book.active[1]]
    for mode, severity in (("错派", 4), ("晚到", None)):
        cells = {"节点": nodes[0], "失效模式": mode, "严重度": severity}
        book.active.append([cells.get(head) for head in heads])
    preview = preview_upload(sheet, upload(packed(book)), actor=manager)
    for outcome in ("create", "skip"):  # the second time as by a second click
        assert write_preview(sheet, preview.carried, leave_out=False, actor=manager)[outcome] == 2
    assert preview_upload(sheet, upload(packed(book)), actor=manager).counts["skip"] == 2
    assert [row.values["mode"] for row in sheet.rows.all()] == ["错派", "晚到"]
    book.active.cell(2, heads.index("严重度") + 1).value = 5
    assert preview_upload(sheet, upload(packed(book)), actor=manager).counts["create"] == 1


@pytest.mark.django_db
def test_a_preview_carries_of_rows_without_a_change_only_which_they_are(process, manager, nodes) -> None:
    sheet = begun(process, "fmea", manager)
    for n in range(60):
        add_row(sheet, {NODE: nodes[0], "mode": f"错派{n}", "effect": f"{n}" * 150}, actor=manager)
    book = book_of(worksheet_workbook(sheet, actor=manager, language="zh"))
    whole = len(preview_upload(sheet, upload(packed(book)), actor=manager).carried)
    assert whole < 2_500
    book.active.append([cell.value for cell in book.active[2]])
    book.active.cell(62, 4).value = "改"
    preview = preview_upload(sheet, upload(packed(book)), actor=manager)
    assert preview.counts == {"create": 0, "update": 0, "skip": 60, "error": 1}, "one row stands there twice"
    done = write_preview(sheet, preview.carried, leave_out=True, actor=manager)
    assert (done, sheet.rows.filter(version=1).count()) == (preview.counts, 60)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_workbook_too_long_to_confirm_is_refused_in_words(
    organisation, row, nodes, manager, settings, language
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_500
    book = book_of(template_workbook(row.worksheet.facts, actor=manager, language="zh"))
    rng = random.Random(1)
    for _ in range(3):
        long = "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(190))
        book.active.append([None, None, nodes[0], long])
    client, address = (
        organisation.client("risk_manager", language=language),
        "/risks/worksheets/WS-0001/import/",
    )
    told = client.post(address, {"file": upload(packed(book))})
    words = "several files" if language == "en" else "分成几个文件"
    assert (told.status_code, words in told.content.decode()) == (422, True)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000
    seen = client.post(address, {"file": upload(packed(book))})
    sent = {"carried": seen.context["preview"].carried}
    assert client.post(address, sent).status_code == 302
    assert row.worksheet.rows.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("deed", "told"),
    [(lambda row, actor: remove_row(row, seen=1, actor=actor), "web.conflict"), (candidate_of_row, "")],
    ids=["remove", "candidate"],
)
def test_a_deed_waits_for_an_import_and_neither_holds_up_the_other(
    process, manager, nodes, deed, told
) -> None:
    sheet = begun(process, "fmea", manager)
    row = add_row(sheet, {NODE: nodes[0], "mode": "错派"}, actor=manager)
    ended: list[str] = []

    def act() -> None:
        try:
            deed(row, actor=manager)
            ended.append("")
        except UsageError as fault:
            ended.append(fault.code)
        finally:
            connection.close()

    other = threading.Thread(target=act)
    with transaction.atomic():
        Worksheet.objects.select_for_update().get(pk=sheet.pk)
        other.start()
        other.join(timeout=1.0)
        assert not ended
        change_row(row, {"mode": "晚到"}, seen=1, actor=manager)
    other.join(timeout=20)
    assert ended == [told]
    assert WorksheetRow.objects.get().values["mode"] == "晚到"


@pytest.mark.django_db
def test_cells_merged_away_are_faults_and_empty_nothing(process, manager, nodes) -> None:
    sheet = begun(process, "fmea", manager)
    for mode in ("错派", "晚到"):
        add_row(sheet, {NODE: nodes[0], "mode": mode, "effect": mode}, actor=manager)
    book = book_of(worksheet_workbook(sheet, actor=manager, language="zh"))
    column = next(i for i, cell in enumerate(book.active[2], start=1) if cell.value == "错派") + 1
    book.active.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    preview = preview_upload(sheet, upload(packed(book)), actor=manager)
    assert preview.counts == {"create": 0, "update": 0, "skip": 1, "error": 1}
    assert "合并" in said(preview.lines)[0]


@pytest.mark.django_db
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_what_looks_like_a_formula_stays_text(process, manager, nodes, start) -> None:
    sheet, evil = begun(process, "fmea", manager), f'{start}HYPERLINK("http://x","y")'
    add_row(sheet, {NODE: nodes[0], "mode": evil}, actor=manager)
    out = worksheet_workbook(sheet, actor=manager, language="zh")
    [cell] = [c for row in book_of(out).active.iter_rows() for c in row if c.value == evil]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert preview_upload(sheet, upload(out), actor=manager).counts["skip"] == 1


@pytest.mark.django_db
def test_a_row_becomes_a_candidate_once_and_both_know(process, manager, nodes) -> None:
    cells = {NODE: nodes[0], "mode": "错派", "cause": "地址不清", "effect": "到场晚", **SCORES}
    row = add_row(begun(process, "fmea", manager), cells, actor=manager)
    made = candidate_of_row(row, actor=manager, category="people")
    row.refresh_from_db()
    assert (row.candidate, made.worksheet_row) == (made, row)
    assert Link.objects.filter(kind="row_of", source_id=str(row.pk), target_id=str(made.pk)).count() == 1
    assert made.statement == {
        "zh": "错派。原因：地址不清。后果：到场晚。", "en": "错派. Cause: 地址不清. Effect: 到场晚."
    }  # fmt: skip
    assert (made.category, made.source, made.nodes) == ("people", "workshop", [nodes[0]])
    for deed in (candidate_of_row, risk_of_row):
        with pytest.raises(UsageError, match="already"):
            deed(row, actor=manager)
    with pytest.raises(UsageError, match="stays"):
        remove_row(row, seen=row.version, actor=manager)
    assert Candidate.objects.count() == 1
    risk = accept(made, actor=manager)
    assert (risk.cause, risk.consequence, risk.nodes) == ("地址不清", "到场晚", [nodes[0]])


@pytest.mark.django_db
def test_a_row_goes_straight_into_the_register_for_who_decides(organisation, process, manager, nodes) -> None:
    row = add_row(
        begun(process, "checklist", manager), {NODE: nodes[0], "requirement": "班前会"}, actor=manager
    )
    with pytest.raises(PermissionDenied):
        risk_of_row(row, actor=organisation.people["expert"])
    assert not Candidate.objects.exists()
    risk = risk_of_row(row, actor=manager)
    assert (Risk.objects.get(), risk.source, risk.category) == (risk, "checklist", "compliance")
    assert WorksheetRow.objects.get().candidate.state == "accepted"


@pytest.mark.django_db
def test_a_removed_row_keeps_its_number(process, manager, nodes) -> None:
    sheet = begun(process, "fmea", manager)
    row = add_row(sheet, {NODE: nodes[0], "mode": "错派"}, actor=manager)
    remove_row(row, seen=1, actor=manager)
    assert add_row(sheet, {NODE: nodes[0], "mode": "晚到"}, actor=manager).code == "WS-0001.2"
    with pytest.raises(UsageError, match="conflict"):
        change_row(row, {"mode": "x"}, seen=2, actor=manager)


@pytest.fixture
def row(process, manager, nodes):
    cells = {NODE: nodes[0], "mode": "错派", **SCORES}
    return add_row(begun(process, "fmea", manager), cells, actor=manager)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_a_conflict_on_the_page_shows_both_and_saving_again_keeps_what_was_chosen(
    organisation, row, language, headers
) -> None:
    first, second = organisation.client("expert"), organisation.client("node_owner", language=language)
    address = f"/risks/worksheets/WS-0001/rows/{row.number}/"
    sent = {
        "seen": "1",
        "cell.mode": "错派",
        "cell.severity": "8",
        "cell.occurrence": "3",
        "cell.detection": "5",
    }
    assert first.post(address, sent | {"cell.effect": "到场晚"}).status_code == 302
    mine = sent | {"cell.effect": "投诉 <b>"}
    told = second.post(address, mine, headers=headers)
    page = told.content.decode()
    assert told.status_code == 409
    assert "投诉 &lt;b&gt;" in page
    assert "到场晚" in page
    assert 'name="seen" value="2"' in page
    row.refresh_from_db()
    assert row.values["effect"] == "到场晚"
    again = second.post(address, mine | {"seen": "2"}, headers=headers)
    assert again.status_code == (200 if headers else 302)
    row.refresh_from_db()
    assert (row.values["effect"], row.version) == ("投诉 <b>", 3)


@pytest.mark.django_db
def test_what_was_typed_into_a_row_that_is_gone_stands_in_a_new_one(organisation, row, manager) -> None:
    remove_row(row, seen=1, actor=manager)
    told = organisation.client("expert").post(
        "/risks/worksheets/WS-0001/rows/1/", {"seen": "1", "cell.effect": "到场晚"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert (told.status_code, told["HX-Retarget"]) == (409, "#row-new")
    assert "到场晚" in told.content.decode()


@pytest.mark.django_db
def test_rows_show_the_number_and_their_place_moves_when_another_is_added(organisation, row) -> None:
    client = organisation.client("expert")
    page = client.get("/risks/worksheets/WS-0001/").content.decode()
    assert '<span id="n-1-rpn">120</span>' in page
    assert '<span id="n-1-rank">1</span>' in page
    cells = {f"cell.{name}": "9" for name in SCORES} | {"cell.node": row.values[NODE], "cell.mode": "漏派"}
    added = client.post("/risks/worksheets/WS-0001/rows/new/", cells, headers={"HX-Request": "true"})
    part = added.content.decode()
    assert '<tbody id="row-2"' in part
    assert '<tbody id="row-new"' in part
    assert '<span id="n-1-rank" hx-swap-oob="true">2</span>' in part
    bad = client.post("/risks/worksheets/WS-0001/rows/new/", cells | {"cell.severity": "11"})
    assert bad.status_code == 422
    assert "第 3 行“严重度”" in bad.content.decode()
    assert 'value="漏派"' in bad.content.decode()


@pytest.mark.django_db
def test_a_workbook_is_previewed_on_the_page_and_written_when_confirmed(organisation, row, manager) -> None:
    client = organisation.client("risk_manager")
    book = book_of(client.get("/risks/worksheets/WS-0001/sheet.xlsx").content)
    heads = [cell.value for cell in book.active[1]]
    book.active.cell(2, heads.index("后果") + 1).value = "投诉"
    page = client.post("/risks/worksheets/WS-0001/import/", {"file": upload(packed(book))})
    assert "投诉" in page.content.decode()
    row.refresh_from_db()
    assert "effect" not in row.values
    carried = page.context["preview"].carried
    assert client.post("/risks/worksheets/WS-0001/import/", {"carried": carried}).status_code == 302
    row.refresh_from_db()
    assert row.values["effect"] == "投诉"


@pytest.mark.django_db
def test_a_program_fills_in_a_sheet_from_the_version_it_saw(organisation, process, manager, nodes) -> None:
    program, json = organisation.program("risk_manager"), {"content_type": "application/json"}
    kinds = {kind["code"]: kind for kind in program.get("/api/v1/worksheet-kinds").json()}
    assert list(kinds) == list(KINDS)
    given = {"kind": "hazop", "title": "x", "nodes": [nodes[0]]}
    made = program.post(f"/api/v1/processes/{process.code}/worksheets", given, **json)
    assert len(made.json()["items"]) == len(GUIDE_WORDS)
    address = made["Location"] + "/rows/1"
    seen = program.get(address)["ETag"]
    values = {"values": {"deviation": "到场晚于 30 分钟", "guide_word": "Late"}}
    assert program.patch(address, values, **json).status_code == 428
    changed = program.patch(address, values, headers={"If-Match": seen}, **json)
    assert changed.json()["values"]["guide_word"] == "late"
    assert program.patch(address, values, headers={"If-Match": seen}, **json).status_code == 412
    for cells in ({"weather": "x"}, {"deviation": ""}):
        bad = program.patch(address, {"values": cells}, headers={"If-Match": "*"}, **json)
        assert bad.status_code == 422
    became = program.post(f"{address}/risk", {}, **json).json()
    assert program.get(address).json()["risk"] == became["risk"]
    assert program.post(f"{address}/candidate", {}, **json).status_code == 409
    outsider = organisation.program(organisation.outsider)
    assert outsider.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("deed", [candidate_of_row, risk_of_row])
def test_a_row_that_somebody_removed_meanwhile_becomes_nothing(process, manager, nodes, deed) -> None:
    row = add_row(begun(process, "fmea", manager), {NODE: nodes[0], "mode": "错派"}, actor=manager)
    remove_row(row, seen=1, actor=manager)
    with pytest.raises(UsageError, match="conflict"):
        deed(row, actor=manager)
    assert not Candidate.objects.exists()


def test_a_decimal_comma_is_refused_instead_of_read_as_ten_times_more() -> None:
    assert decimal("3,5") is None
    assert decimal("1,250.5") == 1250.5


@pytest.mark.django_db
def test_a_long_sheet_comes_in_pages_and_each_row_is_found_on_its_own(organisation, row) -> None:
    sheet = row.worksheet
    WorksheetRow.objects.bulk_create(
        WorksheetRow(worksheet=sheet, number=n, values=row.values, updated_by=row.updated_by)
        for n in range(2, 2_001)
    )
    client, address = organisation.client("expert"), "/risks/worksheets/WS-0001/"
    page = client.get(address)
    assert [each.number for each in page.context["rows"]] == list(range(1, 101))
    assert len(page.content) < 700_000
    assert text("worksheets.filled", filled=2_000, n=2_000) in page.content.decode()
    assert client.get(f"{address}?page=20").context["rows"][-1].number == 2_000
    assert client.get(f"{address}rows/150/?edit=1").url == f"{address}?edit=150&page=2#row-150"
    assert client.get(f"{address}?edit=150").url == f"{address}?edit=150&page=2#row-150"
    opened = client.get(f"{address}?edit=150&page=2").context["rows"]
    assert [bool(each.fields) for each in opened if each.number in (149, 150)] == [False, True]
    seen = {"seen": "1", "cell.severity": "1"}
    assert client.post(f"{address}rows/150/", seen).url == f"{address}?page=2#row-150"
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}?page=2"}
    part = client.post(f"{address}rows/151/", seen, headers=here).content.decode()
    assert part.count('hx-swap-oob="true"') == 99 * len(page.context["rows"][0].numbers)
    assert 'id="n-101-rank" hx-swap-oob' in part
