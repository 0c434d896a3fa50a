"""`anlan simulate` from the shell: the same run from every way of giving the model."""

import json
import os
from pathlib import Path

import pytest
from tests.studies.twin.claims import as_bytes, bpmn, scenario

from anlan.cli.main import main
from anlan.studies.methods.explaining import example_of


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "process.yaml"
    file.write_text(example_of("process_simulation"), encoding="utf-8")
    return file


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:  # type: ignore[type-arg]
    assert main(["simulate", *arguments, "--json"]) == 0
    found: dict = json.loads(capsys.readouterr().out)  # type: ignore[type-arg]
    return found


def test_a_spec_runs_and_says_so_in_both_languages(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--model", str(spec), "--replications", "3", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "平均办结（分钟）" in said
    assert "抢修班" in said
    assert main(["simulate", "--model", str(spec), "--replications", "3", "--lang", "en"]) == 0
    assert "Mean time of a case (min)" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_numbers_and_a_scenario_others(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--model", str(spec), "--replications", "3", "--seed", "5")
    first, again = _json(capsys, *asked), _json(capsys, *asked)
    assert first == again
    assert (first["seed"], first["replications"]) == (5, 3)
    more = tmp_path / "more.yaml"
    more.write_text("pools: [{name: 抢修班, people: 6}]\n", encoding="utf-8")
    changed = _json(capsys, *asked, "--scenario", str(more))
    assert changed["waiting_s"]["mean"] < first["waiting_s"]["mean"]
    assert changed["pools"][2]["planned_h"] == 1.5 * first["pools"][2]["planned_h"]


def test_a_diagram_is_written_as_a_spec_that_runs_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn, file, saved = tmp_path / "claims.bpmn", tmp_path / "claims.json", tmp_path / "saved.yaml"
    drawn.write_bytes(bpmn())
    file.write_bytes(as_bytes(scenario()))
    found = _json(capsys, "--bpmn", str(drawn), "--scenario", str(file), "--cases", "300",
                  "--replications", "3", "--save-model", str(saved))  # fmt: skip
    again = _json(capsys, "--model", str(saved), "--replications", "3")
    assert found["cycle_s"] == again["cycle_s"]
    assert {node["id"] for node in found["nodes"]} == {f"t{n}" for n in range(1, 7)}
    assert found["cases"] / 3 == pytest.approx(300, abs=60)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["--model", "a.yaml", "--bpmn", "b.bpmn"], 2),
        (["--model", "missing.yaml"], 3),
        (["--model", "{spec}", "--cases", "0"], 2),
        (["--model", "{spec}", "--precision", "2"], 2),
        (["--model", "{spec}", "--precision", "nan"], 2),
        (["--model", "{spec}", "--replications", "1"], 3),
        (["--model", "{spec}", "--save-model", "x.txt"], 2),
        (["--bpmn", "{spec}"], 3),
    ],
)
def test_what_cannot_run_is_refused_with_its_code(
    spec: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *(each.format(spec=spec) for each in arguments)]) == code
    assert capsys.readouterr().err.startswith("anlan: ")


@pytest.mark.parametrize("answers", ["[{name: [1], people: 6}]", "[{name: {a: 1}}]", "[{people: 6}]", "[5]"])
def test_a_row_of_a_scenario_without_a_name_is_refused(
    spec: Path, tmp_path: Path, answers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = tmp_path / "more.yaml"
    more.write_text(f"pools: {answers}\n", encoding="utf-8")
    assert main(["simulate", "--model", str(spec), "--scenario", str(more)]) == 3
    assert "pools[1]" in capsys.readouterr().err


def test_a_twin_is_written_over_no_pipe_and_along_no_link_to_itself(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, circle = tmp_path / "pipe.yaml", tmp_path / "circle.yaml"
    os.mkfifo(pipe)
    circle.symlink_to(circle)
    for place in (pipe, circle):
        assert main(["simulate", "--model", str(spec), "--save-model", str(place)]) == 2
        assert place.name in capsys.readouterr().err
    assert pipe.is_fifo()
    assert circle.is_symlink()


def test_a_team_so_slow_that_its_times_are_beyond_all_numbers_is_refused(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more, design = tmp_path / "more.yaml", tmp_path / "design.yaml"
    more.write_text("pools: [{name: 坐席, speed: 1e-300}]\n", encoding="utf-8")
    change = "{operator: train, pool: 坐席, factor: 1e-300}"
    design.write_text(f"schema: anlan.design/1\ndesigns: [{{name: d, changes: [{change}]}}]\n", "utf-8")
    for asked in ("--scenario", str(more)), ("--design", str(design)):
        assert main(["simulate", "--model", str(spec), *asked, "--replications", "2"]) == 3
        assert "speed" in capsys.readouterr().err


def test_a_line_that_grows_as_long_as_the_run_is_said_to_be_no_steady_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.yaml"
    for rate, found in ((14, [["P"]]), (6, [])):  # 12 an hour can be served
        file.write_text(
            "method: process_simulation\ninputs:\n  steps: [{name: A, time: 5, pool: P}]\n"
            f"  pools: [{{name: P, people: 1}}]\n  arrivals: [{rate}]\n  weeks: 4\n  warm_up_weeks: 1\n"
            "  replications: 2\n",
            encoding="utf-8",
        )
        notes = _json(capsys, "--model", str(file))["notes"]
        assert [note["found"] for note in notes if note["code"] == "always_busy"] == found
