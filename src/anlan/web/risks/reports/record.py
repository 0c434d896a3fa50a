"""The identification record: by which method, who, when, from which sources, and what came out of it.

Every way in which risks were looked for has one: a session, a run over a log, a checklist, feedback.
"""

from collections.abc import Iterator
from typing import Any

from anlan.formats.printing import Amount, Block, Document, Page, Pairs, Prose, Table, Value
from anlan.formats.wording import count, number
from anlan.loop.quantify.delphi import Question
from anlan.web.common.texts import has_text, in_language, language, of, text
from anlan.web.people.models import User
from anlan.web.risks.eliciting.outcome import ended_round, outcome_of, printed
from anlan.web.risks.eliciting.session_views import asks
from anlan.web.risks.models import Candidate, Identification, Workshop
from anlan.web.risks.reports import shown
from anlan.web.risks.services import session_answers as sessions
from anlan.web.risks.services.session_kinds import kind_of
from anlan.web.runs.drawings import asked, title_of
from anlan.web.runs.models import Run

_RECORD = "reports.record"


def session_record(user: User, session: Workshop) -> Document:
    """Of an expert session; experts stand by pseudonym and field, never by name."""
    facts = _facts(
        method=text(f"risks.techniques.{session.kind}"), unit=in_language(session.unit),
        leader=shown.person(session.created_by), begun=shown.day(session.created_at),
        ended=shown.day(session.closed_at), state=text(f"workshops.states.{session.state}"),
        rounds=text("workshops.round_of", n=session.round, most=session.most_rounds),
        sources=text(f"{_RECORD}.experts_knowledge"),
    )  # fmt: skip
    blocks: list[Block] = [
        facts,
        *([Prose(text("risks.fields.purpose"), session.purpose)] if session.purpose else []),
        *_how(session.kind),
        _people(session),
        *(_sheet(session) if kind_of(session.kind).sheet else _rounds(session)),
    ]
    wide = len(sessions.axes_of(session)) > 2 or kind_of(session.kind).sheet is not None
    return _document(user, session.code, session.title, blocks, wide=wide)


def run_record(user: User, run: Run) -> Document:
    """Of a run: the log it read, what was asked, every finding and what people decided about it."""
    log = run.log
    facts = _facts(
        method=title_of(run.study), unit=in_language(run.unit), leader=shown.person(run.created_by),
        begun=shown.moment(run.started_at), ended=shown.moment(run.finished_at),
        state=text(f"runs.states.{run.state}"),
        process=in_language(run.process) if run.process else shown.NONE,
        sources=log.name if log else shown.NONE,
        cases=count(log.n_cases if log else None, language()),
        period=f"{shown.day(log.first_at)} – {shown.day(log.last_at)}" if log else shown.NONE,
        seed=str(run.seed),
    )  # fmt: skip
    parameters = tuple((name, value) for name, value in asked(run) if value != shown.NONE)
    blocks: list[Block] = [facts, *_how("finding")]
    blocks += [Pairs(parameters, columns=4)] if parameters else []
    blocks.append(found_and_decided(list(Candidate.objects.filter(run=run).select_related(*_DECIDED))))
    return _document(user, run.code, in_language(run.process) if run.process else "", blocks)


def looked_record(user: User, looked: Identification) -> Document:
    """Of a checklist or of feedback: each question or line with its answer and the candidate it became."""
    facts = _facts(
        method=text(f"risks.sources.{looked.method}"), unit=in_language(looked.unit),
        process=in_language(looked.process), leader=shown.person(looked.created_by),
        people=looked.people or shown.NONE, begun=shown.moment(looked.created_at),
        sources=looked.sources or shown.NONE, entries=str(len(looked.entries)),
    )  # fmt: skip
    found = {
        c.code: c
        for c in Candidate.objects.filter(
            process=looked.process, code__in=[entry["candidate"] for entry in looked.entries]
        ).select_related(*_DECIDED)
    }
    headings = tuple(text(f"{_RECORD}.{name}") for name in ("code", "what", "nodes", "answer", "note",
                                                            "candidate", "decision"))  # fmt: skip
    rows = tuple(_entry(entry, found.get(entry["candidate"])) for entry in looked.entries)
    table = Table(text(f"{_RECORD}.outcome"), headings, rows, (1, 3.4, 1.7, 1, 2.2, 1, 1.3))
    blocks: list[Block] = [facts, *_how(looked.method), table]
    return _document(user, looked.code, in_language(looked.process), blocks)


def _entry(entry: dict[str, Any], candidate: Candidate | None) -> tuple[Value, ...]:
    decision = shown.NONE
    if candidate is not None:
        decision = text(f"risks.candidate_states.{candidate.state}")
        decision += f" {candidate.risk.code}" if candidate.risk else ""
    return (
        entry["code"] or shown.NONE, of(entry["title"]), "\n".join(entry["nodes"]) or shown.NONE,
        text(f"looking.answers.{entry['answer']}") if entry["answer"] else shown.NONE,
        entry["note"] or shown.NONE, entry["candidate"] or shown.NONE, decision,
    )  # fmt: skip


_DECIDED = ("risk", "decided_by")


def _document(user: User, code: str, title: str, blocks: list[Block], *, wide: bool = False) -> Document:
    subtitle = f"{code} · {title}" if title else code
    return Document(
        text("reports.kinds.record.title"), subtitle, language(), (Page("", tuple(blocks)),),
        shown.footer(user, code), wide=wide,
    )  # fmt: skip


def _facts(**values: Value) -> Pairs:
    """Labels are `reports.record.<name>`."""
    return Pairs(tuple((text(f"{_RECORD}.{name}"), value) for name, value in values.items()), columns=4)


def _how(technique: str) -> list[Block]:
    key = f"reports.methods.{technique}"
    return [Prose(text("reports.assessment.how"), text(key))] if has_text(key) else []


def _people(session: Workshop) -> Table:
    headings = tuple(text(f"{_RECORD}.{name}") for name in ("who", "field", "answers"))
    rows = tuple(
        (invitation.pseudonym, invitation.field or shown.NONE,
         Amount(invitation.n_answers, str(invitation.n_answers)))
        for invitation in sessions.with_answers(session)
    )  # fmt: skip
    return Table(text("workshops.experts"), headings, rows, (1, 3, 1), note=text(f"{_RECORD}.pseudonyms"),
                 across=0.6)  # fmt: skip


def _rounds(session: Workshop) -> Iterator[Block]:
    """Each round, then what was adopted."""
    yield from (_round(session, n) for n in range(1, session.round + 1))
    yield _outcome(session)


def _sheet(session: Workshop) -> Iterator[Block]:
    """What a sheet held, each round that is over with every answer, and the run it became."""
    held = [(label, said) for label, said, _ in asks(session, may_lead=False)]
    if session.about:
        held.insert(0, (text("workshops.new.about"),
                        f"{session.about.code} {in_language(session.about, 'title')}"))  # fmt: skip
    yield from (Prose(label, said) for label, said in held)
    for n in range(1, ended_round(session) + 1):
        yield from printed(session, outcome_of(session, n))
    became = text("eliciting.record.not_yet")
    if session.run:
        became = f"{text('eliciting.became')} {session.run.code} · {text(f'runs.states.{session.run.state}')}"
    yield Prose(text(f"{_RECORD}.outcome"), f"{became}\n{text('eliciting.record.note')}")


def _round(session: Workshop, n: int) -> Table:
    """Median and quartiles of each risk on both axes."""
    axes = sessions.axes_of(session)
    headings = (
        text("risks.fields.code"), text("risks.fields.title"), text(f"{_RECORD}.n"),
        *(text(f"workshops.halves.{axis}") for axis in axes), text("workshops.settled"),
    )  # fmt: skip
    found = sessions.summary(session, n)
    rows = []
    for item in session.items.select_related("risk"):
        questions = [found[axis].questions[item.risk.code] for axis in axes]
        settled = all(question.settled for question in questions)
        rows.append((
            item.risk.code, in_language(item.risk, "title"),
            str(questions[0].half.n if questions[0].half else 0), *(_half(q) for q in questions),
            text("workshops.yes" if settled else "workshops.not_yet"),
        ))  # fmt: skip
    w = [f"{text(f'workshops.axes.{axis}')} {number(found[axis].w.w, language())}"  # type: ignore[union-attr]
         for axis in axes if found[axis].w is not None]  # fmt: skip
    note = f"{text('workshops.w')} {' · '.join(w)}" if w else ""
    widths = (1.1, 3.4, 0.6, *(1.9,) * len(axes), 0.9)
    return Table(text("workshops.of_round", n=n), headings, tuple(rows), widths, note=note)


def _half(question: Question) -> str:
    half = question.half
    if half is None:
        return shown.NONE
    return f"{number(half.median, language())} [{number(half.q1, language())}, {number(half.q3, language())}]"


def _outcome(session: Workshop) -> Table:
    headings = (text("risks.fields.code"), text("risks.fields.title"), text("reports.assessment.number"),
                text("reports.assessment.level"), text("reports.level_low"), text("reports.level_high"),
                text("reports.assessment.state"))  # fmt: skip
    rows = []
    for item in session.items.select_related("risk", "adopted__criteria"):
        a = item.adopted
        first = (item.risk.code, in_language(item.risk, "title"))
        if a is None:
            rows.append((*first, *(shown.NONE,) * 4, text(f"{_RECORD}.not_adopted")))
            continue
        level = shown.level(a.level, criteria=a.criteria.content, provisional=a.state != "approved")
        ends = [shown.level(code, criteria=a.criteria.content) for code in (a.level_low, a.level_high)]
        rows.append((*first, str(a.number), level, *ends, text(f"risks.states.{a.state}")))
    return Table(text(f"{_RECORD}.outcome"), headings, tuple(rows), (1.1, 3.4, 0.6, 1, 1, 1, 1.2),
                 note=text("workshops.record.note"))  # fmt: skip


def found_and_decided(found: list[Candidate], *, title: str = "") -> Table:
    """Candidates with the decision of a person about each."""
    headings = tuple(text(f"{_RECORD}.{name}") for name in ("code", "what", "nodes", "level", "decision",
                                                            "reason", "decided"))  # fmt: skip
    rows = tuple(
        (
            c.code, of(c.title), "\n".join(c.nodes) or shown.NONE, shown.level(c.level),
            text(f"risks.candidate_states.{c.state}") + (f" {c.risk.code}" if c.risk else ""),
            c.reason or shown.NONE,
            f"{shown.person(c.decided_by)}\n{shown.day(c.decided_at)}" if c.decided_at else shown.NONE,
        )
        for c in found
    )  # fmt: skip
    return Table(title or text(f"{_RECORD}.outcome"), headings, rows, (1, 3.4, 1.6, 1, 1.3, 1.7, 1.3),
                 empty=text(f"{_RECORD}.nothing"))  # fmt: skip
