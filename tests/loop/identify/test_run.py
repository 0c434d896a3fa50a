import dataclasses

import numpy as np
import pytest

from anlan.domain.finding import CATEGORIES, Effect, Finding
from anlan.domain.interval import Interval
from anlan.domain.pack import FINDING_CODES
from anlan.loop.identify import FINDERS, SlaSettings, identify
from anlan.loop.identify.evidence import Candidates
from anlan.loop.identify.run import _below_false_discovery_rate, _merge_near_duplicates
from finders import chosen_cases, context_of, found
from logs import log_from_columns, make_log, random_draft
from support import shared


def _finding(code: str = "x", *, cases=(), delay: float = 1.0, p: float | None = 0.01, **fields) -> Finding:
    affected = np.array(sorted(cases), dtype=np.int64)
    finding = Finding(
        code=code, category="process", nodes=("a",), count=len(affected), exposure=100, exposure_unit="cases",
        exposure_cases=100, period_days=1.0, rate=Interval(0.1, 0.0, 0.2),
        effect=Effect("share", Interval(0.1, 0.0, 0.2), 0.01), p=p, q=None, affected=affected,
        delay_min=np.full(len(affected), delay), case_ids=(),
    )  # fmt: skip
    return dataclasses.replace(finding, **fields)


def _busy_draft(seed: int = 1):
    """A log with several effects at once."""
    draft = random_draft(seed=seed, n_cases=600, attributes={"channel": ["web", "hall"]})
    draft.gap_s[draft.steps == "decide"] *= 6
    draft.gap_s[(draft.case_values["channel"] == "hall")[draft.case]] *= 2
    again = (draft.steps == "check") & chosen_cases(draft, 0.2, seed=seed)[draft.case]
    draft.insert_after(again, "check", 30_000.0)
    return draft


def test_at_least_fourteen_finders_cover_the_codes_packs_may_name():
    codes = [code for code, _ in FINDERS]
    assert len(codes) == len(set(codes)) >= 14
    assert set(FINDING_CODES) <= set(codes)


def test_every_finder_says_what_it_finds_on_what_evidence_and_when_it_misleads():
    import sys

    for _, find in FINDERS:
        text = sys.modules[find.__module__].__doc__.lower()
        assert all(word in text for word in ("finds", "misleads:", "delay:", "effect:")), find.__module__
        assert "evidence:" in text or "plain counts" in text


def test_a_finding_is_held_against_the_tests_of_its_finder_and_the_finders_against_each_other():
    one = Candidates((_finding("one", p=0.01),), (0.01, 0.9, 0.8))
    two = Candidates((_finding("two", p=0.045),), (0.045,))
    idle = Candidates()
    kept = _below_false_discovery_rate([one, two, idle], 0.05)
    assert [(f.code, f.q, f.n_tests) for f in kept] == [
        ("one", pytest.approx(0.045), 3),
        ("two", pytest.approx(0.045), 1),
    ]
    noise = Candidates((), (0.7,))
    assert _below_false_discovery_rate([one, two, noise], 0.05) == []


def test_certain_rejections_of_one_finder_do_not_pass_a_doubtful_one_of_another():
    certain = Candidates(tuple(_finding("certain", p=1e-9) for _ in range(50)), (1e-9,) * 50)
    doubtful = Candidates((_finding("doubtful", p=0.0153),), (0.0153, 0.2, 0.5, 0.6, 0.7, 0.8, 0.9))
    kept = _below_false_discovery_rate([certain, doubtful], 0.05)
    assert {f.code for f in kept} == {"certain"}


def test_an_effect_whose_interval_reaches_below_the_minimum_is_suspected():
    minimum = 1.5
    unsure = _finding("unsure", effect=Effect("rate_ratio", Interval(1.8, 1.4, 2.3), minimum))
    sure = _finding("sure", effect=Effect("rate_ratio", Interval(1.8, 1.5, 2.2), minimum))
    counted = _finding("counted", p=None, effect=unsure.effect)
    kept = _below_false_discovery_rate([Candidates((unsure, sure, counted), (0.01, 0.01))], 0.05)
    assert {f.code: f.suspected for f in kept} == {"unsure": True, "sure": False, "counted": False}
    assert [f.code for f in kept if "suspected" in f.notes] == ["unsure"]


def test_plain_counts_are_kept_without_a_q():
    kept = _below_false_discovery_rate([Candidates((_finding(p=None),), ())], 0.05)
    assert [(f.p, f.q) for f in kept] == [(None, None)]


def test_the_costlier_of_two_findings_on_the_same_cases_stands_for_both():
    costly, cheap = (
        _finding(cases=range(50), delay=9.0),
        _finding(cases=range(5, 50), nodes=("b",), delay=1.0),
    )
    near = dataclasses.replace(cheap, nodes=("a", "b"))
    merged = _merge_near_duplicates([near, costly])
    assert [f.nodes for f in merged] == [("a",)]
    assert merged[0].parameters["merged"] == ["a → b"]
    assert len(_merge_near_duplicates([cheap, costly])) == 2
    assert len(_merge_near_duplicates([dataclasses.replace(near, code="y"), costly])) == 2


def test_a_small_part_of_the_cases_stays_a_finding_of_its_own():
    assert (
        len(_merge_near_duplicates([_finding(cases=range(500)), _finding(cases=range(20), detail="d")])) == 2
    )


def test_findings_are_whole():
    context = context_of(_busy_draft().build(), sla=SlaSettings(case_limit_us=12 * 3_600_000_000))
    findings = identify(context)
    assert len({f.code for f in findings}) >= 4
    for f in findings:
        assert f.category in CATEGORIES
        assert f.rate.low <= f.rate.estimate <= f.rate.high
        assert f.effect.size.low <= f.effect.size.estimate <= f.effect.size.high
        assert f.effect.size.estimate >= f.effect.minimum
        assert (np.diff(f.affected) > 0).all()
        assert len(f.delay_min) == len(f.affected)
        assert np.isfinite(f.delay_min).all()
        assert (f.delay_min >= 0).all()
        assert f.count <= f.exposure
        assert len(f.case_ids) == min(10, len(f.affected))
    unique = {(f.code, f.nodes, f.detail) for f in findings}
    assert len(unique) == len(findings)


def test_sample_cases_are_those_with_the_smallest_hashes():
    log = _busy_draft().build()
    finding = found(log, "bottleneck")[0]
    names = log.case_names.to_pylist()
    by_hash = sorted(finding.affected.tolist(), key=lambda case: log.case_hash[case])
    assert finding.case_ids == tuple(names[case] for case in by_hash[:10])


def _delays_by_name(log, finding: Finding) -> dict[str, float]:
    names = log.case_names.to_pylist()
    return {names[case]: delay for case, delay in zip(finding.affected, finding.delay_min, strict=True)}


def test_the_order_of_cases_in_the_source_changes_nothing():
    draft = _busy_draft()
    draft.gap_s = np.ceil(draft.gap_s / 3_600) * 3_600  # many equal durations
    names = np.array([f"case-{k}" for k in range(draft.n_cases)])[draft.case]

    def of_rows(rows: np.ndarray):
        log = log_from_columns(
            case=names[rows].tolist(),
            activity=draft.steps[rows].tolist(),
            end_us=draft.ends_us()[rows].tolist(),
            resource=draft.people[rows].tolist(),
            attributes={"channel": draft.case_values["channel"][draft.case][rows].tolist()},
        )
        return [(finding, _delays_by_name(log, finding)) for finding in identify(context_of(log))]

    first = of_rows(np.arange(len(names)))
    place = np.random.default_rng(9).permutation(draft.n_cases)[draft.case]
    second = of_rows(np.argsort(place, kind="stable"))
    assert len(first) > 0
    for (one, delays), (other, other_delays) in zip(first, second, strict=True):
        assert (one.code, one.nodes, one.detail) == (other.code, other.nodes, other.detail)
        assert (one.case_ids, one.count, one.p, one.q) == (other.case_ids, other.count, other.p, other.q)
        assert delays == pytest.approx(other_delays)


def test_findings_come_costliest_first():
    costs = [f.delay_min.sum() for f in identify(context_of(_busy_draft().build()))]
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("a", "x", 5)],
        [("a", "x", 5), ("a", "x", 5), ("a", "x", 5)],
        [(f"c{k}", "x", 5) for k in range(50)],
        [(f"c{k}", step, 5) for k in range(50) for step in "xyz"],
        [(f"c{k}", "x", k * 10**9) for k in range(200)],
        [("a", step, k * 10**9) for k, step in enumerate("xyz" * 100)],
    ],
    ids=[
        "empty",
        "one event",
        "one case",
        "one moment",
        "one moment, three steps",
        "one step",
        "one long case",
    ],
)
def test_poor_logs_are_answered_without_a_fault(rows):
    for sla in (None, SlaSettings(case_limit_us=1)):
        for finding in identify(context_of(make_log(rows), sla=sla)):
            assert finding.p is None


def test_progress_names_each_finder_once():
    seen = []
    identify(context_of(_busy_draft().build()), progress=lambda code, done, n: seen.append((code, done, n)))
    assert seen == [(code, k, len(FINDERS)) for k, (code, _) in enumerate(FINDERS)]


def test_a_minimum_of_the_settings_replaces_that_of_the_finder():
    log = _busy_draft().build()
    assert found(log, "bottleneck") != []
    assert found(log, "bottleneck", minimums={"bottleneck": 50.0}) == []


def test_on_logs_without_effects_hardly_any_tested_finding_is_made():
    """Measured false-discovery rate: without any effect each discovery is false, so the share of
    logs with one must stay under the level."""
    false = 0
    for seed in range(100):
        draft = random_draft(seed=seed, n_cases=250, skip=0.25, attributes={"channel": ["a", "b"]})
        context = context_of(draft.build(), sla=SlaSettings(case_limit_us=5 * 3_600_000_000))
        false += any(finding.p is not None for finding in identify(context))
    assert false <= 5


def test_a_real_log_gives_neither_a_flood_nor_nothing():
    import gzip
    import xml.etree.ElementTree as ElementTree

    path = shared("data/helpdesk/helpdesk.xes.gz")
    case, activity, end, resource = [], [], [], []
    with gzip.open(path) as stream:
        for _, trace in ElementTree.iterparse(stream):
            if not trace.tag.endswith("trace"):
                continue
            name = next(x.get("value") for x in trace if x.get("key") == "concept:name")
            for event in (x for x in trace if x.tag.endswith("event")):
                values = {x.get("key"): x.get("value") for x in event}
                case.append(name)
                activity.append(values["concept:name"])
                end.append(values["time:timestamp"])
                resource.append(values.get("org:resource"))
            trace.clear()
    from logs import to_us

    log = log_from_columns(case=case, activity=activity, end_us=[to_us(t) for t in end], resource=resource)
    findings = identify(context_of(log))
    assert 8 <= len(findings) <= 60
    assert {"bottleneck", "tail_delay", "skipped_step"} <= {f.code for f in findings}
