"""What the parameters leave open of the loss of a year: frequencies and sizes that are themselves estimates.

A frequency given as a distribution is not known within it; `size_factor` says how far all losses of a risk
may lie above or below what is written. Each outer draw fixes both and simulates years; the band over the
draws stands beside the band of the simulation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import AnswerTable, Note
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.loss.portfolio_inputs import severity_table
from anlan.maths.distributions import Distribution
from anlan.maths.loss_portfolios.parameter_band import MIDDLE, ParameterBand, parameter_band, stratified
from anlan.maths.loss_portfolios.portfolios import Portfolio, PortfolioRisk
from anlan.maths.loss_statistics import LossSample

MOST_DRAWS = 400
FEWEST_YEARS = 1_000
SHARE_OF_WORK = 2.0
"""Years of all draws together, in terms of the years of the curve."""
_FEWEST_BEYOND = 10.0
_CERTAIN = ("none", "constant")

Rates = Sequence[NDArray[np.float64] | None]


def open_parameters(rows: Sequence[Mapping[str, Any]]) -> int:
    """How many frequencies and sizes are given with an interval."""
    return sum(
        (row["frequency"].kind not in _CERTAIN)
        + (row["size_factor"] is not None and row["size_factor"].kind not in _CERTAIN)
        for row in rows
    )


def years_of_a_draw(years: int, draws: int) -> int:
    return max(FEWEST_YEARS, min(years, round(SHARE_OF_WORK * years / draws)))


def band_of(
    inputs: Mapping[str, Any], portfolio: Portfolio, *, losses: Sequence[float], level: float, seed: int
) -> ParameterBand | None:
    """The band; None where no draws are asked for, or nothing is open. Errors: RefusedInputs for sizes that
    a factor carries past what can be computed."""
    draws, rows = inputs["parameter_draws"], inputs["risks"]
    if not draws or not open_parameters(rows):
        return None
    rates = [_values(row["frequency"], draws, 2 * place, seed) for place, row in enumerate(rows)]
    sizes = [_values(row["size_factor"], draws, 2 * place + 1, seed) for place, row in enumerate(rows)]

    def portfolio_of(draw: int) -> Portfolio:
        faults = Faults()
        risks = tuple(
            _fixed(risk, row, rate, size, draw, f"risks[{place}].size_factor", faults)
            for place, (risk, row, rate, size) in enumerate(
                zip(portfolio.risks, rows, rates, sizes, strict=True), start=1
            )
        )
        faults.raise_any()
        return replace(portfolio, risks=risks)

    return parameter_band(portfolio_of, draws=draws, years=years_of_a_draw(inputs["years"], draws),
                          losses=losses, level=level, seed=seed)  # fmt: skip


def _values(of: Distribution | None, draws: int, place: int, seed: int) -> NDArray[np.float64] | None:
    """A value for each draw; None of a number, and of none."""
    if of is None or of.kind in _CERTAIN:
        return None
    return of.quantile(stratified(draws, place=place, seed=seed))


def _fixed(
    risk: PortfolioRisk, row: Mapping[str, Any], rate: NDArray[np.float64] | None,
    size: NDArray[np.float64] | None, draw: int, where: str, faults: Faults,
) -> PortfolioRisk:  # fmt: skip
    """The risk with the parameters of a draw."""
    if rate is not None:
        risk = replace(risk, frequency=Distribution("constant", {"value": float(rate[draw])}))
    if size is not None:
        scaled = {**row, "scale": row["scale"] * float(size[draw])}
        risk = replace(risk, severity=severity_table(scaled, where, faults))
    return risk


def band_points(band: ParameterBand | None) -> list[dict[str, float]]:
    """Ends of the band at each loss, as far as the years of a draw tell anything."""
    if band is None:
        return []
    low, high = band.limits()
    told = np.mean(band.beyond, axis=0) * band.years >= _FEWEST_BEYOND
    return [
        {"loss": float(loss), "low": float(a), "high": float(b)}
        for loss, a, b, tells in zip(band.losses, low, high, told, strict=True)
        if tells
    ]


def band_table(band: ParameterBand, sample: LossSample, level: float) -> AnswerTable:
    """Mean, VaR and CVaR with the middle 90 % of what they are over the draws."""
    found = (
        ("expected_annual_loss", sample.mean.value, band.mean),
        ("value_at_risk", sample.quantile(level).value, band.at_risk),
        ("cvar", sample.cvar(level).value, band.cvar),
    )
    rows = [(Note(f"loss.{name}"), value, *map(float, np.quantile(of, MIDDLE))) for name, value, of in found]
    return AnswerTable("open_parameters", ("statistic", "value", "lower_limit", "upper_limit"), tuple(rows))


def band_notes(inputs: Mapping[str, Any], band: ParameterBand | None) -> tuple[Note, ...]:
    """What the band rests on; where draws were asked for in vain, that the data carry no interval."""
    if band is not None:
        given = {"draws": band.draws, "years": band.years, "n": open_parameters(inputs["risks"])}
        return (Note("annual_loss.parameter_draws", given),)
    return (Note("annual_loss.no_open_parameters"),) if inputs["parameter_draws"] else ()
