"""Language and time zone of the person, and the door: pages need a sign-in unless they say otherwise."""

import zoneinfo
from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from anlan.web.people.own_account import note_seen
from anlan.web.people.permissions import Refused, record_refusal

Answer = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponse])


class OwnLanguageAndZone:
    """A signed-in person sees their own language and the time of their unit."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self._answer(request)
        zone = zoneinfo.ZoneInfo(user.unit.time_zone if user.unit else "UTC")
        with translation.override(user.language), timezone.override(zone):
            request.LANGUAGE_CODE = user.language  # type: ignore[attr-defined]
            response = self._answer(request)
        response.headers.setdefault("Content-Language", user.language)
        return response


class SignedInUnlessPublic:
    """Views marked `@public` are open; every other page asks for a sign-in first."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: object, *rest: object) -> HttpResponse | None:
        if getattr(view, "is_public", False) or request.user.is_authenticated:
            return None
        return redirect_to_login(request.get_full_path())


class PasswordIsOwn:
    """Whoever has a password for once sets an own one first; when a browser was last used is noted."""

    OPEN: frozenset[str] = frozenset({"people:password", "people:sign_out", "people:set_look"})

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: object, *rest: object) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated:
            return None
        note_seen(request)
        place = request.resolver_match.view_name if request.resolver_match else ""
        if user.must_change_password and place not in self.OPEN and not getattr(view, "is_public", False):
            return redirect("people:password")
        return None


class RefusalsAreRecorded:
    """A missing permission is answered with 403 and stands in the audit."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, Refused):
            record_refusal(exception)


def public(view: View) -> View:
    """Mark a view as open to people without an account."""
    view.is_public = True  # type: ignore[attr-defined]
    return view
