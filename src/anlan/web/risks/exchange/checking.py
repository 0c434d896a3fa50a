"""What an import would do, row by row, before anything is written.

1. A row with a code changes that risk, one without registers a new one, one without a difference is skipped.
2. A cell that says what the record holds is no change, so an export that comes back untouched is skipped
   to the last row, whatever older text it carries.
3. Of a word and its code the one that differs from the record counts; where both do, they must agree.
4. A risk changed by somebody since the export is an error, not overwritten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from anlan.formats.record_sheet import RecordSheet, SheetRow
from anlan.web.common.texts import error_text
from anlan.web.people.models import User
from anlan.web.people.permissions import may
from anlan.web.risks.columns import CUSTOM
from anlan.web.risks.exchange.columns import CHOICES, PAIRS, TEXTS, own_cell
from anlan.web.risks.exchange.known import Known
from anlan.web.risks.exchange.values import (
    BadCell,
    Fault,
    day,
    names,
    plain_text,
    same_text,
    text_of,
    whole,
)
from anlan.web.risks.models import CustomField, Risk
from anlan.web.risks.services.custom_fields import read_values

REQUIRED = ("title", "unit", "category")
_TAG_ENDS = "\n,，、;；"


@dataclass
class Line:
    """A row and what it comes to. `values`: fields to write, of a new risk or of `risk` as it was seen."""

    row: int
    code: str = ""
    title: str = ""
    risk: Risk | None = None
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        if self.faults:
            return "error"
        if self.risk is None:
            return "create"
        return "update" if self.values else "skip"


def check(
    sheet: RecordSheet, *, actor: User, progress: Callable[[float], None] = lambda share: None
) -> list[Line]:
    """A line for each row of the sheet."""
    known, lines = Known(actor, sheet), []
    for i, row in enumerate(sheet.rows):
        if i % 500 == 0:
            progress(i / len(sheet.rows))
        lines.append(_Row(row, sheet.headings, known, actor).line())
    return lines


class _Row:
    """One row on its way to a `Line`."""

    def __init__(self, row: SheetRow, headings: Mapping[str, str], known: Known, actor: User) -> None:
        self.row, self.headings, self.known, self.actor = row, headings, known, actor
        self.made = Line(row.number, text_of(row.cells.get("code", "")).upper())

    def line(self) -> Line:
        made = self.made
        for column, mark in sorted(self.row.marks.items()):
            self.fault(mark, column)
        if made.faults:
            return made
        if made.code and not self._find():
            return made
        risk = made.risk
        for column, longest in TEXTS.items():
            self.take(column, partial(plain_text, longest=longest), getattr(risk, column, ""))
        for column in (*CHOICES, "unit", "process", "owner"):
            self.pair(column)
        self._rest()
        self._whole_row()
        self._own()
        made.title = made.values.get("title") or (risk.title if risk else "")
        return made

    def _find(self) -> bool:
        """The risk of the row's code, as the person may change it and as it was exported."""
        code, made = self.made.code, self.made
        made.risk = risk = self.known.risks.get(code)
        if risk is None:
            self.fault("no_risk", "code", found=code)
        elif code in self.known.seen:
            self.fault("twice", "code", found=code, other=self.known.seen[code])
        elif not may(self.actor, "risks.edit", risk.unit):
            self.fault("not_yours", "code", found=code)
        elif (seen := text_of(self.row.cells.get("version", ""))) and seen != str(risk.version):
            self.fault("changed_since", "version", found=seen, now=risk.version)
        if risk is not None:
            self.known.seen.setdefault(code, self.row.number)
        return not made.faults

    def take(self, column: str, read: Callable[[Any], Any], held: Any) -> None:
        """A plain cell: nothing where it says what is held, else its value, else a fault."""
        if column not in self.row.cells:
            return
        cell = self.row.cells[column]
        text = "\n".join(held) if isinstance(held, list) else "" if held is None else str(held)
        if self.made.risk is not None and same_text(cell, text):
            return
        try:
            value = read(cell)
        except BadCell as bad:
            self.fault(bad.code, column, **bad.parameters)
            return
        if value != held and not (self.made.risk is None and value in ("", None, [])):
            self.made.values[column] = value

    def pair(self, column: str) -> None:
        """A word and its code; the one that differs from what is held counts."""
        lookup, held = self.known.lookups[column], getattr(self.made.risk, column, None)
        found, cells = [], self.row.cells
        for name, read in ((column, lookup.by_word), (PAIRS[column], lookup.by_code)):
            if name not in cells:
                continue
            if self.made.risk is not None and self.known.says(column, name, cells[name], held):
                continue
            try:
                found.append((name, read(cells[name])))
            except BadCell as bad:
                self.fault(bad.code, name, accepted=self.known.accepted(column), **bad.parameters)
                return
        given = [value for _, value in found if value not in (None, "")]
        if len(set(given)) > 1:
            self.fault("disagree", column, found=text_of(cells[column]), coded=text_of(cells[PAIRS[column]]))
        elif given and given[0] != held:
            self.made.values[column] = given[0]
        elif found and not given and held is not None and column in ("process", "owner"):
            self.made.values[column] = None

    def _rest(self) -> None:
        risk = self.made.risk
        self.take("tags", lambda cell: names(cell, longest=40, ends=_TAG_ENDS), getattr(risk, "tags", []))
        self.take("nodes", self._nodes, getattr(risk, "nodes", []))
        if text_of(self.row.cells.get("review_cycle_days", "")):
            held = risk.review_cycle_days if risk else None
            self.take("review_cycle_days", lambda cell: whole(cell, least=1, most=3650), held)
        self.take("next_review_on", day, getattr(risk, "next_review_on", None))

    def _nodes(self, cell: Any) -> list[str]:
        """Names of nodes; those of a process whose nodes are known must be among them."""
        given = names(cell, longest=200)
        process = self.made.values.get("process", getattr(self.made.risk, "process", None))
        nodes = self.known.nodes(process)
        strange = [name for name in given if nodes and name not in nodes]
        if strange:
            raise BadCell("node", found=strange[0], accepted=sorted(nodes)[:8])
        return given

    def _whole_row(self) -> None:
        """What only the row as a whole can show."""
        made, values = self.made, self.made.values
        if made.risk is not None:
            if "unit" in values:
                self.fault("unit_moves", "unit", found=values["unit"].code, accepted=made.risk.unit.code)
            for column in ("title", "category"):
                if column in values and not values[column]:
                    self.fault("required", column)
            return
        values.setdefault("unit", self.known.own_unit)
        values.setdefault("source", "report")
        for column in REQUIRED:
            if not values.get(column) and not any(f.parameters["column"] == column for f in made.faults):
                self.fault("required", column)
        if not made.faults:
            twin = self.known.twin(values, self.row.number)
            if twin:
                self.fault("twin", "title", found=values["title"], other=twin)

    def _own(self) -> None:
        """Own fields of the row's unit; a cell that says what is held is no change."""
        made = self.made
        unit = made.risk.unit if made.risk else made.values.get("unit")
        fields = self.known.fields_of(unit) if unit else []
        held, given = dict(made.risk.custom) if made.risk else {}, {}
        for own in fields:
            code = f"{CUSTOM}{own.key}"
            if code in self.row.cells and not self._says(own, self.row.cells[code], held.get(own.key)):
                given[own.key] = _plain_cell(self.row.cells[code])
        values, wrong = read_values(fields, given, held, whole=made.risk is None, person=self.known.is_active)
        for bad in wrong:
            self.fault("own", f"{CUSTOM}{bad.key}", problem=error_text(bad.error()))
        if not wrong and values != held:
            made.values["custom"] = values

    def _says(self, field: CustomField, cell: Any, held: Any) -> bool:
        """Whether the cell says what is held, in either language for words."""
        if self.made.risk is None:
            return False
        shown = [own_cell(field, held, tongue) for tongue in ("zh", "en")]
        return any(same_text(cell, text_of("" if said is None else said)) for said in shown)

    def fault(self, code: str, column: str, **more: Any) -> None:
        heading = self.headings.get(column) or self.known.heading(column)
        self.made.faults.append(
            Fault(f"sheet.{code}", {"row": self.row.number, "column": column, "heading": heading} | more)
        )


def _plain_cell(cell: Any) -> Any:
    """A cell as a value is read: dates without their time, texts without what the export put around."""
    return cell if isinstance(cell, bool | float | int) else text_of(cell)
