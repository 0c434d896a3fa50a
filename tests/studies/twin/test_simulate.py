"""A simulation as it is told: intervals that hold, precision reached, balance of cases, hours of the week."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import anlan
from anlan.domain.errors import RefusedInput, UsageError
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.maths.queueing.erlang import erlang_c
from anlan.studies.twin import simulate
from anlan.studies.twin.models import TwinModel, changed_by, document_of, ended_after, weeks_until
from anlan.studies.twin.simulate import SimulationAsked, simulate_model

SCHEMA = json.loads((Path(anlan.__file__).parent / "schemas" / "simulate-1.schema.json").read_text("utf-8"))
ONE: dict[str, Any] = {
    "steps": [{"name": "a", "time": {"kind": "weibull", "shape": 1, "scale": 30}, "pool": "p"}],
    "pools": [{"name": "p", "people": 3, "cost_per_hour": 40}],
    "arrivals": [4.5],
    "weeks": 6,
    "warm_up_weeks": 1,
    "replications": 8,
}


def _run(seed: int = 1, *, asked: SimulationAsked | None = None, **changed: Any) -> dict[str, Any]:
    found = simulate_model(TwinModel({**ONE, **changed}, seed=seed), asked or SimulationAsked())
    jsonschema.validate(found, SCHEMA)
    return found


def test_figures_are_those_of_the_queue_and_intervals_hold_them() -> None:
    exact = erlang_c(4.5 / 3600, 1 / 1800, 3)
    results = [_run(seed) for seed in range(20)]
    for measure, value in (("waiting_s", exact.wait), ("cycle_s", exact.stay)):
        held = sum(r[measure]["ci95"][0] <= value <= r[measure]["ci95"][1] for r in results)
        assert held >= 16  # of 20 intervals at 95 %: 15 or fewer would be seen once in 400
    found = results[0]
    assert found["pools"][0]["utilisation"] == pytest.approx(0.75, abs=0.02)
    assert found["cost"] == pytest.approx(20.0, rel=0.02)
    assert found["lines"][0]["waiting"] == pytest.approx(4.5 * found["waiting_s"]["mean"] / 3600, rel=0.03)
    assert found["nodes"][0]["count"] == found["cases"]
    assert found["fates"]["arrived"] == found["fates"]["finished"]
    assert found["sla_breach"] == {"rate": None, "ci95": None}


def test_hours_of_the_week_add_up_to_the_whole() -> None:
    shifts = [{"pool": "p", "first_day": 1, "last_day": 5, "from_hour": 8, "to_hour": 18, "people": 4}]
    arrivals = [5 if 8 <= hour % 24 < 17 and hour < 120 else 0 for hour in range(168)]
    found = _run(shifts=shifts, arrivals=arrivals)
    pool, line = found["pools"][0], found["lines"][0]
    by_hour = pool["utilisation_by_hour"]
    assert [hour for hour in range(168) if by_hour[hour] is not None] == [
        24 * day + hour for day in range(5) for hour in range(8, 18)
    ]
    planned_hours = np.array([0 if each is None else 4 for each in by_hour])
    busy = sum(p * (u or 0.0) for p, u in zip(planned_hours, by_hour, strict=True))
    assert busy <= pool["utilisation"] * planned_hours.sum() * (1 + 1e-9)  # work goes on after the end
    assert busy == pytest.approx(pool["utilisation"] * planned_hours.sum(), rel=0.1)
    assert np.mean(line["waiting_by_hour"]) == pytest.approx(line["waiting"], rel=1e-9)


def test_a_precision_is_reached_or_said_not_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = _run(asked=SimulationAsked(precision=0.02))
    low, high = reached["cycle_s"]["ci95"]
    assert (high - low) / 2 <= 0.02 / 1.02 * reached["cycle_s"]["mean"]
    assert reached["precision"]["held"]
    assert reached["replications"] > 10
    # the replications there were in the shorter run are those that the longer one began with
    few = _run(asked=SimulationAsked(precision=0.5))
    assert few["replications"] == 10
    monkeypatch.setattr(simulate, "MOST_REPLICATIONS", 12)
    missed = _run(asked=SimulationAsked(precision=1e-4))
    assert (missed["replications"], missed["precision"]["held"]) == (12, False)


def test_stopping_when_precise_keeps_most_of_what_the_interval_says() -> None:
    exact = erlang_c(4.5 / 3600, 1 / 1800, 3).stay
    asked, held = SimulationAsked(precision=0.05), 0
    for seed in range(30):
        found = _run(seed, asked=asked, weeks=2, warm_up_weeks=0.5)
        held += abs(found["cycle_s"]["mean"] / exact - 1) <= 0.05
    assert held >= 25  # of 30 at 95 %: 24 or fewer would be seen once in 400


def test_a_scenario_changes_the_rows_it_names_and_leaves_the_others() -> None:
    model = TwinModel({**ONE, "pools": [*ONE["pools"], {"name": "q", "people": 9}]})
    changed = changed_by(
        model, {"inputs": {"pools": [{"name": "p", "people": 5}, {"name": "r"}], "weeks": 2}}
    )
    assert changed.given["pools"] == [
        {"name": "p", "people": 5, "cost_per_hour": 40}, {"name": "q", "people": 9}, {"name": "r"},
    ]  # fmt: skip
    assert changed.given["weeks"] == 2
    assert model.given["weeks"] == 6
    assert changed_by(model, {"arrivals": [9]}).given["arrivals"] == [9]
    for scenario in ({"people": 3}, {"inputs": 3}):
        with pytest.raises(RefusedInput, match=r"twin\.scenario"):
            changed_by(model, scenario)
    with pytest.raises(RefusedInputs):
        simulate_model(changed_by(model, {"pools": [3]}), SimulationAsked())


def test_arrivals_end_when_so_many_are_expected() -> None:
    assert weeks_until([2.0], 84) == pytest.approx(42 / 168)
    day = [0.0] * 9 + [10.0] * 8 + [0.0] * 7
    assert weeks_until(day, 85) * 168 == pytest.approx(24 + 9.5)
    assert weeks_until(day, 80 * 7 * 3 + 5) == pytest.approx(3 + 9.5 / 168)
    model = ended_after(replace(TwinModel(ONE), given={**ONE, "warm_up_weeks": 0}), 900)
    assert simulate_model(model, SimulationAsked())["cases"] / 8 == pytest.approx(900, abs=60)
    for cases, rates in ((0, [1]), (5, [0.0]), (5, []), (5, "x")):
        with pytest.raises(UsageError, match=r"twin\.cases"):
            ended_after(TwinModel({**ONE, "arrivals": rates}), cases)


@pytest.mark.parametrize("precision", [0.0, 1.0, -1.0, float("nan")])
def test_a_precision_that_means_nothing_is_refused(precision: float) -> None:
    with pytest.raises(UsageError, match=r"twin\.precision"):
        _run(asked=SimulationAsked(precision=precision))


def test_a_model_is_written_without_anchors_so_that_it_is_read_again(tmp_path: Path) -> None:
    from anlan.formats.spec_file import read_spec_file, spec_text

    time = {"kind": "quantiles", "values": [1, 2]}
    model = TwinModel({**ONE, "steps": [{"name": "a", "time": time}, {"name": "b", "time": time}]}, "名", 7)
    file = tmp_path / "model.yaml"
    file.write_text(spec_text(document_of(model)), encoding="utf-8")
    assert read_spec_file(file)["inputs"] == model.given
