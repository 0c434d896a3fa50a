"""Risk index: likelihood x severity by the criteria in force; the level is looked up, never typed in.

Likelihood: cases affected per 1,000 cases of the process, not occurrences and not of those that reach
the node. So it never passes 1,000, and likelihood times severity follows the yearly loss: what nearly
always goes wrong at a step that few cases reach is severe for them but rare for the service. Severity:
minutes an affected case loses (all the finding claims, divided by its cases), in minutes or as a
multiple of a usual case duration, as the scale says: the median of finished cases that pass the
finding's node (20 or more), else of all finished cases, else a day. The index is ordinal: it orders
risks, it must never be added over risks.
"""

from anlan.domain.criteria import Criteria
from anlan.domain.finding import Finding
from anlan.domain.risk import RiskIndex
from anlan.loop.quantify.case_facts import CaseFacts
from anlan.loop.quantify.frequency import cases_hit

_DAY_S = 86_400.0
"""Stands in for a usual case duration where no finished case has one."""


def minutes_per_affected_case(finding: Finding) -> float:
    """Mean minutes an affected case loses, before minutes are divided among risks."""
    return float(finding.delay_min.sum()) / max(1, len(finding.affected))


def affected_per_1000_cases(finding: Finding, facts: CaseFacts) -> float:
    """Cases affected per 1,000 cases of the process, whether or not they could have been hit."""
    return 1000.0 * cases_hit(finding, most=facts.n_cases) / max(1, facts.n_cases)


def risk_index(finding: Finding, *, facts: CaseFacts, criteria: Criteria) -> RiskIndex:
    """Scores, their product and the level of their cell."""
    affected = affected_per_1000_cases(finding, facts)
    lost = _severity_value(finding, facts, criteria.severity.unit)
    likelihood, severity = criteria.likelihood.score(affected), criteria.severity.score(lost)
    return RiskIndex(
        likelihood,
        severity,
        criteria.index(likelihood, severity),
        criteria.level(likelihood, severity).code,
        likelihood_value=affected,
        severity_value=lost,
    )


def _severity_value(finding: Finding, facts: CaseFacts, unit: str) -> float:
    minutes = minutes_per_affected_case(finding)
    if unit == "customer_min" or minutes == 0.0:
        return minutes
    return minutes * 60.0 / (facts.usual_duration_s(finding.nodes) or _DAY_S)
