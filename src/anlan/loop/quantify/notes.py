"""What must be said beside a risk's numbers, as codes of messages (`notes.<code>`)."""

from anlan.domain.finding import Finding
from anlan.loop.quantify.case_facts import CaseFacts

SHORT_PERIOD_DAYS = 90.0
FEW_CASES = 10


def notes_of(finding: Finding, facts: CaseFacts, *, n_counted: int) -> tuple[str, ...]:
    """Notes of one risk; `n_counted`: cases with minutes counted for it."""
    days = finding.period_days if finding.period_days > 0 else facts.period_days
    claims = bool((finding.delay_min > 0.0).any())
    said = {
        "quantify.no_customer_time": not claims,
        "quantify.minutes_owned_by_others": claims and n_counted == 0,
        "quantify.few_cases": 0 < n_counted < FEW_CASES,
        "quantify.period_under_a_day": days < 1.0,
        "quantify.short_period": 1.0 <= days < SHORT_PERIOD_DAYS,
        "quantify.several_per_case": finding.count > len(finding.affected) > 0,
        "quantify.no_case_duration": claims and not facts.usual_duration_s(finding.nodes),
    }
    return tuple(code for code, holds in said.items() if holds)
