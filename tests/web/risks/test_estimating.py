"""Assessing by three points, by distributions and by a run: numbers against the library and by hand."""

import html
import math

import pytest
from scipy import stats

from anlan.domain.errors import UsageError
from anlan.loop.quantify.estimate import estimated_loss, from_three_points
from anlan.web.common.links import Link
from anlan.web.risks import services
from anlan.web.risks.models import Assessment, Candidate, Risk
from anlan.web.risks.services import (
    Given,
    accept,
    assess_by_estimate,
    assess_by_run,
    create_risk,
    criteria_for,
)
from anlan.web.risks.services.estimating import usual_numbers
from anlan.web.runs import results
from anlan.web.runs.models import Run
from web.risks.findings import finding
from web.risks.signing import approved
from web.runs.conftest import hall, process  # noqa: F401 - fixtures

FREQUENCY = {"shape": "pert", "low": 6.0, "likely": 12.0, "high": 30.0}
SEVERITY = {"shape": "lognormal", "low": 60.0, "likely": None, "high": 900.0}
GIVEN = Given("three_point", FREQUENCY, SEVERITY, cases_per_year=9000.0, usual_duration_min=600.0, seed=3)


@pytest.fixture
def risk(organisation) -> Risk:
    return create_risk(unit=organisation.hall, title="错派", title_en="Wrong dispatch", category="process",
                       source="workshop", actor=organisation.people["risk_manager"])  # fmt: skip


def test_an_assessment_has_the_numbers_of_the_library(organisation, risk) -> None:
    made = assess_by_estimate(
        risk, GIVEN, stage="current", rationale="r", actor=organisation.people["expert"]
    )
    expected = estimated_loss(
        from_three_points("frequency", low=6, likely=12, high=30),
        from_three_points("severity", low=60, likely=None, high=900, shape="lognormal"), seed=3,
    )  # fmt: skip
    loss = expected.annual_loss
    assert (made.annual_loss, made.annual_loss_low, made.annual_loss_high) == (
        loss.estimate,
        loss.low,
        loss.high,
    )
    sigma = math.log(900 / 60) / (2 * stats.norm.ppf(0.95))
    by_hand = 14.0 * math.sqrt(60 * 900) * math.exp(sigma**2 / 2)
    assert made.annual_loss == pytest.approx(by_hand)
    assert made.likelihood_value == pytest.approx(1000 * 14 / 9000)
    assert made.severity_value == pytest.approx(by_hand / 14 / 600)
    assert (made.values["interval"], made.values["check"]["seed"]) == ({"level": 0.9, "of": "year"}, 3)
    risk.refresh_from_db()
    assert (risk.level_current, risk.annual_loss, risk.provisional) == (made.level, made.annual_loss, True)


def test_scores_and_level_follow_the_scales(organisation, risk) -> None:
    made = assess_by_estimate(
        risk, GIVEN, stage="inherent", rationale="r", actor=organisation.people["expert"]
    )
    content = criteria_for(risk.unit).content
    likelihood = 1 + sum(made.likelihood_value >= bound for bound in content["likelihood"]["bounds"])
    severity = 1 + sum(made.severity_value >= bound for bound in content["severity"]["bounds"])
    assert (made.likelihood, made.severity, made.stage) == (likelihood, severity, "inherent")
    rank = content["cells"][likelihood - 1][severity - 1]
    codes = [level["code"] for level in content["levels"]]
    assert made.level == codes[rank]
    assert codes.index(made.level_low) <= rank <= codes.index(made.level_high)


def test_scores_by_hand_stand_in_where_the_scale_cannot_be_reached(organisation, risk) -> None:
    expert = organisation.people["expert"]
    money = Given("three_point", FREQUENCY, SEVERITY, loss_unit="CNY", cases_per_year=9000.0)
    with pytest.raises(UsageError, match=r"estimate\.money"):
        assess_by_estimate(risk, money, stage="current", rationale="r", actor=expert)
    bare = Given("three_point", FREQUENCY, SEVERITY, severity_score=4)
    with pytest.raises(UsageError, match=r"estimate\.cases_missing"):
        assess_by_estimate(risk, bare, stage="current", rationale="r", actor=expert)
    assert not Assessment.objects.exists()
    both = Given("three_point", FREQUENCY, SEVERITY, loss_unit="CNY", likelihood_score=2, severity_score=4)
    made = assess_by_estimate(risk, both, stage="current", rationale="r", actor=expert)
    assert (made.likelihood, made.severity, made.loss_unit) == (2, 4, "CNY")
    assert made.likelihood_value is made.severity_value is None


def test_a_distribution_by_its_parameters(organisation, risk) -> None:
    given = Given(
        "distribution", {"kind": "gamma", "parameters": {"shape": 4.0, "scale": 0.5}},
        {"kind": "constant", "parameters": {"value": 50.0}}, likelihood_score=3, severity_score=2,
    )  # fmt: skip
    made = assess_by_estimate(
        risk, given, stage="current", rationale="r", actor=organisation.people["expert"]
    )
    number = stats.nbinom(4, 1 / 1.5)  # Poisson with a gamma rate
    assert made.annual_loss == pytest.approx(100.0)
    assert made.annual_loss_low == pytest.approx(50 * number.ppf(0.05), abs=0.5)
    assert made.annual_loss_high == pytest.approx(50 * number.ppf(0.95), abs=0.5)
    assert made.values["no_loss"] == pytest.approx(number.pmf(0), rel=1e-3)


def test_three_people_sign_an_estimate_too(organisation, risk) -> None:
    made = assess_by_estimate(
        risk, GIVEN, stage="current", rationale="r", actor=organisation.people["expert"]
    )
    assert approved(organisation, made).state == "approved"


@pytest.fixture
def run(organisation, process, settings, tmp_path) -> Run:  # noqa: F811
    """A finished assessment with two risks in its result."""
    settings.ANLAN_HOME = tmp_path
    return finished(
        organisation, process, [finding("R-a"), finding("R-b", likelihood=2, severity=2, level="low")]
    )


def finished(organisation, process, risks, *, schema: str = "anlan.assess/1", code: str = "A-9001") -> Run:  # noqa: F811
    import json

    content = {"schema": schema, "risks": risks, "portfolio": {"unit": "customer_min"}}
    place, digest = results.keep(json.dumps(content))
    return Run.objects.create(
        code=code, study="assess", process=process, unit=process.unit, log=process.logs.get(), state="done",
        result=place, result_sha256=digest, created_by=organisation.people["risk_manager"],
    )  # fmt: skip


def test_a_run_gives_the_numbers_of_the_finding_that_became_the_risk(organisation, process, run) -> None:  # noqa: F811
    manager = organisation.people["risk_manager"]
    entry = finding("R-a")
    candidate = Candidate.objects.create(
        code="F-9", key="R-a", source="log", process=process, unit=process.unit, category="process",
        title=entry["title"], statement=entry["statement"], run=run,
        content={"finding": entry, "unit": "customer_min"},
    )  # fmt: skip
    risk = accept(candidate, actor=manager)
    made = assess_by_run(risk, run=run, stage="residual_observed", rationale="r", actor=manager)
    assert (made.stage, made.technique, made.run) == ("residual_observed", "event_log", run)
    assert (made.likelihood, made.severity, made.annual_loss) == (4, 3, 1000.0)
    assert (made.annual_loss_low, made.annual_loss_high, made.rationale) == (800.0, 1300.0, "r")
    assert Link.objects.filter(kind="evidence_of", source_type="runs.run", target_id=str(risk.pk)).exists()
    other = assess_by_run(risk, run=run, stage="current", rationale="r", actor=manager, finding="R-b")
    assert (other.likelihood, other.values["finding"]) == (2, "R-b")


def test_a_run_without_the_risk_is_evidence_and_a_person_scores(organisation, process, risk, run) -> None:  # noqa: F811
    manager = organisation.people["risk_manager"]
    with pytest.raises(UsageError, match=r"assess_run\.scores_missing"):
        assess_by_run(risk, run=run, stage="current", rationale="r", actor=manager)
    with pytest.raises(UsageError, match=r"assess_run\.finding"):
        assess_by_run(risk, run=run, stage="current", rationale="r", actor=manager, finding="R-z")
    made = assess_by_run(
        risk, run=run, stage="current", rationale="r", actor=manager, likelihood=3, severity=2
    )
    assert (made.technique, made.run, made.likelihood, made.annual_loss) == ("run", run, 3, None)
    strange = finished(organisation, process, [finding("R-a")], schema="anlan.other/1", code="A-9002")
    with pytest.raises(UsageError, match=r"assess_run\.finding"):
        assess_by_run(risk, run=strange, stage="current", rationale="r", actor=manager, finding="R-a")
    Run.objects.filter(pk=run.pk).update(state="running")
    run.refresh_from_db()
    with pytest.raises(UsageError, match=r"assess_run\.not_done"):
        assess_by_run(risk, run=run, stage="current", rationale="r", actor=manager, likelihood=3, severity=2)


def test_a_run_about_another_risk_gives_this_one_nothing(organisation, risk, run) -> None:
    manager = organisation.people["risk_manager"]
    Run.objects.filter(pk=run.pk).update(about="R-000999")
    scores = {"likelihood": 3, "severity": 2}
    for more in ({}, {"finding": "R-a"}, scores):
        program = organisation.program("risk_manager")
        asked = {"run": run.code, "rationale": "r"} | more
        told = program.post(
            f"/api/v1/risks/{risk.code}/run-assessments", asked, content_type="application/json"
        )
        assert (told.status_code, told.json()["code"]) == (422, "assess_run.other_risk")
    run.refresh_from_db()
    Run.objects.filter(pk=run.pk).update(about=risk.code)
    made = assess_by_run(
        risk, run=Run.objects.get(pk=run.pk), stage="current", rationale="r", actor=manager, **scores
    )
    assert made.run == run


def test_the_log_says_cases_a_year_and_the_usual_duration(organisation, process) -> None:  # noqa: F811
    risk = create_risk(unit=process.unit, title="x", category="process", source="log", process=process,
                       actor=organisation.people["risk_manager"])  # fmt: skip
    log, numbers = process.logs.get(), usual_numbers(risk)
    days = (log.last_at - log.first_at).total_seconds() / 86_400
    assert numbers["cases_per_year"] == pytest.approx(120 * 365.25 / days)
    assert numbers["usual_duration_min"] == pytest.approx(
        log.facts["process"]["case_duration_s"]["median"] / 60
    )


def _form(**changes: str) -> dict[str, str]:
    return {
        "stage": "current", "frequency_shape": "pert", "frequency_low": "6", "frequency_likely": "12",
        "frequency_high": "30", "severity_shape": "lognormal", "severity_low": "60", "severity_likely": "",
        "severity_high": "900", "loss_unit": "customer_min", "cases_per_year": "9000",
        "usual_duration_min": "600", "likelihood_score": "", "severity_score": "", "seed": "3",
        "rationale": "五位专家", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ["预览结果", "期望年损失", "等级区间", "种子 3", "90% 的年份"]),
    ("en", ["What the numbers say", "Expected yearly loss", "seed 3", "90 % of years"]),
])  # fmt: skip
def test_the_preview_shows_the_year_and_keeps_nothing(organisation, risk, language, words) -> None:
    client = organisation.client("expert", language=language)
    answer = client.post(f"/risks/{risk.code}/estimate/three_point/", _form(step="preview"))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert not [word for word in words if word not in page]
    assert page.count('class="chart"') == 3
    assert not Assessment.objects.exists()
    assert client.post(f"/risks/{risk.code}/estimate/three_point/", _form(step="keep")).status_code == 302
    made = Assessment.objects.get()
    assert made.annual_loss == pytest.approx(
        services.scored(criteria_for(risk.unit), GIVEN).loss.annual_loss.estimate
    )
    shown = html.unescape(client.get(f"/risks/{risk.code}/").content.decode())
    assert words[-1] in shown


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "不能组成三点估计"), ("en", "make no three-point estimate")]
)
def test_numbers_out_of_order_are_explained_and_stay_in_the_form(organisation, risk, language, word) -> None:
    client = organisation.client("expert", language=language)
    answer = client.post(
        f"/risks/{risk.code}/estimate/three_point/", _form(frequency_low="31", step="preview")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert word in page
    assert 'value="31"' in page


def test_parameters_and_runs_through_their_pages(organisation, process, run) -> None:  # noqa: F811
    client = organisation.client("risk_manager", language="en")
    risk = create_risk(unit=process.unit, title="x", category="process", source="log", process=process,
                       actor=organisation.people["risk_manager"])  # fmt: skip
    common = {"stage": "current", "rationale": "r", "likelihood_score": "3", "severity_score": "2"}
    given = common | {
        "frequency_kind": "gamma", "frequency_first": "4", "frequency_second": "0.5",
        "severity_kind": "constant", "severity_first": "50", "loss_unit": "CNY", "seed": "0",
    }  # fmt: skip
    address = f"/risks/{risk.code}/estimate"
    wrong = client.post(f"{address}/distribution/", given | {"severity_second": "3"})
    assert (wrong.status_code, "needs value" in wrong.content.decode()) == (422, True)
    assert client.post(f"{address}/distribution/", given).status_code == 302
    assert Assessment.objects.get().annual_loss == pytest.approx(100.0)
    assert "A-9001" in client.get(f"{address}/run/").content.decode()
    assert client.post(f"{address}/run/", common | {"run": "A-9001", "finding": "R-b"}).status_code == 302
    assert Assessment.objects.latest("pk").annual_loss == 1000.0
    assert client.post(f"{address}/run/", common | {"run": "A-1"}).status_code == 422
    assert client.get(f"{address}/other/")["Location"].endswith("/matrix/")


def test_programs_preview_and_assess(organisation, risk) -> None:
    program, place = organisation.program("expert"), f"/api/v1/risks/{risk.code}"
    sent = {
        "frequency": FREQUENCY,
        "severity": SEVERITY,
        "cases_per_year": 9000,
        "usual_duration_min": 600,
        "seed": 3,
    }

    def post(name: str, content: dict):
        return program.post(f"{place}/{name}", content, content_type="application/json")

    shown = post("estimate-previews", sent)
    assert shown.status_code == 200, shown.content
    assert not Assessment.objects.exists()
    made = post("estimates", sent | {"rationale": "r"})
    assert made.status_code == 201
    assert made.json()["annual_loss"] == shown.json()["annual_loss"]["estimate"]
    assert (made.json()["level"], made.json()["technique"]) == (shown.json()["level"], "three_point")
    assert program.get(made["Location"]).json() == made.json()
    mixed = post("estimate-previews", sent | {"severity": {"kind": "constant", "parameters": {"value": 5}}})
    assert (mixed.status_code, "severity" in mixed.json()["fields"]) == (422, True)
    upside = post("estimate-previews", sent | {"frequency": FREQUENCY | {"low": 99}})
    assert (upside.status_code, upside.json()["code"]) == (422, "estimate.points")


def test_programs_attach_a_run_that_they_may_see(organisation, risk, run) -> None:
    sent = {"run": run.code, "rationale": "r", "likelihood": 3, "severity": 2}
    place = f"/api/v1/risks/{risk.code}/run-assessments"
    manager = organisation.program("risk_manager").post(place, sent, content_type="application/json")
    assert (manager.status_code, manager.json()["run"]) == (201, run.code)
    blind = organisation.program("expert").post(place, sent, content_type="application/json")
    assert (blind.status_code, "run" in blind.json()["fields"]) == (422, True)
