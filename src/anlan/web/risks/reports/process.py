"""The risks of a process as a report: facts, how many at which level, the risks, the nodes they sit at."""

from collections import Counter
from collections.abc import Sequence

from anlan.formats.printing import Amount, Document, Page, Pairs, Prose, Table, Value
from anlan.formats.wording import count
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import ProcessPage, process_page
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import User
from anlan.web.risks.intervals import words_of_risks
from anlan.web.risks.models import Risk
from anlan.web.risks.reports import shown
from anlan.web.risks.services import criteria_for


def process_report(user: User, process: Process, risks: Sequence[Risk]) -> Document:
    """`risks`: the open ones of the process, gravest first."""
    page = process_page(process)
    criteria = criteria_for(process.unit)
    blocks = (
        _facts(process, page, risks),
        *_description(process),
        _levels(risks, criteria.content),
        _risks(risks),
    )
    nodes = Page(text("catalog.process.nodes"), (_nodes(page, risks),))
    scope = f"{process.code} · {criteria.name} {criteria.number}"
    return Document(
        text("reports.kinds.process.title"), in_language(process), language(), (Page("", blocks), nodes),
        shown.footer(user, scope),
    )  # fmt: skip


def _facts(process: Process, page: ProcessPage, risks: Sequence[Risk]) -> Pairs:
    label = lambda name: text(f"catalog.fields.{name}")  # noqa: E731 a short name used many times
    log = page.log
    rows: list[tuple[str, Value]] = [
        (label("code"), process.code), (label("unit"), in_language(process.unit)),
        (label("owner"), shown.person(process.owner)), (label("pack"), process.pack or shown.NONE),
        (label("version"), str(page.version.number) if page.version else shown.NONE),
        (label("nodes"), str(len(page.nodes))),
        (label("cases"), count(log.n_cases if log else None, language())),
        (label("data_until"), shown.day(log.last_at if log else None)),
        (text("reports.open_risks"), str(len(risks))),
        (text("reports.beyond"), str(sum(risk.beyond_appetite for risk in risks))),
        (text("reports.provisional"), str(sum(risk.provisional for risk in risks))),
    ]  # fmt: skip
    return Pairs(tuple(rows), columns=4)


def _description(process: Process) -> tuple[Prose, ...]:
    return (Prose(text("catalog.fields.description"), process.description),) if process.description else ()


def _levels(risks: Sequence[Risk], criteria: dict) -> Table:  # type: ignore[type-arg]
    """Risks per current level, from the highest down, and those without an assessment."""
    numbers = Counter(risk.level_current for risk in risks)
    rows: list[tuple[Value, ...]] = [
        (shown.level(mark.code, criteria=criteria), Amount(numbers[mark.code], str(numbers[mark.code])))
        for mark in reversed(level_marks(criteria).marks)
    ]
    rows.append((text("risks.page.not_assessed"), Amount(numbers[""], str(numbers[""]))))
    headings = (text("risks.fields.level"), text("reports.number_of_risks"))
    return Table(text("reports.by_level"), headings, tuple(rows), (3, 1), across=0.35)


def _risks(risks: Sequence[Risk]) -> Table:
    heads = ("code", "title", "nodes", "category", "owner")
    headings = (*(text(f"risks.fields.{n}") for n in heads), text("risks.stages.current"),
                text("risks.register.loss"), text("risks.fields.interval"),
                text("risks.fields.review"))  # fmt: skip
    said = words_of_risks(risks)
    rows = tuple(
        (
            risk.code, in_language(risk, "title"), "\n".join(risk.nodes) or shown.NONE,
            text(f"risks.categories.{risk.category}"), shown.person(risk.owner),
            shown.level(risk.level_current, provisional=risk.provisional),
            shown.loss(risk.annual_loss, risk.loss_unit),
            shown.interval(
                risk.annual_loss_low, risk.annual_loss_high, risk.loss_unit, said.get(risk.pk, "")
            ),
            shown.day(risk.next_review_on),
        )
        for risk in risks
    )  # fmt: skip
    widths = (1.15, 2.3, 1.7, 1.4, 1, 1.2, 1.5, 1.7, 1.35)
    return Table(text("reports.risks_of_process"), headings, rows, widths,
                 empty=text("reports.no_risks"), note=text("reports.star") if rows else "")  # fmt: skip


def _nodes(page: ProcessPage, risks: Sequence[Risk]) -> Table:
    headings = (*(text(f"catalog.fields.{n}") for n in ("node", "role", "owner")),
                text("reports.number_of_risks"), text("reports.highest"))  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for node in page.nodes:
        here = [risk for risk in risks if {node.key, node.name, node.name_en} & set(risk.nodes)]
        top = max(here, key=lambda risk: risk.rank_current, default=None)
        rows.append((
            in_language(node), node.role or shown.NONE, shown.person(node.owner),
            Amount(len(here), str(len(here))),
            shown.level(top.level_current, provisional=top.provisional) if top else shown.NONE,
        ))  # fmt: skip
    return Table("", headings, tuple(rows), (4, 2, 2, 1, 1.4), empty=text("catalog.process.no_nodes"))
