"""Writing processes, their versions and logs. Each write checks the permission and leaves an audit event."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from anlan.domain.design import Design, Link, Step
from anlan.domain.errors import UsageError
from anlan.domain.pack import Pack
from anlan.formats.packs import load_pack
from anlan.studies.assess import SECTIONS
from anlan.studies.loading import LoadedLog
from anlan.studies.numbers import iso
from anlan.studies.workspace import Request, Workspace
from anlan.web.catalog.models import EventLog, Flow, Node, Process, ProcessVersion
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require

_LONGEST_KEY = 200


@dataclass(frozen=True)
class NodeDraft:
    """A node as written in a form or found elsewhere; `key` empty: made from the name."""

    name: str
    name_en: str = ""
    key: str = ""
    kind: str = Node.Kind.TASK
    role: str = ""
    channel: str = ""
    sla_s: int | None = None
    pack_node: str = ""
    lane: str = ""
    evidence: str = ""


@transaction.atomic
def create_process(*, unit: Unit, name: str, actor: User, name_en: str = "", **fields: Any) -> Process:
    """A process without a version yet."""
    require(actor, "catalog.edit", unit)
    process = Process.objects.create(
        code=next_code("P", digits=3),
        unit=unit,
        name=name.strip(),
        name_en=name_en.strip(),
        created_by=actor,
        updated_by=actor,
        **fields,
    )
    record("catalog.process.create", actor=actor, target=process, changes={"name": (None, process.name)})
    return process


@transaction.atomic
def change_process(process: Process, *, version: int, actor: User, **fields: Any) -> Process:
    """Change name, description, owner ...; `version` is the one the person saw."""
    require(actor, "catalog.edit", process.unit)
    current = Process.objects.select_for_update().get(pk=process.pk)
    if current.version != version:
        raise UsageError("web.conflict", label=str(current))
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value)
    current.version += 1
    current.updated_by = actor
    current.save()
    record("catalog.process.change", actor=actor, target=current, changes=changes_between(before, fields))
    return current


@transaction.atomic
def draft_version(
    process: Process,
    *,
    nodes: Iterable[NodeDraft],
    flows: Iterable[tuple[str, str]],
    source: str,
    actor: User,
    reason: str = "",
) -> ProcessVersion:
    """A new draft; `flows` are pairs of node keys. Errors name a key that no node has."""
    steps: dict[str, Step] = {}
    for draft in nodes:
        key = draft.key or draft.name
        if key in steps:
            raise UsageError("web.node_twice", name=key)
        steps[key] = Step(
            key, draft.name, draft.name_en, draft.kind, role=draft.role, channel=draft.channel,
            sla_s=draft.sla_s, pack_node=draft.pack_node, lane=draft.lane,
            evidence=draft.evidence,
        )  # fmt: skip
    pairs = list(dict.fromkeys(flows))
    unknown = [key for pair in pairs for key in pair if key not in steps]
    if unknown:
        raise UsageError("web.flow_unknown", name=unknown[0])
    design = Design(tuple(steps.values()), tuple(Link(u, v) for u, v in pairs))
    return draft_design(process, design, source=source, actor=actor, reason=reason)


@transaction.atomic
def draft_design(
    process: Process, design: Design, *, source: str, actor: User, reason: str = ""
) -> ProcessVersion:
    """A new draft of a whole design; the process is locked, so that two drafts get two numbers."""
    require(actor, "catalog.edit", process.unit)
    Process.objects.select_for_update().get(pk=process.pk)
    last = process.versions.order_by("-number").first()
    version = ProcessVersion.objects.create(
        process=process, number=last.number + 1 if last else 1, source=source, reason=reason, created_by=actor
    )
    keep_design(version, design)
    record("catalog.version.draft", actor=actor, target=version, unit=process.unit, reason=reason,
           changes={"nodes": (None, len(design.steps)), "flows": (None, len(design.links))})  # fmt: skip
    return version


def keep_design(version: ProcessVersion, design: Design) -> None:
    """The version's nodes and flows become those of the design."""
    version.nodes.all().delete()
    usernames = {step.owner for step in design.steps if step.owner}
    owners = {user.username: user for user in User.objects.filter(username__in=usernames)}
    own = (
        "key",
        "name",
        "name_en",
        "kind",
        "form",
        "role",
        "channel",
        "sla_s",
        "criticality",
        "pack_node",
        "sop",
        "lane",
        "evidence",
    )
    made = {
        step.key: Node(version=version, position=position, owner=owners.get(step.owner),
                       **{name: getattr(step, name) for name in own})
        for position, step in enumerate(design.steps)
    }  # fmt: skip
    Node.objects.bulk_create(made.values())
    Flow.objects.bulk_create(
        Flow(version=version, source=made[link.source], target=made[link.target],
             probability=link.probability, condition=link.condition)
        for link in design.links
    )  # fmt: skip


@transaction.atomic
def put_first_in_force(version: ProcessVersion, *, actor: User) -> ProcessVersion:
    """The first version of a process, taken from a log, a pack or a process in force, needs no second
    person: nobody drew it. All others go through `drafting.approve`.
    """
    process = version.process
    require(actor, "catalog.edit", process.unit)
    if version.source not in ("log", "pack", "copy") or process.versions.exclude(pk=version.pk).exists():
        raise UsageError("web.second_person")
    return replace_in_force(version, actor=actor)


@transaction.atomic
def replace_in_force(version: ProcessVersion, *, actor: User, reason: str = "") -> ProcessVersion:
    """The version comes in force in place of the one that is; who may do so is for the caller to say."""
    unit, now = version.process.unit, timezone.now()
    for old in version.process.versions.select_for_update().filter(status=ProcessVersion.Status.IN_FORCE):
        old.status, old.valid_to = ProcessVersion.Status.RETIRED, now
        old.save(update_fields=["status", "valid_to"])
    version.status, version.valid_from, version.approved_by = ProcessVersion.Status.IN_FORCE, now, actor
    version.decision, version.edit_version = reason, version.edit_version + 1
    version.save(update_fields=["status", "valid_from", "approved_by", "decision", "edit_version"])
    record("catalog.version.in_force", actor=actor, target=version, unit=unit, reason=reason)
    return version


@transaction.atomic
def start_from_pack(*, unit: Unit, pack: str, actor: User) -> Process:
    """A process whose first version has the pack's nodes in their order, in force."""
    content = load_pack(pack)
    process = create_process(
        unit=unit,
        name=content.title.zh,
        name_en=content.title.en.capitalize(),
        actor=actor,
        pack=content.code,
    )
    version = draft_version(
        process, nodes=pack_nodes(content), flows=_in_order([n.code for n in content.nodes]), source="pack",
        actor=actor,
    )  # fmt: skip
    put_first_in_force(version, actor=actor)
    return process


def templates_for(units: Iterable[Unit]) -> QuerySet[Process]:
    """Processes that may be copied in these units: their own and those of units above, with a version in
    force."""
    paths = {unit.path[:end] for unit in units for end in range(1, len(unit.path) + 1)}
    return Process.objects.filter(
        active=True, unit__path__in=paths, versions__status=ProcessVersion.Status.IN_FORCE
    ).select_related("unit")


def pack_nodes(pack: Pack) -> list[NodeDraft]:
    """The pack's nodes as drafts, keyed by their codes."""
    return [NodeDraft(name=n.title.zh, name_en=n.title.en, key=n.code, pack_node=n.code) for n in pack.nodes]


def _in_order(keys: list[str]) -> list[tuple[str, str]]:
    return list(itertools.pairwise(keys))


SummedUp = tuple[dict[str, Any], dict[str, Any]]


def add_log(
    process: Process, loaded: LoadedLog, *, actor: User, summed_up: SummedUp | None = None
) -> EventLog:
    """The stored log becomes the process' current one; a first log also gives a version its nodes.

    The same log again changes nothing. The log is summed up (`log_process`) before the transaction begins, so
    that nobody waits for the database meanwhile.
    """
    require(actor, "logs.import", process.unit)
    known = process.logs.filter(store_id=loaded.facts.id, current=True).first()
    if known is not None:
        return known
    section, summary = summed_up or log_process(loaded, name=process.name)
    with transaction.atomic():
        process.logs.filter(current=True).update(current=False)
        log = EventLog.objects.create(
            unit=process.unit, process=process, store_id=loaded.facts.id, name=loaded.facts.name,
            sha256=loaded.facts.sha256, n_cases=summary["n_cases"], n_events=summary["n_events"],
            first_at=_moment(summary["first_us"]), last_at=_moment(summary["last_us"]),
            facts=_facts(loaded, section), created_by=actor, updated_by=actor,
        )  # fmt: skip
        if not process.versions.exists():
            _version_from_log(process, section, actor=actor)
        record("catalog.log.add", actor=actor, target=log, changes={"events": (None, log.n_events)})
        return log


def log_process(loaded: LoadedLog, *, name: str) -> SummedUp:
    """The process as the log shows it (a result's `process`), and a few facts of the log."""
    w = Workspace(loaded.log, loaded.facts, Request(process=name))
    facts = {
        "n_cases": w.summary.n_cases,
        "n_events": w.summary.n_events,
        "first_us": w.summary.first_us,
        "last_us": w.summary.last_us,
    }
    return SECTIONS["process"](w), facts


def _facts(loaded: LoadedLog, section: Mapping[str, Any]) -> dict[str, Any]:
    """What pages show without opening the stored log: mapping, faults, and the map's figures."""
    facts = loaded.facts
    return {
        "format": facts.format,
        "zone": loaded.log.zone,
        "has_start": bool(loaded.log.has_start),
        "mapping": {role: [column, confidence] for role, (column, confidence) in facts.mapping.items()},
        "rejected": dict(facts.rejected),
        "rows_read": facts.rows_read,
        "first": iso(int(loaded.log.end_us.min()), loaded.log.zone) if loaded.log.n_events else None,
        "process": {**section, "variants": section["variants"][:200]},
        "n_variants": len(section["variants"]),
    }


def _version_from_log(process: Process, section: Mapping[str, Any], *, actor: User) -> None:
    """Activities as nodes in the order cases usually meet them, the flows that make up 95 % as flows."""
    names = usual_order(section)
    total, taken, flows = sum(e["count"] for e in section["edges"]), 0, []
    for edge in section["edges"]:
        if taken >= 0.95 * total:
            break
        taken += edge["count"]
        if edge["from"] != edge["to"]:
            flows.append((edge["from"], edge["to"]))
    version = draft_version(
        process, nodes=[NodeDraft(name=name[:200], key=node_key(name)) for name in names],
        flows=[(node_key(u), node_key(v)) for u, v in flows], source="log", actor=actor,
    )  # fmt: skip
    put_first_in_force(version, actor=actor)


def usual_order(section: Mapping[str, Any]) -> list[str]:
    """Activities from the usual start on, each time the one that most cases go to next (Prim's walk)."""
    reach = {a["name"]: a["starts"] for a in section["activities"]}
    onward: dict[str, list[tuple[str, int]]] = {name: [] for name in reach}
    for edge in section["edges"]:
        onward[edge["from"]].append((edge["to"], edge["count"]))
    order: list[str] = []
    while reach:
        name = max(reach, key=lambda n: (reach[n], n))
        order.append(name)
        del reach[name]
        for target, count in onward[name]:
            if target in reach:
                reach[target] = max(reach[target], count)
    return order


def node_key(activity: str) -> str:
    """The key of the node of an activity: its name; a name too long for a key ends in its digest, so that
    two long names that begin alike stay apart."""
    if len(activity) <= _LONGEST_KEY:
        return activity
    digest = hashlib.blake2b(activity.encode(), digest_size=8).hexdigest()
    return f"{activity[: _LONGEST_KEY - 17]}…{digest}"


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else datetime.fromtimestamp(microseconds / 1e6, UTC)
