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


def _routes(*, factor: float):
    """A carrier that flies mostly the long ones of 80 routes, and on each takes `factor` times as long."""
    draft = random_draft(seed=9, n_cases=8_000, gap_shape=6.0)
    rng = np.random.default_rng(10)
    route = rng.integers(0, 80, draft.n_cases)
    length = np.linspace(0.5, 3.0, 80)[route]
    carrier = rng.random(draft.n_cases) < 0.7 * length / 3.0
    draft.gap_s *= (length * np.where(carrier, factor, 1.0))[draft.case]
    draft.case_values["carrier"] = np.where(carrier, "UA", "other").astype(object)
    return draft, route


def test_a_carrier_is_not_blamed_for_its_routes_though_there_are_many():
    draft, route = _routes(factor=1.0)
    blind = found(draft.build(), "group_disparity", minimums={"group_disparity": 1.2})
    assert [f.detail for f in blind] == ["carrier=UA"]
    draft.case_values["route"] = np.array([f"r{k}" for k in route], dtype=object)
    assert found(draft.build(), "group_disparity", minimums={"group_disparity": 1.2}) == []


def test_a_carrier_slow_on_each_of_its_routes_is_found_with_the_ratio_inside_them():
    draft, route = _routes(factor=1.6)
    draft.case_values["route"] = np.array([f"r{k}" for k in route], dtype=object)
    (finding,) = found(draft.build(), "group_disparity", minimums={"group_disparity": 1.2})
    assert finding.detail == "carrier=UA"
    assert finding.parameters["stratified_by"] == "route"
    assert finding.effect.size.low <= 1.6 <= finding.effect.size.high


def test_one_kind_of_case_does_not_speak_for_a_group_that_is_alike_in_the_others():
    """The carrier is slow with short cases only. The median of all its cases is a short one and shows it
    in full; inside the kinds, on average, it is under the minimum."""
    for slow_kinds, seen in (({"short"}, []), ({"short", "long"}, ["carrier=UA"])):
        draft = random_draft(seed=9, n_cases=3_000, gap_shape=6.0)
        rng = np.random.default_rng(10)
        kind = np.where(rng.random(3_000) < 0.65, "short", "long").astype(object)
        carrier = rng.random(3_000) < np.where(kind == "short", 0.35, 0.5)
        slow = carrier & np.isin(kind, list(slow_kinds))
        draft.gap_s *= (np.where(kind == "long", 20.0, 1.0) * np.where(slow, 1.8, 1.0))[draft.case]
        draft.case_values["carrier"] = np.where(carrier, "UA", "other").astype(object)
        draft.case_values["kind"] = kind
        findings = found(draft.build(), "group_disparity", min_delay_share=0.0)
        assert [f.detail for f in findings if f.detail.startswith("carrier")] == seen
