"""The door: sign-in with its second step, and sign-out."""

import time
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent
from anlan.web.people import second_factor
from anlan.web.people.middleware import public
from anlan.web.people.models import User
from anlan.web.people.own_account import note_sign_in

HALF_OPEN_S = 300
_WAITS = "second_step"


@public
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; five failures lock the name at this address for a quarter of an hour."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "GET":
        return render(request, "people/sign_in.html", {"next": target})
    name = request.POST.get("username", "").strip()
    user = None
    if _could_be_a_name(name):
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        record("people.sign_in", result=AuditEvent.Result.DENIED, reason=name.replace("\0", "")[:80])
        page = {"next": target, "failed": True, "username": name}
        return render(request, "people/sign_in.html", page, status=401)
    if second_factor.is_on(user):
        request.session.cycle_key()
        request.session[_WAITS] = {"user": user.pk, "until": time.time() + HALF_OPEN_S, "next": target}
        return redirect("people:second_step")
    return _opened(request, user, target)


def _could_be_a_name(given: str) -> bool:
    """What no account can be called is never looked up, nor counted: the database would refuse to hold it."""
    return "\0" not in given and len(given) <= User._meta.get_field("username").max_length


@public
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the app, or a recovery code, within five minutes of the password."""
    waits = request.session.get(_WAITS)
    user = _waiting(waits)
    if user is None:
        request.session.pop(_WAITS, None)
        return redirect("people:sign_in")
    if request.method == "GET":
        return render(request, "people/second_step.html", {})
    if second_factor.passes(user, request.POST.get("code", "")):
        del request.session[_WAITS]
        return _opened(request, user, waits["next"])
    user.second_factor.refresh_from_db()
    locked = second_factor.is_locked(user.second_factor)
    page = {"locked": locked, "failed": not locked}
    return render(request, "people/second_step.html", page, status=429 if locked else 401)


def _waiting(waits: dict[str, Any] | None) -> User | None:
    """Who gave the right password a moment ago, and still has a second step and an account."""
    if not waits or waits["until"] < time.time():
        return None
    found = User.objects.filter(pk=waits["user"], is_active=True, second_factor__confirmed_at__isnull=False)
    return found.select_related("second_factor", "unit").first()


def _opened(request: HttpRequest, user: User, target: str) -> HttpResponse:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    note_sign_in(request, user)
    record("people.sign_in", actor=user, unit=user.unit)
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if target and allowed else "project:cockpit")


@public
def locked_out(request: HttpRequest, *rest: object, **named: object) -> HttpResponse:
    """Too many failures: say how long to wait, not whether the name exists."""
    return render(request, "people/sign_in.html", {"locked": True}, status=429)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    record("people.sign_out", actor=request.user, unit=request.user.unit)
    request.user.sign_ins.filter(pk=request.session.get("sign_in")).delete()
    logout(request)
    return redirect("people:sign_in")
