"""Synthetic event logs for measuring speed: drawn with NumPy straight into an `EventLog`."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anlan.domain.event_log import N_BUCKETS, EventLog, bucket_of

_MONDAY_2024_US = 1_704_067_200_000_000
_YEAR_S = 31_557_600


def synthetic_log(
    *,
    seed: int,
    n_events: int,
    n_activities: int = 16,
    n_followers: int = 3,
    n_people: int = 60,
    mean_length: float = 8.5,
    even: bool = False,
    zone: str = "Europe/Berlin",
) -> EventLog:
    """A service desk's log: cases of a Markov chain in which each activity has `n_followers` likely
    successors (about `n_activities * n_followers` edges where all are `even`ly likely), lognormal gaps,
    starts and resources."""
    rng = np.random.default_rng(seed)
    lengths = _lengths(rng, n_events, mean_length)
    n_cases, n = len(lengths), int(lengths.sum())
    case_hash = rng.integers(0, 2**64, n_cases, dtype=np.uint64)
    case_hash = case_hash[np.argsort(bucket_of(case_hash), kind="stable")]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    case = np.repeat(np.arange(n_cases, dtype=np.int32), lengths)
    gap_us = np.exp(rng.normal(8.5, 1.6, n)).astype(np.int64) * 1_000_000
    arrival_us = _MONDAY_2024_US + rng.integers(0, 2 * _YEAR_S, n_cases) * 1_000_000
    gap_us[offsets[:-1]] = 0
    elapsed = np.cumsum(gap_us)
    end = arrival_us[case] + elapsed - elapsed[offsets[:-1]][case]
    return EventLog(
        case=case,
        activity=_chain(rng, offsets, n, n_activities, n_followers, even),
        start_us=end - (gap_us * rng.random(n)).astype(np.int64),
        end_us=end,
        resource=rng.integers(0, n_people, n, dtype=np.int32),
        row=np.arange(1, n + 1, dtype=np.int64),
        row_hash=np.zeros(n, dtype=np.uint64),
        case_offsets=offsets,
        case_names=pa.array(np.arange(n_cases)).cast(pa.string()),
        case_hash=case_hash,
        bucket_offsets=np.searchsorted(bucket_of(case_hash), np.arange(N_BUCKETS + 1)).astype(np.int64),
        activity_names=tuple(f"activity {k:04d}" for k in range(n_activities)),
        resource_names=tuple(f"person {k:05d}" for k in range(n_people)),
        zone=zone,
        has_start=True,
    )


def _lengths(rng: np.random.Generator, n_events: int, mean: float) -> NDArray[np.int64]:
    lengths = 2 + rng.geometric(1 / (mean - 1), int(n_events / mean * 1.2) + 10) - 1
    return lengths[: int(np.searchsorted(np.cumsum(lengths), n_events)) + 1]


def _chain(
    rng: np.random.Generator,
    offsets: NDArray[np.int64],
    n: int,
    n_activities: int,
    n_followers: int,
    even: bool,
) -> NDArray[np.int32]:
    """Steps drawn for all cases at once, position by position."""
    followers = rng.integers(0, n_activities, (n_activities, n_followers), dtype=np.int32)
    choice = rng.integers(0, n_followers, n) if even else np.minimum(rng.geometric(0.5, n), n_followers) - 1
    steps = np.zeros(n, dtype=np.int32)
    alive = np.arange(len(offsets) - 1)
    position = 0
    while True:
        at = offsets[alive] + position
        keep = at < offsets[alive + 1]
        alive, at = alive[keep], at[keep]
        if not len(alive):
            return steps
        if position:
            steps[at] = followers[steps[at - 1], choice[at]]
        position += 1
