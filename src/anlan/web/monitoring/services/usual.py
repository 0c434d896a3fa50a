"""The usual week of series whose indicator is watched against it: fitted from its readings, daily anew."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from anlan.domain.errors import AnlanError, NotEnoughData
from anlan.loop.monitor.watching import Seen
from anlan.maths.detection.seasonal import SeasonalProfile, seasonal_profile
from anlan.web.monitoring.models import Indicator, Series
from anlan.web.monitoring.services.indicators import definition_of
from anlan.web.readings.models import Reading, Usual

DAY_US, WEEK_US = 86_400_000_000, 7 * 86_400_000_000


def usual_weeks(series: Iterable[int]) -> dict[int, SeasonalProfile]:
    """The usual week of each of these series that has one."""
    rows = Usual.objects.filter(series__in=list(series))
    return {
        each.series: SeasonalProfile(each.zone, frozenset(), tuple(each.centre), tuple(each.spread))
        for each in rows
    }


def refit(*, now: int, most: int = 500) -> int:
    """Fit usual weeks that are missing or older than a day, at most so many; how many were fitted.

    A series with too few readings waits; until it has a usual week only its limits judge it.
    """
    seasonal = Indicator.objects.filter(status=Indicator.Status.ACTIVE, document__detector__kind="seasonal")
    known = dict(Usual.objects.filter(fitted__gt=now - DAY_US).values_list("series", "fitted"))
    done = 0
    for series in Series.objects.filter(indicator__in=seasonal).select_related("indicator", "unit"):
        if series.pk in known:
            continue
        if done >= most:
            break
        done += _fit(series, now=now)
    return done


def _fit(series: Series, *, now: int) -> bool:
    try:
        chosen = definition_of(series.indicator).detector
    except AnlanError:
        return False  # a definition that once held and is refused now: the watch passes over it as well
    if chosen is None:
        return False
    rows = Reading.objects.filter(
        series=series.pk,
        at__gt=now - chosen.weeks * WEEK_US,
        quality=Reading.Quality.GOOD,
        value__isnull=False,
    )
    found = [Seen(*row) for row in rows.order_by("at").values_list("at", "value", "n")]
    try:
        profile = week_of(found, zone=series.unit.time_zone)
    except NotEnoughData:
        return False
    kept = {name: value for name, value in asdict(profile).items() if name != "holidays"}
    Usual.objects.update_or_create(series=series.pk, defaults=kept | {"fitted": now, "n": len(found)})
    return True


def week_of(readings: Sequence[Seen], *, zone: str) -> SeasonalProfile:
    """The usual week of readings. Errors: NotEnoughData."""
    known = [(each.at, each.value) for each in readings if each.value is not None]
    return seasonal_profile([at for at, _ in known], [value for _, value in known], zone=zone)
