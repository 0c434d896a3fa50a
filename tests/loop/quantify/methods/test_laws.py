"""Laws that hold for whole methods, tried on their examples: order does not matter, units carry through, and
what makes a risk worse never makes its number better."""

import copy
import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.explaining import EXAMPLES

Inputs = dict[str, Any]


@cache
def _example(code: str) -> Inputs:
    return dict(read_spec_file(EXAMPLES / f"{code}.yaml")["inputs"])


def _given(code: str) -> Inputs:
    return copy.deepcopy(_example(code))


def _answer(code: str, inputs: Inputs) -> Answer:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, inputs), seed=3)


def _headline(code: str, inputs: Inputs) -> float:
    return _answer(code, inputs).headline.value


_TABLES = (
    ("three_point", "experts"), ("dempster_shafer", "sources"), ("share_blend", "history"),
    ("rate_blend", "history"), ("calibration", "forecasts"), ("risk_index", "risks"), ("lopa", "layers"),
    ("bow_tie", "causes"), ("bow_tie", "barriers"), ("cooke", "seeds"),
    ("fault_tree", "events"), ("fault_tree", "gates"), ("markov_availability", "transitions"),
    ("bayes_net", "evidence"), ("fn_curve", "scenarios"), ("alarp", "measures"), ("topsis", "alternatives"),
    ("vikor", "alternatives"), ("grey_relational", "alternatives"), ("fmea", "rows"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "table"), _TABLES)
def test_the_order_of_rows_does_not_matter(code: str, table: str) -> None:
    given = _given(code)
    if table not in given:
        pytest.fail(f"the example of {code} has no {table}: {tuple(given)}")
    turned = {**given, table: given[table][::-1]}
    before, after = _answer(code, given), _answer(code, turned)
    assert after.headline.value == pytest.approx(before.headline.value, rel=1e-9)
    assert after.level == before.level


def _scaled(value: Any, factor: float) -> Any:
    """An estimate in another unit."""
    if not isinstance(value, dict):
        return value * factor
    kept = {"kind", "shape", "sigma", "error_factor"}
    return {name: each if name in kept else each * factor for name, each in value.items()}


def _scale(inputs: Inputs, path: str, factor: float) -> None:
    """Every number or estimate at a path: `causes.*.frequency`."""
    *steps, last = path.split(".")
    places: list[Any] = [inputs]
    for step in steps:
        places = [
            each
            for place in places
            for each in (place if step == "*" else [place[step]] if step in place else [])
        ]
    for place in places:
        if isinstance(place, list) and last == "*":
            place[:] = [_scaled(each, factor) for each in place]
        elif place.get(last) is not None:
            place[last] = _scaled(place[last], factor)


_UNITS = (
    ("three_point", {"experts.*.low": 1, "experts.*.likely": 1, "experts.*.high": 1, "target": 1}, 1),
    ("lopa", {"initiating.frequency": 1}, 1),
    ("event_tree", {"initiating.frequency": 1}, 1),
    ("bow_tie", {"causes.*.frequency": 1}, 1),
    (
        "annual_loss",
        {f"risks.*.{name}": 1 for name in ("severity", "deductible", "cover", "limit", "truncated_above")},
        1,
    ),
    ("fair", {"primary_loss": 1, "secondary_loss": 1}, 1),
    ("distribution_fit", {"values.*": 1, "censored.*": 1, "truncated_below": 1}, 1),
    ("decision_tree", {"branches.*.cost": 1, "branches.*.gain": 1}, 1),
    ("fn_curve", {"scenarios.*.per_year": 1, "lines.*.per_year": 1}, 0),
    ("alarp", {"measures.*.cost": 1, "measures.*.yearly_cost": 1, "unit_value": 1}, 0),
    ("markov_availability", {"transitions.*.rate": 1, "horizon": -1}, 0),
    ("pfd_average", {"failure_rate": 1, "test_interval": -1, "lifetime": -1}, 0),
)


@pytest.mark.parametrize(("code", "paths", "power"), _UNITS)
@pytest.mark.parametrize("factor", [0.25, 8.0])
def test_another_unit_changes_the_unit_of_the_answer_alone(
    code: str, paths: dict[str, int], power: int, factor: float
) -> None:
    given = _given(code)
    for path, exponent in paths.items():
        _scale(given, path, factor**exponent)
    expected = _headline(code, _given(code)) * factor**power
    assert _headline(code, given) == pytest.approx(expected, rel=1e-6)


def _raised(of: Any) -> Any:
    """A probability, rate or frequency made larger."""
    return _scaled(of, 1.25)


def _each(inputs: Inputs, path: str) -> list[Inputs]:
    """Copies of the inputs, in each of which one entry at the path is larger."""
    table, _, name = path.partition(".")
    found = []
    for place, row in enumerate(inputs[table]):
        if row.get(name) is not None:
            worse = copy.deepcopy(inputs)
            worse[table][place][name] = _raised(row[name])
            found.append(worse)
    return found


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("fault_tree", "events.probability"),
        ("fault_tree", "events.rate_per_h"),
        ("bow_tie", "causes.frequency"),
        ("bow_tie", "barriers.probability"),
        ("bow_tie", "events.probability"),
        ("event_tree", "events.probability"),
        ("lopa", "layers.probability"),
        ("lopa", "enabling.probability"),
        ("fn_curve", "scenarios.per_year"),
        ("decision_tree", "branches.cost"),
        ("three_point", "experts.high"),
    ],
)
def test_what_makes_it_worse_never_makes_the_number_smaller(code: str, path: str) -> None:
    given = _given(code) | ({"common_causes": []} if code == "fault_tree" else {})  # members stay alike
    base = _headline(code, given)
    changed = _each(given, path)
    assert changed
    values = [_headline(code, worse) for worse in changed]
    assert min(values) >= base * (1 - 1e-9)
    assert max(values) > base


def _with(code: str, **changes: Any) -> float:
    return _headline(code, {**_given(code), **changes})


@pytest.mark.parametrize(
    "values",
    [
        lambda: [_with("pfd_average", beta=beta) for beta in (0.0, 0.05, 0.2, 1.0)],
        lambda: [_with("pfd_average", test_interval=hours) for hours in (100, 730, 4_000)],
        lambda: [_with("pfd_average", test_coverage=share) for share in (1.0, 0.8, 0.5)],
        lambda: [_with("markov_availability", horizon=hours) for hours in (1.0, 100.0, 8_760.0)],
        lambda: [_with("alarp", factor_low=least) for least in (1, 2, 9)],
        lambda: [
            _with("share_blend", history=[{"period": "all", "hits": hits, "trials": 1_000}])
            for hits in (0, 5, 40)
        ],
    ],
)
def test_numbers_rise_with_what_they_depend_on(values: Callable[[], list[float]]) -> None:
    found = values()
    assert all(later >= earlier for earlier, later in itertools.pairwise(found))
    assert found[-1] > found[0] or len(set(found)) == 1


def test_an_independent_layer_divides_the_frequency() -> None:
    given = _given("lopa")
    more = {**given, "layers": [*given["layers"], {"name": "another", "probability": 0.25}]}
    assert _headline("lopa", more) == pytest.approx(_headline("lopa", given) / 4)


def test_sources_that_know_nothing_change_no_belief() -> None:
    given = _given("dempster_shafer")
    silent = {"source": "silent", "masses": [{"hypotheses": given["frame"], "mass": 1.0}]}
    more = {**given, "sources": [*given["sources"], silent]}
    assert _headline("dempster_shafer", more) == pytest.approx(_headline("dempster_shafer", given))
