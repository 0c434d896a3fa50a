"""Sign-in, sign-out and one's own settings."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent
from anlan.web.people.middleware import public


@public
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; five failures lock the name at this address for a quarter of an hour."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "GET":
        return render(request, "people/sign_in.html", {"next": target})
    name = request.POST.get("username", "").strip()
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        record("people.sign_in", result=AuditEvent.Result.DENIED, reason=name[:80])
        page = {"next": target, "failed": True, "username": name}
        return render(request, "people/sign_in.html", page, status=401)
    login(request, user)
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
    logout(request)
    return redirect("people:sign_in")


@require_POST
def set_look(request: HttpRequest) -> HttpResponseBase:
    """One's own language and theme, changed from the top bar."""
    user = request.user
    if request.POST.get("language") in ("zh-hans", "en"):
        user.language = request.POST["language"]
    if request.POST.get("theme") in ("auto", "light", "dark"):
        user.theme = request.POST["theme"]
    user.save(update_fields=["language", "theme"])
    back = request.POST.get("back", "")
    return redirect(
        back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "project:cockpit"
    )
