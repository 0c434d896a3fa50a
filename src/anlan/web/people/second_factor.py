"""The second step of a sign-in: a code of six digits from an app (RFC 6238), or a recovery code.

A code holds for its period and the one before and after, and only once. Five wrong answers close the step
for a quarter of an hour, whatever browser they come from.
"""

import base64
import hashlib
import secrets
import time
from datetime import timedelta
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import RefusedInput
from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import SecondFactor, User

PERIOD_S = 30
N_RECOVERY = 10
MOST_FAILURES = 5
LOCKED = timedelta(minutes=15)


def is_on(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


@transaction.atomic
def begin(user: User) -> SecondFactor:
    """A secret to put into the app; it counts for nothing until a code of it was given."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor and factor.confirmed_at:
        raise RefusedInput("web.factor_on")
    if factor and secret_of(factor):
        return factor
    kept = _box().encrypt(secrets.token_bytes(20)).decode()
    return SecondFactor.objects.update_or_create(user=user, defaults={"secret": kept})[0]


@transaction.atomic
def confirm(user: User, code: str) -> list[str]:
    """Switch it on with the app's first code; the recovery codes, which are shown once."""
    factor = SecondFactor.objects.select_for_update().get(user=user, confirmed_at=None)
    step = _step_of(factor, code)
    if step is None:
        raise RefusedInput("web.factor_code")
    codes = _new_codes(factor)
    factor.confirmed_at, factor.last_step = timezone.now(), step
    factor.save()
    record("people.factor.on", actor=user, target=user, unit=user.unit)
    return codes


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Ten new recovery codes; the old ones no longer hold."""
    factor = SecondFactor.objects.select_for_update().get(user=user, confirmed_at__isnull=False)
    codes = _new_codes(factor)
    factor.save(update_fields=["recovery"])
    record("people.factor.new_codes", actor=user, target=user, unit=user.unit)
    return codes


@transaction.atomic
def switch_off(user: User, *, actor: User, action: str = "people.factor.off") -> None:
    """No second step from now on; `action` says whether the person did it or an administrator."""
    if SecondFactor.objects.filter(user=user).delete()[0]:
        record(action, actor=actor, target=user, unit=user.unit)


@transaction.atomic
def passes(user: User, code: str) -> bool:
    """Whether the code opens the door; a wrong one is counted, a right one is used up."""
    factor = SecondFactor.objects.select_for_update().get(user=user, confirmed_at__isnull=False)
    if is_locked(factor):
        return False
    step, used = _step_of(factor, code), _digest(code)
    if step is not None:
        factor.last_step = step
    elif used in factor.recovery:
        factor.recovery = [kept for kept in factor.recovery if kept != used]
    else:
        _count_failure(factor)
        return False
    factor.failures, factor.locked_until = 0, None
    factor.save()
    if step is None:
        record("people.factor.recovery", actor=user, target=user, unit=user.unit,
               changes={"left": (len(factor.recovery) + 1, len(factor.recovery))})  # fmt: skip
    return True


def is_locked(factor: SecondFactor) -> bool:
    return factor.locked_until is not None and factor.locked_until > timezone.now()


def secret_of(factor: SecondFactor) -> bytes:
    """The app's secret; empty where the installation's key has changed since."""
    try:
        return _box().decrypt(factor.secret.encode())
    except InvalidToken:
        return b""


def address_of(factor: SecondFactor) -> str:
    """What the square for the app says: `otpauth://totp/...`."""
    secret = base64.b32encode(secret_of(factor)).decode().rstrip("=")
    return f"otpauth://totp/Anlan:{quote(factor.user.username)}?secret={secret}&issuer=Anlan"


def code_at(secret: bytes, step: int) -> str:
    """The six digits of one period of 30 s."""
    return _totp(secret).generate(step * PERIOD_S).decode()


def _step_of(factor: SecondFactor, code: str) -> int | None:
    """The period whose code this is, if it was not used yet."""
    secret, given = secret_of(factor), "".join(code.split())
    now = int(time.time()) // PERIOD_S
    if not secret or len(given) != 6 or not given.isascii() or not given.isdigit():
        return None
    fits = [step for step in (now - 1, now, now + 1) if secrets.compare_digest(code_at(secret, step), given)]
    return next((step for step in fits if step > factor.last_step), None)


def _count_failure(factor: SecondFactor) -> None:
    factor.failures += 1
    if factor.failures >= MOST_FAILURES:
        factor.failures, factor.locked_until = 0, timezone.now() + LOCKED
    factor.save(update_fields=["failures", "locked_until"])
    record("people.factor.failed", actor=factor.user, target=factor.user, unit=factor.user.unit,
           result=AuditEvent.Result.DENIED)  # fmt: skip


def _new_codes(factor: SecondFactor) -> list[str]:
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(N_RECOVERY)]
    factor.recovery = [_digest(code) for code in codes]
    return codes


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), PERIOD_S, enforce_key_length=False)


def _box() -> Fernet:
    key = hashlib.sha256(b"second factor\x1f" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
