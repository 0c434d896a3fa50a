"""What people change of themselves: name, language, password, and the browsers they are signed in with."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from anlan.web.common.audit import changes_between, record
from anlan.web.common.request import current_request
from anlan.web.people.models import SignedIn, User

SEEN_EVERY_S = 300


@transaction.atomic
def change_profile(user: User, *, name: str, language: str, theme: str) -> None:
    """One's own name, language and theme."""
    before = {"name": user.name, "language": user.language, "theme": user.theme}
    changes = changes_between(before, {"name": name, "language": language, "theme": theme})
    user.name, user.language, user.theme = name, language, theme
    user.save(update_fields=["name", "language", "theme"])
    if changes:
        record("people.profile.change", actor=user, target=user, unit=user.unit, changes=changes)


@transaction.atomic
def change_password(request: HttpRequest, user: User, *, password: str) -> None:
    """A new password; this browser stays signed in, every other one is signed out by it."""
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    SignedIn.objects.filter(user=user).exclude(key=request.session.session_key or "").delete()
    update_session_auth_hash(request, user)
    SignedIn.objects.filter(pk=request.session.get("sign_in")).update(key=request.session.session_key)
    record("people.password.change", actor=user, target=user, unit=user.unit,
           changes={"password": ("", "")})  # fmt: skip


def note_sign_in(request: HttpRequest, user: User) -> None:
    """Remember the browser, so that its owner can end it from another one."""
    if request.session.session_key is None:
        request.session.save()
    agent = request.headers.get("User-Agent", "")[:200]
    made = SignedIn.objects.create(user=user, key=request.session.session_key,
                                   masked_ip=current_request().masked_ip, agent=agent)  # fmt: skip
    request.session["sign_in"] = made.pk
    request.session["seen"] = int(timezone.now().timestamp())


def note_seen(request: HttpRequest) -> None:
    """When the browser was last used, to five minutes: one write in that time, no query otherwise."""
    now = timezone.now()
    if "sign_in" in request.session and now.timestamp() - request.session.get("seen", 0) >= SEEN_EVERY_S:
        SignedIn.objects.filter(pk=request.session["sign_in"]).update(seen_at=now)
        request.session["seen"] = int(now.timestamp())


def sign_ins_of(user: User) -> list[SignedIn]:
    """Browsers whose session has not run out, the last used first."""
    alive = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return list(user.sign_ins.filter(seen_at__gt=alive))


@transaction.atomic
def end_sign_in(signed_in: SignedIn, *, actor: User) -> None:
    """The browser is signed out at its next request."""
    import_module(settings.SESSION_ENGINE).SessionStore(session_key=signed_in.key).delete()
    signed_in.delete()
    record("people.session.end", actor=actor, target=signed_in.user, unit=signed_in.user.unit,
           reason=signed_in.agent[:80])  # fmt: skip
