"""An empty installation leads everybody to its first start."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

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
