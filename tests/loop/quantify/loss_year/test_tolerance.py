"""Curve against tolerance, parts of nodes, differences."""

import pytest

from anlan.loop.quantify.loss_year.comparing import difference
from anlan.loop.quantify.loss_year.parts import parts_by_node
from anlan.loop.quantify.loss_year.tolerance import (
    chance_of_more,
    ranges_above,
    tolerated_chance,
    tolerated_loss,
)

POINTS = [{"loss": 100.0, "probability": 0.5}, {"loss": 1_000.0, "probability": 0.05}]
CURVE = [
    {"loss": float(x), "probability": p} for x, p in ((50, 1.0), (200, 0.5), (500, 0.05), (2_000, 0.001))
]


def test_between_points_the_tolerance_is_straight_in_logarithms_and_inverts() -> None:
    assert tolerated_chance(POINTS, 10**2.5) == pytest.approx(0.5 / 10**0.5)
    assert tolerated_loss(POINTS, tolerated_chance(POINTS, 300.0)) == pytest.approx(300.0)


def test_outside_its_points_the_tolerance_says_nothing() -> None:
    assert tolerated_chance(POINTS, 99.0) is None
    assert tolerated_chance(POINTS, 1_001.0) is None
    assert tolerated_loss(POINTS, 0.01) is None


def test_the_curve_is_above_where_its_chance_is_higher() -> None:
    assert ranges_above(CURVE, POINTS) == ((100.0, 200.0),)
    assert ranges_above(CURVE, [{"loss": 100.0, "probability": 0.5}]) == ((100.0, 100.0),)
    assert ranges_above(CURVE, [{"loss": 100.0, "probability": 0.99}]) == ()
    assert ranges_above(CURVE, []) == ()


def test_beyond_its_last_point_the_curve_says_nothing() -> None:
    assert chance_of_more(CURVE, 3_000.0) is None
    assert chance_of_more(CURVE, 10.0) == 1.0


def test_parts_of_nodes_add_up_and_a_risk_at_two_nodes_is_shared_evenly() -> None:
    found = parts_by_node({"a": 60.0, "b": 40.0}, {"a": ["x", "y"], "b": ["y"]}, nowhere="?")
    assert [(node.node, node.part) for node in found] == [("y", 70.0), ("x", 30.0)]
    assert sum(node.share for node in found) == pytest.approx(1.0)
    assert found[0].pieces == (("b", 40.0), ("a", 30.0))
    assert parts_by_node({"a": 1.0}, {}, nowhere="?")[0].node == "?"


def test_a_difference_within_both_errors_is_not_shown() -> None:
    assert not difference(100.0, 102.0, errors=(1.0, 1.0)).shown
    assert difference(100.0, 110.0, errors=(1.0, 1.0)).shown
