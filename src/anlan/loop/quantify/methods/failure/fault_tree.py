"""Fault tree: how probable is a top event, by which combinations does it come about, what matters most?

1. The tree becomes a binary decision diagram (`anlan.maths.fault_trees`), common causes unfolded.
2. The probability of the top is exact for the means of all numbers; samples of uncertain numbers give its
   interval.
3. Minimal cut sets are counted and summed from a diagram of their own; the most probable are listed.
4. Importance of every event, with all three readings of "Fussell-Vesely" under their own names.
5. A tree whose diagram does not fit gets proven bounds instead (`bounded_tree`).

Source: W. E. Vesely et al. (1981), Fault Tree Handbook, NUREG-0492; A. Rauzy (1993),
doi:10.1016/0951-8320(93)90060-C.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Method, Note, Quantity
from anlan.loop.quantify.methods.failure.bounded_tree import bounded_answer
from anlan.loop.quantify.methods.failure.fault_tree_inputs import (
    FIELDS,
    Read,
    counted_twice,
    read_tree,
    tested,
)
from anlan.maths.fault_trees import (
    CutSets,
    Diagram,
    Importances,
    Uncertainty,
    cut_sets_of,
    diagram_of,
    importances,
    left_out,
    probabilities,
    sampled_events,
    sampled_probabilities,
    uncertainty_of,
)
from anlan.maths.fault_trees.effort import is_waited_for
from anlan.maths.progress import part
from anlan.maths.streams import Stream

_MOST_VISITS, _MOST_NUMBERS = 3_000_000_000, 20_000_000
_ORDERS = (8, 6, 5, 4, 3, 2, 1)
_MOST_DRAWN = 300
_MOST_NAMED = 8
_MOST_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Solved:
    """Everything computed; importance None where the top cannot happen, sets None where even the smallest
    are too many, left: what cut-off orders leave out of the top at most."""

    read: Read
    diagram: Diagram
    top: str
    p: NDArray[np.float64]
    probability: float
    sets: CutSets | None
    left: float | None
    importance: Importances | None
    uncertainty: Uncertainty | None
    clipped: float
    frequency: tuple[float, Uncertainty | None] | None


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Exact probability of the top with its interval, cut sets, importance; of a tree too large for that,
    bounds."""
    read = read_tree(inputs)
    try:
        with part(0.0, 0.3):
            diagram = diagram_of(read.unfolded.tree, [inputs["top"]])
    except NotEnoughData as refused:
        if is_waited_for():
            raise
        return bounded_answer(read, inputs, refused)
    solved = _solve(read, diagram, inputs, seed)
    return Answer(
        quantities=tuple(_quantities(solved)),
        tables=tuple(_tables(solved, inputs)),
        charts=(Chart("fault_tree", _drawn(solved)),),
        assumptions=tuple(_assumptions(solved)),
        warnings=tuple(_warnings(solved)),
    )


def _solve(read: Read, diagram: Diagram, inputs: Mapping[str, Any], seed: int) -> Solved:
    top, p = inputs["top"], read.point()
    probability = probabilities(diagram, p)[top]
    with part(0.3, 0.5):
        sets = _cut_sets(diagram, top, inputs["most_order"])
        cut = sets is not None and sets.most_order is not None
        left = left_out(sets, p, probability) if sets is not None and cut and diagram.coherent else None
    with part(0.5, 0.6):
        importance = importances(diagram, p, top) if probability > 0 else None
    samples, draws = _samples(read, diagram, inputs["samples"], seed)
    with part(0.6, 0.8):
        uncertainty = (
            uncertainty_of(sampled_probabilities(diagram, samples)[0]) if samples is not None else None
        )
    with part(0.8, 1.0):
        frequency = _frequency(inputs["initiator"], read, diagram, top, samples, seed)
    clipped = max((float((each >= 1).mean()) for each in draws.values()), default=0.0)
    return Solved(read, diagram, top, p, probability, sets, left, importance, uncertainty, clipped, frequency)


def _cut_sets(diagram: Diagram, top: str, most_order: int | None) -> CutSets | None:
    """All, or up to the largest order that can be had."""
    for order in (most_order, *(each for each in _ORDERS if most_order is None or each < most_order)):
        try:
            return cut_sets_of(diagram, top, most_order=order)
        except NotEnoughData:
            continue
    return None


def _samples(
    read: Read, diagram: Diagram, asked: int, seed: int
) -> tuple[NDArray[np.float64] | None, Mapping[str, NDArray[np.float64]]]:
    """Samples (n_events, n) of every probability; none where nothing is uncertain."""
    room = min(_MOST_VISITS // diagram.n_nodes, _MOST_NUMBERS // max(len(diagram.events), 1))
    n = min(asked, max(100, room))
    if n < 2 or not read.uncertain:
        return None, {}
    draws = sampled_events(read.given, read.kinds, n=n, stream=Stream(seed))
    certain = {name for name, (of, _) in read.given.items() if of.kind == "constant"}
    return read.sampled(draws), {name: each for name, each in draws.items() if name not in certain}


def _frequency(
    initiator: Mapping[str, Any] | None,
    read: Read,
    diagram: Diagram,
    top: str,
    samples: NDArray[np.float64] | None,
    seed: int,
) -> tuple[float, Uncertainty | None] | None:
    """How often a year the top comes about: the initiator's frequency times the probability of the top,
    or, where the initiator stands in the tree, times what its happening adds to that probability."""
    if initiator is None:
        return None
    event = initiator["event"]
    per_year = initiator["per_year"]
    sides = _sides(read, event)

    def given(p: NDArray[np.float64]) -> NDArray[np.float64]:
        one, other = (sampled_probabilities(diagram, _set(p, sides, x))[0] for x in (1.0, 0.0))
        return np.asarray(one - other if sides else one)

    point = float(per_year.mean * given(read.point()[:, None])[0])
    if samples is None:
        return point, None
    n = samples.shape[1]
    drawn = per_year.quantile(Stream(seed).uniform(n, purpose=7_102))
    return point, uncertainty_of(drawn * given(samples))


def _sides(read: Read, event: str) -> list[int]:
    """Rows of the unfolded events that are the initiator's own."""
    own = (event, f"[{event}]")
    return [row for row, name in enumerate(read.unfolded.parts) if event and name in own]


def _set(p: NDArray[np.float64], rows: list[int], value: float) -> NDArray[np.float64]:
    changed = p.copy()
    changed[rows] = value
    return changed


def _interval(of: Uncertainty | None) -> dict[str, Any]:
    return (
        {} if of is None else {"low": of.quantiles[0.05], "high": of.quantiles[0.95], "interval": "middle_90"}
    )


def _quantities(of: Solved) -> Iterator[Quantity]:
    yield Quantity("top_probability", of.probability, "probability", **_interval(of.uncertainty))
    if of.frequency is not None:
        yield Quantity("top_frequency", of.frequency[0], "per_year", **_interval(of.frequency[1]))
    if of.uncertainty is not None:
        mean, reach = of.uncertainty.mean, 1.96 * of.uncertainty.mean_error
        yield Quantity("top_mean", mean, "probability", max(mean - reach, 0.0), mean + reach, "confidence_95")
        yield Quantity("top_median", of.uncertainty.quantiles[0.5], "probability",
                       *of.uncertainty.limits[0.5], "confidence_95")  # fmt: skip
    if of.sets is not None:
        yield Quantity("rare_event_sum", min(of.sets.rare_event_sum(of.p), 1.0), "probability")
        yield Quantity("min_cut_upper_bound", min(of.sets.upper_bound(of.p), 1.0), "probability")
        yield Quantity("n_cut_sets", sum(of.sets.counts().values()))
    if of.left is not None:
        yield Quantity("left_out_at_most", of.left, "probability")


def _tables(of: Solved, inputs: Mapping[str, Any]) -> Iterator[AnswerTable]:
    if of.sets is not None:
        yield from _cut_set_tables(of.sets, of.p, inputs)
    if of.importance is not None:
        yield _importance_table(of, of.importance)
    if of.uncertainty is not None:
        rows = tuple((level, of.uncertainty.quantiles[level], *of.uncertainty.limits[level])
                     for level in of.uncertainty.quantiles)  # fmt: skip
        columns = ("tree_level", "tree_probability", "tree_low_95", "tree_high_95")
        yield AnswerTable("tree_uncertainty", columns, rows)


def _cut_set_tables(
    sets: CutSets, p: NDArray[np.float64], inputs: Mapping[str, Any]
) -> Iterator[AnswerTable]:
    total = sets.rare_event_sum(p)
    listed = sets.listed(p, most=inputs["most_sets"], least=inputs["least_probability"])
    yield AnswerTable(
        "tree_cut_sets",
        ("tree_number", "tree_events", "tree_order", "tree_probability", "tree_share"),
        tuple(
            (number, " · ".join(each.events), len(each.events), each.probability,
             each.probability / total if total > 0 else None)
            for number, each in enumerate(listed, start=1)
        ),
    )  # fmt: skip
    sums = sets.sums_by_order(p)
    yield AnswerTable(
        "tree_orders",
        ("tree_order", "tree_count", "tree_sum", "tree_share"),
        tuple(
            (order, n, sums[order], sums[order] / total if total > 0 else None)
            for order, n in sets.counts().items()
        ),
    )
    rest = sum(sets.counts().values()) - len(listed)
    if rest > 0:
        left = max(total - sum(each.probability for each in listed), 0.0)
        yield AnswerTable("tree_not_listed", ("tree_count", "tree_sum"), ((rest, left),))


def _importance_table(of: Solved, found: Importances) -> AnswerTable:
    shares = of.sets.shares(of.p) if of.sets is not None else np.full(len(of.p), np.nan)
    order = np.lexsort((np.arange(len(of.p)), -found.criticality))
    return AnswerTable(
        "tree_importance",
        ("tree_event", "tree_probability", "tree_birnbaum", "tree_criticality", "tree_diagnostic",
         "tree_cut_share", "tree_raw", "tree_rrw"),
        tuple(
            (found.events[i], *(_finite(each[i]) for each in (of.p, found.birnbaum, found.criticality,
             found.diagnostic, shares, found.raw, found.rrw)))
            for i in order
        ),
    )  # fmt: skip


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _drawn(of: Solved) -> dict[str, Any]:
    """The tree as written, with the probability of every gate where that is cheap."""
    gates = of.read.written.gates
    known: dict[str, float] = {of.top: of.probability}
    if len(gates) <= _MOST_DRAWN:
        try:
            diagram = diagram_of(of.read.unfolded.tree, list(gates), most_nodes=500_000)
            known = probabilities(diagram, of.p)
        except NotEnoughData:
            pass
    return of.read.drawing(of.top, known)


def _assumptions(of: Solved) -> Iterator[Note]:
    yield Note("fault_tree.independent")
    if of.read.groups:
        yield Note("fault_tree.common_causes", {"n": len(of.read.groups)})
    if of.read.uncertain:
        yield Note("fault_tree.at_means")
    if of.uncertainty is not None:
        yield Note("fault_tree.samples", {"n": of.uncertainty.n})
    if of.read.kinds:
        yield Note("fault_tree.alike", {"kinds": sorted(set(of.read.kinds.values()))[:_MOST_NAMED]})
    yield Note("fault_tree.readings")


def _warnings(of: Solved) -> Iterator[Note]:
    if not of.diagram.coherent:
        names = of.diagram.negated
        yield Note("fault_tree.not_coherent", {"events": names[:_MOST_NAMED], "n": len(names)})
    if of.importance is None:
        yield Note("fault_tree.never", {"top": of.top})
    if of.sets is None:
        yield Note("fault_tree.no_cut_sets")
    elif of.sets.rare_event_sum(of.p) > 1:
        yield Note("fault_tree.rare_event_above_one", {"sum": of.sets.rare_event_sum(of.p)})
    if of.sets is not None and of.sets.most_order is not None:
        yield Note("fault_tree.cut_at_order", {"order": of.sets.most_order})
    for group, name in counted_twice(of.read):
        yield Note("fault_tree.counted_twice", {"group": group, "name": name})
    yield from _tested_together(of)
    if of.clipped > 0:
        yield Note("fault_tree.held_to_one", {"share": of.clipped})
    unused = _unused(of)
    if unused:
        yield Note("fault_tree.unused", {"names": unused[:_MOST_NAMED], "n": len(unused)})


def _tested_together(of: Solved) -> Iterator[Note]:
    """Redundant parts that are tested: the mean of the product of their unavailabilities is not the product
    of the means. For small rates and k parts tested at once it is 2^k / (k + 1) times as large."""
    late = tested(of.read)
    if of.sets is None or len(late) < 2:
        return
    listed = of.sets.listed(of.p, most=_MOST_LOOKED_AT, least=0.0)
    among = [events for each in listed if len(events := [e for e in each.events if e in late]) > 1]
    if among:
        k = max(map(len, among))
        parameters = {"n": len(among), "events": among[0][:_MOST_NAMED], "factor": 2.0**k / (k + 1)}
        yield Note("fault_tree.tested_together", parameters)


def _unused(of: Solved) -> list[str]:
    """Events and gates the top does not stand on."""
    tree = of.read.written
    seen, stack = {of.top}, [of.top]
    while stack:
        gate = tree.gates.get(stack.pop())
        for name in gate.inputs if gate else ():
            if name not in seen:
                seen.add(name)
                stack.append(name)
    return [name for name in (*tree.gates, *tree.events) if name not in seen]


METHOD = Method("fault_tree", FIELDS, run, random=True)
