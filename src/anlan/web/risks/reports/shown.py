"""How records stand in printed reports: levels, losses, people, days, and where it all comes from."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from anlan import __version__
from anlan.formats.printing import Amount, Mark, Value
from anlan.formats.report.words import Words, loss_unit
from anlan.web.common.levels import level_marks
from anlan.web.common.templatetags.anlan import loss as loss_text
from anlan.web.common.templatetags.anlan import moment as moment_text
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import User
from anlan.web.risks.intervals import interval_words
from anlan.web.risks.models import Assessment, Risk

NONE = "—"


def level(code: str, *, criteria: dict[str, Any] | None = None, provisional: bool = False) -> Value:
    """The level's sign and word on its colour, with a star while it waits for approval; a dash for none."""
    if not code:
        return NONE
    mark = level_marks(criteria)[code]
    return Mark(f"{mark.word} *" if provisional else mark.word, mark.colour, mark.sign)


def loss(value: float | None, unit: str) -> Value:
    return NONE if value is None else Amount(value, loss_text(value, unit))


def interval(low: float | None, high: float | None, unit: str, words: str = "") -> str:
    """The limits with the unit once, and below them what they say: `423,348–494,754 h`, `90 % of years`."""
    if low is None or high is None:
        return NONE
    said = Words(language())
    scaled = loss_unit(unit or "customer_min", largest=high, words=said)
    limits = f"{scaled.figure(low, said)}–{scaled.figure(high, said)} {scaled.label}"
    return f"{limits}\n{words}" if words else limits


def interval_of(assessment: Assessment) -> str:
    """The limits of an assessment's yearly loss with what they say."""
    limits = (assessment.annual_loss_low, assessment.annual_loss_high)
    return interval(*limits, assessment.loss_unit, interval_words(assessment))


def signatures(a: Assessment) -> tuple[tuple[str, User | None, datetime | None], ...]:
    """Step, person and time of each of the three signatures, given or not."""
    return (("prepared", a.prepared_by, a.prepared_at), ("reviewed", a.reviewed_by, a.reviewed_at),
            ("approved", a.approved_by, a.approved_at))  # fmt: skip


def moment(value: datetime | None) -> str:
    return moment_text(value)


def day(value: date | datetime | None) -> str:
    return moment_text(value, "day")


def person(user: User | None) -> str:
    return user.name if user else NONE


def where(risk: Risk) -> str:
    """Process and nodes of a risk, or the unit of one without a process."""
    if risk.process is None:
        return in_language(risk.unit)
    return "\n".join([in_language(risk.process), *risk.nodes])


def statement(risk: Risk) -> str:
    """Cause, event and consequence on a line each, those that are filled."""
    parts = (
        ("cause_short", risk.cause),
        ("event_short", risk.event),
        ("consequence_short", risk.consequence),
    )
    return "\n".join(f"{text(f'risks.fields.{name}')} {value}" for name, value in parts if value)


def footer(user: User, scope: str) -> str:
    """Who printed what from when; the same on every page of every form."""
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M %Z")
    return text("reports.footer", version=__version__, who=str(user), at=at, scope=scope)
