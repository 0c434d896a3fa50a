"""Triage: findings become candidates once, and each is decided once, by a person."""

import pytest

from anlan.domain.errors import UsageError
from anlan.web.catalog.services import create_process
from anlan.web.common.models import AuditEvent, Link
from anlan.web.risks.models import Candidate, Risk
from anlan.web.risks.services import accept, create_risk, decline, merge, report_candidate, take_findings
from web.risks.findings import finding, result


@pytest.fixture
def process(organisation):
    return create_process(unit=organisation.hall, name="营业厅", actor=organisation.people["risk_manager"])


def test_the_same_findings_again_update_candidates_instead_of_adding(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    assert take_findings(process, result(finding("R-1"), finding("R-2")), run=None, actor=manager) == 2
    worse = finding("R-1", likelihood=5, severity=5, level="crisis")
    assert take_findings(process, result(worse, finding("R-3")), run=None, actor=manager) == 1
    assert Candidate.objects.count() == 3
    assert Candidate.objects.get(key="R-1").level == "crisis"


def test_a_decided_candidate_stays_decided_when_it_is_found_again(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    take_findings(process, result(finding("R-1")), run=None, actor=manager)
    decline(Candidate.objects.get(), reason="季节性", actor=manager)
    take_findings(process, result(finding("R-1")), run=None, actor=manager)
    assert Candidate.objects.get().state == "declined"


def test_an_accepted_finding_is_a_risk_with_its_numbers_and_a_trace(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    take_findings(process, result(finding()), run=None, actor=manager)
    risk = accept(Candidate.objects.get(), actor=manager)
    risk.refresh_from_db()
    assert (risk.level_current, risk.annual_loss, risk.loss_unit) == ("high", 1000.0, "customer_min")
    assert (risk.provisional, risk.phase, risk.nodes) == (True, "analysed", ["派单"])
    assert Link.objects.filter(kind="signal_of", target_id=str(risk.pk)).exists()
    assert risk.assessments.get().technique == "event_log"


def test_the_level_follows_the_units_criteria_not_the_results_word(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    take_findings(process, result(finding(likelihood=1, severity=1, level="crisis")), run=None, actor=manager)
    risk = accept(Candidate.objects.get(), actor=manager)
    risk.refresh_from_db()
    assert risk.level_current == "low"


def test_merging_keeps_the_finding_as_evidence(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    risk = create_risk(
        unit=organisation.hall, title="派单慢", category="process", source="report", actor=manager
    )
    take_findings(process, result(finding()), run=None, actor=manager)
    merge(Candidate.objects.get(), into=risk, actor=manager)
    assert list(risk.candidates.values_list("state", flat=True)) == ["merged"]
    assert Risk.objects.count() == 1


def test_nothing_is_decided_twice_or_without_a_reason(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    take_findings(process, result(finding()), run=None, actor=manager)
    candidate = Candidate.objects.get()
    with pytest.raises(UsageError, match="reason_missing"):
        decline(candidate, reason="  ", actor=manager)
    accept(candidate, actor=manager)
    with pytest.raises(UsageError, match="candidate_decided"):
        accept(candidate, actor=manager)
    assert Risk.objects.count() == 1


def test_anybody_with_an_account_role_can_report_and_a_manager_decides(organisation) -> None:
    officer = organisation.client("duty_officer")
    answer = officer.post(
        "/risks/new/", {"unit": organisation.north.pk, "title": "电梯停运", "category": "safety"}
    )
    assert answer.status_code == 302
    candidate = Candidate.objects.get()
    assert candidate.source == "report"
    assert (
        officer.post(f"/risks/candidates/{candidate.code}/decide/", {"decision": "accept"}).status_code == 403
    )
    manager = organisation.client("risk_manager")
    manager.post(f"/risks/candidates/{candidate.code}/decide/", {"decision": "accept", "title": "电梯停运"})
    assert Risk.objects.get().title == "电梯停运"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"risks.candidate.report", "risks.candidate.accepted", "denied.risks.triage"} <= actions


def test_an_outsider_sees_and_decides_nothing(organisation, process) -> None:
    take_findings(process, result(finding()), run=None, actor=organisation.people["risk_manager"])
    candidate, outsider = Candidate.objects.get(), organisation.client(organisation.outsider)
    assert candidate.title["zh"] not in outsider.get("/risks/candidates/").content.decode()
    assert (
        outsider.post(f"/risks/candidates/{candidate.code}/decide/", {"decision": "accept"}).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "收入登记册"), ("en", "Accept into the register")]
)
def test_the_page_shows_the_evidence_and_the_choices(organisation, process, language: str, word: str) -> None:
    take_findings(process, result(finding()), run=None, actor=organisation.people["risk_manager"])
    page = organisation.client("risk_manager", language=language).get("/risks/candidates/").content.decode()
    assert word in page
    assert "c1" in page
    read_only = organisation.client("auditor", language=language).get("/risks/candidates/").content.decode()
    assert word not in read_only


def test_a_report_leaves_no_mark_up_in_the_page(organisation) -> None:
    bad = "<script>alert(1)</script>"
    report_candidate(unit=organisation.north, title=bad, statement=bad, category="safety",
                     actor=organisation.people["expert"])  # fmt: skip
    assert bad not in organisation.client("risk_manager").get("/risks/candidates/").content.decode()


def test_an_owner_who_is_no_number_is_nobody(organisation, process) -> None:
    take_findings(process, result(finding()), run=None, actor=organisation.people["risk_manager"])
    code = Candidate.objects.get().code
    form = {"decision": "accept", "owner": "abc"}
    assert (
        organisation.client("risk_manager").post(f"/risks/candidates/{code}/decide/", form).status_code == 302
    )
    assert Risk.objects.get().owner is None


@pytest.mark.parametrize(
    ("order", "first_to_last"),
    [("level", ["R-3", "R-2", "R-1"]), ("loss", ["R-2", "R-1", "R-3"]), ("newest", ["R-3", "R-2", "R-1"])],
)
def test_what_waits_stands_in_the_order_chosen(organisation, process, order: str, first_to_last) -> None:
    small, large = finding("R-1", level="low", likelihood=1, severity=1), finding("R-2")
    grave = finding("R-3", level="crisis", likelihood=5, severity=5)
    for item, loss in ((small, 500.0), (large, 900.0), (grave, 10.0)):
        item["annual_loss"]["mean"] = loss
    take_findings(process, result(small, large, grave), run=None, actor=organisation.people["risk_manager"])
    report_candidate(unit=organisation.hall, title="无损失", statement="", category="safety",
                     actor=organisation.people["expert"])  # fmt: skip
    client = organisation.client("risk_manager")
    page = client.get(f"/risks/candidates/?order={order}").context["page"]
    assert [c.key for c in page if c.key] == first_to_last
    listed = client.get(f"/api/v1/candidates?order={order}").json()["items"]
    assert [c["code"] for c in listed] == [c.code for c in page]


def test_losses_of_different_units_are_not_ranked_against_each_other(organisation, process) -> None:
    manager = organisation.people["risk_manager"]
    minutes, money = result(finding("R-1"), finding("R-2")), result(finding("R-3"))
    money["portfolio"]["unit"] = "money"
    money["risks"][0]["annual_loss"]["mean"] = 950.0
    minutes["risks"][1]["annual_loss"]["mean"] = 900.0
    other = create_process(unit=organisation.hall, name="热线", actor=manager)
    take_findings(process, minutes, run=None, actor=manager)
    take_findings(other, money, run=None, actor=manager)
    page = organisation.client("risk_manager").get("/risks/candidates/?order=loss").context["page"]
    assert [c.key for c in page] == ["R-1", "R-2", "R-3"]
