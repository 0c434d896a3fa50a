"""What a sheet comes to in a round: the method's own answer to what the experts said so far, how far they
agree, whose answers do not count yet, and every answer by pseudonym."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from anlan.domain.errors import AnlanError
from anlan.formats.printing import Amount, Block, Prose, Table, Value
from anlan.formats.printing.document import text_of
from anlan.formats.report.charts.answer_drawings import drawings_of
from anlan.formats.report.sections.assessment import cell, table_of
from anlan.formats.report.words import Words
from anlan.loop.quantify.delphi import FEWEST_EXPERTS
from anlan.loop.quantify.elicitation.sheet import Tally
from anlan.studies.methods.assessing import assess_by_spec, written_table
from anlan.web.common.texts import error_text, language, of, text
from anlan.web.risks.eliciting.wording import answer_words, question_words
from anlan.web.risks.models import Workshop
from anlan.web.risks.services.adopting import document_of
from anlan.web.risks.services.session_answers import sheet_answers
from anlan.web.risks.services.session_kinds import kind_of
from anlan.web.risks.services.sheets import sheet_of

_ANSWERS_WIDE = 8
"""Experts beside each other in the record; further ones stand in a table of their own."""


@dataclass(frozen=True)
class Outcome:
    """tables, folded, agreement: as an assessment holds them. fault: why the method cannot answer yet."""

    round: int
    tallies: tuple[Tally, ...]
    result: Mapping[str, Any] | None = None
    tables: tuple[Mapping[str, Any], ...] = ()
    folded: tuple[Mapping[str, Any], ...] = ()
    agreement: tuple[Mapping[str, Any], ...] = ()
    fault: str = ""
    answers: Mapping[str, Mapping[int, Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def left_out(self) -> list[tuple[str, tuple[str, ...]]]:
        """Parts with the experts whose answers to them do not count."""
        return [(tally.part, tally.left_out) for tally in self.tallies if tally.left_out]

    @property
    def warnings(self) -> list[str]:
        return [of(each["text"]) for each in self.result["warnings"]] if self.result else []


def ended_round(workshop: Workshop) -> int:
    """The newest round that is over; 0 before the first."""
    return workshop.round - 1 if workshop.state == Workshop.State.OPEN else workshop.round


def outcome_of(workshop: Workshop, number: int) -> Outcome:
    """Of a round that is over. Errors of the method are told, not raised: the round may be gone on from."""
    kind = kind_of(workshop.kind)
    assert kind.sheet is not None
    content, answers = sheet_of(workshop), sheet_answers(workshop, number)
    tallies = kind.sheet.tallies(content, answers)
    agreement = tuple(written_table(each) for each in kind.sheet.agreement(content, answers))
    try:
        result = assess_by_spec(document_of(workshop, number))
    except AnlanError as fault:
        return Outcome(number, tallies, agreement=agreement, fault=error_text(fault), answers=answers)
    by_name = {table["name"]: table for table in result["tables"]}
    tables, folded = (
        tuple(by_name[name] for name in names if name in by_name)
        for names in (kind.sheet.shown, kind.sheet.folded)
    )
    return Outcome(number, tallies, result, tables, folded, agreement, answers=answers)


def drawn(tables: Sequence[Mapping[str, Any]], *, whole: bool = False) -> list[tuple[str, SafeString]]:
    """Tables as parts of a page: title, markup of our own. whole: long ones are not folded, for paper."""
    words = Words(language())  # type: ignore[arg-type]
    return [(of(each["title"]), mark_safe(str(table_of(each, words, whole=whole)))) for each in tables]


def pictures(outcome: Outcome) -> list[Any]:
    """Drawings of the method's answer, each with a sentence that says it."""
    if outcome.result is None:
        return []
    return [
        {"title": mark_safe(each.title), "svg": mark_safe(each.svg), "sentence": mark_safe(each.sentence),
         "width": each.width}
        for each in drawings_of(outcome.result, language=language(), theme="page")  # type: ignore[arg-type]
    ]  # fmt: skip


def progress_of(workshop: Workshop) -> list[tuple[str, int, int]]:
    """Part, experts whose answers count in the open round, how many closing needs. Counts only."""
    kind = kind_of(workshop.kind)
    assert kind.sheet is not None
    tallies = kind.sheet.tallies(sheet_of(workshop), sheet_answers(workshop, workshop.round))
    return [(each.part or workshop.title, len(each.counted), FEWEST_EXPERTS) for each in tallies]


def answer_rows(workshop: Workshop, outcome: Outcome) -> tuple[list[str], list[tuple[str, ...]]]:
    """Pseudonyms, and for each question its words and what each of them answered."""
    content, experts = sheet_of(workshop), list(outcome.answers)
    rows = [
        (question_words(item.question),
         *(answer_words(content, outcome.answers[expert].get(item.position + 1)) for expert in experts))
        for item in workshop.items.all()
    ]  # fmt: skip
    return experts, rows


def printed(workshop: Workshop, outcome: Outcome) -> Iterator[Block]:
    """A round in the identification record: what came out, agreement, then every answer."""
    of_round = text("workshops.of_round", n=outcome.round)
    for table in (*outcome.tables, *outcome.agreement):
        yield _printed(table, of_round)
    said = [outcome.fault] if outcome.fault else outcome.warnings
    said += [_left_out(part, who) for part, who in outcome.left_out]
    if said:
        yield Prose(f"{of_round} · {text('eliciting.record.notes')}", "\n".join(said))
    experts, rows = answer_rows(workshop, outcome)
    for first in range(0, len(experts), _ANSWERS_WIDE):
        some = experts[first : first + _ANSWERS_WIDE]
        cells = tuple((row[0], *row[1 + first : 1 + first + len(some)]) for row in rows)
        title = f"{of_round} · {text('eliciting.record.answers')}"
        yield Table(title, (text("eliciting.record.question"), *some), cells, (4.0, *(1.2,) * len(some)))


def _left_out(part: str, who: tuple[str, ...]) -> str:
    experts = text("common.comma").join(who)
    return text("eliciting.left_out_of", part=part or "—", experts=experts)


def left_out_words(outcome: Outcome) -> list[str]:
    return [_left_out(part, who) for part, who in outcome.left_out]


def _printed(table: Mapping[str, Any], of_round: str) -> Table:
    words = Words(language())  # type: ignore[arg-type]
    headings = tuple(of(column["title"]) for column in table["columns"])
    rows = tuple(tuple(_value(value, words) for value in row) for row in table["rows"])
    wide = [max([2, *(len(text_of(row[at])) for row in rows)]) for at in range(len(headings))]
    shares = tuple(min(4.0, max(1.0, width / 8)) for width in wide)
    return Table(f"{of_round} · {of(table['title'])}", headings, rows, shares)


def _value(value: Any, words: Words) -> Value:
    """A cell; a number stays one in a workbook."""
    shown = cell(value, words)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Amount(float(value), shown) if is_number else shown
