"""Passes that answer one question say the same as the fused summary, and as a walk with dicts."""

from collections import Counter

import pytest

from anlan.domain.log_summary import Variants
from anlan.maths.sequences.rework import cases_with_rework
from anlan.maths.sequences.summary import summarise
from anlan.maths.sequences.variants import variants_of
from logs import log_from_columns, random_log

LOGS = {
    "a few steps": lambda: random_log(seed=4, n_cases=200, skip=0.3, repeat=0.4),
    "one case": lambda: random_log(seed=5, n_cases=1, repeat=0.9),
    "no case": lambda: log_from_columns(case=[], activity=[], end_us=[], resource=[]),
    "names out of order": lambda: log_from_columns(
        case=list("abab" * 40),
        activity=[f"步骤{k % 3 * (k // 7)}" for k in range(160)],
        end_us=list(range(160)),
        resource=[None] * 160,
    ),
}
log_made = pytest.mark.parametrize("make", LOGS.values(), ids=LOGS)


@log_made
def test_rework_is_that_of_the_summary_and_of_a_walk(make):
    log, found = make(), cases_with_rework(make())
    activities = summarise(log).activities
    told = dict(zip(activities.names, activities.rework_cases.tolist(), strict=True))
    assert found == {name: n for name, n in told.items() if n}
    walked = Counter(zip(log.case.tolist(), log.activity.tolist(), strict=True))
    assert found == dict(Counter(log.activity_names[a] for (_, a), n in walked.items() if n > 1))


@log_made
def test_variants_are_those_of_the_summary(make):
    assert _plain(variants_of(make())) == _plain(summarise(make()).variants)


def _plain(variants: Variants) -> list[tuple[int, int, int, list[int]]]:
    bounds = zip(variants.offsets[:-1], variants.offsets[1:], strict=True)
    steps = [variants.steps[a:b].tolist() for a, b in bounds]
    hashes = zip(variants.hash_hi.tolist(), variants.hash_lo.tolist(), strict=True)
    return [
        (high, low, n, taken)
        for (high, low), n, taken in zip(hashes, variants.count.tolist(), steps, strict=True)
    ]
