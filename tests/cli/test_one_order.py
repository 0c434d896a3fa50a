"""Every command tells risks in the order of the report: the highest level first, then the largest loss."""

import gzip
import itertools
import json
import re
from pathlib import Path

import pytest

from anlan.cli.main import main
from cli.test_assess import PACKAGE, assess, small_log

SAMPLE = PACKAGE / "samples" / "incidents.csv.gz"
COLUMNS = "case=incident,activity=incident_state,end=updated_at,resource=assigned_to"
LEVELS = ("low", "slight", "moderate", "high", "crisis")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))


def test_risks_findings_and_stability_come_in_one_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "incidents.csv"
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as rows:
        log.write_text("".join(itertools.islice(rows, 20_000)), encoding="utf-8")
    options = ("--map", COLUMNS, "--sla", "column:made_sla")
    result = assess(log, tmp_path / "out", *options)
    risks = result["risks"]
    weights = [(-LEVELS.index(r["index"]["level"]), -r["annual_loss"]["mean"]) for r in risks]
    assert len({weight[0] for weight in weights}) > 2
    assert weights == sorted(weights)
    told = {}
    for stage in ("identify", "quantify", "evaluate"):
        capsys.readouterr()
        assert main([stage, str(log), *options, "--json"]) == 0
        told[stage] = json.loads(capsys.readouterr().out)["items"]
    assert [risk["id"] for risk in told["quantify"]] == [risk["id"] for risk in risks]
    assert [found["title"] for found in told["identify"]] == [risk["title"] for risk in risks]
    assert [row["risk"] for row in told["evaluate"]] == [risk["id"] for risk in risks]


@pytest.mark.parametrize(("language", "unit"), [("zh", "工作小时"), ("en", "working h")])
def test_a_calendar_shows_in_every_duration_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, unit: str
) -> None:
    log, calendar = small_log(tmp_path / "hall.csv"), tmp_path / "office.toml"
    day = '["08:00-18:00"]'
    week = "\n".join(
        f"{name}day = {day}" for name in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
    )
    calendar.write_text(
        f'name = "office"\nzone = "UTC"\nvalid_from = 2026-01-01\nvalid_to = 2026-12-31\n[week]\n{week}\n',
        encoding="utf-8",
    )
    options = ("--sla", "5h", "--calendar", str(calendar), "--lang", language)
    result = assess(log, tmp_path / "out", *options)
    said = capsys.readouterr().out
    assert "office" in said
    statements = [risk["statement"][language] for risk in result["risks"]]
    assert any(unit in text for text in statements)
    for stage in ("monitor", "key-nodes"):
        assert main([stage, str(log), *options]) == 0
        table = capsys.readouterr().out
        assert not re.search(r"\d (d|days?|天)\b", table), (stage, table)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert unit in report
