"""An empty installation leads everybody to its first start; what no database can hold goes no further."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from anlan.web.project.start import is_empty

Answer = Callable[[HttpRequest], HttpResponse]
_OPEN = frozenset({"project:start", "project:health"})


class StartFirst:
    """Asks the database only for people who are not signed in: whoever is, is proof of a start."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: object, *rest: object) -> HttpResponse | None:
        place = request.resolver_match.view_name if request.resolver_match else ""
        if request.user.is_authenticated or place in _OPEN or request.path.startswith("/api/"):
            return None
        return redirect("project:start") if is_empty() else None


class NoNul:
    """A page asked for with the character NUL, which PostgreSQL refuses to hold, is answered with 400.

    The API refuses it in its own shape; pages open to all, as the sign-in, look at their forms themselves.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if not request.path.startswith("/api/") and ("\0" in request.path_info + query or "%00" in query):
            return _with_nul(request)
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: object, *rest: object) -> HttpResponse | None:
        if request.method != "POST" or getattr(view, "is_public", False):
            return None
        given = (text for _, texts in request.POST.lists() for text in texts)
        return _with_nul(request) if any("\0" in text for text in given) else None


def _with_nul(request: HttpRequest) -> HttpResponse:
    return render(request, "project/with_nul.html", status=400)
