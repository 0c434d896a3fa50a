"""Which share: counted hits among cases, a prior and outside factors in one share, each part visible.

Like `rate_blend`, with beta distributions and binomial counts; the multipliers act on the odds.
Gelman et al. (2013), Bayesian Data Analysis, section 2.4; Box (1980), doi:10.2307/2982063.
"""

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
from anlan.maths.blending.elicited import Beta, beta_from_mean, beta_from_quantiles
from anlan.maths.blending.factors import Product, product
from anlan.maths.blending.shares import Share, exact_share, pooled

_MOST = 10**9
_KNOWN = {"jeffreys": Beta(0.5, 0.5), "uniform": Beta(1.0, 1.0)}


@dataclass(frozen=True)
class Blend:
    """What goes in: hits among trials, the prior, the multipliers; and the posterior."""

    hits: int
    trials: int
    prior: Share
    posterior: Share
    factor: Product

    @cached_property
    def result(self) -> Share:
        return self.posterior.scaled(self.factor)


def run(inputs: Inputs, *, seed: int = 0) -> Answer:
    """The share with its credible interval, its parts, and the hits among the next cases."""
    faults = Faults()
    factors = factors_of(inputs, faults)
    _check_history(inputs, faults)
    known = _KNOWN.get(inputs["prior"])
    prior = prior_of(inputs, _PRIORS, faults) if known is None else Share((known,), (1.0,))
    faults.raise_any()
    assert prior is not None
    blend = _blend(inputs, prior, product(factors))
    result = blend.result
    count = result.hits(inputs["horizon"])
    conflict = prior.hits(blend.trials).surprise(blend.hits) if blend.trials else None
    return Answer(
        quantities=(
            Quantity("share", result.mean, "share", *limits(result), "credible_90"),
            Quantity("next_hits", count.mean, "", *limits(count), "predictive_90"),
            Quantity("any_event", 1 - count.up_to(0), "probability"),
            *([Quantity("prior_surprise", conflict, "probability")] if conflict is not None else []),
            *(_beta(blend) if len(blend.posterior.betas) == 1 else ()),
        ),
        tables=(
            AnswerTable("blend_parts", ("part", "estimate", "low_90", "high_90"), _parts(blend)),
            AnswerTable("blend_factors", ("factor", "mean", "low_90", "high_90"),
                        factor_rows(inputs, factors, blend.factor)),
            *_opinions(inputs, blend),
            next_count(count),
        ),
        charts=_drawn(blend),
        assumptions=(Note(f"blend.prior_{inputs['prior']}"), Note("blend.constant_share"),
                     *([Note("blend.independent_odds")] if factors else [])),
        warnings=_warnings(inputs, blend, conflict),
    )  # fmt: skip


def _beta(blend: Blend) -> tuple[Quantity, ...]:
    of = blend.posterior.betas[0]
    return Quantity("posterior_a", of.a), Quantity("posterior_b", of.b)


def _check_history(inputs: Inputs, faults: Faults) -> None:
    rows = inputs["history"] or ()
    check_names([row["period"] for row in rows], "history", faults)
    for place, row in enumerate(rows, start=1):
        if row["hits"] > row["trials"]:
            where, accepted = f"history[{place}].hits", f"[0, {row['trials']}]"
            faults.add("method.outside", where=where, found=row["hits"], limits=accepted)


_PRIORS = Priors(("beta", ("prior_a", "prior_b"), Beta), beta_from_mean, beta_from_quantiles, pooled)


def _blend(inputs: Inputs, prior: Share, factor: Product) -> Blend:
    """Errors: NotEnoughData with neither history nor a prior that says something."""
    history = inputs["history"] or ()
    if not history and inputs["prior"] in _KNOWN:
        raise NotEnoughData("blend.nothing")
    hits, trials = sum(row["hits"] for row in history), sum(row["trials"] for row in history)
    return Blend(hits, trials, prior, prior.updated(hits, trials), factor)


def _parts(blend: Blend) -> tuple[tuple[Any, ...], ...]:
    rows: list[tuple[Any, ...]] = []
    if blend.trials:
        exact = exact_share(blend.hits, blend.trials)
        rows.append((Note("blend.history"), blend.hits / blend.trials, *exact))
    for name, of in (("prior", blend.prior), ("posterior", blend.posterior), ("result", blend.result)):
        rows.append((Note(f"blend.{name}"), of.mean, *limits(of)))
    return tuple(rows)


def _opinions(inputs: Inputs, blend: Blend) -> list[AnswerTable]:
    """Each expert: the beta made of the limits, and the share before and after the counts."""
    if inputs["prior"] != "experts":
        return []
    rows = tuple(
        (row["expert"], b.a, b.b, b.a / (b.a + b.b), before, after)
        for row, b, before, after in zip(
            inputs["experts"], blend.prior.betas, blend.prior.shares, blend.posterior.shares, strict=True
        )
    )
    columns = ("expert", "beta_a", "beta_b", "mean", "share_before", "share_after")
    return [AnswerTable("blend_share_experts", columns, rows)]


def _drawn(blend: Blend) -> tuple[Chart, ...]:
    shown = [blend.posterior, blend.result]
    low = min(of.quantile(0.005) for of in shown)
    high = max(of.quantile(0.995) for of in shown)
    if len(blend.prior.betas) > 1 or min(blend.prior.betas[0].a, blend.prior.betas[0].b) > 1:
        low = min(low, blend.prior.quantile(0.01))
        high = max(high, blend.prior.quantile(0.99))
    likelihood = None
    if blend.trials:
        likelihood = Share((Beta(blend.hits + 1.0, blend.trials - blend.hits + 1.0),), (1.0,))
    moved = blend.result if len(blend.factor.sample) > 1 or blend.factor.mean != 1 else None
    return drawn(
        prior=blend.prior, likelihood=likelihood, posterior=blend.posterior, result=moved, low=low, high=high,
        unit="share",
    )  # fmt: skip


def _warnings(inputs: Inputs, blend: Blend, conflict: float | None) -> tuple[Note, ...]:
    found = []
    if conflict is not None and conflict < SURPRISING and inputs["prior"] not in _KNOWN:
        found.append(Note("blend.conflict", {"p": conflict}))
    history = inputs["history"] or ()
    unlike = unlike_p([row["hits"] for row in history], [row["trials"] for row in history], share=True)
    if unlike is not None and unlike < SURPRISING:
        found.append(Note("blend.unlike", {"p": unlike}))
    if blend.trials and blend.hits in (0, blend.trials):
        found.append(Note("blend.all_or_none"))
    if not blend.trials:
        found.append(Note("blend.no_history"))
    if inputs["prior"] == "experts":
        found += misfits(inputs, [Share((b,), (1.0,)).quantile(0.5) for b in blend.prior.betas])
    return tuple(found)


METHOD = Method(
    "share_blend",
    (
        Field(
            "history",
            "table",
            default=None,
            most=400,
            columns=(
                Field("period", "text"),
                Field("hits", "integer", low=0, high=_MOST),
                Field("trials", "integer", low=1, high=_MOST),
            ),
        ),
        Field(
            "prior",
            "choice",
            default="jeffreys",
            choices=("jeffreys", "uniform", "beta", "mean_p95", "experts"),
        ),
        Field("prior_a", "number", default=None, low=1e-3, high=1e7),
        Field("prior_b", "number", default=None, low=1e-3, high=1e7),
        Field("prior_mean", "number", default=None, low=1e-6, high=1 - 1e-6, unit="share"),
        Field("prior_p95", "number", default=None, low=1e-6, high=1 - 1e-6, unit="share"),
        experts_field(below=1),
        Field("level", "number", default=0.9, low=0.1, high=0.999, unit="probability"),
        FACTORS,
        Field("horizon", "integer", default=100, low=1, high=_MOST),
    ),
    run,
)
