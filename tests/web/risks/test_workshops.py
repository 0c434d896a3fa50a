"""Delphi by link: unnamed, round by round, from answers to an assessment."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.risks.models import ExpertAnswer, Invitation
from anlan.web.risks.services import (
    Expert,
    adopt,
    answer,
    close_round,
    create_risk,
    create_workshop,
    open_round,
    renew_link,
)

EXPERTS = [Expert("何晓", "客服"), Expert("赵启航", "调度"), Expert("吴桐", "信息")]


@pytest.fixture
def session(organisation):
    manager = organisation.people["risk_manager"]
    risks = [
        create_risk(unit=organisation.hall, title=title, title_en=f"Risk {i}", category="process",
                    source="workshop", actor=manager)
        for i, title in enumerate(("错派", "超时"))
    ]  # fmt: skip
    return create_workshop(unit=organisation.north, title="派单", purpose="", risks=risks, experts=EXPERTS,
                           actor=manager)  # fmt: skip


def give(workshop, scores, *, reason: str = "") -> None:
    """`scores`: (likelihood, severity) per expert, for every risk."""
    for invitation, (likelihood, severity) in zip(workshop.invitations.all(), scores, strict=True):
        for item in workshop.items.all():
            answer(invitation, item, likelihood=likelihood, severity=severity, reason=reason)


def test_two_rounds_become_an_assessment_with_its_spread(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    workshop = open_round(workshop, actor=manager)
    give(workshop, [(2, 3), (4, 4), (5, 5)])
    workshop = open_round(close_round(workshop, actor=manager), actor=manager)
    give(workshop, [(3, 4), (4, 4), (4, 4)])
    made = adopt(close_round(workshop, actor=manager), actor=manager)
    assert len(made) == 2
    first = made[0]
    assert (first.likelihood, first.severity, first.level) == (4, 4, "high")
    assert (first.technique, first.state, first.values["likelihood"]["n"]) == ("delphi", "prepared", 3)
    assert first.values["likelihood"]["q1"] == 3.5
    workshop.refresh_from_db()
    assert workshop.state == "closed"


def test_an_expert_answers_by_link_without_an_account_and_sees_the_round_before(
    organisation, session
) -> None:
    manager, (workshop, tokens) = organisation.people["risk_manager"], session
    visitor, place = Client(), f"/risks/answer/{tokens['E1']}/"
    assert "没有开放" in visitor.get(place, headers={"accept-language": "zh"}).content.decode()
    workshop = open_round(workshop, actor=manager)
    form = {"likelihood": 3, "severity": 4, "reason": "夏季更多"}
    assert visitor.post(f"{place}?q=1", form | {"go": "next"})["Location"].endswith("?q=2")
    page = visitor.post(f"{place}?q=2", form).content.decode()
    assert ExpertAnswer.objects.count() == 2
    assert visitor.post(f"{place}?q=2", form | {"likelihood": 9}).status_code == 422
    give(workshop, [(1, 1), (3, 3), (3, 3)], reason="只在夜间")
    open_round(close_round(workshop, actor=manager), actor=manager)
    page = visitor.get(place, headers={"accept-language": "zh"}).content.decode()
    assert "中位数" in page
    second = (
        Client().get(f"/risks/answer/{tokens['E2']}/", headers={"accept-language": "en"}).content.decode()
    )
    assert "Round before" in second
    assert "只在夜间" in second


def test_names_are_for_the_leader_alone(organisation, session) -> None:
    workshop, tokens = session
    page = f"/risks/workshops/{workshop.code}/"
    assert "何晓" in organisation.client("risk_manager").get(page).content.decode()
    for other in ("auditor", "executive"):
        shown = organisation.client(other).get(page).content.decode()
        assert "E1" in shown
        assert "何晓" not in shown
    record = organisation.client("risk_manager").get(f"{page}record/").content.decode()
    assert "何晓" not in record
    open_round(workshop, actor=organisation.people["risk_manager"])
    assert "何晓" not in Client().get(f"/risks/answer/{tokens['E2']}/").content.decode()


def test_links_end_and_are_kept_only_as_hashes(organisation, session) -> None:
    manager, (workshop, tokens) = organisation.people["risk_manager"], session
    first = workshop.invitations.first()
    assert not Invitation.objects.filter(token_hash__in=tokens.values()).exists()
    fresh = renew_link(first, actor=manager)
    assert Client().get(f"/risks/answer/{tokens['E1']}/").status_code == 404
    assert Client().get(f"/risks/answer/{fresh}/").status_code == 200
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(f"/risks/answer/{fresh}/").status_code == 404
    assert Client().get("/risks/answer/guess/").status_code == 404


def test_too_few_experts_or_answers_and_too_many_rounds_are_refused(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    risks = [item.risk for item in workshop.items.all()]
    with pytest.raises(UsageError, match="few_experts"):
        create_workshop(unit=organisation.north, title="x", purpose="", risks=risks,
                        experts=EXPERTS[:2], actor=manager)  # fmt: skip
    workshop = open_round(workshop, actor=manager)
    with pytest.raises(UsageError, match="few_answers"):
        close_round(workshop, actor=manager)
    for _ in range(workshop.most_rounds - 1):
        give(workshop, [(3, 3)] * 3)
        workshop = open_round(close_round(workshop, actor=manager), actor=manager)
    give(workshop, [(3, 3)] * 3)
    workshop = close_round(workshop, actor=manager)
    with pytest.raises(UsageError, match="no_rounds_left"):
        open_round(workshop, actor=manager)


def test_nobody_answers_a_closed_round_or_another_sessions_question(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    invitation, item = workshop.invitations.first(), workshop.items.first()
    with pytest.raises(UsageError, match="not_open"):
        answer(invitation, item, likelihood=3, severity=3)
    other, _ = create_workshop(unit=organisation.north, title="另一场", purpose="", risks=[item.risk],
                               experts=EXPERTS, actor=manager)  # fmt: skip
    open_round(workshop, actor=manager)
    with pytest.raises(UsageError, match="not_open"):
        answer(invitation, other.items.first(), likelihood=3, severity=3)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_form_to_the_links(organisation, session, language: str) -> None:
    manager = organisation.client("risk_manager", language=language)
    workshop, _ = session
    risks = [item.risk.pk for item in workshop.items.all()]
    form = {"unit": organisation.north.pk, "title": "新研讨", "days": 7, "most_rounds": 2, "risks": risks,
            "experts": "甲，客服\n乙\n丙,调度"}  # fmt: skip
    answer = manager.post("/risks/workshops/new/", form)
    assert answer.status_code == 302
    page = manager.get(answer["Location"]).content.decode()
    assert page.count("/risks/answer/") == 3
    assert "/risks/answer/" not in manager.get(answer["Location"]).content.decode()
    few = manager.post("/risks/workshops/new/", form | {"experts": "甲"})
    assert few.status_code == 422
    kept = few.content.decode()
    assert kept.count(' checked><span><span class="code">') == len(form["risks"])
    assert {"zh-hans": "研讨名称", "en": "Title of the session"}[language] in kept
    assert manager.get("/risks/workshops/").status_code == 200
    assert organisation.client("expert", language=language).get("/risks/workshops/new/").status_code == 403
    outsider = organisation.client(organisation.outsider, language=language)
    assert outsider.get(answer["Location"]).status_code == 404
    assert outsider.post(f"{answer['Location']}move/", {"step": "open"}).status_code == 404


@pytest.mark.parametrize("step", ["renew-abc", "renew-", "renew-²", "renew-" + "9" * 40])
def test_a_link_of_nobody_is_not_renewed(organisation, session, step: str) -> None:
    workshop, _ = session
    answer = organisation.client("risk_manager").post(
        f"/risks/workshops/{workshop.code}/move/", {"step": step}
    )
    assert answer.status_code == 404


def test_a_question_number_that_is_none_shows_the_first(organisation, session) -> None:
    workshop, tokens = session
    open_round(workshop, actor=organisation.people["risk_manager"])
    for number in ("²", "0", "-3", "9" * 40, "x"):
        assert Client().get(f"/risks/answer/{tokens['E1']}/", {"q": number}).status_code == 200
