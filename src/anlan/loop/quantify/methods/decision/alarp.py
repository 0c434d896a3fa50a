"""ALARP with costs: which measures are owed because their cost is not grossly out of proportion.

1. The risk is intolerable, broadly acceptable, or between: there it must be as low as reasonably practicable.
2. Each measure's cost today over the harm it averts today; owed up to the disproportion factor of the risk.
3. Uncertain costs, effects and risk are drawn: probability that a measure is owed; the verdict may stay open.

Mathematics: `anlan.maths.decisions.disproportion`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered
from anlan.maths.decisions.disproportion import Zones, present_benefit, present_cost
from anlan.maths.distributions import Distribution
from anlan.maths.streams import Stream

_PURPOSE = 7_901
_LARGEST, _LEAST_AVERTED = 1e15, 1e-12
_LARGEST_DRAWN = 1e18
_SURE = 0.95
_LEAST_SAMPLES = 2
_ZONES = ("acceptable", "between", "intolerable")
_NONE = Distribution("none")

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Measure:
    """At means, and (n,) proportions of the draws. owed: share of the draws in which it is owed."""

    name: str
    cost: float
    benefit: float
    harm: float
    proportion: float
    drawn: _Array | None
    owed: float

    @property
    def verdict(self) -> str:
        return "owed" if self.owed >= _SURE else "disproportionate" if self.owed <= 1 - _SURE else "open"


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """How many measures are owed, and each one's proportion."""
    zones = _checked(inputs)
    risk: Distribution = inputs["risk"]
    n = inputs["samples"] if inputs["samples"] >= _LEAST_SAMPLES and _uncertain(inputs) else 0
    stream = Stream(seed)
    risks = risk.quantile(stream.uniform(n, purpose=_PURPOSE)) if n else np.array([risk.mean])
    factors = zones.factor(risks)
    found = [_measure(row, place, inputs, factors, n, stream) for place, row in enumerate(inputs["measures"])]
    found.sort(key=lambda each: each.proportion)
    return Answer(
        quantities=tuple(_quantities(found, zones, risk, factors, n)),
        tables=(_measures(found, float(zones.factor(risk.mean))), _zone_table(zones, risk, risks)),
        charts=(Chart("intervals", _drawing(found, float(zones.factor(risk.mean)))),),
        assumptions=tuple(_assumptions(inputs, zones, risk, n)),
        warnings=tuple(_warnings(found, zones, risk, risks)),
    )


def _checked(inputs: Mapping[str, Any]) -> Zones:
    """Errors: RefusedInputs for limits or factors the wrong way round, and measures without effect."""
    faults = Faults()
    numbered(inputs["measures"], "measures", faults)
    for low, high in (("acceptable", "intolerable"), ("factor_low", "factor_high")):
        if inputs[low] > inputs[high] or (low == "acceptable" and inputs[low] == inputs[high]):
            faults.add("bayes.range", where=low, found=inputs[low], high=inputs[high])
    _check_mean(inputs["risk"], 1e-15, "risk", faults)
    for number, row in enumerate(inputs["measures"], start=1):
        for name in ("cost", "yearly_cost", "averted"):
            least = _LEAST_AVERTED if name == "averted" else 0.0
            _check_mean(row[name], least, f"measures[{number}].{name}", faults)
    faults.raise_any()
    return Zones(inputs["acceptable"], inputs["intolerable"], inputs["factor_low"], inputs["factor_high"])


def _check_mean(of: Distribution | None, least: float, where: str, faults: Faults) -> None:
    if of is not None and not least <= of.mean <= _LARGEST:
        faults.add("method.outside", where=where, found=f"{of.mean:.4g}", limits=f"[{least:g}, {_LARGEST:g}]")


def _uncertain(inputs: Mapping[str, Any]) -> bool:
    rows = inputs["measures"]
    given = [inputs["risk"], *(row[name] for row in rows for name in ("cost", "yearly_cost", "averted"))]
    return any(of is not None and of.kind != "constant" for of in given)


def _measure(
    row: Mapping[str, Any], place: int, inputs: Mapping[str, Any], factors: _Array, n: int, stream: Stream
) -> _Measure:
    estimates = (row["cost"], row["yearly_cost"] or _NONE, row["averted"])
    terms = {"rate": inputs["discount_rate"], "years": row["years"]}
    value = inputs["unit_value"]

    def worked(once: Any, yearly: Any, averted: Any) -> tuple[_Array, _Array]:
        return present_cost(once, yearly, **terms), present_benefit(averted, value=value, **terms)

    cost, benefit = (float(each) for each in worked(*(of.mean for of in estimates)))
    drawn = None
    if n:
        draws = [
            np.minimum(
                of.quantile(stream.uniform(n, purpose=_PURPOSE, place=1 + 3 * place + k)), _LARGEST_DRAWN
            )
            for k, of in enumerate(estimates)
        ]
        costs, benefits = worked(*draws)
        drawn = costs / np.maximum(benefits, 1e-12 * benefit)
    proportion = cost / benefit
    owed = float((drawn <= factors).mean()) if drawn is not None else float(proportion <= factors[0])
    return _Measure(row["name"], cost, benefit, benefit / value, proportion, drawn, owed)


def _limits(drawn: _Array | None) -> tuple[float | None, float | None]:
    if drawn is None:
        return None, None
    low, high = np.quantile(drawn, [0.05, 0.95]).tolist()
    return low, high


def _quantities(
    found: list[_Measure], zones: Zones, risk: Distribution, factors: _Array, n: int
) -> Iterator[Quantity]:
    owed = [each for each in found if each.verdict == "owed"]
    yield Quantity("measures_owed", float(len(owed)))
    yield Quantity("measures_open", float(sum(each.verdict == "open" for each in found)))
    uncertain = n and risk.kind != "constant"
    low, high = _limits(factors) if uncertain else (None, None)
    interval = "middle_90" if uncertain else ""
    yield Quantity("disproportion_factor", float(zones.factor(risk.mean)), "", low, high, interval)
    first = found[0]
    low, high = _limits(first.drawn)
    yield Quantity("least_proportion", first.proportion, "", low, high, "middle_90" if n else "")
    yield Quantity("cost_of_owed", sum(each.cost for each in owed), "money")


def _measures(found: list[_Measure], factor: float) -> AnswerTable:
    rows = tuple(
        (each.name, each.cost, each.benefit, each.proportion, *_limits(each.drawn), each.owed,
         factor * each.benefit, each.cost / each.harm, Note(f"alarp.{each.verdict}"))
        for each in found
    )  # fmt: skip
    columns = (
        "measure", "cost_today", "benefit_today", "proportion", "low_90", "high_90", "probability_owed",
        "spend_at_most", "cost_of_unit", "verdict",
    )  # fmt: skip
    return AnswerTable("alarp_measures", columns, rows)


def _zone_table(zones: Zones, risk: Distribution, risks: _Array) -> AnswerTable:
    """Where the risk lies, and how sure that is."""
    here, drawn = int(zones.zone(risk.mean)), zones.zone(risks)
    rows = tuple(
        (Note(f"alarp.zone_{name}"), place == here, float((drawn == place).mean()))
        for place, name in enumerate(_ZONES)
    )
    return AnswerTable("alarp_zones", ("zone", "at_mean", "probability"), rows)


def _drawing(found: list[_Measure], factor: float) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"name": each.name, "value": each.proportion, "low": low, "high": high}
        for each in found
        for low, high in [_limits(each.drawn)]
    ]
    values = [float(value) for row in rows for value in (row["value"], row["low"]) if value]
    wide = min(values, default=0) > 0 and max(values) >= 20 * min(values)
    limit = {"value": factor, "name": Note("alarp.factor")}
    return {"rows": rows, "all": None, "of": Note("alarp.of"), "logarithmic": wide, "limit": limit}


def _assumptions(inputs: Mapping[str, Any], zones: Zones, risk: Distribution, n: int) -> Iterator[Note]:
    yield Note("alarp.alone")
    yield Note("alarp.discounted", {"rate": inputs["discount_rate"]})
    yield Note("alarp.scale", {"low": zones.least, "high": zones.most})
    if n:
        yield Note("alarp.samples", {"n": n})


def _warnings(found: list[_Measure], zones: Zones, risk: Distribution, risks: _Array) -> Iterator[Note]:
    here = int(zones.zone(risk.mean))
    if here != 1:
        yield Note(f"alarp.is_{_ZONES[here]}")
    share = float((zones.zone(risks) == here).mean())
    if len(risks) > 1 and share < _SURE:
        yield Note("alarp.zone_open", {"share": share})
    unsure = tuple(each.name for each in found if each.verdict == "open")
    if unsure:
        yield Note("alarp.unsettled", {"names": unsure[:8]})


METHOD = Method(
    "alarp",
    (
        Field("risk", "estimate", low=0, high=_LARGEST, unit="per_year"),
        Field("acceptable", "number", low=1e-15, high=_LARGEST, unit="per_year"),
        Field("intolerable", "number", low=1e-15, high=_LARGEST, unit="per_year"),
        Field("factor_low", "number", default=1.0, low=1, high=1e3),
        Field("factor_high", "number", default=10.0, low=1, high=1e3),
        Field(
            "measures",
            "table",
            most=200,
            columns=(
                Field("name", "text"),
                Field("cost", "estimate", low=0, high=_LARGEST, unit="money"),
                Field("yearly_cost", "estimate", default=None, low=0, high=_LARGEST, unit="money"),
                Field("averted", "estimate", low=0, high=_LARGEST),
                Field("years", "number", low=0.01, high=200),
            ),
        ),
        Field("unit_value", "number", default=1.0, low=1e-6, high=_LARGEST),
        Field("discount_rate", "number", default=0.03, low=0, high=1),
        Field("samples", "integer", default=2_000, low=0, high=50_000),
    ),
    run,
    random=True,
)
