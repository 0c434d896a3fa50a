"""Decision tree: which way to choose, what it is worth, and what it would be worth to know more first.

1. Costs and gains stand on the branches; the tree is rolled back from its ends.
2. Worth of perfect information for every event and for all together, of a test by its signals.
3. Every end of the best strategy with its probability.
4. Uncertain costs and gains: the worth of the strategy over drawn numbers, how often another first choice
   would have been better, and what it would be worth to know the numbers.

Mathematics: `anlan.maths.decisions.tree`.

Source: H. Raiffa (1968), Decision Analysis; R. A. Howard (1966), doi:10.1109/TSSC.1966.300074.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Method, Note, Quantity
from anlan.loop.quantify.methods.decision.tree_inputs import FIELDS, Read, read_decision_tree
from anlan.maths.decisions.tree import (
    END,
    RolledBack,
    perfect_information,
    profile,
    roll_back,
    signal_information,
)

_MOST_COMBINATIONS = 4_096
_MOST_LISTED = 200
_MOST_DRAWN = 40
_REACH = 1.96
_LEAST_SAMPLES = 2


@dataclass(frozen=True, eq=False)
class _Drawn:
    """(n,) worth of the strategy and of the best one for each drawn set of numbers; stays: share of them in
    which the first choice is the best."""

    strategy: NDArray[np.float64]
    best: NDArray[np.float64]
    stays: float


@dataclass(frozen=True, eq=False)
class _Solved:
    """sign: -1 where only costs are given and are told as such. ends: of the strategy."""

    read: Read
    paid: NDArray[np.float64]
    tolerance: float
    rolled: RolledBack
    policy: tuple[int, ...]
    ends: Mapping[tuple[int, ...], tuple[float, float]]
    drawn: _Drawn | None
    sign: float


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The worth of the best strategy, the strategy, and what information is worth."""
    of = _solve(read_decision_tree(inputs), inputs, seed)
    unit = inputs["unit"]
    return Answer(
        quantities=tuple(_quantities(of, unit)),
        tables=(
            _strategy(of),
            *_options(of),
            _information(of),
            _profile(of),
        ),
        charts=(Chart("decision_tree", _drawing(of, unit)),),
        assumptions=tuple(_assumptions(of, inputs)),
        warnings=tuple(_warnings(of)),
    )


def _solve(read: Read, inputs: Mapping[str, Any], seed: int) -> _Solved:
    paid, tolerance = read.point(), inputs["risk_tolerance"] or math.inf
    rolled = roll_back(read.tree, paid, risk_tolerance=tolerance)
    policy = tuple(rolled.choice[:, 0].tolist())
    n = inputs["samples"] if read.uncertain else 0
    drawn = _over_draws(read, policy, tolerance, n, seed) if n >= _LEAST_SAMPLES else None
    ends = profile(read.tree, paid.tolist(), policy)
    sign = -1.0 if read.costs_only else 1.0
    return _Solved(read, paid, tolerance, rolled, policy, ends, drawn, sign)


def _over_draws(read: Read, policy: Sequence[int], tolerance: float, n: int, seed: int) -> _Drawn:
    paid = read.drawn(n, seed)
    held = roll_back(read.tree, paid, risk_tolerance=tolerance, policy=policy)
    free = roll_back(read.tree, paid, risk_tolerance=tolerance)
    first = _first_decision(read, policy)
    stays = 1.0 if first is None else float((free.choice[first] == policy[first]).mean())
    return _Drawn(held.worth[0], free.worth[0], stays)


def _first_decision(read: Read, policy: Sequence[int]) -> int | None:
    """The decision at the root; None where the tree begins with chance."""
    return 0 if read.tree.nodes[0].event is None else None


def _mean_of(of: _Solved) -> float:
    return math.fsum(share * paid for share, paid in of.ends.values())


def _quantities(of: _Solved, unit: str) -> Iterator[Quantity]:
    name = "expected_cost" if of.sign < 0 else "expected_worth"
    limits: dict[str, Any] = {}
    if of.drawn is not None and math.isinf(of.tolerance):
        low, high = sorted((of.sign * np.quantile(of.drawn.strategy, [0.05, 0.95])).tolist())
        limits = {"low": low, "high": high, "interval": "middle_90"}
    yield Quantity(name, of.sign * _mean_of(of), unit, **limits)
    if not math.isinf(of.tolerance):
        yield Quantity("certainty_equivalent", of.sign * float(of.rolled.worth[0, 0]), unit)
    together = _all_events(of)
    if together is not None:
        yield Quantity("perfect_information", together, unit)
    if of.drawn is not None:
        yield Quantity("choice_stays_best", of.drawn.stays, "probability")
        missed = of.drawn.best - of.drawn.strategy
        mean, error = float(missed.mean()), float(missed.std(ddof=1)) / math.sqrt(len(missed))
        yield Quantity("numbers_information", mean, unit, max(mean - _REACH * error, 0.0),
                       mean + _REACH * error, "confidence_95")  # fmt: skip


def _all_events(of: _Solved) -> float | None:
    """Worth of knowing all events; None where their outcomes make too many combinations."""
    if math.prod(map(len, of.read.tree.events)) > _MOST_COMBINATIONS:
        return None
    events = range(len(of.read.tree.events))
    return _above_rounding(
        of, perfect_information(of.read.tree, of.paid, events, risk_tolerance=of.tolerance)
    )


def _above_rounding(of: _Solved, worth: float) -> float:
    """Information is never worth less than nothing; what is left of a difference of equal numbers is zero."""
    return worth if worth > 1e-12 * float(np.abs(of.paid).sum()) else 0.0


def _reached(of: _Solved) -> list[int]:
    """Nodes that the strategy can come to."""
    seen = {0}
    for number, node in enumerate(of.read.tree.nodes):
        if number in seen:
            ways = node.branches if node.event is not None else [node.branches[of.policy[number]]]
            seen |= {to for _, to in ways if to != END}
    return sorted(seen)


def _branch_worths(of: _Solved, number: int) -> list[float]:
    """What each branch of a node is worth."""
    worth = of.rolled.worth[:, 0]
    return [
        float(of.paid[branch] + (worth[to] if to != END else 0.0))
        for branch, to in of.read.tree.nodes[number].branches
    ]


def _strategy(of: _Solved) -> AnswerTable:
    """What to choose at each decision that can be come to, and how far the next best is behind."""
    rows = []
    for number in _reached(of):
        node = of.read.tree.nodes[number]
        if node.event is not None:
            continue
        worths, taken = _branch_worths(of, number), of.policy[number]
        others = [value for place, value in enumerate(worths) if place != taken]
        lead = worths[taken] - max(others) if others else None
        branch = of.read.branches[node.branches[taken][0]]
        rows.append((of.read.nodes[number], branch, of.sign * worths[taken], lead))
    return AnswerTable("decision_strategy", ("decision", "choice", "decision_worth", "lead"), tuple(rows))


def _options(of: _Solved) -> list[AnswerTable]:
    """The options of the first decision beside each other."""
    if _first_decision(of.read, of.policy) is None:
        return []
    node, worths = of.read.tree.nodes[0], _branch_worths(of, 0)
    order = np.argsort(-np.array(worths), kind="stable").tolist()
    rows = tuple(
        (of.read.branches[node.branches[place][0]], of.sign * worths[place], max(worths) - worths[place])
        for place in order
    )
    return [AnswerTable("decision_options", ("choice", "decision_worth", "behind_best"), rows)]


def _information(of: _Solved) -> AnswerTable:
    """For each event its perfect information, for each signal its worth, cost, and what is left."""
    tree, given = of.read.tree, {"risk_tolerance": of.tolerance}
    rows: list[tuple[Any, ...]] = []
    for event, name in enumerate(of.read.events):
        worth = _above_rounding(of, perfect_information(tree, of.paid, [event], **given))
        rows.append((name, Note("decision.perfect"), worth, None, None))
    for signal in of.read.signals:
        worth = _above_rounding(
            of, signal_information(tree, of.paid, signal.event, signal.likelihood, **given)
        )
        rows.append((of.read.events[signal.event], signal.name, worth, signal.cost, worth - signal.cost))
    columns = ("of_event", "information", "information_worth", "information_cost", "information_net")
    return AnswerTable("decision_information", columns, tuple(rows))


def _profile(of: _Solved) -> AnswerTable:
    """The ends of the strategy, the worst first, with the probability of this or worse."""
    ordered = sorted(of.ends.items(), key=lambda item: item[1][1])
    rows, so_far = [], 0.0
    for way, (share, paid) in ordered[:_MOST_LISTED]:
        so_far += share
        rows.append(
            (" → ".join(of.read.branches[b] for b in way), of.sign * paid + 0.0, share, min(so_far, 1.0))
        )
    columns = ("way", "end_worth", "probability", "this_or_worse")
    return AnswerTable("decision_profile", columns, tuple(rows))


def _drawing(of: _Solved, unit: str) -> dict[str, Any]:
    """The tree for drawing, as long as it has few enough ends."""
    return {
        "tree": _drawn_node(of, 0, True) if of.read.tree.ways() <= _MOST_DRAWN else None,
        "unit": unit,
        "worth": of.sign * float(of.rolled.worth[0, 0]),
        "costs": of.sign < 0,
        "choices": [row[1] for row in _strategy(of).rows[:6]],
    }


def _drawn_node(of: _Solved, number: int, taken: bool) -> dict[str, Any]:
    """taken: the strategy can come here."""
    node = of.read.tree.nodes[number]
    branches = []
    for place, (branch, to) in enumerate(node.branches):
        best = taken and (node.event is not None or place == of.policy[number])
        branches.append(
            {
                "name": of.read.branches[branch],
                "probability": of.read.tree.events[node.event][place] if node.event is not None else None,
                "pays": of.sign * float(of.paid[branch]) + 0.0,
                "taken": best,
                "to": _drawn_node(of, to, best) if to != END else None,
            }
        )
    return {
        "name": of.read.nodes[number],
        "decision": node.event is None,
        "worth": of.sign * float(of.rolled.worth[number, 0]),
        "branches": branches,
    }


def _assumptions(of: _Solved, inputs: Mapping[str, Any]) -> Iterator[Note]:
    yield Note("decision.independent")
    yield Note("decision.neutral" if math.isinf(of.tolerance) else "decision.averse",
               {} if math.isinf(of.tolerance) else {"tolerance": of.tolerance})  # fmt: skip
    if of.read.uncertain:
        yield Note("decision.at_means")
    if of.drawn is not None:
        yield Note("decision.samples", {"n": len(of.drawn.best)})


def _warnings(of: _Solved) -> Iterator[Note]:
    if of.read.unreached:
        yield Note("decision.unreached", {"names": of.read.unreached[:8]})
    if _all_events(of) is None:
        yield Note("decision.too_many_outcomes", {"most": _MOST_COMBINATIONS})
    if len(of.ends) > _MOST_LISTED:
        yield Note("decision.not_listed", {"n": len(of.ends) - _MOST_LISTED})
    if of.drawn is not None and of.drawn.stays < 0.8:
        yield Note("decision.unsettled", {"share": of.drawn.stays})
    ties = [row[0] for row in _strategy(of).rows if row[3] is not None and row[3] <= 1e-9 * abs(row[2])]
    if ties:
        yield Note("decision.tie", {"names": tuple(ties[:8])})


METHOD = Method("decision_tree", FIELDS, run, random=True)
