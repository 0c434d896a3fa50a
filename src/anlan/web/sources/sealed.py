"""Secrets of sources, kept sealed with a key derived from that of the installation."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from anlan.domain.errors import UsageError


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode() if secret else ""


def opened(sealed: str) -> str:
    """The secret. Errors: UsageError `sources.secret` where the key of the installation is another now."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as fault:
        raise UsageError("sources.secret") from fault


def _box() -> Fernet:
    key = hashlib.sha256(b"source of readings\x1f" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
