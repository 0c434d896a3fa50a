"""risks.xlsx: every field arrives, nothing is a formula, the same result gives the same bytes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from anlan.formats.report.markup import clean
from anlan.formats.report.words import Words, loss_unit
from anlan.formats.workbook_codes import coded_fields
from anlan.formats.workbook_report import write_workbook
from anlan.formats.workbook_tables import heading, tables_of
from formats.report.sample_result import HOSTILE, empty_result, hostile_result, one_case_result, sample_result

SHEETS_EN = (
    "About,Summary,Risks,Risk evidence,Key nodes,"
    "Activities,Transitions,Variants,Treatments,Frontier,To examine,Ideas,Indicators,Readings,"
    "Plans,Stability,Checklist,Data quality,Provenance"
)


def _written(result: dict[str, Any], folder: Path, language: str) -> openpyxl.Workbook:
    write_workbook(result, folder / "risks.xlsx", language=language)
    return openpyxl.load_workbook(folder / "risks.xlsx")


def _fields(value: Any, language: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of a record, found without the code under test."""
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        yield path, value[language]
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, language, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        yield path, "\n".join(v[language] if isinstance(v, dict) else v for v in value)
    else:
        yield path, value


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_field_of_every_risk_reaches_the_file(tmp_path: Path, language: str) -> None:
    result, words = sample_result(), Words(language)
    coded = coded_fields(result, words)["risks"]
    book = _written(result, tmp_path, language)
    sheets = [book[words(f"sheet_names.{name}")] for name in ("risks", "evidence")]
    columns: dict[str, int] = {}
    rows: dict[str, list[Any]] = {risk["id"]: [] for risk in result["risks"]}
    for sheet in sheets:
        columns |= {cell.value: len(next(iter(rows.values()))) + i for i, cell in enumerate(sheet[1])}
        for row in sheet.iter_rows(min_row=2):
            rows[row[0].value] += row
    for risk in result["risks"]:
        for path, value in _fields(risk, language):
            if isinstance(value, bool):
                value = words("yes" if value else "no")
            name = heading(path, words, coded)
            if name not in columns:
                assert value in (None, ""), path
                continue
            found = rows[risk["id"]][columns[name]].value
            if isinstance(value, float):
                assert found == pytest.approx(value, rel=1e-15, abs=0.0), path  # a file holds 16 digits
            else:
                assert (found or None) == (value or None), path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headings_of_a_sheet_are_all_different(language: str) -> None:
    for name, table in tables_of(sample_result(), Words(language)):
        headings = [column.heading for column in table.columns]
        assert len(set(headings)) == len(headings), name


def test_all_sheets_are_there_with_a_frozen_heading(tmp_path: Path) -> None:
    book = _written(sample_result(), tmp_path, "en")
    assert ",".join(book.sheetnames) == SHEETS_EN
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert int("".join(c for c in sheet.freeze_panes if c.isdigit())) == 2


@pytest.mark.parametrize("make", [sample_result, empty_result, one_case_result, hostile_result])
def test_the_same_result_gives_the_same_bytes(tmp_path: Path, make: Any) -> None:
    for name in ("a", "b"):
        write_workbook(make(), tmp_path / f"{name}.xlsx", language="zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_name_that_looks_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    book = _written(hostile_result(), tmp_path, "en")
    seen = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None or (sheet.title == "About" and cell.hyperlink.location)
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix
                    seen += 1
    assert seen > 5


def test_hostile_names_are_whole_apart_from_forbidden_characters(tmp_path: Path) -> None:
    book = _written(hostile_result(), tmp_path, "en")
    names = {row[0].value for row in book["Activities"].iter_rows(min_row=2)}
    assert {clean(name) for name in HOSTILE} <= names


def test_text_too_long_for_a_cell_is_cut_with_an_ellipsis(tmp_path: Path) -> None:
    result = sample_result()
    result["process"]["activities"][0]["name"] = "长" * 40_000
    value = _written(result, tmp_path, "en")["Activities"]["A2"].value
    assert len(value) == 32_767
    assert value.endswith("…")


def test_missing_is_an_empty_cell_and_zero_is_zero(tmp_path: Path) -> None:
    book = _written(sample_result(), tmp_path, "en")
    place = next(i for i, row in enumerate(book["Risk evidence"].values) if "data_gap" in row)
    shown: dict[str, Any] = {}
    for sheet in (book["Risks"], book["Risk evidence"]):
        shown |= dict(zip(*(list(sheet.values)[i] for i in (0, place)), strict=True))
    assert shown["Yearly loss · Mean"] == 0
    assert shown["Yearly loss · Interval · Low"] is None
    assert shown["Yearly loss · Interval · Estimate"] is None


def test_numbers_are_numbers_with_a_format(tmp_path: Path) -> None:
    book = _written(sample_result(), tmp_path, "en")
    sheet = book["Risk evidence"]
    cell = sheet.cell(2, [c.value for c in sheet[1]].index("Evidence · Rate · Estimate") + 1)
    assert cell.data_type == "n"
    assert cell.number_format.endswith("%")


def test_chinese_sheets_have_chinese_names(tmp_path: Path) -> None:
    assert _written(sample_result(), tmp_path, "zh").sheetnames[:3] == ["说明", "摘要", "风险"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_sheet_says_what_this_is_and_leads_to_every_other(tmp_path: Path, language: str) -> None:
    result, words = sample_result(), Words(language)
    book = _written(result, tmp_path, language)
    first = book.worksheets[0]
    shown = {row[0].value: row[1].value for row in first.iter_rows() if row[0].value}
    assert first["A1"].value == words("title", process=result["process"]["name"])
    unit = loss_unit(result["portfolio"]["unit"], largest=result["portfolio"]["mean"], words=words)
    assert shown[words("strip.mean")] == unit.with_unit(result["portfolio"]["mean"], words)
    assert shown[words("provenance.input")] == result["provenance"]["input_sha256"]
    assert set(book.sheetnames[1:]) <= set(shown)
    led_to = {
        cell.hyperlink.location.split("!")[0].strip("'") for row in first for cell in row if cell.hyperlink
    }
    assert led_to == set(book.sheetnames[1:])


@pytest.mark.parametrize(
    ("sheet", "word", "code", "said", "stored"),
    [
        ("Risk evidence", "Index · Level", "Index · Level (code)", "High", "high"),
        (
            "Risk evidence",
            "Evidence · Effect · Kind",
            "Evidence · Effect · Kind (code)",
            "rate ratio",
            "rate_ratio",
        ),
        ("Stability", "Verdict", "Verdict (code)", "stable", "stable"),
        ("Indicators", "Chart", "Chart (code)", "p′ chart", "p_prime"),
        ("Treatments", "Cost unit", "Cost unit (code)", "person-days", "person_day"),
    ],
)
def test_a_code_stands_in_a_column_of_its_own_beside_its_word(
    tmp_path: Path, sheet: str, word: str, code: str, said: str, stored: str
) -> None:
    shown = _written(sample_result(), tmp_path, "en")[sheet]
    headings = [cell.value for cell in shown[1]]
    pairs = {
        (row[headings.index(word)], row[headings.index(code)])
        for row in shown.iter_rows(min_row=2, values_only=True)
    }
    assert (said, stored) in pairs, pairs


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_of_risks_is_short_and_leaves_methods_to_the_next_one(
    tmp_path: Path, language: str
) -> None:
    words = Words(language)
    book = _written(sample_result(), tmp_path, language)
    first, rest = (
        [cell.value for cell in book[words(f"sheet_names.{name}")][1]] for name in ("risks", "evidence")
    )
    assert len(first) <= 20
    assert set(first) & set(rest) == {heading("id", words), heading("title", words)}
    assert heading("code", words) in rest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_level_of_risk_and_a_level_of_confidence_have_different_headings(language: str) -> None:
    words = Words(language)
    risk, confidence = heading("index.level.word", words), heading("frequency_per_year.level", words)
    assert risk.split(" · ")[-1] != confidence.split(" · ")[-1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_heading_is_a_bare_code(language: str) -> None:
    for name, table in tables_of(sample_result(), Words(language)):
        for column in table.columns:
            last = column.heading.split(" · ")[-1]
            assert "_" not in last, (name, last)
            assert last not in ("aicc", "ks", "shape", "scale"), (name, last)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_error_of_the_simulation_stands_under_the_simulated_mean_and_says_so(language: str) -> None:
    result, words = sample_result(), Words(language)
    portfolio = result["portfolio"]
    portfolio["simulated_mean"] = portfolio["mean"] * 1.001
    rows = [row[:2] for row in dict(tables_of(result, words))["summary"].rows]
    place = rows.index((words("workbook_fields.loss_of", statistic=words("fields.mean")), portfolio["mean"]))
    check = words("workbook_fields.simulated_mean")
    assert rows[place + 1] == (check, portfolio["simulated_mean"])
    assert rows[place + 2][1] == portfolio["simulation_errors"]["mean"]
    assert rows[place + 2][0].startswith(check.split("（")[0].split(" (")[0])
