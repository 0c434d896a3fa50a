"""What judges the readings of an indicator now, and readings that are taken as history."""

from dataclasses import asdict

from anlan.domain.errors import AnlanError
from anlan.loop.monitor.watching import Watched
from anlan.maths.detection.seasonal import SeasonalProfile
from anlan.maths.detection.verdicts import Detector
from anlan.web.monitoring.models import Indicator, Series
from anlan.web.monitoring.services.indicators import definition_of
from anlan.web.monitoring.services.usual import usual_weeks
from anlan.web.readings.models import Reading, Watch


def pass_over(series: Series) -> None:
    """What has come so far of a series, taken as history, is drawn but opens no alert."""
    rule = rule_of(series.indicator, usual_weeks([series.pk]).get(series.pk))
    state = {"level": 0} if rule is None else rule.begin()
    last = Reading.objects.filter(series=series.pk).order_by("-at").first()
    if last is None:
        return
    series.last_at, series.last_value, series.last_n = last.at, last.value, last.n
    series.save(update_fields=["last_at", "last_value", "last_n"])
    watched = Watched(series.indicator.number, last.at, state, last.at, state)
    Watch.objects.get_or_create(series=series.pk, defaults=asdict(watched))


def rule_of(indicator: Indicator, profile: SeasonalProfile | None) -> Detector | None:
    """What judges its readings. None: it is paused, has no limits, or its definition, which once held, is
    refused by this version of the program."""
    if indicator.status != Indicator.Status.ACTIVE:
        return None
    try:
        return definition_of(indicator).rule_with(profile)
    except AnlanError:
        return None
