"""Readings of a person or a program: checked against the definitions, then kept."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.loop.monitor.definitions import Definition
from anlan.loop.monitor.incoming import Incoming, believed, is_text, read_row
from anlan.web.monitoring.models import Indicator, Series
from anlan.web.monitoring.services.indicators import REPORT, definition_of, series_of
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import may, require
from anlan.web.readings.taking import MOST_ROWS, Answer, Doubt, Value, answered, content_of, take


def report(rows: Sequence[Any], *, actor: User, source: str, key: str = "", now: int) -> Answer:
    """Keep readings; those not believed wait in quarantine with the reason.

    source: what they come from, part of what makes a batch unique; key: of the batch, empty for its content;
    now: microseconds UTC. Errors: RefusedInput `monitor.rows` for none or too many, `monitor.key`.
    """
    require(actor, REPORT)
    return _reported(_Batch(rows, source, key), lambda unit: may(actor, REPORT, unit), now=now)


def report_below(unit: Unit, rows: Sequence[Any], *, source: str, key: str = "", now: int) -> Answer:
    """Keep readings of a source that speaks for a unit and those below it, as `report` does for a person."""
    return _reported(_Batch(rows, source, key), lambda each: each.path.startswith(unit.path), now=now)


def judge_below(unit: Unit, rows: Sequence[Any], *, now: int) -> list[AnlanError | float | None]:
    """What would become of rows of such a source: the value in the unit of the indicator, or why it is not
    believed. Nothing is kept."""
    places = _Places(rows, lambda each: each.path.startswith(unit.path))
    found: list[AnlanError | float | None] = []
    for row in rows:
        try:
            found.append(places.judged(row, now=now)[3])
        except AnlanError as fault:
            found.append(fault)
    return found


@dataclass(frozen=True)
class _Batch:
    rows: Sequence[Any]
    source: str
    key: str


def _reported(batch: _Batch, reach: Callable[[Unit], bool], *, now: int) -> Answer:
    rows, source, key = batch.rows, batch.source, batch.key
    if not 0 < len(rows) <= MOST_ROWS:
        raise RefusedInput("monitor.rows", n=len(rows), most=MOST_ROWS)
    content = content_of(rows)
    before = answered(source, key, content)
    if before is not None:
        return before
    places = _Places(rows, reach)
    values, doubts = [], []
    for number, row in enumerate(rows, start=1):
        try:
            values.append(places.value(row, now=now))
        except AnlanError as fault:
            doubts.append(places.doubt(number, row, fault))
    return take(source, key, content, values, doubts, now=now)


MOST_SERIES = 500
"""Series of an indicator: more values of a dimension than this are a fault of whoever sends them."""


def _codes(rows: Sequence[Mapping[Any, Any]], field: str) -> set[str]:
    """Codes that rows name, as far as they can be codes."""
    found = (row.get(field) for row in rows)
    return {code for code in found if isinstance(code, str) and len(code) <= 60 and is_text(code)}


class _Places:
    """Indicators, units and series that a batch names, read in three questions."""

    def __init__(self, rows: Sequence[Any], reach: Callable[[Unit], bool]) -> None:
        named = [row for row in rows if isinstance(row, Mapping)]
        codes, units = _codes(named, "indicator"), _codes(named, "unit")
        self.indicators = {
            each.code: each for each in Indicator.objects.filter(code__in=codes).select_related("unit")
        }
        self.units = {each.code: each for each in Unit.objects.filter(code__in=units, active=True)}
        known = Series.objects.filter(indicator__in=self.indicators.values(), unit__in=self.units.values())
        self.series = {
            (indicator, unit, key): pk
            for pk, indicator, unit, key in known.values_list("pk", "indicator_id", "unit_id", "key")
        }
        self.definitions: dict[str, Definition] = {}
        self.allowed = {code for code, unit in self.units.items() if reach(unit)}

    def value(self, row: Any, *, now: int) -> Value:
        """The reading of a row, in a series that is begun where there is none yet. Errors: as `judged`."""
        said, indicator, unit, value = self.judged(row, now=now)
        place = (indicator.pk, unit.pk, said.key)
        if place not in self.series:
            self.series[place] = series_of(indicator, unit, said.dimensions).pk
        return Value(self.series[place], said.at, value, said.n, said.quality)

    def judged(self, row: Any, *, now: int) -> tuple[Incoming, Indicator, Unit, float | None]:
        """What a row says, of what, and the value to keep. Errors: UsageError why it is not believed."""
        said = read_row(row)
        unit = self._unit(said)
        indicator = self._indicator(said, unit)
        if indicator.status == Indicator.Status.RETIRED:
            raise UsageError("monitor.row.retired", indicator=said.indicator)
        definition = self.definitions.get(said.indicator)
        if definition is None:
            definition = self.definitions[said.indicator] = definition_of(indicator)
        value = believed(said, definition, now=now)
        place = (indicator.pk, unit.pk, said.key)
        of_it = sum(indicator.pk == known for known, _, _ in self.series)
        if place not in self.series and of_it >= MOST_SERIES:
            raise UsageError("monitor.row.series", indicator=said.indicator, most=MOST_SERIES)
        return said, indicator, unit, value

    def doubt(self, number: int, row: Any, fault: AnlanError) -> Doubt:
        """What goes to quarantine; only what the sender may see is said to belong anywhere."""
        named = row if isinstance(row, Mapping) else {}
        unit = self.units.get(str(named.get("unit")))
        indicator = self.indicators.get(str(named.get("indicator")))
        known = unit is not None and unit.code in self.allowed
        content = json.dumps(row, ensure_ascii=False, default=str)
        return Doubt(
            number, content, fault, unit.pk if unit is not None and known else None,
            indicator.pk if indicator is not None and known else None,
        )  # fmt: skip

    def _indicator(self, said: Incoming, unit: Unit) -> Indicator:
        """The indicator, where it is one of the unit or of a unit above."""
        found = self.indicators.get(said.indicator)
        if found is None or not unit.path.startswith(found.unit.path):
            raise UsageError("monitor.row.indicator", found=said.indicator)
        return found

    def _unit(self, said: Incoming) -> Unit:
        if said.unit not in self.allowed:
            raise UsageError("monitor.row.unit", found=said.unit)
        return self.units[said.unit]
