"""The page of calibration, and what was observed: one outcome by a form, many by pasted rows."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.formats.report.charts.reliability import reliability
from anlan.web.calibration import selectors, services
from anlan.web.calibration.estimates import STAGE, STAGES
from anlan.web.calibration.models import TrackRecord
from anlan.web.calibration.pasting import rows_of
from anlan.web.common.texts import error_of, error_text, language, of, text
from anlan.web.people.models import Unit
from anlan.web.people.permissions import may, require, units_of
from anlan.web.runs import drawings, results
from anlan.web.runs.models import Run

_HEADLINES = ("brier", "coverage", "nominal_coverage", "log_score", "calibration_p", "brier_skill")

_ROW = re.compile(r"rows(?:\[(\d+)\])?")


@require_GET
def calibration(request: HttpRequest) -> HttpResponse:
    """How the estimates of a unit held, by method and by expert, from the newest track record."""
    require(request.user, "runs.view")
    unit = _unit(request)
    code = request.GET.get("record", "")
    records = selectors.records_of(request.user, unit=unit)
    asked = _stage(request)
    found = get_object_or_404(records, code=code) if code else selectors.newest(request.user, unit, asked)
    page: dict[str, Any] = {
        "unit": unit, "units": units_of(request.user, "runs.view"), "record": found,
        "stage": found.stage if found else asked, "stages": STAGES,
        "records": records[:12], "may_start": may(request.user, "runs.start", unit),
        "may_note": services.may_note(request.user), "fewest": selectors.FEWEST,
        "n_outcomes": selectors.outcomes_of(request.user, unit=unit).filter(withdrawn_at=None).count(),
        "step": drawings.step_word(found.run) if found else "",
        "faults": drawings.error_words(found.run) if found and found.run.state == Run.State.FAILED else [],
    }  # fmt: skip
    if found is not None and found.run.state == Run.State.DONE:
        try:
            page |= _shown(request, found)
        except AnlanError as fault:
            page["faults"] = [error_text(fault)]
    return render(request, "calibration/calibration.html", page)


def _unit(request: HttpRequest) -> Unit:
    """The unit of the address or form, else the person's own."""
    code = request.POST.get("unit") or request.GET.get("unit") or ""
    units = units_of(request.user, "runs.view")
    if code:
        return get_object_or_404(units, code=code[:80])
    own = request.user.unit
    found = own if own is not None and may(request.user, "runs.view", own) else units.first()
    if found is None:
        raise Http404
    return found


def _stage(request: HttpRequest) -> str:
    """The stage of the address or form, else the current one."""
    found = request.POST.get("stage") or request.GET.get("stage") or STAGE
    return found if found in STAGES else STAGE


def _shown(request: HttpRequest, found: TrackRecord) -> dict[str, Any]:
    result = results.result_of(found.run)
    shown = "en" if language() == "en" else "zh"
    chart = next((c["data"] for c in result["charts"] if c["kind"] == "reliability"), None)
    pairs = Paginator(found.pairs, 50).get_page(request.GET.get("page"))
    return {
        "figures": {q["name"]: q for q in result["quantities"] if q["name"] in _HEADLINES},
        "groups": [{**row, "kind": of(row["group"])} for row in selectors.groups_of(result)],
        "bins": selectors.table_of(result, "reliability_table"),
        "chart": mark_safe(reliability(chart, language=shown, theme="page")) if chart else "",
        "warnings": [of(note["text"]) for note in result["warnings"]],
        "assumptions": [of(note["text"]) for note in result["assumptions"]],
        "left_out": [{**each, "why": error_of(each["why"])} for each in found.left_out],
        "pairs": pairs,
        "rows": [{**pair, "address": selectors.address_of(pair["origin"])} for pair in pairs],
    }  # fmt: skip


@require_POST
def compute(request: HttpRequest) -> HttpResponseBase:
    """Hold the estimates of the unit against what was observed, in the background."""
    unit = _unit(request)
    try:
        made = services.compute_track_record(unit, actor=request.user, stage=_stage(request))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("calibration.computing", code=made.code))
    return redirect(f"{reverse('calibration:calibration')}?unit={unit.code}&stage={_stage(request)}")


@require_http_methods(["GET", "POST"])
def outcomes(request: HttpRequest) -> HttpResponseBase:
    """What was observed; new rows are pasted or typed, all kept or none."""
    require(request.user, "risks.view")
    pasted, faults, status, headings = "", [], 200, 0
    if request.method == "POST":
        require(request.user, "risks.assess")
        pasted = request.POST.get("rows", "")
        try:
            rows = rows_of(pasted)
            headings = len([line for line in pasted.splitlines() if line.strip()]) - len(rows)
            made = services.note_outcomes(rows, actor=request.user, today=timezone.localdate())
        except AnlanError as fault:
            faults = [_at_line(each, headings) for each in fault.several or (fault,)]
            status = 409 if fault.code == "web.conflict" else 422
        else:
            messages.success(request, text("calibration.outcomes.noted", n=len(made)))
            return redirect("calibration:outcomes")
    page = Paginator(selectors.outcomes_of(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "calibration/outcomes.html", {
        "page": page, "pasted": pasted, "faults": faults, "may_note": services.may_note(request.user),
    }, status=status)  # fmt: skip


def _at_line(fault: AnlanError, headings: int) -> str:
    """The fault in words, with the line of the text it is in; headings: lines above the first row."""
    row = _ROW.match(str(fault.parameters.get("where", "")))
    if row is None:
        return error_text(fault)
    where = (
        text("calibration.outcomes.line", n=int(row[1]) + headings)
        if row[1]
        else text("calibration.outcomes.new")
    )
    return error_text(AnlanError(fault.code, **{**fault.parameters, "where": where}))


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponseBase:
    """An outcome that was wrong counts no more."""
    found = get_object_or_404(selectors.outcomes_of(request.user), pk=number)
    try:
        services.withdraw_outcome(found, reason=request.POST.get("reason", ""), actor=request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("calibration.outcomes.withdrawn"))
    return redirect("calibration:outcomes")
