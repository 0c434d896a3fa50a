"""The FAIR tree: how often a threat acts and gets through, times what that costs at first and in consequence.

    loss of a year = sum over loss events of primary loss, and of secondary loss where others react
    loss event frequency = threat event frequency x vulnerability
    threat event frequency, or contact frequency x probability of action
    vulnerability, or P(threat capability > resistance strength)

Every node is an estimate. Each simulated year draws the frequencies and probabilities anew, the two factors
of the loss event frequency with the given correlation, then a Poisson number of events and a loss for each:
events are not multiplied by a mean loss. Events with a secondary loss are a Poisson stream of their own, by
thinning.

Source: The Open Group (2021), Open FAIR Risk Taxonomy O-RT 3.0.1 and Risk Analysis O-RA 2.0.1.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from anlan.domain.method import Answer, AnswerTable, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.loss.loss_answers import (
    SAMPLE_FIELDS,
    broken_points,
    check_sample_fields,
    convergence,
    curve_chart,
    quantities,
    tail_table,
    tolerance_table,
)
from anlan.loop.quantify.methods.loss.portfolio_inputs import (
    MOST_DRAWS,
    MOST_EVENTS,
    check_frequency,
    is_payable,
)
from anlan.maths.distributions import Distribution
from anlan.maths.loss_portfolios import portfolio_kernels as kernels
from anlan.maths.loss_portfolios.quantile_tables import QuantileTable, quantile_table
from anlan.maths.loss_statistics import loss_sample
from anlan.maths.progress import tell
from anlan.maths.streams import Stream

_PURPOSE_TREE = 70
_CAPABILITY_POINTS = 4_096
_BLOCK = 2_000

_Array = NDArray[np.float64]

_PAIRS = (
    ("threat_event_frequency", "contact_frequency", "probability_of_action"),
    ("vulnerability", "threat_capability", "resistance_strength"),
)
"""A node and the two it may be made from instead."""


@dataclass(frozen=True, eq=False)
class _Years:
    """(years,) each: nodes of the tree by name, and the two parts of the loss."""

    nodes: Mapping[str, _Array]
    primary: _Array
    secondary: _Array


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The distribution of the yearly loss, and every node of the tree."""
    check_sample_fields(inputs)
    tables = _checked(inputs)
    years = _simulated(inputs, tables, seed)
    totals = years.primary + years.secondary
    sample, level, tolerance = loss_sample(totals), inputs["levels"][0], inputs["tolerance"]
    settled, chart, warnings = convergence(totals, sample, level=level, relative=inputs["relative_error"])
    held = tolerance_table(sample, tolerance) if tolerance else None
    return Answer(
        quantities=(
            *quantities(sample, inputs["levels"], inputs["unit"]),
            _node("loss_event_frequency", years, "per_year"),
            _node("vulnerability", years, "probability"),
            *([broken_points(held)] if held else []),
        ),
        tables=(
            _tree_table(years, tables),
            _part_table(years),
            tail_table(sample, inputs["levels"]),
            *([held] if held else []),
            settled,
        ),
        charts=(curve_chart(sample, tolerance, level=level, unit=inputs["unit"]), chart),
        assumptions=_assumptions(inputs),
        warnings=(*_warnings(years), *warnings),
    )


def _checked(inputs: Mapping[str, Any]) -> Mapping[str, QuantileTable]:
    """Tables of the two losses. Errors: RefusedInputs for nodes that are missing, doubled or impossible."""
    faults = Faults()
    for node, *parts in _PAIRS:
        given = [name for name in parts if inputs[name] is not None]
        if inputs[node] is not None and given:
            faults.add("fair.doubled", where=given[0], node=node)
        elif inputs[node] is None and len(given) < len(parts):
            missing = next(name for name in parts if inputs[name] is None)
            faults.add("fair.missing", where=node, parts=tuple(parts), missing=missing)
    secondary = [name for name in ("secondary_probability", "secondary_loss") if inputs[name] is not None]
    if len(secondary) == 1:
        absent = {"secondary_probability", "secondary_loss"} - set(secondary)
        faults.add("method.missing_input", where=absent.pop())
    for name, most in (("threat_event_frequency", MOST_EVENTS), ("contact_frequency", MOST_EVENTS),
                       ("probability_of_action", 1.0), ("vulnerability", 1.0),
                       ("secondary_probability", 1.0)):  # fmt: skip
        if inputs[name] is not None:
            check_frequency(inputs[name], most, name, faults)
    tables = {}
    for name in ("primary_loss", "secondary_loss"):
        tables[name] = quantile_table(inputs[name] or Distribution("none"))
        is_payable(tables[name], name, faults)
    faults.raise_any()
    return tables


def _simulated(inputs: Mapping[str, Any], tables: Mapping[str, QuantileTable], seed: int) -> _Years:
    nodes = _drawn_nodes(inputs, seed)
    n, stream = inputs["years"], Stream(seed)
    rate = nodes["loss_event_frequency"]
    if float(rate.sum()) > MOST_DRAWS:
        faults = Faults()
        faults.add("annual_loss.too_many", where="years", found=float(rate.sum()), most=MOST_DRAWS)
        faults.raise_any()
    share = nodes.get("secondary_probability", np.zeros(n))
    rates = np.stack([rate * (1.0 - share), rate * share], axis=1)
    first, both = np.zeros((n, 2)), np.zeros((n, 2), dtype=np.int64)
    numbers, primary = np.arange(n), tables["primary_loss"].values
    secondary = np.zeros(n)
    for start in range(0, n, _BLOCK):
        tell(start / n)
        block = slice(start, start + _BLOCK)
        kernels.add_single_years(
            *stream.key, numbers[block], np.arange(2), np.full(2, kernels.POISSON), np.full(2, math.inf),
            rates[block], np.empty((0, 0)), np.stack([primary, primary]), first[block], both[block],
        )  # fmt: skip
        counts = np.ascontiguousarray(both[block, 1])
        beyond = tables["secondary_loss"].values
        kernels.add_losses(*stream.key, numbers[block], 2, counts, beyond, secondary[block])
    return _Years(nodes, first.sum(axis=1), secondary)


def _drawn_nodes(inputs: Mapping[str, Any], seed: int) -> dict[str, _Array]:
    """The frequencies and probabilities of every year, in the order of the tree."""
    n, stream = inputs["years"], Stream(seed)
    normals = [stream.normal(n, purpose=_PURPOSE_TREE, place=place) for place in range(4)]
    r = inputs["correlation"]
    joined = r * normals[0] + math.sqrt(1.0 - r * r) * normals[1]
    shares = dict(zip(("frequency", "vulnerability", "action", "secondary"),
                      map(ndtr, (normals[0], joined, normals[2], normals[3])), strict=True))  # fmt: skip
    nodes: dict[str, _Array] = {}
    if inputs["threat_event_frequency"] is not None:
        nodes["threat_event_frequency"] = inputs["threat_event_frequency"].quantile(shares["frequency"])
    else:
        nodes["contact_frequency"] = inputs["contact_frequency"].quantile(shares["frequency"])
        nodes["probability_of_action"] = _probability(inputs["probability_of_action"], shares["action"])
        nodes["threat_event_frequency"] = nodes["contact_frequency"] * nodes["probability_of_action"]
    if inputs["vulnerability"] is not None:
        nodes["vulnerability"] = _probability(inputs["vulnerability"], shares["vulnerability"])
    else:
        chance = overcome(inputs["threat_capability"], inputs["resistance_strength"])
        nodes["vulnerability"] = np.full(n, chance)
    nodes["loss_event_frequency"] = nodes["threat_event_frequency"] * nodes["vulnerability"]
    if inputs["secondary_probability"] is not None:
        nodes["secondary_probability"] = _probability(inputs["secondary_probability"], shares["secondary"])
    return nodes


def overcome(capability: Distribution, resistance: Distribution) -> float:
    """P(capability > resistance), independent: the mean of P(resistance < c) over even quantiles of c."""
    points = capability.quantile((np.arange(_CAPABILITY_POINTS) + 0.5) / _CAPABILITY_POINTS)
    if resistance.kind in ("constant", "none"):
        return float((points > resistance.mean).mean())
    return float(resistance.cdf(points).mean())


def _probability(estimate: Distribution, shares: _Array) -> _Array:
    return np.minimum(estimate.quantile(shares), 1.0)


def _node(name: str, years: _Years, unit: str) -> Quantity:
    values = years.nodes[name]
    low, high = np.quantile(values, [0.05, 0.95])
    return Quantity(name, float(values.mean()), unit, float(low), float(high), "middle_90")


def _tree_table(years: _Years, tables: Mapping[str, QuantileTable]) -> AnswerTable:
    rows: list[tuple[Any, ...]] = []
    for name, values in years.nodes.items():
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
        rows.append((Note(f"fair.{name}"), float(values.mean()), low, middle, high))
    for name, table in tables.items():
        if table.mean > 0:
            low, middle, high = table.quantile([0.05, 0.5, 0.95]).tolist()
            rows.append((Note(f"fair.{name}"), table.mean, low, middle, high))
    return AnswerTable("fair_tree", ("tree_node", "mean", "p05", "p50", "p95"), tuple(rows))


def _part_table(years: _Years) -> AnswerTable:
    total = float((years.primary + years.secondary).mean())
    rows = tuple(
        (Note(f"fair.{name}"), float(part.mean()), float(part.mean()) / total if total > 0 else None)
        for name, part in (("primary_part", years.primary), ("secondary_part", years.secondary))
    )
    return AnswerTable("loss_parts", ("loss_part", "expected_annual_loss", "loss_share"), rows)


def _assumptions(inputs: Mapping[str, Any]) -> tuple[Note, ...]:
    notes = [Note("fair.correlation", {"r": inputs["correlation"]}), Note("fair.compound"),
             Note("annual_loss.cvar"), Note("loss.sampling_only")]  # fmt: skip
    if inputs["vulnerability"] is None:
        notes.append(Note("fair.overcome"))
    return tuple(notes)


def _warnings(years: _Years) -> list[Note]:
    cut = tuple(
        Note(f"fair.cut_{name}")
        for name in ("vulnerability", "probability_of_action", "secondary_probability")
        if name in years.nodes and (years.nodes[name] >= 1.0).mean() > 0.001 and np.ptp(years.nodes[name]) > 0
    )
    return list(cut)


METHOD = Method(
    "fair",
    (
        Field("threat_event_frequency", "estimate", default=None, low=0, unit="per_year"),
        Field("contact_frequency", "estimate", default=None, low=0, unit="per_year"),
        Field("probability_of_action", "estimate", default=None, low=0, high=1, unit="probability"),
        Field("vulnerability", "estimate", default=None, low=0, high=1, unit="probability"),
        Field("threat_capability", "estimate", default=None, low=0),
        Field("resistance_strength", "estimate", default=None, low=0),
        Field("correlation", "number", default=0.0, above=-1, below=1),
        Field("primary_loss", "estimate", low=0, unit="money"),
        Field("secondary_probability", "estimate", default=None, low=0, high=1, unit="probability"),
        Field("secondary_loss", "estimate", default=None, low=0, unit="money"),
        *SAMPLE_FIELDS,
    ),
    run,
    version=2,
    random=True,
)
