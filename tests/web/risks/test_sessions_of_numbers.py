"""Expert sessions that ask for lowest, likely and highest numbers instead of scores."""

import pytest
from django.test import Client
from django.utils import timezone, translation

from anlan.domain.errors import UsageError
from anlan.formats.printing import visible_texts
from anlan.web.risks.models import Assessment, ExpertAnswer, Workshop
from anlan.web.risks.reports.catalogue import KINDS, make_report
from anlan.web.risks.services import (
    Expert,
    adopt,
    answer,
    close_round,
    create_risk,
    create_workshop,
    open_round,
)
from anlan.web.risks.services.session_kinds import POINTS

EXPERTS = [Expert("张三", "客服"), Expert("李四", "调度"), Expert("王五")]
GIVEN = ((2, 6, 20, 30, 60, 240), (3, 8, 24, 20, 50, 200), (1, 4, 16, 40, 90, 300))
MEDIANS = (2, 6, 20, 30, 60, 240)


def new_risk(organisation):
    return create_risk(unit=organisation.north, title="停电", category="process", source="report",
                       actor=organisation.people["risk_manager"])  # fmt: skip


@pytest.fixture
def session(organisation):
    manager = organisation.people["risk_manager"]
    risk = create_risk(
        unit=organisation.north, title="停电", category="process", source="report", actor=manager
    )
    return create_workshop(
        unit=organisation.north, title="没有记录", purpose="", risks=[risk], experts=EXPERTS, actor=manager,
        kind="three_point", numbers={"cases_per_year": 3000.0, "usual_duration_min": 30.0},
    )  # fmt: skip


def give(workshop, rows=GIVEN) -> None:
    for invitation, numbers in zip(workshop.invitations.all(), rows, strict=True):
        answer(
            invitation, workshop.items.get(), points=dict(zip(POINTS, numbers, strict=True)), reason="三年"
        )


def test_medians_of_the_numbers_become_an_assessment_by_three_points(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    workshop = open_round(workshop, actor=manager)
    give(workshop)
    [made] = adopt(close_round(workshop, actor=manager), actor=manager)
    made = Assessment.objects.get(pk=made.pk)
    given = made.values["given"]
    found = tuple(
        given[side][name] for side in ("frequency", "severity") for name in ("low", "likely", "high")
    )
    assert found == MEDIANS
    assert (made.technique, made.state, made.loss_unit) == ("three_point", "prepared", "customer_min")
    assert made.annual_loss == pytest.approx((2 + 4 * 6 + 20) / 6 * (30 + 4 * 60 + 240) / 6)
    assert made.annual_loss_low < made.annual_loss < made.annual_loss_high
    assert made.values["interval"] == {"level": 0.9, "of": "year"}
    assert made.values["workshop"] == workshop.code
    assert made.values["experts"]["frequency_low"] == {"n": 3, "median": 2.0, "q1": 1.5, "q3": 2.5}


@pytest.mark.parametrize("points", [
    {}, {"frequency_low": 9, "frequency_likely": 6, "frequency_high": 20},
    {"severity_low": 1, "severity_likely": 2, "severity_high": float("nan")},
])  # fmt: skip
def test_numbers_out_of_order_or_missing_are_refused(organisation, session, points) -> None:
    workshop = open_round(session[0], actor=organisation.people["risk_manager"])
    whole = dict(zip(POINTS, MEDIANS, strict=True)) | points if points else {}
    with pytest.raises(UsageError, match=r"estimate\.points"):
        answer(workshop.invitations.first(), workshop.items.get(), points=whole)
    assert not ExpertAnswer.objects.exists()


def test_without_cases_a_year_the_leader_is_told_what_is_missing(organisation) -> None:
    manager = organisation.people["risk_manager"]
    risk = new_risk(organisation)
    workshop, _ = create_workshop(unit=organisation.north, title="x", purpose="", risks=[risk],
                                  experts=EXPERTS,
                                  actor=manager, kind="three_point")  # fmt: skip
    workshop = open_round(workshop, actor=manager)
    give(workshop)
    workshop = close_round(workshop, actor=manager)
    with pytest.raises(UsageError, match="cases_missing"):
        adopt(workshop, actor=manager)
    workshop.refresh_from_db()
    assert workshop.state == "between"
    with pytest.raises(UsageError, match=r"workshop\.kind"):
        create_workshop(unit=organisation.north, title="x", purpose="", risks=[risk],
                                  experts=EXPERTS,
                        actor=manager, kind="nonsense")  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("zh", "每年次数，最低"), ("en", "Times a year, lowest")])
def test_an_expert_answers_by_link_and_sees_what_the_others_said(
    organisation, session, language, word
) -> None:
    manager, (workshop, tokens) = organisation.people["risk_manager"], session
    workshop = open_round(workshop, actor=manager)
    client = Client(headers={"Accept-Language": language})
    address = f"/risks/answer/{tokens['E1']}/"
    assert 'name="severity_high"' in client.get(address).content.decode()
    sent = dict(zip(POINTS, MEDIANS, strict=True))
    assert client.post(address, sent | {"frequency_high": 1}).status_code == 422
    client.post(address, sent | {"reason": "去年六次"})
    assert ExpertAnswer.objects.get().estimate == {name: float(value) for name, value in sent.items()}
    give(workshop)
    workshop = open_round(close_round(workshop, actor=manager), actor=manager)
    page = client.get(address).content.decode()
    assert word in page
    assert 'value="6.0"' in page
    assert page.count("<blockquote>三年</blockquote>") == 1
    shown = (
        organisation.client("risk_manager", language="en")
        .get(f"/risks/workshops/{workshop.code}/")
        .content.decode()
    )
    assert "<b>60</b> [55, 75]" in shown
    record = organisation.client("risk_manager", language="en").get(
        f"/risks/workshops/{workshop.code}/record/"
    )
    assert "60 [55, 75]" in record.content.decode()


def test_a_session_of_numbers_settles_by_shares_of_the_median(organisation, session) -> None:
    from anlan.web.risks.services.session_answers import summary

    manager, workshop = organisation.people["risk_manager"], session[0]
    near = tuple(tuple(n * share for n in MEDIANS) for share in (0.9, 1.0, 1.1))
    workshop = open_round(workshop, actor=manager)
    give(workshop)
    workshop = open_round(close_round(workshop, actor=manager), actor=manager)
    give(workshop, near)
    assert all(found.stable for found in summary(workshop, 2).values())
    assert not all(found.stable for found in summary(workshop, 1).values())


def test_record_and_assessment_report_say_the_numbers(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    workshop = open_round(workshop, actor=manager)
    give(workshop)
    [made] = adopt(close_round(workshop, actor=manager), actor=manager)
    of = {kind.code: kind for kind in KINDS}
    today = timezone.localdate()
    with translation.override("en"):
        record = make_report(manager, of["record"], {"record": workshop.code}, today=today)
        report = make_report(manager, of["assessment"], {"risk": made.risk.code}, today=today)
    for document in (record, report):
        said = "\n".join(visible_texts(document))
        assert "Times a year, lowest" in said
        assert workshop.code in said
    assert "60 [55, 75]" in "\n".join(visible_texts(record))


def test_programs_and_the_form_prepare_a_session_of_numbers(organisation) -> None:
    risk = new_risk(organisation)
    given = {"unit": "N", "title": "x", "risks": [risk.code], "experts": [{"name": n} for n in "abc"],
             "kind": "three_point", "cases_per_year": 900, "usual_duration_min": 9}  # fmt: skip
    program = organisation.program("risk_manager")
    made = program.post("/api/v1/workshops", given, content_type="application/json").json()
    assert made["kind"] == "three_point"
    form = {"unit": organisation.north.pk, "title": "x", "days": 7, "most_rounds": 2, "risks": [risk.pk],
            "experts": "a\nb\nc", "kind": "three_point", "cases_per_year": "900"}  # fmt: skip
    page = organisation.client("risk_manager", language="en").post("/risks/workshops/new/", form, follow=True)
    assert page.status_code == 200
    by_form = Workshop.objects.exclude(code=made["code"]).get()
    assert (by_form.kind, by_form.record) == (
        "three_point",
        {"cases_per_year": 900.0, "usual_duration_min": None},
    )
    program.post(f"/api/v1/workshops/{made['code']}/open", {}, content_type="application/json")
    workshop = Workshop.objects.get(code=made["code"])
    assert workshop.record == {"cases_per_year": 900.0, "usual_duration_min": 9.0}
    give(workshop)
    program.post(f"/api/v1/workshops/{made['code']}/close", {}, content_type="application/json")
    [outcome] = program.get(f"/api/v1/workshops/{made['code']}").json()["outcome"]
    assert outcome["points"]["severity_high"]["median"] == 240
    assert outcome["likelihood"] is None
