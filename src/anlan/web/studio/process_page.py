"""The page with all twins of a process, which other pages of the studio come back to with what was wrong."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from anlan.domain.errors import AnlanError
from anlan.studies.twin.given_files import ENDINGS
from anlan.web.catalog.models import Process
from anlan.web.people.permissions import may
from anlan.web.runs import drawings as run_drawings
from anlan.web.studio import selectors, shown
from anlan.web.studio.places import faults_said


def process_seen(request: HttpRequest, code: str) -> Process:
    """The process of an address, where the person may see its twins."""
    return get_object_or_404(selectors.process_to_see(request.user, code))


def process_page(
    request: HttpRequest, found: Process, *, fault: AnlanError | None = None, status: int = 200
) -> HttpResponse:
    failed = selectors.last_failed(found)
    page: dict[str, Any] = {
        "process": found, "log": found.logs.filter(current=True).first(),
        "twins": [
            (each, shown.age_days(each), shown.trust_of(each.card))
            for each in selectors.twins_of(request.user).filter(process=found)
        ],
        "may_edit": may(request.user, selectors.EDIT, found.unit), **under_way(found),
        "failed": failed, "why": run_drawings.error_words(failed) if failed else [],
        "faults": faults_said(fault), "endings": ",".join(ENDINGS),
    }  # fmt: skip
    return render(request, "studio/process.html", page, status=status)


def under_way(found: Process) -> dict[str, Any]:
    return {"runs": [(run, run_drawings.title_of(run.study)) for run in selectors.runs_under_way(found)]}
