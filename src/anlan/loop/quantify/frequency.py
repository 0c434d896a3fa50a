"""How often a finding occurs: per 1,000 cases, per year, and as occasions that cost counted minutes.

The unit of chance is the case: a case hit five times is one unlucky case with five occurrences. After
k hit cases in exposure t the rate of hit cases is Gamma(k + 1/2, t) (Jeffreys' prior); occurrences
follow at the observed number per hit case. A finding that names no cases counts its occurrences.
"""

from anlan.domain.finding import Finding
from anlan.domain.interval import Interval
from anlan.loop.quantify.case_facts import CaseFacts
from anlan.maths.counts import RatePosterior, rate_posterior

DAYS_PER_YEAR = 365.25
SHORTEST_PERIOD_DAYS = 1.0


def years_observed(finding: Finding, facts: CaseFacts) -> float:
    """Length of the observation in years; less than a day counts as a day."""
    days = finding.period_days if finding.period_days > 0 else facts.period_days
    return max(days, SHORTEST_PERIOD_DAYS) / DAYS_PER_YEAR


def frequency_per_1000_cases(finding: Finding, facts: CaseFacts) -> Interval:
    """Occurrences per 1,000 cases that could have been hit."""
    cases = finding.exposure_cases if finding.exposure_cases > 0 else max(1, facts.n_cases)
    return _occurrences(finding, exposure=cases / 1000.0)


def frequency_per_year(finding: Finding, facts: CaseFacts) -> Interval:
    """Occurrences per year of 365.25 days, at the number of cases the log has per year."""
    return _occurrences(finding, exposure=years_observed(finding, facts))


def strikes_per_year(n_cases_hit: int, *, years: float) -> RatePosterior:
    """Rate of cases a year that lose minutes counted for the risk."""
    return rate_posterior(n_cases_hit, exposure=years)


def _occurrences(finding: Finding, *, exposure: float) -> Interval:
    hit = len(finding.affected)
    if hit == 0 or finding.count <= 0:
        return rate_posterior(finding.count, exposure=exposure).interval()
    return rate_posterior(hit, exposure=exposure).interval().scaled(finding.count / hit)
