"""`anlan conform` and `anlan discover` from the command line: files in, figures out, faults told."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import anlan
from anlan.cli.main import main

SCHEMAS = Path(anlan.__file__).parent / "schemas"
STEPS = {
    "u": ["收单", "派单", "处理", "关闭"],
    "s": ["收单", "处理", "关闭"],
    "x": ["收单", "派单", "催办", "处理", "关闭"],
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Thirty cases as usual, six without dispatch, four with a reminder between."""
    rows = ["case,activity,time"]
    for kind, times in (("u", 30), ("s", 6), ("x", 4)):
        for n in range(times):
            for place, step in enumerate(STEPS[kind]):
                rows.append(f"{kind}{n},{step},2026-03-{1 + n % 28:02} 0{place}:00:00")
    path = tmp_path / "工单.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def answered(arguments: list[str], capsys: pytest.CaptureFixture[str], schema: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, json.loads((SCHEMAS / schema).read_text("utf-8")))
    return result


def test_a_found_model_is_written_and_the_log_held_against_it(
    tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "usual.bpmn"
    found = answered(
        ["discover", str(log), "--noise", "0.0", "--out", str(model)], capsys, "discover-1.schema.json"
    )
    assert found["tree"] == "→( '收单', ×( '派单', τ ), ×( '催办', τ ), '处理', '关闭' )"
    assert found["fitness"]["log"] == 1.0
    assert found["bpmn"] == str(model)
    held = answered(["conform", str(log), "--model", str(model)], capsys, "conform-1.schema.json")
    assert held["fitness"]["log"] == 1.0
    assert held["fitness"]["fitting_cases"]["estimate"] == 1.0
    assert held["deviations"] == []


def test_what_is_left_out_and_what_is_unknown_is_counted(
    tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only_usual = tmp_path / "usual.csv"
    lines = log.read_text(encoding="utf-8").splitlines()
    only_usual.write_text(
        "\n".join([lines[0], *(li for li in lines if li.startswith("u"))]), encoding="utf-8"
    )
    model = tmp_path / "m.bpmn"
    assert main(["discover", str(only_usual), "--out", str(model)]) == 0
    capsys.readouterr()
    held = answered(["conform", str(log), "--model", str(model)], capsys, "conform-1.schema.json")
    seen = {(d["kind"], d["activity"], d["cases"]) for d in held["deviations"]}
    assert seen == {("skipped", "派单", 6), ("unknown", "催办", 4)}
    assert held["fitness"]["log"] == pytest.approx(1 - 10 / (30 * 8 + 6 * 7 + 4 * 9))
    assert [(a["activity"], a["cases"]) for a in held["activities"]] == [("派单", 6), ("催办", 4)]
    assert [v["cases"] for v in held["variant_list"]] == [30, 6, 4]
    assert [m["move"] for m in held["variant_list"][1]["moves"]] == ["both", "model", "both", "both"]
    assert main(["conform", str(log), "--model", str(model)]) == 0
    said = capsys.readouterr().out
    assert "漏做" in said
    assert "“催办”" in said


def test_only_cases_that_ended_as_asked_are_held_against_the_model(
    tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log.open("a", encoding="utf-8") as stream:
        stream.write("o1,收单,2026-03-01 00:00:00\n")
    model = tmp_path / "m.bpmn"
    assert main(["discover", str(log), "--out", str(model), "--closing", "关闭"]) == 0
    capsys.readouterr()
    asked = ["conform", str(log), "--model", str(model), "--closing", "关闭"]
    assert answered(asked, capsys, "conform-1.schema.json")["cases_left_out"] == 1


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["conform", "{log}", "--model", "none.bpmn"], "none.bpmn"),
        (["conform", "{log}", "--model", "{log}"], "XML"),
        (["conform", "{log}", "--model", "{log}", "--variants", "-1"], "--variants"),
        (["discover", "{log}", "--noise", "1.5"], "1.5"),
        (["discover", "{log}", "--out", "{log}"], "not replaced"),
        (["discover", "{log}", "--closing", "Nothing"], "Nothing"),
    ],
)
def test_faults_say_what_was_found(
    log: Path, capsys: pytest.CaptureFixture[str], words: list[str], part: str
) -> None:
    assert main([word.replace("{log}", str(log)) for word in words] + ["--lang", "en"]) in (2, 3)
    assert part in capsys.readouterr().err
