"""The way into the API: who asks, in which language, how often; then the endpoint; then one answer.

1. A token in the header, else the session; what changes something in a session also needs its CSRF token.
2. Texts in the language of `Accept-Language`, else of the person; times in the zone of their unit.
3. A minute's allowance for each token, person, or address of somebody unknown.
4. A POST with an `Idempotency-Key` has its effect once.
"""

import functools
import hashlib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from anlan.web.common.rest import limits, repeats
from anlan.web.common.rest.refusals import Refusal, answer, answer_to
from anlan.web.common.texts import text
from anlan.web.people.middleware import public
from anlan.web.people.models import User
from anlan.web.people.tokens import authenticate

View = Callable[..., HttpResponseBase]
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


@dataclass(frozen=True)
class Caller:
    """user: None for somebody unknown, cut down to the token's scopes where there is a token;
    who: whom the allowance is counted for."""

    user: User | None
    who: str


def door(view: View, *, open_to_all: bool = False) -> View:
    """The endpoint behind the door; `open_to_all`: also for people who are not signed in."""

    @csrf_exempt
    @public
    @functools.wraps(view)
    def entered(request: HttpRequest, *args: object, **named: object) -> HttpResponseBase:
        with translation.override(_wanted(request) or settings.LANGUAGE_CODE):
            try:
                caller = _caller(request)
            except Refusal as refusal:
                return answer_to(refusal)
        with translation.override(_language(request, caller)), timezone.override(_zone(caller)):
            response = _let_in(request, caller, open_to_all, lambda: view(request, *args, **named))
            response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        response["Cache-Control"] = "private, no-store"
        response["Vary"] = "Accept-Language, Authorization, Cookie"
        return response

    return entered


def _let_in(
    request: HttpRequest, caller: Caller, open_to_all: bool, view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    try:
        allowance = limits.count(caller.who, limit=None if caller.user else settings.API_UNKNOWN_PER_MINUTE)
        if caller.user is None and not open_to_all:
            raise _unknown("sign_in")
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Refusal(422, "nul")
        response = _performed(request, caller, view)
    except (Refusal, RequestDataTooBig) as refused:
        return answer_to(refused)
    for name, value in allowance.headers.items():
        response[name] = value
    return response


def _performed(
    request: HttpRequest, caller: Caller, view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    if request.method == "POST" and caller.user is not None:
        return repeats.once(
            request, caller.user, lambda: _in_shape(view()), who=caller.who, body_hash=_body_hash(request)
        )
    return _in_shape(view())


def _body_hash(request: HttpRequest) -> str:
    """Tells two requests with the same key apart; of a file only its length is looked at."""
    if request.content_type == "multipart/form-data":
        return request.headers.get("Content-Length", "")
    return hashlib.sha256(request.body).hexdigest()


def _in_shape(response: HttpResponseBase) -> HttpResponseBase:
    """A method the address does not know is refused in the shape of all refusals."""
    if response.status_code != 405:
        return response
    allowed = response.headers.get("Allow", "")
    return answer(405, "method", text("api.errors.method", allowed=allowed), headers={"Allow": allowed})


def _caller(request: HttpRequest) -> Caller:
    """Refusal 401 for a token that is not known; 403 for a session without its CSRF token, or with a password
    that serves once."""
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, key = header.strip().partition(" ")
        access = authenticate(key.strip()) if scheme.lower() == "bearer" else None
        if access is None:
            limits.count(_address(request), limit=settings.API_UNKNOWN_PER_MINUTE)
            raise _unknown("token")
        request.user = access.user
        return Caller(access.user, f"token:{access.token.pk}")
    if not request.user.is_authenticated:
        return Caller(None, _address(request))
    if request.method not in _SAFE and check_csrf(request) is not None:
        raise Refusal(403, "csrf")
    if request.user.must_change_password:
        raise Refusal(403, "password")
    return Caller(request.user, f"user:{request.user.pk}")


def _unknown(code: str) -> Refusal:
    return Refusal(401, code, headers={"WWW-Authenticate": 'Bearer realm="anlan"'})


def _address(request: HttpRequest) -> str:
    return f"address:{request.META.get('REMOTE_ADDR', '')}"


def _wanted(request: HttpRequest) -> str | None:
    """The first language of `Accept-Language` that the application speaks."""
    for code, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for own in ("zh-hans", "en"):
            if weight > 0 and code.split("-")[0] == own.split("-")[0]:
                return own
    return None


def _language(request: HttpRequest, caller: Caller) -> str:
    own = caller.user.language if caller.user else settings.LANGUAGE_CODE
    return _wanted(request) or own


def _zone(caller: Caller) -> zoneinfo.ZoneInfo:
    unit = caller.user.unit if caller.user else None
    return zoneinfo.ZoneInfo(unit.time_zone if unit else "UTC")
