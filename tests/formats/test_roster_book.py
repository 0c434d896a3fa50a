"""The workbook of a roster: what is written is read again; every cell at fault is told."""

import datetime
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.roster_book import read_roster_book, roster_template
from anlan.formats.roster_files import person_calendar, roster_workbook
from anlan.formats.spec_file import read_spec_file
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES

START = datetime.date(2026, 11, 30)
SPEC = read_spec_file(EXAMPLES / "shift_roster.yaml")


def _written(folder: Path, language: Any = "zh") -> Path:
    path = folder / "roster.xlsx"
    path.write_bytes(roster_template(language, start=START, inputs=SPEC["inputs"]))
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_written_is_read_again(tmp_path, language) -> None:
    read = read_roster_book(_written(tmp_path, language), start=START, days=7)
    for name in ("people", "shifts", "need"):
        assert read[name] == [{k: v for k, v in row.items() if v != ""} for row in SPEC["inputs"][name]]
    assert read["wishes"][2] == {"person": "赵", "day": 1, "wish": "free", "firm": True}
    assert read["wishes"][0] == {"person": "李", "day": 6, "wish": "free"}
    assert read["wishes"][1]["wish"] == "work"


def test_every_cell_at_fault_is_told_with_its_sheet_row_and_heading(tmp_path) -> None:
    path = _written(tmp_path)
    book = openpyxl.load_workbook(path)
    book["人员"]["A3"] = None
    book["人员"]["D4"] = "许多"
    book["请求与请假"]["B2"] = datetime.date(2027, 1, 1)
    book["请求与请假"]["C3"] = "也许"
    book.save(path)
    with pytest.raises(RefusedInput) as refused:
        read_roster_book(path, start=START, days=7)
    found = [(e.code, e.parameters["sheet"], e.parameters["row"]) for e in refused.value.several]
    assert found == [
        ("roster_book.empty", "人员", 3), ("roster_book.number", "人员", 4),
        ("roster_book.date", "请求与请假", 2), ("roster_book.wish", "请求与请假", 3),
    ]  # fmt: skip


def test_people_may_come_as_text(tmp_path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('姓名,技能,最多工时\n陈,"业务、收费",38\n\n李,业务,40\n', encoding="utf-8")
    assert read_roster_book(path, start=START, days=7) == {
        "people": [{"name": "陈", "skills": "业务、收费", "most_hours": 38.0},
                   {"name": "李", "skills": "业务", "most_hours": 40.0}],
    }  # fmt: skip


def test_a_workbook_of_something_else_is_refused_with_the_sheets_wanted(tmp_path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(path)
    with pytest.raises(RefusedInput, match=r"roster_book\.nothing"):
        read_roster_book(path, start=START, days=7)


def test_the_printed_sheet_holds_every_shift_and_the_calendar_those_of_one(tmp_path) -> None:
    result = assess_by_spec(SPEC)
    grid = next(chart["data"] for chart in result["charts"] if chart["kind"] == "roster_grid")
    sheet = openpyxl.load_workbook(io.BytesIO(roster_workbook(result, "zh"))).active
    for place, row in enumerate(grid["rows"], start=5):
        shown = [sheet.cell(place, day).value or "" for day in range(2, 9)]
        assert [bool(text) and text != "休假" for text in shown] == [
            cell is not None for cell in row["cells"]
        ]
        assert sheet.cell(place, 9).value == row["hours"]
    stamp = datetime.datetime(2026, 11, 20, 8)
    text = person_calendar(result, "陈", stamp=stamp)
    worked = [day for day, cell in enumerate(grid["rows"][0]["cells"]) if cell is not None]
    days = [f"{START + datetime.timedelta(days=day):%Y%m%d}" for day in worked]
    assert [line[8:16] for line in text.split("\r\n") if line.startswith("DTSTART:")] == days
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    with pytest.raises(UsageError, match=r"roster\.nobody"):
        person_calendar(result, "x", stamp=stamp)
