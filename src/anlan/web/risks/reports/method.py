"""The result of a method as a report, with the run it is from: who asked when, and the hash of the file."""

from typing import Any

from django.http import Http404

from anlan.formats.printing import Document
from anlan.formats.printing.method_report import method_report
from anlan.studies.catalogue import METHOD
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.risks.reports import shown
from anlan.web.runs.drawings import title_of
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of


def report_of_method(user: User, run: Run) -> Document:
    """The report of a finished run of a method.

    Errors: Http404 for any other run; RefusedInput where the result is gone or was altered.
    """
    if not run.study.startswith(METHOD) or run.state != Run.State.DONE:
        raise Http404
    scope = f"{run.code} · SHA-256 {run.result_sha256[:16]}…"
    facts = [
        (text("trace.kinds.run"), run.code),
        (text("risks.fields.unit"), in_language(run.unit)),
        (text("reports.of_run.by"), shown.person(run.created_by)),
        (text("reports.of_run.at"), shown.moment(run.finished_at)),
        (text("runs.fields.result_sha256"), run.result_sha256),
    ]
    return method_report(result_of(run), language=language(), footer=shown.footer(user, scope), facts=facts)


def method_runs_of(user: User, n: int = 50) -> list[tuple[str, str, Any]]:
    """Code, title and time of finished runs of methods that the person may see, newest first."""
    found = in_scope(
        Run.objects.filter(state=Run.State.DONE, study__startswith=METHOD, verifies=None), user, "runs.view"
    )
    rows = found.order_by("-id").values_list("code", "study", "figures__title", "created_at")[:n]
    return [
        (code, " · ".join(part for part in (title_of(study), named or "") if part), at)
        for code, study, named, at in rows
    ]
