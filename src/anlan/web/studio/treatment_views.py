"""The page of treatments that assessments propose, each to be tried in a twin by one click."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError
from anlan.studies.twin.treatments import Treatment
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import may, require
from anlan.web.runs.models import Run
from anlan.web.studio import selectors
from anlan.web.studio.services import treating
from anlan.web.studio.told import ChangeSaid, changes_said


@dataclass(frozen=True)
class TreatmentRow:
    treatment: Treatment
    changes: list[ChangeSaid]
    untold: list[str]


@require_http_methods(["GET", "POST"])
def treatments(request: HttpRequest, code: str) -> HttpResponseBase:
    """Treatments of an assessment (`run`, by itself the newest) with what the twin can try of each; sent with
    a `measure`, a design is made of it."""
    twin = get_object_or_404(selectors.twin_of(request.user, code))
    may_edit = may(request.user, selectors.EDIT, twin.unit)
    if request.method == "POST":
        require(request.user, selectors.EDIT, twin.unit)
    sent = request.POST if request.method == "POST" else request.GET
    plans = treating.plans_of(twin, request.user)
    run = chosen(plans, sent.get("run", ""))
    faults: list[str] = []
    rows: list[TreatmentRow] = []
    if request.method == "POST" and run is not None:
        try:
            made = treating.try_treatment(
                twin, run, sent.get("measure", "").replace("\0", ""), actor=request.user
            )
        except AnlanError as fault:
            faults.append(error_text(fault))
        else:
            messages.success(request, text("studio.design.made", code=made.code))
            return redirect("studio:design", made.code)
    if run is not None:
        try:
            rows = [
                TreatmentRow(each, changes_said(each.found.changes), treating.untold_said(each))
                for each in treating.treatments_in(twin, run, request.user)
            ]
        except AnlanError as fault:
            faults.append(error_text(fault))
    page = {"twin": twin, "plans": plans, "run": run, "rows": rows, "faults": faults, "may_edit": may_edit,
            "address": reverse("studio:treatments", args=[twin.code])}  # fmt: skip
    return render(request, "studio/treatments.html", page, status=422 if request.method == "POST" else 200)


def chosen(plans: Sequence[Run], code: str) -> Run | None:
    """The run of that code, else the newest."""
    return next((each for each in plans if each.code == code), plans[0] if plans else None)
