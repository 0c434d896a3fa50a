"""Mails: written into the outbox with the event, sent from there by the scheduler.

1. `queue_*` writes a mail in the transaction of the event: both are kept or none. Where no mail server is
   configured nothing is written.
2. `send_due` takes each mail that is due in one statement (waiting -> sending), so that two schedulers never
   send one twice, and hands it to the server.
3. What should by then not be read is not sent: the account was closed, all it tells of is out of sight, its
   link was renewed. Of a mail about several things, those out of sight are left out.
4. Not accepted for now: again after a while, up to `MOST_ATTEMPTS`. Not accepted for good: failed.
   The connection broke while the text was handed over, or the sender died: unsure; nobody knows whether the
   server has it, so it is not sent again unless a person says so.
"""

import contextlib
import secrets
import smtplib
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone, translation

from anlan.domain.errors import UsageError
from anlan.web.common.audit import record
from anlan.web.common.texts import text
from anlan.web.notices.models import Mail, Notice
from anlan.web.notices.selectors import still_seen
from anlan.web.notices.words import words_of
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require

BACK_OFF_S = (60, 300, 1800, 7200, 21600, 43200, 86400)
MOST_ATTEMPTS = len(BACK_OFF_S) + 1
SENDING_FOR = timedelta(minutes=10)
MOST_IN_ONE = 200
"""Notices in one mail; more come in further ones."""
MOST_S_AT_ONCE = 12.0
"""The scheduler does other things too, and its lease is short."""
State = Mail.State


def is_on() -> bool:
    """Whether a mail server is configured."""
    return bool(settings.ANLAN_MAIL)


def takes(user: User) -> bool:
    """Whether mail can reach the person at all."""
    return is_on() and bool(user.email)


def queue_notice(user: User, notice: Notice) -> Mail:
    """A mail about one notice, in the person's language."""
    with translation.override(user.language):
        said = words_of(notice)
        body = text("notices.mail.one", name=str(user), what=said, link=address(notice.link), end=_end())
        return queue(to=user.email, recipient=user, unit=user.unit or notice.unit,
                     language=user.language, subject=_subject(notice), body=body,
                     about=[_facts(notice)])  # fmt: skip


def _facts(notice: Notice) -> dict[str, Any]:
    """What `words_of` and `still_seen` need; a notice just written in bulk has no number to refer to."""
    return {
        name: getattr(notice, name) for name in ("kind", "parameters", "link", "object_type", "object_id")
    }


def _subject(notice: Notice) -> str:
    """The kind, and the code where there is one: subjects are read in more places than texts."""
    kind, code = text(f"notices.names.{notice.kind}"), str(notice.parameters.get("code", ""))
    return text("notices.mail.subject", kind=kind, code=code).strip()


def queue_digest(user: User, notices: Sequence[Notice]) -> None:
    """A mail about several notices; more than `MOST_IN_ONE` come in further mails, none is left out."""
    for start in range(0, len(notices), MOST_IN_ONE):
        part = notices[start : start + MOST_IN_ONE]
        subject, body = _gathered(user, part)
        queue(to=user.email, recipient=user, unit=user.unit or part[0].unit, language=user.language,
              subject=subject, body=body, about=[_facts(notice) for notice in part])  # fmt: skip


def _gathered(user: User, notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and text of a mail about these."""
    with translation.override(user.language):
        lines = "\n\n".join(f"- {words_of(notice)}\n  {address(notice.link)}" for notice in notices)
        n = len(notices)
        body = text("notices.mail.digest", name=str(user), n=n, lines=lines, end=_end())
        return text("notices.mail.digest_subject", n=n), body


def queue(
    *, to: str, unit: Unit, language: str, subject: str, body: str, recipient: User | None = None,
    secret: bool = False, about: Sequence[dict[str, Any]] = (), key: str = "",
) -> Mail:  # fmt: skip
    """Write a mail into the outbox, in the caller's transaction."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
    return Mail.objects.create(
        to=to, recipient=recipient, unit=unit, language=language, secret=secret, body=body,
        about=list(about), key=key,
        subject=" ".join(subject.split())[:200], due_at=timezone.now(),
        message_id=f"<{secrets.token_hex(16)}@{host}>",
    )  # fmt: skip


def drop(key: str, *, reason: str) -> int:
    """End what has this key and may still go out, by itself or when a person says so; how many."""
    unsent = Mail.objects.filter(key=key, state__in=(State.WAITING, State.FAILED, State.UNSURE))
    return unsent.update(state=State.DROPPED, error=reason, body="")


def address(path: str) -> str:
    """The whole address of a page, as it stands in a mail."""
    return f"{settings.ANLAN_ADDRESS.rstrip('/')}{path}"


def _end() -> str:
    return text("notices.mail.end", address=address("/notices/settings/"))


def send_due() -> int:
    """Send what is due for at most `MOST_S_AT_ONCE`; how many were sent."""
    _give_up_unfinished()
    if not is_on():
        return 0
    until, sent, connection = time.monotonic() + MOST_S_AT_ONCE, 0, None
    due = Mail.objects.filter(state=State.WAITING, due_at__lte=timezone.now()).order_by("due_at", "id")
    for mail in due[:200]:
        if time.monotonic() > until or not _claim(mail) or not _still_due(mail):
            continue
        try:
            connection = connection or _opened()
        except (OSError, smtplib.SMTPException) as fault:
            _later(mail, fault)
            break
        sent += _send(mail, connection)
        if mail.state != State.SENT:
            connection = _closed(connection)
    _closed(connection)
    return sent


def _opened() -> Any:
    connection = get_connection(fail_silently=False)
    connection.open()
    return connection


def _closed(connection: Any) -> None:
    if connection is not None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.close()


def _claim(mail: Mail) -> bool:
    now = timezone.now()
    mine = Mail.objects.filter(pk=mail.pk, state=State.WAITING, attempts=mail.attempts)
    taken = mine.update(state=State.SENDING, attempts=mail.attempts + 1, tried_at=now)
    mail.attempts += 1
    return bool(taken)


def _still_due(mail: Mail) -> bool:
    """Whether the person may still read it, as things stand now; else it ends with the reason."""
    reader = User.objects.filter(pk=mail.recipient_id).first()
    told = [Notice(**facts) for facts in mail.about]
    if reader is None and not told:
        return True
    if reader is None or not reader.is_active:
        return _dropped(mail, "closed")
    seen = still_seen(reader, told)
    if told and not seen:
        return _dropped(mail, "out_of_sight")
    if len(seen) < len(told):
        mail.subject, mail.body = _gathered(reader, seen)
        mail.about = [_facts(notice) for notice in seen]
        mail.save(update_fields=["subject", "body", "about"])
    return True


def _dropped(mail: Mail, reason: str) -> bool:
    _end_as(mail, State.DROPPED, error=reason, body="", about=[])
    return False


def _send(mail: Mail, connection: Any) -> bool:
    message = EmailMessage(
        mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to], connection=connection,
        headers={"Message-ID": mail.message_id, "Content-Language": mail.language,
                 "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as fault:
        code, words = next(iter(fault.recipients.values()), (550, b""))
        _refused(mail, code, _text(words))
    except smtplib.SMTPResponseException as fault:
        _refused(mail, fault.smtp_code, _text(fault.smtp_error))
    except (OSError, smtplib.SMTPException) as fault:
        _end_as(mail, State.UNSURE, error=_named(fault))
    except Exception as fault:
        _end_as(mail, State.FAILED, error=_named(fault))
    else:
        _end_as(mail, State.SENT, sent_at=timezone.now(), error="")
        return True
    return False


def _refused(mail: Mail, code: int, words: str) -> None:
    """4xx is for now, 5xx for good (RFC 5321, 4.2.1)."""
    fault = f"{code} {words}"
    if 400 <= code < 500:
        _later(mail, fault)
    else:
        _end_as(mail, State.FAILED, error=fault)


def _later(mail: Mail, fault: Any) -> None:
    error = fault if isinstance(fault, str) else _named(fault)
    if mail.attempts >= MOST_ATTEMPTS:
        _end_as(mail, State.FAILED, error=error)
    else:
        wait = timedelta(seconds=BACK_OFF_S[mail.attempts - 1])
        _end_as(mail, State.WAITING, error=error, due_at=timezone.now() + wait)


def _end_as(mail: Mail, state: str, *, error: str, **fields: Any) -> None:
    """A link for one person alone is kept no longer than the mail waits; a new link makes a new mail."""
    if mail.secret and state != State.WAITING:
        fields["body"] = ""
    mine = Mail.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts)
    mine.update(state=state, error=error[:300], **fields)
    mail.state = state


def _give_up_unfinished() -> None:
    """Mails a sender had in hand when it died."""
    before = timezone.now() - SENDING_FOR
    lost = Mail.objects.filter(state=State.SENDING, tried_at__lt=before)
    lost.filter(secret=True).update(body="")
    lost.update(state=State.UNSURE, error="sender lost")


def _named(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}"


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


@transaction.atomic
def retry(mail: Mail, *, actor: User) -> None:
    """Send a mail that failed, or of which nobody knows, once more; the person takes the decision."""
    require(actor, "people.manage", mail.unit)
    again = Mail.objects.filter(pk=mail.pk, state__in=(State.FAILED, State.UNSURE), secret=False)
    if not again.update(state=State.WAITING, attempts=0, error="", due_at=timezone.now()):
        raise UsageError("web.mail_not_failed", subject=mail.subject)
    record("notices.mail.retry", actor=actor, target=mail, changes={"state": (mail.state, State.WAITING)})
