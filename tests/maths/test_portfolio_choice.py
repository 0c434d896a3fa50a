"""Choice of measures: every set tried on small cases, published knapsacks, laws of the frontier."""

import itertools
import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.maths.portfolio_choice import PortfolioChoice
from support import shared


def _brute_force(problem: PortfolioChoice, budget: float) -> float:
    """Least loss over all sets that obey the budget and the rules."""
    n = len(problem.costs)
    best = np.inf
    for picks in itertools.product((False, True), repeat=n):
        chosen = np.array(picks, dtype=bool)
        if problem.costs[chosen].sum() > budget * (1 + 1e-12):
            continue
        if any(chosen[a] and not chosen[b] for a, b in problem.requires):
            continue
        if any(chosen[a] and chosen[b] for a, b in problem.excludes):
            continue
        best = min(best, problem.loss_left(chosen))
    return best


def _random(seed: int, *, n: int = 9, m: int = 6, rules: bool = True) -> tuple[PortfolioChoice, float]:
    rng = np.random.default_rng(seed)
    factors = np.where(rng.random((n, m)) < 0.5, rng.uniform(0.05, 1.0, (n, m)), 1.0)
    costs = rng.uniform(1, 100, n)
    pairs = rng.permutation(n)
    return (
        PortfolioChoice(
            rng.lognormal(5, 2, m), factors, costs,
            requires=[(int(pairs[0]), int(pairs[1])), (int(pairs[1]), int(pairs[2]))] if rules else (),
            excludes=[(int(pairs[3]), int(pairs[4]))] if rules else (),
        ),
        float(rng.uniform(0.1, 0.8) * costs.sum()),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_no_set_leaves_less_than_the_chosen_one(seed: int) -> None:
    problem, budget = _random(seed, rules=seed % 3 > 0)
    choice = problem.best(budget)
    assert choice.proven
    assert choice.cost <= budget * (1 + 1e-9)
    assert choice.loss == pytest.approx(_brute_force(problem, budget), rel=2e-5)
    assert choice.bound <= choice.loss
    assert problem.loss_left(choice.selected) == choice.loss
    assert not any(choice.selected[a] and not choice.selected[b] for a, b in problem.requires)
    assert not any(choice.selected[a] and choice.selected[b] for a, b in problem.excludes)


@pytest.mark.parametrize("name", ["P01", "P02", "P03", "P07"])
def test_the_published_knapsacks_are_solved(name: str) -> None:
    """Each item halves a loss of its own that is twice the profit, so reductions are the profits."""
    case = json.loads(shared("golden/knapsack_burkardt_p01_p02_p03_p07.json").read_text())
    data = case["inputs"][name]
    profits = np.array(data["profits"], dtype=float)
    factors = np.where(np.eye(len(profits)) > 0, 0.5, 1.0)
    choice = PortfolioChoice(2 * profits, factors, data["weights"]).best(data["capacity"])
    assert 2 * profits.sum() - choice.loss == pytest.approx(case["expected"][name]["optimum"])
    assert choice.proven


def test_two_measures_on_one_loss_multiply_they_do_not_add() -> None:
    choice = PortfolioChoice([100.0], [[0.5], [0.5]], [1.0, 1.0]).best(2.0)
    assert choice.selected.all()
    assert choice.loss == pytest.approx(25.0)


def test_measures_on_different_losses_can_beat_two_better_ones_on_the_same() -> None:
    """Alone, a and b are best; together a and c are, because b repeats a."""
    problem = PortfolioChoice([100.0, 50.0], [[0.2, 1.0], [0.25, 1.0], [1.0, 0.3]], [1.0, 1.0, 1.0])
    assert problem.best(2.0).selected.tolist() == [True, False, True]


def test_a_measure_that_ends_a_loss_leaves_nothing() -> None:
    assert PortfolioChoice([10.0, 5.0], [[0.0, 1.0]], [3.0]).best(3.0).loss == pytest.approx(5.0)


def test_a_measure_without_effect_is_not_bought_even_when_free() -> None:
    choice = PortfolioChoice([10.0], [[1.0], [0.5]], [0.0, 0.0]).best(0.0)
    assert choice.selected.tolist() == [False, True]


def test_a_measure_that_makes_things_worse_is_not_bought() -> None:
    assert not PortfolioChoice([10.0], [[1.3]], [1.0]).best(5.0).selected.any()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_more_budget_never_leaves_more_loss(seed: int) -> None:
    problem, _ = _random(seed, n=7, m=4)
    losses = [problem.best(b).loss for b in np.linspace(0, problem.costs.sum(), 6)]
    assert all(b <= a * (1 + 2e-5) for a, b in pairwise(losses))


def test_the_frontier_rises_in_cost_and_falls_in_loss() -> None:
    problem, _ = _random(4, n=12, m=8)
    frontier = problem.frontier(np.linspace(0, problem.costs.sum(), 12).tolist())
    assert (frontier[0].cost, frontier[0].loss) == (0.0, pytest.approx(problem.losses.sum()))
    assert all(a.cost < b.cost and a.loss > b.loss for a, b in pairwise(frontier))
    for choice in frontier:
        assert choice.loss == pytest.approx(_brute_force(problem, choice.cost), rel=2e-5)


def test_a_change_of_unit_changes_no_choice() -> None:
    problem, budget = _random(11)
    other = PortfolioChoice(
        problem.losses * 1e6, problem.factors, problem.costs * 1e-3,
        requires=problem.requires, excludes=problem.excludes,
    )  # fmt: skip
    one, scaled = problem.best(budget), other.best(budget * 1e-3)
    assert scaled.loss == pytest.approx(one.loss * 1e6, rel=2e-5)


def test_nothing_to_choose_from_or_nothing_to_lose_is_no_special_case() -> None:
    assert PortfolioChoice([10.0], np.zeros((0, 1)), []).best(5.0).loss == 10.0
    assert PortfolioChoice([0.0], [[0.5]], [1.0]).best(5.0).cost == 0.0
    assert PortfolioChoice([], np.zeros((1, 0)), [1.0]).best(5.0).cost == 0.0


@pytest.mark.parametrize(
    ("losses", "factors", "costs", "budget"),
    [
        ([-1.0], [[0.5]], [1.0], 1.0),
        ([1.0], [[-0.5]], [1.0], 1.0),
        ([1.0], [[float("nan")]], [1.0], 1.0),
        ([1.0], [[0.5]], [float("inf")], 1.0),
        ([1.0], [[0.5]], [1.0], -1.0),
    ],
)
def test_impossible_input_is_refused(losses, factors, costs, budget) -> None:
    with pytest.raises(UsageError, match="bad_input"):
        PortfolioChoice(losses, factors, costs).best(budget)
