"""From counts to a roster in the application: each step begins with the one before, and says so."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from anlan.formats.roster_book import roster_template
from anlan.formats.spec_file import read_spec_file
from anlan.studies.loading import load_log
from anlan.studies.methods.explaining import EXAMPLES
from anlan.web.catalog.services import add_log, create_process
from anlan.web.common.models import AuditEvent
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from anlan.web.runs.services import recompute_run, start_assessment

pytestmark = pytest.mark.django_db
WEEK = [40, 30, 30, 30, 36, 10, 6]


def _counts(days: int = 21) -> bytes:
    first = datetime.date(2026, 3, 2)
    rows = [f"{first + datetime.timedelta(days=n)},{WEEK[n % 7]}" for n in range(days)]
    return "\n".join(["day,count", *rows]).encode()


def _file(content: bytes, name: str = "counts.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _done(organisation: Any, code: str, inputs: dict[str, Any], fed_by: Run | None = None) -> Run:
    manager = organisation.people["risk_manager"]
    run = start_assessment(
        unit=organisation.north, document={"method": code, "inputs": inputs}, actor=manager, fed_by=fed_by
    )
    run.refresh_from_db()
    if run.state == Run.State.QUEUED:
        execute(run.pk, attempts=run.attempts)
        run.refresh_from_db()
    assert run.state == Run.State.DONE, run.error
    return run


def _forecast(organisation: Any) -> Run:
    inputs = {"values": WEEK * 3, "start": "2026-03-02", "interval": 1440}
    return _done(organisation, "demand_forecast", inputs)


def _staffed(organisation: Any) -> Run:
    hours = [0.0] * 8 + [30.0] * 10 + [0.0] * 6
    return _done(organisation, "staffing", {"demand": hours * 7, "handling": [180], "start": "2026-11-30"})


def test_uploaded_counts_become_the_form_of_a_forecast_with_a_picture(organisation) -> None:
    page = organisation.client("risk_manager").post(reverse("staffing:counts"), {"file": _file(_counts())})
    shown = page.content.decode()
    assert page.status_code == 200
    assert f'action="{reverse("runs:method", args=["demand_forecast"])}"' in shown
    assert "2026-03-02" in shown
    assert "<svg" in shown
    assert not Run.objects.exists()


def test_every_row_of_counts_at_fault_is_told_and_nothing_is_kept(organisation) -> None:
    wrong = _counts().replace(b",40", b",many").replace(b",36", b",-1")
    page = organisation.client("risk_manager").post(reverse("staffing:counts"), {"file": _file(wrong)})
    assert page.status_code == 422
    assert len(page.context["faults"]) == 6
    assert "many" in page.content.decode()


def test_a_long_name_of_chinese_signs_is_no_fault(organisation) -> None:
    file = _file(_counts(), "每半小时取号数" * 30 + ".csv")
    page = organisation.client("risk_manager").post(reverse("staffing:counts"), {"file": file})
    assert page.status_code == 200


def test_a_file_of_another_kind_is_refused(organisation) -> None:
    page = organisation.client("risk_manager").post(
        reverse("staffing:counts"), {"file": _file(b"x", "a.pdf")}
    )
    assert page.status_code == 422
    assert "a.pdf" in page.content.decode()


def test_a_forecast_goes_into_staffing_and_the_run_keeps_where_it_came_from(organisation) -> None:
    forecast = _done(
        organisation, "demand_forecast", {"values": WEEK * 3, "start": "2026-03-02", "interval": 1440}
    )
    client = organisation.client("risk_manager")
    address = reverse("runs:method", args=["staffing"]) + f"?from={forecast.code}"
    assert address in client.get(reverse("runs:run", args=[forecast.code])).content.decode()
    form = client.get(address)
    assert "2026-03-23" in form.content.decode()
    assert form.context["fed_by"] == forecast
    sent = {"in.demand": "\n".join(map(str, WEEK)), "in.interval": "1440", "in.handling": "300",
            "in.rule": "wait", "in.load": "interval", "head.stage": "current"}  # fmt: skip
    assert client.post(address, sent).status_code == 302
    made = Run.objects.get(fed_by=forecast)
    assert made.fed_by == forecast
    started = AuditEvent.objects.filter(action="runs.run.start").order_by("seq").last()
    assert started.payload["changes"]["fed_by"] == [None, forecast.code]
    assert forecast.code in client.get(reverse("runs:run", args=[made.code])).content.decode()


def test_nobody_takes_over_a_run_they_may_not_see(organisation) -> None:
    forecast = _done(
        organisation, "demand_forecast", {"values": WEEK * 3, "start": "2026-03-02", "interval": 1440}
    )
    address = reverse("runs:method", args=["staffing"]) + f"?from={forecast.code}"
    assert organisation.client(organisation.outsider).get(address).status_code == 404


def test_a_result_that_does_not_fit_is_told_on_the_form(organisation) -> None:
    staffing = _staffed(organisation)
    page = organisation.client("risk_manager").get(
        reverse("runs:method", args=["demand_forecast"]) + f"?from={staffing.code}"
    )
    assert page.status_code == 200
    assert page.context["n_faults"] == 1
    assert page.context["fed_by"] is None


def test_a_workbook_and_a_staffing_become_the_form_of_a_roster(organisation) -> None:
    staffing = _staffed(organisation)
    inputs = read_spec_file(EXAMPLES / "shift_roster.yaml")["inputs"]
    book = roster_template("zh", start=datetime.date(2026, 11, 30), inputs=inputs)
    page = organisation.client("risk_manager").post(
        reverse("staffing:people"), {"file": _file(book, "people.xlsx"), "plan": staffing.code}
    )
    shown = page.content.decode()
    assert page.status_code == 200
    assert page.context["fed_by"] == staffing
    assert "赵" in shown
    assert f"?from={staffing.code}" in shown


def test_a_roster_is_checked_against_the_promise_it_was_made_for(organisation) -> None:
    staffing = _staffed(organisation)
    inputs = {
        "days": 7, "start": "2026-11-30",
        "shifts": [{"name": "D", "from_hour": 8, "to_hour": 18}],
        "people": [{"name": f"p{n}", "most_hours": 70, "days_in_row": 7} for n in range(3)],
        "hourly": [0] * 8 + [3] * 10 + [0] * 6,
    }  # fmt: skip
    roster = _done(organisation, "shift_roster", inputs, fed_by=staffing)
    client = organisation.client("risk_manager")
    form = client.get(reverse("runs:method", args=["staffing"]) + f"?from={roster.code}")
    asked = {question.name: question for question in form.context["questions"]}
    given = staffing.parameters["spec"]["inputs"]["demand"]
    assert [float(n) for n in asked["in.demand"].value.split()] == given
    planned = asked["in.planned"].value.split()
    assert planned[:24] == ["0"] * 8 + ["3"] * 10 + ["0"] * 6
    sheet = client.get(reverse("staffing:roster_file", args=[roster.code]))
    assert sheet.content.startswith(b"PK")
    calendar = client.get(reverse("staffing:calendar_file", args=[roster.code, 1])).content.decode()
    assert calendar.count("BEGIN:VEVENT") > 0
    assert client.get(reverse("staffing:calendar_file", args=[roster.code, 9])).status_code == 404
    assert AuditEvent.objects.filter(action="runs.run.export").count() == 2


def test_a_recomputed_run_keeps_where_it_came_from(organisation) -> None:
    staffing = _staffed(organisation)
    again = _done(organisation, "staffing", {"demand": [9], "handling": [60]}, fed_by=staffing)
    assert recompute_run(again, actor=organisation.people["risk_manager"]).fed_by == staffing


@pytest.fixture
def busy(organisation, tmp_path) -> Any:
    """A process with a log of 24 whole days, 5 cases each, a half day at both ends."""
    path = tmp_path / "busy.csv"
    rows = ["case,activity,complete"]
    for n in range(26):
        for k in range(5):
            at = datetime.datetime(2026, 3, 1, 9 + k) + datetime.timedelta(days=n)
            rows += [f"c{n}-{k},a,{at}", f"c{n}-{k},b,{at + datetime.timedelta(minutes=5)}"]
    path.write_text("\n".join(rows), encoding="utf-8")
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="大厅", name_en="Hall", actor=manager)
    add_log(process, load_log(str(path)), actor=manager)
    return process


def test_arrivals_of_a_process_are_forecast_by_one_click_and_held_against_what_came(
    organisation, busy
) -> None:
    manager = organisation.people["risk_manager"]
    client = organisation.client("risk_manager")
    assert client.post(reverse("staffing:forecast", args=[busy.code])).status_code == 302
    run = Run.objects.get()
    assert run.process == busy
    assert run.parameters["spec"]["inputs"]["values"] == [5.0] * 24
    early = {"values": [5.0] * 20, "start": "2026-03-02", "interval": 1440, "days": 6}
    old = start_assessment(
        unit=busy.unit, document={"method": "demand_forecast", "inputs": early}, actor=manager, process=busy
    )
    for each in (run, old):
        each.refresh_from_db()
        if each.state == Run.State.QUEUED:
            execute(each.pk, attempts=each.attempts)
    page = client.get(reverse("staffing:process", args=[busy.code]))
    held = {version.run.code: version.held for version in page.context["versions"]}
    assert held[run.code] is None
    assert len(held[old.code].days) == 4
    assert held[old.code].of == 6
    assert held[old.code].mean_error == pytest.approx(0.0)
    assert held[old.code].share_95 == 1.0


def test_a_process_without_a_log_cannot_be_forecast(organisation) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="空", name_en="Empty", actor=manager)
    page = organisation.client("risk_manager").post(reverse("staffing:forecast", args=[process.code]))
    assert page.status_code == 422
