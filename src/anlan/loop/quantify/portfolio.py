"""The year's total loss over all counted risks: its expectation, its spread, the error of simulating it.

Risks of a year share one factor as far as the weeks of the log show it (`year_to_year`); beyond it they
come independently of each other. The mean is exact, the sum of the means of the risks; quantiles and the
mean of the worst years are simulated, and the simulated mean stands beside the exact one as a check.
"""

from collections.abc import Mapping

from anlan.domain.intake import Intake
from anlan.domain.interval import Interval
from anlan.domain.risk import Portfolio
from anlan.loop.quantify.year_to_year import YearToYear
from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.counts import positive_interval
from anlan.maths.loss_statistics import loss_sample

WIDE = 0.01
"""A 95th percentile whose standard error is above this share of it is called not settled."""
QUANTILES = {"p05": 0.05, "p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


def portfolio_of(
    sources: Mapping[str, LossSource],
    *,
    unit: str,
    spread: YearToYear,
    intake: Intake | None,
    seed: int,
    years: int,
    threads: int | None = None,
) -> Portfolio:
    """Simulate `years` years; risks enter in the order of their ids."""
    if not sources:
        return _without_loss(unit, intake)
    ordered = [source for _, source in sorted(sources.items())]
    losses = simulate_years(ordered, years=years, seed=seed, threads=threads, common_variance=spread.common)
    sample = loss_sample(losses)
    expected = sum(source.mean for source in ordered)
    quantiles = {name: sample.quantile(level) for name, level in QUANTILES.items()}
    simulated = {"mean": sample.mean, **quantiles, "cvar95": sample.cvar(0.95)}
    settled = quantiles["p95"].standard_error <= WIDE * quantiles["p95"].value
    return Portfolio(
        unit=unit,
        **{name: estimate.value for name, estimate in simulated.items()} | {"mean": expected},
        simulated_mean=sample.mean.value,
        simulation_errors={name: estimate.standard_error for name, estimate in simulated.items()},
        curve=sample.curve(),
        years=years,
        expectation=positive_interval(expected, relative_variance=spread.of_mean),
        common_variance=spread.common,
        weeks=spread.weeks,
        intake=intake,
        notes=(_of_spread(spread), *(() if settled else ("quantify.not_settled",))),
    )


def _of_spread(spread: YearToYear) -> str:
    if spread.weeks == 0:
        return "quantify.spread_is_chance"
    return "quantify.common_factor" if spread.common > 0.0 else "quantify.no_common_factor"


def _without_loss(unit: str, intake: Intake | None) -> Portfolio:
    return Portfolio(
        unit, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, {}, ((0.0, 0.0),), 0,
        expectation=Interval(0.0, 0.0, 0.0), intake=intake, notes=("quantify.no_counted_loss",),
    )  # fmt: skip
