"""Verdicts on findings that stay, fade, grow or cannot be judged, with finders planted and real."""

from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.finding import Effect, Finding
from anlan.domain.interval import Interval
from anlan.formats.messages import in_both_languages
from anlan.loop.evaluate import VERDICTS, Half, compare_halves, compare_periods
from anlan.loop.evaluate.halves import case_starts_us
from anlan.loop.identify import IdentifyContext, IdentifySettings, SlaSettings, identify
from finders import check_exposed
from logs import make_log, random_draft, random_log

ONE = Interval(1.0, 0.5, 2.0)


def _finding(affected: np.ndarray, *, p: float | None = 1e-9, nodes: tuple[str, ...] = ("check",)) -> Finding:
    return Finding(
        code="tail_delay", category="process", nodes=nodes, count=len(affected), exposure=1_000,
        exposure_unit="cases", exposure_cases=1_000, period_days=100.0, rate=ONE,
        effect=Effect("rate_ratio", ONE, 1.5), p=p, q=p, affected=np.sort(affected),
        delay_min=np.ones(len(affected)), case_ids=(),
    )  # fmt: skip


LOG = random_log(seed=1, n_cases=1_000)
BY_START = np.argsort(case_starts_us(LOG), kind="stable")
EARLY, LATE = BY_START[:500], BY_START[500:]


def _always(half: Half) -> list[Finding]:
    return [_finding(np.arange(3))]


def _never(half: Half) -> list[Finding]:
    return []


def _early_only(half: Half) -> list[Finding]:
    return _always(half) if half.log.end_us.max() < case_starts_us(LOG)[LATE].max() else []


@pytest.mark.parametrize(
    ("n_early", "n_late", "finder", "verdict"),
    [
        (60, 62, _always, "stable"),
        (60, 5, _always, "weaker"),
        (5, 60, _always, "stronger"),
        (60, 0, _early_only, "only_first"),
        (60, 55, _early_only, "only_first"),
        (60, 62, _never, "too_little_data"),
        (3, 4, _always, "too_little_data"),
    ],
)
def test_the_verdict_follows_rates_and_repetition(n_early: int, n_late: int, finder, verdict: str) -> None:  # type: ignore[no-untyped-def]
    finding = _finding(np.concatenate([EARLY[:n_early], LATE[:n_late]]))
    (result,) = compare_halves(LOG, finder, findings=[finding])
    assert result.verdict == verdict
    assert result.first.estimate == n_early / 500
    assert result.second.estimate == n_late / 500
    assert result.first.low <= result.first.estimate <= result.first.high
    assert verdict in VERDICTS


def test_a_weak_finding_missed_in_one_half_is_not_called_gone() -> None:
    weak = _finding(np.concatenate([EARLY[:20], LATE[:18]]), p=0.01)
    (result,) = compare_halves(LOG, _early_only, findings=[weak])
    assert result.verdict == "too_little_data"


def test_plain_counts_need_no_repetition() -> None:
    counted = _finding(np.concatenate([EARLY[:20], LATE[:18]]), p=None)
    (result,) = compare_halves(LOG, _never, findings=[counted])
    assert result.verdict == "stable"


def test_a_neighbour_on_the_same_cases_counts_as_the_finding() -> None:
    finding = _finding(np.concatenate([EARLY[:60], LATE[:62]]))

    def neighbour(half: Half) -> list[Finding]:
        place = np.flatnonzero(np.isin(half.cases, finding.affected))
        return [_finding(place, nodes=("check", "decide"))]

    (result,) = compare_halves(LOG, neighbour, findings=[finding])
    assert result.made_first
    assert result.made_second
    assert result.verdict == "stable"


def test_the_test_of_equal_rates_is_fishers() -> None:
    from scipy.stats import hypergeom

    finding = _finding(np.concatenate([EARLY[:40], LATE[:20]]))
    (result,) = compare_halves(LOG, _always, findings=[finding])
    tail = hypergeom.sf(39, 1_000, 60, 500)
    assert result.p == pytest.approx(2 * tail, rel=1e-6)


def test_equal_rates_are_rarely_called_different() -> None:
    rng = np.random.default_rng(3)
    findings = [_finding(np.flatnonzero(rng.random(1_000) < 0.1)) for _ in range(300)]
    p = np.array([result.p for result in compare_halves(LOG, _always, findings=findings)])
    assert (p <= 0.05).mean() < 0.07
    verdicts = [result.verdict for result in compare_halves(LOG, _always, findings=findings)]
    assert verdicts.count("stable") >= 297


def test_without_findings_no_finder_runs() -> None:
    def broken(half: Half) -> list[Finding]:
        raise AssertionError

    assert compare_halves(LOG, broken, findings=[]) == ()


def test_logs_too_small_to_split_say_so() -> None:
    nobody = _finding(np.zeros(0, dtype=np.int64))
    for log in (make_log([]), make_log([("a", "x", "2024-01-01")])):
        (result,) = compare_halves(log, _never, findings=[nobody])
        assert result.verdict == "too_little_data"
        assert result.p is None
        assert in_both_languages(result.statement.code, **result.statement.parameters)["zh"]


def test_any_moment_can_part_the_periods() -> None:
    moment = int(case_starts_us(LOG)[BY_START[250]])
    finding = _finding(BY_START[:100])
    (result,) = compare_periods(LOG, _always, findings=[finding], moment_us=moment)
    assert result.first.estimate == pytest.approx(100 / 250)
    assert result.second.estimate == 0.0
    assert result.verdict == "weaker"


def test_a_slow_step_that_ends_at_half_time_is_not_called_stable() -> None:
    """With the real finders: late passages planted in the first half only, and in both halves."""
    verdicts = {}
    for name in ("first half", "all along"):
        draft = random_draft(seed=5, n_cases=2_000, mean_gap_s=3_600.0, gap_shape=4.0)
        rng = np.random.default_rng(0)
        slow = (draft.steps == "decide") & (rng.random(len(draft.case)) < 0.15)
        if name == "first half":
            slow &= draft.case < draft.n_cases // 2
        draft.gap_s[slow] *= 40
        log = draft.build()
        findings = identify(IdentifyContext(log))
        results = compare_halves(log, lambda half: identify(IdentifyContext(half.log)), findings=findings)
        verdicts[name] = {r.verdict for r in results if r.finding.code == "tail_delay"}
    assert verdicts == {"first half": {"only_first"}, "all along": {"stable"}}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_has_words(verdict: str) -> None:
    finding = _finding(EARLY[:60])
    (result,) = compare_halves(LOG, _always, findings=[finding])
    statement = replace(result, verdict=verdict).statement
    said = in_both_languages(statement.code, **statement.parameters)
    assert "{" not in said["zh"] + said["en"]


def test_rates_divide_by_the_cases_that_could_have_been_hit() -> None:
    """A step that becomes four times as frequent and hits the same share of its cases has not changed."""
    exposed = np.sort(np.concatenate([EARLY[:100], LATE[:400]])).astype(np.int32)
    finding = replace(_finding(np.concatenate([EARLY[:20], LATE[:80]])), exposed=exposed)
    (result,) = compare_halves(LOG, _always, findings=[finding])
    assert (result.first.estimate, result.second.estimate) == (0.2, 0.2)
    assert result.verdict == "stable"
    (of_all,) = compare_halves(LOG, _always, findings=[replace(finding, exposed=None)])
    assert (of_all.first.estimate, of_all.second.estimate) == (0.04, 0.16)
    assert of_all.verdict == "stronger"


def test_a_half_without_an_exposed_case_has_no_rate() -> None:
    finding = replace(_finding(LATE[:50]), exposed=np.sort(LATE[:80]).astype(np.int32))
    (result,) = compare_halves(LOG, _always, findings=[finding])
    assert result.first is None
    assert result.second.estimate == 50 / 80
    assert result.verdict == "too_little_data"


def test_every_finding_names_the_cases_that_could_have_been_hit() -> None:
    """As many as it counts its rate over, with the hit ones among them."""
    draft = random_draft(seed=1, n_cases=800, days=200, skip=0.1, attributes={"channel": ["web", "hall"]})
    draft.gap_s[(draft.case_values["channel"] == "hall")[draft.case]] *= 3
    draft.gap_s[(draft.steps == "decide") & (draft.arrival_s > 120 * 86_400)[draft.case]] *= 8
    draft.insert_after((draft.steps == "check") & (draft.case % 5 == 0), "check", 40_000.0)
    draft.keep(~((draft.steps == "close") & (draft.case % 17 == 0)))
    draft.people[draft.steps == "register"] = "robot"
    sla = SlaSettings(case_limit_us=10 * 3_600_000_000, activity_limits_us={"decide": 7_200_000_000})
    context = IdentifyContext(draft.build(), IdentifySettings(sla=sla))
    findings = [f for f in identify(context) if f.exposed is not None]
    assert len({f.code for f in findings}) >= 8, {f.code for f in findings}
    for finding in findings:
        check_exposed(finding)
