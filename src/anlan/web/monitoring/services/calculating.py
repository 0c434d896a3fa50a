"""Readings of indicators that are computed from others.

1. A formula has a reading in each period in which one of its inputs has one, once that period is over: once a
   reading of an input reaches to its end. Where it is missing there is none; where one stood, it becomes one
   without a value.
2. Whatever came new, late or corrected, every period from the earliest of it on is computed again, and what
   comes out the same stays as it is. The readings so made are touched like any other, so what depends on
   them follows.
3. A new or changed formula is computed over all that is kept; that history opens no alert.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import F, Max, Q

from anlan.domain.errors import AnlanError
from anlan.loop.monitor.definitions import Definition
from anlan.loop.monitor.formulas.periods import period_of
from anlan.loop.monitor.formulas.tree import named_in
from anlan.loop.monitor.formulas.values import DOUBTFUL, Input, Periods, Result, compute, reach_of
from anlan.web.monitoring.models import Indicator, Series
from anlan.web.monitoring.services.indicators import definition_of
from anlan.web.monitoring.services.rules import pass_over
from anlan.web.people.models import Unit
from anlan.web.readings.models import Reading
from anlan.web.readings.taking import Value, take

SOURCE = "formula"
_AT_ONCE = 5_000
Place = tuple[int, str]
"""(number of the unit, key of the dimensions) of a series."""


@dataclass(frozen=True)
class Source:
    """An indicator that a formula names: its definition, and its series in the place, None without one."""

    definition: Definition
    series: int | None


def follow(since: Mapping[int, int], series: Mapping[int, Series], *, now: int) -> None:
    """Compute what depends on the series. since: earliest new time of each, microseconds UTC."""
    by_indicator: dict[int, dict[Place, int]] = defaultdict(dict)
    units: dict[int, Unit] = {}
    for pk, found in series.items():
        places, place = by_indicator[found.indicator_id], (found.unit_id, found.key)
        places[place], units[found.unit_id] = since[pk], found.unit
    waiting = Indicator.objects.filter(inputs__in=by_indicator, status=Indicator.Status.ACTIVE).distinct()
    for each in waiting.select_related("unit").prefetch_related("inputs"):
        earliest: dict[Place, int] = {}
        for named in each.inputs.all():
            for place, at in by_indicator.get(named.pk, {}).items():
                earliest[place] = min(at, earliest.get(place, at))
        for (unit, key), at in earliest.items():
            if units[unit].path.startswith(each.unit.path):
                calculate(each, units[unit], key, since=at, now=now)


def calculate_history(*, now: int, still_mine: Callable[[], bool]) -> bool:
    """A new or changed formula over all that is kept; whether there was one. What depends on it is next.

    still_mine: renews the right to compute; where it is lost, whoever has it begins anew.
    """
    waiting = Indicator.objects.filter(
        pk__in=Indicator.inputs.through.objects.values("from_indicator"), status=Indicator.Status.ACTIVE
    )
    each = waiting.filter(~Q(calculated=F("number"))).select_related("unit").order_by("pk").first()
    if each is None:
        return False
    places = Series.objects.filter(
        Q(indicator__in=each.inputs.all()) | Q(indicator=each), unit__path__startswith=each.unit.path
    )
    seen: set[Place] = set()
    for series in places.select_related("unit").order_by("unit", "key", "pk"):
        place = (series.unit_id, series.key)
        if place not in seen:
            seen.add(place)
            if not still_mine():
                return True
            calculate(each, series.unit, series.key, since=0, now=now, history=True)
    for series in each.series.select_related("unit", "indicator"):
        pass_over(series)
    each.dependants.update(calculated=0)
    Indicator.objects.filter(pk=each.pk, number=each.number).update(calculated=each.number)
    return True


def calculate(
    indicator: Indicator, unit: Unit, key: str, *, since: int, now: int, history: bool = False
) -> None:
    """Keep what the formula gives in a place from a time on. history: opens no alert."""
    try:
        definition = definition_of(indicator)
    except AnlanError:  # held once and is refused by this version of the program: no reading comes of it
        return
    sources = sources_in(indicator.inputs.all(), unit, key)
    results = results_of(definition, sources, unit.time_zone, since=since)
    own = Series.objects.filter(indicator=indicator, unit=unit, key=key).first()
    if own is None and not any(found.value is not None for found in results.values()):
        return
    if own is None:
        dimensions = Series.objects.filter(indicator__in=indicator.inputs.all(), unit=unit, key=key).first()
        said = {} if dimensions is None else dimensions.dimensions
        own, _ = Series.objects.get_or_create(
            indicator=indicator, unit=unit, key=key, defaults={"dimensions": said}
        )
    _keep(own, results, since=since, now=now, history=history)


def _keep(own: Series, results: Mapping[int, Result], *, since: int, now: int, history: bool) -> None:
    """What is missing replaces only what stood."""
    first = min(since, min(results, default=since))
    standing = set(Reading.objects.filter(series=own.pk, at__gte=first).values_list("at", flat=True))
    values = [
        Value(own.pk, at, found.value, found.n, found.quality)
        for at, found in sorted(results.items()) if found.value is not None or at in standing
    ]  # fmt: skip
    if since == 0:
        values += [Value(own.pk, at, None, None, DOUBTFUL) for at in sorted(standing - set(results))]
    for begin in range(0, len(values), _AT_ONCE):
        take(SOURCE, "", "", values[begin : begin + _AT_ONCE], (), now=now, history=history)


def sources_in(inputs: Sequence[Indicator], unit: Unit, key: str) -> dict[str, Source]:
    """What a formula names, by code, in the place."""
    rows = Series.objects.filter(indicator__in=[each.pk for each in inputs], unit=unit, key=key)
    known = dict(rows.values_list("indicator_id", "pk"))
    return {each.code: Source(definition_of(each), known.get(each.pk)) for each in inputs}


def results_of(
    definition: Definition, sources: Mapping[str, Source], zone: str, *, since: int
) -> dict[int, Result]:
    """What the formula gives in each finished period from that of a time on, by when the period begins."""
    if definition.formula is None:
        return {}
    of = partial(period_of, grain_s=definition.grain_s, zone=zone)
    numbers = [source.series for source in sources.values() if source.series is not None]
    before = Reading.objects.filter(series__in=numbers, at__lt=since)
    last = before.order_by("-at").values_list("at", flat=True).first()
    start = of(since if last is None else last)[0]
    reach = reach_of(list(named_in(definition.formula))) * 1_000_000
    inputs = {code: _input(source, of(max(start - reach, 0))[0] - reach) for code, source in sources.items()}
    over = _until(sources, zone)
    found: dict[int, Result] = {}
    for begin, end in sorted(_periods(numbers, start, of)):
        if end <= over:
            result = compute(definition.formula, inputs, Periods(begin, end, of))
            found[begin] = _believed(result, definition)
    return found


def _periods(numbers: Sequence[int], start: int, of: "partial[tuple[int, int]]") -> set[tuple[int, int]]:
    """Periods with a reading, also one without a value."""
    found: set[tuple[int, int]] = set()
    begin = end = -1
    rows = (
        Reading.objects.filter(series__in=numbers, at__gte=start).order_by("at").values_list("at", flat=True)
    )
    for at in rows.iterator(chunk_size=5000):
        if not begin <= at < end:
            begin, end = of(at)
            found.add((begin, end))
    return found


def _input(source: Source, since: int) -> Input:
    rows = Reading.objects.filter(series=source.series, at__gte=since, value__isnull=False).order_by("at")
    kept = list(rows.values_list("at", "value", "n", "quality")) if source.series is not None else []
    at, value, n, quality = zip(*kept, strict=True) if kept else ((), (), (), ())
    return Input(source.definition.unit, at, value, n, quality)


def _until(sources: Mapping[str, Source], zone: str) -> int:
    """Until when the newest reading of an input speaks, microseconds UTC."""
    grains = {each.series: each.definition.grain_s for each in sources.values() if each.series is not None}
    newest = Reading.objects.filter(series__in=grains).values_list("series").annotate(at=Max("at"))
    ends = (max(at + grains[pk] * 1_000_000, period_of(at, grains[pk], zone)[1]) for pk, at in newest)
    return max(ends, default=0)


def _believed(found: Result, definition: Definition) -> Result:
    """A value outside what is believed of the indicator counts as missing, in doubt."""
    low, high = definition.lowest, definition.highest
    value = found.value
    if value is None or not ((low is not None and value < low) or (high is not None and value > high)):
        return found
    return Result(None, DOUBTFUL)
