"""Designs: made, changed, moved on, given up; a design that cannot be made of its twin is not kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.studio.models import Twin, TwinDesign
from anlan.web.studio.selectors import EDIT
from anlan.web.studio.services.checking import checked

State = TwinDesign.State
LONGEST = {"name": 120, "note": 4000}
OPEN = (State.DRAFT, State.PROPOSED)
"""States in which the changes of a design can be changed."""
STEPS = {State.DRAFT: (State.PROPOSED, State.DROPPED), State.PROPOSED: (State.DRAFT, State.DROPPED),
         State.PILOT: (State.DROPPED,), State.DROPPED: (State.DRAFT,), State.IN_FORCE: ()}  # fmt: skip
"""Where a person may move a design to; a pilot begins with `piloting.start_pilot`."""


def create_design(
    twin: Twin, *, name: str, actor: User, changes: Sequence[Mapping[str, Any]] = (), note: str = "",
    origin: Mapping[str, Any] | None = None, risks: Sequence[Risk] = (),
) -> TwinDesign:  # fmt: skip
    """A new draft. origin: the proposal it is made of.

    Errors: UsageError for the name; RefusedInput `designs.*` for a change that cannot be."""
    require(actor, EDIT, twin.unit)
    said = {"name": _named(name), "note": _noted(note)}
    _free(twin, said["name"])
    checked(twin, said["name"], changes)
    with transaction.atomic():
        made = TwinDesign.objects.create(
            code=next_code("TD"), unit=twin.unit, twin=twin, changes=[dict(each) for each in changes],
            origin=dict(origin or {}), created_by=actor, updated_by=actor, **said,
        )  # fmt: skip
        made.risks.set(risks)
        record("studio.design.create", actor=actor, target=made,
               changes={"name": (None, made.name), "changes": (None, len(made.changes)),
                        "risks": (None, [each.code for each in risks])})  # fmt: skip
        return made


def change_design(
    found: TwinDesign, *, seen: int, actor: User, name: str | None = None, note: str | None = None,
    changes: Sequence[Mapping[str, Any]] | None = None, risks: Sequence[Risk] | None = None,
) -> TwinDesign:  # fmt: skip
    """The design as it is now; what is None stays. Errors: UsageError `web.conflict`, `studio.closed`;
    RefusedInput for a change that cannot be made."""
    require(actor, EDIT, found.unit)
    with transaction.atomic():
        current = TwinDesign.objects.select_for_update(of=("self",)).select_related("twin").get(pk=found.pk)
        if current.version != seen:
            raise UsageError("web.conflict", label=str(current))
        if current.state not in OPEN:
            raise UsageError("studio.closed", design=current.code, state=current.state)
        before = _for_audit(current)
        if name is not None and _named(name) != current.name:
            _free(current.twin, _named(name))
            current.name = _named(name)
        current.note = current.note if note is None else _noted(note)
        if changes is not None:
            checked(current.twin, current.name, changes)
            current.changes = [dict(each) for each in changes]
        current.version, current.updated_by = seen + 1, actor
        current.save()
        if risks is not None:
            current.risks.set(risks)
        record("studio.design.change", actor=actor, target=current,
               changes=changes_between(before, _for_audit(current)))  # fmt: skip
        return current


def move_design(found: TwinDesign, *, to: str, seen: int, actor: User) -> TwinDesign:
    """Propose it, take it back to the draft, or give it up.

    Errors: UsageError `web.conflict`, `studio.state`; as `checked` for one to propose that does not apply.
    """
    require(actor, EDIT, found.unit)
    with transaction.atomic():
        current = TwinDesign.objects.select_for_update().get(pk=found.pk)
        if current.version != seen:
            raise UsageError("web.conflict", label=str(current))
        if to not in STEPS[State(current.state)]:
            raise UsageError("studio.state", found=current.state, to=to[:40])
        if to == State.PROPOSED:
            checked(current.twin, current.name, current.changes)
        was, current.state = current.state, to
        current.version, current.updated_by = seen + 1, actor
        current.save()
        record("studio.design.move", actor=actor, target=current, changes={"state": (was, to)})
        return current


def _named(name: str) -> str:
    plain = name.replace("\0", "").strip()
    if not plain or len(plain) > LONGEST["name"]:
        raise UsageError("studio.name", n=len(plain), limit=LONGEST["name"])
    return plain


def _noted(note: str) -> str:
    plain = note.replace("\0", "").strip()
    if len(plain) > LONGEST["note"]:
        raise UsageError("studio.note", n=len(plain), limit=LONGEST["note"])
    return plain


def _free(twin: Twin, name: str) -> None:
    if TwinDesign.objects.filter(twin=twin, name=name).exists():
        raise UsageError("studio.name_taken", found=name)


def _for_audit(found: TwinDesign) -> dict[str, Any]:
    return {"name": found.name, "note": found.note, "changes": str(found.changes)[:400],
            "risks": sorted(found.risks.values_list("code", flat=True))}  # fmt: skip
