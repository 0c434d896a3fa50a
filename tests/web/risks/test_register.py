"""The register: views, filters and search; levels from assessments; three people sign."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.models import Appetite, Risk
from anlan.web.risks.selectors import Filters, cell_counts, register, view_counts
from anlan.web.risks.services import (
    add_comment,
    approve,
    assess_by_scores,
    change_risk,
    confirm_still_valid,
    create_risk,
    replace_criteria,
    review,
)
from web.conftest import PASSWORD

TODAY = date(2026, 7, 14)


@pytest.fixture
def risk(organisation) -> Risk:
    return create_risk(
        unit=organisation.hall, title="抢修派单错派致到场超时", title_en="Wrong dispatch", category="process",
        source="workshop", actor=organisation.people["risk_manager"], cause="地址不完整", tags=["迎峰度夏"],
    )  # fmt: skip


def assess(risk: Risk, who, *, likelihood: int = 4, severity: int = 4, stage: str = "current"):
    return assess_by_scores(
        risk, stage=stage, likelihood=likelihood, severity=severity, rationale="r", actor=who
    )


def test_the_level_follows_from_scores_and_stays_provisional_until_approved(organisation, risk) -> None:
    manager, executive = organisation.people["risk_manager"], organisation.people["executive"]
    second = create_user(
        username="second", name="第二", password=PASSWORD, unit=organisation.north, actor=None
    )
    assign_role(user=second, role="risk_manager", unit=organisation.north, actor=None)
    made = assess(risk, manager)
    assert (risk.level_current, risk.provisional) == ("high", True)
    with pytest.raises(UsageError, match="same_person"):
        review(made, actor=manager)
    review(made, actor=second)
    for again in (manager, second):
        with pytest.raises(UsageError, match="same_person"):
            approve(made, actor=again)
    approve(made, actor=executive)
    risk.refresh_from_db()
    assert (risk.level_current, risk.provisional) == ("high", False)
    with pytest.raises(UsageError, match="assessment_state"):
        approve(made, actor=executive)


def test_the_database_itself_refuses_one_person_signing_twice(organisation, risk) -> None:
    made = assess(risk, organisation.people["risk_manager"])
    made.reviewed_by = made.prepared_by
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


@pytest.mark.parametrize(("likelihood", "severity"), [(0, 3), (6, 3), (3, 0), (3, 6)])
def test_scores_outside_the_criteria_are_refused(organisation, risk, likelihood: int, severity: int) -> None:
    with pytest.raises(UsageError, match=r"web\.scores"):
        assess(risk, organisation.people["risk_manager"], likelihood=likelihood, severity=severity)
    assert not risk.assessments.exists()


def test_an_assessment_keeps_the_criteria_it_was_made_under(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    made = assess(risk, manager)
    content = made.criteria.content | {"cells": [[0] * 5 for _ in range(5)]}
    replace_criteria(unit=organisation.north, content=content, name="宽松", actor=manager)
    assert assess(risk, manager).level == "low"
    made.refresh_from_db()
    assert made.level == "high"
    assert made.criteria.name != "宽松"


def test_the_latest_assessment_of_each_stage_counts(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    assess(risk, manager, likelihood=5, severity=5, stage="inherent")
    assess(risk, manager, likelihood=5, severity=5)
    assess(risk, manager, likelihood=1, severity=2)
    assert (risk.level_inherent, risk.level_current, risk.level_residual_expected) == ("crisis", "low", "")


def test_beyond_appetite_follows_the_nearest_unit_and_category(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    assess(risk, manager, likelihood=4, severity=4)
    assert risk.beyond_appetite
    Appetite.objects.create(unit=organisation.hall, category="process", highest_level="high")
    assess(risk, manager, likelihood=4, severity=4)
    assert not risk.beyond_appetite


def test_search_finds_chinese_words_in_any_order_and_any_field(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    for words in ("错派", "超时 派单", "迎峰度夏", "地址不完整", "wrong", risk.code):
        assert list(register(manager, Filters(search=words), today=TODAY)) == [risk], words
    assert not register(manager, Filters(search="派单 报装"), today=TODAY)


def test_views_count_what_they_show(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    other = create_risk(unit=organisation.north, title="b", category="people", source="report", actor=manager,
                        owner=manager, next_review_on=TODAY - timedelta(days=1))  # fmt: skip
    change_risk(risk, version=1, actor=manager, phase="closed")
    counts = view_counts(manager, today=TODAY)
    assert counts == {"all": 1, "beyond": 0, "mine": 1, "due": 1, "provisional": 0, "closed": 1}
    for view, n in counts.items():
        assert register(manager, Filters(view=view), today=TODAY).count() == n, view
    assert list(register(manager, Filters(view="due"), today=TODAY)) == [other]


def test_cells_hold_each_risk_once_by_its_latest_assessment(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    assess(risk, manager, likelihood=2, severity=2)
    assess(risk, manager, likelihood=4, severity=3)
    assert cell_counts(register(manager, Filters(), today=TODAY)) == {(4, 3): 1}
    assert list(register(manager, Filters(cell=(4, 3)), today=TODAY)) == [risk]
    assert not register(manager, Filters(cell=(2, 2)), today=TODAY)


def test_still_valid_moves_the_review_date_and_needs_a_reason(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    with pytest.raises(UsageError, match="reason"):
        confirm_still_valid(risk, reason=" ", actor=manager, today=TODAY)
    confirm_still_valid(risk, reason="本季无变化", actor=manager, today=TODAY)
    risk.refresh_from_db()
    assert risk.next_review_on == TODAY + timedelta(days=90)


def test_a_mention_calls_only_people_who_may_see_the_risk(organisation, risk) -> None:
    made = add_comment(
        risk, text="@auditor @outsider @nobody 请看", actor=organisation.people["risk_manager"]
    )
    assert made.mentions == ["auditor"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_of_a_risk_render_for_its_people_only(organisation, risk, language: str) -> None:
    manager = organisation.people["risk_manager"]
    assess(risk, manager)
    assess(risk, manager, likelihood=2)
    pages = ("/risks/", "/risks/matrix/", "/risks/new/", "/risks/candidates/", f"/risks/{risk.code}/",
             f"/risks/{risk.code}/edit/")  # fmt: skip
    for page in pages:
        assert organisation.client("risk_manager", language=language).get(page).status_code == 200, page
    assert organisation.client("auditor", language=language).get(f"/risks/{risk.code}/").status_code == 200
    assert organisation.client("auditor").get(f"/risks/{risk.code}/edit/").status_code == 403
    outsider = organisation.client(organisation.outsider)
    for page in pages[4:]:
        assert outsider.get(page).status_code == 404, page
    assert risk.title not in outsider.get("/risks/").content.decode()


def test_the_second_editor_is_told_and_the_first_change_stays(organisation, risk) -> None:
    client = organisation.client("risk_manager")
    form = {"title": "甲", "category": "process", "phase": "identified", "review_cycle_days": 90, "seen": 1}
    assert client.post(f"/risks/{risk.code}/edit/", form).status_code == 302
    answer = client.post(f"/risks/{risk.code}/edit/", form | {"title": "乙"})
    assert answer.status_code == 409
    assert "已被他人修改" in answer.content.decode()
    assert Risk.objects.get().title == "甲"


def test_scores_are_handed_in_on_the_page_and_signed_there(organisation, risk) -> None:
    expert = organisation.client("expert")
    form = {"stage": "current", "likelihood": 3, "severity": 3, "rationale": "看过三年记录"}
    assert expert.post(f"/risks/{risk.code}/assess/", form).status_code == 302
    wrong = expert.post(f"/risks/{risk.code}/assess/", form | {"severity": 9})
    assert wrong.status_code == 422
    organisation.client("risk_manager").post(f"/risks/{risk.code}/assessments/1/sign/", {"step": "review"})
    organisation.client("executive").post(f"/risks/{risk.code}/assessments/1/sign/", {"step": "approve"})
    assert risk.assessments.get().state == "approved"


def test_the_register_asks_the_same_number_of_queries_for_more_risks(
    organisation, django_assert_max_num_queries
) -> None:
    manager, client = organisation.people["risk_manager"], organisation.client("risk_manager")
    for n in range(60):
        create_risk(unit=organisation.north, title=f"{n}", category="people", source="report", actor=manager,
                    next_review_on=timezone.localdate())  # fmt: skip
    with django_assert_max_num_queries(14):
        client.get("/risks/")


@pytest.mark.parametrize("cell", ["²-3", "3-²", "9" * 40 + "-1", "-1-2", "a-b", "3"])
def test_an_address_that_makes_no_sense_filters_nothing(organisation, risk, cell: str) -> None:
    answer = organisation.client("risk_manager").get("/risks/", {"cell": cell})
    assert answer.status_code == 200
    assert risk.title in answer.content.decode()
