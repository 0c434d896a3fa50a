from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.finding import Effect, Finding
from anlan.domain.interval import Interval
from anlan.domain.risk import Risk, RiskIndex, SeverityDistribution
from anlan.formats.messages import in_both_languages
from anlan.formats.packs import load_pack, load_packs
from anlan.loop.identify.checklist import match_packs
from anlan.loop.respond import applicable_plans, risks_without_plan

INCIDENTS = ("New", "Active", "Awaiting User Info", "Awaiting Problem", "Resolved", "Closed")
JOURNEYS = ("购票", "值机", "安检", "登机", "延误处置", "行李提取")


def risk(code, *nodes, level="high", loss=100.0, category="process"):
    share = Interval(0.1, 0.05, 0.2)
    finding = Finding(
        code=code, category=category, nodes=nodes, count=10, exposure=100, exposure_unit="cases",
        exposure_cases=100, period_days=30.0, rate=share, effect=Effect("share", share, 0.05), p=None, q=None,
        affected=np.arange(10), delay_min=np.ones(10), case_ids=("a",),
    )  # fmt: skip
    rate = Interval(10.0, 5.0, 20.0)
    severity = SeverityDistribution("constant", {}, 1.0, 1.0, 1.0, 1, "few", np.ones(1))
    return Risk(
        id=f"{code}:{'|'.join(nodes)}", finding=finding, frequency_per_1000_cases=rate,
        frequency_per_year=rate, counted_frequency_per_year=rate, severity=severity,
        annual_loss=Interval(loss, loss / 2, loss * 2), annual_loss_p95=loss * 2, gross_annual_loss=loss,
        index=RiskIndex(4, 4, 16, level, 20.0, 3.0), controllability={},
    )  # fmt: skip


def world(names, *codes):
    packs = load_packs((*codes, "EM"))
    return packs, match_packs(names, packs)


def codes(plans):
    return {plan.plan.code for plan in plans}


def test_late_restoration_of_high_level_calls_for_the_outage_plans():
    packs, matches = world(INCIDENTS, "CM", "GS", "IT")
    plans = applicable_plans([risk("tail_delay", "Resolved")], packs, matches)
    assert codes(plans) == {"EM-P04", "EM-P10"}
    assert {plan.status for plan in plans} == {"applies"}
    assert plans[0].links[0].risk.code == "IT-R14"


def test_two_logs_need_different_plans_each_citing_its_risk():
    it = applicable_plans([late := risk("tail_delay", "Resolved")], *world(INCIDENTS, "CM", "IT"))
    trip = applicable_plans([crowd := risk("tail_delay", "延误处置")], *world(JOURNEYS, "CM", "PT"))
    assert codes(it).isdisjoint(codes(trip))
    assert "EM-P01" in codes(trip)
    assert it[0].risks == (late,)
    assert trip[0].risks == (crowd,)


def test_without_a_high_risk_the_closest_plans_are_kept_ready():
    packs, matches = world(INCIDENTS, "CM", "IT")
    risks = [risk("tail_delay", "Resolved", level="moderate"), risk("overload", level="low", loss=5.0)]
    plans = applicable_plans(risks, packs, matches)
    assert {plan.status for plan in plans} == {"keep_ready"}
    assert len(plans) <= 3
    assert plans[0].risks == (risks[0],)


def test_only_the_high_risks_are_answered_when_there_are_any():
    packs, matches = world(INCIDENTS, "CM", "IT")
    low = risk("overload", level="low", loss=999.0)
    high = risk("tail_delay", "Resolved", level="crisis", loss=1.0)
    plans = applicable_plans([low, high], packs, matches)
    assert plans
    assert all(plan.risks == (high,) for plan in plans)


def test_gaps_in_the_data_call_for_no_plan():
    packs, matches = world(INCIDENTS, "CM", "IT")
    gap = risk("data_quality", level="crisis", loss=1.0)
    assert applicable_plans([gap], packs, matches) == ()
    assert risks_without_plan([gap], ()) == ()
    late = risk("tail_delay", "Resolved", level="moderate")
    assert {plan.status for plan in applicable_plans([gap, late], packs, matches)} == {"keep_ready"}


def test_a_plan_never_serves_a_pack_that_does_not_apply():
    packs, matches = world(INCIDENTS, "CM", "IT")
    elsewhere = tuple(replace(plan, packs=("PT",)) for plan in load_pack("EM").plans)
    packs = (*packs[:-1], replace(packs[-1], plans=elsewhere))
    assert applicable_plans([risk("tail_delay", "Resolved")], packs, matches) == ()


def test_a_risk_no_plan_answers_is_named():
    packs, matches = world(("foo",), "CM")
    stray = risk("rework_loop", "foo")
    plans = applicable_plans([stray], packs, matches)
    assert plans == ()
    assert risks_without_plan([stray], plans) == (stray,)


def test_no_risks_need_no_plan():
    assert applicable_plans([], *world(INCIDENTS, "CM", "IT")) == ()


@pytest.mark.parametrize("level", ["high", "low"])
@pytest.mark.parametrize("code", ["tail_delay", "overload", "data_quality", "ping_pong", "abandonment"])
def test_every_reason_has_words_in_both_languages(code, level):
    packs, matches = world(INCIDENTS, *("CM", "GS", "PT", "PH", "CC", "IT", "DS", "HR", "LG"))
    for plan in applicable_plans([risk(code, "Active", level=level)], packs, matches):
        text = in_both_languages(f"respond.reason.{plan.reason}", **plan.parameters)
        assert plan.parameters["pack_risk"] in text["zh"]
        assert plan.parameters["pack_risk"] in text["en"]


def test_the_order_of_the_risks_does_not_matter():
    packs, matches = world(INCIDENTS, "CM", "IT")
    risks = [
        risk("tail_delay", "Resolved", loss=5.0),
        risk("overload", loss=7.0),
        risk("data_quality", loss=6.0),
    ]
    forward, backward = (applicable_plans(order, packs, matches) for order in (risks, risks[::-1]))
    assert [plan.plan.code for plan in forward] == [plan.plan.code for plan in backward]


def test_every_plan_answers_some_risk_that_a_finding_can_speak_for_or_that_only_people_can_see():
    speakable = {risk.code for pack in load_packs() for risk in pack.risks if risk.findings}
    plans = load_pack("EM").plans
    assert all(plan.risks for plan in plans)
    assert sum(bool(set(plan.risks) & speakable) for plan in plans) >= 8
