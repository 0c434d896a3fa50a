"""A worksheet as its page shows it: rows to read, and the form of the one that is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from anlan.loop.identify.worksheets import NODE, Column, WorksheetKind
from anlan.loop.quantify.worksheet_numbers import numbers_beside, numbers_of
from anlan.web.catalog.models import Process
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may
from anlan.web.risks.exchange.faults import fault_text
from anlan.web.risks.exchange.values import text_of
from anlan.web.risks.models import Worksheet, WorksheetRow
from anlan.web.risks.services.worksheets import EDIT
from anlan.web.risks.worksheets.cells import RowRead
from anlan.web.risks.worksheets.nodes import NodeNames, node_names
from anlan.web.risks.worksheets.words import cell_words, choice_word, heading, hint_of

_LONG = 200
NEW = "new"
"""Stands for the number of the row that is not there yet."""


def worksheets_of(user: User, process: Process | None = None) -> QuerySet[Worksheet]:
    """Worksheets the person may see, newest first, with how many rows they have."""
    found = in_scope(Worksheet.objects.all(), user, "risks.view")
    if process is not None:
        found = found.filter(process=process)
    alive = Count("rows", filter=Q(rows__removed=False))
    return (
        found.select_related("process", "unit", "created_by", "updated_by")
        .annotate(n_rows=alive)
        .order_by("-id")
    )


def rows_of(sheet: Worksheet) -> QuerySet[WorksheetRow]:
    found = sheet.rows.filter(removed=False)
    return found.select_related("worksheet__unit", "worksheet__process", "updated_by", "candidate__risk")


ROWS_A_PAGE = 100


@dataclass(frozen=True)
class FieldShown:
    """An input. theirs: what the row holds now, where somebody else changed it meanwhile; None else."""

    column: Column
    id: str
    value: str
    heading: str
    help: str
    choices: Sequence[tuple[str, str]] = ()
    errors: Sequence[str] = ()
    theirs: str | None = None

    @property
    def is_long(self) -> bool:
        return self.column.kind == "text" and self.column.longest > _LONG and not self.choices


@dataclass
class RowShown:
    """number: of the row, or `NEW`. cells: (heading, words, is a number). fields: where the row is open."""

    number: int | str
    row: WorksheetRow | None = None
    cells: Sequence[tuple[str, str, bool]] = ()
    numbers: Sequence[tuple[str, str, str]] = ()
    fields: Sequence[FieldShown] = ()
    seen: int = 0
    fault: str = ""
    said: str = ""
    focus: bool = False

    @property
    def key(self) -> str:
        """The number as addresses and ids have it."""
        return str(self.number)


@dataclass
class SheetPage:
    """rows: of this page, to read. all_rows: of the sheet."""

    page: Page[Any]
    rows: list[RowShown]
    all_rows: list[WorksheetRow]


@dataclass
class SheetShown:
    """What all rows of a sheet share."""

    sheet: Worksheet
    user: User
    nodes: NodeNames = field(init=False)
    kind: WorksheetKind = field(init=False)

    def __post_init__(self) -> None:
        self.nodes, self.kind = node_names(self.sheet.process), self.sheet.facts
        self.may_edit = may(self.user, EDIT, self.sheet.unit)
        self.may_decide = may(self.user, "risks.triage", self.sheet.unit)
        self.may_export = may(self.user, "reports.export", self.sheet.unit)

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """(heading, is a number) of the numbers beside the rows, then of the columns."""
        beside = [(heading(code), True) for code in numbers_beside(self.kind.method)]
        return beside + [(heading(c.code), c.kind in ("integer", "number")) for c in self.kind.columns]

    @property
    def width(self) -> int:
        return len(self.headings) + 2

    def page(self, asked: Any = None, *, holding: int | None = None) -> "SheetPage":
        """The page asked for, or the one that holds the row of that number; the first where neither is there.

        The numbers beside rows compare each with all rows of the sheet, not with those of the page.
        """
        rows = list(rows_of(self.sheet))
        numbers = numbers_of(self.kind.method, [row.values for row in rows])
        place = next((k for k, row in enumerate(rows) if row.number == holding), None)
        paginator = Paginator(list(zip(rows, numbers, strict=True)), ROWS_A_PAGE)
        page = paginator.get_page(asked if place is None else place // ROWS_A_PAGE + 1)
        return SheetPage(page, [self.row(row, own) for row, own in page], rows)

    def row(self, row: WorksheetRow, numbers: Mapping[str, int], **more: Any) -> RowShown:
        cells = [
            (
                heading(c.code),
                cell_words(c, row.values.get(c.code), self.nodes),
                c.kind in ("integer", "number"),
            )
            for c in self.kind.columns
        ]
        beside = [
            (heading(code), str(numbers.get(code, "")), code) for code in numbers_beside(self.kind.method)
        ]
        return RowShown(row.number, row, cells, beside, seen=row.version, **more)

    def form(
        self, row: WorksheetRow | None, *, typed: Mapping[str, str] | None = None,
        read: RowRead | None = None, conflict: bool = False, **more: Any,
    ) -> RowShown:  # fmt: skip
        """The open row, or the new one. typed: what the person wrote; read: what was wrong with it."""
        number = row.number if row else NEW
        held = row.values if row else {}
        fields = [self._field(column, number, held, typed, read, conflict) for column in self.kind.columns]
        return RowShown(number, row, fields=fields, seen=row.version if row else 0, **more)

    def _field(
        self, column: Column, number: int | str, held: Mapping[str, Any], typed: Mapping[str, str] | None,
        read: RowRead | None, conflict: bool,
    ) -> FieldShown:  # fmt: skip
        code, now = column.code, held.get(column.code)
        value = text_of("" if now is None else now)
        mine = value if typed is None else typed.get(code, value)
        theirs = None
        if conflict and text_of(mine) != value:
            words = cell_words(column, now, self.nodes)
            theirs = text("worksheets.theirs", value=words) if words else text("worksheets.theirs_empty")
        faults = read.faults_of(code) if read else []
        return FieldShown(
            column, f"cell-{number}-{code}", mine, heading(code), hint_of(column),
            self._choices(column, mine), [fault_text(f.code, f.parameters) for f in faults], theirs,
        )  # fmt: skip

    def _choices(self, column: Column, value: str) -> list[tuple[str, str]]:
        """What is offered; what was typed and is not among it stays, so that nothing is lost."""
        if column.code == NODE:
            offered = [(name, cell_words(column, name, self.nodes)) for name in self.nodes.names]
        else:
            offered = [(choice, choice_word(column.code, choice)) for choice in column.choices]
        if offered and value and value not in {code for code, _ in offered}:
            offered.append((value, value))
        return offered
