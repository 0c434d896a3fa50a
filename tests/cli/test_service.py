"""`anlan blueprint` and `anlan journey`: a model or a log in, a drawing or a table out, faults told."""

import csv
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from anlan.cli.main import main
from anlan.domain.design import Design, Link, Step
from anlan.formats.bpmn import bpmn_bytes


@pytest.fixture
def model(tmp_path: Path) -> Path:
    steps = (
        Step("收单", "收单", lane="front", channel="电话", evidence="工单号", sla_s=3600),
        Step("处理", "处理", lane="back"),
        Step("回访", "回访", lane="customer"),
        Step("归档", "归档"),
    )
    links = (Link("收单", "处理"), Link("处理", "回访"), Link("回访", "归档"))
    path = tmp_path / "修理.bpmn"
    path.write_bytes(bpmn_bytes(Design(steps, links), name="修理"))
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = ["case,activity,time"]
    for case in range(20):
        for hour, step in enumerate(("收单", "处理", "回访")):
            rows.append(f"c{case},{step},2026-03-{1 + case:02} 0{hour}:00:00")
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_model_that_was_written_comes_back_with_its_lanes(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "blueprint.svg"
    assert main(["blueprint", "--model", str(model), "--out", str(out), "--lang", "zh", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["by"], said["untold"]) == ("drawing", ["归档"])
    assert [row["泳道"] for row in said["rows"]] == ["前台", "后台", "客户行动", "未说明"]
    words = {text.text for text in ET.fromstring(out.read_text("utf-8")).iter() if text.tag.endswith("text")}
    assert {"收单", "工单号", "可视线", "未说明"} <= words


def test_a_journey_takes_its_times_from_the_log(
    model: Path, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "journey.csv"
    assert main(["journey", str(log), "--model", str(model), "--out", str(out), "--lang", "en"]) == 0
    assert "written to" in capsys.readouterr().out
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [row["Step"] for row in rows] == ["收单", "回访"]
    assert float(rows[1]["Median (s)"]) == pytest.approx(3600, rel=0.05)
    assert float(rows[0]["Behind, mean (s)"]) == pytest.approx(3600, rel=0.05)


def test_a_log_alone_gives_steps_of_which_nobody_told_the_lane(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["blueprint", str(log), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "steps without a lane, not in a journey: 3" in said
    assert said.index("收单") < said.index("回访")


@pytest.mark.parametrize(("name", "code"), [("a.gif", ".svg, .png, .csv"), ("there.svg", "was not replaced")])
def test_a_place_that_cannot_be_written_is_told_before_any_work(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, code: str
) -> None:
    (tmp_path / "there.svg").write_text("<svg/>", encoding="utf-8")
    assert main(["blueprint", "--model", str(model), "--out", str(tmp_path / name), "--lang", "en"]) == 2
    assert code in capsys.readouterr().err
    assert (tmp_path / "there.svg").read_text("utf-8") == "<svg/>"


def test_nothing_to_draw_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journey", "--lang", "en"]) == 2
    assert "--model FILE" in capsys.readouterr().err
