"""Reading processes as pages need them; always within the units a person may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from anlan.web.catalog.models import EventLog, Node, Process, ProcessVersion
from anlan.web.common.texts import in_language
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope


def processes_of(user: User, *, search: str = "") -> QuerySet[Process]:
    """Active processes with their unit, owner, current log and number of nodes."""
    found = in_scope(Process.objects.filter(active=True), user, "catalog.view")
    if search:
        found = found.filter(
            Q(name__icontains=search) | Q(name_en__icontains=search) | Q(code__icontains=search)
        )
    in_force = ProcessVersion.objects.filter(status=ProcessVersion.Status.IN_FORCE).annotate(
        n_nodes=Count("nodes")
    )
    current = EventLog.objects.filter(current=True).defer("facts")
    return found.select_related("unit", "owner").prefetch_related(
        Prefetch("versions", in_force, to_attr="in_force"), Prefetch("logs", current, to_attr="current_logs")
    )


def names_of_processes(user: User) -> list[tuple[str, str]]:
    """Code and name of the active processes a person may see, and nothing else of them."""
    found = in_scope(Process.objects.filter(active=True), user, "catalog.view")
    return [(process.code, in_language(process)) for process in found.only("code", "name", "name_en")]


def process_of(user: User, code: str) -> QuerySet[Process]:
    """The process of that code, for `get_object_or_404`."""
    return in_scope(Process.objects.filter(code=code), user, "catalog.view").select_related("unit", "owner")


@dataclass(frozen=True)
class ProcessPage:
    """version: in force or newest; nodes in order; log: current; section: the map's data or None."""

    version: ProcessVersion | None
    nodes: list[Node]
    log: EventLog | None
    section: dict[str, Any] | None


def version_shown(process: Process) -> ProcessVersion | None:
    """The version in force, or the newest where none is."""
    versions = process.versions.order_by("-number")
    return versions.filter(status=ProcessVersion.Status.IN_FORCE).first() or versions.first()


def process_page(process: Process) -> ProcessPage:
    version = version_shown(process)
    nodes = list(version.nodes.select_related("owner")) if version else []
    log = process.logs.filter(current=True).first()
    section = log.facts["process"] if log else None
    return ProcessPage(version, nodes, log, section)
