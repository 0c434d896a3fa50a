"""What the rows of an import can name: risks, units, processes, nodes and people, read once."""

from typing import Any

from anlan.formats.messages import messages
from anlan.formats.record_sheet import RecordSheet
from anlan.web.catalog.models import Node, Process
from anlan.web.common.texts import language
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope, may, units_of
from anlan.web.risks.exchange.columns import CHOICES, PAIRS, columns, word
from anlan.web.risks.exchange.values import Lookup, same_text, text_of
from anlan.web.risks.models import CustomField, Risk
from anlan.web.risks.selectors import custom_fields
from anlan.web.risks.services.custom_fields import units_above

_PIECE = 500


class Known:
    """seen: code -> first row with it; own_unit: where a new risk goes when its row names no unit."""

    def __init__(self, actor: User, sheet: RecordSheet) -> None:
        self.seen: dict[str, int] = {}
        self.risks = _risks(actor, sheet)
        self.lookups = {"unit": _units(actor), "process": _processes(actor), "owner": _owners(actor)}
        self.lookups |= {name: _choices(name) for name in CHOICES}
        self.own_unit = actor.unit if actor.unit and may(actor, "risks.edit", actor.unit) else None
        self.fields = custom_fields(actor)
        self._headings = {c.code: getattr(c, language()) for c in columns(language(), self.fields)}
        self._people: set[str] | None = None
        self._nodes: dict[int, frozenset[str]] = {}
        self._titles = {
            (unit, process, title): code
            for unit, process, title, code in in_scope(
                Risk.objects.exclude(phase="closed"), actor, "risks.view"
            ).values_list("unit_id", "process_id", "title", "code")
        }

    def heading(self, column: str) -> str:
        return self._headings[column]

    def says(self, column: str, name: str, cell: Any, held: Any) -> bool:
        """Whether the cell says what the record holds, in either language for words."""
        if held is None:
            return not text_of(cell)
        if column in CHOICES:
            words = [held] if name != column else [word(column, held, tongue) for tongue in ("zh", "en")]
        elif column == "owner":
            words = [held.username if name == PAIRS[column] else held.name]
        else:
            words = [held.code] if name == PAIRS[column] else [held.name, held.name_en or held.name]
        return any(same_text(cell, said) for said in words)

    def accepted(self, column: str) -> Any:
        """The first of what a column takes, for the text of a fault."""
        if column in CHOICES:
            return {tongue: [word(column, c, tongue) for c in CHOICES[column]] for tongue in ("zh", "en")}
        lookup = self.lookups[column]
        if column == "owner":
            return [user.username for user in list(lookup.codes.values())[:8]]
        return [record.code for record in list(lookup.codes.values())[:8]]

    def nodes(self, process: Process | None) -> frozenset[str]:
        """Keys and names of the nodes of a process, in any of its versions."""
        if process is None:
            return frozenset()
        if process.pk not in self._nodes:
            found = Node.objects.filter(version__process=process).values_list("key", "name", "name_en")
            self._nodes[process.pk] = frozenset(name for row in found for name in row if name)
        return self._nodes[process.pk]

    def fields_of(self, unit: Unit) -> list[CustomField]:
        """The own fields that risks of the unit have."""
        above = units_above(unit)
        return [field for field in self.fields if field.unit_id in above]

    def is_active(self, username: str) -> bool:
        if self._people is None:
            self._people = set(User.objects.filter(is_active=True).values_list("username", flat=True))
        return username in self._people

    def twin(self, values: dict[str, Any], row: int) -> str:
        """Code of an open risk of the same unit, process and title, or the row of the file with them."""
        process = values.get("process")
        key = (values["unit"].pk, process.pk if process else None, values["title"])
        if key in self._titles:
            return self._titles[key]
        self._titles[key] = messages(language()).text("web.exchange.row", n=row)
        return ""


def _risks(actor: User, sheet: RecordSheet) -> dict[str, Risk]:
    """The risks the rows name, of those the person may see, by code."""
    codes = sorted({text_of(row.cells.get("code", "")).upper() for row in sheet.rows} - {""})
    found: dict[str, Risk] = {}
    for start in range(0, len(codes), _PIECE):
        piece = Risk.objects.filter(code__in=codes[start : start + _PIECE])
        scoped = in_scope(piece, actor, "risks.view").select_related("unit", "process", "owner")
        found |= {risk.code: risk for risk in scoped}
    return found


def _units(actor: User) -> Lookup:
    lookup = Lookup()
    for unit in units_of(actor, "risks.edit").filter(active=True):
        lookup.add(unit, unit.code, (unit.name, unit.name_en))
    return lookup


def _processes(actor: User) -> Lookup:
    lookup = Lookup()
    for process in in_scope(Process.objects.filter(active=True), actor, "catalog.view"):
        lookup.add(process, process.code, (process.name, process.name_en))
    return lookup


def _owners(actor: User) -> Lookup:
    lookup = Lookup()
    units = units_of(actor, "risks.view")
    for user in User.objects.filter(is_active=True, unit__in=units).order_by("name"):
        lookup.add(user, user.username, (user.name,))
    return lookup


def _choices(name: str) -> Lookup:
    lookup = Lookup()
    for code in CHOICES[name]:
        lookup.add(code, code, (word(name, code, "zh"), word(name, code, "en")))
    return lookup
