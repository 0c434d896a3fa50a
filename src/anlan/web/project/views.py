"""The first page, and the sign of life."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from anlan import __version__
from anlan.web.people.middleware import public
from anlan.web.project import selectors


def cockpit(request: HttpRequest) -> HttpResponse:
    """What needs attention now; an open page asks again for the part that moves."""
    today = timezone.localdate()
    if request.headers.get("HX-Request"):
        moving = selectors.live(request.user, today=today)
        return render(request, "project/live.html", {"shown": moving, "trigger": "every 20s"})
    shown = selectors.cockpit(request.user, today=today)
    return render(
        request, "project/cockpit.html", {"shown": shown, "today": today, "trigger": "load, every 20s"}
    )


@public
def health(request: HttpRequest) -> HttpResponse:
    """200 where the database answers; for a supervisor, without any record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})
