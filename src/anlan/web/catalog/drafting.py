"""A draft from its beginning to its end: changed, taken back, submitted, sent back, put in force.

1. Whoever changes a version names the `edit_version` they saw; another one means somebody was faster.
2. Only drafts can be changed. Submitting closes a draft, sending it back opens it again.
3. Nobody who had a hand in a version puts it in force.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.design import Design, Link, Step, checked
from anlan.domain.design.edits import form_for
from anlan.domain.errors import UsageError
from anlan.formats.bpmn import ReadBpmn
from anlan.web.catalog.models import DraftEdit, Flow, Node, Process, ProcessVersion
from anlan.web.catalog.services import (
    create_process,
    draft_design,
    keep_design,
    put_first_in_force,
    replace_in_force,
    templates_for,
)
from anlan.web.catalog.telling import ask_for_approval, decided
from anlan.web.common.audit import record
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require

MOST_STEPS_BACK = 20
_MOST_REASON = 400
Status = ProcessVersion.Status
_FIELDS = ("key", "name", "name_en", "kind", "form", "role", "channel", "sla_s", "criticality", "pack_node",
           "sop", "lane", "evidence")  # fmt: skip


def design_of(version: ProcessVersion | None) -> Design:
    """Nodes and flows of the version; nothing where there is none."""
    if version is None:
        return Design()
    nodes = Node.objects.filter(version=version).values(*_FIELDS, "owner__username")
    steps = tuple(
        Step(owner=n.pop("owner__username") or "", **n | {"form": form_for(n["kind"], n["form"])})
        for n in nodes
    )
    flows = Flow.objects.filter(version=version).order_by("id")
    return Design(steps, tuple(Link(*row) for row in flows.values_list(
        "source__key", "target__key", "probability", "condition")))  # fmt: skip


def in_force(process: Process) -> ProcessVersion | None:
    return process.versions.filter(status=Status.IN_FORCE).first()


@transaction.atomic
def draft_from_force(process: Process, *, actor: User, reason: str = "") -> ProcessVersion:
    """A draft that begins as the version in force; empty where none is."""
    design = design_of(in_force(process))
    return draft_design(process, design, source="drawn", actor=actor, reason=reason[:_MOST_REASON])


@transaction.atomic
def start_from_template(
    *, unit: Unit, template: Process, name: str, actor: User, name_en: str = ""
) -> Process:
    """A process whose first version is a copy of the template's version in force, in force as well.

    Owners stay behind: who answers for the nodes is another unit's matter.
    """
    require(actor, "catalog.edit", unit)
    if not templates_for([unit]).filter(pk=template.pk).exists():
        raise UsageError("web.template", found=template.code)
    source = template.versions.get(status=Status.IN_FORCE)
    process = create_process(
        unit=unit, name=name or template.name, name_en=name_en or ("" if name else template.name_en),
        actor=actor, description=template.description, category=template.category, pack=template.pack,
    )  # fmt: skip
    design = design_of(source)
    unowned = replace(design, steps=tuple(replace(step, owner="") for step in design.steps))
    reason = f"{template.code}: {source}"[:_MOST_REASON]
    version = draft_design(process, unowned, source="copy", actor=actor, reason=reason)
    put_first_in_force(version, actor=actor)
    return process


@transaction.atomic
def draft_from_bpmn(process: Process, found: ReadBpmn, *, actor: User, file: str = "") -> ProcessVersion:
    """A draft of what a file holds. BPMN knows no owners and no packs; both stay with their keys."""
    known = {step.key: step for step in design_of(in_force(process)).steps}
    steps = tuple(
        replace(step, owner=known[step.key].owner, pack_node=known[step.key].pack_node)
        if step.key in known
        else step
        for step in found.design.steps
    )
    design = replace(found.design, steps=steps)
    return draft_design(process, design, source="bpmn", actor=actor, reason=file[:_MOST_REASON])


@transaction.atomic
def draft_from_discovery(
    process: Process, design: Design, *, actor: User, reason: str = ""
) -> ProcessVersion:
    """A draft of a model found in the log. What the version in force says of a node stays with its key."""
    known = {step.key: step for step in design_of(in_force(process)).steps if step.kind != "gateway"}
    steps = tuple(known.get(step.key, step) if step.kind == "task" else step for step in design.steps)
    found = checked(replace(design, steps=steps))
    return draft_design(process, found, source="log", actor=actor, reason=reason[:_MOST_REASON])


@transaction.atomic
def change(
    version: ProcessVersion,
    edit: Callable[[Design], Design],
    *,
    seen: int,
    action: str,
    actor: User,
    label: str = "",
) -> ProcessVersion:
    """The design becomes what `edit` makes of it. action: word of `web.drafts.actions`; label: of what."""
    draft = _opened(version, seen, Status.DRAFT, permission="catalog.edit", actor=actor)
    before = design_of(draft)
    after = checked(edit(before))
    if after == before:
        return draft
    keep_design(draft, after)
    DraftEdit.objects.create(version=draft, by=actor, action=action, label=label[:200], before=asdict(before))
    _forget_old(draft)
    _moved_on(draft)
    record("catalog.version.edit", actor=actor, target=draft, unit=draft.process.unit,
           changes={action: (None, label)})  # fmt: skip
    return draft


@transaction.atomic
def undo(version: ProcessVersion, *, seen: int, actor: User) -> ProcessVersion:
    """Take the last change back that was not taken back yet, of up to twenty."""
    draft = _opened(version, seen, Status.DRAFT, permission="catalog.edit", actor=actor)
    last = to_take_back(draft)
    if last is None:
        raise UsageError("web.nothing_to_undo")
    keep_design(draft, design_from(last.before))
    last.before = None
    last.save(update_fields=["before"])
    DraftEdit.objects.create(version=draft, by=actor, action="undo", label=last.label)
    _moved_on(draft)
    record("catalog.version.undo", actor=actor, target=draft, unit=draft.process.unit,
           changes={last.action: (last.label, None)})  # fmt: skip
    return draft


def to_take_back(version: ProcessVersion) -> DraftEdit | None:
    """The change that undo would take back."""
    return version.edits.filter(before__isnull=False).first()


@transaction.atomic
def submit(version: ProcessVersion, *, seen: int, actor: User, reason: str) -> ProcessVersion:
    """Ask a second person to put the draft in force; it cannot be changed meanwhile."""
    draft = _opened(version, seen, Status.DRAFT, permission="catalog.edit", actor=actor)
    given = _reason(reason)
    if not draft.nodes.exists():
        raise UsageError("web.draft_empty")
    draft.status, draft.reason, draft.decision = Status.SUBMITTED, given, ""
    draft.submitted_at, draft.submitted_by = timezone.now(), actor
    _moved_on(draft)
    ask_for_approval(draft, hands=hands_in(draft), actor=actor)
    record("catalog.version.submit", actor=actor, target=draft, unit=draft.process.unit, reason=given)
    return draft


@transaction.atomic
def approve(version: ProcessVersion, *, seen: int, actor: User, reason: str) -> ProcessVersion:
    """Put a submitted version in force, by somebody who had no hand in it."""
    submitted = _opened(version, seen, Status.SUBMITTED, permission="catalog.approve", actor=actor)
    given = _reason(reason)
    if actor.pk in hands_in(submitted):
        raise UsageError("web.author_approves")
    decided(submitted)
    return replace_in_force(submitted, actor=actor, reason=given)


@transaction.atomic
def send_back(version: ProcessVersion, *, seen: int, actor: User, reason: str) -> ProcessVersion:
    """Open a submitted version again: the second person with what is missing, or whoever submitted it."""
    permission = "catalog.edit" if version.submitted_by_id == actor.pk else "catalog.approve"
    submitted = _opened(version, seen, Status.SUBMITTED, permission=permission, actor=actor)
    submitted.status, submitted.decision = Status.DRAFT, _reason(reason)
    submitted.submitted_at = submitted.submitted_by = None
    _moved_on(submitted)
    decided(submitted)
    record("catalog.version.return", actor=actor, target=submitted, unit=submitted.process.unit,
           reason=submitted.decision)  # fmt: skip
    return submitted


def hands_in(version: ProcessVersion) -> set[int]:
    """Who made, changed or submitted the version."""
    own = {version.created_by_id, version.submitted_by_id, *version.edits.values_list("by_id", flat=True)}
    return own - {None}


def design_from(kept: dict[str, Any]) -> Design:
    """The design that `asdict` wrote."""
    return Design(
        tuple(Step(**step) for step in kept["steps"]), tuple(Link(**link) for link in kept["links"])
    )


def _opened(
    version: ProcessVersion, seen: int, status: str, *, permission: str, actor: User
) -> ProcessVersion:
    """The version locked and as it is now; UsageError where it has moved on or is in another state."""
    require(actor, permission, version.process.unit)
    locked = ProcessVersion.objects.select_for_update(of=("self",)).select_related("process__unit").get(
        pk=version.pk
    )  # fmt: skip
    if locked.edit_version != seen:
        raise UsageError("web.conflict", label=str(locked))
    if locked.status != status:
        raise UsageError("web.version_state", found=locked.status, needed=status)
    return locked


def _moved_on(version: ProcessVersion) -> None:
    version.edit_version += 1
    version.save()


def _reason(reason: str) -> str:
    if not reason.strip():
        raise UsageError("web.reason_missing")
    return reason.strip()[:_MOST_REASON]


def _forget_old(version: ProcessVersion) -> None:
    """Keep whole designs of the latest changes alone; who made the older ones stays."""
    kept = list(version.edits.filter(before__isnull=False).values_list("pk", flat=True)[:MOST_STEPS_BACK])
    version.edits.filter(before__isnull=False).exclude(pk__in=kept).update(before=None)
