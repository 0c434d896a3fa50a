"""What invited experts answer, and what all of them say in a round."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count

from anlan.domain.errors import UsageError
from anlan.loop.quantify.delphi import Round, sum_up
from anlan.loop.quantify.elicitation.sheet import Answers, Question
from anlan.loop.quantify.estimate import from_three_points
from anlan.web.common.audit import record
from anlan.web.risks.models import ExpertAnswer, Invitation, Workshop, WorkshopItem
from anlan.web.risks.services.assessing import check_scores
from anlan.web.risks.services.criteria import criteria_for
from anlan.web.risks.services.session_kinds import AXES, POINTS, kind_of
from anlan.web.risks.services.sheets import sheet_of


@transaction.atomic
def answer(
    invitation: Invitation, item: WorkshopItem, *, likelihood: int | None = None, severity: int | None = None,
    points: Mapping[str, float] | None = None, given: Mapping[str, Any] | None = None, reason: str = "",
) -> ExpertAnswer:  # fmt: skip
    """What an expert says in the open round: scores, in a session of numbers `points`, in a sheet what
    is `given` to its question. Answering again replaces it; the same again leaves it as it is.

    The session's row is held meanwhile, so that no answer slips in after the round was closed.
    """
    workshop = Workshop.objects.select_for_update().select_related("unit").get(pk=invitation.workshop_id)
    if item.workshop_id != workshop.pk or workshop.state != Workshop.State.OPEN:
        raise UsageError("workshop.not_open")
    facts = _checked(workshop, item, likelihood=likelihood, severity=severity, points=points, given=given)
    facts["reason"] = reason.strip()[:600]
    place = {"item": item, "invitation": invitation, "round": workshop.round}
    before = ExpertAnswer.objects.filter(**place).first()
    if before is not None and all(getattr(before, name) == value for name, value in facts.items()):
        return before
    made, _ = ExpertAnswer.objects.update_or_create(**place, defaults=facts)
    record("risks.workshop.answer", target=workshop, reason=invitation.pseudonym, source="link")
    return made


def _checked(
    workshop: Workshop, item: WorkshopItem, *, likelihood: int | None, severity: int | None,
    points: Mapping[str, float] | None, given: Mapping[str, Any] | None,
) -> dict[str, Any]:  # fmt: skip
    """The fields of the answer as the kind of session takes it."""
    kind = kind_of(workshop.kind)
    if kind.sheet is not None:
        return {"estimate": kind.sheet.read(sheet_of(workshop), question_of(item), given or {})}
    if kind.values:
        return {"estimate": _checked_points(points or {})}
    check_scores(criteria_for(workshop.unit), likelihood=likelihood or 0, severity=severity or 0)
    return {"likelihood": likelihood, "severity": severity}


def own_answers(invitation: Invitation, number: int) -> dict[int, ExpertAnswer]:
    """One expert's answers to a sheet that are in force in a round, by number of the question; questions left
    out on purpose are among them, with an empty `estimate`."""
    rows = invitation.answers.filter(round__lte=number).select_related("item").order_by("round")
    return {row.item.position + 1: row for row in rows}


def reasons_of(workshop: Workshop, position: int, number: int, *, but: Invitation) -> list[str]:
    """Reasons that others gave for their answer to a question up to a round, without names."""
    rows = ExpertAnswer.objects.filter(item__workshop=workshop, item__position=position, round__lte=number)
    return [row.reason for row in rows.exclude(invitation=but).exclude(reason="").order_by("round", "pk")]


def question_of(item: WorkshopItem) -> Question:
    """The question of a sheet, as it was when the session was made."""
    kept = item.question
    return Question(kept["part"], tuple(kept["names"]), kept["facts"])


def _checked_points(points: Mapping[str, float]) -> dict[str, float]:
    """All six, in order on both sides; what is wrong is said as where one person estimates alone."""
    given = {axis: float(points.get(axis, -1.0)) for axis in POINTS}
    for side in ("frequency", "severity"):
        from_three_points(side, **{name: given[f"{side}_{name}"] for name in ("low", "likely", "high")})
    return given


def axes_of(workshop: Workshop) -> tuple[str, ...]:
    """What the experts of this kind of session are asked of each risk."""
    return kind_of(workshop.kind).axes


def n_answered(workshop: Workshop, invitation: Invitation) -> int:
    """Questions the expert has answered in the current round; in a sheet answers of earlier rounds stand."""
    answers = invitation.answers.all()
    if kind_of(workshop.kind).sheet is not None:
        return len({each.item_id for each in answers})
    return sum(each.round == workshop.round for each in answers)


def with_answers(workshop: Workshop) -> Iterable[Invitation]:
    """The experts, each with the number of answers given over all rounds as `n_answers`."""
    return workshop.invitations.annotate(n_answers=Count("answers")).order_by("id")


def summary(workshop: Workshop, number: int) -> dict[str, Round]:
    """Every axis of a round, each question compared with the round before."""
    values = kind_of(workshop.kind).values
    now = answers_of(workshop, number)
    before = answers_of(workshop, number - 1) if number > 1 else {}
    return {axis: sum_up(answers, before=before.get(axis), values=values) for axis, answers in now.items()}


def answers_of(workshop: Workshop, number: int) -> dict[str, dict[str, dict[str, float]]]:
    """Axis -> risk code -> pseudonym -> score or number in a round; every risk is there. Two queries."""
    codes = [item.risk.code for item in workshop.items.select_related("risk")]
    found: dict[str, dict[str, dict[str, float]]] = {
        axis: {code: {} for code in codes} for axis in axes_of(workshop)
    }
    rows = ExpertAnswer.objects.filter(item__workshop=workshop, round=number)
    for given in rows.select_related("item__risk", "invitation"):
        for axis in found:
            found[axis][given.item.risk.code][given.invitation.pseudonym] = said(given, axis)
    return found


def said(given: ExpertAnswer, axis: str) -> float:
    """The score or number that the expert gave on an axis."""
    return float(getattr(given, axis) if axis in AXES else given.estimate[axis])


def sheet_answers(workshop: Workshop, number: int) -> Answers:
    """Of a sheet: pseudonym -> number of the question -> answer in force in a round, in the order in which
    the experts were invited. An answer stands in later rounds until its expert changes it. Two queries."""
    found: dict[str, dict[int, Mapping[str, Any]]] = {
        pseudonym: {} for pseudonym in workshop.invitations.values_list("pseudonym", flat=True)
    }
    rows = ExpertAnswer.objects.filter(item__workshop=workshop, round__lte=number).order_by("round", "pk")
    for row in rows.values_list("invitation__pseudonym", "item__position", "estimate"):
        pseudonym, position, said = row
        found[pseudonym].pop(position + 1, None)
        if said:
            found[pseudonym][position + 1] = said
    return {pseudonym: dict(sorted(said.items())) for pseudonym, said in found.items() if said}
