"""Working-time calendars from a TOML (or JSON) file.

    name = "office"                              # optional, else the file's name
    zone = "Asia/Shanghai"
    valid_from = 2024-01-01                      # first and last day for which the hours are known
    valid_to = 2024-12-31
    breaks = ["12:00-13:00"]                     # closed on every day
    holidays = [2024-02-10, 2024-02-11]

    [week]
    monday = ["09:00-18:00"]                     # as many spans as needed; days left out are closed
    tuesday = ["09:00-18:00"]
    saturday = ["22:00-06:00"]                   # into the next day

    [extra_days]
    2024-02-04 = ["09:00-18:00"]                 # a working Sunday: in place of its weekday's hours

    [calendars.night]                            # further calendars take what they leave out, except the
    week = { monday = ["18:00-24:00"] }          # weekly hours, from the file's own

    [activities]
    "night check" = "night"                      # this node is measured on that calendar

`week = "always"` in place of the table means open day and night.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.settings_document import parse_settings, shown
from anlan.maths.calendars import HOUR_S, Calendar, Calendars, Spans, ever_opens
from anlan.maths.clock_changes import zone_of

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIELDS = {"name", "zone", "valid_from", "valid_to", "breaks", "holidays", "week", "extra_days"}
_FIELDS_OF_FILE = _FIELDS | {"calendars", "activities"}
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})$")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Days a calendar may speak of: those whose clock changes are known."""

MOST_CALENDARS = 50
_ALWAYS: Spans = ((0, 24 * HOUR_S),)

Parsed = TypeVar("Parsed")


def load_calendar(path: Path | SettingsBytes) -> Calendars:
    """The calendars of a file; all its faults are reported at once.

    RefusedInput where the file cannot be read, is not TOML or JSON, or has faults.
    """
    given = read_once(path, kind="calendar")
    document = parse_settings(given, kind="calendar", as_json=given.path.suffix.lower() == ".json")
    faults = _Faults()
    default = _calendar(
        document, {"name": given.path.stem, **document}, faults, where="", fields=_FIELDS_OF_FILE
    )
    others = {
        name: _calendar(
            own, {**_inherited(document), "name": name, **own}, faults, where=f"calendars.{name}."
        )
        for name, own in faults.table(document, "calendars").items()
        if faults.is_table(own, f"calendars.{name}")
    }
    if len(others) > MOST_CALENDARS:
        faults.add("calendars", f"n = {len(others)} (n <= {MOST_CALENDARS})")
    by_activity = {}
    for activity, name in faults.table(document, "activities").items():
        if not isinstance(name, str):
            faults.add(f"activities.{activity}", name)
        elif name in others:
            by_activity[activity] = others[name]
        elif name != (default.name if default else None):
            faults.add(f"activities.{activity}", name)
    if faults.found or default is None:
        raise RefusedInput("calendar.faults", file=given.name, faults=tuple(faults.found))
    for calendar in (default, *others.values()):
        if calendar is not None and not ever_opens(calendar):
            raise RefusedInput("calendar.never_open", file=given.name, calendar=calendar.name)
    return Calendars(default, {name: each for name, each in by_activity.items() if each is not None})


class _Faults:
    """What is wrong in the file: where, and what was found there."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, where: str, found: Any) -> None:
        self.found.append(f"{where} = {shown(found)}" if found is not None else where)

    def table(self, source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = source.get(name, {})
        return value if self.is_table(value, name) else {}

    def is_table(self, value: Any, where: str) -> bool:
        if not isinstance(value, Mapping):
            self.add(where, value)
        return isinstance(value, Mapping)

    def parsed(self, parse: Callable[[Any], Parsed], value: Any, where: str, default: Parsed) -> Parsed:
        """The value as `parse` understands it; a fault and `default` where it does not."""
        try:
            return parse(value)
        except (ValueError, TypeError, UsageError):
            self.add(where, value)
            return default

    def all_parsed(self, parse: Callable[[Any], Parsed], values: Any, where: str) -> list[Parsed | None]:
        if not isinstance(values, list):
            self.add(where, values)
            return []
        return [self.parsed(parse, value, f"{where}[{k}]", None) for k, value in enumerate(values)]


def _inherited(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in _FIELDS - {"name", "week"} if name in document}


def _calendar(
    own: Mapping[str, Any],
    settings: Mapping[str, Any],
    faults: _Faults,
    *,
    where: str,
    fields: set[str] = _FIELDS,
) -> Calendar | None:
    """One calendar of the file; None where it has faults. `own`: what is written, without inheritance."""
    before = len(faults.found)
    for name in sorted(set(own) - fields):
        faults.add(where + name, None)
    for name in ("zone", "valid_from", "valid_to", "week"):
        if name not in settings:
            faults.add(f"{where}{name}", "?")
    if len(faults.found) > before:
        return None
    week = _week(settings["week"], faults, f"{where}week")
    extra = [
        (faults.parsed(_day, day, f"{where}extra_days", date.min), _spans(hours, faults, f"{where}{day}"))
        for day, hours in faults.table(settings, "extra_days").items()
    ]
    holidays = faults.all_parsed(_day, settings.get("holidays", []), f"{where}holidays")
    breaks = _spans(settings.get("breaks", []), faults, f"{where}breaks")
    zone = faults.parsed(_zone, settings["zone"], f"{where}zone", "UTC")
    first = faults.parsed(_day, settings["valid_from"], f"{where}valid_from", date.min)
    last = faults.parsed(_day, settings["valid_to"], f"{where}valid_to", date.max)
    for entry, day in (("valid_from", first), ("valid_to", last)):
        if not FIRST_DAY <= day <= LAST_DAY:
            faults.add(f"{where}{entry}", f"{day} ({FIRST_DAY} .. {LAST_DAY})")
    if not _is_name(settings["name"]):
        faults.add(f"{where}name", settings["name"])
    if first > last:
        faults.add(f"{where}valid_to", f"{last} < {first}")
    if len(faults.found) > before:
        return None
    return Calendar(
        name=settings["name"].strip(),
        zone=zone,
        week=week,
        valid_from=first,
        valid_to=last,
        breaks=breaks,
        holidays=frozenset(day for day in holidays if day is not None),
        extra_days=tuple(sorted(extra)),
    )


def _week(value: Any, faults: _Faults, where: str) -> tuple[Spans, ...]:
    if value == "always":
        return (_ALWAYS,) * 7
    if not faults.is_table(value, where):
        return ((),) * 7
    for name in sorted(set(value) - set(DAYS)):
        faults.add(f"{where}.{name}", None)
    return tuple(_spans(value.get(day, []), faults, f"{where}.{day}") for day in DAYS)


def _spans(value: Any, faults: _Faults, where: str) -> Spans:
    spans = faults.all_parsed(_span, value, where)
    return tuple(span for span in spans if span is not None)


def _span(value: Any) -> tuple[int, int]:
    """`09:00-18:00` as seconds since midnight; an end not after the begin is on the next day."""
    match = _SPAN.match(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError(value)
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    begin, end = hour * HOUR_S + minute * 60, end_hour * HOUR_S + end_minute * 60
    if hour > 23 or minute > 59 or end_minute > 59 or end > 24 * HOUR_S or begin == end:
        raise ValueError(value)
    return begin, end if end > begin else end + 24 * HOUR_S


def _day(value: Any) -> date:
    """A date of TOML or an ISO text; not a date with a time."""
    return value if type(value) is date else date.fromisoformat(value)


def _zone(value: Any) -> str:
    zone_of(value)
    return str(value)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 80
