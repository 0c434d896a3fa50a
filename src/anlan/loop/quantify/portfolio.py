"""The year's total loss over all counted risks, with standard errors of the simulation.

Risks strike independently of each other here, so shared causes are not in the spread: the true tail
is at least this heavy where risks come together.
"""

from collections.abc import Mapping

from anlan.domain.risk import Portfolio
from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.loss_statistics import loss_sample

WIDE = 0.01
"""A 95th percentile whose standard error is above this share of it is called not settled."""


def portfolio_of(
    sources: Mapping[str, LossSource], *, unit: str, seed: int, years: int, threads: int | None = None
) -> Portfolio:
    """Simulate `years` years; risks enter in the order of their ids."""
    if not sources:
        return Portfolio(
            unit, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, {}, ((0.0, 0.0),), 0, ("quantify.no_counted_loss",)
        )
    ordered = [source for _, source in sorted(sources.items())]
    sample = loss_sample(simulate_years(ordered, years=years, seed=seed, threads=threads))
    p50, p90, p95, p99 = (sample.quantile(level) for level in (0.5, 0.9, 0.95, 0.99))
    mean, cvar95 = sample.mean, sample.cvar(0.95)
    statistics = {"mean": mean, "p50": p50, "p90": p90, "p95": p95, "p99": p99, "cvar95": cvar95}
    notes = ["quantify.independent_risks"] if len(ordered) > 1 else []
    if p95.standard_error > WIDE * p95.value:
        notes.append("quantify.not_settled")
    return Portfolio(
        unit=unit,
        mean=mean.value,
        p50=p50.value,
        p90=p90.value,
        p95=p95.value,
        p99=p99.value,
        cvar95=cvar95.value,
        standard_errors={name: estimate.standard_error for name, estimate in statistics.items()},
        curve=sample.curve(),
        years=years,
        notes=tuple(notes),
    )
