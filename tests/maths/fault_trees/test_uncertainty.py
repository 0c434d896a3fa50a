"""Uncertain probabilities: exact means where a formula knows them, one draw for events of one kind."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtri

from anlan.maths.distributions import Distribution
from anlan.maths.fault_trees import (
    FaultTree,
    Gate,
    diagram_of,
    sampled_events,
    sampled_probabilities,
    uncertainty_of,
)
from anlan.maths.fault_trees.event_models import by_mission, by_repair, by_test
from anlan.maths.streams import Stream

LOGNORMAL = Distribution("lognormal", {"mu": math.log(1e-3), "sigma": 0.8})
TREE = FaultTree({"t": Gate("and", ("a", "b"))}, ("a", "b"))


def _mean(kinds: dict[str, str]) -> tuple[float, float]:
    drawn = sampled_events(
        {"a": (LOGNORMAL, None), "b": (LOGNORMAL, None)}, kinds, n=40_000, stream=Stream(seed=3)
    )
    p = np.array([drawn["a"], drawn["b"]])
    found = uncertainty_of(sampled_probabilities(diagram_of(TREE, ["t"]), p)[0])
    return found.mean, found.mean_error


def test_one_kind_of_event_is_drawn_once_and_the_mean_of_a_square_is_larger() -> None:
    mean = LOGNORMAL.mean
    apart, error = _mean({})
    assert abs(apart - mean**2) < 4 * error
    together, error = _mean({"a": "pump", "b": "pump"})
    assert abs(together - (mean**2 + LOGNORMAL.variance)) < 4 * error


def test_quantiles_and_their_limits() -> None:
    samples = LOGNORMAL.quantile(Stream(seed=1).uniform(20_000, purpose=1))
    found = uncertainty_of(samples)
    for level, value in found.quantiles.items():
        low, high = found.limits[level]
        assert low < value < high
        assert low * 0.99 < float(np.exp(math.log(1e-3) + 0.8 * ndtri(level))) < high * 1.01


def test_a_draw_does_not_depend_on_what_else_is_drawn_and_stays_below_one() -> None:
    wide = Distribution("lognormal", {"mu": 0.0, "sigma": 1.0})
    alone = sampled_events({"b": (wide, None)}, {}, n=50, stream=Stream(seed=1))["b"]
    more = sampled_events({"a": (wide, None), "b": (wide, None)}, {}, n=50, stream=Stream(seed=1))
    assert (more["b"] == alone).all()
    assert (more["a"] != alone).any()
    assert alone.max() == 1.0


def test_unavailability_of_a_tested_part_is_the_mean_over_the_interval() -> None:
    for x in (1e-9, 1e-4, 9.9e-4, 1.1e-3, 0.3, 5.0):
        mean = quad(lambda t, x=x: -math.expm1(-x * t), 0, 1)[0]
        assert by_test(x, interval_h=1.0) == pytest.approx(mean, rel=1e-9)
    assert by_test(0.0, interval_h=100.0) == 0.0


def test_rates_become_probabilities() -> None:
    assert by_mission(1e-12, mission_h=10.0) == pytest.approx(1e-11, rel=1e-9)
    assert by_repair(1e-3, repair_h=10.0) == pytest.approx(0.01 / 1.01)
