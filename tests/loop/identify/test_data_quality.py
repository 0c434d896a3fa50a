import numpy as np

from finders import chosen_cases, context_of, found
from logs import MONDAY_2024_US, make_log, random_draft


def _kinds(findings) -> set[str]:
    return {finding.detail for finding in findings}


def test_a_clean_log_has_no_gap():
    for seed in range(20):
        assert found(random_draft(seed=seed).build(), "data_quality") == []


def test_missing_resources_are_counted():
    draft = random_draft(seed=1)
    draft.people[np.random.default_rng(2).random(len(draft.people)) < 0.1] = None
    finding = found(draft.build(), "data_quality")[0]
    assert finding.detail == "missing"
    assert finding.parameters["column"] == "resource"
    assert finding.count == (draft.people == None).sum()  # noqa: E711 - elementwise
    assert (finding.p, finding.q) == (None, None)


def test_cases_booked_in_batches_are_found():
    draft = random_draft(seed=3, n_cases=400)
    log = draft.build()
    close = log.activity == log.activity_names.index("close")
    log.end_us[close] = (log.end_us[close] // 604_800_000_000 + 2) * 604_800_000_000
    finding = next(f for f in found(log, "data_quality") if f.detail == "batch")
    assert finding.nodes == ("close",)
    assert finding.effect.size.low > 0.05


def test_times_kept_to_the_day_are_not_called_batches():
    rng = np.random.default_rng(4)
    rows = [
        (f"c{k}", step, MONDAY_2024_US + int(day + extra) * 86_400_000_000)
        for k, day in enumerate(rng.integers(0, 20, 2_000))
        for step, extra in (("a", 0), ("b", rng.integers(0, 3)))
    ]
    assert "batch" not in _kinds(found(make_log(rows), "data_quality"))


def test_cases_with_one_time_for_all_events_are_found():
    draft = random_draft(seed=5, n_cases=300)
    draft.gap_s[chosen_cases(draft, 0.2, seed=6)[draft.case]] = 0.0
    assert "one_time" in _kinds(found(draft.build(), "data_quality"))


def test_rows_set_aside_are_told_with_their_reasons():
    from anlan.loop.identify import identify

    context = context_of(random_draft(seed=7).build(), rejected={"time": 90, "case": 200, "end": 0})
    finding = next(f for f in identify(context) if f.code == "data_quality")
    assert finding.count == 290
    assert finding.exposure == 2_290
    assert finding.parameters["columns"] == ["case", "time"]


def test_a_column_that_is_empty_throughout_is_not_a_gap():
    draft = random_draft(seed=8)
    draft.attributes["unused"] = np.full(len(draft.case), None, dtype=object)
    assert found(draft.build(), "data_quality") == []
