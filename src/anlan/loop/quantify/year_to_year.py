"""What the weeks of a log say about years: how they differ, and how sure their mean is.

L_w = counted minutes of the cases that arrive in week w of the intake window. Its relative long-run
variance (`long_run_variance`), brought to a year, is what one year differs from another by: more or
fewer cases, better or worse weeks, slow swings. The part beyond the chance of independent risks

    phi = max(0, (v_weeks - v_chance) / (1 + v_chance))

becomes the variance of a factor that all risks of a year share. Under eight weeks nothing can be said
of it, phi is 0, and the mean is as uncertain as its cases alone make it. With weeks, the mean is as
uncertain as their long-run variance makes it, and at least as its cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME
from anlan.domain.finding import Finding
from anlan.domain.intake import Intake
from anlan.maths.annual_loss import LossSource
from anlan.maths.long_run_variance import long_run_variance

FEWEST_WEEKS = 8
WEEKS_PER_YEAR = 365.25 / 7.0
_WEEK_US = 7 * 86_400_000_000


@dataclass(frozen=True)
class YearToYear:
    """Relative variances, and the whole `weeks` they come from (0 where too few).

    common    of the factor shared by all risks of a year
    of_cases  of the expected year, from cases as if they were independent
    of_weeks  what the weeks add to that, for every risk alike
    """

    common: float
    of_cases: float
    of_weeks: float
    weeks: int

    @property
    def of_mean(self) -> float:
        """Of the expected year: what the log leaves open about it."""
        return self.of_cases + self.of_weeks


def year_to_year(
    findings: Sequence[Finding],
    own_min: Sequence[NDArray[np.float64]],
    *,
    arrival_us: NDArray[np.int64] | None,
    intake: Intake | None,
    sources: Iterable[LossSource],
) -> YearToYear:
    """From the minutes each finding keeps per case (`own_min`, aligned with `affected`)."""
    by_case = _minutes_by_case(findings, own_min)
    total = float(by_case.sum())
    if total <= 0.0:
        return YearToYear(0.0, 0.0, 0.0, 0)
    of_cases = float(np.sum(by_case**2)) / total**2
    weeks = weekly_minutes(by_case, arrival_us, intake) if arrival_us is not None and intake else np.zeros(0)
    if len(weeks) < FEWEST_WEEKS or weeks.sum() <= 0.0:
        return YearToYear(0.0, of_cases, 0.0, 0)
    spread = long_run_variance(weeks / weeks.mean())
    chance = chance_variance(sources)
    common = max(0.0, (spread.variance / WEEKS_PER_YEAR - chance) / (1.0 + chance))
    return YearToYear(common, of_cases, max(0.0, spread.of_mean - of_cases), len(weeks))


def weekly_minutes(
    by_case: NDArray[np.float64], arrival_us: NDArray[np.int64], intake: Intake
) -> NDArray[np.float64]:
    """Minutes by week of arrival, over the whole weeks of the intake window."""
    n_weeks = (intake.last_us - intake.first_us) // _WEEK_US
    week = (arrival_us[: len(by_case)] - intake.first_us) // _WEEK_US
    inside = (arrival_us[: len(by_case)] != NO_TIME) & (week >= 0) & (week < n_weeks)
    minutes = np.bincount(week[inside], weights=by_case[inside], minlength=n_weeks)
    return np.asarray(minutes, dtype=np.float64)


def chance_variance(sources: Iterable[LossSource]) -> float:
    """Relative variance of a year of independent risks whose rates are known: sum r E[X^2] / mean^2."""
    used = [(s.rate, s.severity.mean, s.severity.variance) for s in sources if s.mean > 0.0]
    mean = sum(rate * m for rate, m, _ in used)
    return sum(rate * (v + m * m) for rate, m, v in used) / mean**2 if mean > 0.0 else 0.0


def _minutes_by_case(
    findings: Sequence[Finding], own_min: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    n_cases = max((int(f.affected[-1]) + 1 for f in findings if len(f.affected)), default=0)
    by_case = np.zeros(n_cases)
    for finding, minutes in zip(findings, own_min, strict=True):
        by_case[finding.affected] += minutes
    return by_case
