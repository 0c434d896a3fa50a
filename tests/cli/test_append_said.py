"""Appending says how many rows came in and how many were known."""

import json
from pathlib import Path

import pytest

from anlan.cli.main import main

HEADING = "case,activity,time,resource\n"
ROWS = "".join(
    f"c{n},{step},2026-03-{1 + n:02}T0{k}:00,p\n" for n in range(20) for k, step in enumerate("ab")
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_known_already_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    first, more = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(HEADING + ROWS, encoding="utf-8")
    more.write_text(HEADING + ROWS + "c99,a,2026-03-28T09:00,p\n", encoding="utf-8")
    assert main(["log", "import", str(first), "--json"]) == 0
    address = json.loads(capsys.readouterr().out)["id"]
    assert main(["log", "append", address, str(first), "--lang", language]) == 0
    same = capsys.readouterr().out
    assert ("没有新的行" if language == "zh" else "no row is new") in same
    assert "40" in same.splitlines()[-1]
    assert main(["log", "append", address, str(more), "--lang", language]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "41" in last
    assert "40" in last
    assert main(["log", "append", address, str(more), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["appended"] == {"rows": 41, "known": 40}


def test_rows_set_aside_are_not_taken_for_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    first, more = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(HEADING + ROWS, encoding="utf-8")
    more.write_text(HEADING + ROWS + "c1,a,never,p\nc2,,2026-03-28T09:00,p\n", encoding="utf-8")
    assert main(["log", "import", str(first), "--json"]) == 0
    address = json.loads(capsys.readouterr().out)["id"]
    assert main(["log", "append", address, str(more), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["appended"] == {"rows": 40, "known": 40}
