"""Loss years: where numbers come from, what is left out, versions, the page and its files."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.domain.errors import AnlanError, UsageError
from anlan.loop.quantify.methods.estimates import read_estimate
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.web.common.models import AuditEvent
from anlan.web.common.texts import error_text, text
from anlan.web.common.verification import verify
from anlan.web.losses import editing, figures
from anlan.web.losses.known import known_of, of_assessment
from anlan.web.losses.scope import gather
from anlan.web.losses.services import (
    calculate,
    dependence_of,
    give_numbers,
    set_dependence,
    set_tolerance,
    tolerance_of,
    withdraw_numbers,
)
from anlan.web.risks.models import Assessment
from anlan.web.risks.services import Given, assess_by_estimate, create_risk
from web.losses.given import OFTEN, SIZE, TODAY, loss_year, risk_with_numbers

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


def test_an_assessment_with_numbers_goes_before_what_was_given_by_hand(organisation, manager) -> None:
    risk = risk_with_numbers(organisation, loss_unit="customer_min")
    points = {"shape": "pert", "low": 10, "likely": 20, "high": 60}
    given = Given("three_point", points, points, likelihood_score=2, severity_score=2)
    assess_by_estimate(risk, given, stage="current", rationale="x", actor=manager)
    found = known_of([risk])[risk.pk]["customer_min"]["current"]
    assert (found.kind, found.frequency["high"]) == ("assessment", 60.0)


def test_losses_counted_in_a_log_give_a_rate_and_a_size_with_their_mean(organisation) -> None:
    risk = risk_with_numbers(organisation)
    severity = {"kind": "empirical", "parameters": {}, "mean": 300.0, "median": 150.0, "p95": 900.0, "n": 40}
    assessment = Assessment(
        risk=risk, number=1, stage="current", technique="event_log", annual_loss=3_000.0,
        loss_unit="customer_min", values={"severity": severity},
    )  # fmt: skip
    found = of_assessment(assessment)
    assert (found.records, found.approximated) == (40, True)
    mean = read_estimate(found.frequency).mean * read_estimate(found.severity).mean
    assert mean == pytest.approx(3_000.0)


def test_risks_without_numbers_or_in_another_unit_are_left_out_and_said_why(organisation, manager) -> None:
    risk_with_numbers(organisation)
    risk_with_numbers(organisation, "停电", loss_unit="customer_min")
    create_risk(unit=organisation.hall, title="空", category="process", source="report", actor=manager)
    found = gather(manager, organisation.hall, "", loss_unit="CNY", today=TODAY)
    assert [risk.title for risk, _ in found.risks] == ["错派"]
    assert {(each.risk.title, each.why) for each in found.left_out} == {
        ("停电", "other_unit"), ("空", "no_numbers")
    }  # fmt: skip


def test_without_any_numbers_nothing_is_computed(organisation, manager) -> None:
    with pytest.raises(UsageError, match=r"losses\.no_risks"):
        calculate(organisation.hall, query="", loss_unit="CNY", actor=manager, today=TODAY)


def test_changed_numbers_are_a_new_version_and_a_late_editor_is_refused(organisation, manager) -> None:
    risk = risk_with_numbers(organisation)
    facts = {"stage": "current", "frequency": OFTEN, "severity": SIZE, "loss_unit": "CNY", "source": "x"}
    assert give_numbers(risk, actor=manager, seen=1, **facts).number == 2
    with pytest.raises(UsageError, match=r"web\.conflict"):
        give_numbers(risk, actor=manager, seen=1, **facts)
    withdraw_numbers(risk, stage="current", reason="旧", actor=manager)
    assert known_of([risk])[risk.pk] == {}
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"losses.numbers.give", "losses.numbers.withdraw"} <= actions
    assert verify().broken_at is None


def test_points_out_of_order_are_refused_and_nothing_is_kept(organisation, manager) -> None:
    risk = risk_with_numbers(organisation)
    with pytest.raises(AnlanError):
        give_numbers(risk, stage="inherent", frequency={"low": 5, "likely": 2, "high": 3}, severity=SIZE,
                     loss_unit="CNY", source="x", seen=0, actor=manager)  # fmt: skip
    assert risk.loss_numbers.count() == 1


def test_a_unit_takes_the_dependence_and_the_tolerance_of_the_unit_above(organisation, manager) -> None:
    a, b = (risk_with_numbers(organisation, title) for title in ("甲", "乙"))
    pair = {"copula": "t", "pairs": [{"a": a.code, "b": b.code, "value": 0.5}]}
    made = set_dependence(organisation.north, pair, reason="x", actor=manager, seen=0)
    assert dependence_of(organisation.hall) == made
    curve = set_tolerance(organisation.north, [{"loss": 1e5, "probability": 0.1}], loss_unit="CNY",
                          reason="x", actor=manager, seen=0)  # fmt: skip
    own = set_tolerance(organisation.hall, [], loss_unit="CNY", reason="x", actor=manager, seen=0)
    assert tolerance_of(organisation.hall) == curve != own
    year = loss_year(organisation, risks=2)
    assert (year.dependence, year.tolerance_curve) == (made, curve)
    assert year.current.parameters["spec"]["inputs"]["correlation"] == [[1.0, 0.5], [0.5, 1.0]]


def test_correlations_that_the_form_leaves_out_are_said_to_join_nothing(organisation) -> None:
    a, b = (risk_with_numbers(organisation, title) for title in ("甲", "乙"))
    client = organisation.client("risk_manager")
    sent = {"unit": "NH", "seen": "0", "reason": "x", f"cell|{b.code}|{a.code}": "0.5"}
    asked = client.post("/losses/dependence/", sent)
    assert asked.status_code == 422
    [form] = [question for question in asked.context["head"] if question.name == "in.copula"]
    assert form.faults == [error_text(UsageError("losses.unused_pairs", n=1))]
    assert dependence_of(organisation.hall) is None
    saved = client.post("/losses/dependence/", {**sent, "step": "unused"}, follow=True)
    assert text("losses.dependence.unused", number=1) in saved.content.decode()
    year = loss_year(organisation, risks=2)
    assert year.dependence is not None
    page = client.get(f"/losses/{year.code}/")
    assert text("losses.warnings.independent") in page.context["shown"]["warnings"]
    assert not any("copula" in said for said in page.context["shown"]["warnings"])


def test_the_grid_begins_with_a_form_that_counts_and_names_the_risks_of_a_wrong_pair(organisation) -> None:
    a, b = (risk_with_numbers(organisation, title) for title in ("甲", "乙"))
    client = organisation.client("risk_manager")
    begun = client.get("/losses/dependence/?unit=NH")
    assert next(q for q in begun.context["head"] if q.name == "in.copula").value == "gaussian"
    sent = {
        "unit": "NH",
        "seen": "0",
        "reason": "x",
        "in.copula": "gaussian",
        f"cell|{b.code}|{a.code}": "1.5",
    }
    [said] = client.post("/losses/dependence/", sent).context["wrong"]
    assert said.startswith(f"{a.code} 甲 × {b.code} 乙：")
    assert "pairs[" not in said


def test_a_curve_whose_chances_rise_is_refused_with_its_place(organisation, manager) -> None:
    points = [{"loss": 1.0, "probability": 0.1}, {"loss": 2.0, "probability": 0.2}]
    with pytest.raises(RefusedInputs) as refused:
        set_tolerance(organisation.hall, points, loss_unit="CNY", reason="x", actor=manager, seen=0)
    assert refused.value.several[0].parameters["where"] == "tolerance[2].probability"


def test_stages_share_a_seed_and_the_page_says_what_it_rests_on(organisation, manager) -> None:
    set_tolerance(organisation.hall, [{"loss": 1e3, "probability": 0.5}, {"loss": 1e6, "probability": 0.001}],
                  loss_unit="CNY", reason="x", actor=manager, seen=0)  # fmt: skip
    risk = risk_with_numbers(organisation)
    double = {**OFTEN, "low": 2, "likely": 4, "high": 12}
    give_numbers(risk, stage="inherent", frequency=double, severity=SIZE, loss_unit="CNY", source="x",
                 seen=0, actor=manager)  # fmt: skip
    year = loss_year(organisation)
    assert {run.seed for run in (year.current, year.inherent, year.drivers)} == {7}
    found = figures.results_of(year)
    rows = {row.name: row for row in figures.rows_of(year, found)}
    assert rows["mean"].stages["inherent"].value == pytest.approx(
        2 * rows["mean"].stages["current"].value, rel=0.1
    )
    assert rows["var95"].stages["current"].beyond
    parts = figures.parts_of(year, found["current"])
    assert sum(part.part for part in parts) == pytest.approx(rows["cvar95"].stages["current"].value, rel=1e-6)
    page = organisation.client("risk_manager").get(f"/losses/{year.code}/").content.decode()
    assert "只有 3 起记录" in page
    assert "高于容忍" in page
    assert year.current.result_sha256[:12] in page


def test_files_hold_the_figures_and_stand_in_the_audit(organisation) -> None:
    year = loss_year(organisation)
    client = organisation.client("risk_manager")
    rows = client.get(f"/losses/{year.code}/figures.csv").content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("kind,name,stage,value")
    assert len(rows) == 1 + 4 + 1
    svg = client.get(f"/losses/{year.code}/curve.svg")
    assert svg.content.startswith(b"<svg")
    assert AuditEvent.objects.filter(action="losses.year.export").count() == 2


def test_recomputed_runs_say_that_their_bytes_are_the_same(organisation) -> None:
    year = loss_year(organisation)
    organisation.client("risk_manager").post(f"/losses/{year.code}/recompute/")
    year.current.refresh_from_db()
    assert year.current.verified is True


def test_the_editor_names_the_pair_and_offers_the_nearest_before_it_is_taken(organisation, manager) -> None:
    a, b, c = (risk_with_numbers(organisation, title) for title in ("甲", "乙", "丙"))
    client = organisation.client("risk_manager")
    sent = {"unit": "NH", "seen": "0", "reason": "x", "in.copula": "gaussian",
            f"cell|{b.code}|{a.code}": "0.9",
            f"cell|{c.code}|{b.code}": "0.9", f"cell|{c.code}|{a.code}": "-0.9"}  # fmt: skip
    refused = client.post("/losses/dependence/", sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'id="nearest"' in page
    assert 'aria-invalid="true"' in page
    assert dependence_of(organisation.hall) is None
    taken = client.post("/losses/dependence/", {**sent, "step": "nearest"})
    assert taken.status_code == 200
    assert dependence_of(organisation.hall) is None
    offered = {cell.name: cell.value for line in taken.context["lines"] for cell in line.cells if cell.value}
    kept = client.post("/losses/dependence/", {**sent, **offered})
    assert kept.status_code == 302
    assert dependence_of(organisation.hall).number == 1


def test_the_page_of_a_unit_takes_as_many_queries_for_many_risks(organisation) -> None:
    counts = []
    for n in (1, 6):
        year = loss_year(organisation, risks=n)
        client = organisation.client("risk_manager")
        for address in (f"/losses/{year.code}/", "/losses/new/?unit=NH", "/losses/dependence/?unit=NH"):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
    assert counts[3:] == counts[:3]


def test_the_api_computes_and_compares(organisation) -> None:
    risk_with_numbers(organisation)
    program = organisation.program("risk_manager")
    made = program.post("/api/v1/loss-years", json.dumps({"unit": "NH", "years": 10_000}),
                        content_type="application/json")  # fmt: skip
    assert made.status_code == 202
    code = made.json()["code"]
    shown = program.get(f"/api/v1/loss-years/{code}").json()
    assert shown["loss_unit"] == "CNY"
    assert shown["parts"][0]["share"] == pytest.approx(1.0)
    both = program.get(f"/api/v1/loss-years/{code}/compare/{code}").json()
    assert both["figures"]["var95"]["difference"] == 0


def test_a_group_shows_its_value_at_its_pairs_and_one_past_the_limit_at_none() -> None:
    codes = [f"R-{k}" for k in range(201)]
    groups = [
        {"name": "all", "risks": codes, "value": 0.9},
        {"name": "g", "risks": codes[:200], "value": 0.25},
    ]
    found = editing._of_groups({"groups": groups})
    assert len(found) == 199 * 100
    assert set(found.values()) == {"0.25"}
