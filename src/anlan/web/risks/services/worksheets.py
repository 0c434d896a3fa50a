"""Writing worksheets: begun from a kind, filled in row by row by several people, rows becoming risks.

1. A row is changed from the version that was seen; where somebody was faster nothing is written.
2. What is wrong in a row is told at once, cell by cell.
3. A row becomes a candidate once, and says so from then on; it can no longer be removed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import Several, UsageError
from anlan.formats.messages import messages
from anlan.loop.identify.worksheets import KINDS, NODE, WorksheetKind, rows_laid_out
from anlan.web.catalog.models import Process
from anlan.web.common.audit import Entry, record, record_all
from anlan.web.common.codes import next_code
from anlan.web.common.links import link
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.exchange.faults import fault_error
from anlan.web.risks.models import CATEGORIES, Candidate, Risk, Worksheet, WorksheetRow
from anlan.web.risks.services.triage import accept, report_candidate
from anlan.web.risks.worksheets.cells import RowRead, read_cells
from anlan.web.risks.worksheets.nodes import node_names
from anlan.web.risks.worksheets.words import words_of

MOST_ROWS = 2_000
EDIT = "risks.report"
"""Whoever may say what can go wrong may fill in worksheets."""


class RowRefused(Several):
    """A row with cells that cannot be used; `read` says which."""

    def __init__(self, code: str, faults: tuple[UsageError, ...], read: RowRead | None = None) -> None:
        super().__init__(code, faults)
        self.read = read

    @classmethod
    def because(cls, read: RowRead) -> "RowRefused":
        return cls("worksheet.row", tuple(fault_error(f.code, f.parameters) for f in read.faults), read)


def kind_of(code: str) -> WorksheetKind:
    """Errors: UsageError where there is no such kind."""
    if code not in KINDS:
        raise UsageError("worksheet.kind", found=code[:20], accepted=", ".join(KINDS))
    return KINDS[code]


@transaction.atomic
def create_worksheet(
    process: Process, kind: str, *, title: str, actor: User, people: str = "", nodes: Iterable[str] = ()
) -> Worksheet:
    """nodes: those that rows are laid out for, by key or name."""
    require(actor, EDIT, process.unit)
    facts, title = kind_of(kind), title.strip()
    if not title or len(title) > 200:
        raise UsageError("worksheet.title", n=len(title), limit=200)
    laid = rows_laid_out(facts, _known_nodes(process, nodes))
    if len(laid) > MOST_ROWS:
        raise UsageError("worksheet.rows", n=len(laid), limit=MOST_ROWS)
    made = Worksheet.objects.create(
        code=next_code("WS"), kind=kind, unit=process.unit, process=process, title=title,
        people=people.strip()[:300], last=len(laid), created_by=actor, updated_by=actor,
    )  # fmt: skip
    WorksheetRow.objects.bulk_create(
        WorksheetRow(worksheet=made, number=number, values=values, updated_by=actor)
        for number, values in enumerate(laid, start=1)
    )
    record("risks.worksheet.create", actor=actor, target=made,
           changes={"title": (None, title), "rows": (0, len(laid))})  # fmt: skip
    return made


def _known_nodes(process: Process, nodes: Iterable[str]) -> tuple[str, ...]:
    given = list(dict.fromkeys(nodes))
    known = node_names(process)
    strange = [name for name in given if name.strip().lower() not in known.stored]
    if strange:
        raise UsageError("looking.node", found=strange[0][:40], accepted=", ".join(known.names) or "—")
    return tuple(dict.fromkeys(known.stored[name.strip().lower()] for name in given))


@transaction.atomic
def add_row(sheet: Worksheet, cells: Mapping[str, Any], *, actor: User) -> WorksheetRow:
    """cells: column -> what was typed."""
    require(actor, EDIT, sheet.unit)
    current = Worksheet.objects.select_for_update().get(pk=sheet.pk)
    read = read_cells(sheet.facts, cells, {}, nodes=node_names(sheet.process), row=current.last + 1)
    if read.faults:
        raise RowRefused.because(read)
    return write_rows(current, new=[read], changed=[], actor=actor)[0]


@transaction.atomic
def change_row(row: WorksheetRow, cells: Mapping[str, Any], *, seen: int, actor: User) -> WorksheetRow:
    """seen: the version of the row that the person looked at. Cells that are not given stay."""
    require(actor, EDIT, row.unit)
    sheet = Worksheet.objects.select_for_update().get(pk=row.worksheet_id)
    current = _as_seen(row, seen)
    read = read_cells(sheet.facts, cells, current.values, nodes=node_names(sheet.process), row=current.number)
    if read.faults:
        raise RowRefused.because(read)
    if not read.changes:
        return current
    return write_rows(sheet, new=[], changed=[(current, read)], actor=actor)[0]


def write_rows(
    sheet: Worksheet, *, new: Sequence[RowRead], changed: Sequence[tuple[WorksheetRow, RowRead]], actor: User,
    reason: str = "",
) -> list[WorksheetRow]:  # fmt: skip
    """Rows that were read without faults, changed ones first. `sheet` is locked by the caller."""
    alive = sheet.rows.filter(removed=False).count()
    if alive + len(new) > MOST_ROWS:
        raise UsageError("worksheet.rows", n=alive + len(new), limit=MOST_ROWS)
    written, entries = [], []
    for row, read in changed:
        row.values, row.version, row.updated_by = read.values, row.version + 1, actor
        row.save(update_fields=["values", "version", "updated_by", "updated_at"])
        written.append(row)
        entries.append(Entry("risks.worksheet.row_change", row, read.changes))
    for number, read in enumerate(new, start=sheet.last + 1):
        row = WorksheetRow.objects.create(
            worksheet=sheet, number=number, values=read.values, updated_by=actor
        )
        written.append(row)
        entries.append(Entry("risks.worksheet.row_add", row, read.changes))
    Worksheet.objects.filter(pk=sheet.pk).update(
        last=sheet.last + len(new), updated_at=timezone.now(), updated_by=actor
    )
    record_all(entries, actor=actor, reason=reason)
    return written


def _locked(row: WorksheetRow) -> WorksheetRow:
    """The row as it is now. Whoever writes rows locks their sheet first, as an import does: two that lock in
    other orders would wait for each other."""
    sheet = Worksheet.objects.select_for_update().get(pk=row.worksheet_id)
    current = WorksheetRow.objects.select_for_update().get(pk=row.pk)
    current.worksheet = sheet
    return current


def _as_seen(row: WorksheetRow, seen: int) -> WorksheetRow:
    """The row under lock; refused where it is not what the person saw."""
    current = _locked(row)
    if current.version != seen or current.removed:
        raise UsageError("web.conflict", label=current.code)
    return current


@transaction.atomic
def remove_row(row: WorksheetRow, *, seen: int, actor: User) -> WorksheetRow:
    """Out of the sheet; number and words are kept."""
    require(actor, EDIT, row.unit)
    current = _as_seen(row, seen)
    if current.candidate_id:
        raise UsageError("worksheet.stays", row=current.code, candidate=current.candidate.code)
    current.removed, current.version, current.updated_by = True, current.version + 1, actor
    current.save(update_fields=["removed", "version", "updated_by", "updated_at"])
    record("risks.worksheet.row_remove", actor=actor, target=current)
    return current


@transaction.atomic
def candidate_of_row(row: WorksheetRow, *, actor: User, category: str = "") -> Candidate:
    """What the row says may go wrong, for triage. category: empty takes that of the kind."""
    require(actor, EDIT, row.unit)
    current = _locked(row)
    kind, values = current.worksheet.facts, current.values
    category = category or kind.category
    if current.removed:
        raise UsageError("web.conflict", label=current.code)
    if current.candidate_id:
        raise UsageError("worksheet.already", row=current.code, candidate=current.candidate.code)
    if category not in CATEGORIES:
        raise UsageError("appetite.category", found=category[:20], accepted=", ".join(CATEGORIES))
    _check_whole(current)
    said = {part: _both(kind, values, getattr(kind, part)) for part in ("title", "cause", "consequence")}
    made = report_candidate(
        unit=row.unit, process=current.worksheet.process, category=category, source=kind.source, actor=actor,
        title={tongue: title[:200] for tongue, title in said["title"].items()},
        statement={tongue: _statement(said, tongue) for tongue in ("zh", "en")},
        nodes=[values[NODE]] if values.get(NODE) else [],
        content={"worksheet": current.worksheet.code, "row": current.code, "cause": said["cause"],
                 "consequence": said["consequence"]},
    )  # fmt: skip
    current.candidate, current.version, current.updated_by = made, current.version + 1, actor
    current.save(update_fields=["candidate", "version", "updated_by", "updated_at"])
    link("row_of", current, made)
    record("risks.worksheet.row_candidate", actor=actor, target=current,
           changes={"candidate": (None, made.code)})  # fmt: skip
    return made


def _check_whole(row: WorksheetRow) -> None:
    """A row that was only laid out says nothing yet."""
    kind = row.worksheet.facts
    read = read_cells(kind, row.values, {}, nodes=node_names(row.worksheet.process), row=row.number)
    if read.faults:
        raise RowRefused.because(read)


@transaction.atomic
def risk_of_row(row: WorksheetRow, *, actor: User, category: str = "") -> Risk:
    """Straight into the register, for whoever decides about candidates: a candidate that is accepted."""
    require(actor, "risks.triage", row.unit)
    return accept(candidate_of_row(row, actor=actor, category=category), actor=actor)


def _both(kind: WorksheetKind, values: Mapping[str, Any], codes: tuple[str, ...]) -> dict[str, str]:
    return {tongue: words_of(kind, values, codes, tongue) for tongue in ("zh", "en")}


def _statement(said: Mapping[str, Mapping[str, str]], language: str) -> str:
    """What may happen, of what, with what consequence: the parts that are filled in."""
    words = messages(language)
    parts = [
        words.text(f"worksheets.statement.{part}", words=said[part][language])
        for part in ("title", "cause", "consequence")
        if said[part][language]
    ]
    return ("" if language == "zh" else " ").join(parts)
