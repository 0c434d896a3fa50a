"""A twin out to a workbook and back: the same to the last digit, and each fault told with its cell."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.formats.messages import LANGUAGES, messages
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.studies.twin.book import read_twin_book, write_twin_book
from anlan.studies.twin.files import check_twin_file, write_twin_file
from anlan.studies.twin.models import TwinModel, document_of, read_model

SAMPLE = Path(__file__).parents[3] / "src/anlan/samples/specs/process_simulation.yaml"
CALIBRATED: Mapping[str, Any] = {
    "steps": [
        {"name": "=受理+1", "time": {"kind": "quantiles", "values": [0, 1e-05, 0.1 + 0.2, 500.25, 1e5]},
         "pool": "A、B", "patience": 2.5},
        {"name": "gate", "kind": "choice"},
        {"name": " 2024 ", "time": 1 / 3, "pool": "B", "batch": 2, "batch_wait": 100},
        {"name": "done", "time": 7},
    ],
    "ways": [
        {"from": "=受理+1", "to": "gate"},
        {"from": "gate", "to": " 2024 ", "share": 0.1 + 0.2},
        {"from": "gate", "to": "done", "share": 1 - (0.1 + 0.2)},
        {"from": " 2024 ", "to": "done"},
        {"from": "done"},
    ],
    "pools": [{"name": "A", "people": 2, "suspends": True, "newest_first": False},
              {"name": "B", "people": 1}],
    "shifts": [{"pool": "A", "first_day": 1, "last_day": 5, "from_hour": 8.25, "to_hour": 24, "people": 3}],
    "arrivals": [hour / 7 for hour in range(168)],
    "classes": [{"name": "x", "share": 0.25}, {"name": "y", "share": 0.75, "level": 1}],
    "complaints": {"chance": 0.01, "cost": 1e9},
    "weeks": 0.1 + 0.2,
    "risks": [
        {"name": "surge", "effect": "surge", "per_week": 2, "times": 1.5, "delay": 60, "hours": [1 / 3] * 24},
        {"name": "late", "step": "done", "chance": 0.1, "load": "none", "delay": 5},
    ],
}  # fmt: skip


def _read(content: bytes) -> dict[str, Any]:
    return read_twin_book(SettingsBytes(Path("twin.xlsx"), content))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_comes_back_exactly(language: str) -> None:
    spec = document_of(read_model(SAMPLE))
    again = _read(write_twin_book(spec, language=language))
    assert again == spec
    assert again["inputs"] == read_spec_file(SAMPLE)["inputs"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_quantile_tables_and_every_digit_come_back_exactly(language: str) -> None:
    spec = document_of(TwinModel(CALIBRATED, "=1+1", 2**63 - 1))
    assert _read(write_twin_book(spec, language=language)) == spec


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_heading_or_choice_means_two_things(language: str) -> None:
    words = messages(language)
    for of in (each for each in FIELDS if each.kind == "table"):
        headings = [words.text(f"twin_book.{of.name}.{column.name}") for column in of.columns]
        assert len({heading.casefold() for heading in headings}) == len(headings)


def test_nothing_written_is_a_formula() -> None:
    content = write_twin_book(document_of(TwinModel(CALIBRATED, "=1+1")), language="en")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 11
    assert not any(b"<f>" in sheet for sheet in sheets)


def _changed(change: Callable[[dict[str, list[list[Any]]]], None], *, language: str = "zh") -> bytes:
    """The sample's workbook, its cells as lists changed by hand; a text `=...` becomes a formula."""
    content = write_twin_book(document_of(read_model(SAMPLE)), language=language)
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        cells = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    change(cells)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for name, rows in cells.items():
            page = made.add_worksheet(name)
            for i, row in enumerate(rows):
                page.write_row(i, 0, row)
    return out.getvalue()


def _put(sheet: str, row: int, column: int, value: Any) -> Callable[[dict[str, list[list[Any]]]], None]:
    def change(cells: dict[str, list[list[Any]]]) -> None:
        cells[sheet][row - 1][column - 1] = value

    return change


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "code", "where", "found"),
    [
        ("步骤", 3, 2, "pert 1 2", "method.estimate", "步骤!B3 作业时间（分钟）", None),
        ("步骤", 3, 2, "很久", "method.not_an_estimate", "步骤!B3 作业时间（分钟）", "很久"),
        ("步骤", 4, 1, "", "method.missing_input", "步骤!A4 步骤", None),
        ("步骤", 2, 3, "坐席二", "method.not_a_choice", "步骤!C2 班组", "坐席二"),
        ("路径", 2, 3, 1.5, "method.outside", "路径!C2 比例", "1.5"),
        ("班次", 2, 6, "=1+1", "twin_book.formula", "班次!F2 人数", None),
        ("到达", 4, 1, 9, "twin_book.hour", "到达!A4 小时", "9"),
        ("到达", 4, 2, "多", "method.not_a_number", "到达!B4 每小时件数", "多"),
        ("风险", 2, 5, "没关系", "method.not_a_choice", "风险!E2 后果", "没关系"),
        ("设置", 2, 3, "other/1", "twin_book.head", "设置!C2 值", "other/1"),
        ("设置", 6, 2, "weaks", "twin_book.setting", "设置!B6 代码", "weaks"),
        ("设置", 6, 3, -1, "method.outside", "设置!C6 值", "-1"),
        ("步骤", 1, 4, "承喏", "method.unknown_input", "步骤: 承喏", None),
    ],
)
def test_a_fault_names_sheet_cell_and_heading(
    sheet: str, row: int, column: int, value: Any, code: str, where: str, found: str | None
) -> None:
    with pytest.raises(RefusedInput) as refused:
        _read(_changed(_put(sheet, row, column, value)))
    told = [fault for fault in refused.value.several if fault.code == code]
    assert [fault.parameters["where"] for fault in told] == [where], refused.value.several
    assert found is None or str(told[0].parameters["found"]).strip("'") == found
    for language in LANGUAGES:
        assert where in messages(language).text(f"errors.{code}", **_said(told[0], language))


def _said(fault: AnlanError, language: str) -> dict[str, Any]:
    return {
        name: str(each) if isinstance(each, AnlanError) else each for name, each in fault.parameters.items()
    }


def test_sheets_of_other_names_and_codes_as_headings_are_fine() -> None:
    def change(cells: dict[str, list[list[Any]]]) -> None:
        cells["我的备注"] = [["随便写"]]
        cells["pools"] = [["name", "people", "Cost per hour"], *(row[:3] for row in cells.pop("班组")[1:])]

    assert _read(_changed(change)) == document_of(read_model(SAMPLE))


def test_a_sheet_without_its_headings_is_refused_with_those_it_has() -> None:
    def change(cells: dict[str, list[list[Any]]]) -> None:
        cells["路径"] = cells["路径"][1:]

    with pytest.raises(RefusedInput) as refused:
        _read(_changed(change))
    assert refused.value.code == "twin_book.no_headings"
    assert "从 / From" in refused.value.parameters["accepted"]


def test_what_a_cell_cannot_hold_is_refused_before_it_is_written() -> None:
    given = {**CALIBRATED, "classes": [{"name": "a\x07b", "share": 1}]}
    with pytest.raises(RefusedInput) as refused:
        write_twin_book(document_of(TwinModel(given)), language="zh")
    assert (refused.value.code, refused.value.parameters["where"]) == (
        "twin_book.not_held",
        "classes[1].name",
    )


def test_only_a_workbook_of_a_twin_is_replaced(tmp_path: Path) -> None:
    mine, other = tmp_path / "twin.xlsx", tmp_path / "other.xlsx"
    write_twin_file(mine, document_of(read_model(SAMPLE)), language="en")
    check_twin_file(mine)
    assert read_model(mine).given == read_model(SAMPLE).given
    with xlsxwriter.Workbook(other) as made:
        made.add_worksheet("Steps").write_row(0, 0, ["Step", "Time"])
    with pytest.raises(AnlanError, match="other_file"):
        check_twin_file(other)
