"""The page of movements on the heat map."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anlan.web.people.permissions import require, units_of
from anlan.web.risks import selectors, services
from anlan.web.risks.models import CATEGORIES, Criteria, Risk
from anlan.web.risks.movement import drawing
from anlan.web.risks.movement.selectors import Movement, Path, days_of, movement

MOST_WAYS = 40
"""Ways in the list, those of most risks first; every risk that moved is in the list below it."""


@require_GET
def show_movement(request: HttpRequest) -> HttpResponse:
    """Where risks stood on two days: arrows on the matrix, ways and risks as lists."""
    require(request.user, "risks.view")
    filters, today = selectors.filters_of(request.GET), timezone.localdate()
    since, until = days_of(request.GET, today=today)
    risks = selectors.register(request.user, filters, today=today)
    found = movement(risks, since=since, until=until)
    criteria = services.criteria_for(request.user.unit or units_of(request.user, "risks.view").first())
    ways = (*found.paths, *found.new)
    page = Paginator(_steps(found), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "risks/movement.html",
        {
            "found": found, "today": today, "filters": filters, "categories": CATEGORIES,
            "picture": drawing.drawn(found, criteria), "criteria": criteria,
            "paths": [_path(path, criteria) for path in ways[:MOST_WAYS]],
            "n_ways": len(ways), "n_waiting": 0 if ways else risks.filter(provisional=True).count(),
            "page": page, "rows": _rows(list(page), criteria),
        },
    )  # fmt: skip


def _steps(found: Movement) -> list[tuple[Path, int]]:
    """Every risk that moved, in the order of the ways."""
    return [(path, risk) for path in (*found.paths, *found.new) for risk in path.risks]


def _path(path: Path, criteria: Criteria) -> dict[str, Any]:
    return {
        "n": path.n,
        "start": drawing.words_of_cell(criteria, path.start) if path.start else None,
        "end": drawing.words_of_cell(criteria, path.end),
        "way": drawing.way(path, criteria),
    }


def _rows(steps: list[tuple[Path, int]], criteria: Criteria) -> list[dict[str, Any]]:
    found = Risk.objects.select_related("unit", "owner").in_bulk([risk for _, risk in steps])
    return [{"risk": found[risk], **_path(path, criteria)} for path, risk in steps if risk in found]
