"""The part of the indicator form that says whether its formula holds, and what it gives."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from anlan.domain.errors import AnlanError
from anlan.formats.report.charts.readings import Drawn, readings_chart
from anlan.loop.monitor.measures import UNITS
from anlan.web.common.texts import error_text, language, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.monitoring import selectors, shown
from anlan.web.monitoring.models import Indicator
from anlan.web.monitoring.services.formulas import nameable
from anlan.web.monitoring.services.indicators import EDIT
from anlan.web.monitoring.services.trying_formulas import TriedFormula, try_formula
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require, units_of

NEWEST = 6
"""Values told as numbers beside the picture."""


@require_POST
def check_formula(request: HttpRequest) -> HttpResponse:
    """Whether the formula of the form holds. `own` in the address: the indicator that is changed."""
    require(request.user, EDIT)
    own = _own(request)
    unit = own.unit if own is not None else _unit(request.user, request.POST.get("unit", ""))
    return render(request, "monitoring/formula.html", checked(request, unit, own))


def checked(request: HttpRequest, unit: Unit | None, own: Indicator | None) -> dict[str, Any]:
    """What the page says of the formula that was sent."""
    sent = request.POST
    written = sent.get("formula", "").replace("\0", "").strip()
    if not written:
        return {"written": ""}
    measure = sent.get("measure", "number")
    document: dict[str, Any] = {
        "unit": measure if measure in UNITS else "number", "formula": written,
        "grain_s": whole_number(sent.get("grain", ""), most=366 * 86_400) or 3600,
    }  # fmt: skip
    if own is not None and "dimensions" in own.document:
        document["dimensions"] = own.document["dimensions"]
    try:
        return {"written": written} | _said(try_formula(document, unit, actor=request.user, own=own))
    except AnlanError as fault:
        first = (fault.several or (fault,))[0]
        return {"written": written, "fault": error_text(first)} | _marked(written, first)


def _marked(written: str, fault: AnlanError) -> dict[str, str]:
    """The text before the fault and from it on, where the fault has a place in it."""
    place = fault.parameters.get("place")
    if not isinstance(place, int):
        return {}
    return {"before": written[: place - 1], "after": written[place - 1 :]}


def _said(tried: TriedFormula) -> dict[str, Any]:
    page: dict[str, Any] = {"inputs": tried.inputs, "tried": tried}
    if tried.place is None or not tried.results:
        return page
    zone, unit = ZoneInfo(tried.place.unit.time_zone), tried.definition.unit
    points = [(datetime.fromtimestamp(at / 1e6, zone), found.value) for at, found in tried.results]
    place = shown.place_of(tried.place)
    drawn = Drawn(title=text("monitoring.formula_preview", place=place), unit=unit, points=points)
    rows = [
        (at, shown.value_said(value, unit) if value is not None else text("monitoring.formula_missing"))
        for at, value in points[-NEWEST:][::-1]
    ]
    picture = mark_safe(readings_chart(drawn, language=language()))
    return page | {"place": place, "picture": picture, "newest": rows}


def asked(user: User, unit: Unit | None, own: Indicator | None) -> list[tuple[str, Indicator, str]]:
    """What a formula may name: code, indicator, what it is measured in."""
    found = nameable(user, unit, own)
    return [
        (each.code, each, text(f"monitoring.units.{each.document.get('unit', 'number')}")) for each in found
    ]


def _own(request: HttpRequest) -> Indicator | None:
    code = request.GET.get("own", "").replace("\0", "")[:40]
    if not code:
        return None
    found: Indicator = get_object_or_404(selectors.indicator_of(request.user, code))
    require(request.user, EDIT, found.unit)
    return found


def _unit(user: User, code: str) -> Unit | None:
    return units_of(user, EDIT).filter(code=code.replace("\0", "")[:60]).first()
