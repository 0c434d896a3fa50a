"""What the application reads from the environment, in one place, with checks that name the variable."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from anlan import home
from anlan.domain.errors import UsageError

_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}


@dataclass(frozen=True)
class Environment:
    """home: folder of everything kept; database: Django's settings of the record database."""

    home: Path
    debug: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    https: bool
    database: dict[str, Any]


def read_environment() -> Environment:
    """The environment of this process. Errors: UsageError that names the variable and what it accepts."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    hosts = os.environ.get("ANLAN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    return Environment(
        home=folder,
        debug=_flag("ANLAN_DEBUG"),
        secret_key=os.environ.get("ANLAN_SECRET_KEY") or _kept_secret(folder / "secret.key"),
        allowed_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
        https=_flag("ANLAN_HTTPS"),
        database=database_settings(os.environ.get("ANLAN_DATABASE_URL", ""), folder=folder),
    )


def database_settings(url: str, *, folder: Path) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name`, or SQLite in `folder` where the address is empty."""
    if not url:
        return sqlite(folder / "anlan.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise UsageError("web.database_url", found=f"{parts.scheme}://…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(path: Path) -> dict[str, Any]:
    """Write-ahead log: reading never waits. A writer takes its lock at once, so it never fails late."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        },
    }


def _kept_secret(path: Path) -> str:
    """The signing key of this installation: made once, readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def _flag(name: str) -> bool:
    word = os.environ.get(name, "").strip().lower()
    if word not in _YES | _NO:
        raise UsageError("web.flag", name=name, found=word[:40])
    return word in _YES
