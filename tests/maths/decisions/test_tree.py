"""Decision trees against Raiffa's oil well, against every strategy written out, and by laws."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.decisions.tree import (
    END,
    DecisionTree,
    Node,
    perfect_information,
    posteriors,
    profile,
    roll_back,
    signal_information,
)

WELL = DecisionTree((Node(((0, 1), (1, END))), Node(((2, END), (3, END), (4, END)), 0)), ((0.5, 0.3, 0.2),))
PAYS = [-70.0, 0.0, 0.0, 120.0, 270.0]
"""Drill for 70 or not; dry, wet or soaking."""
SEISMIC = ((0.6, 0.3, 0.1), (0.3, 0.4, 0.3), (0.1, 0.4, 0.5))
"""No, open or closed structure."""


def test_the_oil_well_of_raiffa() -> None:
    assert roll_back(WELL, PAYS).worth[0, 0] == pytest.approx(20.0)
    assert perfect_information(WELL, PAYS, [0]) == pytest.approx(35.0)
    assert signal_information(WELL, PAYS, 0, SEISMIC) == pytest.approx(12.5)
    shares = [share for share, _ in posteriors((0.5, 0.3, 0.2), SEISMIC)]
    assert shares == pytest.approx([0.41, 0.35, 0.24])


def test_a_perfect_signal_is_perfect_information_and_a_blind_one_is_worth_nothing() -> None:
    perfect = np.eye(3).tolist()
    assert signal_information(WELL, PAYS, 0, perfect) == pytest.approx(perfect_information(WELL, PAYS, [0]))
    assert signal_information(WELL, PAYS, 0, [[0.2, 0.8]] * 3) == pytest.approx(0.0, abs=1e-9)


def test_risk_aversion_is_the_exponential_utility_written_out() -> None:
    def equivalent(tolerance: float) -> float:
        utility = sum(
            p * math.exp(-(x - 70) / tolerance) for p, x in zip(WELL.events[0], (0, 120, 270), strict=True)
        )
        return max(0.0, -tolerance * math.log(utility))

    for tolerance in (50.0, 300.0, 1e5):
        found = roll_back(WELL, PAYS, risk_tolerance=tolerance).worth[0, 0]
        assert found == pytest.approx(equivalent(tolerance), abs=1e-9)
    assert roll_back(WELL, PAYS, risk_tolerance=1e9).worth[0, 0] == pytest.approx(20.0, rel=1e-5)


@st.composite
def _trees(draw: st.DrawFn) -> tuple[DecisionTree, list[float]]:
    """A decision, then a chance node of one of two events of two outcomes, then an end or a
    second decision."""
    events = [
        tuple(draw(st.sampled_from([(0.5, 0.5), (0.2, 0.8), (1.0, 0.0), (0.35, 0.65)]))) for _ in range(3)
    ]
    nodes: list[Node] = []
    n_options = draw(st.integers(2, 3))
    branch = itertools.count()
    nodes.append(Node(tuple((next(branch), option + 1) for option in range(n_options))))
    later = n_options + 1
    tail: list[Node] = []
    for _ in range(n_options):
        event = draw(st.integers(0, 1))
        ends = []
        for _ in range(2):
            if draw(st.booleans()):
                ends.append((next(branch), later + len(tail)))
                tail.append(Node(((next(branch), END), (next(branch), END))))
            else:
                ends.append((next(branch), END))
        nodes.append(Node(tuple(ends), event))
    count = next(branch)
    pays = draw(st.lists(st.integers(-50, 50), min_size=count, max_size=count))
    return DecisionTree((*nodes, *tail), tuple(events)), [float(p) for p in pays]


def _policies(tree: DecisionTree) -> Iterator[tuple[int, ...]]:
    sizes = [1 if node.event is not None else len(node.branches) for node in tree.nodes]
    yield from itertools.product(*map(range, sizes))


def _value(tree: DecisionTree, pays: list[float], policy: tuple[int, ...]) -> float:
    return math.fsum(share * paid for share, paid in profile(tree, pays, policy).values())


@given(_trees())
def test_rolling_back_finds_the_best_of_all_strategies(drawn: tuple[DecisionTree, list[float]]) -> None:
    tree, pays = drawn
    rolled = roll_back(tree, pays)
    best = max(_value(tree, pays, policy) for policy in _policies(tree))
    assert rolled.worth[0, 0] == pytest.approx(best, abs=1e-9)
    policy = tuple(rolled.choice[:, 0].tolist())
    assert _value(tree, pays, policy) == pytest.approx(best, abs=1e-9)
    assert math.fsum(share for share, _ in profile(tree, pays, policy).values()) == pytest.approx(1.0)


@given(_trees())
def test_knowing_more_is_never_worth_less(drawn: tuple[DecisionTree, list[float]]) -> None:
    """Nothing <= a signal <= the event <= all events <= the best end less the worth."""
    tree, pays = drawn
    all_events = perfect_information(tree, pays, range(len(tree.events)))
    for event in range(len(tree.events)):
        one = perfect_information(tree, pays, [event])
        noisy = signal_information(tree, pays, event, [[0.8, 0.2], [0.3, 0.7]])
        assert -1e-9 <= noisy <= one + 1e-9
        assert one <= all_events + 1e-9


@given(_trees(), st.integers(-100, 100), st.floats(0.1, 10))
def test_a_certain_payment_and_a_change_of_currency_change_no_choice(
    drawn: tuple[DecisionTree, list[float]], more: int, rate: float
) -> None:
    tree, pays = drawn
    first = {branch for branch, _ in tree.nodes[0].branches}
    shifted = [paid + more if branch in first else paid for branch, paid in enumerate(pays)]
    plain, moved = roll_back(tree, pays), roll_back(tree, shifted)
    assert moved.worth[0, 0] == pytest.approx(plain.worth[0, 0] + more, abs=1e-8)
    scaled = roll_back(tree, [rate * paid for paid in pays])
    assert scaled.worth[0, 0] == pytest.approx(rate * plain.worth[0, 0], abs=1e-8)


@given(_trees(), st.floats(1.0, 100.0))
def test_who_dislikes_risk_asks_no_more_than_the_mean(
    drawn: tuple[DecisionTree, list[float]], tolerance: float
) -> None:
    tree, pays = drawn
    averse, neutral = roll_back(tree, pays, risk_tolerance=tolerance), roll_back(tree, pays)
    assert averse.worth[0, 0] <= neutral.worth[0, 0] + 1e-9
    more = roll_back(tree, pays, risk_tolerance=2 * tolerance)
    assert averse.worth[0, 0] <= more.worth[0, 0] + 1e-9


def test_cases_side_by_side_are_cases_one_by_one() -> None:
    many = np.array([PAYS, [-150.0, 0.0, 0.0, 120.0, 270.0]]).T
    together = roll_back(WELL, many)
    assert together.worth[0].tolist() == pytest.approx([20.0, 0.0])
    assert together.choice[0].tolist() == [0, 1]
    held = roll_back(WELL, many, policy=(0, 0))
    assert held.worth[0].tolist() == pytest.approx([20.0, -60.0])
