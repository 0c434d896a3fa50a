"""The first start of an empty installation: organisation, units, first administrator, criteria, packs.

Only an empty database can be started. Whoever opens the pages on the machine itself just goes on; from
elsewhere the code in `start-code.txt` of the home folder is asked for, so that nobody who merely finds the
address first becomes the administrator.
"""

import ipaddress
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from anlan.domain.errors import RefusedInput
from anlan.web.catalog.services import start_from_pack
from anlan.web.common.audit import record
from anlan.web.common.models import AuditHead
from anlan.web.people.models import Unit, User
from anlan.web.people.services import assign_role, create_unit, create_user, ensure_roles
from anlan.web.risks.services import replace_criteria
from anlan.web.risks.services.criteria import criteria_for


@dataclass(frozen=True)
class Organisation:
    """What the first page asks. units: (code, name, English name) below the top; criteria: content as a
    result holds them, None for the bundled; packs: codes of industry packs, one process each."""

    code: str
    name: str
    name_en: str
    time_zone: str
    currency: str
    units: tuple[tuple[str, str, str], ...]
    username: str
    person: str
    password: str
    language: str
    manages_risk: bool
    criteria: dict[str, Any] | None
    packs: tuple[str, ...]


def is_empty() -> bool:
    """Whether nobody has started this installation yet."""
    return not User.objects.exists() and not Unit.objects.exists()


@transaction.atomic
def start(given: Organisation) -> User:
    """Everything at once or nothing. RefusedInput where somebody else was quicker."""
    AuditHead.objects.get_or_create(pk=1, defaults={"hash": "0" * 64})
    AuditHead.objects.select_for_update().get(pk=1)
    if not is_empty():
        raise RefusedInput("web.started_already")
    ensure_roles()
    top = create_unit(code=given.code, name=given.name, name_en=given.name_en, actor=None,
                      time_zone=given.time_zone, currency=given.currency)  # fmt: skip
    for code, name, name_en in given.units:
        create_unit(code=code, name=name, name_en=name_en, parent=top, actor=None)
    user = create_user(username=given.username, name=given.person, password=given.password, unit=top,
                       language=given.language, actor=None)  # fmt: skip
    for role in ("administrator", *(("risk_manager",) if given.manages_risk else ())):
        assign_role(user=user, role=role, unit=top, actor=None)
    if given.criteria is None:
        criteria_for(top)
    else:
        replace_criteria(unit=top, content=given.criteria, name=given.criteria["version"], actor=user)
    for pack in given.packs:
        start_from_pack(unit=top, pack=pack, actor=user)
    record("start.done", actor=user, target=top, unit=top, changes={"packs": (None, list(given.packs))})
    return user


def at_the_machine(request: HttpRequest) -> bool:
    """Whether the request comes straight from this machine, under a name of this machine."""
    if any(request.headers.get(name) for name in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via")):
        return False
    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def code_file() -> Path:
    return Path(settings.ANLAN_HOME) / "start-code.txt"


def start_code() -> str:
    """The code asked for from elsewhere: made once, readable by the owner of the home folder alone."""
    file = code_file()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(12) + "\n")
    return file.read_text(encoding="ascii").strip()


def is_start_code(given: str) -> bool:
    return secrets.compare_digest(given.strip().encode(), start_code().encode())
