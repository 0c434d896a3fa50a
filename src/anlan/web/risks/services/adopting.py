"""What a session comes to: assessments of its risks, or a run of the method that its sheet is for."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.loop.quantify.delphi import FEWEST_EXPERTS, Round, bounds_of, score_of
from anlan.maths.agreement import MiddleHalf
from anlan.studies.methods.spec import SPEC
from anlan.web.common.links import link
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Assessment, Risk, Workshop, WorkshopItem
from anlan.web.risks.services.assessing import assess_by_scores
from anlan.web.risks.services.criteria import criteria_for, level_of
from anlan.web.risks.services.estimating import Given, assess_by_estimate, usual_numbers
from anlan.web.risks.services.session_answers import sheet_answers, summary
from anlan.web.risks.services.session_kinds import AXES, kind_of
from anlan.web.risks.services.sheets import sheet_of
from anlan.web.risks.services.workshops import NUMBERS, move
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_assessment

State = Workshop.State


def conclude(workshop: Workshop, *, actor: User) -> list[Assessment] | Run:
    """Adopt the last round in the way of the session's kind; the session is closed."""
    return (
        adopt_sheet(workshop, actor=actor) if kind_of(workshop.kind).sheet else adopt(workshop, actor=actor)
    )


def document_of(workshop: Workshop, number: int) -> dict[str, Any]:
    """The spec of the method, from the answers in force in a round. Only pseudonyms stand in it.

    Errors: UsageError where the answers are more than the method takes.
    """
    kind = kind_of(workshop.kind)
    assert kind.sheet is not None
    inputs = kind.sheet.inputs(sheet_of(workshop), sheet_answers(workshop, number))
    about = {"risk": workshop.about.code} if workshop.about else {}
    title = f"{workshop.code} {workshop.title}"
    return {"schema": SPEC, "method": kind.sheet.method, "title": title, **about, "inputs": inputs}


@transaction.atomic
def adopt_sheet(workshop: Workshop, *, actor: User) -> Run:
    """The last round as a run of the method that the sheet is for; the session is closed."""
    require(actor, "workshops.lead", workshop.unit)
    current = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if current.state != State.BETWEEN:
        raise UsageError("workshop.state", found=current.state)
    run = start_assessment(
        unit=current.unit, document=document_of(current, current.round), actor=actor,
        process=current.about.process if current.about else None,
        about=current.about.code if current.about else "",
    )  # fmt: skip
    link("computed_from", run, current)
    if current.about:
        link("assessed_by", current, current.about)
    move(current, State.CLOSED, actor, closed_at=timezone.now(), run=run)
    return run


@transaction.atomic
def adopt(workshop: Workshop, *, actor: User, stage: str = "current") -> list[Assessment]:
    """The last round as assessments of all risks, handed in for review; the session is closed."""
    require(actor, "workshops.lead", workshop.unit)
    current = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if current.state != State.BETWEEN:
        raise UsageError("workshop.state", found=current.state)
    found, made = summary(current, current.round), []
    for item in current.items.select_related("risk"):
        made.append(_assessment(current, item, found, stage, actor))
        link("assessed_by", current, item.risk)
    move(current, State.CLOSED, actor, closed_at=timezone.now())
    return made


def _assessment(
    workshop: Workshop, item: WorkshopItem, found: Mapping[str, Round], stage: str, actor: User
) -> Assessment:
    kind = kind_of(workshop.kind)
    halves = {axis: _half(found, axis, item) for axis in kind.axes}
    make = _by_points if kind.values else _by_scores
    made = make(workshop, item.risk, halves, stage, actor)
    made.values = made.values | _values(workshop, item, found)
    made.save(update_fields=["values", "level_low", "level_high"])
    item.adopted = made
    item.save(update_fields=["adopted"])
    return made


def _half(found: Mapping[str, Round], axis: str, item: WorkshopItem) -> MiddleHalf:
    half = found[axis].questions[item.risk.code].half
    if half is None:
        raise UsageError("workshop.few_answers", risk=item.risk.code, n=0, fewest=FEWEST_EXPERTS)
    return half


def _by_scores(
    workshop: Workshop, risk: Risk, halves: Mapping[str, MiddleHalf], stage: str, actor: User
) -> Assessment:
    """Medians as scores; the quartiles bound the level."""
    criteria = criteria_for(risk.unit)
    made = assess_by_scores(
        risk, stage=stage, likelihood=score_of(halves["likelihood"]), severity=score_of(halves["severity"]),
        rationale=f"{workshop.code}: {workshop.title}", actor=actor, technique=workshop.kind,
    )  # fmt: skip
    low, high = (tuple(bounds_of(halves[axis])[end] for axis in AXES) for end in (0, 1))
    made.level_low, made.level_high = level_of(criteria, *low)[0], level_of(criteria, *high)[0]
    return made


def _by_points(
    workshop: Workshop, risk: Risk, halves: Mapping[str, MiddleHalf], stage: str, actor: User
) -> Assessment:
    """Medians as the three points of frequency and loss; an estimate like that of one person.

    Medians of points that are in order for each expert are in order too.
    """
    sides = {
        side: {"shape": "pert"} | {n: halves[f"{side}_{n}"].median for n in ("low", "likely", "high")}
        for side in ("frequency", "severity")
    }
    numbers = usual_numbers(risk)
    numbers |= {name: value for name, value in workshop.record.items() if name in NUMBERS and value}
    return assess_by_estimate(
        risk, Given("three_point", **sides, **numbers), stage=stage, actor=actor,
        rationale=f"{workshop.code}: {workshop.title}",
    )  # fmt: skip


def _values(workshop: Workshop, item: WorkshopItem, found: Mapping[str, Round]) -> dict[str, Any]:
    """What the assessment keeps of the session: spread and agreement, no names. Scores stand by their axis,
    numbers below `experts`, where they do not hide what was computed from them."""
    values: dict[str, Any] = {"workshop": workshop.code, "round": workshop.round, "quantile_type": 7}
    kind = kind_of(workshop.kind)
    spread: dict[str, Any] = {}
    for axis in kind.axes:
        half, agreement = _half(found, axis, item), found[axis].w
        spread[axis] = {"n": half.n, "median": half.median, "q1": half.q1, "q3": half.q3}
        spread[f"{axis}_w"] = agreement.w if agreement else None
    return values | ({"experts": spread} if kind.values else spread)
