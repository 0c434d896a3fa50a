"""Small event logs for tests: made by hand from rows, or drawn at random with effects planted.

log = make_log([("a", "register", "2024-01-01 09:00", "ann"), ("a", "close", "2024-01-01 10:00")])

draft = random_draft(seed=1, n_cases=400)
draft.gap_s[draft.steps == "check"] *= 5          # plant a slow step
log = draft.build()
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from anlan.domain.event_log import MISSING, N_BUCKETS, NO_TIME, CodedColumn, EventLog, bucket_of, code_type

MONDAY_2024_US = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
"""2024-01-01 00:00 UTC, a Monday."""


def to_us(moment: Any) -> int:
    """Microseconds since 1970 of an int (already that), a datetime or an ISO text (UTC where naive)."""
    if isinstance(moment, int | np.integer):
        return int(moment)
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def make_log(
    rows: Sequence[tuple],
    zone: str = "UTC",
    *,
    attributes: Mapping[str, Sequence[str | None]] | None = None,
    case_attributes: Mapping[str, Mapping[str, str]] | None = None,
    costs: Sequence[float | None] | None = None,
) -> EventLog:
    """A log from rows (case, activity, end[, resource[, start]]).

    `attributes`: one value per row (None = missing); `case_attributes`: name -> case -> value;
    `costs`: one amount per row.
    """
    filled = [tuple(row) + (None,) * (5 - len(row)) for row in rows]
    return log_from_columns(
        case=[row[0] for row in filled],
        activity=[row[1] for row in filled],
        end_us=[to_us(row[2]) for row in filled],
        resource=[row[3] for row in filled],
        start_us=None
        if all(row[4] is None for row in filled)
        else [NO_TIME if row[4] is None else to_us(row[4]) for row in filled],
        attributes=attributes or {},
        case_attributes=case_attributes or {},
        costs=costs,
        zone=zone,
    )


def log_from_columns(
    *,
    case: Sequence[str],
    activity: Sequence[str],
    end_us: Sequence[int],
    resource: Sequence[str | None] | None = None,
    start_us: Sequence[int] | None = None,
    attributes: Mapping[str, Sequence[str | None]] | None = None,
    case_attributes: Mapping[str, Mapping[str, str]] | None = None,
    costs: Sequence[float | None] | None = None,
    zone: str = "UTC",
) -> EventLog:
    """A log from columns in source order, stored in the order `EventLog` promises."""
    n = len(case)
    names, case_code = _by_first_appearance(case)
    hashes = np.array([xxhash.xxh64(name.encode(), seed=42).intdigest() for name in names], dtype=np.uint64)
    case_order = np.argsort(bucket_of(hashes), kind="stable")
    rank = np.empty(len(names), dtype=np.int64)
    rank[case_order] = np.arange(len(names))
    case_number = rank[case_code] if n else np.zeros(0, dtype=np.int64)
    ends = np.asarray(end_us, dtype=np.int64)
    rows = np.arange(1, n + 1, dtype=np.int64)
    order = np.lexsort((rows, ends, case_number))
    activities, activity_code = _by_first_appearance(activity)
    people = _coded(resource if resource is not None else [None] * n)
    starts = np.full(n, NO_TIME, dtype=np.int64) if start_us is None else np.asarray(start_us, dtype=np.int64)
    row_texts = zip(case, activity, ends.tolist(), starts.tolist(), resource or [None] * n, strict=True)
    row_hash = np.array(
        [xxhash.xxh64(repr(text).encode()).intdigest() for text in row_texts], dtype=np.uint64
    )
    sorted_names = [names[i] for i in case_order]
    return EventLog(
        case=case_number[order].astype(np.int32),
        activity=activity_code[order].astype(np.int32),
        start_us=starts[order],
        end_us=ends[order],
        resource=people.codes[order],
        row=rows[order],
        row_hash=row_hash[order],
        case_offsets=np.searchsorted(case_number[order], np.arange(len(names) + 1)).astype(np.int64),
        case_names=pa.array(sorted_names, type=pa.string()),
        case_hash=hashes[case_order],
        bucket_offsets=np.searchsorted(bucket_of(hashes[case_order]), np.arange(N_BUCKETS + 1)).astype(
            np.int64
        ),
        activity_names=activities,
        resource_names=people.values,
        cost=None if costs is None else _millionths(costs)[order],
        attributes={
            name: CodedColumn(column.codes[order].astype(code_type(len(column.values))), column.values)
            for name, column in ((name, _coded(values)) for name, values in (attributes or {}).items())
        },
        case_attributes={
            name: _coded([by_case.get(case_name) for case_name in sorted_names])
            for name, by_case in (case_attributes or {}).items()
        },
        zone=zone,
        zone_source="option",
        has_start=start_us is not None,
    )


def _by_first_appearance(values: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    names = tuple(dict.fromkeys(values))
    code_of = {name: code for code, name in enumerate(names)}
    return names, np.fromiter((code_of[value] for value in values), dtype=np.int64, count=len(values))


def _coded(values: Sequence[str | None]) -> CodedColumn:
    names = tuple(dict.fromkeys(value for value in values if value is not None))
    code_of: dict[str | None, int] = {None: MISSING, **{name: code for code, name in enumerate(names)}}
    return CodedColumn(np.array([code_of[value] for value in values], dtype=np.int32), names)


def _millionths(costs: Sequence[float | None]) -> np.ndarray:
    return np.array([0 if cost is None else round(cost * 1_000_000) for cost in costs], dtype=np.int64)


@dataclass
class LogDraft:
    """A random log before its clock is set: edit the arrays to plant an effect, then `build()`.

    Per event, in case order: `case` (0..n_cases-1), `steps` (activity names), `gap_s` (seconds since
    the event before it, or since the arrival of the case), `people` (resource names),
    `service_s` (seconds of work, or None: then the log has no start times), `attributes`.
    Per case: `arrival_s` seconds after 2024-01-01 (a Monday), `case_values` (name -> array).
    """

    case: np.ndarray
    steps: np.ndarray
    gap_s: np.ndarray
    people: np.ndarray
    arrival_s: np.ndarray
    service_s: np.ndarray | None = None
    attributes: dict[str, np.ndarray] = field(default_factory=dict)
    case_values: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def n_cases(self) -> int:
        return len(self.arrival_s)

    def keep(self, mask: np.ndarray) -> None:
        """Drop the events where `mask` is False; the gaps of what follows stay as they are."""
        self.case, self.steps, self.gap_s, self.people = (
            array[mask] for array in (self.case, self.steps, self.gap_s, self.people)
        )
        self.service_s = None if self.service_s is None else self.service_s[mask]
        self.attributes = {name: values[mask] for name, values in self.attributes.items()}

    def insert_after(self, mask: np.ndarray, step: str, gap_s: float = 600.0) -> None:
        """After each event where `mask` is True put one more event `step` by the same person."""
        position = np.flatnonzero(mask) + 1
        self.case = np.insert(self.case, position, self.case[mask])
        self.steps = np.insert(self.steps.astype(object), position, step)
        self.gap_s = np.insert(self.gap_s, position, gap_s)
        self.people = np.insert(self.people, position, self.people[mask])
        if self.service_s is not None:
            self.service_s = np.insert(self.service_s, position, min(gap_s, 60.0))
        self.attributes = {
            name: np.insert(values, position, values[mask]) for name, values in self.attributes.items()
        }

    def ends_us(self) -> np.ndarray:
        """Completion of each event in UTC microseconds."""
        total = np.cumsum(self.gap_s)
        first = np.searchsorted(self.case, np.arange(self.n_cases))
        before = np.where(first > 0, total[np.maximum(first - 1, 0)], 0.0)
        seconds = self.arrival_s[self.case] + total - before[self.case]
        return MONDAY_2024_US + np.round(seconds).astype(np.int64) * 1_000_000

    def build(self, zone: str = "UTC") -> EventLog:
        ends = self.ends_us()
        starts = None if self.service_s is None else ends - np.round(self.service_s * 1e6).astype(np.int64)
        names = [f"case-{number:06d}" for number in range(self.n_cases)]
        return log_from_columns(
            case=[names[number] for number in self.case],
            activity=self.steps.tolist(),
            end_us=ends.tolist(),
            resource=self.people.tolist(),
            start_us=None if starts is None else starts.tolist(),
            attributes={name: values.tolist() for name, values in self.attributes.items()},
            case_attributes={
                name: dict(zip(names, values.tolist(), strict=True))
                for name, values in self.case_values.items()
            },
            zone=zone,
        )


def random_draft(
    *,
    seed: int,
    n_cases: int = 400,
    path: Sequence[str] = ("register", "check", "decide", "notify", "close"),
    skip: float = 0.0,
    repeat: float = 0.0,
    mean_gap_s: float = 3_600.0,
    gap_shape: float = 1.0,
    days: float = 100.0,
    n_people: int = 8,
    attributes: Mapping[str, Sequence[str]] | None = None,
    with_service: bool = False,
) -> LogDraft:
    """A null log: every case walks `path`; nothing depends on anything else.

    `skip`: chance that an inner step is left out; `repeat`: chance that a step is done again at once;
    gaps are Gamma(`gap_shape`) with mean `mean_gap_s`; arrivals are uniform over `days`; each event
    is done by one of `n_people` at random; `attributes`: name -> values drawn per case.
    """
    rng = np.random.default_rng(seed)
    executions = np.ones((n_cases, len(path)), dtype=np.int64)
    if len(path) > 2:
        executions[:, 1:-1] = rng.random((n_cases, len(path) - 2)) >= skip
    executions += executions * (rng.random(executions.shape) < repeat)
    case = np.repeat(np.repeat(np.arange(n_cases), len(path)), executions.ravel())
    steps = np.repeat(np.tile(np.array(path, dtype=object), n_cases), executions.ravel())
    n = len(case)
    gap_s = rng.gamma(gap_shape, mean_gap_s / gap_shape, n)
    gap_s[np.searchsorted(case, np.arange(n_cases))] = 0.0
    people = np.array([f"person-{k}" for k in range(n_people)], dtype=object)[rng.integers(0, n_people, n)]
    draft = LogDraft(case, steps, gap_s, people, np.sort(rng.uniform(0.0, days * 86_400.0, n_cases)))
    if with_service:
        draft.service_s = np.minimum(gap_s, rng.exponential(300.0, n))
    for name, values in (attributes or {}).items():
        draft.case_values[name] = np.array(values, dtype=object)[rng.integers(0, len(values), n_cases)]
    return draft


def random_log(*, seed: int, zone: str = "UTC", **settings: Any) -> EventLog:
    """`random_draft(...).build()` in one call."""
    return random_draft(seed=seed, **settings).build(zone)
