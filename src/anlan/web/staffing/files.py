"""The files of a roster: a sheet to print, a calendar of each person; who takes one stands in the audit."""

from urllib.parse import quote

from django.http import Http404, HttpResponse

from anlan.formats.roster_files import people_of, person_calendar, roster_workbook
from anlan.web.common.texts import language
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.runs.services import note_export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CALENDAR = "text/calendar; charset=utf-8"


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook to be kept."""
    return _attached(content, name, XLSX)


def roster_of(run: Run, *, actor: User) -> bytes:
    """The roster as a workbook in the reader's language. Errors: PermissionDenied; RefusedInput where the
    result is gone."""
    note_export(run, what="roster.xlsx", actor=actor)
    return roster_workbook(result_of(run), "en" if language() == "en" else "zh")


def calendar_answer(run: Run, number: int, *, actor: User) -> HttpResponse:
    """The calendar of the person of that number. Errors: Http404 where there is none; UsageError
    `roster.no_dates`."""
    require(actor, "reports.export", run.unit)
    result = result_of(run)
    names = people_of(result)
    if not 1 <= number <= len(names):
        raise Http404
    name = names[number - 1]
    content = person_calendar(result, name, stamp=run.finished_at)
    note_export(run, what=f"roster-{number}.ics", actor=actor)
    return _attached(content.encode(), f"{name}.ics", CALENDAR)


def _attached(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
