"""Redesigns tried, as JSON: valid against the schema, from a file, from a log, under a budget."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import anlan
from anlan.cli.main import main
from anlan.domain.errors import RefusedInput
from anlan.formats.messages import in_both_languages
from anlan.loop.improve.designs.applying import design
from anlan.studies.twin.designs import (
    Tried,
    designs_of_file,
    document,
    tried,
    with_design,
)
from anlan.studies.twin.models import TwinModel, shortened
from anlan.studies.twin.proposals import proposals_of
from anlan.studies.twin.simulate import SimulationAsked, simulate_model

SCHEMAS = Path(anlan.__file__).parent / "schemas"
ONE: dict[str, Any] = {
    "steps": [
        {"name": "a", "time": {"kind": "gamma", "shape": 2, "scale": 5}, "pool": "p"},
        {"name": "b", "time": {"kind": "weibull", "shape": 1, "scale": 10}, "pool": "p"},
    ],
    "pools": [{"name": "p", "people": 2, "cost_per_hour": 30}],
    "arrivals": [4] * 8 + [7] * 8 + [4] * 8,
    "weeks": 3,
    "warm_up_weeks": 0.5,
    "risks": [{"name": "slip", "step": "b", "chance": 0.05, "effect": "repeat"}],
}
MODEL = TwinModel(ONE, "one")
DESIGNS = (
    design("more", {"operator": "staff", "pool": "p", "people": 1}),
    design("fewer slips", {"operator": "treat", "risks": "slip", "factor": 0.2, "once": 100}),
)


def _valid(found: dict[str, Any], schema: str = "improve-1") -> dict[str, Any]:
    jsonschema.validate(found, json.loads((SCHEMAS / f"{schema}.schema.json").read_text("utf-8")))
    json.dumps(found, allow_nan=False)
    return found


def test_a_trial_with_a_budget_says_all_of_it() -> None:
    found = _valid(tried(MODEL, DESIGNS, Tried(most=10, budget=500)))
    assert [each["rank"] for each in found["designs"]] == [1, 2]
    assert found["search"]["chosen"] == 0
    assert found["search"]["finalists"][0]["members"] == ["fewer slips"]
    assert found["designs"][0]["cost"]["yearly"] == pytest.approx(30 * 168 * 365.25 / 7)


def test_proposals_come_with_reason_place_and_file(tmp_path: Path) -> None:
    proposals = proposals_of(MODEL)
    assert {"staff", "merge", "standardise", "treat"} <= {each.operator for each in proposals}
    for each in proposals:
        assert in_both_languages(each.reason.code, **each.reason.parameters)
    found = _valid(tried(MODEL, proposals[:3], Tried(most=4)))
    assert all(each["proposal"]["effort"] in (1, 2, 3) for each in found["designs"])
    path = tmp_path / "designs.json"
    path.write_text(json.dumps(document(proposals)), "utf-8")
    assert [each.name for each in designs_of_file(path)] == [each.design.name for each in proposals]


def test_a_redesigned_model_runs_with_the_luck_of_the_one_as_it_is() -> None:
    nothing = with_design(MODEL, design("x", {"operator": "train", "pool": "p", "factor": 1}))
    asked = SimulationAsked(replications=2)
    one, other = simulate_model(MODEL, asked), _valid(simulate_model(nothing, asked), "simulate-1")
    assert other.pop("design")["says"][0]["en"] == "p: 1 times as fast."
    assert one.pop("design") is None
    assert one == other


def test_a_design_may_add_a_risk_where_the_shares_of_risks_are_asked_for() -> None:
    """Four orders are every set of two risks, and too few of four; a comparison asks for no shares."""
    risks = [*ONE["risks"], {**ONE["risks"][0], "name": "trip"}]
    model = TwinModel({**ONE, "risks": risks, "orders": 4})
    failing = design(
        "f", *({"operator": "automate", "steps": step, "factor": 0.5, "chance": 0.01} for step in "ab")
    )
    _valid(tried(model, [failing], Tried(most=2)))
    _valid(simulate_model(with_design(model, failing), SimulationAsked(replications=2)), "simulate-1")


def test_a_long_model_is_shortened_to_the_cases_it_takes() -> None:
    assert shortened(MODEL) is MODEL
    long = TwinModel({**ONE, "weeks": 500})
    assert shortened(long).given["weeks"] == pytest.approx(0.5 + 3000 / (5 * 168), abs=0.01)


def test_a_file_of_another_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "designs.json"
    path.write_text('{"schema": "anlan.spec/1", "designs": []}', "utf-8")
    with pytest.raises(RefusedInput, match=r"designs\.schema"):
        designs_of_file(path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A twin and designs of it."""
    twin, designs = tmp_path / "twin.json", tmp_path / "designs.json"
    twin.write_text(
        json.dumps({"schema": "anlan.spec/1", "method": "process_simulation", "inputs": ONE}), "utf-8"
    )
    designs.write_text(json.dumps(document(DESIGNS)), "utf-8")
    return str(twin), str(designs)


def test_the_command_prints_a_table_or_json(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    twin, designs = files
    asked = ["improve", "--twin", twin, "--designs", designs, "--most", "10", "--budget", "1000"]
    for language in ("zh", "en"):
        assert main([*asked, "--lang", language]) == 0
        assert "fewer slips" in capsys.readouterr().out
    assert main([*asked, "--json"]) == 0
    _valid(json.loads(capsys.readouterr().out))


def test_simulate_takes_one_design(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    twin, designs = files
    asked = ["simulate", "--model", twin, "--design", designs, "--replications", "2", "--lang", "en"]
    assert main(asked) != 0
    assert "fewer slips" in capsys.readouterr().err
    Path(designs).write_text(json.dumps(document(DESIGNS[1:])), "utf-8")
    assert main(asked) == 0
    assert "slip: 0.2 times as often." in capsys.readouterr().out


def test_improve_needs_something_to_improve(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["improve", "--lang", "en"]) != 0
    assert "--twin" in capsys.readouterr().err
    assert main(["improve", "--twin", "x.yaml", "--budget", "60d", "--lang", "en"]) != 0
    assert "person-days" in capsys.readouterr().err
