"""How often a finding occurs: per 1,000 cases, per year, and as loss events that cost counted minutes.

The unit of chance is the case: a case hit five times is one unlucky case with five occurrences. Per
1,000 cases, the cases hit are a share: k of n exposed cases give Beta(k + 1/2, n - k + 1/2). Per year
they are a rate: Gamma(k + 1/2, t), with t the period of the finding in years: the intake window of its
log. Both have Jeffreys' prior, and occurrences follow at the observed number per hit case, so only
repeats take them above 1,000. A finding that names no cases counts its occurrences.
"""

from anlan.domain.finding import Finding
from anlan.domain.interval import Interval
from anlan.loop.quantify.case_facts import CaseFacts
from anlan.maths.counts import RatePosterior, rate_posterior, share_interval

DAYS_PER_YEAR = 365.25
SHORTEST_PERIOD_DAYS = 1.0


def years_observed(finding: Finding) -> float:
    """Years of the period the finding was looked for in; less than a day counts as a day."""
    return max(finding.period_days, SHORTEST_PERIOD_DAYS) / DAYS_PER_YEAR


def cases_hit(finding: Finding, *, most: int) -> int:
    """Cases affected; where none are named, the occurrences, at most as many as cases can be hit."""
    return len(finding.affected) or max(0, min(finding.count, most))


def frequency_per_1000_cases(finding: Finding, facts: CaseFacts) -> Interval:
    """Occurrences per 1,000 cases that could have been hit."""
    exposed = max(finding.exposure_cases if finding.exposure_cases > 0 else facts.n_cases, 1)
    hit = cases_hit(finding, most=exposed)
    share = share_interval(hit, trials=max(exposed, hit))
    return share.scaled(1000.0 * (finding.count / hit if hit and finding.count > 0 else 1.0))


def frequency_per_year(finding: Finding) -> Interval:
    """Occurrences per year of 365.25 days, at the number of cases the log has per year."""
    exposure, hit = years_observed(finding), len(finding.affected)
    if hit == 0 or finding.count <= 0:
        return rate_posterior(finding.count, exposure=exposure).interval()
    return rate_posterior(hit, exposure=exposure).interval().scaled(finding.count / hit)


def loss_events_per_year(n_cases_hit: int, *, years: float) -> RatePosterior:
    """Rate of cases a year that lose minutes counted for the risk."""
    return rate_posterior(n_cases_hit, exposure=years)
