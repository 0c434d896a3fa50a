"""What the terminal says: in the units and on the clock of the report, nothing left as a code."""

import html
import json
import re
from pathlib import Path

import openpyxl
import pytest

from anlan.cli.main import main
from process_log import hall_log


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))


@pytest.fixture
def log(tmp_path: Path) -> str:
    return str(hall_log(tmp_path / "hall.csv"))


def _said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("language", "unit"), [("zh", "案例小时"), ("en", "case\u00a0h")])
def test_terminal_and_report_write_the_yearly_loss_alike(
    tmp_path: Path, log: str, capsys: pytest.CaptureFixture[str], language: str, unit: str
) -> None:
    said = _said(capsys, "assess", log, "--out", str(tmp_path / "out"), "--lang", language)
    loss = re.search(rf"[\d,.]+\u00a0{unit}", said)
    assert loss, said
    page = html.unescape((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert loss[0] in page
    assert loss[0] in _said(capsys, "quantify", log, "--lang", language)


def test_no_zone_is_shown_for_a_log_that_names_none(
    tmp_path: Path, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    said = _said(capsys, "assess", log, "--out", str(out)) + _said(capsys, "log", "describe", log)
    said += _said(capsys, "evaluate", log) + _said(capsys, "log", "list")
    assert "2026-03-01 08:" in said
    sheets = openpyxl.load_workbook(out / "risks.xlsx")
    cells = " ".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)
    for text in (said, (out / "report.html").read_text(encoding="utf-8"), cells):
        assert "UTC" not in text.replace("1970 UTC", "")
        assert "+00:00" not in text
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert result["log"]["first"].endswith("+00:00")
    assert result["log"]["zone_source"] == "as_written"


def test_a_given_zone_is_shown_with_its_offset(
    tmp_path: Path, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _said(capsys, "assess", log, "--out", str(tmp_path / "out"), "--tz", "Asia/Shanghai")
    assert "UTC+08:00" in said


def test_the_chosen_measures_stand_first_and_ticked(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = json.loads(_said(capsys, "treat", log, "--packs", "GS", "--budget", "60d", "--json"))
    codes = {measure["code"] for measure in chosen["treatments"]["chosen"]}
    lines = _said(capsys, "treat", log, "--packs", "GS", "--budget", "60d", "--lang", "en").splitlines()
    ticked = [line.split()[1] for line in lines[2:] if line.startswith("✓")]
    assert codes
    assert set(ticked) == codes
    assert all(line.startswith("✓") for line in lines[2 : 2 + len(codes)])
    assert f"{len(codes)} measures are chosen" in lines[-1]
    assert "--budget" in _said(capsys, "treat", log, "--packs", "GS", "--lang", "en").splitlines()[-1]


def test_rows_set_aside_are_counted_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = hall_log(tmp_path / "bad.csv", bad=("c1,处理,,not a time,p1",))
    assert "时间缺失" in _said(capsys, "assess", str(log), "--out", str(tmp_path / "out"))
