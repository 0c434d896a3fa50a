"""An assessment is sent back with a reason; one that a later approved one replaced asks for no signature."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent
from anlan.web.notices.models import Notice
from anlan.web.notices.words import words_of
from anlan.web.project.selectors import cockpit
from anlan.web.risks.reports.assessment import assessment_of
from anlan.web.risks.services import approve, assess_by_scores, create_risk, review, send_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def risk(organisation):
    return create_risk(unit=organisation.hall, title="错派", category="process", source="workshop",
                       actor=organisation.people["risk_manager"])  # fmt: skip


def _assessed(organisation, risk, likelihood: int = 4):
    return assess_by_scores(risk, stage="current", likelihood=likelihood, severity=4, rationale="r",
                            actor=organisation.people["expert"])  # fmt: skip


def test_what_is_sent_back_counts_no_more_and_its_preparer_hears_why(organisation, risk) -> None:
    manager, people = organisation.people["risk_manager"], organisation.people
    made = _assessed(organisation, risk)
    send_back(made, reason="  依据不足 ", actor=manager)
    made.refresh_from_db()
    assert (made.state, made.returned_by, made.return_reason) == ("returned", manager, "依据不足")
    risk.refresh_from_db()
    assert (risk.level_current, risk.provisional) == ("", False)
    told = Notice.objects.get(kind="returned")
    assert told.recipient == people["expert"]
    assert "依据不足" in words_of(told)
    event = AuditEvent.objects.get(action="risks.assessment.returned")
    assert event.payload["reason"] == "依据不足"
    for step, who in ((review, "risk_manager"), (approve, "executive")):
        with pytest.raises(UsageError, match="assessment_state"):
            step(made, actor=people[who])


def test_who_would_sign_next_may_send_back_and_nobody_after_approval(organisation, risk) -> None:
    people = organisation.people
    made = _assessed(organisation, risk)
    for who, fault in (("expert", PermissionDenied), ("node_owner", PermissionDenied)):
        with pytest.raises(fault):
            send_back(made, reason="x", actor=people[who])
    with pytest.raises(UsageError, match="reason_missing"):
        send_back(made, reason=" ", actor=people["risk_manager"])
    review(made, actor=people["risk_manager"])
    with pytest.raises(UsageError, match="same_person"):
        send_back(made, reason="x", actor=people["risk_manager"])
    approve(made, actor=people["executive"])
    for who in ("risk_manager", "executive"):
        with pytest.raises((UsageError, PermissionDenied)):
            send_back(made, reason="x", actor=people[who])
    made.refresh_from_db()
    assert made.state == "approved"


def test_preparers_do_not_send_back_their_own(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    made = assess_by_scores(risk, stage="current", likelihood=2, severity=2, rationale="r", actor=manager)
    with pytest.raises(UsageError, match="same_person"):
        send_back(made, reason="x", actor=manager)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "退回"), ("en", "Send back")])
def test_the_page_offers_it_to_the_next_signer_and_shows_the_reason(
    organisation, risk, language: str, word: str
) -> None:
    _assessed(organisation, risk)
    address = f"/risks/{risk.code}/"
    client = organisation.client("risk_manager", language=language)
    for who, offered in (("risk_manager", True), ("executive", False), ("expert", False)):
        page = organisation.client(who, language=language).get(address).content.decode()
        assert ('value="return"' in page) == offered, who
    assert word in client.get(address).content.decode()
    client.post(f"{address}assessments/1/sign/", {"step": "return", "reason": "缺记录"})
    page = organisation.client("expert", language=language).get(address).content.decode()
    assert "缺记录" in page
    assert 'value="return"' not in page
    _assessed(organisation, risk)
    assert 'class="note returned"' not in client.get(address).content.decode()


def test_a_program_sends_back_too(organisation, risk) -> None:
    _assessed(organisation, risk)
    place = f"/api/v1/risks/{risk.code}/assessments/1/return"
    program = organisation.program("risk_manager")
    assert program.post(place, {"reason": ""}, content_type="application/json").status_code == 422
    done = program.post(place, {"reason": "缺记录"}, content_type="application/json").json()
    assert (done["state"], done["return_reason"]) == ("returned", "缺记录")
    assert done["returned_by"]["username"] == "risk_manager"
    again = program.post(place, {"reason": "缺记录"}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "web.assessment_state")


def test_an_older_assessment_of_the_stage_asks_for_no_signature_once_a_later_one_is_approved(
    organisation, risk
) -> None:
    people = organisation.people
    older, newer = _assessed(organisation, risk), _assessed(organisation, risk, likelihood=2)
    other = assess_by_scores(risk, stage="inherent", likelihood=5, severity=5, rationale="r",
                             actor=people["expert"])  # fmt: skip
    address = f"/risks/{risk.code}/"
    review(newer, actor=people["risk_manager"])
    page = organisation.client("risk_manager").get(address)
    assert [a.number for a in page.context["waiting"]] == [older.number, newer.number, other.number]
    approve(newer, actor=people["executive"])
    page = organisation.client("risk_manager").get(address)
    assert [a.number for a in page.context["waiting"]] == [other.number]
    with pytest.raises(UsageError, match="assessment_replaced"):
        review(older, actor=people["risk_manager"])
    review(other, actor=people["risk_manager"])
    shown = cockpit(people["risk_manager"], today=date(2026, 1, 1))
    assert not [item for item in shown.todo if risk.code in item.what and item.icon == "check"]


def test_the_report_of_a_risk_takes_what_counts_not_what_was_sent_back(organisation, risk) -> None:
    people = organisation.people
    first = assess_by_scores(
        risk, stage="current", likelihood=3, severity=3, rationale="r", actor=people["expert"]
    )
    approve(review(first, actor=people["risk_manager"]), actor=people["executive"])
    second = assess_by_scores(
        risk, stage="current", likelihood=5, severity=5, rationale="r", actor=people["expert"]
    )
    send_back(second, reason="依据不足", actor=people["risk_manager"])
    assert assessment_of(risk, "") == first
    assert assessment_of(risk, str(second.number)) == second


def test_an_approved_assessment_lets_older_ones_wait_for_nobody(organisation, risk) -> None:
    people = organisation.people
    made = [
        assess_by_scores(
            risk, stage="current", likelihood=n, severity=3, rationale="r", actor=people["expert"]
        )
        for n in (2, 4)
    ]
    approve(review(made[1], actor=people["risk_manager"]), actor=people["executive"])
    assert not Notice.objects.filter(kind__in=("to_review", "to_approve"), read_at=None).exists()
