"""Risk index: likelihood x severity by the criteria in force; the level is looked up, never typed in.

Likelihood: occurrences per 1,000 cases. Severity: minutes lost by one occurrence (all the finding
claims, divided by its count), as a multiple of the median case duration or in minutes, as the scale
says. The index is ordinal: it orders risks, it must never be added over risks.
"""

import math

from anlan.domain.criteria import Criteria
from anlan.domain.finding import Finding
from anlan.domain.risk import RiskIndex
from anlan.loop.quantify.case_facts import CaseFacts


def minutes_per_occurrence(finding: Finding) -> float:
    """Mean customer minutes one occurrence takes, before minutes are divided among risks."""
    return float(finding.delay_min.sum()) / max(1, finding.count)


def risk_index(finding: Finding, *, per_1000_cases: float, facts: CaseFacts, criteria: Criteria) -> RiskIndex:
    """Scores, their product and the level of their cell."""
    likelihood = criteria.likelihood.score(per_1000_cases)
    severity = criteria.severity.score(_severity_value(finding, facts, criteria.severity.unit))
    level = criteria.level(likelihood, severity)
    return RiskIndex(likelihood, severity, criteria.index(likelihood, severity), level.code)


def _severity_value(finding: Finding, facts: CaseFacts, unit: str) -> float:
    minutes = minutes_per_occurrence(finding)
    if unit == "customer_min" or minutes == 0.0:
        return minutes
    if not facts.median_case_duration_s:
        return math.inf
    return minutes * 60.0 / facts.median_case_duration_s
