import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.errors import AnlanError, NotEnoughData
from anlan.maths.detection.drift import bin_edges, kolmogorov_smirnov, stability_index
from anlan.maths.detection.esd import generalized_esd
from anlan.maths.detection.segments import _noise, segments
from anlan.maths.detection.together import robust_location

series = st.lists(st.one_of(st.floats(-5, 5), st.sampled_from([0.0, 1.0, 9.0])), min_size=2, max_size=14)


def cost_of(part, kind, variance):
    part = np.array(part)
    if kind == "poisson":
        mean = part.mean()
        return -2 * (part.sum() * np.log(mean) if mean > 0 else 0.0)
    about = np.sum((part - part.mean()) ** 2)
    return about / variance


def cheapest(values, kind, penalty, shortest, variance):
    """The cost of the best of all cuts."""
    n = len(values)
    best = [-penalty] + [np.inf] * n
    for end in range(1, n + 1):
        for first in range(end - shortest + 1):
            best[end] = min(best[end], best[first] + cost_of(values[first:end], kind, variance) + penalty)
    return best[n]


@given(series, st.floats(0.1, 20), st.integers(1, 4))
def test_no_cut_is_cheaper_than_the_one_found(values, penalty, shortest):
    values = (np.array(values) / (np.max(np.abs(values)) or 1.0)).tolist()
    variance = _noise(np.array(values) - np.median(values))
    found = segments(values, penalty=penalty, shortest=shortest)
    assert [s.first for s in found[1:]] == [s.end for s in found[:-1]]
    if len(values) < 2 * shortest:
        assert len(found) == 1
        return
    assert min(s.end - s.first for s in found) >= shortest
    cost = sum(cost_of(values[s.first : s.end], "mean", variance) for s in found) + penalty * (len(found) - 1)
    best = cheapest(values, "mean", penalty, shortest, variance)
    assert cost == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_a_hopeless_beginning_is_kept_until_a_segment_fits_after_it():
    """Dropped at once, one cut in sixty of these is not the cheapest."""
    rng = np.random.default_rng(0)
    for _ in range(400):
        n, shortest, penalty = int(rng.integers(8, 25)), int(rng.integers(2, 6)), float(rng.uniform(0.2, 4))
        values = np.round(rng.normal(0, 1, n) + 3 * (rng.random(n) < 0.3), 1)
        values = (values / np.max(np.abs(values))).tolist()
        variance = _noise(np.array(values) - np.median(values))
        found = segments(values, penalty=penalty, shortest=shortest)
        cost = sum(cost_of(values[s.first : s.end], "mean", variance) for s in found) + penalty * (
            len(found) - 1
        )
        assert cost == pytest.approx(cheapest(values, "mean", penalty, shortest, variance), abs=1e-9)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12), st.floats(0.2, 8))
def test_no_cut_of_counts_is_cheaper_either(counts, penalty):
    found = segments(counts, kind="poisson", penalty=penalty, shortest=1)
    cost = sum(cost_of(counts[s.first : s.end], "poisson", 1) for s in found) + penalty * (len(found) - 1)
    assert cost == pytest.approx(cheapest(counts, "poisson", penalty, 1, 1), rel=1e-6, abs=1e-6)


def test_changes_are_found_where_they_are_and_chance_makes_few():
    rng = np.random.default_rng(6)
    values = np.concatenate([rng.normal(0, 1, 80), rng.normal(4, 1, 60), rng.normal(1, 1, 70)])
    assert [s.first for s in segments(values)] == pytest.approx([0, 80, 140], abs=1)
    louder = np.concatenate([rng.normal(0, 1, 100), rng.normal(0, 5, 100)])
    assert [s.first for s in segments(louder, kind="normal", shortest=5)] == pytest.approx([0, 100], abs=4)
    counts = np.concatenate([rng.poisson(2, 100), rng.poisson(8, 100)])
    assert [s.first for s in segments(counts, kind="poisson")] == pytest.approx([0, 100], abs=3)
    quiet = [len(segments(rng.normal(0, 1, 200))) for _ in range(100)]
    assert np.mean(np.array(quiet) > 1) < 0.1


@pytest.mark.parametrize("kind", ["mean", "normal", "poisson"])
@pytest.mark.parametrize(
    "values", [[3.0] * 9, [0.0] * 5, [1e308] * 4 + [0.0] * 4, [5e-324] * 4 + [0.0] * 4, [1.0, 2.0]]
)
def test_constant_and_extreme_series_have_finite_segments(kind, values):
    found = segments(values, kind=kind)
    assert found[0].first == 0
    assert found[-1].end == len(values)
    assert np.all(np.isfinite([s.mean for s in found]))


@given(st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=40), st.integers(0, 3))
def test_what_lies_far_out_is_an_outlier_and_a_change_of_unit_changes_nothing(values, extra):
    values = [v + 0.37 * i for i, v in enumerate(values)]
    found = generalized_esd(values, most=3)
    moved = generalized_esd([2.5 * v + 7 for v in values], most=3)
    assert found.deviations == pytest.approx(moved.deviations, rel=1e-6, abs=1e-6)
    assert len(found.outliers) <= 3


def test_the_level_of_the_outlier_test_holds():
    rng = np.random.default_rng(3)
    alarms = [len(generalized_esd(rng.standard_normal(50), most=5).outliers) > 0 for _ in range(800)]
    assert 0.03 < np.mean(alarms) < 0.075


@pytest.mark.parametrize("values", [[1.0] * 9, [1e308, -1e308, 0, 1, 2, 3], [5e-324, 0, 0, 0, 0, 0]])
def test_outliers_of_constant_and_extreme_samples_are_finite(values):
    found = generalized_esd(values, most=2)
    assert np.all(np.isfinite(found.deviations))
    assert found.outliers == () or len(set(values)) > 1


def test_robust_location_is_that_of_the_good_rows_though_a_fifth_is_bad():
    rng = np.random.default_rng(7)
    covariance = np.array([[1.0, 0.9, 0.2], [0.9, 1.0, 0.1], [0.2, 0.1, 1.0]])
    rows = rng.multivariate_normal([5, -3, 0], covariance, 1_000) * [1, 10, 0.1]
    clean = robust_location(rows)
    rows[:150] += [2, -30, 0.3]
    usual = robust_location(rows)
    assert usual.location == pytest.approx([5, -30, 0], abs=0.6)
    bad = np.mean([usual.squared_distance(tuple(r)) > 16.27 for r in rows[:150].tolist()])
    good = np.mean([usual.squared_distance(tuple(r)) > 16.27 for r in rows[150:].tolist()])
    assert bad > 0.9
    assert good < 0.02
    distances = [clean.squared_distance(tuple(r)) for r in rows[150:].tolist()]
    assert np.median(distances) == pytest.approx(stats.chi2.median(3), rel=0.1)
    assert np.mean(np.array(distances) > stats.chi2.isf(0.01, 3)) == pytest.approx(0.01, abs=0.01)


def test_too_few_rows_or_a_constant_indicator_have_no_usual():
    with pytest.raises(NotEnoughData, match=r"detection\.few_rows"):
        robust_location(np.ones((4, 2)))
    rows = np.random.default_rng(0).normal(size=(40, 2))
    rows[:30, 1] = 4.0
    with pytest.raises(NotEnoughData, match=r"detection\.no_spread"):
        robust_location(rows)


def test_the_index_of_stability_has_the_chance_it_tells():
    rng = np.random.default_rng(2)
    shares = np.full(10, 0.1)
    found = [
        stability_index(rng.multinomial(2_000, shares), rng.multinomial(500, shares)) for _ in range(2_000)
    ]
    p = np.array([one.p for one in found])
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.02)
    assert stability_index([100, 100], [100, 100]).size == 0
    moved = stability_index([500, 500], [300, 700])
    assert moved.size == pytest.approx(0.2 * np.log(7 / 3), rel=0.02)
    assert moved.p < 1e-9


def test_the_kolmogorov_smirnov_test_agrees_with_scipy():
    rng = np.random.default_rng(1)
    for shift in (0.0, 0.3, 1.0):
        one, two = rng.normal(0, 1, 120), rng.normal(shift, 1, 80)
        mine, theirs = kolmogorov_smirnov(one, two), stats.ks_2samp(one, two)
        assert mine.size == pytest.approx(theirs.statistic)
        assert mine.p == pytest.approx(theirs.pvalue, rel=0.35, abs=0.03)


def test_bins_of_the_reference_hold_about_equal_counts():
    edges = bin_edges(np.random.default_rng(0).normal(size=1_000))
    assert len(edges) == 9
    assert bin_edges([1.0, 1.0, 1.0, 1.0, 2.0], bins=4) == (1.0,)


@pytest.mark.parametrize(
    "call",
    [
        lambda: segments([1.0, 2.0], kind="shape"),
        lambda: segments([1.0, 2.0], penalty=0.0),
        lambda: segments([1.0, -2.0], kind="poisson"),
        lambda: generalized_esd([1.0, 2.0, 3.0], most=2),
        lambda: stability_index([1, 2], [1, 2, 3]),
        lambda: stability_index([0, 0], [1, 2]),
        lambda: kolmogorov_smirnov([1.0], [1.0, 2.0]),
    ],
)
def test_what_cannot_be_asked_is_refused(call):
    with pytest.raises(AnlanError):
        call()
