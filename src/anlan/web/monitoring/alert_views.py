"""The inbox of alerts, what is done with one, and silences."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError, UsageError
from anlan.loop.monitor import alerts as life
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.monitoring import selectors, shown
from anlan.web.monitoring import silences as quiet
from anlan.web.monitoring.models import Alert, Silence
from anlan.web.monitoring.services import evidence, handling
from anlan.web.monitoring.services.indicators import EDIT, HANDLE, SEE, definition_of
from anlan.web.people.permissions import in_scope, may, require, units_of

PER_PAGE = 30


@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """The inbox, with the first alert beside it."""
    require(request.user, SEE)
    return _inbox(request, None)


@require_GET
def alert(request: HttpRequest, code: str) -> HttpResponse:
    """One alert beside the inbox."""
    found = get_object_or_404(selectors.alerts_of(request.user).filter(code=code))
    return _inbox(request, found)


def _inbox(
    request: HttpRequest, chosen: Alert | None, *, fault: AnlanError | None = None, status: int = 200
) -> HttpResponse:
    user, now = request.user, timezone.now()
    tab = request.GET.get("tab", "open")
    tab = tab if tab in selectors.TABS else "open"
    page = Paginator(selectors.inbox(user, tab), PER_PAGE).get_page(request.GET.get("page"))
    asked = chosen is not None
    found = chosen or next(iter(page), None)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shown_page: dict[str, Any] = {
        "tab": tab, "tabs": selectors.counts(user), "page": page, "asked": asked,
        "by_level": list(zip((shown.level_chip(level) for level in (4, 3, 2, 1)),
                             selectors.counts_by_level(user), strict=True)),
        "rows": [(each, shown.level_mark(each.highest), shown.place_of(each.series),
                  shown.due_said(each, now)) for each in page],
        "recovered": selectors.recovered_today(user, today), "quality": selectors.quality(user, now),
        "fault": error_text(fault) if fault is not None else "",
    }  # fmt: skip
    if found is not None:
        shown_page |= _one(request, found)
    return render(request, "monitoring/alerts.html", shown_page, status=status)


def _one(request: HttpRequest, found: Alert) -> dict[str, Any]:
    now, user = timezone.now(), request.user
    definition = definition_of(found.indicator)
    readings = selectors.readings_of(found.series, most=200)
    may_handle = may(user, HANDLE, found.unit)
    return {
        "alert": found, "chip": shown.level_chip(found.highest), "now_chip": shown.level_chip(found.level),
        "place": shown.place_of(found.series), "track": shown.track(found, now),
        "chain": shown.chain(found, now),
        "picture": shown.picture(found.indicator, definition, found.series, readings, [found]),
        "value": shown.value_said(found.value, definition.unit),
        "threshold": "" if found.threshold is None else shown.value_said(found.threshold, definition.unit),
        "since": shown.moment(found.first_at),
        "steps": [(each, shown.step_said(each, definition.unit)) for each in selectors.steps_of(found)[:40]],
        "effects": evidence.proposals_of(found, user), "may_handle": may_handle,
        "possible": life.possible(found.state) if may_handle else (),
        "handlers": selectors.handlers_of(found) if may_handle else (),
        "dispositions": life.DISPOSITIONS, "causes": life.CAUSES,
        "history": selectors.alerts_of(user).filter(series=found.series).exclude(pk=found.pk).count(),
    }  # fmt: skip


@require_POST
def act(request: HttpRequest, code: str) -> HttpResponseBase:
    """A deed with an alert: `deed`, `seen`, and what it needs; `note` alone is a remark."""
    found = get_object_or_404(selectors.alerts_of(request.user).filter(code=code))
    require(request.user, HANDLE, found.unit)
    sent = request.POST
    deed = sent.get("deed", "")
    try:
        if deed == "note":
            handling.note(found, sent.get("note", ""), actor=request.user)
        else:
            name = sent.get("assignee", "")
            person = next((each for each in selectors.handlers_of(found) if each.username == name), None)
            if name and person is None:
                raise UsageError("alerts.assignee", person=name[:60])
            handling.do(
                found, deed, seen=whole_number(sent.get("seen", ""), most=2**31 - 1) or 0, actor=request.user,
                note=sent.get("note", ""), assignee=person, disposition=sent.get("disposition", ""),
                cause=sent.get("cause", ""),
            )  # fmt: skip
    except AnlanError as fault:
        status = 409 if fault.code == "web.conflict" else 422
        fresh = get_object_or_404(selectors.alerts_of(request.user).filter(code=code))
        return _inbox(request, fresh, fault=fault, status=status)
    messages.success(request, text(f"monitoring.done.{deed}", code=found.code))
    return redirect("monitoring:alert", code)


@require_POST
def effect(request: HttpRequest, code: str, risk: str) -> HttpResponseBase:
    """What the alert changes of a risk: `do` is take, or decline with a `reason`."""
    found = get_object_or_404(selectors.alerts_of(request.user).filter(code=code))
    about = get_object_or_404(in_scope(found.indicator.risks.all(), request.user, "risks.view"), code=risk)
    require(request.user, evidence.ASSESS, about.unit)
    taken = request.POST.get("do") == "take"
    try:
        if taken:
            evidence.take(found, about, actor=request.user)
        else:
            evidence.decline(found, about, reason=request.POST.get("reason", ""), actor=request.user)
    except AnlanError as fault:
        return _inbox(request, found, fault=fault, status=422)
    messages.success(request, text(f"monitoring.effect.{'taken' if taken else 'declined'}", code=about.code))
    return redirect("monitoring:alert", code)


@require_http_methods(["GET", "POST"])
def silences(request: HttpRequest) -> HttpResponseBase:
    """Silences that hold, and a new one: of a unit, until a time, for a reason."""
    require(request.user, SEE)
    faults: list[str] = []
    if request.method == "POST":
        sent = request.POST
        unit = get_object_or_404(units_of(request.user, EDIT), code=sent.get("unit", ""))
        indicator = None
        if sent.get("indicator"):
            indicator = get_object_or_404(selectors.indicator_of(request.user, sent["indicator"]))
        try:
            quiet.silence(
                unit, ends=_ends(sent.get("ends", "")), reason=sent.get("reason", ""), indicator=indicator,
                actor=request.user,
            )  # fmt: skip
        except AnlanError as fault:
            faults = [error_text(fault)]
        else:
            messages.success(request, text("monitoring.silenced"))
            return redirect("monitoring:silences")
    held = in_scope(quiet.running(timezone.now()), request.user, SEE)
    page = {
        "silences": [(each, may(request.user, EDIT, each.unit)) for each in held], "faults": faults,
        "asked": request.POST, "units": units_of(request.user, EDIT),
        "indicators": selectors.indicators_of(request.user),
    }  # fmt: skip
    return render(request, "monitoring/silences.html", page, status=422 if faults else 200)


@require_POST
def end_silence(request: HttpRequest, number: int) -> HttpResponseBase:
    """End a silence before its time."""
    found = get_object_or_404(in_scope(Silence.objects.all(), request.user, SEE), pk=number)
    require(request.user, EDIT, found.unit)
    try:
        quiet.end_silence(found, actor=request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("monitoring.silence_ended"))
    return redirect("monitoring:silences")


def _ends(written: str) -> Any:
    """A time of the form, in the person's zone. Errors: UsageError `alerts.silence` where it is none."""
    try:
        found = parse_datetime(written)
    except ValueError:
        found = None
    if found is None:
        raise UsageError("alerts.silence", most_days=quiet.LONGEST.days)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
