"""Working hours: none, weekly hours with holidays as fields, or a calendar file."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from anlan.formats.calendar_file import DAYS
from anlan.web.common.texts import text
from anlan.web.runs.asking.known import Known
from anlan.web.runs.asking.question import Question, Unfit, Way, file_way, kept_way, needed

_SPAN = re.compile(r"^\s*(\d{1,2}:\d{2})\s*[-–~至]\s*(\d{1,2}:\d{2})\s*$")
_BETWEEN = re.compile(r"[\s,，、;；]+")


def calendar_question(name: str, title: str, known: Known, given: str | None) -> Question:
    ways = [
        *([kept_way(given, calendar_said(given))] if given else []),
        Way("none", text("runs.ask.hours.none")),
        _weekly(known),
        file_way("calendar"),
    ]
    return Question(name, title, tuple(ways), "kept" if given else "none")


def calendar_said(given: str) -> str:
    """The name of a calendar file; that there is one where the file cannot be read."""
    try:
        found = tomllib.loads(given).get("name")
    except tomllib.TOMLDecodeError:
        found = None
    return str(found)[:80] if found else text("runs.fields.given_file", lines=len(given.splitlines()))


def _weekly(known: Known) -> Way:
    shown = {day: text(f"runs.ask.days.{day}") for day in DAYS}
    fields = {
        "days": forms.MultipleChoiceField(
            choices=list(shown.items()), initial=DAYS[:5], required=False, label=text("runs.ask.hours.days"),
            widget=forms.CheckboxSelectMultiple,
        ),
        "open": _line("runs.ask.hours.open", "09:00-18:00"),
        "breaks": _line("runs.ask.hours.breaks", "12:00-13:00", initial=""),
        "holidays": forms.CharField(
            max_length=4000, required=False, label=text("runs.ask.hours.holidays"),
            widget=forms.Textarea(attrs={"rows": 2, "placeholder": "2026-10-01 2026-10-02"}),
        ),
    }  # fmt: skip
    note = text("runs.ask.hours.note", zone=known.zone, first=known.first_day, last=known.last_day)
    return Way("weekly", text("runs.ask.hours.weekly"), lambda given: _written(given, known), fields, note)


def _line(key: str, example: str, *, initial: str | None = None) -> forms.CharField:
    shown = forms.TextInput(attrs={"placeholder": example})
    start = example if initial is None else initial
    return forms.CharField(max_length=100, required=False, label=text(key), initial=start, widget=shown)


def _written(given: Mapping[str, Any], known: Known) -> str:
    """The fields as a calendar file that holds for the years of the log."""
    hours, breaks = _spans(needed(given, "open"), "open"), _spans(given["breaks"], "breaks")
    holidays = ", ".join(day.isoformat() for day in _days(given["holidays"]))
    opened = set(needed(given, "days"))
    week = "\n".join(f"{day} = [{hours}]" for day in DAYS if day in opened)
    return (
        f'name = "{text("runs.ask.hours.name")}"\nzone = "{known.zone}"\n'
        f"valid_from = {known.first_day}\nvalid_to = {known.last_day}\n"
        f"breaks = [{breaks}]\nholidays = [{holidays}]\n\n[week]\n{week}\n"
    )


def _spans(given: str | None, name: str) -> str:
    """`09:00-12:00, 13:00-18:00` as quoted spans."""
    found = [_SPAN.match(part) for part in re.split(r"[,，、;；]", given or "") if part.strip()]
    if not all(found):
        raise Unfit(name, text("runs.ask.hours.span"))
    return ", ".join(f'"{span[1]}-{span[2]}"' for span in found if span)


def _days(given: str | None) -> list[date]:
    try:
        return sorted({date.fromisoformat(part) for part in _BETWEEN.split(given or "") if part})
    except ValueError as fault:
        raise Unfit("holidays", text("runs.ask.hours.day")) from fault
