"""Telling experts that they are invited: a notice where there is an account, a mail where an address."""

import zoneinfo

from django.urls import reverse
from django.utils import translation

from anlan.web.common.texts import text
from anlan.web.notices import outbox
from anlan.web.notices.services import News, tell
from anlan.web.people.models import User
from anlan.web.risks.models import Invitation


def invite(invitation: Invitation, token: str, *, actor: User) -> None:
    """In the transaction that made the link. The mail holds the link; the outbox blanks it once sent. A mail
    with an older link, which opens nothing any more, no longer goes out."""
    outbox.drop(_key(invitation), reason="link_renewed")
    if invitation.email and outbox.is_on():
        _mail(invitation, token, actor=actor)
    if invitation.user is not None:
        _notice(invitation, actor=actor)


def call_off(invitation: Invitation) -> None:
    """A mail with a link that opens nothing any more does not go out."""
    outbox.drop(_key(invitation), reason="link_revoked")


def _mail(invitation: Invitation, token: str, *, actor: User) -> None:
    workshop, language = invitation.workshop, invitation.user.language if invitation.user else actor.language
    with translation.override(language):
        body = text(
            "notices.mail.invited", name=invitation.name, who=str(actor), title=workshop.title,
            code=workshop.code, purpose=f"{workshop.purpose}\n\n" if workshop.purpose else "",
            until=_until(invitation), link=outbox.address(reverse("risks:answer", args=[token])),
        )  # fmt: skip
        outbox.queue(
            to=invitation.email, recipient=invitation.user, unit=workshop.unit, language=language,
            secret=True, key=_key(invitation), body=body,
            subject=text("notices.mail.invited_subject", code=workshop.code),
        )  # fmt: skip


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}"


def _notice(invitation: Invitation, *, actor: User) -> None:
    """Of this kind the mail with the link is the mail; the notice is shown on the page alone."""
    workshop = invitation.workshop
    told = News(
        kind="session_invited", about=workshop, unit=workshop.unit, recipients=[invitation.user],
        link=reverse("risks:my_answer", args=[workshop.code]),
        parameters={"who": str(actor), "code": workshop.code, "title": workshop.title,
                    "until": _until(invitation)},
    )  # fmt: skip
    tell([told])


def _until(invitation: Invitation) -> str:
    zone = zoneinfo.ZoneInfo(invitation.workshop.unit.time_zone)
    return invitation.expires_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
