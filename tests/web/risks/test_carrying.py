"""Numbers of a method's result taken into an assessment: against arithmetic by hand, and unit by unit."""

import html
import json
from typing import Any

import pytest
from django.utils import timezone, translation

from anlan.domain.errors import UsageError
from anlan.formats.messages import messages
from anlan.formats.printing import visible_texts
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import METHODS
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.carrying import FREQUENCIES, LOSSES, figures_to_carry, per_year, yearly_loss
from anlan.studies.methods.explaining import EXAMPLES
from anlan.studies.methods.running import figures_of_assessment
from anlan.web.common.links import Link
from anlan.web.risks.models import Assessment, Risk
from anlan.web.risks.reports.catalogue import KINDS, make_report
from anlan.web.risks.services import Taken, assess_by_run, carried, create_risk, criteria_for
from anlan.web.runs import results
from anlan.web.runs.models import Run

NOT_OF_THE_RISK = {"tolerable_frequency", "initiating_frequency", "cause_frequency", "people_a_year"}
"""Quantities that count times, but not how often the risk itself happens."""


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path) -> None:
    settings.ANLAN_HOME = tmp_path


@pytest.fixture
def risk(organisation) -> Risk:
    return create_risk(unit=organisation.hall, title="错派", title_en="Wrong dispatch", category="process",
                       source="workshop", actor=organisation.people["risk_manager"])  # fmt: skip


def quantity(name: str, value: float, unit: str, low: Any = None, high: Any = None, kind: str = "") -> dict:
    limits = {"low": low, "high": high, "kind": kind} if kind else None
    return {"name": name, "title": {"zh": "数", "en": "figure"}, "value": value, "unit": unit,
            "unit_title": {"zh": "单位", "en": "unit"}, "interval": limits}  # fmt: skip


def result(*quantities: dict) -> dict[str, Any]:
    return {"schema": "anlan.assessment/1", "method": "fair", "quantities": list(quantities), "inputs": {},
            "tables": [], "warnings": [], "title": "", "level": None}  # fmt: skip


TIMES = quantity("loss_event_frequency", 18.0, "per_year", 9.0, 45.0, "middle_90")
HOURS = quantity("expected_annual_loss", 90.0, "customer_hour", 80.0, 100.0, "confidence_95")


def run_of(organisation, risk: Risk, found: dict[str, Any], code: str = "A-7001") -> Run:
    place, digest = results.keep(json.dumps(found))
    return Run.objects.create(
        code=code, study=f"{METHOD}{found['method']}", unit=risk.unit, about=risk.code, state="done",
        result=place, result_sha256=digest, created_by=organisation.people["risk_manager"],
        finished_at=timezone.now(), figures=figures_of_assessment(found),
    )  # fmt: skip


def test_every_method_that_counts_times_or_yearly_losses_is_known() -> None:
    """A new quantity of a year must be said to be of the risk or not."""
    seen = set()
    for code in METHODS:
        for each in assess_by_spec(read_spec_file(EXAMPLES / f"{code}.yaml"))["quantities"]:
            if each["unit"].startswith("per_") or each["name"] == "expected_annual_loss":
                seen.add(each["name"])
    assert seen <= {*FREQUENCIES, *LOSSES} | NOT_OF_THE_RISK
    assert {"mitigated_frequency", "unwanted_frequency", "event_frequency", "rate"} <= seen


@pytest.mark.parametrize(("unit", "factor"), [
    ("per_year", 1), ("per_month", 12), ("per_day", 365.25), ("per_hour", 24 * 365.25),
])  # fmt: skip
def test_a_frequency_comes_to_times_a_year(unit: str, factor: float) -> None:
    [figure] = figures_to_carry(result(quantity("rate", 2.0, unit, 1.0, 3.0, "credible_90")))
    found = per_year(figure, cases_per_year=None)
    assert (found.value, found.low, found.high) == pytest.approx((2 * factor, factor, 3 * factor))


def test_a_unit_that_says_nothing_of_a_year_is_refused_in_words() -> None:
    [figure] = figures_to_carry(result(quantity("rate", 2.0, "per_shift")))
    with pytest.raises(UsageError, match=r"carry\.unit"):
        per_year(figure, cases_per_year=None)
    [figure] = figures_to_carry(result(quantity("expected_annual_loss", 2.0, "points")))
    with pytest.raises(UsageError, match=r"carry\.unit"):
        yearly_loss(figure, currency="")
    assert "errors.carry.unit" in messages("en")
    assert "errors.carry.unit" in messages("zh")


def test_the_yearly_loss_of_a_bow_tie_is_offered_unless_no_consequence_has_one() -> None:
    tie = assess_by_spec(read_spec_file(EXAMPLES / "bow_tie.yaml"))
    loss = next(figure for figure in figures_to_carry(tie) if figure.of == "loss")
    assert (loss.name, loss.unit) == ("yearly_loss", "money")
    assert yearly_loss(loss, currency="CNY")[0].value == loss.value > 0
    assert figures_to_carry(result(quantity("yearly_loss", 0.0, "money"))) == ()


def test_money_needs_a_currency_and_time_has_none() -> None:
    [money] = figures_to_carry(
        result(quantity("expected_annual_loss", 5e5, "money", 4e5, 6e5, "confidence_95"))
    )
    assert yearly_loss(money, currency="人民币")[1] == "CNY"
    for wrong in ("", "thalers"):
        with pytest.raises(UsageError, match=r"carry\.currency"):
            yearly_loss(money, currency=wrong)
    [time] = figures_to_carry(result(HOURS))
    assert yearly_loss(time, currency="")[0].value == 5400.0
    with pytest.raises(UsageError, match=r"carry\.no_money"):
        yearly_loss(time, currency="EUR")


def test_frequency_and_loss_of_time_give_both_scores(risk) -> None:
    """By hand: 18 a year of 9,000 cases are 2 of 1,000; 90 h over 18 are 300 min, half a usual case."""
    criteria = criteria_for(risk.unit)
    taken = Taken(
        "loss_event_frequency", "expected_annual_loss", cases_per_year=9000.0, usual_duration_min=600.0
    )
    found = carried(criteria, result(TIMES, HOURS), taken)
    assert (found.likelihood_value, found.one_loss, found.severity_value) == pytest.approx((2.0, 300.0, 0.5))

    def score(axis: str, value: float) -> int:
        return 1 + sum(value >= bound for bound in criteria.content[axis]["bounds"])

    def level(likelihood: int) -> str:
        place = criteria.content["cells"][likelihood - 1][found.severity - 1]
        return criteria.content["levels"][place]["code"]

    assert (found.likelihood, found.severity) == (score("likelihood", 2.0), score("severity", 0.5))
    assert found.level == level(found.likelihood)
    assert found.level_low == level(score("likelihood", 1.0))
    assert found.level_high == level(score("likelihood", 5.0))
    assert found.by_hand == ()


def test_the_interval_of_the_level_spans_both_ends_of_the_frequency(risk) -> None:
    """0.09 and 900 a year of 9,000 cases are 0.01 and 100 of 1,000: the ends of the scale of likelihood."""
    criteria = criteria_for(risk.unit)
    wide = quantity("loss_event_frequency", 18.0, "per_year", 0.09, 900.0, "middle_90")
    taken = Taken("loss_event_frequency", cases_per_year=9000.0, severity_score=3)
    found = carried(criteria, result(wide), taken)
    codes = [level["code"] for level in criteria.content["levels"]]
    rows = criteria.content["cells"]
    assert found.level_low == codes[rows[0][2]]
    assert found.level_high == codes[rows[-1][2]]
    assert found.level_low != found.level_high


def test_a_rate_of_cases_is_on_the_scale_already(risk) -> None:
    rate = quantity("rate", 7.0, "per_1000_cases", 5.0, 9.0, "credible_90")
    found = carried(criteria_for(risk.unit), result(rate), Taken("rate", severity_score=2))
    assert (found.likelihood_value, found.frequency, found.by_hand) == (7.0, None, ("severity",))


@pytest.mark.parametrize(("taken", "code"), [
    (Taken("loss_event_frequency", severity_score=2), "estimate.cases_missing"),
    (Taken("loss_event_frequency", cases_per_year=9000.0), "carry.severity"),
    (Taken("", "expected_annual_loss", severity_score=2), "carry.likelihood"),
    (Taken("", "expected_annual_loss", likelihood_score=2), "carry.severity"),
    (Taken("tolerable_frequency", likelihood_score=2, severity_score=2), "carry.figure"),
    (Taken("loss_event_frequency", likelihood_score=99, severity_score=2), "web.scores"),
])  # fmt: skip
def test_what_the_numbers_do_not_say_is_asked_of_the_person(risk, taken: Taken, code: str) -> None:
    with pytest.raises(UsageError) as told:
        carried(criteria_for(risk.unit), result(TIMES, HOURS), taken)
    assert told.value.code == code


def test_the_assessment_keeps_numbers_interval_and_origin(organisation, risk) -> None:
    run = run_of(organisation, risk, result(TIMES, HOURS))
    manager = organisation.people["risk_manager"]
    taken = Taken(
        "loss_event_frequency", "expected_annual_loss", cases_per_year=9000.0, usual_duration_min=600.0
    )
    made = assess_by_run(risk, run=run, stage="current", rationale="r", actor=manager, taken=taken)
    assert (made.technique, made.run, made.loss_unit) == ("method", run, "customer_min")
    assert (made.annual_loss, made.annual_loss_low, made.annual_loss_high) == (5400.0, 4800.0, 6000.0)
    kept = made.values["carried"]
    assert kept["frequency"]["figure"]["name"] == "loss_event_frequency"
    assert kept["loss"]["figure"]["unit"] == "customer_hour"
    assert made.values["frequency_per_year"] == {"estimate": 18.0, "low": 9.0, "high": 45.0, "level": 0.9}
    assert made.values["interval"] == {"level": 0.95, "of": "simulation"}
    assert Link.objects.filter(kind="evidence_of", source_type="runs.run", target_id=str(risk.pk)).exists()
    page = organisation.client(manager, language="en").get(f"/risks/{risk.code}/").content.decode()
    assert run.code in page
    kind = next(kind for kind in KINDS if kind.code == "assessment")
    for tongue, words in (("zh-hans", "仅含抽样误差"), ("en", "sampling only")):
        with translation.override(tongue):
            report = make_report(manager, kind, {"risk": risk.code}, today=timezone.localdate())
        held = "\n".join(visible_texts(report))
        assert words in held
        assert "18" in held


def _sent(run: Run, **changes: str) -> dict[str, str]:
    return {"run": run.code, "shown_run": run.code, "stage": "current", "rationale": "r", "finding": "",
            "frequency": "loss_event_frequency", "loss": "expected_annual_loss", "cases_per_year": "9000",
            "usual_duration_min": "600", "likelihood_score": "", "severity_score": "", **changes}  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ["方法的数值", "预览", "不采用"]), ("en", ["Numbers of the method", "do not take"]),
])  # fmt: skip
def test_the_page_offers_shows_and_then_keeps(organisation, risk, language, words) -> None:
    run = run_of(organisation, risk, result(TIMES, HOURS))
    client, place = (
        organisation.client("risk_manager", language=language),
        f"/risks/{risk.code}/estimate/run/",
    )
    offered = html.unescape(client.get(place, {"run": run.code}).content.decode())
    assert not [word for word in words if word not in offered]
    unseen = client.post(place, _sent(run, shown_run="", frequency="", loss=""))
    assert unseen.status_code == 200
    assert not Assessment.objects.exists()
    shown = client.post(place, _sent(run, step="preview"))
    assert (shown.status_code, 'id="preview"' in shown.content.decode()) == (200, True)
    assert not Assessment.objects.exists()
    wrong = client.post(place, _sent(run, step="preview", cases_per_year=""))
    assert wrong.status_code == 422
    assert client.post(place, _sent(run)).status_code == 302
    assert Assessment.objects.get().annual_loss == 5400.0


def test_scores_alone_leave_the_run_as_evidence(organisation, risk) -> None:
    run = run_of(organisation, risk, result(TIMES, HOURS))
    sent = _sent(run, shown_run="", frequency="", loss="", likelihood_score="2", severity_score="3")
    answer = organisation.client("risk_manager").post(f"/risks/{risk.code}/estimate/run/", sent)
    assert answer.status_code == 302
    made = Assessment.objects.get()
    assert (made.technique, made.annual_loss, made.likelihood) == ("run", None, 2)


def test_programs_preview_and_take_the_same(organisation, risk) -> None:
    run = run_of(organisation, risk, result(TIMES, HOURS))
    program, place = organisation.program("risk_manager"), f"/api/v1/risks/{risk.code}"
    sent = {"run": run.code, "frequency": "loss_event_frequency", "loss": "expected_annual_loss",
            "cases_per_year": 9000, "usual_duration_min": 600}  # fmt: skip

    def post(name: str, content: dict):
        return program.post(f"{place}/{name}", content, content_type="application/json")

    shown = post("run-previews", sent)
    assert shown.status_code == 200, shown.content
    assert shown.json()["frequency"] == {"value": 18.0, "low": 9.0, "high": 45.0, "interval": "middle_90"}
    assert shown.json()["one_loss_min"] == 300.0
    assert not Assessment.objects.exists()
    made = post("run-assessments", sent | {"rationale": "r"})
    assert made.status_code == 201, made.content
    assert (made.json()["level"], made.json()["annual_loss"]) == (shown.json()["level"], 5400.0)
    nothing = post("run-previews", {"run": run.code})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "carry.nothing")
    unit = run_of(organisation, risk, result(quantity("rate", 2.0, "per_shift")), "A-7002")
    refused = post("run-previews", {"run": unit.code, "frequency": "rate", "severity": 2, "likelihood": 2})
    assert (refused.status_code, refused.json()["code"]) == (422, "carry.unit")


def test_what_checks_need_is_kept_so_that_a_lost_file_takes_nothing_away(organisation, risk) -> None:
    run = run_of(organisation, risk, result(TIMES, HOURS))
    manager = organisation.people["risk_manager"]
    made = assess_by_run(
        risk, run=run, stage="current", rationale="r", actor=manager, likelihood=2, severity=2
    )
    assert made.values["method_facts"]["frequency_unit"] == "per_year"
    Run.objects.filter(pk=run.pk).update(result="00/none/result.json")
    assert 'id="checks"' not in organisation.client(manager).get(f"/risks/{risk.code}/").content.decode()
    older = {name: value for name, value in made.values.items() if name != "method_facts"}
    Assessment.objects.filter(pk=made.pk).update(values=older)
    page = organisation.client(manager, language="en").get(f"/risks/{risk.code}/").content.decode()
    assert f"rests on {run.code}" in page
