"""Assessments that three people signed, on a day of the test's choice."""

from datetime import datetime

from anlan.web.people.models import User
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.models import Assessment, Risk
from anlan.web.risks.services import approve, assess_by_scores, review
from web.conftest import PASSWORD


def second_manager(organisation) -> User:
    """Another risk manager at north, made once."""
    known = User.objects.filter(username="second").first()
    if known is None:
        known = create_user(
            username="second", name="第二", password=PASSWORD, unit=organisation.north, actor=None
        )
        assign_role(user=known, role="risk_manager", unit=organisation.north, actor=None)
    return known


def approved(organisation, made: Assessment, *, at: datetime | None = None) -> Assessment:
    """Reviewed and approved; `at`: as if it had been then."""
    review(made, actor=second_manager(organisation))
    made = approve(made, actor=organisation.people["executive"])
    if at is not None:
        Assessment.objects.filter(pk=made.pk).update(prepared_at=at, reviewed_at=at, approved_at=at)
    return made


def scored(
    organisation, risk: Risk, cell: tuple[int, int], *, at: datetime, stage: str = "current"
) -> Assessment:
    """Scores in a cell of the matrix, approved then."""
    made = assess_by_scores(
        risk, stage=stage, likelihood=cell[0], severity=cell[1], rationale="r",
        actor=organisation.people["risk_manager"],
    )  # fmt: skip
    return approved(organisation, made, at=at)
