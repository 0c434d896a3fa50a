"""Positions of risks on the matrix at two days, and who went from where to where."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from anlan.web.risks.models import Assessment, Risk

Cell = tuple[int, int]
DEFAULT_DAYS = 90


@dataclass(frozen=True)
class Path:
    """Risks (by key) that went from one cell to another; `start` is None for those first assessed since."""

    start: Cell | None
    end: Cell
    risks: tuple[int, ...]

    @property
    def n(self) -> int:
        return len(self.risks)


@dataclass(frozen=True)
class Movement:
    """paths: between different cells, most risks first; stayed: risks per cell that did not move;
    new: risks first assessed since, per cell."""

    since: date
    until: date
    paths: tuple[Path, ...]
    stayed: Mapping[Cell, int]
    new: tuple[Path, ...]

    @property
    def moved(self) -> int:
        return sum(path.n for path in self.paths)


def movement(risks: QuerySet[Risk], *, since: date, until: date) -> Movement:
    """One query, however many risks. Only assessments of the current stage approved by the day count."""
    before, after = positions(risks, since=since, until=until)
    went: dict[tuple[Cell | None, Cell], list[int]] = {}
    stayed: Counter[Cell] = Counter()
    for risk, cell in after.items():
        if before.get(risk) == cell:
            stayed[cell] += 1
        else:
            went.setdefault((before.get(risk), cell), []).append(risk)
    paths = [Path(start, end, tuple(found)) for (start, end), found in went.items()]
    paths.sort(key=lambda path: (-path.n, path.start or (0, 0), path.end))
    return Movement(
        since, until, tuple(path for path in paths if path.start is not None), dict(stayed),
        tuple(path for path in paths if path.start is None),
    )  # fmt: skip


def positions(risks: QuerySet[Risk], *, since: date, until: date) -> tuple[dict[int, Cell], dict[int, Cell]]:
    """Risk -> (likelihood, severity) of its newest current assessment approved by the end of either day."""
    by_then = ExpressionWrapper(Q(approved_at__lt=_end_of(since)), output_field=BooleanField())
    approved = Assessment.objects.filter(
        stage="current", state=Assessment.State.APPROVED, approved_at__lt=_end_of(until),
        risk__in=risks.order_by(),
    )  # fmt: skip
    rows = approved.annotate(early=by_then).order_by("number")
    before: dict[int, Cell] = {}
    after: dict[int, Cell] = {}
    for risk, likelihood, severity, early in rows.values_list("risk_id", "likelihood", "severity", "early"):
        after[risk] = (likelihood, severity)
        if early:
            before[risk] = (likelihood, severity)
    return before, after


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def days_of(query: Mapping[str, str], *, today: date) -> tuple[date, date]:
    """Both days as the address says them, in order; what is no day is 90 days ago and today."""
    since = _day(query.get("since")) or today - timedelta(days=DEFAULT_DAYS)
    until = min(_day(query.get("until")) or today, today)
    return (since, until) if since <= until else (until, since)


def _day(words: str | None) -> date | None:
    try:
        found = date.fromisoformat(words or "")
    except ValueError:
        return None
    return found if 1900 <= found.year <= 9998 else None
