"""The assessment report, the monthly report and the identification record: what stands in them."""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.utils import timezone, translation

from anlan.domain.errors import UsageError
from anlan.formats.printing import Amount, to_workbook, visible_texts
from anlan.formats.printing.document import Pairs, Table
from anlan.web.common.models import AuditEvent
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.models import Assessment, Candidate, Criteria, Risk
from anlan.web.risks.reports.catalogue import KINDS, make_report
from anlan.web.risks.reports.month import Stand, month_of, span_of
from anlan.web.risks.services import (
    Change,
    Expert,
    Given,
    accept,
    adopt,
    answer,
    approve,
    assess_by_estimate,
    assess_by_scores,
    assess_from_finding,
    change_many,
    change_risk,
    close_round,
    create_risk,
    create_workshop,
    decline,
    open_round,
    report_candidate,
    review,
    set_appetite,
)
from anlan.web.runs.services import start_run
from web.conftest import PASSWORD
from web.risks.findings import finding
from web.runs.conftest import hall, process  # noqa: F401 - fixtures

OF = {kind.code: kind for kind in KINDS}
POINTS = {"shape": "pert", "low": 2, "likely": 6, "high": 24}
ESTIMATE = Given("three_point", POINTS, {"shape": "pert", "low": 30, "likely": 60, "high": 240},
                 cases_per_year=3000, usual_duration_min=30)  # fmt: skip


@pytest.fixture
def people(organisation):
    second = create_user(
        username="second", name="复核人", password=PASSWORD, unit=organisation.north, actor=None
    )
    assign_role(user=second, role="risk_manager", unit=organisation.north, actor=None)
    return organisation.people | {"second": second}


def new_risk(organisation, title: str, **facts) -> Risk:
    return create_risk(unit=organisation.hall, title=title, category="process", source="report",
                       actor=organisation.people["risk_manager"], **facts)  # fmt: skip


def approved(people, risk: Risk, likelihood: int, severity: int, *, at: datetime) -> Assessment:
    """A current assessment that went through three hands on a day."""
    made = assess_by_scores(risk, stage="current", likelihood=likelihood, severity=severity, rationale="x",
                            actor=people["node_owner"])  # fmt: skip
    approve(review(made, actor=people["second"]), actor=people["executive"])
    Assessment.objects.filter(pk=made.pk).update(approved_at=at)
    return Assessment.objects.get(pk=made.pk)


def report(user, code: str, language: str = "en", **query: str):
    with translation.override(language):
        return make_report(user, OF[code], query, today=timezone.localdate())


def held(document) -> str:
    return "\n".join(visible_texts(document))


def table(document, title: str) -> Table:
    return next(b for p in document.pages for b in p.blocks if isinstance(b, Table) and b.title == title)


def pairs(document) -> dict[str, object]:
    blocks = [b for page in document.pages for b in page.blocks if isinstance(b, Pairs)]
    return {label: value for block in blocks for label, value in block.rows}


def test_an_estimate_is_reported_with_all_its_inputs_and_what_its_interval_says(organisation, people) -> None:
    risk = new_risk(organisation, "停电")
    made = assess_by_estimate(risk, ESTIMATE, stage="residual_expected", rationale="三年记录",
                              actor=people["node_owner"])  # fmt: skip
    document = report(people["risk_manager"], "assessment", risk=risk.code)
    inputs = {row[0]: row for row in table(document, "Inputs").rows}
    assert inputs["Frequency: lowest"][1] == "2 times a year"
    assert inputs["Frequency: highest"][1] == "24 times a year"
    assert inputs["Frequency: mean"][1].startswith("8.33")
    assert inputs["Frequency: mean"][3] == "90 % interval of the value"
    assert inputs["Cases a year"][1] == "3,000"
    assert "standard error" in inputs["Check by simulation: mean of a year"][2]
    shown = pairs(document)
    assert "90 % of years lie between" in shown["Interval"]
    assert shown["Validity"] == "not approved yet: counts as provisional"
    assert made.rationale in held(document)
    chinese = report(people["risk_manager"], "assessment", "zh-hans", risk=risk.code)
    assert "90% 的年份介于其间" in held(chinese)
    assert inputs.keys().isdisjoint(row[0] for row in table(chinese, "输入").rows)


@pytest.mark.parametrize(("unit", "shown"), [("CNY", "1,234 CNY"), ("customer_min", "20.6 case h")])
def test_the_loss_of_one_event_is_written_in_the_unit_of_its_assessment(
    organisation, people, unit, shown
) -> None:
    risk, found = new_risk(organisation, "停电"), finding()
    found["evidence"] |= {"period_days": 30}
    found["severity"] = {"kind": "empirical", "n": 12, "mean": 1234.0, "median": 1234.0, "p95": 1234.0}
    assess_from_finding(risk, finding=found, unit=unit, run=None, actor=people["node_owner"])
    inputs = {row[0]: row[1] for row in table(report(people["risk_manager"], "assessment", risk=risk.code),
                                              "Inputs").rows}  # fmt: skip
    of_one = [value for name, value in inputs.items() if name.startswith("Loss of one event")]
    assert of_one == [shown] * 3, of_one


def test_intervals_from_a_log_say_that_they_are_of_the_mean(organisation, people) -> None:
    risk = new_risk(organisation, "停电")
    assess_by_scores(
        risk, stage="current", likelihood=3, severity=3, rationale="x", actor=people["node_owner"]
    )
    limits = {"annual_loss": 900.0, "annual_loss_low": 600.0, "annual_loss_high": 1200.0,
              "loss_unit": "customer_min"}  # fmt: skip
    Assessment.objects.update(**limits)
    Risk.objects.update(**limits)
    for code, query in (("register", {}), ("risk", {"risk": risk.code}), ("assessment", {"risk": risk.code})):
        assert "95 % interval of the mean" in held(report(people["risk_manager"], code, **query)), code
    Assessment.objects.update(values={"interval": {"level": 0.9, "of": "year"}})
    for code, query in (("register", {}), ("risk", {"risk": risk.code}), ("assessment", {"risk": risk.code})):
        found = held(report(people["risk_manager"], code, **query))
        assert "90 % of years lie between" in found, code
        assert "of the mean" not in found, code
    page = organisation.client("risk_manager", language="en").get("/risks/?columns=code,interval")
    assert "<small>90 % of years</small>" in page.content.decode()


def test_the_report_says_whether_an_assessment_still_holds(organisation, people) -> None:
    risk, now = new_risk(organisation, "停电"), timezone.now()
    first = approved(people, risk, 3, 3, at=now)
    assert pairs(report(people["risk_manager"], "assessment", risk=risk.code))["Validity"] == "in force"
    Assessment.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    shown = pairs(report(people["risk_manager"], "assessment", risk=risk.code))
    assert shown["Validity"] == "its time has passed: assess again"
    approved(people, risk, 4, 3, at=now)
    replaced = pairs(report(people["risk_manager"], "assessment", risk=risk.code, number=str(first.number)))
    assert replaced["Validity"].startswith("replaced by assessment 2")
    names = [
        row[1]
        for row in table(report(people["risk_manager"], "assessment", risk=risk.code), "Signatures").rows
    ]
    assert names == [people[who].name for who in ("node_owner", "second", "executive")]


@pytest.mark.parametrize("number", ["9", "x", "-1", "²"])
def test_an_assessment_that_is_none_is_refused_with_those_there_are(organisation, people, number) -> None:
    risk = new_risk(organisation, "停电")
    approved(people, risk, 3, 3, at=timezone.now())
    with pytest.raises(UsageError, match=r"report\.assessment"):
        report(people["risk_manager"], "assessment", risk=risk.code, number=number)
    client = organisation.client("risk_manager", language="en")
    page = client.get(f"/reports/assessment.html?risk={risk.code}&number={number}", follow=True)
    assert "Accepted: 1." in page.content.decode()


def test_the_month_counts_what_happened_in_it_and_nothing_else(organisation, people) -> None:
    manager, now = people["risk_manager"], timezone.now()
    span = span_of(f"{timezone.localtime():%Y-%m}", now=now + timedelta(minutes=1))
    before = span.first - timedelta(days=3)
    risks = {
        name: new_risk(organisation, name) for name in ("old", "worse", "better", "fresh", "closed", "gone")
    }
    early = ("old", "worse", "better", "closed", "gone")
    Risk.objects.filter(title__in=early).update(created_at=before)
    approved(people, risks["old"], 3, 3, at=before)
    for name, first, second in (("worse", 2, 5), ("better", 5, 2)):
        approved(people, risks[name], first, 4, at=before)
        approved(people, risks[name], second, 4, at=now)
    approved(people, risks["fresh"], 3, 3, at=now)
    risks["closed"].refresh_from_db()
    change_risk(
        risks["closed"], version=risks["closed"].version, actor=manager, phase="closed", reason="已消除"
    )
    change_many(
        {risks["gone"].code: risks["gone"].version}, Change(phase="closed"), actor=manager, reason="早已"
    )
    AuditEvent.objects.filter(object_id=str(risks["gone"].pk), payload__changes__has_key="phase").update(
        at=before
    )
    found = month_of(manager, organisation.north, span, today=timezone.localdate())
    named = lambda keys: {found.risks[pk].title for pk in keys}  # noqa: E731
    assert named(found.before) == {"old", "worse", "better", "closed"}
    assert named(found.after) == {"old", "worse", "better", "fresh"}
    assert [risk.title for risk in found.new] == ["fresh"]
    assert [(c.risk.title, c.reason, c.by) for c in found.closed] == [("closed", "已消除", manager)]
    assert {risk.title: found.way(risk.pk) for risk in found.changed} == {
        "worse": "worse", "better": "better", "fresh": "new"}  # fmt: skip
    assert found.top(2)[0].title == "worse"


def loses(risk: Risk, loss: float, unit: str) -> None:
    facts = {"annual_loss": loss, "loss_unit": unit}
    risk.assessments.update(**facts)
    Risk.objects.filter(pk=risk.pk).update(**facts)


def test_losses_are_compared_within_their_unit_only(organisation, people) -> None:
    """30,000 minutes are not more than 20,000 yuan, nor less."""
    manager, now = people["risk_manager"], timezone.now()
    losses = {"m1": (30_000, "customer_min"), "m2": (25_000, "customer_min"), "c1": (20_000, "CNY"),
              "c2": (10, "CNY")}  # fmt: skip
    for title, (loss, unit) in losses.items():
        risk = new_risk(organisation, title)
        approved(people, risk, 3, 3, at=now)
        loses(risk, loss, unit)
    graver, none = new_risk(organisation, "graver"), new_risk(organisation, "none")
    assess_by_scores(graver, stage="current", likelihood=5, severity=5, rationale="x", actor=manager)
    approved(people, none, 3, 3, at=now)
    span = span_of(f"{timezone.localtime():%Y-%m}", now=now + timedelta(minutes=1))
    found = month_of(manager, organisation.north, span, today=timezone.localdate())
    assert [r.title for r in found.top()] == ["graver", "c1", "m1", "c2", "m2", "none"]
    assert found.after[graver.pk].assessment is None, "what waits is no approved level"
    set_appetite(unit=organisation.north, category="process", highest_level="low", annual_loss=6000.0,
                 reason="x", actor=manager)  # fmt: skip
    document = report(manager, "monthly", unit="N")
    top = table(document, "Gravest risks and their movement")
    assert top.rows[0][3].word.endswith("*")
    assert not top.rows[1][3].word.endswith("*")
    assert "waits for approval" in top.note
    [row] = table(document, "Losses against appetite").rows
    codes = {risk.title: risk.code for risk in Risk.objects.all()}
    assert row[4] == f"20,000 CNY\n{codes['c1']}\n500 case h\n{codes['m1']}"
    assert row[5] == "6,000 CNY\n100 case h"


def test_the_same_level_of_other_criteria_is_no_movement(organisation, people) -> None:
    now, risk = timezone.now(), new_risk(organisation, "停电")
    first = approved(people, risk, 3, 3, at=now)
    levels = first.criteria.content["levels"]
    other = Criteria(content={"levels": [{"code": "none"}, *levels]})
    later = Assessment(level=first.level, criteria=other)
    span = span_of(f"{timezone.localtime():%Y-%m}", now=now + timedelta(minutes=1))
    found = month_of(people["risk_manager"], organisation.north, span, today=timezone.localdate())
    found.before[risk.pk], found.after[risk.pk] = Stand(first), Stand(later)
    assert (found.way(risk.pk), found.changed) == ("same", [])
    later.level = levels[-1]["code"]
    assert found.way(risk.pk) == "worse"
    found.before[risk.pk], found.after[risk.pk] = Stand(later), Stand(first)
    assert found.way(risk.pk) == "better"


def test_the_balance_of_the_month_closes(organisation, people) -> None:
    manager, now = people["risk_manager"], timezone.now()
    span = span_of(f"{timezone.localtime():%Y-%m}", now=now + timedelta(minutes=5))
    for name in ("stays", "closed", "reopened", "again", "short", "back"):
        new_risk(organisation, name)

    def turn(name: str, *phases: str) -> None:
        for phase in phases:
            risk = Risk.objects.get(title=name)
            change_risk(risk, version=risk.version, actor=manager, phase=phase)

    for name in ("reopened", "again"):
        turn(name, "closed")
    AuditEvent.objects.filter(payload__changes__has_key="phase").update(at=span.first - timedelta(days=2))
    Risk.objects.exclude(title="short").update(created_at=span.first - timedelta(days=3))
    new_risk(organisation, "never", phase="closed")
    turn("closed", "closed")
    turn("reopened", "identified")
    turn("again", "identified", "closed")
    turn("short", "closed")
    turn("back", "closed", "identified")
    span = span_of(f"{timezone.localtime():%Y-%m}", now=timezone.now())
    found = month_of(manager, organisation.north, span, today=timezone.localdate())
    assert {r.title for r in found.reopened} == {"reopened", "again"}
    assert {c.risk.title for c in found.closed} == {"closed", "again", "short"}
    assert [r.title for r in found.new] == ["short"]
    assert len(found.before) + len(found.new) + len(found.reopened) - len(found.closed) == len(found.after)
    document = report(manager, "monthly", unit="N")
    assert pairs(document)["Reopened"].value == 2
    assert {row[1] for row in table(document, "Reopened risks").rows} == {"reopened", "again"}


def test_a_past_month_says_which_figures_are_of_today_and_uses_the_words_of_the_application(
    organisation, people
) -> None:
    manager = people["risk_manager"]
    past = f"{timezone.localtime() - timedelta(days=62):%Y-%m}"
    for language, marked, month in (
        ("en", {"Beyond appetite (today)", "Reviews overdue (today)", "Candidates waiting (today)"}, past),
        ("zh-hans", {"超出容忍度（今日）", "逾期复评（今日）", "待研判发现（今日）"}, past),
    ):
        document = report(manager, "monthly", language, unit="N", month=month)
        assert {name for name in pairs(document) if "(today)" in name or "（今日）" in name} == marked
    said = held(document)
    assert not [word for word in ("本节点", "处置", "负责人", "研究", "候选", "接受") if word in said]
    assert not [name for name in pairs(report(manager, "monthly", unit="N")) if "(today)" in name]


def test_the_month_says_what_is_late_triaged_run_and_held(organisation, people, process) -> None:  # noqa: F811
    manager = people["risk_manager"]
    late = new_risk(organisation, "逾期", next_review_on=timezone.localdate() - timedelta(days=5))
    facts = {"unit": organisation.hall, "statement": "y", "category": "process", "actor": manager}
    accept(report_candidate(title="甲", **facts), actor=manager)
    decline(report_candidate(title="乙", **facts), reason="无关", actor=manager)
    report_candidate(title="丙", **facts)
    run = start_run(process=process, study="key_nodes", parameters={}, actor=manager)
    session = held_session(organisation, late)
    limit = {"highest_level": "low", "annual_loss": 5.0, "reason": "x"}
    set_appetite(unit=organisation.north, category="process", actor=manager, **limit)
    document = report(manager, "monthly", unit="N")
    shown = pairs(document)
    counted = {label: value.value for label, value in shown.items() if isinstance(value, Amount)}
    assert counted["Triaged"] == 2
    assert counted["Candidates waiting"] == 1
    assert counted["Reviews overdue"] == 1
    assert [row[0] for row in table(document, "Overdue reviews").rows] == [late.code]
    assert table(document, "Overdue reviews").rows[0][5].value == 5
    [source] = table(document, "Candidates by source").rows
    assert [value.value for value in source[1:]] == [3, 1, 0, 1, 1]
    assert [row[0] for row in table(document, "Runs").rows] == [run.code]
    assert [row[0] for row in table(document, "Expert sessions").rows] == [session.code]
    [appetite] = table(document, "Losses against appetite").rows
    assert (appetite[1].value, appetite[5]) == (2, "5, in the unit of each loss")


def held_session(organisation, risk: Risk):
    manager = organisation.people["risk_manager"]
    experts = [Expert("张三", "客服"), Expert("李四"), Expert("王五")]
    session, _ = create_workshop(unit=organisation.hall, title="高峰研讨", purpose="", risks=[risk],
                                 experts=experts, actor=manager)  # fmt: skip
    session = open_round(session, actor=manager)
    for invitation, likelihood in zip(session.invitations.all(), (3, 4, 5), strict=True):
        answer(invitation, session.items.get(), likelihood=likelihood, severity=4)
    adopt(close_round(session, actor=manager), actor=manager)
    session.refresh_from_db()
    return session


def test_the_record_of_a_session_names_no_expert(organisation, people) -> None:
    risk = new_risk(organisation, "停电")
    session = held_session(organisation, risk)
    for language in ("zh-hans", "en"):
        document = report(people["risk_manager"], "record", language, record=session.code)
        content = str([[c.value for c in row] for sheet in openpyxl.load_workbook(
            io.BytesIO(to_workbook(document))) for row in sheet.iter_rows()])  # fmt: skip
        assert "客服" in content
        assert not [name for name in ("张三", "李四", "王五") if name in content + held(document)]
    [row] = table(document, "Round 1").rows
    assert row[2:5] == ("3", "4 [3.5, 4.5]", "4 [4, 4]")
    [outcome] = table(document, "Outcome").rows
    assert outcome[2] == "1"
    assert outcome[3].word.endswith("*")


def test_the_record_of_a_run_holds_each_finding_with_its_decision(organisation, people, process) -> None:  # noqa: F811
    manager = people["risk_manager"]
    run = start_run(process=process, study="key_nodes", parameters={}, actor=manager)
    for i, title in enumerate(("甲", "乙")):
        found = report_candidate(unit=process.unit, title=title, statement="y", category="process",
                                 process=process, actor=manager)  # fmt: skip
        Candidate.objects.filter(pk=found.pk).update(run=run, key=f"R-{i}", source="log")
    taken = accept(Candidate.objects.get(key="R-0"), actor=manager)
    rows = table(report(manager, "record", record=run.code), "Outcome").rows
    assert [(row[1], row[4]) for row in rows] == [("甲", f"Accepted {taken.code}"), ("乙", "To triage")]


@pytest.mark.parametrize("month", ["2026-13", "x", "2026", "9999-01", "0001-01", "2026-02-01"])
def test_a_month_that_is_none_is_refused(month) -> None:
    with pytest.raises(UsageError, match=r"report\.month"):
        span_of(month, now=datetime(2026, 7, 14, tzinfo=UTC))


def test_a_month_ends_where_the_next_begins() -> None:
    now = datetime(2026, 7, 14, 8, tzinfo=UTC)
    past, present = span_of("2025-12", now=now), span_of("2026-07", now=now)
    assert (past.over, past.last_day) == (True, date(2025, 12, 31))
    assert (present.over, present.last) == (False, now)
    assert past.last == span_of("2026-01", now=now).first


def test_records_of_another_unit_are_none(organisation, people) -> None:
    risk = new_risk(organisation, "停电")
    session = held_session(organisation, risk)
    outsider = organisation.client(organisation.outsider)
    for address in (
        f"assessment.pdf?risk={risk.code}",
        "monthly.xlsx?unit=N",
        f"record.html?record={session.code}",
        "record.html?record=W-9999",
        "monthly.html?unit=nowhere",
    ):
        assert outsider.get(f"/reports/{address}").status_code == 404, address
    assert not AuditEvent.objects.filter(action="risks.report.export").exists()
    own = outsider.get("/reports/monthly.html").content.decode()
    assert risk.code not in own
