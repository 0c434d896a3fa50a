"""Who is told what of a risk: watchers, people called in a comment, those whose signature is next."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.urls import reverse

from anlan.web.notices.services import News, settle, tell
from anlan.web.people.models import User
from anlan.web.people.selectors import people_with
from anlan.web.risks.models import Assessment, Comment, Risk, Watch

_QUOTED = 120


def tell_watchers(risks: Sequence[Risk], what: str, *, actor: User, but: Iterable[User] = ()) -> None:
    """The watchers of each risk, except `but`. what: code of `notices.what`."""
    watching: dict[int, list[User]] = {}
    by_id, left_out = {risk.pk: risk for risk in risks}, set(but)
    ids = list(by_id)
    for start in range(0, len(ids), 500):
        for watch in Watch.objects.filter(risk__in=ids[start : start + 500]).select_related("user__unit"):
            watching.setdefault(watch.risk_id, []).append(watch.user)
    news = [
        _news("watched", by_id[pk], [u for u in users if u not in left_out], who=str(actor), what=what)
        for pk, users in watching.items()
    ]
    tell(news, actor=actor)


def tell_called(comment: Comment, called: Collection[User]) -> None:
    """People whom a comment mentions; then the watchers who were not."""
    quote = comment.text if len(comment.text) <= _QUOTED else f"{comment.text[:_QUOTED]}…"
    told = _news("mention", comment.risk, called, who=str(comment.by), quote=quote)
    tell([told], actor=comment.by)
    tell_watchers([comment.risk], "comment", actor=comment.by, but=called)


def ask_for_signature(assessment: Assessment, *, actor: User) -> None:
    """Those who may review a prepared assessment, or approve a reviewed one, and have not signed it yet."""
    risk = assessment.risk
    kind = "to_review" if assessment.state == Assessment.State.PREPARED else "to_approve"
    permission = "risks.review" if kind == "to_review" else "risks.approve"
    signed = {assessment.prepared_by_id, assessment.reviewed_by_id}
    asked = [user for user in people_with(permission, risk.unit) if user.pk not in signed]
    tell([_news(kind, risk, asked, who=str(actor), number=assessment.number)], actor=actor)


def signed(assessment: Assessment) -> None:
    """Nobody needs to sign the step any more that somebody has signed."""
    settle(("to_review", "to_approve"), assessment.risk, number=assessment.number)


def tell_returned(assessment: Assessment, *, actor: User) -> None:
    """The person who prepared it, with the reason."""
    to = [assessment.prepared_by] if assessment.prepared_by else []
    given = {"who": str(actor), "number": assessment.number, "reason": assessment.return_reason}
    tell([_news("returned", assessment.risk, to, **given)], actor=actor)


def _news(kind: str, risk: Risk, recipients: Iterable[User], *, key: str = "", **parameters: Any) -> News:
    return News(
        kind=kind, about=risk, unit=risk.unit, recipients=recipients, key=key,
        link=reverse("risks:risk", args=[risk.code]), parameters=named(risk) | parameters,
    )  # fmt: skip


def named(risk: Risk) -> dict[str, Any]:
    """Code and title of a risk as parameters of a notice."""
    return {"code": risk.code, "title": {"zh": risk.title, "en": risk.title_en or risk.title}}


def tell_of_reviews(risks: Sequence[Risk], kind: str) -> int:
    """That a review date has come or passed: the owner, or else who may review; once a date."""
    reviewers: dict[int, list[User]] = {}
    news = []
    for risk in risks:
        if risk.owner is not None:
            recipients = [risk.owner]
        else:
            if risk.unit_id not in reviewers:
                reviewers[risk.unit_id] = people_with("risks.review", risk.unit)
            recipients = reviewers[risk.unit_id]
        on = str(risk.next_review_on)
        news.append(_news(kind, risk, recipients, key=f"{risk.pk}:{on}", on=on))
    return tell(news)
