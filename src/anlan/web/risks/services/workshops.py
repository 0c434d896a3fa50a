"""Expert sessions: prepare, invite by link, open and close rounds.

1. A leader names risks, or what a sheet holds, and experts; each expert gets a link with a secret token,
   shown once.
2. `open_round` opens the next round; experts answer by link, without an account, until it is closed.
3. `close_round` ends it; the next tells each what all said.
4. `adopting` turns the last closed round into assessments, or into a run of the method the sheet is for.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.loop.quantify.delphi import FEWEST_EXPERTS
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Invitation, Risk, Workshop, WorkshopItem
from anlan.web.risks.services.inviting import call_off, invite
from anlan.web.risks.services.session_answers import sheet_answers
from anlan.web.risks.services.session_kinds import SessionKind, kind_of
from anlan.web.risks.services.sheets import items_of, sheet_of

NUMBERS = ("cases_per_year", "usual_duration_min")
State = Workshop.State
_LONGEST_REASON = 300


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
    *, unit: Unit, title: str, purpose: str, experts: Sequence[Expert], actor: User,
    risks: Sequence[Risk] = (), days: int = 14, most_rounds: int = 3, kind: str = "delphi",
    numbers: Mapping[str, float | None] | None = None, content: Mapping[str, Any] | None = None,
    about: Risk | None = None,
) -> tuple[Workshop, dict[str, str]]:  # fmt: skip
    """A session that is ready to open, and the token of each expert by pseudonym (kept nowhere else).

    numbers: `cases_per_year` and `usual_duration_min`, where the experts' numbers shall be put on the scales
    of the criteria by others than those of the process's log.
    content, about: of a sheet, what it holds and the risk it is about.

    Errors: UsageError where risks or experts are missing or too many; RefusedInputs with every fault of the
    content.
    """
    require(actor, "workshops.lead", unit)
    asked = kind_of(kind)
    items = _items(asked, risks, content or {})
    _check_experts(asked, len(experts))
    workshop = Workshop.objects.create(
        code=next_code("W"), unit=unit, title=title.strip(), purpose=purpose.strip(),
        most_rounds=1 if asked.sheet and asked.sheet.one_round else most_rounds,
        kind=kind, record={name: value for name, value in (numbers or {}).items() if name in NUMBERS},
        content=dict(content or {}) if asked.sheet else {}, about=about if asked.sheet else None,
        created_by=actor, updated_by=actor,
    )  # fmt: skip
    for item in items:
        item.workshop = workshop
    WorkshopItem.objects.bulk_create(items)
    tokens = _invite(workshop, experts, days=days, actor=actor)
    record("risks.workshop.create", actor=actor, target=workshop,
           changes={"questions" if asked.sheet else "risks": (0, len(items)),
                    "experts": (0, len(experts))})  # fmt: skip
    return workshop, tokens


def _items(kind: SessionKind, risks: Sequence[Risk], content: Mapping[str, Any]) -> list[WorkshopItem]:
    if kind.sheet is not None:
        return items_of(kind.sheet, content)
    if not risks:
        raise UsageError("workshop.no_risks")
    return [WorkshopItem(risk=risk, position=i) for i, risk in enumerate(risks)]


def _check_experts(kind: SessionKind, n: int) -> None:
    """Of fewer than three each could be told from what the group says."""
    if n < FEWEST_EXPERTS:
        raise UsageError("workshop.few_experts", n=n, fewest=FEWEST_EXPERTS)
    if kind.sheet is not None and n > kind.sheet.most_experts:
        raise UsageError("workshop.many_experts", n=n, most=kind.sheet.most_experts)


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


@transaction.atomic
def revoke_link(invitation: Invitation, *, actor: User) -> None:
    """The expert's link and account open the session no more; what was answered stands. `renew_link` lets
    them in again."""
    require(actor, "workshops.lead", invitation.workshop.unit)
    invitation.revoked = True
    invitation.save(update_fields=["revoked"])
    call_off(invitation)
    record("risks.workshop.revoke_link", actor=actor, target=invitation.workshop, reason=invitation.pseudonym)


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
    """The next round, as long as rounds are left and what it tells is of enough experts."""
    require(actor, "workshops.lead", workshop.unit)
    current = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if current.state not in (State.DRAFT, State.BETWEEN):
        raise UsageError("workshop.state", found=current.state)
    if current.round >= current.most_rounds:
        raise UsageError("workshop.no_rounds_left", n=current.most_rounds)
    if current.state == State.BETWEEN and (few := _few(current)):
        raise UsageError("workshop.few_to_tell", part=few[0], n=few[1], fewest=FEWEST_EXPERTS)
    return move(current, State.OPEN, actor, round=current.round + 1)


@transaction.atomic
def close_round(workshop: Workshop, *, actor: User, reason: str = "") -> Workshop:
    """End the open round; it needs answers of enough experts to each risk, or part of a sheet.

    reason: why a sheet is closed with fewer, at least one for each part; its method takes as many as there
    are. Another round is then refused: what it tells would be what one of them said. Risks judged in rounds
    always need enough, since the rounds live by what is told.
    """
    require(actor, "workshops.lead", workshop.unit)
    current = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if current.state != State.OPEN:
        raise UsageError("workshop.state", found=current.state)
    few = _few(current)
    if few and not (few[1] and reason.strip()):
        raise UsageError("workshop.few_counted", part=few[0], n=few[1], fewest=FEWEST_EXPERTS)
    if kind_of(current.kind).sheet is None:
        _check_answers(current)
    return move(current, State.BETWEEN, actor, reason=reason.strip()[:_LONGEST_REASON] if few else "")


def _few(workshop: Workshop) -> tuple[str, int] | None:
    """The part of a sheet that the fewest experts answered so that it counts, and how many, where they are
    too few; None where they are enough, or no sheet was asked."""
    sheet = kind_of(workshop.kind).sheet
    if sheet is None:
        return None
    tallies = sheet.tallies(sheet_of(workshop), sheet_answers(workshop, workshop.round))
    least = min(tallies, key=lambda tally: len(tally.counted))
    n = len(least.counted)
    return (least.part or workshop.title, n) if n < FEWEST_EXPERTS else None


def _check_answers(workshop: Workshop) -> None:
    """Enough answers to each risk."""
    for item in workshop.items.select_related("risk"):
        n = item.answers.filter(round=workshop.round).count()
        if n < FEWEST_EXPERTS:
            assert item.risk is not None
            raise UsageError("workshop.few_answers", risk=item.risk.code, n=n, fewest=FEWEST_EXPERTS)


def move(workshop: Workshop, state: str, actor: User, *, reason: str = "", **fields: Any) -> Workshop:
    """Into another state, with what changes beside it, and why."""
    before = workshop.state
    for name, value in fields.items():
        setattr(workshop, name, value)
    workshop.state, workshop.updated_by = state, actor
    workshop.save()
    changes = {"state": (before, state)}
    record(f"risks.workshop.{state}", actor=actor, target=workshop, changes=changes, reason=reason)
    return workshop
