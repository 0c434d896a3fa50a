"""rejected.csv is handed out in one language, with the code and the row as written."""

import csv
from pathlib import Path

import pytest

from anlan.cli.main import main
from anlan.formats.messages import messages
from anlan.formats.reading.rejects import REASONS
from process_log import hall_log

REPEATED = "c1,登记,2026-03-02 08:07:00,2026-03-02 08:16:00,p1"


@pytest.fixture
def handed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Assess the hall log with a repeated and an unreadable row; the table in a language."""
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    log = hall_log(tmp_path / "hall.csv", bad=(REPEATED, "c1,处理,,not a time,p1"))

    def rows(language: str) -> list[list[str]]:
        assert main(["assess", str(log), "--out", str(tmp_path / language), "--lang", language]) == 0
        with (tmp_path / language / "rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))

    return rows


def test_headings_and_reasons_are_in_the_language_of_the_run(handed_out) -> None:
    heading, repeated, unreadable = handed_out("zh")
    assert heading[:4] == ["行号", "原因", "原因（代码）", "所见"]
    assert repeated[1:4] == ["完全重复", "duplicate", "与第 7 行相同"]
    assert unreadable[1:4] == ["时间缺失、读不懂或超出 1900–2199", "time", "not a time"]
    heading, repeated, _ = handed_out("en")
    assert heading[:4] == ["row", "reason", "reason (code)", "found"]
    assert repeated[2:4] == ["duplicate", "equals row 7"]


def test_a_repeated_row_is_shown_as_it_was_written(handed_out) -> None:
    _, repeated, unreadable = handed_out("en")
    assert repeated[4] == REPEATED
    assert unreadable[4] == "c1,处理,,not a time,p1"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words(language: str, reason: str) -> None:
    assert f"report.rejected.{reason}" in messages(language)
