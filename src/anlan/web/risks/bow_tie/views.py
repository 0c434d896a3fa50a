"""The page on which a bow-tie is drawn."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import require
from anlan.web.risks import forms, selectors
from anlan.web.risks.bow_tie import form as lists
from anlan.web.risks.models import BARRIER_KINDS, BARRIER_STATES, SIDES, Risk
from anlan.web.risks.services import bow_tie_of, draw_bow_tie


@require_http_methods(["GET", "POST"])
def edit_bow_tie(request: HttpRequest, code: str) -> HttpResponseBase:
    """Threats and consequences with their barriers; two editors at once: the second is told."""
    risk = get_object_or_404(selectors.risk_of(request.user, code))
    require(request.user, "risks.edit", risk.unit)
    if request.method == "GET":
        return _page(request, risk, lists.of_bow_tie(bow_tie_of(risk)))
    form = lists.typed(request.POST)
    step = request.POST.get("step", "")
    if step and lists.changed(form, step):
        return _page(request, risk, form)
    owners = {user.pk: user for user in forms.owners(request.user)}
    threats, consequences = (lists.facts(form, side, owners) for side in SIDES)
    try:
        draw_bow_tie(
            risk, threats=threats, consequences=consequences, version=form.version, actor=request.user
        )
    except AnlanError as fault:
        status = 409 if fault.code == "web.conflict" else 422
        return _page(request, risk, form, fault=error_text(fault), status=status)
    messages.success(request, text("common.saved"))
    return redirect("risks:risk", code)


def _page(
    request: HttpRequest, risk: Risk, form: lists.Typed, *, status: int = 200, **more: Any
) -> HttpResponse:
    page = {
        "risk": risk, "form": form, "sides": form.sides.items(), "kinds": BARRIER_KINDS,
        "states": BARRIER_STATES,
        "owners": [(str(user.pk), user.name) for user in forms.owners(request.user)],
    }  # fmt: skip
    return render(request, "risks/bow_tie.html", page | more, status=status)
