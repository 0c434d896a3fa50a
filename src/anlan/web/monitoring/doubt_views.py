"""Readings in doubt, and what becomes of each."""

import time

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, text
from anlan.web.monitoring import shown
from anlan.web.monitoring.models import Indicator
from anlan.web.monitoring.services.doubts import decide as decided
from anlan.web.monitoring.services.doubts import in_doubt
from anlan.web.monitoring.services.indicators import EDIT, SEE
from anlan.web.people.models import Unit
from anlan.web.people.permissions import may, require

PER_PAGE = 50


@require_GET
def doubts(request: HttpRequest) -> HttpResponse:
    """Readings that wait, the newest first, each with why it is not believed."""
    require(request.user, SEE)
    page = Paginator(in_doubt(request.user, SEE), PER_PAGE).get_page(request.GET.get("page"))
    indicators = {each.pk: each for each in Indicator.objects.filter(pk__in={row.indicator for row in page})}
    units = {each.pk: each for each in Unit.objects.filter(pk__in={row.unit for row in page})}
    rows = [
        (row, indicators.get(row.indicator), units[row.unit], shown.moment(row.delivery.received),
         error_text(AnlanError(row.code, **row.parameters)), may(request.user, EDIT, units[row.unit]))
        for row in page
    ]  # fmt: skip
    return render(request, "monitoring/doubts.html", {"rows": rows, "page": page})


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take or drop one: `deed` and `reason`."""
    found = get_object_or_404(in_doubt(request.user, SEE), pk=number)
    require(request.user, EDIT, Unit.objects.get(pk=found.unit))
    deed = request.POST.get("deed", "")
    try:
        decided(found, deed, reason=request.POST.get("reason", ""), actor=request.user,
                now=time.time_ns() // 1000)  # fmt: skip
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text(f"monitoring.doubt.{deed}"))
    return redirect("monitoring:doubts")
