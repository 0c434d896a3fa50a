"""Expert sessions: prepare, invite by link, open and close rounds, adopt what came out.

1. A leader names risks and experts; each expert gets a link with a secret token, shown once.
2. `open_round` opens the next round; experts answer by link, without an account, until it is closed.
3. `close_round` ends it; the next feeds median, quartiles and dissenting reasons back.
4. `adopt` turns the last closed round into assessments; reviewed and approved like any other.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.loop.quantify.delphi import FEWEST_EXPERTS, Round, bounds_of, score_of, sum_up
from anlan.loop.quantify.estimate import from_three_points
from anlan.maths.agreement import MiddleHalf
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.common.links import link
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Assessment, ExpertAnswer, Invitation, Risk, Workshop, WorkshopItem
from anlan.web.risks.services.assessing import assess_by_scores, check_scores
from anlan.web.risks.services.criteria import criteria_for, level_of
from anlan.web.risks.services.estimating import Given, assess_by_estimate, usual_numbers
from anlan.web.risks.services.inviting import invite
from anlan.web.risks.services.session_kinds import AXES, POINTS, kind_of

State = Workshop.State


@dataclass(frozen=True)
class Expert:
    """Whom to invite: a name only the leader sees, and the field of work.

    user: their account, where they have one; email: where the link is mailed, else the account's address
    """

    name: str
    field: str = ""
    user: User | None = None
    email: str = ""


@transaction.atomic
def create_workshop(
    *, unit: Unit, title: str, purpose: str, risks: Sequence[Risk], experts: Sequence[Expert], actor: User,
    days: int = 14, most_rounds: int = 3, kind: str = "delphi",
    numbers: Mapping[str, float | None] | None = None,
) -> tuple[Workshop, dict[str, str]]:  # fmt: skip
    """A session that is ready to open, and the token of each expert by pseudonym (kept nowhere else).

    numbers: `cases_per_year` and `usual_duration_min`, where the experts' numbers shall be put on the scales
    of the criteria by others than those of the process's log.
    """
    require(actor, "workshops.lead", unit)
    kind_of(kind)
    if not risks:
        raise UsageError("workshop.no_risks")
    if len(experts) < FEWEST_EXPERTS:
        raise UsageError("workshop.few_experts", n=len(experts), fewest=FEWEST_EXPERTS)
    workshop = Workshop.objects.create(
        code=next_code("W"), unit=unit, title=title.strip(), purpose=purpose.strip(), most_rounds=most_rounds,
        kind=kind, record={name: value for name, value in (numbers or {}).items() if name in _NUMBERS},
        created_by=actor, updated_by=actor,
    )  # fmt: skip
    WorkshopItem.objects.bulk_create(
        WorkshopItem(workshop=workshop, risk=risk, position=i) for i, risk in enumerate(risks)
    )
    tokens = _invite(workshop, experts, days=days, actor=actor)
    record("risks.workshop.create", actor=actor, target=workshop,
           changes={"risks": (0, len(risks)), "experts": (0, len(experts))})  # fmt: skip
    return workshop, tokens


def _invite(workshop: Workshop, experts: Iterable[Expert], *, days: int, actor: User) -> dict[str, str]:
    tokens, expires = {}, timezone.now() + timedelta(days=days)
    for number, expert in enumerate(experts, start=1):
        token = secrets.token_urlsafe(24)
        made = Invitation.objects.create(
            workshop=workshop, pseudonym=f"E{number}", name=expert.name.strip(), field=expert.field.strip(),
            user=expert.user, email=expert.email or (expert.user.email if expert.user else ""),
            token_hash=hash_of(token), expires_at=expires,
        )  # fmt: skip
        invite(made, token, actor=actor)
        tokens[f"E{number}"] = token
    return tokens


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def renew_link(invitation: Invitation, *, actor: User, days: int = 14) -> str:
    """A new link for an expert who lost it; the old one stops working."""
    require(actor, "workshops.lead", invitation.workshop.unit)
    token = secrets.token_urlsafe(24)
    invitation.token_hash, invitation.revoked = hash_of(token), False
    invitation.expires_at = timezone.now() + timedelta(days=days)
    invitation.save()
    invite(invitation, token, actor=actor)
    record("risks.workshop.renew_link", actor=actor, target=invitation.workshop, reason=invitation.pseudonym)
    return token


def invitation_of(token: str) -> Invitation | None:
    """The invitation a link belongs to; None where it is unknown, revoked or out of date."""
    found = Invitation.objects.filter(token_hash=hash_of(token), revoked=False).select_related(
        "workshop__unit"
    )
    invitation = found.first()
    return invitation if invitation is not None and invitation.expires_at > timezone.now() else None


def own_invitation(workshop: Workshop, user: User) -> Invitation | None:
    """The invitation of somebody with an account, as long as it holds."""
    found = workshop.invitations.filter(user=user, revoked=False, expires_at__gt=timezone.now())
    return found.order_by("-pk").first()


@transaction.atomic
def open_round(workshop: Workshop, *, actor: User) -> Workshop:
    """The next round, as long as rounds are left."""
    require(actor, "workshops.lead", workshop.unit)
    current = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if current.state not in (State.DRAFT, State.BETWEEN):
        raise UsageError("workshop.state", found=current.state)
    if current.round >= current.most_rounds:
        raise UsageError("workshop.no_rounds_left", n=current.most_rounds)
    return _move(current, State.OPEN, actor, round=current.round + 1)


@transaction.atomic
def close_round(workshop: Workshop, *, actor: User) -> Workshop:
    """End the open round; it needs answers of enough experts to each risk."""
    require(actor, "workshops.lead", workshop.unit)
    current = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if current.state != State.OPEN:
        raise UsageError("workshop.state", found=current.state)
    for item in current.items.select_related("risk"):
        n = item.answers.filter(round=current.round).count()
        if n < FEWEST_EXPERTS:
            raise UsageError("workshop.few_answers", risk=item.risk.code, n=n, fewest=FEWEST_EXPERTS)
    return _move(current, State.BETWEEN, actor)


@transaction.atomic
def answer(
    invitation: Invitation, item: WorkshopItem, *, likelihood: int | None = None, severity: int | None = None,
    points: Mapping[str, float] | None = None, reason: str = "",
) -> ExpertAnswer:  # fmt: skip
    """What an expert says in the open round: scores, or in a session of numbers `points` by axis; answering
    again replaces it."""
    workshop = Workshop.objects.get(pk=invitation.workshop_id)
    if item.workshop_id != workshop.pk or workshop.state != State.OPEN:
        raise UsageError("workshop.not_open")
    if kind_of(workshop.kind).values:
        facts: dict[str, Any] = {"estimate": _checked_points(points or {})}
    else:
        criteria = criteria_for(workshop.unit)
        check_scores(criteria, likelihood=likelihood or 0, severity=severity or 0)
        facts = {"likelihood": likelihood, "severity": severity}
    made, _ = ExpertAnswer.objects.update_or_create(
        item=item, invitation=invitation, round=workshop.round,
        defaults=facts | {"reason": reason.strip()[:600]},
    )  # fmt: skip
    record("risks.workshop.answer", target=workshop, reason=invitation.pseudonym, source="link")
    return made


def _checked_points(points: Mapping[str, float]) -> dict[str, float]:
    """All six, in order on both sides; what is wrong is said as where one person estimates alone."""
    given = {axis: float(points.get(axis, -1.0)) for axis in POINTS}
    for side in ("frequency", "severity"):
        from_three_points(side, **{name: given[f"{side}_{name}"] for name in ("low", "likely", "high")})
    return given


def axes_of(workshop: Workshop) -> tuple[str, ...]:
    """What the experts of this kind of session are asked of each risk."""
    return kind_of(workshop.kind).axes


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
    _move(current, State.CLOSED, actor, closed_at=timezone.now())
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
    numbers |= {name: value for name, value in workshop.record.items() if name in _NUMBERS and value}
    return assess_by_estimate(
        risk, Given("three_point", **sides, **numbers), stage=stage, actor=actor,
        rationale=f"{workshop.code}: {workshop.title}",
    )  # fmt: skip


_NUMBERS = ("cases_per_year", "usual_duration_min")


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


def _move(workshop: Workshop, state: str, actor: User, **fields: Any) -> Workshop:
    before = workshop.state
    for name, value in fields.items():
        setattr(workshop, name, value)
    workshop.state, workshop.updated_by = state, actor
    workshop.save()
    record(f"risks.workshop.{state}", actor=actor, target=workshop, changes={"state": (before, state)})
    return workshop
