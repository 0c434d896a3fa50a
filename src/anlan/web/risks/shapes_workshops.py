"""What endpoints of expert sessions take and show."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.web.common.rest.paging import Page
from anlan.web.common.rest.values import Code, Given, Line, Long, Named, Number, Shown, Text
from anlan.web.risks.services.session_kinds import KINDS


class WorkshopRow(Shown):
    """A session. state: draft, open, between (rounds), closed."""

    code: str
    kind: str
    title: str
    purpose: str
    unit: Named
    state: str
    round: int
    most_rounds: int
    created_at: datetime
    closed_at: datetime | None


class WorkshopPage(Page):
    items: list[WorkshopRow]


class ExpertShown(Shown):
    """An invited expert by pseudonym; answered: questions of the current round."""

    pseudonym: str
    field: str
    expires_at: datetime
    revoked: bool
    answered: int


class Spread(Shown):
    """How the experts scored a risk on one axis in a round: quartiles of type 7."""

    n: int
    median: float
    q1: float
    q3: float


class Outcome(Shown):
    """A risk in the newest round with answers to show."""

    risk: str
    likelihood: Spread | None = None
    severity: Spread | None = None
    points: dict[str, Spread] = {}


class QuestionShown(Shown):
    """A question of a sheet. part: the criterion or the thing judged; names: the items it is about."""

    number: int
    part: str
    names: list[str]


class SheetOutcome(Shown):
    """What a sheet comes to in its newest round that is over: tables of the method's answer and of agreement,
    each with `name`, `title`, `columns`, `rows`; left_out: part -> experts whose answers do not count.
    fault: why the method cannot answer."""

    tables: list[dict[str, Any]]
    agreement: list[dict[str, Any]]
    left_out: dict[str, list[str]]
    warnings: list[str]
    fault: str


class WorkshopShown(WorkshopRow):
    """outcome: of round `outcome_round`, 0 before the first has ended; links: shown once, when made.

    sheet, questions, sheet_outcome: of a session in which a sheet is answered; about: the risk it is about;
    run: the assessment it became.
    """

    risks: list[str]
    experts: list[ExpertShown]
    outcome_round: int
    outcome: list[Outcome]
    links: dict[str, str]
    sheet: dict[str, Any] = {}
    questions: list[QuestionShown] = []
    sheet_outcome: SheetOutcome | None = None
    about: str | None = None
    run: str | None = None


class AskedRound(Given):
    """Of which round; without it the newest that is over."""

    round: Number | None = None


class AnswersShown(Shown):
    """Answers to a sheet in a round that is over: pseudonym -> number of the question -> answer."""

    round: int
    answers: dict[str, dict[str, dict[str, Any]]]


class ExpertGiven(Given):
    """Whom to invite. username: their account, where they have one; email: where the link is mailed."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    field: Annotated[Text, Field(max_length=80)] = ""
    username: Annotated[Text, Field(max_length=80)] = ""
    email: Annotated[Text, Field(max_length=200, pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""


class Closing(Given):
    """reason: why a sheet is closed with fewer than three experts; kept in the audit."""

    reason: Annotated[Text, Field(max_length=300)] = ""


class NewWorkshop(Given):
    """Risks by code, or what a sheet holds (`sheet`) and the risk it is about; experts by name."""

    unit: Code
    title: Annotated[Text, Field(min_length=1, max_length=160)]
    purpose: Long = ""
    risks: Annotated[list[Line], Field(max_length=100)] = []
    experts: Annotated[list[ExpertGiven], Field(max_length=100)]
    days: Annotated[int, Field(ge=1, le=90)] = 14
    most_rounds: Annotated[int, Field(ge=1, le=9)] = 3
    kind: Literal[tuple(KINDS)] = "delphi"  # type: ignore[valid-type]
    cases_per_year: Annotated[float, Field(gt=0)] | None = None
    usual_duration_min: Annotated[float, Field(gt=0)] | None = None
    sheet: dict[str, Any] = {}
    about: Annotated[Line, Field(max_length=20)] = ""


class LinkShown(Shown):
    """The new link of an expert; the old one has stopped working."""

    link: str
