"""What was observed: outcomes noted by hand, and occurrences that later logs counted for the risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from anlan.web.calibration.models import Outcome
from anlan.web.risks.models import NOT_COUNTING, Assessment, Risk

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Observed:
    """So many events in a period, both days in. origin: kind and code of where it is shown."""

    risk: str
    period_from: date
    period_to: date
    events: int
    source: str
    origin: tuple[str, str]

    @property
    def years(self) -> float:
        return ((self.period_to - self.period_from).days + 1) / DAYS_PER_YEAR


def observed_of(risks: Sequence[Risk]) -> list[Observed]:
    """All observations of these risks, oldest first; two queries."""
    codes = {risk.pk: risk.code for risk in risks}
    noted = Outcome.objects.filter(risk__in=codes, withdrawn_at=None)
    found = [
        Observed(codes[o.risk_id], o.period_from, o.period_to, o.events, o.source, ("outcome", str(o.pk)))
        for o in noted
    ]
    return sorted([*found, *_of_logs(codes)], key=lambda each: (each.period_from, each.risk))


def _of_logs(codes: dict[int, str]) -> list[Observed]:
    """Occurrences that assessments from a log rest on, in the days of that log."""
    rows = Assessment.objects.filter(risk__in=codes, technique="event_log", run__log__isnull=False)
    found = []
    for row in rows.exclude(state__in=NOT_COUNTING).select_related("run__log"):
        log, count = row.run.log, (row.values.get("evidence") or {}).get("count")
        if not isinstance(count, int) or log.first_at is None or log.last_at is None:
            continue
        first, last = log.first_at.date(), log.last_at.date()
        if last > first:
            found.append(Observed(codes[row.risk_id], first, last, count, log.name, ("run", row.run.code)))
    return found
