"""Formulas of indicators: whom they may name, and that what they name fits."""

from collections.abc import Iterable, Mapping
from typing import Any

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.loop.monitor.definitions import Definition, read_definition
from anlan.loop.monitor.formulas.cycles import cycle_in
from anlan.loop.monitor.formulas.dimensions import check_units
from anlan.loop.monitor.formulas.tree import named_in
from anlan.loop.monitor.formulas.values import check_grains
from anlan.web.monitoring.models import Indicator
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope

SEE = "monitoring.view"


def nameable(user: User, unit: Unit | None, own: Indicator | None = None) -> list[Indicator]:
    """What a formula of the unit may name: what the person sees, of a unit above, below or the same."""
    seen = in_scope(Indicator.objects.exclude(status=Indicator.Status.RETIRED), user, SEE)
    if own is not None:
        seen = seen.exclude(pk=own.pk)
    return [each for each in seen.select_related("unit") if unit is None or _on_one_line(each.unit, unit)]


def _on_one_line(a: Unit, b: Unit) -> bool:
    return a.path.startswith(b.path) or b.path.startswith(a.path)


def inputs_of(
    definition: Definition, unit: Unit | None, *, actor: User, own: Indicator | None = None
) -> list[Indicator]:
    """The indicators that the formula names, once all of it fits; none without a formula.

    Errors: RefusedInput `formula.unknown`, `.cycle`, `.dimensions`, and those of units and periods.
    """
    if definition.formula is None:
        return []
    mentions = list(named_in(definition.formula))
    codes = {each.code for each in mentions}
    seen = in_scope(Indicator.objects.filter(code__in=codes), actor, SEE).select_related("unit")
    kept = set() if own is None else set(own.inputs.values_list("pk", flat=True))
    known = {
        each.code: each for each in seen
        if each.pk in kept or (each.status != Indicator.Status.RETIRED
                               and (unit is None or _on_one_line(each.unit, unit)))
    }  # fmt: skip
    for each in mentions:
        if each.code not in known:
            raise RefusedInput("formula.unknown", place=each.place, found=each.code)
    if own is not None:
        _no_cycle(own, known)
    fits(definition, {code: read_definition(found.document) for code, found in known.items()})
    return list(known.values())


def fits(definition: Definition, named: Mapping[str, Definition]) -> None:
    """Units, periods and dimensions of what a formula names. Errors: RefusedInput `formula.*`."""
    tree = definition.formula
    if tree is None:
        return
    mentions = list(named_in(tree))
    for each in mentions:
        if set(named[each.code].dimensions) != set(definition.dimensions):
            raise RefusedInput(
                "formula.dimensions", place=each.place, found=each.code,
                theirs=named[each.code].dimensions or ("—",), accepted=definition.dimensions or ("—",),
            )  # fmt: skip
    check_units(tree, {code: found.unit for code, found in named.items()}, result=definition.unit)
    check_grains(mentions, {code: found.grain_s for code, found in named.items()}, grain_s=definition.grain_s)


def _no_cycle(own: Indicator, named: Iterable[str]) -> None:
    rows = Indicator.inputs.through.objects.values_list("from_indicator__code", "to_indicator__code")
    needs: dict[str, list[str]] = {}
    for code, other in rows:
        needs.setdefault(code, []).append(other)
    needs[own.code] = list(named)
    way = cycle_in(needs, own.code)
    if way:
        raise RefusedInput("formula.cycle", way=" → ".join(way))


def lock_formulas() -> None:
    """Nobody else changes what formulas name until this transaction ends, so that two make no cycle."""
    rows = Indicator.objects.select_for_update(of=("self",)).order_by("pk")
    list(rows.filter(pk__in=Indicator.inputs.through.objects.values("from_indicator")).values_list("pk"))


def still_fits(changed: Indicator, document: Mapping[str, Any]) -> None:
    """Formulas that name an indicator hold with its other definition. Errors: UsageError `formula.used`."""
    broken = []
    for each in changed.dependants.prefetch_related("inputs"):
        named = {other.code: read_definition(other.document) for other in each.inputs.all()}
        named[changed.code] = read_definition(document)
        try:
            fits(read_definition(each.document), named)
        except AnlanError:
            broken.append(each.code)
    if broken:
        raise UsageError("formula.used", codes=tuple(broken))
