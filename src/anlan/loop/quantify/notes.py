"""What must be said beside a risk's numbers, as codes of messages (`notes.<code>`)."""

from collections import Counter
from collections.abc import Sequence

from anlan.domain.finding import Finding
from anlan.domain.risk import Risk
from anlan.loop.quantify.case_facts import CaseFacts
from anlan.loop.quantify.frequency import SHORTEST_PERIOD_DAYS

SHORT_PERIOD_DAYS = 90.0
FEW_CASES = 10
FEWEST_RISKS = 6


def notes_of(finding: Finding, facts: CaseFacts, *, n_counted: int) -> tuple[str, ...]:
    """Notes of one risk; `n_counted`: cases with minutes counted for it."""
    days = finding.period_days
    claims = bool((finding.delay_min > 0.0).any())
    said = {
        "quantify.no_customer_time": not claims,
        "quantify.minutes_owned_by_others": claims and n_counted == 0,
        "quantify.few_cases": 0 < n_counted < FEW_CASES,
        "quantify.period_under_a_day": days <= SHORTEST_PERIOD_DAYS,
        "quantify.short_period": SHORTEST_PERIOD_DAYS < days < SHORT_PERIOD_DAYS,
        "quantify.several_per_case": finding.count > len(finding.affected) > 0,
        "quantify.no_case_duration": claims and not facts.usual_duration_s(finding.nodes),
    }
    return tuple(code for code, holds in said.items() if holds)


def register_notes(risks: Sequence[Risk]) -> tuple[str, ...]:
    """Notes on all risks together: does the likelihood scale tell them apart?"""
    scores = Counter(risk.index.likelihood for risk in risks)
    one_score = len(risks) >= FEWEST_RISKS and 2 * max(scores.values()) > len(risks)
    return ("quantify.one_likelihood",) if one_score else ()
