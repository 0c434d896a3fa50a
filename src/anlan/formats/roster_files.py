"""A roster to hang up and to carry: a sheet to print, and a calendar of each person (iCalendar, RFC 5545)."""

import datetime
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import xlsxwriter

from anlan.domain.errors import UsageError
from anlan.formats.messages import messages
from anlan.formats.workbook_cells import BOOK_OPTIONS, safe_text

_FILLS = ("#CEE1E3", "#F0E8D8", "#E1E5E8", "#E8DEEC")
_DAY_H, _LONGEST = 24, 75
Grid = Mapping[str, Any]


def grid_of(result: Mapping[str, Any]) -> Grid:
    """Days, shifts and rows of the result of `shift_roster`. Errors: UsageError `resources.other_result`."""
    charts = result.get("charts") or ()
    found: Grid | None = next((each["data"] for each in charts if each["kind"] == "roster_grid"), None)
    if found is None:
        raise UsageError(
            "resources.other_result", found=str(result.get("method"))[:60], wanted="shift_roster"
        )
    return found


def people_of(result: Mapping[str, Any]) -> list[str]:
    """Names in the order of the roster."""
    return [row["name"] for row in grid_of(result)["rows"]]


def roster_workbook(result: Mapping[str, Any], language: Literal["zh", "en"]) -> bytes:
    """The grid on one sheet for A4 landscape, shifts below it with their hours, then the need and who is
    missing day by day. The same result gives the same bytes."""
    grid, words, out = grid_of(result), messages(language), io.BytesIO()
    with xlsxwriter.Workbook(out, BOOK_OPTIONS) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        sheet = book.add_worksheet(words.text("roster_book.roster"))
        _write(book, sheet, grid, result, language)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&8Anlan &R&8&P / &N")
        sheet.freeze_panes(4, 1)
        sheet.repeat_rows(2, 3)
    return out.getvalue()


def _write(book: Any, sheet: Any, grid: Grid, result: Mapping[str, Any], language: str) -> None:
    words = messages(language)
    line = {"border": 1, "border_color": "#C8D1D6", "valign": "vcenter"}
    head = book.add_format({**line, "bold": True, "align": "center", "bg_color": "#F5F7F8"})
    name, plain = book.add_format({**line, "bold": True}), book.add_format({**line, "align": "center"})
    fills = [book.add_format({**line, "align": "center", "bg_color": fill}) for fill in _FILLS]
    sheet.write_string(0, 0, safe_text(result.get("title") or words.text("roster_book.roster")),
                       book.add_format({"bold": True, "font_size": 14}))  # fmt: skip
    days = grid["days"]
    _heads(sheet, grid, words, head)
    for at, row in enumerate(grid["rows"], start=4):
        sheet.write_string(at, 0, safe_text(row["name"]), name)
        for day, shift in enumerate(row["cells"], start=1):
            said, chosen = (
                _cell(row, day - 1, grid, words),
                plain if shift is None else fills[shift % len(fills)],
            )
            sheet.write_string(at, day, safe_text(said), chosen)
        sheet.write_number(at, len(days) + 1, row["hours"], plain)
    below = 4 + len(grid["rows"])
    for place, (code, figures) in enumerate(_by_day(grid), start=below):
        sheet.write_string(place, 0, words.text(f"roster_book.{code}"), head)
        for day, figure in enumerate(figures, start=1):
            sheet.write_number(place, day, figure, plain)
        sheet.write_number(place, len(days) + 1, sum(figures), plain)
    for place, said in enumerate(_shift_lines(result), start=below + 3):
        sheet.write_string(place, 0, safe_text(said))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, len(days), 9)
    sheet.set_column(len(days) + 1, len(days) + 1, 8)


def _heads(sheet: Any, grid: Grid, words: Any, head: Any) -> None:
    sheet.write_string(2, 0, words.text("roster_book.person"), head)
    sheet.write_blank(3, 0, None, head)
    for day, label in enumerate(grid["days"], start=1):
        sheet.write_string(2, day, label, head)
        weekdays = grid["weekdays"]
        said = words.text(f"report.weekdays.weekday_{weekdays[day - 1]}") if weekdays else ""
        sheet.write_string(3, day, said, head)
    sheet.write_string(2, len(grid["days"]) + 1, words.text("roster_book.hours"), head)
    sheet.write_blank(3, len(grid["days"]) + 1, None, head)


def _cell(row: Mapping[str, Any], day: int, grid: Grid, words: Any) -> str:
    shift = row["cells"][day]
    if shift is None:
        return words.text("roster_book.leave") if row["wishes"][day] == "leave" else ""
    return f"{grid['shifts'][shift]} {row['skills'][day]}".strip()


def _by_day(grid: Grid) -> Iterator[tuple[str, list[float]]]:
    """Person-hours needed and missing of each day."""
    days = range(len(grid["days"]))
    pairs = list(zip(grid["needed"], grid["on_duty"], strict=True))
    yield "needed_hours", [sum(need for need, _ in pairs[d * _DAY_H : (d + 1) * _DAY_H]) for d in days]
    yield (
        "short_hours",
        [
            round(sum(max(0.0, need - there) for need, there in pairs[d * _DAY_H : (d + 1) * _DAY_H]), 6)
            for d in days
        ],
    )


def _shift_lines(result: Mapping[str, Any]) -> Iterator[str]:
    for shift in result["inputs"]["shifts"]:
        yield f"{shift['name']}: {_clock(shift['from_hour'])}–{_clock(shift['to_hour'])}"


def _clock(hour: int) -> str:
    return f"{hour % _DAY_H:02d}:00" + (" +1" if hour >= _DAY_H else "")


def person_calendar(result: Mapping[str, Any], person: str, *, stamp: datetime.datetime) -> str:
    """The shifts of one person as events at the clock of the place, without a zone.

    stamp: when the roster was made, UTC. Errors: UsageError `roster.no_dates` where the first day is not
    known, `roster.nobody` for a name that is not there.
    """
    grid, start = grid_of(result), result["inputs"].get("start")
    if not start:
        raise UsageError("roster.no_dates")
    row = next((each for each in grid["rows"] if each["name"] == person), None)
    if row is None:
        raise UsageError("roster.nobody", found=person[:60])
    first, made = datetime.date.fromisoformat(start), f"{stamp:%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Anlan//roster//", "CALSCALE:GREGORIAN"]
    for day, shift in enumerate(row["cells"]):
        if shift is not None:
            of = result["inputs"]["shifts"][shift]
            lines += _event(of, row, day, first + datetime.timedelta(days=day), made)
    return "".join(f"{part}\r\n" for each in [*lines, "END:VCALENDAR"] for part in _folded(each))


def _event(
    shift: Mapping[str, Any], row: Mapping[str, Any], day: int, date: datetime.date, made: str
) -> Sequence[str]:
    midnight = datetime.datetime.combine(date, datetime.time())
    begin, end = (midnight + datetime.timedelta(hours=shift[each]) for each in ("from_hour", "to_hour"))
    key = hashlib.sha256(f"{row['name']}|{date}".encode()).hexdigest()[:24]
    said = f"{shift['name']} {row['skills'][day]}".strip()
    return ("BEGIN:VEVENT", f"UID:{key}@anlan", f"DTSTAMP:{made}", f"DTSTART:{begin:%Y%m%dT%H%M%S}",
            f"DTEND:{end:%Y%m%dT%H%M%S}", f"SUMMARY:{_escaped(said)}", "END:VEVENT")  # fmt: skip


def _escaped(text: str) -> str:
    plain = safe_text(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; what follows begins with a blank (RFC 5545, 3.1)."""
    part, room = "", _LONGEST
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield part
            part, room = " ", _LONGEST - 1
        part, room = part + sign, room - size
    yield part
