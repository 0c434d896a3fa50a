"""What is taken, what is said of it, and data that cannot be fitted."""

from typing import Any

import numpy as np
import pytest

from anlan.domain.errors import AnlanError, NotEnoughData
from anlan.loop.quantify.methods.loss.distribution_fit import METHOD
from anlan.loop.quantify.methods.reading import read_inputs


def _answer(**given: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {"bootstrap": 99, **given}), seed=1)


def _draws(n: int = 150) -> list[float]:
    return np.random.default_rng(8).lognormal(3.0, 1.1, n).tolist()


def test_the_taken_family_passes_and_its_intervals_hold_the_truth() -> None:
    answer = _answer(values=_draws())
    assert answer.tables[0].rows[0][0].code == "fit.lognormal"
    assert answer.tables[0].rows[0][-1].code == "fit.taken"
    rows = {row[0].code: row[1:] for row in answer.tables[1].rows}
    for name, truth in (("fit.mu", 3.0), ("fit.sigma", 1.1)):
        value, low, high = rows[name]
        assert low < value < high
        assert low < truth < high
    assert answer.headline.low < np.exp(3.0 + 1.1**2 / 2) < answer.headline.high
    mean, p95, cvar = (q.value for q in answer.quantities)
    assert mean < p95 < cvar
    assert sum(row[3] for row in answer.tables[0].rows) == pytest.approx(1.0)


def test_points_of_the_chart_lie_about_the_line_inside_their_band() -> None:
    points = _answer(values=_draws()).charts[0].data["points"]
    inside = np.mean([p["low"] <= p["observed"] <= p["high"] for p in points])
    assert len(points) == 150
    assert inside > 0.85


@pytest.mark.slow
def test_cut_data_give_back_what_was_cut() -> None:
    values = [v for v in _draws(600) if v > 10]
    answer = _answer(
        values=[v for v in values if v < 80], censored=[80.0] * sum(v >= 80 for v in values),
        truncated_below=10, bootstrap=39,
    )  # fmt: skip
    rows = {row[0].code: row for row in answer.tables[0].rows}
    assert rows["fit.lognormal"][6] is None
    notes = {note.code: note.parameters for note in answer.assumptions}
    assert notes["fit.censored"]["n"] > 0
    assert notes["fit.truncated"]["above"] == pytest.approx(len(values) / 600, abs=0.05)
    assert answer.tables[1].rows[0][2] < 3.0 < answer.tables[1].rows[0][3]


def test_a_mixture_that_nothing_describes_is_warned_of() -> None:
    mixed = np.concatenate([np.linspace(0.9, 1.1, 80), np.linspace(900, 1100, 80)]).tolist()
    assert "fit.none_passes" in {note.code for note in _answer(values=mixed).warnings}
    codes = {note.code for note in _answer(values=_draws(12)).warnings}
    assert "fit.few" in codes


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"values": [5.0] * 20}, "fit.alike"),
        ({"values": _draws(20), "truncated_below": 1e9}, "method.inputs"),
        ({"values": _draws(20), "censored": [0.0]}, "method.inputs"),
        ({"values": _draws(2000), "bootstrap": 1999}, "method.inputs"),
        ({"values": [1.0, 2.0]}, "method.inputs"),
    ],
)
def test_what_cannot_be_fitted_is_said(given: dict[str, Any], code: str) -> None:
    with pytest.raises(AnlanError) as refused:
        _answer(**given)
    assert refused.value.code == code
    assert isinstance(refused.value, NotEnoughData) == (code == "fit.alike")


def _pareto(n: int = 1_000) -> list[float]:
    return (np.random.default_rng(11).pareto(2.5, n) + 1.0).tolist()


def test_the_tail_is_told_only_where_it_is_asked_for_and_changes_nothing_else() -> None:
    plain, tailed = _answer(values=_draws()), _answer(values=_draws(), tail={"threshold": 20})
    assert tailed.quantities[:3] == plain.quantities
    assert tailed.tables[:2] == plain.tables
    assert [table.name for table in tailed.tables[2:]] == ["tail_levels", "tail_thresholds"]


def test_a_threshold_that_stands_is_taken_and_a_heavy_tail_is_seen() -> None:
    answer = _answer(values=_pareto(), tail={})
    shape, value, beyond = answer.quantities[3:]
    assert shape.low < 1 / 2.5 < shape.high
    assert value.low < 0.01 ** (-1 / 2.5) < value.high
    assert beyond.value > value.value
    rows = answer.tables[3].rows
    taken = [row for row in rows if row[-1]]
    assert len(taken) == 1
    assert all(row[-2] < 0.1 for row in rows[: rows.index(taken[0])])
    assert taken[0][-2] >= 0.1
    assert len(answer.charts[1].data["rows"]) == len(rows)


def test_the_threshold_asked_for_is_taken() -> None:
    answer = _answer(values=_pareto(), tail={"threshold": 1.5, "levels": [0.95, 0.9995]})
    assert [row[0] for row in answer.tables[3].rows if row[-1]] == [1.5]
    assert [row[0] for row in answer.tables[2].rows] == [0.95, 0.9995]
    assert "fit.tail_beyond_data" in [note.code for note in answer.warnings]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"tail": {}, "censored": [5000.0]}, "fit.tail_censored"),
        ({"tail": {"threshold": 1e6}}, "fit.few_excesses"),
        ({"tail": {"threshold": 20, "levels": [0.1, 0.99]}}, "fit.level_inside"),
        ({"tail": {"levels": [0.99, 0.9]}}, "method.not_ascending"),
    ],
)
def test_a_tail_that_cannot_be_had_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(AnlanError) as refused:
        _answer(values=_draws(), **given)
    assert [each.code for each in refused.value.several] == [code]


def test_a_threshold_asked_for_that_the_data_contradict_is_named() -> None:
    """Losses between 1 and 2 and a lump at 10: others than the one asked for may well stand."""
    values = [*np.linspace(1.0, 2.0, 120).tolist(), *np.linspace(10.0, 10.5, 40).tolist()]
    warnings = _answer(values=values, bootstrap=99, tail={"threshold": 1.5, "levels": [0.9]}).warnings
    rejected = next(note for note in warnings if note.code == "fit.tail_rejected")
    assert (rejected.parameters["threshold"], rejected.parameters["n"]) == (1.5, 100)


def test_too_few_losses_have_no_tail() -> None:
    with pytest.raises(NotEnoughData, match="few_values"):
        _answer(values=_draws(30), tail={})
