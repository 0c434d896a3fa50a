"""Whoever started a run is told how it ended."""

from django.urls import reverse

from anlan.studies.catalogue import studies
from anlan.web.notices.services import News, tell
from anlan.web.runs.models import Run


def tell_ended(run: Run) -> None:
    """That the run is done or failed; one that was cancelled is known to who cancelled it."""
    if run.created_by is None or run.state not in (Run.State.DONE, Run.State.FAILED):
        return
    names = next((known.title for known in studies() if known.code == run.study), run.study)
    told = News(
        kind="run_ended", about=run, unit=run.unit, recipients=[run.created_by],
        link=reverse("runs:run", args=[run.code]),
        parameters={"code": run.code, "study": names, "state": run.state},
    )  # fmt: skip
    tell([told])
