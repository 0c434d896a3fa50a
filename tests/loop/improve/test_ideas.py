from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from anlan.domain.finding import Effect, Finding
from anlan.domain.histograms import bin_of, empty_histograms
from anlan.domain.interval import Interval
from anlan.domain.log_summary import Edges, Resources
from anlan.formats.messages import in_both_languages
from anlan.formats.packs import load_operators
from anlan.loop.improve import DIRECTIONS, propose
from anlan.loop.improve.ideas import _RULES

OPERATORS = load_operators()
NAMES = ("check", "close", "register")


def finding(code, *nodes, minutes=60.0, cases=range(10), rate=0.1, detail=""):
    share = Interval(rate, 0.0, 1.0)
    affected = np.array(sorted(cases), dtype=np.int64)
    return Finding(
        code=code, category="process", nodes=nodes, count=len(affected), exposure=100, exposure_unit="cases",
        exposure_cases=100, period_days=30.0, rate=share, effect=Effect("share", share, 0.05), p=None, q=None,
        affected=affected, delay_min=np.full(len(affected), minutes / max(len(affected), 1)), case_ids=(),
        detail=detail,
    )  # fmt: skip


def summary(*, edges=(), done=(), total_min=1_000.0, gap_bins=(1,)):
    """`edges`: (source, target, count); `done`: (activity, person, count), as positions; `gap_bins`:
    bins the durations of every edge fall in, in equal parts."""
    counts = np.array([n for *_, n in edges], dtype=np.int64)
    durations = replace(
        empty_histograms(len(edges)),
        n=counts,
        maximum=np.full(len(edges), 2**62),
        offsets=np.arange(len(edges) + 1) * len(gap_bins),
        bins=np.array(list(gap_bins) * len(edges), dtype=np.int32),
        counts=np.repeat(counts // len(gap_bins), len(gap_bins)),
    )
    column = lambda rows, k: np.array([row[k] for row in rows], dtype=np.int64)  # noqa: E731
    whole = replace(empty_histograms(1), n=np.ones(1, dtype=np.int64))
    whole = replace(whole, total_lo=np.array([int(total_min * 60e6)], dtype=np.uint64))
    empty = np.zeros(0, dtype=np.int64)
    return SimpleNamespace(
        activities=SimpleNamespace(names=NAMES),
        edges=Edges(column(edges, 0), column(edges, 1), durations),
        resources=Resources(("a", "b"), empty, *(column(done, k) for k in range(3)), empty, empty, empty),
        case_duration=whole,
    )  # fmt: skip


def ideas(*findings, **settings):
    return propose(findings, summary=summary(**settings), operators=OPERATORS)


def test_an_idea_cites_its_finding_and_says_the_delay_it_touches():
    late = finding("tail_delay", "register", "check", minutes=250.0)
    (idea,) = ideas(late, total_min=1_000.0)
    assert idea.finding is late
    assert (idea.operator.code, idea.reason) == ("OP-6", "late_between_steps")
    assert idea.delay_min == pytest.approx(250.0)
    assert idea.delay_share == pytest.approx(0.25)
    assert ("waiting", "down") in idea.direction


def test_three_ideas_at_most_the_most_delay_first():
    found = [
        finding("tail_delay", "register", "check", minutes=10.0, cases=range(10)),
        finding("rework_loop", "close", minutes=30.0, cases=range(10, 20)),
        finding("overload", minutes=20.0, cases=range(20, 30)),
        finding("ping_pong", "register", minutes=5.0, cases=range(30, 40)),
    ]
    chosen = ideas(*found)
    assert [idea.delay_min for idea in chosen] == pytest.approx([30.0, 20.0, 10.0])


def test_ideas_differ_in_operator_before_one_operator_comes_twice():
    found = [
        finding("ping_pong", "check", minutes=90.0, cases=range(10)),
        finding("reassignment", "close", minutes=80.0, cases=range(10, 20)),
        finding("overload", minutes=10.0, cases=range(20, 30)),
    ]
    chosen = ideas(*found)
    assert [idea.operator.code for idea in chosen] == ["OP-6", "OP-6", "OP-11"]
    few = propose(found, summary=summary(), operators=OPERATORS, most=2)
    assert [idea.operator.code for idea in few] == ["OP-6", "OP-11"]


def test_an_operator_of_its_own_does_not_lift_an_idea_of_little_weight():
    found = [
        finding("ping_pong", "check", minutes=90.0, cases=range(10)),
        finding("reassignment", "close", minutes=80.0, cases=range(10, 20)),
        finding("overload", minutes=1.0, cases=range(20, 30)),
    ]
    chosen = propose(found, summary=summary(), operators=OPERATORS, most=2)
    assert [idea.operator.code for idea in chosen] == ["OP-6", "OP-6"]


def test_two_findings_on_the_same_cases_and_node_give_one_idea():
    chosen = ideas(
        finding("rework_loop", "check", minutes=50.0),
        finding("self_loop", "check", minutes=40.0, cases=range(1, 10)),
    )
    assert [idea.finding.code for idea in chosen] == ["rework_loop"]


@pytest.mark.parametrize(
    ("found", "settings", "operator", "reason"),
    [
        (finding("tail_delay", "New", "Awaiting User Info"), {}, "OP-10", "waits_for_outsiders"),
        (finding("tail_delay", "提交", "等待客户补件"), {}, "OP-10", "waits_for_outsiders"),
        (finding("tail_delay", "check"), {}, "OP-7", "late_unseen"),
        (finding("bottleneck", "check"), {}, "OP-8", "waits_in_one_place"),
        (finding("rework_loop", "check"), {"done": [(0, 0, 90), (0, 1, 10)]}, "OP-7", "comes_back"),
        (
            finding("rework_loop", "check"),
            {"done": [(0, k, 10) for k in range(10)]},
            "OP-4",
            "comes_back_from_many",
        ),
        (finding("skipped_step", "check", rate=0.9), {}, "OP-1", "mostly_skipped"),
        (finding("skipped_step", "check", rate=0.1), {}, "OP-7", "sometimes_skipped"),
        (finding("sla_breach_driver", "投诉处理"), {}, "OP-12", "complaints_late"),
        (finding("sla_breach_driver", "check"), {}, "OP-7", "limit_passed"),
        (finding("self_loop", "check"), {}, "OP-2", "repeated_at_once"),
    ],
)
def test_the_evidence_chooses_the_operator(found, settings, operator, reason):
    (idea,) = ideas(found, **settings)
    assert (idea.operator.code, idea.reason) == (operator, reason)


def test_a_wait_that_is_always_the_same_is_a_rule_and_not_a_queue():
    five_days = bin_of(5 * 86_400 * 1_000_000)
    here = finding("bottleneck", "close")
    (fixed,) = ideas(here, edges=[(0, 1, 100)], gap_bins=[five_days])
    assert (fixed.operator.code, fixed.reason) == ("OP-1", "fixed_wait")
    assert fixed.parameters["wait_s"] == pytest.approx(5 * 86_400, rel=0.004)
    (queue,) = ideas(here, edges=[(0, 1, 100)], gap_bins=[bin_of(3_600_000_000), five_days, five_days + 9])
    assert queue.operator.code == "OP-8"


def test_steps_found_in_either_order_are_run_side_by_side_unless_waiting_stands_in_one_place():
    free = [(0, 2, 40), (2, 0, 60), (2, 1, 100)]
    here = finding("bottleneck", "check", minutes=30.0)
    elsewhere = finding("tail_delay", "close", minutes=300.0, cases=range(20, 30))
    spread = {idea.finding.code: idea for idea in ideas(here, elsewhere, edges=free)}
    assert spread["bottleneck"].operator.code == "OP-3"
    assert spread["bottleneck"].parameters["neighbour"] == "register"
    (alone,) = ideas(here, edges=free)
    assert alone.operator.code == "OP-8"
    settled = {idea.finding.code: idea for idea in ideas(here, elsewhere, edges=[(0, 2, 2), (2, 0, 98)])}
    assert settled["bottleneck"].operator.code == "OP-8"


@pytest.mark.parametrize("code", sorted(_RULES))
def test_every_kind_of_finding_gives_an_idea_with_words_in_both_languages(code):
    (idea,) = ideas(finding(code, "register", "check", detail="web"))
    assert code in idea.operator.findings, "the operator's data should name the findings it answers"
    assert idea.direction == DIRECTIONS[idea.operator.code]
    for key in (f"improve.statement.{idea.reason}", "improve.touches"):
        text = in_both_languages(key, **idea.parameters)
        assert text["zh"] != text["en"]
    for measure, way in idea.direction:
        in_both_languages(f"improve.measure.{measure}")
        in_both_languages(f"improve.direction.{way}")


def test_every_operator_says_what_should_move():
    assert set(DIRECTIONS) == {operator.code for operator in OPERATORS}


def test_a_finding_that_costs_no_time_or_is_unknown_gives_no_idea():
    assert ideas(finding("four_eyes", "check", minutes=0.0), finding("something_new", "check")) == ()
    assert ideas() == ()


def test_without_durations_the_share_is_unknown_not_zero():
    (idea,) = ideas(finding("overload"), total_min=0.0)
    assert idea.delay_share is None


def test_two_logs_give_different_ideas_each_citing_its_finding():
    (one,), (other,) = ideas(finding("tail_delay", "check")), ideas(finding("overload"))
    assert (one.operator.code, one.reason, one.nodes) != (other.operator.code, other.reason, other.nodes)
    assert (one.finding.code, other.finding.code) == ("tail_delay", "overload")


def test_the_order_of_the_findings_does_not_matter():
    found = [finding("overload", minutes=5.0), finding("drift", minutes=7.0, cases=range(50, 60))]
    assert [idea.reason for idea in ideas(*found)] == [idea.reason for idea in ideas(*found[::-1])]
