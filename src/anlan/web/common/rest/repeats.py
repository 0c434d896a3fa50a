"""A POST sent twice with the same `Idempotency-Key` has its effect once; the second gets the first's answer.

1. The key, the effect and the answer are kept in one transaction: all or none.
2. A second request at the same time waits for the first on the key's row.
3. Only success is kept. After a refusal, which has no effect, the key may be used again.
4. An answer with a secret that is shown once (a link, a password) is not kept, so that the database does not
   hold it.
5. A key belongs to the token it came with: one with fewer scopes does not read what another was answered.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from anlan.web.common.models import KeptAnswer
from anlan.web.common.rest.refusals import Refusal

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200
SHOWN_ONCE = "Shown-Once"
"""Header of an answer that holds a secret nobody can ask for again."""
_HEADERS = ("Location", "ETag", "Content-Type")


def once(
    request: HttpRequest, user: Any, perform: Callable[[], HttpResponse], *, who: str, body_hash: str
) -> HttpResponse:
    """The answer of `perform`, or the one kept under the request's key; who: the token, or the person."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return perform()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Refusal(422, "repeat_key", longest=LONGEST_KEY)
    asked = f"{who} {request.method} {request.get_full_path()} {body_hash}"
    asked = hashlib.sha256(asked.encode()).hexdigest()
    with transaction.atomic():
        KeptAnswer.objects.filter(user=user, key=key, at__lt=timezone.now() - KEPT_FOR).delete()
        row, new = KeptAnswer.objects.get_or_create(user=user, key=key, defaults={"request": asked})
        if not new:
            return _again(row, asked)
        response = perform()
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif response.status_code >= 400 or response.streaming or SHOWN_ONCE in response:
            row.delete()
        else:
            _keep(row, response)
        return response


def _again(row: KeptAnswer, asked: str) -> HttpResponse:
    if row.request != asked:
        raise Refusal(422, "repeat_other", key=row.key)
    response = HttpResponse(row.content.encode(), status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _keep(row: KeptAnswer, response: HttpResponse) -> None:
    row.status, row.content = response.status_code, response.content.decode()
    row.headers = {name: response[name] for name in _HEADERS if name in response}
    row.save(update_fields=["status", "content", "headers"])


def forget_old() -> int:
    """Drop answers past their time; how many."""
    dropped, _ = KeptAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return dropped
