"""A finished run brings its findings to triage, once; verifying it brings nothing."""

from anlan.web.catalog.services import add_log, create_process
from anlan.web.risks.models import Candidate
from anlan.web.runs.models import Run
from anlan.web.runs.services import recompute_run, start_run
from web.runs.conftest import hall  # noqa: F401


def test_findings_of_a_run_wait_for_triage_and_name_their_run(organisation, hall) -> None:  # noqa: F811
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", actor=manager)
    add_log(process, hall, actor=manager)
    run = start_run(process=process, study="assess", parameters={}, actor=manager)
    run.refresh_from_db()
    assert run.state == Run.State.DONE
    found = Candidate.objects.filter(process=process)
    assert found.count() >= 1
    assert {candidate.run for candidate in found} == {run}
    n = found.count()
    recompute_run(run, actor=manager)
    run.refresh_from_db()
    assert (run.verified, found.count()) == (True, n)
    page = organisation.client("risk_manager").get("/risks/candidates/").content.decode()
    assert run.code in page
    first = organisation.client("risk_manager").get("/").content.decode()
    assert f"/runs/{run.code}/" in first
    assert "<svg" in organisation.client("risk_manager").get(f"/processes/{process.code}/").content.decode()
