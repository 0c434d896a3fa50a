"""Three points of several experts as one distribution.

pert         beta between low and high with mode `likely`; peak 4 is the usual PERT
lognormal    low and high hold the middle `level`; `likely` only checks what they imply

Beside it the classic PERT moments, mean (a + 4 m + b) / 6 and sd (b - a) / 6, which are no property of that
beta: its variance is (mean - a) (b - mean) / 7. Experts are pooled as a mixture of densities.

Malcolm et al. (1959), doi:10.1287/opre.7.5.646; Stone (1961), doi:10.1214/aoms/1177704873.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.experts.answers import LARGEST, check_names
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.distributions import PEAK, Distribution, lognormal_from_quantiles, pert
from anlan.maths.judgement.density import density, strips
from anlan.maths.judgement.pooling import Pool, pool

WIDE_SHARE = 0.5
FAR_FROM_MEDIAN = 0.25


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Mean and quantiles of the pooled distribution, and each expert's own."""
    parts = _read(inputs)
    pooled = pool(parts, weights=[row["weight"] for row in inputs["experts"]])
    low, middle, high = (float(q) for q in pooled.quantile((0.05, 0.5, 0.95)))
    share = pooled.variance_between / pooled.variance if pooled.variance > 0 else 0.0
    return Answer(
        quantities=(
            Quantity("pooled_mean", pooled.mean, "", low, high, "middle_90"),
            Quantity("pooled_median", middle),
            Quantity("pooled_sd", float(np.sqrt(pooled.variance))),
            Quantity("between_experts", share, "share"),
            *_target(inputs, pooled),
        ),
        tables=(_experts(inputs, parts), _quantiles(inputs, pooled)),
        charts=_drawn(inputs, parts, pooled),
        assumptions=(Note(f"three_point.{inputs['form']}"), Note("three_point.mixture")),
        warnings=_warnings(inputs, parts, share),
    )


def _read(inputs: Mapping[str, Any]) -> list[Distribution]:
    faults = Faults()
    rows = inputs["experts"]
    check_names([row["expert"] for row in rows], "experts", faults)
    for place, row in enumerate(rows, start=1):
        points = (row["low"], row["likely"], row["high"])
        said = ", ".join(f"{each:g}" for each in points)
        if not points[0] <= points[1] <= points[2]:
            faults.add("three_point.order", where=f"experts[{place}]", found=said)
        elif inputs["form"] == "lognormal" and not 0 < points[0] < points[2]:
            faults.add("three_point.positive", where=f"experts[{place}]", found=said)
    _check_probabilities(inputs["quantiles"], faults)
    faults.raise_any()
    return [_distribution(row, inputs) for row in rows]


def _check_probabilities(given: Sequence[float], faults: Faults) -> None:
    if list(given) != sorted(set(given)):
        faults.add("method.not_ascending", where="quantiles", found=given)


def _distribution(row: Mapping[str, Any], inputs: Mapping[str, Any]) -> Distribution:
    if inputs["form"] == "lognormal":
        return lognormal_from_quantiles(row["low"], row["high"], level=inputs["level"])
    return pert(row["low"], row["likely"], row["high"], peak=inputs["peak"])


def _target(inputs: Mapping[str, Any], pooled: Pool) -> list[Quantity]:
    if inputs["target"] is None:
        return []
    return [Quantity("above_target", float(1 - pooled.cdf(inputs["target"])), "probability")]


def _experts(inputs: Mapping[str, Any], parts: Sequence[Distribution]) -> AnswerTable:
    """Each expert: mean and standard deviation as given by the classic rule and by the distribution."""
    rows = []
    for row, part in zip(inputs["experts"], parts, strict=True):
        classic = (row["high"] - row["low"]) / 6
        own = float(np.sqrt(part.variance))
        ratio = part.variance / classic**2 if classic > 0 else None
        p5, p50, p95 = (float(q) for q in part.quantile((0.05, 0.5, 0.95)))
        rows.append((row["expert"], row["weight"], part.mean, classic, own, ratio, p5, p50, p95))
    columns = ("expert", "weight", "mean", "sd_classic", "sd", "variance_ratio", "p5", "p50", "p95")
    return AnswerTable("three_point_experts", columns, tuple(rows))


def _quantiles(inputs: Mapping[str, Any], pooled: Pool) -> AnswerTable:
    given = inputs["quantiles"]
    mixture, averaged = pooled.quantile(given), pooled.mean_of_quantiles(given)
    rows = tuple((p, float(a), float(b)) for p, a, b in zip(given, mixture, averaged, strict=True))
    return AnswerTable("pooled_quantiles", ("probability", "mixture", "mean_of_quantiles"), rows)


def _drawn(inputs: Mapping[str, Any], parts: Sequence[Distribution], pooled: Pool) -> tuple[Chart, ...]:
    """Densities of all and of the pool; none where everything is one certain value."""
    ends = np.array([part.quantile((0.001, 0.999)) for part in parts])
    low, high = float(ends.min()), float(ends.max())
    if high - low <= 1e-9 * abs(high):
        return ()
    edges = strips(low, high)
    names = [row["expert"] for row in inputs["experts"]]
    curves = [{"name": n, "density": density(p, edges)} for n, p in zip(names, parts, strict=True)]
    marks = {f"p{p:g}": float(pooled.quantile(p / 100)) for p in (5, 50, 95)}
    data = {
        "x": (edges[1:] + edges[:-1]) / 2,
        "curves": curves if len(curves) > 1 else [],
        "pool": density(pooled, edges),
        "low": marks["p5"],
        "middle": marks["p50"],
        "high": marks["p95"],
        "target": inputs["target"],
    }
    return (Chart("density", data),)


def _warnings(inputs: Mapping[str, Any], parts: Sequence[Distribution], share: float) -> tuple[Note, ...]:
    found = []
    if share > WIDE_SHARE:
        found.append(Note("three_point.disagree", {"share": share}))
    if inputs["form"] == "lognormal":
        for row, part in zip(inputs["experts"], parts, strict=True):
            implied = float(part.quantile(0.5))
            if abs(row["likely"] - implied) > FAR_FROM_MEDIAN * implied:
                told = {"expert": row["expert"], "likely": row["likely"], "implied": implied}
                found.append(Note("three_point.far", told))
    if inputs["form"] == "pert" and inputs["peak"] != PEAK:
        found.append(Note("three_point.peak", {"peak": inputs["peak"]}))
    return tuple(found)


METHOD = Method(
    "three_point",
    (
        Field(
            "experts",
            "table",
            most=100,
            columns=(
                Field("expert", "text"),
                Field("low", "number", low=0, high=LARGEST),
                Field("likely", "number", low=0, high=LARGEST),
                Field("high", "number", low=0, high=LARGEST),
                Field("weight", "number", default=1.0, above=0, high=1e6),
            ),
        ),
        Field("form", "choice", default="pert", choices=("pert", "lognormal")),
        Field("peak", "number", default=PEAK, low=0, high=100),
        Field("level", "number", default=0.9, low=0.1, high=0.999, unit="probability"),
        Field("target", "number", default=None, low=0, high=LARGEST),
        Field("quantiles", "numbers", default=(0.05, 0.25, 0.5, 0.75, 0.95), above=0, below=1, most=20),
    ),
    run,
)
