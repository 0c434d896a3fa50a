"""Risk index: likelihood x severity by the criteria in force; the level is looked up, never typed in.

Likelihood: occurrences per 1,000 cases of the process, not of those that reach the node. So likelihood
times severity follows the yearly loss: what nearly always goes wrong at a step that few cases reach is
severe for them but rare for the service. Severity: minutes lost by one occurrence (all the finding
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
        severity_value=lost if math.isfinite(lost) else None,
    )


def _severity_value(finding: Finding, facts: CaseFacts, unit: str) -> float:
    minutes = minutes_per_occurrence(finding)
    if unit == "customer_min" or minutes == 0.0:
        return minutes
    if not facts.median_case_duration_s:
        return math.inf
    return minutes * 60.0 / facts.median_case_duration_s
