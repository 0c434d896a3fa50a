"""The register as a report: every line with everything its page shows."""

from datetime import date

from anlan.formats.printing import Document, Page, Table, Value
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.risks import selectors
from anlan.web.risks.intervals import words_of_risks
from anlan.web.risks.models import CATEGORIES, PHASES, STAGES, Risk
from anlan.web.risks.reports import shown

_COLUMNS = ("code", "title", "where", "category", "phase", "owner")
_WIDTHS = (1.2, 2.8, 2.1, 1.65, 1.25, 1.15, 1.25, 1.25, 1.25, 1.25, 1.7, 2.2, 1.15, 1.55)


def register_report(user: User, filters: selectors.Filters, *, today: date) -> Document:
    """The risks the filters find in units whose register the person may take out."""
    found = in_scope(selectors.register(user, filters, today=today), user, "reports.export")
    risks = list(found)
    said = words_of_risks(risks)
    rows = tuple(_row(risk, said.get(risk.pk, "")) for risk in risks)
    headings = (
        *(text(f"risks.fields.{name}") for name in _COLUMNS), *(text(f"risks.stages.{s}") for s in STAGES),
        *(text(f"risks.fields.{name}") for name in ("expected", "interval", "appetite", "review")),
    )  # fmt: skip
    table = Table("", headings, rows, _WIDTHS, empty=text("risks.register.empty"), note=text("reports.star"))
    return Document(
        text("reports.kinds.register.title"), _scope(filters, len(rows)), language(), (Page("", (table,)),),
        shown.footer(user, text("reports.of_unit", unit=in_language(user.unit) if user.unit else "")),
        wide=True,
    )  # fmt: skip


def _row(risk: Risk, said: str) -> tuple[Value, ...]:
    stages = [
        shown.level(getattr(risk, f"level_{stage}"), provisional=stage == "current" and risk.provisional)
        for stage in STAGES
    ]
    appetite = (
        shown.NONE
        if risk.rank_current < 0
        else text(f"risks.{'beyond' if risk.beyond_appetite else 'within'}")
    )
    return (
        risk.code, in_language(risk, "title"), shown.where(risk), text(f"risks.categories.{risk.category}"),
        text(f"risks.phases.{risk.phase}"), shown.person(risk.owner), *stages,
        shown.loss(risk.annual_loss, risk.loss_unit),
        shown.interval(risk.annual_loss_low, risk.annual_loss_high, risk.loss_unit, said),
        appetite,
        shown.day(risk.next_review_on),
    )  # fmt: skip


def _scope(filters: selectors.Filters, n: int) -> str:
    """Which risks the report holds, in words."""
    parts = [text(f"risks.views.{filters.view}") if filters.view in selectors.VIEWS else ""]
    parts += [text(f"risks.categories.{filters.category}")] if filters.category in CATEGORIES else []
    parts += [text(f"risks.phases.{filters.phase}")] if filters.phase in PHASES else []
    parts += [word for word in (filters.level, filters.process, filters.node, filters.search) if word]
    return text("reports.scope", what=" · ".join(part for part in parts if part), n=n)
