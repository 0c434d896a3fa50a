"""How often: counted events, a prior and outside factors in one rate, each part visible.

1. Prior: Jeffreys Gamma(1/2, 0), a gamma given by shape and exposure or by mean and P95, or a mixture of one
   gamma for each expert's limits.
2. Posterior: Gamma(shape + events, exposure + time) of each part; experts' shares move by how well they
   foretold the count.
3. Outside factors multiply the posterior rate; the next period's count is foretold from the product.

NUREG/CR-6823 (2003), chapter 6; conflict of prior and data: Box (1980), doi:10.2307/2982063.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.blend.opinions import (
    FACTORS,
    SURPRISING,
    Inputs,
    Priors,
    drawn,
    experts_field,
    factor_rows,
    factors_of,
    limits,
    misfits,
    next_count,
    prior_of,
    unlike_p,
)
from anlan.loop.quantify.methods.experts.answers import check_names
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.blending.elicited import Gamma, gamma_from_mean, gamma_from_quantiles
from anlan.maths.blending.factors import Product, product
from anlan.maths.blending.rates import Rate, exact_rate, pooled
from anlan.maths.counts import JEFFREYS_SHAPE

UNITS: Mapping[str, str] = {
    "year": "per_year",
    "month": "per_month",
    "day": "per_day",
    "hour": "per_hour",
    "1000_cases": "per_1000_cases",
}
"""Unit of exposure -> unit of the rate."""
_LARGEST = 1e9


@dataclass(frozen=True)
class Blend:
    """What goes in: counts, the prior (None: Jeffreys), the multipliers; and the posterior."""

    events: int
    exposure: float
    prior: Rate | None
    posterior: Rate
    factor: Product

    @cached_property
    def result(self) -> Rate:
        return self.posterior.scaled(self.factor)


def run(inputs: Inputs, *, seed: int = 0) -> Answer:
    """The rate with its credible interval, its parts, and the count of the next period."""
    faults = Faults()
    factors = factors_of(inputs, faults)
    prior = prior_of(inputs, _PRIORS, faults)
    check_names([row["period"] for row in inputs["history"] or ()], "history", faults)
    faults.raise_any()
    blend = _blend(inputs, prior, product(factors))
    result, unit = blend.result, UNITS[inputs["exposure_unit"]]
    count = result.count(inputs["horizon"])
    conflict = _conflict(blend)
    unlike = _unlike(inputs)
    return Answer(
        quantities=(
            Quantity("rate", result.mean, unit, *limits(result), "credible_90"),
            Quantity("next_count", count.mean, "", *limits(count), "predictive_90"),
            Quantity("any_event", 1 - count.up_to(0), "probability"),
            *([Quantity("prior_surprise", conflict, "probability")] if conflict is not None else []),
            *([Quantity("posterior_shape", blend.posterior.gammas[0].shape)] if _single(blend) else []),
            *([Quantity("posterior_exposure", blend.posterior.gammas[0].exposure)] if _single(blend) else []),
        ),
        tables=(
            AnswerTable("blend_parts", ("part", "estimate", "low_90", "high_90"), _parts(inputs, blend)),
            AnswerTable("blend_factors", ("factor", "mean", "low_90", "high_90"),
                        factor_rows(inputs, factors, blend.factor)),
            *_opinions(inputs, blend),
            next_count(count),
        ),
        charts=_drawn(blend, unit),
        assumptions=(Note(f"blend.prior_{inputs['prior']}"), Note("blend.constant_rate"),
                     *([Note("blend.independent_factors")] if factors else [])),
        warnings=_warnings(inputs, blend, conflict, unlike),
    )  # fmt: skip


def _single(blend: Blend) -> bool:
    return len(blend.posterior.gammas) == 1


_PRIORS = Priors(
    ("gamma", ("prior_shape", "prior_exposure"), Gamma), gamma_from_mean, gamma_from_quantiles, pooled
)


def _blend(inputs: Inputs, prior: Rate | None, factor: Product) -> Blend:
    """Errors: NotEnoughData with neither history nor a proper prior."""
    history = inputs["history"] or ()
    events, exposure = sum(row["events"] for row in history), sum(row["exposure"] for row in history)
    if not history and prior is None:
        raise NotEnoughData("blend.nothing")
    before = prior or Rate((Gamma(JEFFREYS_SHAPE, 0.0),), (1.0,))
    return Blend(events, exposure, prior, before.updated(events, exposure) if history else before, factor)


def _conflict(blend: Blend) -> float | None:
    if blend.prior is None or blend.exposure <= 0:
        return None
    return blend.prior.count(blend.exposure).surprise(blend.events)


def _unlike(inputs: Inputs) -> float | None:
    history = inputs["history"] or ()
    return unlike_p([row["events"] for row in history], [row["exposure"] for row in history], share=False)


def _parts(inputs: Inputs, blend: Blend) -> tuple[tuple[Any, ...], ...]:
    rows: list[tuple[Any, ...]] = []
    if blend.exposure > 0:
        rows.append((Note("blend.history"), blend.events / blend.exposure,
                     *exact_rate(blend.events, blend.exposure)))  # fmt: skip
    for name, of in (("prior", blend.prior), ("posterior", blend.posterior), ("result", blend.result)):
        if of is not None:
            rows.append((Note(f"blend.{name}"), of.mean, *limits(of)))
    return tuple(rows)


def _opinions(inputs: Inputs, blend: Blend) -> list[AnswerTable]:
    """Each expert: the gamma made of the limits, and the share before and after the counts."""
    if inputs["prior"] != "experts" or blend.prior is None:
        return []
    rows = tuple(
        (row["expert"], g.shape, g.exposure, g.shape / g.exposure, before, after)
        for row, g, before, after in zip(
            inputs["experts"], blend.prior.gammas, blend.prior.shares, blend.posterior.shares, strict=True
        )
    )
    return [AnswerTable("blend_rate_experts", ("expert", "shape", "exposure", "mean", "share_before",
                                               "share_after"), rows)]  # fmt: skip


def _drawn(blend: Blend, unit: str) -> tuple[Chart, ...]:
    shown = [blend.posterior, blend.result, *([blend.prior] if blend.prior else [])]
    high = max(of.quantile(0.99) for of in shown[:2])
    high = min(max(of.quantile(0.99) for of in shown), 3 * high)
    likelihood = None
    if blend.exposure > 0:
        likelihood = Rate((Gamma(blend.events + 1.0, blend.exposure),), (1.0,))
    moved = blend.result if len(blend.factor.sample) > 1 or blend.factor.mean != 1 else None
    return drawn(
        prior=blend.prior, likelihood=likelihood, posterior=blend.posterior, result=moved, low=0.0, high=high,
        unit=unit,
    )  # fmt: skip


def _warnings(inputs: Inputs, blend: Blend, conflict: float | None, unlike: float | None) -> tuple[Note, ...]:
    found = []
    if conflict is not None and conflict < SURPRISING:
        found.append(Note("blend.conflict", {"p": conflict}))
    if unlike is not None and unlike < SURPRISING:
        found.append(Note("blend.unlike", {"p": unlike}))
    if blend.exposure > 0 and blend.events == 0:
        found.append(Note("blend.zero"))
    if blend.exposure <= 0:
        found.append(Note("blend.no_history"))
    if inputs["prior"] == "experts" and blend.prior is not None:
        found += misfits(inputs, [Rate((g,), (1.0,)).quantile(0.5) for g in blend.prior.gammas])
    return tuple(found)


METHOD = Method(
    "rate_blend",
    (
        Field(
            "history",
            "table",
            default=None,
            most=400,
            columns=(
                Field("period", "text"),
                Field("events", "integer", low=0, high=_LARGEST),
                Field("exposure", "number", low=1e-6, high=_LARGEST),
            ),
        ),
        Field("exposure_unit", "choice", default="year", choices=tuple(UNITS)),
        Field("prior", "choice", default="jeffreys", choices=("jeffreys", "gamma", "mean_p95", "experts")),
        Field("prior_shape", "number", default=None, low=1e-3, high=1e7),
        Field("prior_exposure", "number", default=None, low=1e-6, high=_LARGEST),
        Field("prior_mean", "number", default=None, low=1e-9, high=_LARGEST),
        Field("prior_p95", "number", default=None, low=1e-9, high=_LARGEST),
        experts_field(high=_LARGEST),
        Field("level", "number", default=0.9, low=0.1, high=0.999, unit="probability"),
        FACTORS,
        Field("horizon", "number", default=1.0, low=1e-6, high=1e6),
    ),
    run,
)
