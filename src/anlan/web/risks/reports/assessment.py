"""One assessment as a report: what was judged how and from what, what came out, who signed, until when.

The parts follow what ISO 31000 and ISO/IEC 31010 ask of a record of risk assessment: scope, method, inputs,
result with its uncertainty, people, evidence, validity.
"""

from datetime import date

from anlan.domain.errors import UsageError
from anlan.formats.printing import Block, Document, Page, Pairs, Prose, Table, Value
from anlan.web.common.texts import has_text, in_language, language, of, text
from anlan.web.people.models import User
from anlan.web.risks import selectors
from anlan.web.risks.models import NOT_COUNTING, STAGES, Assessment, Risk, Workshop
from anlan.web.risks.reports import shown
from anlan.web.risks.reports.inputs import inputs_of

_SIGNED = ("risk__unit", "risk__process", "risk__owner", "criteria", "run__log", "prepared_by", "reviewed_by",
           "approved_by")  # fmt: skip


def assessment_of(risk: Risk, number: str) -> Assessment:
    """The assessment of that number; without one the newest, first among those of the current stage."""
    found = risk.assessments.select_related(*_SIGNED)
    if number:
        chosen = found.filter(number=int(number)).first() if number.isdecimal() else None
    else:
        ordered = sorted(
            found.exclude(state__in=NOT_COUNTING), key=lambda a: (a.stage == "current", a.number)
        )
        chosen = ordered[-1] if ordered else None
    if chosen is None:
        known = ", ".join(
            str(n) for n in risk.assessments.values_list("number", flat=True).order_by("number")
        )
        raise UsageError("report.assessment", risk=risk.code, found=number or "—", accepted=known or "—")
    return chosen


def assessment_report(user: User, a: Assessment, *, today: date) -> Document:
    """Everything that stands behind one level."""
    risk = a.risk
    blocks: tuple[Block, ...] = (
        _scope(a), *_statement(risk), _result(a), _method(a), _inputs(a),
        Prose(text("reports.assessment.rationale"), a.rationale or shown.NONE), _stages(risk, a),
        _signatures(a), _validity(a, today), _evidence(a),
    )  # fmt: skip
    subtitle = f"{risk.code} {in_language(risk, 'title')} · {text('reports.assessment_number', n=a.number)}"
    scope = f"{risk.code} / {a.number} · {a.criteria.name} {a.criteria.number}"
    return Document(
        text("reports.kinds.assessment.title"), subtitle, language(), (Page("", blocks),),
        shown.footer(user, scope),
    )  # fmt: skip


def _scope(a: Assessment) -> Pairs:
    risk = a.risk
    label = lambda name: text(f"risks.fields.{name}")  # noqa: E731 a short name used many times
    rows: tuple[tuple[str, Value], ...] = (
        (label("code"), risk.code), (label("title"), in_language(risk, "title")),
        (label("unit"), in_language(risk.unit)),
        (label("process"), in_language(risk.process) if risk.process else shown.NONE),
        (label("nodes"), "、".join(risk.nodes) or shown.NONE),
        (label("category"), text(f"risks.categories.{risk.category}")),
        (label("owner"), shown.person(risk.owner)),
        (text("reports.criteria"), f"{a.criteria.name} · {a.criteria.number}"),
    )  # fmt: skip
    return Pairs(rows, columns=4)


def _statement(risk: Risk) -> tuple[Prose, ...]:
    said = shown.statement(risk)
    return (Prose(text("reports.how_it_happens"), said),) if said else ()


def _result(a: Assessment) -> Pairs:
    content = a.criteria.content
    level = shown.level(a.level, criteria=content, provisional=a.state != Assessment.State.APPROVED)
    ends = [shown.level(code, criteria=content) for code in (a.level_low, a.level_high) if code]
    rows: list[tuple[str, Value]] = [
        (text("reports.assessment.stage"), text(f"risks.stages.{a.stage}")),
        (text("reports.assessment.level"), level),
        (text("reports.level_low"), ends[0] if ends else shown.NONE),
        (text("reports.level_high"), ends[-1] if ends else shown.NONE),
        (text("risks.fields.likelihood"), _on_scale(a, "likelihood")),
        (text("risks.fields.severity"), _on_scale(a, "severity")),
        (text("risks.register.loss"), shown.loss(a.annual_loss, a.loss_unit)),
        (text("risks.fields.interval"), shown.interval_of(a)),
    ]
    return Pairs(tuple(rows), columns=4)


def _on_scale(a: Assessment, axis: str) -> str:
    given = getattr(a, axis)
    return f"{given} {of(a.criteria.content[axis]['labels'][given - 1])}"


def _method(a: Assessment) -> Prose:
    key = f"reports.methods.{a.technique}"
    name = text(f"risks.techniques.{a.technique}")
    return Prose(text("reports.assessment.how"), f"{name}\n{text(key)}" if has_text(key) else name)


def _inputs(a: Assessment) -> Table:
    headings = tuple(text(f"reports.inputs_heads.{name}") for name in ("name", "value", "interval", "said"))
    return Table(text("reports.inputs_title"), headings, tuple(inputs_of(a)), (2.4, 2.2, 2.2, 2.4))


def _stages(risk: Risk, a: Assessment) -> Table:
    """The newest counting assessment of every stage; the one reported is named by its number."""
    heads = ("stage", "number", "how", "likelihood", "severity", "level", "loss", "interval", "state", "at")
    headings = tuple(text(f"reports.assessment.{name}") for name in heads)
    found = dict(selectors.stages_of(risk))
    rows = tuple(_stage(stage, found[stage]) for stage in STAGES)
    return Table(
        text("reports.over_stages"), headings, rows, (1.2, 0.45, 1.4, 0.75, 0.75, 0.95, 1.5, 1.8, 1, 1.2),
        note=text("reports.star_here", n=a.number),
    )  # fmt: skip


def _stage(stage: str, a: Assessment | None) -> tuple[Value, ...]:
    first = text(f"risks.stages.{stage}")
    if a is None:
        return (first, *(shown.NONE,) * 7, text("risks.page.not_assessed"), shown.NONE)
    approved = a.state == Assessment.State.APPROVED
    return (
        first, str(a.number), text(f"risks.techniques.{a.technique}"), str(a.likelihood), str(a.severity),
        shown.level(a.level, criteria=a.criteria.content, provisional=not approved),
        shown.loss(a.annual_loss, a.loss_unit), shown.interval_of(a), text(f"risks.states.{a.state}"),
        shown.day(a.approved_at or a.reviewed_at or a.prepared_at),
    )  # fmt: skip


def _signatures(a: Assessment) -> Table:
    headings = tuple(text(f"reports.signing.{name}") for name in ("step", "who", "unit", "at"))
    rows = tuple(
        (text(f"reports.steps.{step}"), shown.person(who), in_language(who.unit) if who and who.unit else
         shown.NONE, shown.moment(at))
        for step, who, at in shown.signatures(a)
    )  # fmt: skip
    return Table(
        text("reports.signing.title"), headings, rows, (1.2, 2, 3, 2), note=text("reports.three_people")
    )


def _evidence(a: Assessment) -> Table:
    """Run with the hashes that prove it, the expert session, and what triage brought to the risk."""
    headings = tuple(text(f"reports.proof.{name}") for name in ("kind", "code", "what", "proof"))
    rows: list[tuple[Value, ...]] = []
    if a.run:
        log = a.run.log.name if a.run.log else shown.NONE
        facts = [text("reports.seed", n=a.run.seed)]
        facts += [text(f"reports.proof.{name}", start=value[:16]) for name, value in
                  (("input", a.run.input_sha256), ("result", a.run.result_sha256)) if value]  # fmt: skip
        rows.append((text("trace.kinds.run"), a.run.code, log, "\n".join(facts)))
    session = Workshop.objects.filter(code=a.values.get("workshop", "")).first()
    if session:
        said = text("workshops.round_of", n=session.round, most=session.most_rounds)
        rows.append((text("trace.kinds.workshop"), session.code, session.title, said))
    for found in a.risk.candidates.select_related("run"):
        said = of(found.statement) if found.statement else of(found.title)
        source = text(f"risks.sources.{found.source}")
        rows.append((text("reports.proof.candidate"), found.code, said, source))
    return Table(text("risks.page.evidence"), headings, tuple(rows), (1.1, 1.2, 5, 2.6),
                 empty=text("reports.no_proof"))  # fmt: skip


def _validity(a: Assessment, today: date) -> Pairs:
    newer = selectors.replaced_by(a)
    if a.state == Assessment.State.RETURNED:
        standing = text("reports.standing.returned", reason=a.return_reason)
    elif a.state == Assessment.State.WITHDRAWN:
        standing = text("reports.standing.withdrawn")
    elif newer is not None:
        standing = text("reports.standing.replaced", n=newer.number, at=shown.day(newer.approved_at))
    elif a.state != Assessment.State.APPROVED:
        standing = text("reports.standing.waiting")
    else:
        passed = a.valid_until is not None and a.valid_until < today
        standing = text(f"reports.standing.{'passed' if passed else 'holds'}")
    confirmed = a.risk.reviews.select_related("by").first()
    last = f"{shown.day(confirmed.at)} {shown.person(confirmed.by)}" if confirmed else shown.NONE
    rows: tuple[tuple[str, Value], ...] = (
        (text("reports.validity"), standing),
        (text("reports.valid_until"), shown.day(a.valid_until)),
        (text("risks.fields.review"), shown.day(a.risk.next_review_on)),
        (text("reports.last_review"), last),
    )
    return Pairs(rows, columns=4)
