"""A formula before it is kept: whether it holds, and what it gives on the readings there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.loop.monitor.definitions import Definition, read_definition
from anlan.loop.monitor.formulas.tree import named_in
from anlan.loop.monitor.formulas.values import Result, reach_of
from anlan.web.monitoring.models import Indicator, Series
from anlan.web.monitoring.services.calculating import results_of, sources_in
from anlan.web.monitoring.services.formulas import SEE, inputs_of
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope

PERIODS = 60
"""So many of the newest periods are tried."""


@dataclass(frozen=True)
class TriedFormula:
    """place: series of an input in whose unit and dimensions it is tried, None where nothing was read yet;
    results: (begin of the period in microseconds UTC, what comes out) by time."""

    definition: Definition
    inputs: Sequence[Indicator]
    place: Series | None
    results: Sequence[tuple[int, Result]]


def try_formula(
    document: Mapping[str, Any], unit: Unit | None, *, actor: User, own: Indicator | None = None
) -> TriedFormula:
    """On the newest periods of the place that was read last, among those the person may see.

    Errors: RefusedDefinition, RefusedInput `formula.*`.
    """
    definition = read_definition(document)
    inputs = inputs_of(definition, unit, actor=actor, own=own)
    seen = in_scope(Series.objects.filter(indicator__in=inputs, last_at__isnull=False), actor, SEE)
    if unit is not None:
        seen = seen.filter(unit__path__startswith=unit.path)
    place = seen.select_related("unit").order_by("-last_at", "pk").first()
    if place is None or place.last_at is None or definition.formula is None:
        return TriedFormula(definition, inputs, None, ())
    sources = sources_in(inputs, place.unit, place.key)
    reach = reach_of(list(named_in(definition.formula)))
    since = max(0, place.last_at - (PERIODS * definition.grain_s + reach) * 1_000_000)
    found = results_of(definition, sources, place.unit.time_zone, since=since)
    return TriedFormula(definition, inputs, place, sorted(found.items())[-PERIODS:])
