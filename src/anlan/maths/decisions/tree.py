"""A decision tree rolled back: what it is worth, what to choose, and what information would be worth.

1. From the ends backwards: a chance node is worth the mean of its branches (or their certainty equivalent), a
   decision node its best branch; a branch is worth what it pays and what it leads to.
2. An event may stand at several chance nodes: it is one event with one outcome. Different events are
   independent of one another and of what is decided.
3. Perfect information about events: the mean, over their outcomes, of the tree's worth where these are known
   from the start, less its worth. A signal: the same with the probabilities that follow from each signal by
   Bayes' rule.
4. Risk aversion by exponential utility: certainty equivalent -R ln E exp(-x / R). A certain payment moves it
   by its own size, so that the difference of two of them is the price at which one is indifferent.

Source: H. Raiffa (1968), Decision Analysis; R. A. Howard (1966), doi:10.1109/TSSC.1966.300074;
J. W. Pratt (1964), doi:10.2307/1913738.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

END = -1
"""Where a branch leads that leads nowhere."""

_Array = NDArray[np.float64]
Probabilities = Mapping[int, Sequence[float]]
"""Event -> probability of each of its outcomes."""


@dataclass(frozen=True)
class Node:
    """branches: (number of the branch, node it leads to or END). event: number of the event whose outcomes
    the branches are, in their order; None at a decision."""

    branches: tuple[tuple[int, int], ...]
    event: int | None = None


@dataclass(frozen=True)
class DecisionTree:
    """nodes: those a branch leads to come after the node it starts at; node 0 is the root.
    events: probabilities of the outcomes of each."""

    nodes: tuple[Node, ...]
    events: tuple[tuple[float, ...], ...]

    def ways(self) -> int:
        """Number of ways from the root to an end."""
        found = [0] * len(self.nodes)
        for number in range(len(found) - 1, -1, -1):
            found[number] = sum(1 if to == END else found[to] for _, to in self.nodes[number].branches)
        return found[0]

    def certain(self) -> dict[int, tuple[float, ...]]:
        """The probabilities as they are."""
        return dict(enumerate(self.events))


@dataclass(frozen=True, eq=False)
class RolledBack:
    """worth: (nodes, n) of every node; choice: (nodes, n) place of the best branch of each decision."""

    worth: _Array
    choice: NDArray[np.int64]


def roll_back(
    tree: DecisionTree,
    payments: ArrayLike,
    *,
    probabilities: Probabilities | None = None,
    risk_tolerance: float = math.inf,
    policy: Sequence[int] | None = None,
) -> RolledBack:
    """Worth of every node. payments: (branches,) or (branches, n) for n cases side by side.

    probabilities: in place of the tree's own; policy: the branch to take at each node, instead of the best.
    """
    paid = np.asarray(payments, dtype=np.float64)
    paid = paid[:, None] if paid.ndim == 1 else paid
    known = tree.certain() if probabilities is None else probabilities
    worth = np.zeros((len(tree.nodes), paid.shape[1]))
    choice = np.zeros(worth.shape, dtype=np.int64)
    for number in range(len(tree.nodes) - 1, -1, -1):
        node = tree.nodes[number]
        values = np.array([paid[branch] + (worth[to] if to != END else 0.0) for branch, to in node.branches])
        if node.event is not None:
            worth[number] = _equivalent(values, known[node.event], risk_tolerance)
        else:
            choice[number] = values.argmax(axis=0) if policy is None else policy[number]
            worth[number] = np.take_along_axis(values, choice[number][None, :], axis=0)[0]
    return RolledBack(worth, choice)


def _equivalent(values: _Array, shares: Sequence[float], tolerance: float) -> _Array:
    """Mean, or certainty equivalent, of the rows of values."""
    weights = np.array(shares)[:, None]
    if math.isinf(tolerance):
        return np.asarray((weights * values).sum(axis=0))
    possible = weights[:, 0] > 0
    worst = values[possible].min(axis=0)
    mean = (weights * np.exp(-np.maximum(values - worst, 0.0) / tolerance)).sum(axis=0)
    return np.asarray(worst - tolerance * np.log(mean))


def worth_of(
    tree: DecisionTree, payments: ArrayLike, probabilities: Probabilities, risk_tolerance: float
) -> float:
    """What the tree is worth with these probabilities."""
    rolled = roll_back(tree, payments, probabilities=probabilities, risk_tolerance=risk_tolerance)
    return float(rolled.worth[0, 0])


def perfect_information(
    tree: DecisionTree, payments: ArrayLike, events: Sequence[int], *, risk_tolerance: float = math.inf
) -> float:
    """What it is worth at most to know the outcomes of these events before the first decision; never below
    zero but for rounding. It rolls the tree back once for each combination of outcomes."""
    base = worth_of(tree, payments, tree.certain(), risk_tolerance)
    shares, known = [], []
    for outcomes in itertools.product(*(range(len(tree.events[event])) for event in events)):
        share = math.prod(tree.events[event][o] for event, o in zip(events, outcomes, strict=True))
        if share > 0:
            sure = {
                event: _sure(len(tree.events[event]), o) for event, o in zip(events, outcomes, strict=True)
            }
            shares.append(share)
            known.append(worth_of(tree, payments, {**tree.certain(), **sure}, risk_tolerance))
    return float(_equivalent(np.array(known)[:, None], shares, risk_tolerance)[0]) - base


def _sure(n: int, outcome: int) -> tuple[float, ...]:
    return tuple(float(place == outcome) for place in range(n))


def signal_information(
    tree: DecisionTree,
    payments: ArrayLike,
    event: int,
    likelihood: Sequence[Sequence[float]],
    *,
    risk_tolerance: float = math.inf,
) -> float:
    """What it is worth at most to see a signal about one event before the first decision.

    likelihood: for each outcome, the probability of every signal; rows sum to 1.
    """
    base = worth_of(tree, payments, tree.certain(), risk_tolerance)
    shares, known = [], []
    for share, posterior in posteriors(tree.events[event], likelihood):
        shares.append(share)
        known.append(worth_of(tree, payments, {**tree.certain(), event: posterior}, risk_tolerance))
    return float(_equivalent(np.array(known)[:, None], shares, risk_tolerance)[0]) - base


def posteriors(
    prior: Sequence[float], likelihood: Sequence[Sequence[float]]
) -> Iterator[tuple[float, tuple[float, ...]]]:
    """For each signal that can occur: its probability, and the outcomes' probabilities once it is seen."""
    for seen in np.array(likelihood, dtype=np.float64).T:
        joint = np.array(prior) * seen
        share = float(joint.sum())
        if share > 0:
            yield share, tuple((joint / share).tolist())


def profile(
    tree: DecisionTree, payments: Sequence[float], policy: Sequence[int]
) -> dict[tuple[int, ...], tuple[float, float]]:
    """Every way that a policy can end: branches taken -> (probability, sum of payments)."""
    found: dict[tuple[int, ...], tuple[float, float]] = {}
    waiting: list[tuple[int, tuple[int, ...], float, float]] = [(0, (), 1.0, 0.0)]
    while waiting:
        number, way, share, paid = waiting.pop()
        node = tree.nodes[number]
        places = range(len(node.branches)) if node.event is not None else [policy[number]]
        for place in places:
            branch, to = node.branches[place]
            chance = share * (tree.events[node.event][place] if node.event is not None else 1.0)
            if chance <= 0:
                continue
            step = ((*way, branch), chance, paid + payments[branch])
            if to == END:
                found[step[0]] = step[1:]
            else:
                waiting.append((to, *step))
    return found
