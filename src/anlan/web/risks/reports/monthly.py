"""The monthly management report of a unit: what changed, what is gravest, what is late, what was done."""

from collections import Counter
from collections.abc import Iterable

from anlan.formats.printing import Amount, Document, Page, Pairs, Table, Value
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import Unit, User
from anlan.web.risks.models import CATEGORIES, SOURCES, Assessment, Candidate, Risk
from anlan.web.risks.reports import shown
from anlan.web.risks.reports.kept import standards_of_month
from anlan.web.risks.reports.month import Month, Stand
from anlan.web.risks.reports.signing import signatures
from anlan.web.risks.services import Limits, criteria_for
from anlan.web.runs.drawings import title_of

_M = "reports.month"


def monthly_report(user: User, unit: Unit, found: Month) -> Document:
    """Of the unit and those below it."""
    month = f"{found.span.first:%Y-%m}"
    if not found.span.over:
        month = text(f"{_M}.until", month=month, day=shown.day(found.span.last_day))
    blocks = (
        _numbers(found), _levels(unit, found), _top(found), _changed(found), _new(found), _closed(found),
        _reopened(found), _overdue(found), _candidates(found), _appetite(unit, found), _runs(found),
        _sessions(found), standards_of_month(user, unit, found.span), signatures(),
    )  # fmt: skip
    criteria = criteria_for(unit)
    scope = f"{text('reports.of_unit', unit=in_language(unit))} · {criteria.name} {criteria.number}"
    return Document(
        text("reports.kinds.monthly.title"), f"{in_language(unit)} · {month}", language(),
        (Page("", blocks),), shown.footer(user, scope),
    )  # fmt: skip


def _amount(n: int) -> Amount:
    return Amount(n, f"{n:,}")


def _change(n: int) -> str:
    """With its sign, which a workbook's number would lose: a reader looks for the direction."""
    return f"+{n:,}" if n > 0 else f"−{-n:,}" if n < 0 else "0"


def _heads(*names: str) -> tuple[str, ...]:
    return tuple(text(f"{_M}.heads.{name}") for name in names)


def _numbers(found: Month) -> Pairs:
    ways = Counter(found.way(risk.pk) for risk in found.changed)
    states = Counter(c.state for c in _decided(found))
    now = ("beyond", "overdue", "waiting") if found.span.over else ()
    numbers = {
        "open": len(found.after), "open_before": len(found.before), "new": len(found.new),
        "closed": len(found.closed), "reopened": len(found.reopened), "worse": ways["worse"],
        "better": ways["better"], "first": ways["new"],
        "beyond": sum(found.risks[pk].beyond_appetite for pk in found.after),
        "overdue": len(found.overdue), "reviewed": len(found.reviews), "triaged": states.total(),
        "waiting": len(found.waiting), "runs": len(found.runs), "sessions": len(found.sessions),
    }  # fmt: skip
    names = {name: text(f"{_M}.{name}") for name in numbers}
    names |= {name: text(f"{_M}.today", name=names[name]) for name in now}
    return Pairs(tuple((names[name], _amount(n)) for name, n in numbers.items()), columns=5)


def _levels(unit: Unit, found: Month) -> Table:
    """Open risks per approved level at the end of the month before and of this one."""
    before, after = (Counter(stand.level for stand in stands.values())
                     for stands in (found.before, found.after))  # fmt: skip
    content = criteria_for(unit).content
    marks = level_marks(content).marks
    known = [mark.code for mark in reversed(marks)]
    others = sorted((set(before) | set(after)) - {*known, ""})
    rows: list[tuple[Value, ...]] = [
        (
            shown.level(code, criteria=content) if code in known else code or text("reports.month.no_level"),
            _amount(before[code]), _amount(after[code]), _change(after[code] - before[code]),
        )
        for code in (*known, *others, "")
    ]  # fmt: skip
    return Table(text(f"{_M}.levels"), _heads("level", "before", "now", "change"), tuple(rows),
                 (2, 1.2, 1.2, 1.2), note=text(f"{_M}.approved_only"), across=0.6)  # fmt: skip


def _level(stand: Stand) -> Value:
    a = stand.assessment
    return shown.level(a.level, criteria=a.criteria.content) if a else shown.NONE


def _loss(a: Assessment | None) -> tuple[Value, Value]:
    return (shown.loss(a.annual_loss, a.loss_unit), shown.interval_of(a)) if a else (shown.NONE, shown.NONE)


def _way(found: Month, risk: Risk) -> str:
    return text(f"movement.kinds.{found.way(risk.pk)}")


def _newest(stand: Stand) -> Value:
    """The level as the register showed it, with a star while it waits."""
    if stand.waiting is None:
        return _level(stand)
    a = stand.waiting
    return shown.level(a.level, criteria=a.criteria.content, provisional=True)


def _top(found: Month) -> Table:
    risks = found.top()
    waiting = [risk for risk in risks if found.after[risk.pk].waiting]
    rows = tuple(
        (
            risk.code, in_language(risk, "title"), _level(found.was(risk.pk)), _newest(found.after[risk.pk]),
            shown.NONE if risk in waiting else _way(found, risk), *_loss(found.after[risk.pk].newest),
            shown.person(risk.owner),
        )
        for risk in risks
    )  # fmt: skip
    headings = _heads("code", "title", "before", "now", "movement", "loss", "interval", "owner")
    return Table(text(f"{_M}.top"), headings, rows, (1.1, 2.4, 1.2, 1.2, 1.15, 1.6, 2.0, 0.95),
                 empty=text(f"{_M}.no_top"), note=text("reports.star") if waiting else "")  # fmt: skip


def _changed(found: Month) -> Table:
    rows = []
    for risk in found.changed:
        a = found.after[risk.pk].assessment
        how = text(f"risks.techniques.{a.technique}") if a else shown.NONE
        rows.append((
            risk.code, in_language(risk, "title"), _level(found.was(risk.pk)), _level(found.after[risk.pk]),
            _way(found, risk), how, shown.day(a.approved_at if a else None),
        ))  # fmt: skip
    headings = _heads("code", "title", "before", "now", "movement", "how", "approved")
    return Table(text(f"{_M}.changed"), headings, tuple(rows), (1.1, 3.1, 1.2, 1.2, 1.3, 1.3, 1.3),
                 empty=text(f"{_M}.no_changed"))  # fmt: skip


def _new(found: Month) -> Table:
    rows = tuple(
        (
            risk.code, in_language(risk, "title"), text(f"risks.categories.{risk.category}"),
            text(f"risks.sources.{risk.source}"),
            _level(found.after.get(risk.pk, Stand(None))), shown.person(risk.owner),
            shown.day(risk.created_at),
        )
        for risk in found.new
    )  # fmt: skip
    headings = _heads("code", "title", "category", "source", "now", "owner", "since")
    return Table(text(f"{_M}.new_risks"), headings, rows, (1.1, 3.0, 1.5, 1.3, 1.2, 1.1, 1.3),
                 empty=text(f"{_M}.no_new"))  # fmt: skip


def _closed(found: Month) -> Table:
    rows = tuple(
        (closing.risk.code, in_language(closing.risk, "title"), shown.day(closing.at),
         shown.person(closing.by), closing.reason or shown.NONE)
        for closing in found.closed
    )  # fmt: skip
    return Table(text(f"{_M}.closed_risks"), _heads("code", "title", "closed", "who", "reason"), rows,
                 (1.1, 3.4, 1.3, 1.1, 3), empty=text(f"{_M}.no_closed"))  # fmt: skip


def _reopened(found: Month) -> Table:
    rows = tuple(
        (
            risk.code, in_language(risk, "title"), text(f"risks.categories.{risk.category}"),
            _level(found.after.get(risk.pk, Stand(None))), shown.person(risk.owner),
        )
        for risk in found.reopened
    )  # fmt: skip
    return Table(text(f"{_M}.reopened_risks"), _heads("code", "title", "category", "now", "owner"), rows,
                 (1.1, 4, 2, 1.4, 1.4), empty=text(f"{_M}.no_reopened"))  # fmt: skip


def _overdue(found: Month) -> Table:
    rows = []
    for risk in found.overdue:
        late = (found.span.last_day - risk.next_review_on).days if risk.next_review_on else 0
        rows.append((
            risk.code, in_language(risk, "title"),
            shown.level(risk.level_current, provisional=risk.provisional), shown.person(risk.owner),
            shown.day(risk.next_review_on), _amount(late),
        ))  # fmt: skip
    note = text(f"{_M}.as_now") + (f" {text('reports.star')}" if rows else "")
    headings = _heads("code", "title", "level", "owner", "due", "days_late")
    return Table(text(f"{_M}.overdue_reviews"), headings, tuple(rows), (1.1, 3.6, 1.2, 1.1, 1.3, 0.9),
                 empty=text(f"{_M}.no_overdue"), note=note)  # fmt: skip


def _decided(found: Month) -> list[Candidate]:
    """Those decided in the month."""
    return [
        c for c in found.candidates if c.decided_at and found.span.first <= c.decided_at < found.span.last
    ]


def _candidates(found: Month) -> Table:
    """Per source: what came in, what was decided, what waits now."""
    came = Counter(c.source for c in found.candidates if found.span.first <= c.created_at < found.span.last)
    decided = Counter((c.source, c.state) for c in _decided(found))
    waiting = Counter(c.source for c in found.waiting)
    sources = [s for s in SOURCES if came[s] or waiting[s] or any(source == s for source, _ in decided)]
    rows: list[tuple[Value, ...]] = [
        (
            text(f"risks.sources.{source}"), _amount(came[source]),
            *(_amount(decided[source, state]) for state in ("accepted", "merged", "declined")),
            _amount(waiting[source]),
        )
        for source in sources
    ]  # fmt: skip
    return Table(text(f"{_M}.candidates"),
                 _heads("source", "came", "accepted", "merged", "declined", "waiting"), tuple(rows),
                 (2, 1, 1, 1, 1, 1), empty=text(f"{_M}.no_candidates"), across=0.8)  # fmt: skip


def _appetite(unit: Unit, found: Month) -> Table:
    """Per category with open risks: what is tolerated, and what the risks at the end come to."""
    limits, rows = Limits([unit]), []
    risks = [found.risks[pk] for pk in found.after]
    for category in CATEGORIES:
        here = [risk for risk in risks if risk.category == category]
        if not here:
            continue
        limit = limits.of(unit, category)
        content = limits.criteria(unit).content
        tolerated = (
            shown.level(limit.highest_level, criteria=content) if limit.rank >= 0 else limit.highest_level
        )
        beyond = sum(risk.beyond_appetite for risk in here)
        rows.append((
            text(f"risks.categories.{category}"), _amount(len(here)), tolerated,
            "\n".join(_sums(here)) or shown.NONE, _largest(here),
            _limit(limit.annual_loss, here),
            _amount(beyond),
        ))  # fmt: skip
    headings = _heads("category", "risks", "tolerated", "loss_sum", "loss_largest", "loss_limit", "beyond")
    return Table(text(f"{_M}.appetite"), headings, tuple(rows), (1.6, 0.8, 1.3, 1.7, 1.7, 1.4, 1),
                 empty=text(f"{_M}.no_risks"), note=text(f"{_M}.appetite_note"))  # fmt: skip


def _sums(risks: Iterable[Risk]) -> list[str]:
    """Expected yearly loss of all, a line a unit: losses in time and in money are not added up."""
    sums: dict[str, float] = {}
    for risk in risks:
        if risk.annual_loss is not None:
            sums[risk.loss_unit] = sums.get(risk.loss_unit, 0.0) + risk.annual_loss
    return [_words(shown.loss(value, unit)) for unit, value in sorted(sums.items())]


def _limit(loss: float | None, risks: Iterable[Risk]) -> str:
    """What is tolerated of one risk, a line for each unit in which the risks lose."""
    if loss is None:
        return text(f"{_M}.no_limit")
    units = sorted({risk.loss_unit for risk in risks if risk.annual_loss is not None})
    said = [_words(shown.loss(loss, unit)) for unit in units]
    return "\n".join(said) or text(f"{_M}.own_unit", loss=f"{loss:,.0f}")


def _largest(risks: Iterable[Risk]) -> str:
    """The largest of each unit with its risk."""
    top: dict[str, Risk] = {}
    for risk in risks:
        known = top.get(risk.loss_unit)
        if risk.annual_loss is not None and (known is None or risk.annual_loss > (known.annual_loss or 0.0)):
            top[risk.loss_unit] = risk
    lines = (
        f"{_words(shown.loss(risk.annual_loss, unit))}\n{risk.code}" for unit, risk in sorted(top.items())
    )
    return "\n".join(lines) or shown.NONE


def _words(value: Value) -> str:
    return value.shown if isinstance(value, Amount) else str(value)


def _runs(found: Month) -> Table:
    rows = tuple(
        (run.code, title_of(run.study), in_language(run.process) if run.process else shown.NONE,
         text(f"runs.states.{run.state}"), shown.moment(run.finished_at), shown.person(run.created_by))
        for run in found.runs
    )  # fmt: skip
    headings = _heads("code", "study", "process", "state", "finished", "who")
    return Table(text(f"{_M}.runs_made"), headings, rows, (1.1, 2.4, 2.4, 1.1, 1.8, 1.2),
                 empty=text(f"{_M}.no_runs"))  # fmt: skip


def _sessions(found: Month) -> Table:
    rows = tuple(
        (session.code, session.title, text(f"risks.techniques.{session.kind}"),
         text(f"workshops.states.{session.state}"),
         text("workshops.round_of", n=session.round, most=session.most_rounds),
         shown.person(session.created_by), shown.day(session.closed_at))
        for session in found.sessions
    )  # fmt: skip
    headings = _heads("code", "title", "how", "state", "rounds", "who", "closed")
    return Table(text(f"{_M}.sessions_held"), headings, rows, (1.1, 3, 1.2, 1.2, 1.6, 1.1, 1.3),
                 empty=text(f"{_M}.no_sessions"))  # fmt: skip
