"""The expected residual of a risk is what the twin simulates under a design, reviewed like any other."""

import json

import pytest
from django.urls import reverse

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent, Link
from anlan.web.risks.services import create_risk
from anlan.web.runs.results import result_of
from anlan.web.studio.services.comparing import start_comparison
from anlan.web.studio.services.designs import change_design, create_design
from anlan.web.studio.services.expecting import take_expected
from anlan.web.studio.simulated_risks import held_in
from web.studio.given import INPUTS, done, small_twin

pytestmark = pytest.mark.django_db
A_YEAR = 4 * 24 * 365.25
HALF = {"operator": "treat", "risks": "漏填", "factor": 0.5}


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def risk(process, manager):
    return _risk(process, manager, "漏填")


def _risk(process, manager, title, **fields):
    return create_risk(unit=process.unit, process=process, title=title, category="process", source="report",
                       actor=manager, **fields)  # fmt: skip


def _compared(twin, manager, risks, changes=HALF):
    made = create_design(twin, name="核对", actor=manager, changes=[changes], risks=risks)
    found = start_comparison(twin, [made], actor=manager, most=10)
    done(found.run)
    found.refresh_from_db()
    return found


@pytest.fixture
def compared(organisation, process, manager, risk):
    return _compared(small_twin(process, organisation), manager, [risk])


def _design(found):
    return found.designs[0]["code"]


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "设计要降低的风险"), ("en", "are to lower")])
def test_one_click_takes_the_simulated_residual(organisation, compared, risk, language, title) -> None:
    client = organisation.client("risk_manager", language=language)
    address = reverse("studio:comparison", args=[compared.code])
    page = client.get(address).content.decode()
    assert title in page
    assert reverse("studio:take_expected", args=[compared.code]) in page
    assert "studio.expected" not in page
    sent = {"design": _design(compared), "risk": risk.code}
    answer = client.post(reverse("studio:take_expected", args=[compared.code]), sent)
    assert answer.url == reverse("risks:risk", args=[risk.code])
    made = risk.assessments.get()
    assert (made.stage, made.state, made.run) == ("residual_expected", "prepared", compared.run)
    times = made.values["frequency_per_year"]
    after = result_of(compared.run)["found"]["designs"][0]["year"]["risks"][0]
    assert times["estimate"] == after["times"]["estimate"]
    assert times["low"] <= 0.025 * A_YEAR / (1 - 0.1) / (1 - 0.025) <= times["high"]
    assert made.annual_loss == after["minutes"]["estimate"]
    assert (made.annual_loss_low, made.annual_loss_high) == (
        after["minutes"]["low"],
        after["minutes"]["high"],
    )
    assert made.values["simulated"]["comparison"] == compared.code
    assert made.values["carried"]["one_loss_min"] == pytest.approx(made.annual_loss / times["estimate"])
    risk.refresh_from_db()
    assert risk.level_residual_expected == made.level != ""
    assert Link.objects.filter(kind="evidence_of").exists()
    assert AuditEvent.objects.filter(action="studio.comparison.expected", object_id=compared.pk).count() == 1
    again = client.get(address).content.decode()
    assert f'name="risk" value="{risk.code}"' not in again
    record = client.get(reverse("risks:risk", args=[risk.code])).content.decode()
    assert compared.run.code in record


def test_the_residual_is_less_than_what_the_twin_has_as_it_is(compared) -> None:
    found = result_of(compared.run)["found"]
    as_is, after = (of["year"]["risks"][0]["times"] for of in (found["as_is"], found["designs"][0]))
    assert after["high"] < as_is["low"]


def test_a_risk_is_found_by_name_code_or_as_the_only_one_at_its_node(process, manager, risk) -> None:
    rows = INPUTS["risks"]
    at_node = _risk(process, manager, "表没填全", nodes=["登记"])
    elsewhere = _risk(process, manager, "错派", nodes=["派单"])
    coded = {"risks": [{**rows[0], "name": elsewhere.code, "step": "处理"}]}
    two = {"risks": [*rows, {**rows[0], "name": "写错"}]}
    assert held_in(INPUTS, risk).name == held_in(INPUTS, at_node).name == "漏填"
    assert held_in(coded, elsewhere).name == elsewhere.code
    assert (held_in(INPUTS, elsewhere).name, held_in(INPUTS, elsewhere).several) == ("", ())
    assert held_in(two, at_node).several == ("漏填", "写错")
    assert held_in(two, risk).name == "漏填"


def test_what_the_twin_does_not_hold_is_said_and_refused(organisation, process, manager, risk) -> None:
    other = _risk(process, manager, "停电")
    found = _compared(small_twin(process, organisation), manager, [risk, other])
    page = organisation.client("risk_manager").get(reverse("studio:comparison", args=[found.code]))
    assert "没有与此同名" in page.content.decode()
    with pytest.raises(UsageError, match=r"expected\.none"):
        take_expected(found, design=_design(found), risk=other, actor=manager)
    assert not other.assessments.exists()


def test_a_few_hours_say_nothing_of_a_year(organisation, process, manager, risk) -> None:
    short = small_twin(process, organisation, weeks=0.5, warm_up_weeks=0, cool_down_weeks=0)
    found = _compared(short, manager, [risk])
    with pytest.raises(UsageError, match=r"designs\.no_year"):
        take_expected(found, design=_design(found), risk=risk, actor=manager)
    page = organisation.client("risk_manager").get(reverse("studio:comparison", args=[found.code]))
    assert "不足一周" in page.content.decode()


def test_a_risk_that_takes_no_time_needs_a_score_of_severity(organisation, process, manager, risk) -> None:
    dear = {**INPUTS["risks"][0], "effect": "none", "cost": 40}
    found = _compared(small_twin(process, organisation, risks=[dear]), manager, [risk])
    with pytest.raises(UsageError, match=r"studio\.expected\.severity"):
        take_expected(found, design=_design(found), risk=risk, actor=manager)
    made = take_expected(found, design=_design(found), risk=risk, actor=manager, severity=4)
    assert (made.severity, made.values["carried"]["by_hand"]) == (4, ["severity"])


def test_the_loss_is_money_where_the_register_holds_money(organisation, process, manager, risk) -> None:
    dear = {**INPUTS["risks"][0], "cost": 40}
    found = _compared(small_twin(process, organisation, risks=[dear]), manager, [risk])
    risk.loss_unit = "CNY"
    risk.save()
    made = take_expected(found, design=_design(found), risk=risk, actor=manager)
    assert made.loss_unit == "CNY"
    assert made.annual_loss == pytest.approx(40 * made.values["frequency_per_year"]["estimate"])


def test_a_design_must_be_meant_for_the_risk(compared, risk, manager) -> None:
    change_design(risk.designs.get(), seen=1, actor=manager, risks=[])
    with pytest.raises(UsageError, match="not_linked"):
        take_expected(compared, design=_design(compared), risk=risk, actor=manager)


def test_who_may_not_assess_takes_nothing(organisation, compared, risk) -> None:
    sent = {"design": _design(compared), "risk": risk.code}
    address = reverse("studio:take_expected", args=[compared.code])
    assert organisation.client("executive").post(address, sent).status_code == 403
    assert organisation.client(organisation.outsider).post(address, sent).status_code == 404
    page = organisation.client("executive").get(reverse("studio:comparison", args=[compared.code]))
    assert address not in page.content.decode()
    assert not risk.assessments.exists()


def test_a_program_reads_and_takes_it(organisation, compared, risk) -> None:
    client = organisation.client("risk_manager")
    shown = client.get(f"/api/v1/comparisons/{compared.code}").json()["risks"]
    assert [(each["risk"], each["name"], each["missing"]) for each in shown] == [(risk.code, "漏填", "")]
    assert shown[0]["as_is"]["times"]["estimate"] > shown[0]["with_design"]["times"]["estimate"]
    address = f"/api/v1/comparisons/{compared.code}/expected-residuals"
    given = {"design": _design(compared), "risk": risk.code, "rationale": "仿真"}
    answer = client.post(address, json.dumps(given), content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["stage"] == "residual_expected"
    assert client.get(answer["Location"]).status_code == 200
    outsider = organisation.client(organisation.outsider)
    assert outsider.post(address, json.dumps(given), content_type="application/json").status_code == 404
