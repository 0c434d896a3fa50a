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
class MailServer:
    """Where mails go out. tls: encrypted from the start; starttls: after the greeting."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool
    sender: str


@dataclass(frozen=True)
class Environment:
    """home: folder of everything kept; database: Django's settings of the record database;
    readings: connection -> settings of the readings' own database, empty where they stand beside the records;
    mail: None where no mail is sent; address: of the application, as links in mails begin;
    attachment_mb: how large an attached file may be; source_folders, source_hosts: what sources of readings
    may reach, each for all or as `UNIT=...` for a unit and below."""

    home: Path
    debug: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    https: bool
    database: dict[str, Any]
    readings: dict[str, dict[str, Any]]
    mail: MailServer | None
    address: str
    attachment_mb: int
    source_folders: tuple[str, ...]
    source_hosts: tuple[str, ...]


def read_environment() -> Environment:
    """The environment of this process. Errors: UsageError that names the variable and what it accepts."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("ANLAN_DATABASE_URL", "")
    hosts = os.environ.get("ANLAN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    return Environment(
        home=folder,
        debug=_flag("ANLAN_DEBUG"),
        secret_key=os.environ.get("ANLAN_SECRET_KEY") or _kept_secret(folder / "secret.key"),
        allowed_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
        https=_flag("ANLAN_HTTPS"),
        database=database_settings(url, folder=folder),
        readings={} if url else {"readings": sqlite(folder / "readings.sqlite3")},
        mail=mail_server(os.environ.get("ANLAN_MAIL_URL", ""), sender=os.environ.get("ANLAN_MAIL_FROM", "")),
        address=_address(os.environ.get("ANLAN_ADDRESS", "")),
        attachment_mb=_megabytes("ANLAN_ATTACHMENT_MB", usual=20, most=1000),
        source_folders=_listed("ANLAN_SOURCE_FOLDERS"),
        source_hosts=_listed("ANLAN_SOURCE_HOSTS"),
    )


_MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def mail_server(url: str, *, sender: str) -> MailServer | None:
    """`smtp+starttls://user:password@host:587`, `smtps://...`, `smtp://...`; None where the address is empty.

    sender: the address mails come from; links in mails need ANLAN_ADDRESS too.
    """
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or port == -1:
        raise UsageError("web.mail_url", found=f"{parts.scheme}://…")
    if "@" not in sender:
        raise UsageError("web.mail_from", found=sender[:80])
    if not os.environ.get("ANLAN_ADDRESS"):
        raise UsageError("web.address", found="")
    return MailServer(
        host=parts.hostname,
        port=port or _MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+starttls",
        sender=sender,
    )


def _address(url: str) -> str:
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise UsageError("web.address", found=url[:80])
    return url


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


def _listed(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())


def _megabytes(name: str, *, usual: int, most: int) -> int:
    word = os.environ.get(name, "").strip() or str(usual)
    if not (word.isascii() and word.isdecimal() and len(word) <= 9 and 1 <= int(word) <= most):
        raise UsageError("web.megabytes", name=name, found=word[:40], least=1, most=most)
    return int(word)


def _flag(name: str) -> bool:
    word = os.environ.get(name, "").strip().lower()
    if word not in _YES | _NO:
        raise UsageError("web.flag", name=name, found=word[:40])
    return word in _YES
