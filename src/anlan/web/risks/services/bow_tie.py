"""The bow-tie of a risk: drawn anew as a whole, so that two editors never mix their lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import BARRIER_KINDS, BARRIER_STATES, SIDES, Barrier, BowTie, BowTieLine, Risk

MOST_LINES = 12
"""Of each side: more are no longer a picture that a meeting can discuss."""
MOST_BARRIERS = 5


@dataclass(frozen=True)
class BarrierFacts:
    """A barrier as given; `owner` is a person of the application."""

    text: str
    text_en: str = ""
    kind: str = "procedural"
    state: str = "working"
    owner: User | None = None
    measure: str = ""


@dataclass(frozen=True)
class LineFacts:
    """A threat or a consequence as given, with its barriers from the threat to the event or from the
    event to the consequence."""

    text: str
    text_en: str = ""
    barriers: tuple[BarrierFacts, ...] = ()


def bow_tie_of(risk: Risk) -> BowTie:
    """The risk's bow-tie with its lines and barriers; one without lines where none was drawn yet."""
    found = (
        BowTie.objects.filter(risk=risk)
        .prefetch_related("lines__barriers__owner")
        .select_related("updated_by")
        .first()
    )
    return found or BowTie(risk=risk, version=0)


def lines_of(bow_tie: BowTie, side: str) -> list[BowTieLine]:
    """Lines of a side in order."""
    return [line for line in bow_tie.lines.all() if line.side == side] if bow_tie.pk else []


@transaction.atomic
def draw_bow_tie(
    risk: Risk, *, threats: Sequence[LineFacts], consequences: Sequence[LineFacts], version: int, actor: User
) -> BowTie:
    """Replace all lines. `version`: the one seen, 0 where there was none."""
    require(actor, "risks.edit", risk.unit)
    given = dict(zip(SIDES, (threats, consequences), strict=True))
    for side, lines in given.items():
        _check_side(side, lines)
    locked = Risk.objects.select_for_update().get(pk=risk.pk)
    bow_tie = bow_tie_of(locked)
    if bow_tie.version != version:
        raise UsageError("web.conflict", label=str(locked))
    before = {side: _as_text(lines_of(bow_tie, side)) for side in SIDES}
    bow_tie.version, bow_tie.updated_by = version + 1, actor
    bow_tie.save()
    bow_tie.lines.all().delete()
    for side, lines in given.items():
        _write(bow_tie, side, lines)
    drawn = bow_tie_of(locked)
    after = {side: _as_text(lines_of(drawn, side)) for side in SIDES}
    changes = {side: (before[side], after[side]) for side in SIDES if before[side] != after[side]}
    record("risks.bow_tie.draw", actor=actor, target=risk, changes=changes)
    return drawn


def _write(bow_tie: BowTie, side: str, lines: Sequence[LineFacts]) -> None:
    made = BowTieLine.objects.bulk_create(
        BowTieLine(
            bow_tie=bow_tie, side=side, position=i, text=line.text.strip(), text_en=line.text_en.strip()
        )
        for i, line in enumerate(lines)
    )
    Barrier.objects.bulk_create(
        Barrier(
            line=row, position=i, text=b.text.strip(), text_en=b.text_en.strip(), kind=b.kind, state=b.state,
            owner=b.owner, measure=b.measure.strip(),
        )
        for row, line in zip(made, lines, strict=True)
        for i, b in enumerate(line.barriers)
    )  # fmt: skip


def _check_side(side: str, lines: Sequence[LineFacts]) -> None:
    if len(lines) > MOST_LINES:
        raise UsageError("bow_tie.lines", side=side, found=len(lines), most=MOST_LINES)
    for n, line in enumerate(lines, start=1):
        if not line.text.strip():
            raise UsageError("bow_tie.line_text", side=side, n=n)
        if len(line.barriers) > MOST_BARRIERS:
            raise UsageError("bow_tie.barriers", side=side, n=n, found=len(line.barriers), most=MOST_BARRIERS)
        for place, barrier in enumerate(line.barriers, start=1):
            _check_barrier(side, n, place, barrier)


def _check_barrier(side: str, n: int, place: int, barrier: BarrierFacts) -> None:
    where = {"side": side, "n": n, "place": place}
    if not barrier.text.strip():
        raise UsageError("bow_tie.barrier_text", **where)
    for field, accepted in (("kind", BARRIER_KINDS), ("state", BARRIER_STATES)):
        if getattr(barrier, field) not in accepted:
            raise UsageError(f"bow_tie.{field}", found=getattr(barrier, field), **where)


def _as_text(lines: Sequence[BowTieLine]) -> list[str]:
    """Lines as the audit keeps them: `threat | barrier (state) | barrier (state)`."""
    return [
        " | ".join([line.text, *(f"{barrier.text} ({barrier.state})" for barrier in line.barriers.all())])
        for line in lines
    ]
