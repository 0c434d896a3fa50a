"""What the application knows of a process before a study: its steps, the log's columns, its promises, the
limits of its nodes, what its newest run was given, and the criteria in force."""

import re
from dataclasses import dataclass, field

from django.utils import timezone

from anlan.domain.errors import AnlanError
from anlan.formats.bpmn import bpmn_bytes
from anlan.studies.loading import log_store
from anlan.web.catalog.drafting import design_of, in_force
from anlan.web.catalog.models import EventLog, Process
from anlan.web.catalog.selectors import version_shown
from anlan.web.catalog.standards.selectors import Wanted, current_standards
from anlan.web.common.texts import in_language
from anlan.web.people.models import User
from anlan.web.runs.models import Run

CARRIED = ("sla", "calendar", "costs", "reference", "closing", "packs")
"""Answers that a new run begins with as the newest one of its process had them: they describe the process."""

_UNITS = {
    60.0: "min mins minute minutes 分 分钟", 3600.0: "h hr hour hours 时 小时",
    86_400.0: "d day days 天 日 工作日",
}  # fmt: skip
_SECONDS = {name: length for length, names in _UNITS.items() for name in names.split()}


@dataclass(frozen=True)
class Promise:
    """A standard with a target of time at most. step: key of the node it is for, empty: the whole process."""

    code: str
    says: str
    seconds: float
    step: str = ""
    step_name: str = ""


@dataclass(frozen=True)
class Known:
    """steps: key -> name, as the log has them; node_limits: seconds by step; zone, first_day, last_day: of a
    calendar that covers the log; model: the version in force as BPMN, empty where there is none."""

    steps: dict[str, str] = field(default_factory=dict)
    node_limits: dict[str, float] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    zone: str = "UTC"
    first_day: str = "2020-01-01"
    last_day: str = "2029-12-31"
    currency: str = ""
    model: str = ""
    newest: Run | None = None


def known_of(process: Process, user: User) -> Known:
    log = process.logs.filter(current=True).first()
    activities = [a["name"] for a in log.facts.get("process", {}).get("activities", [])] if log else []
    version = version_shown(process)
    nodes = {node.key: node for node in version.nodes.all()} if version else {}
    first, last = _years(log)
    return Known(
        steps={name: in_language(nodes[name]) if name in nodes else name for name in activities},
        node_limits={n.key: float(n.sla_s) for n in nodes.values() if n.sla_s and n.key in activities},
        columns=_columns(log),
        promises=_promises(process, user, activities),
        zone=process.unit.time_zone,
        first_day=f"{first}-01-01",
        last_day=f"{last}-12-31",
        currency=process.unit.currency,
        model=model_in_force(process),
        newest=_newest(process, user),
    )


def model_in_force(process: Process) -> str:
    """The version in force as a BPMN text; empty where there is none, or it has no steps."""
    design = design_of(in_force(process))
    return bpmn_bytes(design, name=process.name).decode() if design.steps else ""


def _years(log: EventLog | None) -> tuple[int, int]:
    """The years of the log, and the one after: the point of view may be later than the last event."""
    now = timezone.localdate().year
    first = log.first_at.year if log and log.first_at else now
    last = log.last_at.year if log and log.last_at else now
    return first, last + 1


def _columns(log: EventLog | None) -> tuple[str, ...]:
    """Names of the log's columns beside those of the case, the step and the times."""
    if log is None:
        return ()
    try:
        manifest = log_store().open(log.store_id).manifest
    except AnlanError:
        return ()
    kinds = ("attribute", "case_attribute")
    return tuple(sorted({name for kind in kinds for name in manifest.names_of(kind)}))


def _promises(process: Process, user: User, activities: list[str]) -> tuple[Promise, ...]:
    """Standards of the process, or of a step of its log, that say how long something may take."""
    found = []
    for version in current_standards(user, timezone.localdate(), Wanted(process=process.code)).select_related(
        "standard"
    ):
        length = _SECONDS.get(re.sub(r"\s", "", version.figure_unit).lower())
        at_most = version.direction == version.Direction.AT_MOST
        if length and version.target and at_most and version.node_key in ("", *activities):
            says = in_language(version, "text")
            found.append(Promise(version.standard.code, says, version.target * length, version.node_key,
                                 version.node_key))  # fmt: skip
    return tuple(found)


def _newest(process: Process, user: User) -> Run | None:
    from anlan.web.runs.selectors import runs_of

    done = runs_of(user).filter(process=process, state=Run.State.DONE, verifies=None)
    newest: Run | None = done.defer(None).order_by("-finished_at").first()
    return newest
