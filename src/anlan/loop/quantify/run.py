"""From findings to risks with numbers, and the year's total loss over all of them.

1. Divide claimed minutes among findings (`attribution`), so that none is counted twice.
2. Frequency of each (`frequency`), severity of one loss event in counted minutes (`distribution_fits`).
3. Yearly loss of each: mean = loss events a year x mean severity; 95th percentile from the exact
   distribution of a negative binomial number of losses.
4. Index and level (`index`), controllability (`controllability`).
5. Total: simulated years over all risks with counted minutes (`annual_loss`), which share one factor a
   year as far as the weeks of the log show it (`year_to_year`).
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
    loss_events_per_year,
    years_observed,
)
from anlan.loop.quantify.index import risk_index
from anlan.loop.quantify.notes import notes_of
from anlan.loop.quantify.portfolio import portfolio_of
from anlan.loop.quantify.year_to_year import YearToYear, year_to_year
from anlan.maths.annual_loss import LossSource
from anlan.maths.common_factor import scaled_quantile
from anlan.maths.counts import RatePosterior, positive_interval
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
    counted = [
        _count(finding, ids[i], own_min=attribution.own[i], rate=rate, facts=log_facts, stream=Stream(seed))
        for i, finding in enumerate(findings)
    ]
    sources = {ids[i]: item.source for i, item in enumerate(counted) if item.source is not None}
    by_id = sorted(range(len(findings)), key=ids.__getitem__)
    spread = year_to_year(
        [findings[i] for i in by_id],
        [attribution.own[i] for i in by_id],
        arrival_us=log_facts.arrival_us,
        intake=log_facts.intake,
        sources=[sources[ids[i]] for i in by_id if ids[i] in sources],
    )
    risks = [
        _risk(
            finding,
            ids[i],
            counted[i],
            spread=spread,
            overlaps=tuple(ids[k] for k in attribution.owners_of(i)),
            facts=log_facts,
            criteria=criteria,
        )
        for i, finding in enumerate(findings)
    ]
    rank = {level.code: place for place, level in enumerate(criteria.levels)}
    risks.sort(key=lambda risk: (-rank[risk.index.level], -risk.annual_loss.estimate, risk.id))
    portfolio = portfolio_of(
        sources,
        unit=unit,
        spread=spread,
        intake=log_facts.intake,
        seed=seed,
        years=years,
        threads=threads,
    )
    return tuple(risks), portfolio


def risk_id(finding: Finding, *, process: str) -> str:
    """`R-` and ten hexadecimal digits, from what the finding is about and the process alone."""
    parts = "\x1f".join([finding.code, *finding.nodes, "\x1e" + finding.detail, "\x1e" + process])
    return "R-" + hashlib.blake2b(parts.encode(), digest_size=5).hexdigest()


@dataclass(frozen=True, eq=False)
class _Counted:
    """What a finding keeps: `losses` of its cases, ascending; `gross_mean` loss of a year it claims."""

    losses: NDArray[np.float64]
    choice: Choice
    events: RatePosterior | None
    source: LossSource | None
    gross_mean: float


def _count(
    finding: Finding,
    own_id: str,
    *,
    own_min: NDArray[np.float64],
    rate: float,
    facts: CaseFacts,
    stream: Stream,
) -> _Counted:
    """Rate and size of the loss events of one finding."""
    years = years_observed(finding)
    losses = np.sort(own_min[own_min > 0.0]) * rate
    choice = choose_distribution(losses, stream=stream, place=int(own_id[2:10], 16))
    events = loss_events_per_year(len(losses), years=years) if len(losses) else None
    source = None if events is None else LossSource(events.mean, choice.distribution, events.shape)
    gross = _gross(finding, source, own_min, rate=rate, years=years)
    return _Counted(losses, choice, events, source, gross)


def _risk(
    finding: Finding,
    own_id: str,
    counted: _Counted,
    *,
    spread: YearToYear,
    overlaps: tuple[str, ...],
    facts: CaseFacts,
    criteria: Criteria,
) -> Risk:
    """All numbers of one risk."""
    events, source = counted.events, counted.source
    p95 = 0.0 if source is None else scaled_quantile(source.year, 0.95, common_variance=spread.common)
    return Risk(
        id=own_id,
        finding=finding,
        frequency_per_1000_cases=frequency_per_1000_cases(finding, facts),
        frequency_per_year=frequency_per_year(finding),
        counted_frequency_per_year=Interval(0.0, 0.0, 0.0) if events is None else events.interval(),
        severity=_severity(counted.choice, counted.losses),
        annual_loss=_expected_loss(source, counted.losses, shared=spread.of_weeks),
        annual_loss_p95=p95,
        gross_annual_loss=counted.gross_mean,
        index=risk_index(finding, facts=facts, criteria=criteria),
        controllability=controllability(finding, facts),
        overlaps=overlaps,
        notes=notes_of(finding, facts, n_counted=len(counted.losses)),
    )


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


def _expected_loss(source: LossSource | None, counted: NDArray[np.float64], *, shared: float) -> Interval:
    """Mean yearly loss; its interval joins the uncertainty of the rate, of the mean severity, and of
    the weeks that all risks share (`shared`, a relative variance)."""
    if source is None:
        return Interval(0.0, 0.0, 0.0)
    of_rate = 1.0 / source.shape
    of_severity = float(counted.var()) / len(counted) / float(counted.mean()) ** 2
    return positive_interval(source.mean, relative_variance=of_rate + of_severity + shared)


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
    gross = loss_events_per_year(len(claimed), years=years).mean * float(claimed.mean()) * rate
    return max(counted, gross)
