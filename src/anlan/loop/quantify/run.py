"""From findings to risks with numbers, and the year's total loss over all of them.

1. Divide claimed minutes among findings (`attribution`), so that none is counted twice.
2. Frequency of each (`frequency`), severity of one strike in counted minutes (`distribution_fits`).
3. Yearly loss of each: mean = strikes a year x mean severity; 95th percentile from the exact
   distribution of a negative binomial number of losses.
4. Index and level (`index`), controllability (`controllability`).
5. Total: simulated years over all risks with counted minutes (`annual_loss`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.costs import Costs
from anlan.domain.criteria import Criteria
from anlan.domain.errors import UsageError
from anlan.domain.finding import Finding
from anlan.domain.interval import Interval
from anlan.domain.risk import Portfolio, Risk, SeverityDistribution
from anlan.loop.quantify.attribution import attribute
from anlan.loop.quantify.case_facts import CaseFacts
from anlan.loop.quantify.controllability import controllability
from anlan.loop.quantify.frequency import (
    frequency_per_1000_cases,
    frequency_per_year,
    strikes_per_year,
    years_observed,
)
from anlan.loop.quantify.index import risk_index
from anlan.loop.quantify.notes import notes_of
from anlan.loop.quantify.portfolio import portfolio_of
from anlan.maths.annual_loss import LossSource
from anlan.maths.counts import positive_interval
from anlan.maths.distribution_fits import Choice, choose_distribution
from anlan.maths.streams import Stream

CUSTOMER_MINUTES = "customer_min"
YEARS = 200_000


def quantify(
    findings: Sequence[Finding],
    *,
    log_facts: CaseFacts,
    criteria: Criteria,
    process: str,
    costs: Costs | None = None,
    seed: int = 0,
    years: int = YEARS,
    threads: int | None = None,
) -> tuple[tuple[Risk, ...], Portfolio]:
    """Risks, largest counted yearly loss first, and the portfolio they form.

    `process` names the process in the ids of the risks, so that they stay the same over re-runs.
    Losses are customer minutes, or money where `costs` has a rate for a customer's minute.
    """
    ids = [risk_id(finding, process=process) for finding in findings]
    if len(set(ids)) < len(ids):
        twice = next(i for i, own in enumerate(ids) if own in ids[:i])
        raise UsageError("quantify.finding_twice", finder=findings[twice].code, nodes=findings[twice].nodes)
    rate = costs.customer_minute if costs is not None and costs.customer_minute is not None else 1.0
    unit = costs.currency if costs is not None and costs.customer_minute is not None else CUSTOMER_MINUTES
    attribution = attribute(findings)
    measured = [
        _measure(
            finding,
            ids[i],
            own_min=attribution.own[i],
            overlaps=tuple(ids[k] for k in attribution.owners_of(i)),
            rate=rate,
            facts=log_facts,
            criteria=criteria,
            stream=Stream(seed),
        )
        for i, finding in enumerate(findings)
    ]
    measured.sort(key=lambda item: (-item.risk.annual_loss.estimate, -item.risk.index.value, item.risk.id))
    sources = {item.risk.id: item.source for item in measured if item.source is not None}
    portfolio = portfolio_of(sources, unit=unit, seed=seed, years=years, threads=threads)
    return tuple(item.risk for item in measured), portfolio


def risk_id(finding: Finding, *, process: str) -> str:
    """`R-` and ten hexadecimal digits, from what the finding is about and the process alone."""
    parts = "\x1f".join([finding.code, *finding.nodes, "\x1e" + finding.detail, "\x1e" + process])
    return "R-" + hashlib.blake2b(parts.encode(), digest_size=5).hexdigest()


@dataclass(frozen=True, eq=False)
class _Measured:
    risk: Risk
    source: LossSource | None


def _measure(
    finding: Finding,
    own_id: str,
    *,
    own_min: NDArray[np.float64],
    overlaps: tuple[str, ...],
    rate: float,
    facts: CaseFacts,
    criteria: Criteria,
    stream: Stream,
) -> _Measured:
    """All numbers of one risk."""
    years = years_observed(finding, facts)
    counted = np.sort(own_min[own_min > 0.0]) * rate
    choice = choose_distribution(counted, stream=stream, place=int(own_id[2:10], 16))
    strikes = strikes_per_year(len(counted), years=years) if len(counted) else None
    source = None if strikes is None else LossSource(strikes.mean, choice.distribution, strikes.shape)
    risk = Risk(
        id=own_id,
        finding=finding,
        frequency_per_1000_cases=frequency_per_1000_cases(finding, facts),
        frequency_per_year=frequency_per_year(finding, facts),
        counted_frequency_per_year=Interval(0.0, 0.0, 0.0) if strikes is None else strikes.interval(),
        severity=_severity(choice, counted),
        annual_loss=_expected_loss(source, counted),
        annual_loss_p95=0.0 if source is None else source.year.quantile(0.95),
        gross_annual_loss=_gross(finding, source, own_min, rate=rate, years=years),
        index=risk_index(finding, facts=facts, criteria=criteria),
        controllability=controllability(finding, facts),
        overlaps=overlaps,
        notes=notes_of(finding, facts, n_counted=len(counted)),
    )
    return _Measured(risk, source)


def _severity(choice: Choice, counted: NDArray[np.float64]) -> SeverityDistribution:
    distribution = choice.distribution
    parameters = dict(distribution.parameters)
    if choice.chosen is not None and choice.chosen.ks_p is not None:
        parameters |= {"aicc": choice.chosen.aicc, "ks": choice.chosen.ks, "ks_p": choice.chosen.ks_p}
    return SeverityDistribution(
        kind=distribution.kind,
        parameters=parameters,
        mean=distribution.mean,
        median=float(distribution.quantile(0.5)),
        p95=float(distribution.quantile(0.95)),
        n=choice.n,
        choice=choice.reason,
        sample=counted,
    )


def _expected_loss(source: LossSource | None, counted: NDArray[np.float64]) -> Interval:
    """Mean yearly loss; its interval joins the uncertainty of the rate and of the mean severity."""
    if source is None:
        return Interval(0.0, 0.0, 0.0)
    of_rate = 1.0 / source.shape
    of_severity = float(counted.var()) / len(counted) / float(counted.mean()) ** 2
    return positive_interval(source.mean, relative_variance=of_rate + of_severity)


def _gross(
    finding: Finding,
    source: LossSource | None,
    own_min: NDArray[np.float64],
    *,
    rate: float,
    years: float,
) -> float:
    """Mean yearly loss of everything the finding claims; never below what is counted for it."""
    claimed = finding.delay_min[finding.delay_min > 0.0]
    if len(claimed) == 0:
        return 0.0
    counted = 0.0 if source is None else source.mean
    if np.array_equal(own_min, finding.delay_min):
        return counted
    gross = strikes_per_year(len(claimed), years=years).mean * float(claimed.mean()) * rate
    return max(counted, gross)
