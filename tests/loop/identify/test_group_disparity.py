import numpy as np

from finders import add_type, candidates, found
from logs import random_draft


def test_a_slow_channel_is_found_with_its_ratio_and_its_step():
    draft = random_draft(seed=1, n_cases=900, attributes={"channel": ["web", "phone", "hall"]})
    hall = draft.case_values["channel"] == "hall"
    draft.gap_s[(draft.steps == "decide") & hall[draft.case]] *= 6
    findings = found(draft.build(), "group_disparity")
    assert [f.detail for f in findings] == ["channel=hall"]
    assert findings[0].nodes == ("decide",)
    durations = np.bincount(draft.case, weights=draft.gap_s)
    size = findings[0].effect.size
    assert size.low <= np.median(durations[hall]) / np.median(durations[~hall]) <= size.high


def test_equal_groups_are_not_found():
    p: list[float] = []
    for seed in range(60):
        log = random_draft(seed=seed, n_cases=300, attributes={"channel": ["a", "b", "c"]}).build()
        result = candidates(log, "group_disparity")
        p.extend(result.tested)
        assert result.findings == ()
    assert len(p) == 180
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / len(p))


def test_a_region_is_not_blamed_for_its_mix_of_types():
    draft = random_draft(seed=2, n_cases=2_000)
    rng = np.random.default_rng(3)
    slow = add_type(draft, 0.4, seed=4)
    draft.gap_s[slow[draft.case]] *= 5
    north = rng.random(2_000) < np.where(slow, 0.8, 0.2)
    draft.case_values["region"] = np.where(north, "north", "south").astype(object)
    details = [f.detail for f in found(draft.build(), "group_disparity")]
    assert details == ["type=complex"]
    del draft.case_values["type"]
    assert [f.detail for f in found(draft.build(), "group_disparity")] == ["region=north"]


def test_a_column_read_at_the_first_event_does_not_group_by_what_came_later():
    draft = random_draft(seed=5, n_cases=600)
    durations = np.bincount(draft.case, weights=draft.gap_s)
    late = durations > np.quantile(durations, 0.7)
    draft.attributes["flag"] = np.where(late[draft.case], "late", "in time").astype(object)
    draft.attributes["flag"][draft.steps == "register"] = "in time"
    assert found(draft.build(), "group_disparity") == []
