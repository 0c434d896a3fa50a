"""Risk index: likelihood x severity by the criteria in force; the level is looked up, never typed in.

Likelihood: occurrences per 1,000 cases of the process, not of those that reach the node. So likelihood
times severity follows the yearly loss: what nearly always goes wrong at a step that few cases reach is
severe for them but rare for the service. Severity: minutes lost by one occurrence (all the finding
claims, divided by its count), in minutes or as a multiple of a usual case duration, as the scale says:
the median of finished cases that pass the finding's node (20 or more), else of all finished cases, else
a day. The index is ordinal: it orders risks, it must never be added over risks.
"""

from anlan.domain.criteria import Criteria
from anlan.domain.finding import Finding
from anlan.domain.risk import RiskIndex
from anlan.loop.quantify.case_facts import CaseFacts

_DAY_S = 86_400.0
"""Stands in for a usual case duration where no finished case has one."""


def minutes_per_occurrence(finding: Finding) -> float:
    """Mean minutes one occurrence takes, before minutes are divided among risks."""
    return float(finding.delay_min.sum()) / max(1, finding.count)


def occurrences_per_1000_cases(finding: Finding, facts: CaseFacts) -> float:
    """Occurrences per 1,000 cases of the process, whether or not they could have been hit."""
    return 1000.0 * finding.count / max(1, facts.n_cases)


def risk_index(finding: Finding, *, facts: CaseFacts, criteria: Criteria) -> RiskIndex:
    """Scores, their product and the level of their cell."""
    occurrences = occurrences_per_1000_cases(finding, facts)
    lost = _severity_value(finding, facts, criteria.severity.unit)
    likelihood, severity = criteria.likelihood.score(occurrences), criteria.severity.score(lost)
    return RiskIndex(
        likelihood,
        severity,
        criteria.index(likelihood, severity),
        criteria.level(likelihood, severity).code,
        likelihood_value=occurrences,
        severity_value=lost,
    )


def _severity_value(finding: Finding, facts: CaseFacts, unit: str) -> float:
    minutes = minutes_per_occurrence(finding)
    if unit == "customer_min" or minutes == 0.0:
        return minutes
    return minutes * 60.0 / (facts.usual_duration_s(finding.nodes) or _DAY_S)
