"""A number for every request, and the content policy of every answer."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from anlan.web.common.request import RequestFacts, begin, finish, masked

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
"""No inline script and nothing from elsewhere; style attributes are allowed because drawings carry them."""


class RequestId:
    """Number each request; the number is in the audit, in the log and in the answer's header."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        source = "api" if request.path.startswith("/api/") else "ui"
        facts = RequestFacts(secrets.token_hex(8), source, masked(request.META.get("REMOTE_ADDR", "")))
        token = begin(facts)
        try:
            response = self._answer(request)
        finally:
            finish(token)
        response["X-Request-Id"] = facts.id
        return response


class ContentPolicy:
    """Content-Security-Policy on every answer that has none of its own."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response
