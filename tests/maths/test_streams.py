"""Streams: published vectors, laws of keyed draws, theory within standard errors."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.errors import UsageError
from anlan.maths import streams_kernels as kernels
from anlan.maths.streams import Stream, alias_table, stream_key

N = 200_000


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_random123_vectors(counter, key, expected) -> None:
    assert tuple(int(x) for x in kernels.philox(*map(np.uint64, counter), *map(np.uint64, key))) == expected


def test_logarithm_and_exponential_err_by_at_most_two_units_in_the_last_place() -> None:
    rng = np.random.default_rng(1)
    x = np.exp(rng.uniform(-600, 600, N))
    out = np.empty(N)
    kernels.fill_ln(x, out)
    assert np.max(np.abs(out - np.log(x)) / np.spacing(np.abs(np.log(x)))) <= 2
    near_one = rng.uniform(0.9, 1.1, N)
    kernels.fill_ln(near_one, out)
    assert np.max(np.abs(out - np.log(near_one)) / np.spacing(np.abs(np.log(near_one)))) <= 2
    y = rng.uniform(-600, 600, N)
    kernels.fill_exp(y, out)
    assert np.max(np.abs(out - np.exp(y)) / np.spacing(np.exp(y))) <= 2


def test_normal_quantile_agrees_with_scipy_down_to_the_far_tail() -> None:
    rng = np.random.default_rng(2)
    u = np.concatenate([rng.uniform(0, 1, N), 10.0 ** rng.uniform(-300, -1, N)])
    out = np.empty(2 * N)
    kernels.normal_quantiles(u, out, np.empty(2 * N, dtype=np.int64), np.empty(2 * N))
    assert np.allclose(out, stats.norm.ppf(u), rtol=1e-13, atol=1e-14)
    assert [kernels.normal_quantile(x) for x in u[:: N // 100]] == out[:: N // 100].tolist()


@pytest.mark.parametrize("n", [0, 1, 9, 10, 11, 57, 1000, 10**7])
def test_ln_factorial_agrees_with_the_library(n: int) -> None:
    assert math.isclose(kernels.ln_factorial(n), math.lgamma(n + 1), rel_tol=1e-14, abs_tol=1e-14)


def test_a_draw_depends_on_its_address_alone() -> None:
    stream = Stream(seed=7)
    whole = stream.uniform(1000, purpose=3)
    assert (whole[200:] == stream.uniform(800, purpose=3, first=200)).all()
    assert not np.isin(whole, stream.uniform(1000, purpose=4)).any()
    assert not np.isin(whole, stream.uniform(1000, purpose=3, draw=1)).any()
    assert not np.isin(whole, stream.uniform(1000, purpose=3, place=1)).any()


def test_neighbouring_seeds_and_replications_share_nothing() -> None:
    assert stream_key(5, replication=1) != stream_key(6, replication=0)
    keys = {stream_key(seed, replication=r) for seed in range(-20, 20) for r in range(20)}
    assert len(keys) == 800


def test_seed_zero_is_a_seed_like_any_other() -> None:
    assert (Stream(0).uniform(10, purpose=0) == Stream(0).uniform(10, purpose=0)).all()
    assert (Stream(0).uniform(10, purpose=0) != Stream(1).uniform(10, purpose=0)).all()


@pytest.mark.parametrize(
    ("draw", "theory"),
    [
        (lambda s: s.uniform(N, purpose=0), stats.uniform()),
        (lambda s: s.exponential(N, purpose=0), stats.expon()),
        (lambda s: s.normal(N, purpose=0), stats.norm()),
        (lambda s: s.gamma(N, shape=0.3, purpose=0), stats.gamma(0.3)),
        (lambda s: s.gamma(N, shape=1.0, purpose=0), stats.gamma(1.0)),
        (lambda s: s.gamma(N, shape=40.5, purpose=0), stats.gamma(40.5)),
    ],
)
def test_continuous_draws_follow_their_distribution(draw, theory) -> None:
    p_values = [stats.kstest(draw(Stream(seed)), theory.cdf).pvalue for seed in range(5)]
    assert min(p_values) > 1e-4


@pytest.mark.parametrize("mean", [0.05, 3.0, 9.99, 10.0, 74.0, 5_000.0])
def test_poisson_counts_follow_their_distribution(mean: float) -> None:
    counts = np.concatenate([Stream(seed).poisson(N, mean=mean, purpose=1) for seed in range(3)])
    low, high = int(stats.poisson.ppf(1e-3, mean)), int(stats.poisson.ppf(1 - 1e-3, mean))
    edges = np.unique(np.linspace(low, high + 1, min(40, high - low + 2)).astype(int))
    observed = np.histogram(counts, bins=[-1, *edges, counts.max() + high + 2])[0]
    cdf = stats.poisson.cdf(edges - 1, mean)
    expected = np.diff(np.concatenate([[0.0], cdf, [1.0]])) * len(counts)
    # Edges are whole numbers; numpy's bins take the left edge in, so [-1, edge0) is "below edge0".
    use = expected > 5
    assert (
        stats.chisquare(observed[use] * expected[use].sum() / observed[use].sum(), expected[use]).pvalue
        > 1e-4
    )


@settings(deadline=None)
@given(st.floats(0, 9.9), st.floats(0, 9.9))
def test_a_higher_mean_never_gives_a_lower_count_on_the_same_luck(one: float, other: float) -> None:
    low, high = sorted((one, other))
    few = Stream(3).poisson(50, mean=low, purpose=0)
    many = Stream(3).poisson(50, mean=high, purpose=0)
    assert (few <= many).all()


def test_no_mean_no_events() -> None:
    assert Stream(1).poisson(100, mean=0.0, purpose=0).sum() == 0


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=40).filter(lambda w: sum(w) > 1e-6))
def test_an_alias_table_holds_exactly_its_weights(weights: list[float]) -> None:
    table = alias_table(weights)
    implied = table.threshold.copy()
    np.add.at(implied, table.alias, 1 - table.threshold)
    assert np.allclose(implied / len(weights), np.array(weights) / sum(weights), atol=1e-12)


def test_categories_come_as_often_as_their_weights_say() -> None:
    weights = np.array([5.0, 0.0, 1.0, 3.0, 1.0])
    drawn = Stream(4).category(N, table=alias_table(weights), purpose=2)
    counts = np.bincount(drawn, minlength=5)
    assert counts[1] == 0
    keep = weights > 0
    assert stats.chisquare(counts[keep], N * weights[keep] / weights.sum()).pvalue > 1e-4


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [1.0, -0.5], [1.0, float("nan")], [float("inf")]])
def test_weights_without_a_meaning_are_refused(weights: list[float]) -> None:
    with pytest.raises(UsageError, match="bad_weights"):
        alias_table(weights)


@pytest.mark.parametrize(
    "call", [lambda s: s.gamma(1, shape=0, purpose=0), lambda s: s.poisson(1, mean=-1, purpose=0)]
)
def test_impossible_parameters_are_refused(call) -> None:
    with pytest.raises(UsageError, match="bad_parameter"):
        call(Stream(0))


_DIGEST = """
import hashlib, anlan
from anlan.maths.streams import Stream
s = Stream(11)
parts = [s.uniform(5000, purpose=0), s.exponential(5000, purpose=1), s.normal(5000, purpose=2),
         s.gamma(5000, shape=0.4, purpose=3), s.gamma(5000, shape=7.5, purpose=4),
         s.poisson(5000, mean=3.3, purpose=5), s.poisson(5000, mean=333.0, purpose=6)]
print(hashlib.blake2b(b"".join(p.tobytes() for p in parts), digest_size=16).hexdigest())
"""


@pytest.mark.slow
def test_the_bits_do_not_depend_on_the_kind_of_cpu(tmp_path) -> None:
    digests = set()
    for cpu in ("generic", "host"):
        environment = dict(os.environ, ANLAN_CACHE=str(tmp_path / cpu))
        environment.pop("NUMBA_CACHE_DIR", None)
        if cpu == "generic":
            environment.update(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="")
        done = subprocess.run(
            [sys.executable, "-c", _DIGEST], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1
