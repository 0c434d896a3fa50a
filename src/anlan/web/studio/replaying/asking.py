"""The stretch of time that a page is asked for: day, hour, how many hours, which replication."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from anlan.domain.errors import UsageError
from anlan.loop.improve.replay.replay import DAY_S, HOUR_S, Replay
from anlan.web.common.texts import text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.studio.replaying.parts import Part, When
from anlan.web.studio.replaying.words import day_of, hour_of, weekday

LENGTHS = (2, 4, 8, 12, 24, 48, 168, 336)


@dataclass(frozen=True)
class DayAsked:
    """A day that can be chosen."""

    value: int
    said: str


def when_of(sent: QueryDict, *, dated: bool) -> When:
    """What was sent. dated: days are dates. Errors: UsageError `replay.when`."""
    day, hour, hours = sent.get("day", ""), sent.get("hour", ""), sent.get("hours", "")
    number = whole_number(sent.get("replication") or "1", most=10_000)
    at = whole_number(hour or "0", most=23)
    on = _date(day) if dated and day else None
    first = 0 if on is not None else whole_number(day or "0", most=100_000)
    if at is None or first is None or number is None or (dated and day and on is None):
        raise UsageError("replay.when", found=f"{day} {hour} {sent.get('replication', '')}".strip()[:40])
    return When(24.0 * first + at if day else None, _length(hours) if hours else None, number - 1,
                sent.get("design", "")[:20], on)  # fmt: skip


def _length(hours: str) -> float:
    try:
        found = float(hours)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise UsageError("replay.when", found=hours[:40])
    return found


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def moment_of(sent: QueryDict, replay: Replay) -> float:
    """Second of the run of `at`: seconds from the begin of the span. Errors: UsageError `replay.moment`."""
    lasts = replay.span.until_s - replay.span.from_s
    try:
        at = float(sent.get("at", "0"))
    except ValueError:
        at = math.nan
    if not 0.0 <= at <= lasts:
        raise UsageError("replay.moment", found=sent.get("at", "")[:40], most=round(lasts))
    return replay.span.from_s + at


def form_of(part: Part, sent: QueryDict) -> dict[str, Any]:
    """What the form of the page offers and shows."""
    replay = part.replay
    begin, last = replay.span.from_s, replay.last_s
    is_log = bool(replay.first_day)
    hours = sent.get("hours") or str(round((replay.span.until_s - begin) / HOUR_S))
    lengths = (
        sorted({*(str(n) for n in LENGTHS), hours}, key=float) if hours.isdigit() else list(map(str, LENGTHS))
    )
    form: dict[str, Any] = {
        "is_log": is_log, "hour": hour_of(begin), "hours": hours, "replication": part.replication + 1,
        "lengths": [(each, text("studio.replay.hours_said", n=int(each))) for each in lengths],
        "replications": range(1, part.replications + 1),
    }  # fmt: skip
    if is_log:
        first = date.fromisoformat(replay.first_day)
        form |= {"day": (first + timedelta(days=day_of(begin))).isoformat(), "first": replay.first_day,
                 "last": (first + timedelta(days=day_of(last))).isoformat()}  # fmt: skip
        return form
    days = range(day_of(last - 1.0) + 1) if last <= 370 * DAY_S else ()
    form["day"] = day_of(begin)
    form["days"] = [
        DayAsked(n, text("studio.replay.day_said", week=n // 7 + 1, weekday=weekday(n % 7))) for n in days
    ]
    return form
