import numpy as np

from finders import candidates, found
from logs import MONDAY_2024_US, random_draft


def _cut(draft, day: int):
    draft.keep(draft.ends_us() <= MONDAY_2024_US + day * 86_400_000_000)
    return draft.build()


def _slowing(seed: int):
    draft = random_draft(seed=seed, n_cases=3_000, days=200, mean_gap_s=86_400)
    draft.gap_s *= 1 + draft.arrival_s[draft.case] / (20 * 86_400)
    return draft


def test_a_service_that_falls_behind_is_found():
    findings = found(_cut(_slowing(1), 190), "wip_growth", closing_activities=("close",))
    assert len(findings) == 1
    finding = findings[0]
    assert finding.parameters["open_last"] > 2 * finding.parameters["open_first"]
    assert finding.effect.size.low > 0
    assert "arrivals_grow" not in finding.notes


def test_a_steady_service_is_not_found():
    p = [
        p
        for seed in range(40)
        for p in candidates(
            _cut(random_draft(seed=seed, n_cases=400, days=200, mean_gap_s=86_400), 190), "wip_growth",
            closing_activities=("close",),
        ).tested
    ]  # fmt: skip
    assert len(p) == 40
    assert np.mean(np.array(p) <= 0.05) <= 0.05


def test_a_growing_service_says_that_arrivals_grow():
    draft = random_draft(seed=2, n_cases=4_000, days=200, mean_gap_s=3 * 86_400)
    draft.arrival_s = np.sort(200 * 86_400 * np.sqrt(np.random.default_rng(3).random(4_000)))
    findings = found(_cut(draft, 190), "wip_growth", closing_activities=("close",))
    assert len(findings) == 1
    assert "arrivals_grow" in findings[0].notes


def test_dead_cases_are_no_backlog():
    draft = random_draft(seed=4, n_cases=2_000, days=300)
    stopped = np.random.default_rng(5).random(2_000) < 0.05
    draft.keep(~((draft.steps == "close") & stopped[draft.case]))
    assert found(draft.build(), "wip_growth") == []
