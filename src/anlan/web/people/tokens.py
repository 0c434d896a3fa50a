"""Tokens for programs: made once, kept as a digest, checked on every request.

A token is 256 random bits, so a plain SHA-256 suffices to keep it: there is nothing to guess.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from anlan.domain.errors import RefusedInput
from anlan.web.common.audit import record
from anlan.web.people.models import ApiToken, User
from anlan.web.people.permissions import PERMISSIONS, grants, limit_grants

MARK = "anlan_"
LONGEST_DAYS = 366
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Access:
    """Who asks, with grants cut down to `scopes`; every permission check of `user` sees only these."""

    user: User
    scopes: frozenset[str]
    token: ApiToken


def authenticate(token: str) -> Access | None:
    """Who the token stands for; None where it is unknown, expired, revoked, or its user inactive."""
    if not token.startswith(MARK):
        return None
    now = timezone.now()
    found = (
        ApiToken.objects.select_related("user__unit")
        .filter(digest=digest_of(token), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if found is None:
        return None
    _note_use(found)
    limit_grants(found.user, found.scopes)
    return Access(found.user, frozenset(found.scopes), found)


def _note_use(token: ApiToken) -> None:
    """Keep when it was last used, to the minute: not a write for every request."""
    now = timezone.now()
    used_lately = Q(last_used_at__gt=now - _USE_IS_NOTED_EVERY)
    ApiToken.objects.filter(pk=token.pk).exclude(used_lately).update(last_used_at=now)


@transaction.atomic
def create_token(*, user: User, name: str, scopes: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """A token of one's own and its text, which cannot be shown again.

    `scopes`: permissions the person has; `days`: 1..366. RefusedInput names what is not accepted.
    """
    wanted = [permission for permission in PERMISSIONS if permission in set(scopes)]
    beyond = sorted(set(scopes) - set(grants(user)))
    if beyond or not wanted:
        raise RefusedInput("web.token_scopes", found=", ".join(beyond) or "—")
    if not 1 <= days <= LONGEST_DAYS:
        raise RefusedInput("web.token_days", found=days, most=LONGEST_DAYS)
    shown = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, digest=digest_of(shown), hint=shown[: len(MARK) + 5], scopes=wanted,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    record("people.token.create", actor=user, target=token, unit=user.unit,
           changes={"scopes": (None, wanted), "expires_at": (None, token.expires_at)})  # fmt: skip
    return token, shown


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User) -> None:
    """From now on the token is not accepted; that it existed stays known."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return
    record("people.token.revoke", actor=actor, target=token, unit=token.user.unit)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
