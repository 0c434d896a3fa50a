"""Pages of runs: what is shown to whom, in both languages; downloads that cannot harm."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anlan.studies import catalogue
from anlan.studies.catalogue import Study
from anlan.studies.parameters import Parameter
from anlan.web.common.models import AuditEvent
from anlan.web.runs.models import Run
from anlan.web.runs.services import recompute_run, start_run


@pytest.fixture
def run(process, organisation) -> Run:
    return start_run(process=process, study="assess", parameters={"sla": "2h"},
                     seed=3, actor=organisation.people["risk_manager"])  # fmt: skip


PAGES = ["runs:runs", "runs:new_run", "runs:jobs", "runs:compare"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("study", [study.code for study in catalogue.studies()])
def test_every_study_has_a_result_page_in_both_languages(
    process, organisation, study: str, language: str
) -> None:
    manager = organisation.people["risk_manager"]
    run = start_run(process=process, study=study, parameters={}, actor=manager)
    client = organisation.client(manager, language=language)
    page = client.get(reverse("runs:run", args=[run.code])).content.decode()
    assert page.count('<section class="card"') > 4
    assert catalogue.study(study).title["en" if language == "en" else "zh"] in page
    assert "web.runs" not in page


def test_the_result_page_shows_map_matrix_curve_and_risks(run, organisation) -> None:
    page = organisation.client("auditor").get(reverse("runs:run", args=[run.code])).content.decode()
    for anchor in ("conclusion", "matrix", "loss", "process", "key-nodes", "evidence", "indicators"):
        assert f'<section class="card" id="{anchor}"' in page
    assert page.count("<svg") > 5
    assert "<script>" not in page
    assert " onclick" not in page


def test_a_study_added_to_the_catalogue_gets_form_run_and_result_page(
    process, organisation, monkeypatch
) -> None:
    words = {"zh": "班次", "en": "Shifts"}, {"zh": "每日班次", "en": "Shifts a day"}
    asked = Parameter("shifts", "integer", *words, default=3, low=1, high=6)
    new = Study("load", {"zh": "负荷", "en": "Load"}, {"zh": "各班", "en": "Each shift"}, (asked,),
                run="web.runs.test_pages:load_of_shifts", figures="web.runs.test_pages:load_figures",
                log="none")  # fmt: skip
    monkeypatch.setattr(catalogue, "_STUDIES", {**catalogue._STUDIES, "load": new})
    client = organisation.client("risk_manager", language="en")
    address = reverse("runs:new_run") + f"?process={process.code}&study=load"
    assert "Shifts a day" in client.get(address).content.decode()
    assert client.post(address, {"shifts": "9"}).status_code == 422
    assert client.post(address, {"shifts": "2", "seed": "5"}).status_code == 302
    run = Run.objects.get(study="load")
    assert (run.state, run.parameters["shifts"], run.seed) == (Run.State.DONE, 2, 5)
    page = client.get(reverse("runs:run", args=[run.code])).content.decode()
    assert "Early shift" in page
    assert "12.5 [10, 15]" in page
    assert "&lt;b&gt;" in page


def load_of_shifts(ask) -> dict:
    calls = {"estimate": 12.5, "low": 10.0, "high": 15.0}
    shift = {"title": {"zh": "早班", "en": "Early shift"}, "calls": calls, "note": "<b>"}
    return {
        "schema": "load/1",
        "shifts": [shift] * ask.values["shifts"],
        "busiest": {"hour": 9, "share": 0.2},
    }


def load_figures(result) -> dict:
    return {"cases": len(result["shifts"])}


def test_an_answer_that_cannot_be_read_is_refused_beside_its_field(process, organisation) -> None:
    client = organisation.client("risk_manager")
    address = reverse("runs:new_run") + f"?process={process.code}&study=treat"
    given = {"as_of_how": "on", "as_of_on": "很多", "sla_how": "case", "sla_amount": "5", "sla_unit": "d"}
    answer = client.post(address, given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "读不懂时间“很多”" in page
    assert 'name="sla_amount" value="5"' in page
    assert page.index('name="as_of_on"') < page.index("读不懂时间“很多”") < page.index('name="seed"')
    assert not Run.objects.exists()


def test_a_settings_file_goes_with_the_run_as_text(process, organisation) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = organisation.client("risk_manager")
    address = reverse("runs:new_run") + f"?process={process.code}&study=quantify"
    bad = client.post(
        address, {"costs_how": "file", "costs_file": SimpleUploadedFile("c.toml", b"currency = 'XYZ'")}
    )
    assert bad.status_code == 422
    assert "XYZ" in bad.content.decode()
    good = SimpleUploadedFile("c.toml", b'currency = "CNY"\ncustomer_minute = 0.8\n')
    client.post(address, {"costs_how": "file", "costs_file": good})
    assert Run.objects.get().figures["loss_unit"] == "CNY"


@pytest.mark.parametrize("name", ["run", "live", "report", "workbook", "result"])
def test_outsiders_find_no_run(run, organisation, name: str) -> None:
    address = reverse(f"runs:{name}", args=[run.code])
    assert organisation.client(organisation.outsider).get(address).status_code == 404
    assert organisation.client("risk_manager").get(address).status_code == 200


@pytest.mark.parametrize("name", ["cancel", "retry", "recompute"])
def test_who_may_only_look_changes_nothing(run, organisation, name: str) -> None:
    address = reverse(f"runs:{name}", args=[run.code])
    assert organisation.client(organisation.outsider).post(address).status_code == 404
    assert organisation.client("auditor").post(address).status_code == 403
    assert AuditEvent.objects.filter(action="denied.runs.start", result="denied").exists()
    assert organisation.client("auditor").get(reverse("runs:new_run")).status_code == 403
    assert organisation.client("risk_manager").get(address).status_code == 405


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_speak_both_languages(run, organisation, name: str, language: str) -> None:
    answer = organisation.client("risk_manager", language=language).get(reverse(name))
    assert answer.status_code == (422 if name == "runs:compare" else 200)
    assert organisation.client("expert").get(reverse(name)).status_code == 403


def test_the_report_is_shut_off_and_exports_are_in_the_audit(run, organisation) -> None:
    client = organisation.client("risk_manager")
    report = client.get(reverse("runs:report", args=[run.code]))
    assert report["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "<html" in b"".join(report.streaming_content).decode()
    result = client.get(reverse("runs:result", args=[run.code]))
    assert json.loads(b"".join(result.streaming_content))["schema"] == "anlan.assess/1"
    assert "attachment" in result["Content-Disposition"]
    book = client.get(reverse("runs:workbook", args=[run.code]))
    assert b"".join(book.streaming_content)[:2] == b"PK"
    assert AuditEvent.objects.filter(action="runs.run.export").count() == 2
    assert organisation.client("duty_officer").get(reverse("runs:result", args=[run.code])).status_code == 403


def test_a_finished_run_asks_for_the_whole_page_and_a_running_one_for_more(run, organisation) -> None:
    client = organisation.client("risk_manager")
    assert client.get(reverse("runs:live", args=[run.code]))["HX-Refresh"] == "true"
    Run.objects.update(state="running", progress=0.4, step="identify")
    answer = client.get(reverse("runs:live", args=[run.code]))
    assert "HX-Refresh" not in answer
    assert "识别风险" in answer.content.decode()
    assert 'hx-trigger="every 1s"' in answer.content.decode()


def test_comparing_shows_what_was_asked_differently_and_what_moved(run, process, organisation) -> None:
    manager = organisation.people["risk_manager"]
    other = start_run(process=process, study="assess", parameters={"sla": "20h"}, seed=4, actor=manager)
    page = organisation.client("auditor", language="en").get(
        reverse("runs:compare") + f"?run={run.code}&run={other.code}"
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "Whole case 2 h" in text
    assert "Whole case 20 h" in text
    assert "Risks that moved" in text
    assert organisation.client(organisation.outsider).get(
        reverse("runs:compare") + f"?run={run.code}&run={other.code}"
    ).status_code == 404  # fmt: skip


def test_the_list_shows_runs_of_every_state(run, process, organisation) -> None:
    manager = organisation.people["risk_manager"]
    start_run(process=process, study="key_nodes", parameters={}, actor=manager)
    start_run(process=process, study="treat", parameters={"closing": "办结"}, actor=manager)
    client = organisation.client("auditor")
    for state in Run.State.values:
        Run.objects.filter(study="key_nodes").update(state=state)
        page = client.get(reverse("runs:runs")).content.decode()
        assert page.count("data-row") == 3
        code = Run.objects.get(study="key_nodes").code
        assert client.get(reverse("runs:run", args=[code])).status_code == 200


def test_the_list_asks_the_database_the_same_for_more_runs(run, organisation) -> None:
    client = organisation.client("risk_manager")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse("runs:runs")).status_code == 200
        return len(caught)

    few = queries()
    for _ in range(5):
        recompute_run(run, actor=organisation.people["risk_manager"])
    assert queries() == few
    assert "A-0006" in client.get(reverse("runs:runs") + "?study=assess&state=done").content.decode()
    assert "A-0006" not in client.get(reverse("runs:runs") + "?study=treat").content.decode()


def test_the_job_page_says_when_nobody_works(process, organisation, settings) -> None:
    from datetime import timedelta

    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from anlan.web.runs import presence

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    start_run(process=process, study="treat", parameters={}, actor=organisation.people["risk_manager"])
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=5))
    client = organisation.client("auditor", language="en")
    assert "no worker is running" in client.get(reverse("runs:jobs")).content.decode()
    presence.beat()
    page = client.get(reverse("runs:jobs")).content.decode()
    assert "no worker is running" not in page
    assert "A-0001" in page
    assert (
        "A-0001" not in organisation.client(organisation.outsider).get(reverse("runs:jobs")).content.decode()
    )
