"""Outcomes pasted as rows: code of the risk, first day, last day, events, source, by tabs or commas."""

from datetime import date

from anlan.loop.quantify.methods.faults import Faults
from anlan.studies.methods.one_line import number_of
from anlan.web.calibration.services import MOST_EVENTS, OutcomeGiven

COLUMNS = 5


def rows_of(text: str) -> list[OutcomeGiven]:
    """The rows; a first line without a digit is headings and is left out.

    Errors: RefusedInputs, one for each line at fault.
    """
    faults = Faults()
    found = []
    for place, cells in enumerate(_lines(text), start=1):
        if place == 1 and not any(c.isdigit() for cell in cells for c in cell):
            continue
        row = _row(cells, f"rows[{place}]", faults)
        if row is not None:
            found.append(row)
    if not found and not faults:
        faults.add("outcomes.empty", where="rows")
    faults.raise_any()
    return found


def _lines(text: str) -> list[list[str]]:
    """Cells of every line that holds anything; commas in the source are part of it."""
    plain = text.strip().replace("，", ",")
    delimiter = "\t" if "\t" in plain else ","
    rows = (line.split(delimiter, COLUMNS - 1) for line in plain.splitlines())
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def _row(cells: list[str], where: str, faults: Faults) -> OutcomeGiven | None:
    if len(cells) != COLUMNS:
        faults.add("outcomes.cells", where=where, found=len(cells), wanted=COLUMNS)
        return None
    days = [_day(cells[1]), _day(cells[2])]
    for name, day, cell in zip(("period_from", "period_to"), days, cells[1:3], strict=True):
        if day is None:
            faults.add("outcomes.day", where=f"{where}.{name}", found=cell[:40])
    events = number_of(cells[3])
    if not isinstance(events, int) or not 0 <= events <= MOST_EVENTS:
        faults.add("outcomes.events", where=f"{where}.events", found=cells[3][:40], most=MOST_EVENTS)
        return None
    if days[0] is None or days[1] is None:
        return None
    return OutcomeGiven(cells[0], days[0], days[1], events, cells[4])


def _day(text: str) -> date | None:
    """2026-01-31, also with slashes or dots."""
    parts = text.replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except (ValueError, OverflowError):  # a year beyond what a machine counts
        return None
