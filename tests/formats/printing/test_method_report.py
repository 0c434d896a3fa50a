"""The report of a method: everything its result holds reaches the page, the PDF and the workbook."""

import html
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from anlan.cli.main import main
from anlan.formats.printing import Mark, Picture, to_html, to_pdf, to_png, to_workbook, visible_texts
from anlan.formats.printing.method_report import method_report
from anlan.formats.printing.png import SCALE, size_of
from anlan.formats.report.words import Words
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import METHODS
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES

_SOME = (
    "risk_matrix", "annual_loss", "fault_tree", "ahp", "fuzzy_evaluation", "cooke", "rate_blend", "tornado",
    "calibration", "relative_index",
)  # fmt: skip
"""A method of each family, for the forms that take long."""


@cache
def result_of(code: str) -> dict[str, Any]:
    return assess_by_spec(read_spec_file(EXAMPLES / f"{code}.yaml"))


def plain(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def said_by(result: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What a reader must find, gathered from the result and not from the report."""
    for quantity in result["quantities"]:
        yield from (words.of(quantity["title"]), words.number(quantity["value"]))
        yield words.of(quantity["unit_title"])
        if quantity["interval"]:
            yield from (words.number(quantity["interval"][end]) for end in ("low", "high"))
            yield words.plain(f"method_intervals.{quantity['interval']['kind']}")
    for table in result["tables"]:
        yield words.of(table["title"])
        yield from (words.of(column["title"]) for column in table["columns"])
        for value in (value for row in table["rows"] for value in row):
            if isinstance(value, Mapping):
                yield words.of(value)
            elif isinstance(value, str):
                yield value
            elif isinstance(value, int | float) and not isinstance(value, bool):
                yield words.number(value)
    for note in (*result["assumptions"], *result["warnings"]):
        yield words.of(note["text"])
    yield from (words.plain(f"methods.{result['method']}.{part}") for part in ("formula", "limits", "source"))
    yield from (each for each in leaves(result["inputs"]) if isinstance(each, str) and " " in each)
    yield from (words.number(e) for e in leaves(result["inputs"]) if isinstance(e, float))
    yield from (result["provenance"]["inputs_sha256"], result["provenance"]["code_version"])
    yield result["level"] or ""


def leaves(value: Any) -> Iterator[Any]:
    """Single answers; the numbers of a distribution are shown as they were written, so they are left out."""
    if isinstance(value, Mapping):
        if "kind" not in value:
            for each in value.values():
                yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", METHODS)
def test_all_that_the_result_holds_is_in_the_report(code: str, language) -> None:
    result = result_of(code)
    report = method_report(result, language=language, footer="f")
    held = plain("\n".join(visible_texts(report)))
    wanted = [plain(text) for text in said_by(result, Words(language))]
    assert len(wanted) > 15
    assert not [text for text in wanted if text not in held]
    pictures = [block for page in report.pages for block in page.blocks if isinstance(block, Picture)]
    assert len(pictures) == len(result["charts"])
    assert all(0 < picture.across <= 1 and picture.text for picture in pictures)


@pytest.mark.parametrize("code", METHODS)
def test_the_conclusion_comes_first(code: str) -> None:
    result = result_of(code)
    report = method_report(result, language="en", footer="f")
    headline = report.pages[0].blocks[0]
    assert headline.value.value == result["quantities"][0]["value"]
    if result["level"]:
        shown = headline.level.shown if isinstance(headline.level, Mark) else headline.level
        assert result["level"] in shown


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", _SOME)
def test_every_text_reaches_each_form(code: str, language, tmp_path: Path) -> None:
    report = method_report(result_of(code), language=language, footer="Anlan · f")
    texts = [plain(text) for text in visible_texts(report)]
    page = plain(html.unescape(re.sub(r"<[^>]*>", "", to_html(report))))
    assert not [text for text in texts if text not in page]
    content = io.BytesIO(to_workbook(report))
    book = openpyxl.load_workbook(content)
    cells = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    held = plain("\n".join(map(str, cells)))
    numbers = {plain(each.shown) for each in amounts(report)}
    assert not [text for text in texts if text not in held and text not in numbers]
    kept = {f"{c:.12g}" for c in cells if isinstance(c, int | float)}
    assert {f"{each.value:.12g}" for each in amounts(report)} <= kept
    drawn = [name for name in zipfile.ZipFile(content).namelist() if name.startswith("xl/media/")]
    assert len(drawn) == len(result_of(code)["charts"])
    if shutil.which("pdftotext"):
        path = tmp_path / "report.pdf"
        path.write_bytes(to_pdf(report))
        run = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True)
        pdf = plain(run.stdout)
        parts = [part for text in texts for part in re.split("[;；]", text)]
        assert not [part for part in parts if not whole_or_overleaf(part, pdf)]


def whole_or_overleaf(text: str, pdf: str) -> bool:
    """Whether the text is there, or begins at the foot of a page and ends on the next."""
    return text in pdf or any(text[:at] in pdf and text[at:] in pdf for at in range(4, len(text) - 4))


def amounts(report) -> Iterator[Any]:
    from anlan.formats.printing import Amount, Headline, Table

    for block in (block for page in report.pages for block in page.blocks):
        if isinstance(block, Headline):
            yield block.value
        elif isinstance(block, Table):
            yield from (value for row in block.rows for value in row if isinstance(value, Amount))


def test_no_rule_of_the_page_reaches_into_a_drawing() -> None:
    """No rule of the style sheet is of a bare class that a drawing has, as the box of a tree."""
    report = method_report(result_of("fault_tree"), language="en", footer="f")
    page = to_html(report)
    rules = page[page.index("<style>") : page.index("</style>")]
    drawn = {
        name
        for block in report.pages[0].blocks
        if isinstance(block, Picture)
        for classes in re.findall(r'class="([^"]+)"', block.svg)
        for name in classes.split()
    }
    assert "box" in drawn
    assert not [name for name in drawn if re.search(rf"(?:^|[\s,}}]){re.escape('.' + name)}[{{\s,.:]", rules)]


def test_a_level_is_readable_in_black_and_white() -> None:
    """Sign and word, and the sign follows the rank among the levels of the matrix."""
    headline = method_report(result_of("risk_matrix"), language="en", footer="f").pages[0].blocks[0]
    levels = result_of("risk_matrix")["inputs"]["levels"]
    assert headline.level.word == result_of("risk_matrix")["level"]
    assert headline.level.sign == ("○●■▲◆"[-len(levels) :])[levels.index(headline.level.word)]


def test_a_drawing_becomes_points_at_twice_its_size_and_always_the_same() -> None:
    [picture] = [
        block
        for block in method_report(result_of("rate_blend"), language="zh", footer="f").pages[0].blocks
        if isinstance(block, Picture)
    ]
    first = to_png(picture.svg)
    assert first == to_png(picture.svg)
    width, height = (int.from_bytes(first[at : at + 4]) for at in (16, 20))
    wanted = size_of(picture.svg)
    assert (width, height) == pytest.approx([SCALE * each for each in wanted], abs=2)


def test_equal_results_give_equal_files() -> None:
    report = method_report(result_of("lopa"), language="zh", footer="f")
    for write in (to_pdf, to_workbook, to_html):
        assert write(report) == write(report)


def test_the_command_writes_result_and_report(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    words = ["quantify", "--spec", str(EXAMPLES / "lopa.yaml"), "--lang", "en"]
    assert main([*words, "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {
        "result.json", "report.html", "report.pdf", "report.xlsx"
    }  # fmt: skip
    assert json.loads((out / "result.json").read_text()) == result_of("lopa")
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF")
    assert str(out / "report.pdf") in capsys.readouterr().out
    assert main([*words, "--out", str(out)]) == 0, "a folder of ours is replaced"
    (out / "mine.txt").write_text("x")
    assert main([*words, "--out", str(out)]) == 2
    assert main(["quantify", "--list", "--out", str(tmp_path / "other")]) == 2
    assert not (tmp_path / "other").exists()
