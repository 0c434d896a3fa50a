"""Who is told what of processes: whose approval a version waits for, and how an import ended."""

from django.urls import reverse

from anlan.web.catalog.models import LogImport, Process, ProcessVersion
from anlan.web.notices.services import News, settle, tell
from anlan.web.people.models import User
from anlan.web.people.selectors import people_with


def ask_for_approval(version: ProcessVersion, *, hands: set[int], actor: User) -> None:
    """Those who may put the version in force and are not among the `hands` that made it."""
    process = version.process
    asked = [user for user in people_with("catalog.approve", process.unit) if user.pk not in hands]
    told = News(
        kind="version_to_approve", about=version, unit=process.unit, recipients=asked,
        link=reverse("catalog:version", args=[process.code, version.number]),
        parameters={"process": _both(process), "number": version.number, "who": str(actor)},
    )  # fmt: skip
    tell([told], actor=actor)


def decided(version: ProcessVersion) -> None:
    """The version waits for nobody any more."""
    settle(("version_to_approve",), version)


def tell_import_ended(made: LogImport) -> None:
    """Whoever started the import, that it was read or failed."""
    if made.updated_by is None:
        return
    told = News(
        kind="import_ended", about=made, unit=made.unit, recipients=[made.updated_by],
        link=reverse("catalog:import", args=[made.process.code, made.pk]),
        parameters={"name": made.name, "process": _both(made.process), "import_state": made.state},
    )  # fmt: skip
    tell([told])


def _both(process: Process) -> dict[str, str]:
    return {"zh": process.name, "en": process.name_en or process.name}
