"""Outcomes are noted whole or not at all; estimates made before a period are held against it."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.web.calibration.estimates import estimates_of
from anlan.web.calibration.models import Outcome
from anlan.web.calibration.pasting import rows_of
from anlan.web.calibration.services import (
    OutcomeGiven,
    compute_track_record,
    note_outcomes,
    pairs_of,
    withdraw_outcome,
)
from anlan.web.common.models import AuditEvent
from anlan.web.common.texts import text
from anlan.web.common.verification import verify
from anlan.web.losses.models import RiskNumbers
from anlan.web.losses.services import give_numbers
from anlan.web.people.permissions import Refused
from anlan.web.risks.models import Assessment
from anlan.web.risks.services import Expert, Given, answer, assess_by_estimate, create_workshop, open_round
from web.losses.given import OFTEN, SIZE, risk_with_numbers

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 14)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def risk(organisation):
    found = risk_with_numbers(organisation)
    RiskNumbers.objects.update(created_at=timezone.now() - timedelta(days=800))
    return found


def noted(risk, manager, events: int = 2, **changes):
    facts = {"period_from": FIRST, "period_to": LAST, "source": "台账"} | changes
    return note_outcomes([OutcomeGiven(risk.code, events=events, **facts)], actor=manager, today=TODAY)[0]


def test_an_estimate_made_before_the_period_is_held_against_it(risk, manager) -> None:
    noted(risk, manager, events=40)
    (pair,), _ = pairs_of([risk])
    assert (pair.estimate.method, pair.observed.events, pair.held) == ("three_point", 40, False)
    assert 0 <= pair.said.low < pair.said.high < 40


def test_an_estimate_made_after_the_period_began_is_no_forecast_of_it(risk, manager) -> None:
    noted(risk, manager)
    RiskNumbers.objects.update(created_at=timezone.make_aware(timezone.datetime(2026, 1, 2, 12)))
    assert pairs_of([risk]) == ([], [])
    with pytest.raises(UsageError, match=r"calibration\.no_pairs"):
        compute_track_record(risk.unit, actor=manager)


def test_estimates_of_another_stage_are_held_by_themselves(organisation, risk, manager) -> None:
    noted(risk, manager, events=2)
    after = {"shape": "pert", "low": 0.5, "likely": 1, "high": 2}
    give_numbers(risk, stage="residual_expected", frequency=after, severity=after, loss_unit="CNY",
                 source="x", records=None, seen=0, actor=manager)  # fmt: skip
    RiskNumbers.objects.update(created_at=timezone.now() - timedelta(days=800))
    (now,), _ = pairs_of([risk])
    (then,), _ = pairs_of([risk], "residual_expected")
    assert then.said.high < now.said.high
    record = compute_track_record(risk.unit, actor=manager, stage="residual_expected")
    assert (record.stage, len(record.pairs)) == ("residual_expected", 1)
    with pytest.raises(UsageError, match=r"calibration\.no_pairs"):
        compute_track_record(risk.unit, actor=manager, stage="inherent")
    client = organisation.client("risk_manager")
    page = client.get("/calibration/?unit=NH&stage=residual_expected")
    assert page.context["record"] == record
    assert text("calibration.stage_notes.residual_expected") in page.content.decode()
    assert client.get("/calibration/?unit=NH").context["record"] is None
    client.post("/calibration/compute/", {"unit": "NH"})
    assert client.get("/calibration/?unit=NH").context["record"].stage == "current"


def test_an_estimate_whose_interval_no_rate_has_is_left_out_with_why(organisation, risk, manager) -> None:
    noted(risk, manager)
    given = Given("three_point", OFTEN, SIZE, likelihood_score=2, severity_score=2)
    assess_by_estimate(risk, given, stage="current", rationale="x", actor=manager)
    limits = {"estimate": 0.1, "low": 0.0, "high": 50.0, "level": 0.9}
    Assessment.objects.update(
        technique="rate_blend", prepared_at=timezone.now() - timedelta(days=800), state="approved",
        values={"frequency_per_year": limits},
    )  # fmt: skip
    record = compute_track_record(risk.unit, actor=manager)
    assert [pair["method"] for pair in record.pairs] == ["three_point"]
    [left] = record.left_out
    assert (left["method"], left["why"]["code"]) == ("rate_blend", "track_record.no_gamma")
    page = organisation.client("risk_manager").get("/calibration/?unit=NH").content.decode()
    assert text("calibration.left_out", n=1) in page


def test_all_rows_are_noted_or_none_and_each_fault_has_its_row(risk, manager) -> None:
    rows = [
        OutcomeGiven(risk.code, FIRST, LAST, 1, "台账"),
        OutcomeGiven("R-9999", FIRST, LAST, 1, "台账"),
        OutcomeGiven(risk.code, FIRST, LAST, 3, "台账"),
        OutcomeGiven(risk.code, LAST, FIRST, 3, " "),
        OutcomeGiven(risk.code, FIRST, date(2027, 1, 1), 3, "台账"),
    ]
    with pytest.raises(RefusedInputs) as refused:
        note_outcomes(rows, actor=manager, today=TODAY)
    found = {(each.code, each.parameters["where"]) for each in refused.value.several}
    assert found == {
        ("outcomes.risk", "rows[2].risk"), ("outcomes.twice", "rows[3].period_from"),
        ("outcomes.period", "rows[4].period_to"), ("outcomes.source", "rows[4].source"),
        ("outcomes.future", "rows[5].period_to"),
    }  # fmt: skip
    assert not Outcome.objects.exists()


def test_somebody_of_another_unit_cannot_note_outcomes_of_the_risk(organisation, risk) -> None:
    with pytest.raises(RefusedInputs):
        noted(risk, organisation.outsider)
    with pytest.raises(Refused):
        noted(risk, organisation.people["auditor"])


def test_a_withdrawn_outcome_counts_no_more_and_can_be_noted_anew(risk, manager) -> None:
    made = noted(risk, manager, events=9)
    with pytest.raises(RefusedInputs):
        noted(risk, manager, events=8)
    withdraw_outcome(made, reason="记错", actor=manager)
    assert pairs_of([risk]) == ([], [])
    noted(risk, manager, events=8)
    with pytest.raises(UsageError, match=r"outcomes\.withdrawn"):
        withdraw_outcome(made, reason="x", actor=manager)
    assert AuditEvent.objects.filter(action__startswith="calibration.outcome").count() == 3
    assert verify().broken_at is None


def test_pasted_rows_come_by_tabs_or_commas_with_or_without_headings() -> None:
    by_tabs = rows_of("编号\t从\t到\t次数\t来源\nR-1\t2026/1/1\t2026-03-31\t3\t台账")
    assert by_tabs == rows_of("R-1，2026.1.1，2026-03-31，3，台账")
    assert by_tabs == [OutcomeGiven("R-1", FIRST, date(2026, 3, 31), 3, "台账")]
    with pytest.raises(RefusedInputs) as refused:
        rows_of("R-1,2026-02-30,2026-03-31,x,台账\nR-2,2026-01-01")
    assert [each.code for each in refused.value.several] == [
        "outcomes.day", "outcomes.events", "outcomes.cells"
    ]  # fmt: skip
    with pytest.raises(RefusedInputs) as refused:
        rows_of("R-1,99999999999999999999-01-01,2026-03-31,1,台账")
    assert [each.code for each in refused.value.several] == ["outcomes.day"]


def test_a_first_row_written_without_commas_is_a_fault_and_no_heading() -> None:
    with pytest.raises(RefusedInputs) as refused:
        rows_of("R-1 2026年1月 3次\nR-1,2026-01-01,2026-03-31,3,台账")
    assert refused.value.several[0].parameters == {"where": "rows[1]", "found": 1, "wanted": 5}


def test_experts_of_a_session_stand_under_their_pseudonyms(organisation, manager, risk) -> None:
    session, _ = create_workshop(
        unit=risk.unit, title="x", purpose="", risks=[risk], kind="three_point",
        experts=[Expert(name, "") for name in ("何晓", "赵启航", "吴桐")], actor=manager,
    )  # fmt: skip
    session = open_round(session, actor=manager)
    points = {f"{side}_{name}": value for side in ("frequency", "severity")
              for name, value in (("low", 1), ("likely", 2), ("high", 4))}  # fmt: skip
    for invitation in session.invitations.all():
        answer(invitation, session.items.get(), points=points)
    names = {each.expert for each in estimates_of([risk]) if each.method == "experts"}
    assert len(names) == 3
    assert all(name.startswith(session.code) for name in names)
    assert not any("何晓" in name for name in names)


def test_the_page_shows_scores_and_says_when_they_are_too_few(organisation, risk, manager) -> None:
    for month in range(1, 7):
        noted(
            risk, manager, events=month % 2, period_from=date(2026, month, 1), period_to=date(2026, month, 28)
        )
    compute_track_record(risk.unit, actor=manager)
    client = organisation.client("risk_manager")
    page = client.get("/calibration/?unit=NH").content.decode()
    assert "太少，难下结论" in page
    assert "Brier" in page
    assert f"/losses/numbers/{risk.code}/" in page
    with CaptureQueriesContext(connection) as few:
        client.get("/calibration/?unit=NH")
    for month in range(7, 12):
        note_outcomes([OutcomeGiven(risk.code, date(2025, month, 1), date(2025, month, 28), 1, "x")],
                      actor=manager, today=TODAY)  # fmt: skip
    compute_track_record(risk.unit, actor=manager)
    with CaptureQueriesContext(connection) as many:
        client.get("/calibration/?unit=NH")
    assert len(many) == len(few)


def test_the_page_of_outcomes_keeps_what_was_pasted_when_it_is_refused(organisation, risk) -> None:
    client = organisation.client("risk_manager")
    refused = client.post("/calibration/outcomes/", {"rows": "R-9999,2026-01-01,2026-02-01,1,x"})
    assert refused.status_code == 422
    assert "R-9999,2026-01-01" in refused.content.decode()
    assert refused.context["faults"][0].startswith(text("calibration.outcomes.line", n=1))
    below = "编号,从,到,次数,来源\nR-9999,2026-01-01,2026-02-01,1,x"
    said = client.post("/calibration/outcomes/", {"rows": below}).context["faults"]
    assert said[0].startswith(text("calibration.outcomes.line", n=2))
    empty = client.post("/calibration/outcomes/", {"rows": " "}).context["faults"]
    assert not empty[0].startswith("rows")
    kept = client.post("/calibration/outcomes/", {"rows": f"{risk.code},2026-01-01,2026-02-01,1,台账"})
    assert kept.status_code == 302
    assert Outcome.objects.get().events == 1


def test_the_api_notes_outcomes_and_shows_a_record(organisation, risk) -> None:
    program = organisation.program("risk_manager")
    body = {"rows": [{"risk": risk.code, "period_from": "2026-01-01", "period_to": "2026-06-30", "events": 1,
                      "source": "x"}]}  # fmt: skip

    def post(address, given):
        return program.post(address, json.dumps(given), content_type="application/json")

    assert post("/api/v1/outcomes", body).status_code == 201
    assert post("/api/v1/outcomes", body).status_code == 422
    made = post("/api/v1/track-records", {"unit": "NH"})
    assert made.status_code == 202
    shown = program.get(f"/api/v1/track-records/{made.json()['code']}").json()
    assert (shown["state"], shown["rows"][0]["events"], shown["groups"][0]["few"]) == ("done", 1, True)
