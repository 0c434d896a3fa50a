"""Processes and logs as the API takes and shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.web.catalog.models import EventLog, LogImport, Process, ProcessVersion
from anlan.web.catalog.shapes_versions import VersionShown, version_shown
from anlan.web.common.rest.paging import Page
from anlan.web.common.rest.values import (
    Code,
    Given,
    Line,
    Long,
    Named,
    Person,
    Shown,
    Text,
    named,
    person,
)
from anlan.web.common.texts import error_of

Name = Annotated[Text, Field(min_length=1, max_length=120)]
ROLES = ("case", "activity", "start", "end", "resource", "cost", "sla")


class LogShown(Shown):
    """A log of a process; `rejected`: reason -> rows set aside while it was read."""

    id: int
    name: str
    sha256: str
    n_cases: int
    n_events: int
    first_at: datetime | None
    last_at: datetime | None
    current: bool
    rejected: dict[str, int]
    created_at: datetime


class LogPage(Page):
    items: list[LogShown]


class ProcessRow(Shown):
    """A process in a list. version: number in force."""

    code: str
    name: str
    name_en: str
    unit: Named
    owner: Person | None
    category: str
    version_in_force: int | None
    n_nodes: int
    n_cases: int | None
    log_last_at: datetime | None


class ProcessPage(Page):
    items: list[ProcessRow]


class OverlayShown(Shown):
    """What can be laid over the map. figure: what it counts here; missing: why there is none."""

    code: str
    unit: Literal["count", "duration", "share", "level"]
    figure: str
    missing: str


class MapNodeShown(Shown):
    """A node with its figures. key: in the version, None where only the log knows it; activity: its name
    in the log; time_s: median, waiting_s: mean; rework, breaches, deviation:
    shares of 1; n_risks: with a level; alerts: open ones, None where no indicator watches the node.
    """

    key: str | None
    activity: str
    cases: int | None
    load: float | None
    time_s: float | None
    waiting_s: float | None
    rework: float | None
    breaches: float | None
    deviation: float | None
    level: str
    alerts: float | None
    n_risks: int
    key_rank: int | None


class TransitionShown(Shown):
    """How often work went from one activity to another."""

    source: str
    target: str
    count: int


class MapShown(Shown):
    """The process as its log shows it. transitions: those drawn; covered: their share of all moves."""

    overlays: list[OverlayShown]
    nodes: list[MapNodeShown]
    transitions: list[TransitionShown]
    n_transitions: int
    covered: float


class ProcessShown(Shown):
    """A process. edit_version: what `ETag` names; version: in force, else the newest."""

    code: str
    name: str
    name_en: str
    unit: Named
    owner: Person | None
    category: str
    description: str
    pack: str
    active: bool
    edit_version: int
    created_at: datetime
    updated_at: datetime
    version: VersionShown | None
    log: LogShown | None


class NewProcess(Given):
    """By name, with the nodes of an industry pack, or as a copy: template is the code of a process of the
    unit or of one above it."""

    unit: Code
    name: Annotated[Text, Field(max_length=120)] = ""
    name_en: Annotated[Text, Field(max_length=120)] = ""
    description: Long = ""
    category: Annotated[Text, Field(max_length=60)] = ""
    pack: Annotated[Text, Field(max_length=4)] = ""
    template: Annotated[Text, Field(max_length=80)] = ""


class ProcessChange(Given):
    """What is to be changed; fields left out stay."""

    name: Name = ""
    name_en: Annotated[Text, Field(max_length=120)] = ""
    description: Long = ""
    category: Annotated[Text, Field(max_length=60)] = ""
    owner: Code | None = None


class ImportShown(Shown):
    """An upload on its way. preview: columns as recognised, `roles`: role -> [column, confidence, why]."""

    number: int
    name: str
    size: int
    state: str
    progress: float
    step: str
    options: dict[str, Any]
    preview: dict[str, Any]
    error: str
    log: int | None
    created_at: datetime
    finished_at: datetime | None


class ImportPage(Page):
    items: list[ImportShown]


class StartImport(Given):
    """Which column is what; left out: as recognised. append: to the current log."""

    mapping: dict[Literal["case", "activity", "start", "end", "resource", "cost", "sla"], Line] = {}
    tz: Annotated[Text, Field(max_length=60)] = ""
    time_format: Annotated[Text, Field(max_length=60)] = ""
    append: bool = False


def log_shown(log: EventLog) -> dict[str, Any]:
    names = ("id", "name", "sha256", "n_cases", "n_events", "first_at", "last_at", "current", "created_at")
    return {name: getattr(log, name) for name in names} | {"rejected": log.facts.get("rejected", {})}


def process_row(process: Process) -> dict[str, Any]:
    """Of `selectors.processes_of`, which brings version and log along."""
    version = next(iter(process.in_force), None)
    log = next(iter(process.current_logs), None)
    return _process(process) | {
        "version_in_force": version and version.number,
        "n_nodes": version.n_nodes if version else 0,
        "n_cases": log and log.n_cases,
        "log_last_at": log and log.last_at,
    }


def _process(process: Process) -> dict[str, Any]:
    facts = {name: getattr(process, name) for name in ("code", "name", "name_en", "category")}
    return facts | {"unit": named(process.unit), "owner": person(process.owner)}


def process_shown(process: Process, version: ProcessVersion | None, log: EventLog | None) -> dict[str, Any]:
    names = ("description", "pack", "active", "created_at", "updated_at")
    return (
        _process(process)
        | {name: getattr(process, name) for name in names}
        | {
            "edit_version": process.version,
            "version": version and version_shown(version),
            "log": log and log_shown(log),
        }
    )


def import_shown(upload: LogImport) -> dict[str, Any]:
    names = ("name", "size", "state", "progress", "step", "options", "created_at", "finished_at")
    facts = {name: getattr(upload, name) for name in names}
    return facts | {
        "number": upload.pk,
        "preview": upload.preview,
        "error": error_of(upload.error),
        "log": upload.log_id,
    }


def recognised(preview: Mapping[str, Any]) -> dict[str, str]:
    """The columns a person would be offered: those recognised with confidence of a half and more."""
    return {
        role: column
        for role, (column, confidence, *_) in preview.get("roles", {}).items()
        if role in ROLES and column and confidence >= 0.5
    }
