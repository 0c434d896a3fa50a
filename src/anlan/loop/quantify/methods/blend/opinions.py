"""The questions both blends ask, and what they check: the prior, the experts' ranges, outside factors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from scipy.special import chdtrc

from anlan.domain.errors import AnlanError
from anlan.domain.method import AnswerTable, Chart, Field, Note
from anlan.loop.quantify.methods.experts.answers import check_names
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.blending.factors import Product
from anlan.maths.distributions import Distribution
from anlan.maths.judgement.density import Cumulative, density, strips

SURPRISING = 0.05
SMALLEST_FACTOR, LARGEST_FACTOR = 1e-6, 1e4
FEWEST_TO_COMPARE = 5
Inputs = Mapping[str, Any]

FACTORS = Field(
    "factors",
    "table",
    default=None,
    most=20,
    columns=(Field("factor", "text"), Field("multiplier", "estimate", above=0, high=LARGEST_FACTOR)),
)


def experts_field(*, high: float | None = None, below: float | None = None) -> Field:
    """Experts with the limits that hold the middle `level`, and a median to check them by."""
    ends: dict[str, Any] = {"above": 0, "high": high, "below": below}
    return Field(
        "experts",
        "table",
        default=None,
        most=50,
        columns=(
            Field("expert", "text"),
            Field("low", "number", **ends),
            Field("median", "number", default=None, **ends),
            Field("high", "number", **ends),
            Field("weight", "number", default=1.0, above=0, high=1e6),
        ),
    )


def needed(inputs: Inputs, names: Sequence[str], faults: Faults) -> bool:
    """Whether the answers a kind of prior needs are there; faults where not."""
    missing = [name for name in names if inputs[name] is None]
    for name in missing:
        faults.add("blend.needed", where=name, prior=inputs["prior"])
    return not missing


def check_experts(inputs: Inputs, faults: Faults) -> None:
    rows = inputs["experts"] or ()
    check_names([row["expert"] for row in rows], "experts", faults)
    for place, row in enumerate(rows, start=1):
        said = [row["low"], *([row["median"]] if row["median"] is not None else []), row["high"]]
        if said != sorted(set(said)):
            faults.add("method.not_ascending", where=f"experts[{place}]", found=tuple(said))


@dataclass(frozen=True)
class Priors:
    """How one blend makes a prior. named: the kind given by two parameters, their names, and what makes the
    distribution of them; of_mean, of_limits: the same from mean and P95, and from an expert's limits; pooled:
    the mixture of distributions with these weights."""

    named: tuple[str, tuple[str, str], Callable[..., Any]]
    of_mean: Callable[..., Any]
    of_limits: Callable[..., Any]
    pooled: Callable[[Sequence[Any], Sequence[float]], Any]


def prior_of(inputs: Inputs, by: Priors, faults: Faults) -> Any:
    """The prior that was said; None for a kind of another name, and where what was said is at fault."""
    kind, (named, names, make) = inputs["prior"], by.named
    if kind == named and needed(inputs, names, faults):
        return by.pooled([make(*(inputs[name] for name in names))], [1.0])
    if kind == "mean_p95" and needed(inputs, ("prior_mean", "prior_p95"), faults):
        build = partial(by.of_mean, inputs["prior_mean"], p95=inputs["prior_p95"])
        found = made(build, "prior_p95", faults)
        return None if found is None else by.pooled([found], [1.0])
    if kind == "experts" and needed(inputs, ("experts",), faults):
        check_experts(inputs, faults)
        if not faults:
            return _of_experts(inputs, by, faults)
    return None


def _of_experts(inputs: Inputs, by: Priors, faults: Faults) -> Any:
    parts = []
    for place, row in enumerate(inputs["experts"], start=1):
        build = partial(by.of_limits, row["low"], row["high"], level=inputs["level"])
        parts.append(made(build, f"experts[{place}]", faults))
    return None if faults else by.pooled(parts, [row["weight"] for row in inputs["experts"]])


def made(build: Callable[[], Any], where: str, faults: Faults) -> Any:
    """What was said as a distribution; a fault where there is none like it."""
    try:
        return build()
    except AnlanError as error:
        faults.add("method.estimate", where=where, reason=error)
        return None


def factors_of(inputs: Inputs, faults: Faults) -> list[Distribution]:
    """The multipliers: positive, of a sane size."""
    rows = inputs["factors"] or ()
    check_names([row["factor"] for row in rows], "factors", faults)
    for place, row in enumerate(rows, start=1):
        of = row["multiplier"]
        low, high = float(of.quantile(1e-4)), float(of.quantile(1 - 1e-4))
        if not (low >= SMALLEST_FACTOR and high <= LARGEST_FACTOR and of.mean <= LARGEST_FACTOR):
            where = f"factors[{place}].multiplier"
            faults.add(
                "blend.factor",
                where=where,
                found=f"{low:g} – {high:g}",
                least=SMALLEST_FACTOR,
                most=LARGEST_FACTOR,
            )
    return [row["multiplier"] for row in rows]


class Inverted(Protocol):
    """Whatever knows its quantiles."""

    def quantile(self, probability: float) -> float: ...


def next_count(of: Inverted) -> AnswerTable:
    """Quantiles of the number foretold."""
    levels = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
    return AnswerTable(
        "next_count", ("probability", "count_at_most"), tuple((p, of.quantile(p)) for p in levels)
    )


def limits(of: Inverted) -> tuple[float, float]:
    """The middle 90 %."""
    return of.quantile(0.05), of.quantile(0.95)


def factor_rows(
    inputs: Inputs, factors: Sequence[Distribution], whole: Product
) -> tuple[tuple[Any, ...], ...]:
    """Each multiplier with its middle 90 %, then the product."""
    rows = [
        (row["factor"], of.mean, *(float(q) for q in of.quantile((0.05, 0.95))))
        for row, of in zip(inputs["factors"] or (), factors, strict=True)
    ]
    return (*rows, (Note("blend.product"), whole.mean, *whole.limits(0.9)))


def unlike_p(counts: Sequence[float], sizes: Sequence[float], *, share: bool) -> float | None:
    """p value of the chi-square test that all periods have one rate (or one share, with its binomial
    variance); None with one period or too few events."""
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if len(x) < 2 or x.sum() < FEWEST_TO_COMPARE or (share and (n - x).sum() < FEWEST_TO_COMPARE):
        return None
    expected = x.sum() * n / n.sum()
    kept = 1 - x.sum() / n.sum() if share else 1.0
    return float(chdtrc(len(x) - 1, ((x - expected) ** 2 / (expected * kept)).sum()))


def misfits(inputs: Inputs, medians: Sequence[float]) -> list[Note]:
    """Experts whose stated median is far from the one their limits imply, by a quarter of their range."""
    return [
        Note("blend.misfit", {"expert": row["expert"], "said": row["median"], "implied": implied})
        for row, implied in zip(inputs["experts"] or (), medians, strict=True)
        if row["median"] is not None and abs(row["median"] - implied) > (row["high"] - row["low"]) / 4
    ]


def drawn(
    *, prior: Cumulative | None, likelihood: Cumulative | None, posterior: Cumulative,
    result: Cumulative | None, low: float, high: float, unit: str,
) -> tuple[Chart, ...]:  # fmt: skip
    """Prior, scaled likelihood, posterior and what the multipliers make of it, over one axis."""
    if high - low <= 1e-12 * abs(high):
        return ()
    edges = strips(low, high)
    parts = {"prior": prior, "likelihood": likelihood, "posterior": posterior, "result": result}
    curves = {name: None if of is None else density(of, edges) for name, of in parts.items()}
    return (Chart("prior_posterior", {"x": (edges[1:] + edges[:-1]) / 2, **curves, "unit": unit}),)
