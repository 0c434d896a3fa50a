"""No word of the other language and no bare code in what a run hands out."""

import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from anlan.cli.main import main
from process_log import hall_log

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
CODE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
NAMES = {"登记": "Register", "派单": "Assign", "处理": "Handle", "关闭": "Close"}


class _Visible(HTMLParser):
    """Text of a page by the section it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.section, self.hidden = "", False
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden = tag in ("style", "script")
        if tag == "section":
            self.section = str(dict(attrs).get("id"))
        self.texts += [
            (self.section, value or "") for name, value in attrs if name in ("title", "aria-label")
        ]

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append((self.section, data))


@pytest.fixture(scope="module", params=["zh", "en"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A run with breaches, measures and rejected rows, over names in the run's language."""
    language, folder = request.param, tmp_path_factory.mktemp(request.param)
    bad = ("c1,登记,2026-03-02 08:07:00,2026-03-02 08:16:00,p1", "c1,处理,,not a time,p1")
    log = hall_log(folder / "hall.csv", n_cases=400, bad=bad)
    if language == "en":
        text = log.read_text(encoding="utf-8")
        for zh, en in NAMES.items():
            text = text.replace(zh, en)
        log.write_text(text, encoding="utf-8")
    words = ["assess", str(log), "--sla", "5h", "--budget", "90d", "--packs", "GS,EM", "--lang", language]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANLAN_HOME", str(folder / "home"))
        assert main([*words, "--out", str(folder / "out")]) == 0
    return language, folder / "out"


def _page(folder: Path) -> list[tuple[str, str]]:
    reader = _Visible()
    reader.feed((folder / "report.html").read_text(encoding="utf-8"))
    return reader.texts


def _cells(folder: Path) -> list[tuple[str, str, str]]:
    """(sheet, heading, text) of every text in the workbook."""
    book = openpyxl.load_workbook(folder / "risks.xlsx")
    found = []
    for sheet in book:
        headings = [str(cell.value) for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2, values_only=True):
            found += [(sheet.title, h, v) for h, v in zip(headings, row, strict=True) if isinstance(v, str)]
        found += [(sheet.title, "", heading) for heading in headings]
    return found


def test_an_english_run_hands_out_no_chinese(run: tuple[str, Path]) -> None:
    language, folder = run
    if language == "zh":
        pytest.skip("about the English run")
    assert not [text for _, text in _page(folder) if CHINESE.search(text)]
    assert not [cell for cell in _cells(folder) if CHINESE.search(cell[2])]
    assert not CHINESE.search((folder / "rejected.csv").read_text(encoding="utf-8-sig"))


def test_a_page_shows_no_bare_code(run: tuple[str, Path]) -> None:
    """Methods and provenance name their codes and parameters on purpose."""
    _, folder = run
    kept = ("methods", "provenance")
    assert not [text for section, text in _page(folder) if section not in kept and CODE.search(text)]


def test_a_workbook_shows_codes_only_in_columns_for_codes(run: tuple[str, Path]) -> None:
    _, folder = run
    bare = [
        (sheet, heading, text)
        for sheet, heading, text in _cells(folder)
        if CODE.search(text)
        and not re.search("code|代码", heading, flags=re.I)
        and sheet not in ("Provenance", "来源")
    ]
    assert not bare


def test_every_heading_of_a_chinese_workbook_is_chinese(run: tuple[str, Path]) -> None:
    language, folder = run
    if language == "en":
        pytest.skip("about the Chinese run")
    headings = {text for _, heading, text in _cells(folder) if heading == ""}
    parts = {part for text in headings for part in text.split(" · ")}
    assert {part for part in parts if not CHINESE.search(part)} <= {"None", "P95", "p", "q"}
