"""Designs of the twin before come along to the next one.

Those that are still being worked on are copied with their name, note, risks and origin; the twin before keeps
its own with their comparisons. Each is checked against the next twin: one that was proposed stays so where it
applies, and is a draft again where it does not; its page and the list then say why.
"""

from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.people.models import User
from anlan.web.studio.models import Twin, TwinDesign
from anlan.web.studio.services.checking import faults_of

State = TwinDesign.State
_OPEN = (State.DRAFT, State.PROPOSED)


def carry_designs(before: Twin, made: Twin, *, actor: User | None) -> list[TwinDesign]:
    """Copies of the open designs of `before` at `made`, in their order. Called inside a transaction."""
    found = before.designs.filter(state__in=_OPEN).order_by("id").prefetch_related("risks")
    return [_carried(each, made, actor) for each in found]


def _carried(design: TwinDesign, made: Twin, actor: User | None) -> TwinDesign:
    applies = not faults_of(made, design.name, design.changes)
    copy = TwinDesign.objects.create(
        code=next_code("TD"), unit=made.unit, twin=made, name=design.name, note=design.note,
        changes=design.changes, origin=design.origin, state=design.state if applies else State.DRAFT,
        carried_from=design, created_by=actor, updated_by=actor,
    )  # fmt: skip
    copy.risks.set(design.risks.all())
    record("studio.design.carry", actor=actor, target=copy,
           changes={"carried_from": (None, design.code), "twin": (design.twin.code, made.code),
                    "applies": (None, applies)})  # fmt: skip
    return copy
