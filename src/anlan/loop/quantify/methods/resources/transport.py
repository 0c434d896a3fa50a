"""What each source sends to each sink at the least cost: people between halls, vehicles, parts, cases.

The transport problem as a linear program (Hitchcock 1941); what one unit more of each demand and each supply
would cost or save, and how far that holds.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.allocation.linear import Worth, is_degenerate, worth_of_limits
from anlan.maths.allocation.transport import Shipment, ship

_MOST = 1e9
_CLOSE = 1e-7
FIELDS = (
    Field("sources", "table", most=60, columns=(
        Field("name", "text"), Field("supply", "number", low=0, high=_MOST),
    )),
    Field("sinks", "table", most=60, columns=(
        Field("name", "text"), Field("demand", "number", low=0, high=_MOST),
    )),
    Field("costs", "table", most=3_600, columns=(
        Field("source", "text", names=("sources",)), Field("sink", "text", names=("sinks",)),
        Field("cost", "number", low=0, high=_MOST),
    )),
    Field("shortage_cost", "number", default=None, above=0, high=_MOST),
)  # fmt: skip


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """What is sent where. Errors: RefusedInputs; UsageError where demand cannot be met."""
    cost = _costs(inputs)
    supply = [row["supply"] for row in inputs["sources"]]
    demand = [row["demand"] for row in inputs["sinks"]]
    found = ship(cost, supply, demand, shortage_cost=inputs["shortage_cost"])
    worths = worth_of_limits(found.of, found.best)
    short = float(found.short.sum())
    warnings = [Note("transport.short", {"n": short})] if short > _CLOSE else []
    if is_degenerate(worths):
        warnings.append(Note("transport.degenerate"))
    return Answer(
        quantities=(
            Quantity("transport_cost", found.cost),
            Quantity("sent_in_all", float(found.sent.sum())),
            Quantity("short_in_all", short),
        ),
        tables=(_sent(inputs, found, cost), _ends(inputs, found, worths)),
        charts=(_chart(inputs, found, cost),),
        assumptions=(Note("transport.proportion"), Note("transport.missing_ways")),
        warnings=tuple(warnings),
    )


def _costs(inputs: Mapping[str, Any]) -> np.ndarray:
    """Cost of each way (m, n), infinite where none is given. Errors: RefusedInputs."""
    faults = Faults()
    sources, sinks = (
        numbered(inputs["sources"], "sources", faults),
        numbered(inputs["sinks"], "sinks", faults),
    )
    cost = np.full((len(inputs["sources"]), len(inputs["sinks"])), np.inf)
    for n, row in enumerate(inputs["costs"], start=1):
        source = place(row["source"], sources, f"costs[{n}].source", faults)
        sink = place(row["sink"], sinks, f"costs[{n}].sink", faults)
        if source is None or sink is None:
            continue
        if math.isfinite(cost[source, sink]):
            faults.add("transport.twice", where=f"costs[{n}]", source=row["source"], sink=row["sink"])
        cost[source, sink] = row["cost"]
    faults.raise_any()
    return cost


def _sent(inputs: Mapping[str, Any], found: Shipment, cost: np.ndarray) -> AnswerTable:
    rows = tuple(
        (inputs["sources"][i]["name"], inputs["sinks"][j]["name"], float(found.sent[i, j]), float(cost[i, j]),
         float(found.sent[i, j] * cost[i, j]))
        for i, j in np.argwhere(found.sent > _CLOSE)
    )  # fmt: skip
    return AnswerTable(
        "transport_ways", ("from_source", "to_sink", "amount", "cost_each", "cost_total"), rows
    )


def _ends(inputs: Mapping[str, Any], found: Shipment, worths: tuple[Worth, ...]) -> AnswerTable:
    """Supplies, then demands: what one unit more and less changes the cost by, and how far."""
    m = len(inputs["sources"])
    rows = []
    for n, worth in enumerate(worths):
        is_source = n < m
        name = inputs["sources"][n]["name"] if is_source else inputs["sinks"][n - m]["name"]
        open_end = found.unsent[n] if is_source else found.short[n - m]
        rows.append((Note(f"transport.{'source' if is_source else 'sink'}"), name, float(found.of.limits[n]),
                     max(0.0, float(open_end)), _finite(-worth.more), _finite(-worth.less),
                     _finite(worth.holds.low), _finite(worth.holds.high)))  # fmt: skip
    columns = (
        "end",
        "name",
        "amount",
        "left_or_short",
        "cost_one_more",
        "cost_one_less",
        "holds_from",
        "holds_to",
    )
    return AnswerTable("transport_ends", columns, tuple(rows))


def _finite(value: float) -> float | None:
    return value + 0.0 if math.isfinite(value) else None


def _chart(inputs: Mapping[str, Any], found: Shipment, cost: np.ndarray) -> Chart:
    """What the supply of each sink costs."""
    paid = np.where(found.sent > _CLOSE, found.sent * np.where(np.isfinite(cost), cost, 0.0), 0.0).sum(axis=0)
    rows = [
        {"name": row["name"], "value": float(paid[n]), "low": None, "high": None}
        for n, row in enumerate(inputs["sinks"])
    ]
    return Chart("intervals", {"rows": rows, "all": None, "of": Note("transport.of_cost")})


METHOD = Method("transport", FIELDS, run)
