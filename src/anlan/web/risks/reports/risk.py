"""One risk as a report: statement, levels over the stages, assessments, evidence, reviews, discussion."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.printing import Block, Document, Page, Pairs, Picture, Prose, Table, Value
from anlan.formats.wording import number
from anlan.web.common.texts import in_language, language, of, text
from anlan.web.people.models import User
from anlan.web.risks.bow_tie.drawing import picture
from anlan.web.risks.checking import checked
from anlan.web.risks.drawings import by_methods
from anlan.web.risks.intervals import words_of_risks
from anlan.web.risks.models import SIDES, STAGES, Assessment, BowTieLine, Candidate, Risk
from anlan.web.risks.reports import shown
from anlan.web.risks.services import bow_tie_of, criteria_for, lines_of, methods_of


def risk_report(user: User, risk: Risk) -> Document:
    """Everything the risk's page shows."""
    blocks: list[Block] = [_facts(risk), _levels(risk)]
    for name in ("cause", "event", "consequence"):
        blocks.append(Prose(text(f"risks.fields.{name}"), getattr(risk, name) or shown.NONE))
    blocks += _bow_tie(risk)
    people = ("prepared_by", "reviewed_by", "approved_by", "criteria", "run")
    assessments = list(risk.assessments.select_related(*people))
    blocks += [_assessments(assessments), *_checks(assessments, risk), *_by_methods(user, risk)]
    blocks += [_evidence(list(risk.candidates.select_related("run"))), _reviews(risk), _comments(risk)]
    return Document(
        f"{risk.code} {in_language(risk, 'title')}", text("reports.kinds.risk.title"), language(),
        (Page("", tuple(blocks)),), shown.footer(user, risk.code),
    )  # fmt: skip


def _facts(risk: Risk) -> Pairs:
    label = lambda name: text(f"risks.fields.{name}")  # noqa: E731 a short name used many times
    rows: list[tuple[str, Value]] = [
        (label("title"), risk.title), (label("title_en"), risk.title_en or shown.NONE),
        (label("unit"), in_language(risk.unit)),
        (label("process"), in_language(risk.process) if risk.process else shown.NONE),
        (label("nodes"), "、".join(risk.nodes) or shown.NONE),
        (label("category"), text(f"risks.categories.{risk.category}")),
        (label("phase"), text(f"risks.phases.{risk.phase}")), (label("owner"), shown.person(risk.owner)),
        (label("review"), shown.day(risk.next_review_on)),
        (label("review_cycle_days"), str(risk.review_cycle_days)),
        (text("reports.source"), text(f"risks.sources.{risk.source}")),
        (text("reports.tags"), "、".join(risk.tags) or shown.NONE),
    ]  # fmt: skip
    return Pairs(tuple(rows), columns=4)


def _levels(risk: Risk) -> Pairs:
    rows: list[tuple[str, Value]] = [
        (text(f"risks.stages.{stage}"),
         shown.level(getattr(risk, f"level_{stage}"), provisional=stage == "current" and risk.provisional))
        for stage in STAGES
    ]  # fmt: skip
    rows.append((text("risks.register.loss"), shown.loss(risk.annual_loss, risk.loss_unit)))
    rows.append(
        (
            text("risks.fields.interval"),
            shown.interval(
                risk.annual_loss_low,
                risk.annual_loss_high,
                risk.loss_unit,
                words_of_risks([risk]).get(risk.pk, ""),
            ),
        )
    )
    appetite = "beyond" if risk.beyond_appetite else "within"
    rows.append(
        (text("risks.fields.appetite"), text(f"risks.{appetite}") if risk.rank_current >= 0 else shown.NONE)
    )
    return Pairs(tuple(rows), columns=4)


def _bow_tie(risk: Risk) -> list[Block]:
    """The picture and its list; nothing where none was drawn."""
    drawn = bow_tie_of(risk)
    found = picture(risk, drawn, criteria_for(risk.unit), theme="light")
    if found is None:
        return []
    headings = tuple(text(f"bow_tie.{name}") for name in ("side", "text", "barrier", "kind", "state", "owner",
                                                          "measure"))  # fmt: skip
    rows = tuple(row for side in SIDES for line in lines_of(drawn, side) for row in _bow_tie_rows(side, line))
    widths = (0.8, 2.4, 2.4, 0.8, 0.7, 0.9, 0.9)
    return [Picture(text("bow_tie.title"), found.wide, found.sentence), Table("", headings, rows, widths)]


def _bow_tie_rows(side: str, line: BowTieLine) -> list[tuple[Value, ...]]:
    """A row a barrier; a line without barriers has one that says so."""
    first = (text(f"bow_tie.one.{side}"), in_language(line, "text"))
    rows: list[tuple[Value, ...]] = [
        (*first, in_language(b, "text"), text(f"bow_tie.kinds.{b.kind}"), text(f"bow_tie.states.{b.state}"),
         shown.person(b.owner), b.measure or shown.NONE)
        for b in line.barriers.all()
    ]  # fmt: skip
    return rows or [(*first, text("bow_tie.no_barriers"), *(shown.NONE,) * 4)]


def _assessments(assessments: list[Assessment]) -> Table:
    heads = (
        "number",
        "stage",
        "how",
        "likelihood",
        "severity",
        "level",
        "loss",
        "interval",
        "state",
        "signed",
        "rationale",
    )
    headings = tuple(text(f"reports.assessment.{name}") for name in heads)
    rows = tuple(_assessment(a) for a in assessments)
    widths = (0.5, 1.1, 1.2, 0.9, 0.9, 1, 1.25, 1.5, 1.15, 2.1, 1.7)
    return Table(text("reports.assessments"), headings, rows, widths,
                 empty=text("risks.page.not_assessed"), note=text("reports.star"))  # fmt: skip


def _assessment(a: Assessment) -> tuple[Value, ...]:
    signed = [
        text(f"reports.{step}", who=who.name, at=shown.day(at))
        for step, who, at in shown.signatures(a)
        if who
    ]
    how = text(f"risks.techniques.{a.technique}")
    return (
        str(a.number), text(f"risks.stages.{a.stage}"), how, str(a.likelihood), str(a.severity),
        shown.level(a.level, criteria=a.criteria.content, provisional=a.state != Assessment.State.APPROVED),
        shown.loss(a.annual_loss, a.loss_unit), shown.interval_of(a), text(f"risks.states.{a.state}"),
        "\n".join(signed),
        a.rationale or shown.NONE,
    )  # fmt: skip


def _checks(assessments: list[Assessment], risk: Risk) -> list[Block]:
    """What does not fit together; nothing where all does."""
    said = checked(assessments, bow_tie_of(risk))
    return [Prose(text("checks.title"), "\n".join(said))] if said else []


def _by_methods(user: User, risk: Risk) -> list[Block]:
    """What each method says, side by side; nothing where none was asked."""
    found = by_methods(methods_of(risk, user))
    names = ("methods.method", "methods.headline", "methods.value", "risks.fields.interval",
             "risks.fields.level", "methods.warnings", "reports.evidence.run")  # fmt: skip
    headings = tuple(text(name) for name in names)
    rows = tuple(_by_method(each) for each in found)
    widths = (1.6, 1.8, 1.2, 1.6, 0.8, 0.6, 0.8)
    return [Table(text("methods.by_methods"), headings, rows, widths)] if rows else []


def _by_method(found: Mapping[str, Any]) -> tuple[Value, ...]:
    say = language()
    low, high = (number(found[name], say) for name in ("low", "high"))
    limits = shown.NONE if found["low"] is None else f"[{low}, {high}]"
    value = f"{number(found['value'], say)} {of(found['unit'])}".strip()
    warnings = str(found["warnings"]) if found["warnings"] else shown.NONE
    return (found["title"], of(found["headline"]), value, limits, found["level"] or shown.NONE, warnings,
            found["code"])  # fmt: skip


def _evidence(candidates: list[Candidate]) -> Table:
    headings = tuple(
        text(f"reports.evidence.{name}") for name in ("code", "statement", "source", "cases", "run")
    )
    rows = []
    for found in candidates:
        evidence = (found.content.get("finding") or {}).get("evidence")
        cases = (
            text("risks.page.cases", n=evidence["count"], of=evidence["exposure"]) if evidence else shown.NONE
        )
        run = found.run.code if found.run else shown.NONE
        said = of(found.statement) if found.statement else of(found.title)
        rows.append((found.code, said, text(f"risks.sources.{found.source}"), cases, run))
    return Table(text("risks.page.evidence"), headings, tuple(rows), (1, 5, 1.2, 1.4, 1),
                 empty=text("risks.page.no_evidence"))  # fmt: skip


def _reviews(risk: Risk) -> Table:
    headings = tuple(text(f"reports.review.{name}") for name in ("at", "who", "reason", "next"))
    rows = tuple(
        (shown.day(r.at), shown.person(r.by), r.reason, shown.day(r.next_review_on))
        for r in risk.reviews.select_related("by")
    )
    return Table(
        text("risks.page.reviews"), headings, rows, (1, 1, 5, 1), empty=text("risks.page.no_reviews")
    )


def _comments(risk: Risk) -> Table:
    headings = tuple(text(f"reports.review.{name}") for name in ("at", "who", "text"))
    rows = tuple((shown.day(c.at), shown.person(c.by), c.text) for c in risk.comments.select_related("by"))
    return Table(text("risks.page.comments"), headings, rows, (1, 1, 6), empty=text("reports.no_comments"))
