"""What the finders look at: the log, its summary, and tables computed once and shared.

Durations are on the clock in use: elapsed time, or working time where the caller hands in the
moments of the log measured on a working calendar.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, NO_TIME, CodedColumn, EventLog
from anlan.domain.log_summary import LogSummary
from anlan.loop.identify.conformance import Conformance, conform
from anlan.loop.identify.intake import arrivals_of, intake_of
from anlan.loop.identify.normal import FIXED, Normal, case_caps_us, normal_of
from anlan.loop.identify.people import PairCounts, count_pairs
from anlan.loop.identify.settings import IdentifySettings
from anlan.loop.identify.sla import CaseClock, SlaOutcome, evaluate_sla
from anlan.maths.local_time import local_us
from anlan.maths.sequences.case_features import CaseFeatures, Visits, case_features, visits_of

_MOST_GROUPS = 20
"""A column with more frequent values than this is not looked through group by group."""

_MOST_STRATA = 200
"""A column with more frequent values than this is no stratum either."""

MOST_GROUP_COLUMNS = 200
"""So many columns are compared by group, the first of the file; each further one would add a test to
every other."""

_END_OF_ALL = 0.03
_END_OF_ITS_CASES = 0.2
_NEARLY_ALL_ITS_CASES = 0.9

_RARE_SHARE = 0.01
"""Values of under 1 % of the cases are pooled when a column serves as strata."""


@dataclass(frozen=True, eq=False)
class WorkingClock:
    """The moments of the log on a working calendar: int64 microseconds per event (`start_us` is
    `NO_TIME` where the log has no start), and that of the moment of judgement."""

    start_us: NDArray[np.int64]
    end_us: NDArray[np.int64]
    as_of_us: int


@dataclass(frozen=True, eq=False)
class Edges:
    """Directly-follows pairs present in the log: `of_event` is the edge an event completes (-1 for
    the first of a case); `source` and `target` are activity codes per edge."""

    of_event: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class IdentifyContext:
    """Input of every finder. `rejected`: rows set aside by reason; `rows_read`: rows of the source."""

    log: EventLog
    settings: IdentifySettings = field(default_factory=IdentifySettings)
    summary: LogSummary | None = None
    working: WorkingClock | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)
    rows_read: int | None = None

    @property
    def n_activities(self) -> int:
        return len(self.log.activity_names)

    def minimum(self, code: str, default: float) -> float:
        return self.settings.minimums.get(code, default)

    @cached_property
    def visits(self) -> Visits:
        return visits_of(self.log)

    @cached_property
    def features(self) -> CaseFeatures:
        return case_features(self.log, self.visits)

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Cases with at least one completed event."""
        return self.features.n_events > 0

    @cached_property
    def as_of_us(self) -> int:
        if self.settings.as_of_us is not None:
            return self.settings.as_of_us
        return int(self.log.end_us.max()) if self.log.n_events else 0

    @cached_property
    def period_days(self) -> float:
        """Days of the intake window, the period of exposure of all findings; see `intake`."""
        intake = intake_of(arrivals_of(self.log))
        return 0.0 if intake is None else intake.days

    @cached_property
    def span_days(self) -> float:
        """From the first moment of the log to its last completion, in days."""
        if not self.log.n_events:
            return 0.0
        first = int(self.features.first_us[self.present].min())
        return (int(self.log.end_us.max()) - first) / 86_400_000_000

    @cached_property
    def end_clock(self) -> NDArray[np.int64]:
        return self.log.end_us if self.working is None else self.working.end_us

    @cached_property
    def start_clock(self) -> NDArray[np.int64]:
        return self.log.start_us if self.working is None else self.working.start_us

    @cached_property
    def has_before(self) -> NDArray[np.bool_]:
        """Per event: another event of its case was completed before it."""
        inside = np.ones(self.log.n_events, dtype=np.bool_)
        inside[self.log.case_offsets[:-1][self.present]] = False
        return inside

    @cached_property
    def gap_us(self) -> NDArray[np.int64]:
        """Per event: time since the completion before it; 0 for the first of a case."""
        gap = np.diff(self.end_clock, prepend=self.end_clock[:1])
        return np.where(self.has_before, np.maximum(gap, 0), 0)

    @cached_property
    def wait_us(self) -> NDArray[np.int64]:
        """Per event: completion before it to its start, or to its completion where no start is known
        (then it includes the work); never negative, 0 for the first of a case."""
        if not self.log.has_start:
            return self.gap_us
        started = self.log.start_us != NO_TIME
        before = np.concatenate([self.end_clock[:1], self.end_clock[:-1]])
        until_start = np.maximum(np.where(started, self.start_clock, 0) - before, 0)
        return np.where(self.has_before, np.where(started, until_start, self.gap_us), 0)

    @cached_property
    def step_us(self) -> NDArray[np.int64]:
        """Per event: completion before it to its own; for the first of a case start to completion,
        -1 where it has no start."""
        step = np.where(self.has_before, self.gap_us, -1)
        if not self.log.has_start:
            return step
        worked = ~self.has_before & (self.log.start_us != NO_TIME)
        step[worked] = (self.end_clock - self.start_clock)[worked]
        return step

    @cached_property
    def visit_wait_us(self) -> NDArray[np.float64]:
        """Per visit: waits of all its executions together."""
        waits = np.bincount(self.visits.visit, weights=self.wait_us, minlength=len(self.visits))
        return waits.astype(np.float64)

    @cached_property
    def visit_began_us(self) -> NDArray[np.int64]:
        """Per visit: the moment its wait began, UTC: the completion before its first execution; for
        the first event of a case its own completion."""
        first = self.visits.first_event
        return np.asarray(self.log.end_us[first - self.has_before[first]])

    @cached_property
    def visit_has_wait(self) -> NDArray[np.bool_]:
        """Per visit: at least one of its executions comes after another event of the case."""
        waited = np.bincount(self.visits.visit[self.has_before], minlength=len(self.visits))
        return np.asarray(waited > 0)

    @cached_property
    def visit_excess_us(self) -> NDArray[np.float64]:
        """Per visit: the part of its waits that is beyond the normal of the step."""
        late = np.minimum(self.excess_us, self.wait_us)
        sums = np.bincount(self.visits.visit, weights=late, minlength=len(self.visits))
        return sums.astype(np.float64)

    @cached_property
    def visits_by_activity(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(visits in the order of their activity, offsets per activity)."""
        order = np.argsort(self.visits.activity.astype(np.int32), kind="stable")
        return order, np.searchsorted(self.visits.activity[order], np.arange(self.n_activities + 1))

    def visits_at(self, activity: int) -> NDArray[np.int64]:
        order, offsets = self.visits_by_activity
        members: NDArray[np.int64] = order[offsets[activity] : offsets[activity + 1]]
        return members

    @cached_property
    def cases_with(self) -> NDArray[np.int64]:
        """Number of cases per activity."""
        return np.diff(self.visits_by_activity[1])

    @cached_property
    def people_of_activities(self) -> PairCounts:
        """Events per (activity, known resource)."""
        log = self.log
        return count_pairs(log.activity, log.resource, self.n_activities, len(log.resource_names))

    @cached_property
    def duration_us(self) -> NDArray[np.int64]:
        """Per case: first moment to last completion on the clock in use, >= 0."""
        features, offsets = self.features, self.log.case_offsets
        if self.working is None:
            return np.asarray(np.maximum(features.last_us - features.first_us, 0))
        begun = np.where(self.log.start_us == NO_TIME, self.end_clock, self.start_clock)
        duration = np.zeros(self.log.n_cases, dtype=np.int64)
        first, last = offsets[:-1][self.present], offsets[1:][self.present] - 1
        duration[self.present] = self.end_clock[last] - np.minimum.reduceat(begun, first)
        return np.asarray(np.maximum(duration, 0))

    @cached_property
    def idle_us(self) -> NDArray[np.int64]:
        """Per case: last completion to the moment of judgement on the clock in use, >= 0."""
        last_event = np.maximum(self.log.case_offsets[1:] - 1, 0)
        as_of = self.as_of_us if self.working is None else self.working.as_of_us
        if not self.log.n_events:
            return np.zeros(self.log.n_cases, dtype=np.int64)
        return np.where(self.present, np.maximum(as_of - self.end_clock[last_event], 0), 0)

    @cached_property
    def total_time_us(self) -> float:
        """All time spent in all cases."""
        return float(self.duration_us.sum())

    @cached_property
    def yardstick_us(self) -> float:
        """All time but that of fixed waiting periods: what a delay worth reporting is a share of, so that
        a longer period by rule hides nothing."""
        fixed = np.array([source == FIXED for source in self.normal.source], dtype=np.bool_)
        waited = self.gap_us[fixed[self.log.activity]].sum() if fixed.any() else 0
        return self.total_time_us - float(waited)

    @cached_property
    def normal(self) -> Normal:
        """What each step normally takes; see `normal`."""
        return normal_of(
            self.log.activity,
            self.step_us,
            names=self.log.activity_names,
            promises_us={} if self.settings.sla is None else self.settings.sla.activity_limits_us,
            closing=self.closing,
            fewest=self.settings.min_cases,
        )

    @cached_property
    def excess_us(self) -> NDArray[np.int64]:
        """Per event: time beyond the normal of its step."""
        return self.normal.excess_of(self.log.activity, self.step_us)

    @cached_property
    def excess_so_far_us(self) -> NDArray[np.int64]:
        """Per event: `excess_us` of all events of the log up to and with it; differences inside a case
        are the excess of a passage."""
        return np.cumsum(self.excess_us)

    @cached_property
    def case_cap_us(self) -> NDArray[np.float64]:
        """Per case: the most it can have lost, by all findings together; see `normal`."""
        return case_caps_us(self.log, self.excess_us, promises=self.settings.sla, outcome=self.sla)

    def is_material(self, delay_min: NDArray[np.floating]) -> bool:
        """The delay is at least the reported share of all time in the process, fixed waiting periods
        apart. Hand in what is left of a claim under the caps of the cases (`Hit.claims`)."""
        share = self.settings.min_delay_share
        return bool(delay_min.sum() * 60e6 >= share * self.yardstick_us and delay_min.sum() > 0)

    @cached_property
    def closing(self) -> NDArray[np.bool_]:
        """Per activity: a finished case may end with it. Learned: at least a fifth of the cases that
        contain it end with it, and so do at least 3 % of all cases; or, however rare it is, at least
        nine tenths of the cases that contain it end with it (a cancellation). Where so many cases are
        given up at a step that it looks like an end, name the closing activities in the settings."""
        if self.settings.closing_activities is not None:
            return np.array([name in self.settings.closing_activities for name in self.log.activity_names])
        ends = np.bincount(self.features.last_activity[self.present], minlength=self.n_activities)
        holders = np.maximum(self.cases_with, 1)
        often = (ends >= _END_OF_ALL * int(self.present.sum())) & (ends >= _END_OF_ITS_CASES * holders)
        always = (self.cases_with >= self.settings.min_cases) & (ends >= _NEARLY_ALL_ITS_CASES * holders)
        return np.asarray(often | always)

    @cached_property
    def finished(self) -> NDArray[np.bool_]:
        """Per case: it ended with a closing activity; all cases where no activity is one."""
        if not self.closing.any():
            return self.present
        return self.present & self.closing[self.features.last_activity]

    @cached_property
    def conformance(self) -> Conformance | None:
        """The finished cases against the model; None without a model or without such cases."""
        if self.settings.model is None or not self.finished.any():
            return None
        return conform(self.log, self.settings.model, among=self.finished)

    @cached_property
    def duration_order(self) -> NDArray[np.int64]:
        """Finished cases by ascending duration; equal ones by hash, so that the order in which cases
        appear in the source changes nothing."""
        finished = np.flatnonzero(self.finished)
        return finished[np.lexsort((self.log.case_hash[finished], self.duration_us[finished]))]

    @cached_property
    def edges(self) -> Edges:
        events = np.flatnonzero(self.has_before)
        activity = self.log.activity.astype(np.int64)
        code = activity[events - 1] * self.n_activities + activity[events]
        if self.n_activities <= 2_000:
            used = np.flatnonzero(np.bincount(code, minlength=self.n_activities**2))
            number = np.full(self.n_activities**2, -1, dtype=np.int64)
            number[used] = np.arange(len(used))
            inverse = number[code]
        else:
            used, inverse = np.unique(code, return_inverse=True)
        of_event = np.full(self.log.n_events, -1, dtype=np.int64)
        of_event[events] = inverse
        return Edges(of_event, used // max(self.n_activities, 1), used % max(self.n_activities, 1))

    @cached_property
    def sla(self) -> SlaOutcome | None:
        if self.settings.sla is None:
            return None
        idle_us = np.where(self.finished, 0, self.idle_us)
        clock = CaseClock(
            self.features.first_us,
            self.features.last_us,
            self.duration_us + idle_us,
            self.duration_us + self.idle_us,
            self.finished,
            self.step_us,
            idle_us,
        )
        return evaluate_sla(self.log, self.settings.sla, clock=clock, as_of_us=self.as_of_us)

    @cached_property
    def arrival_local_us(self) -> NDArray[np.int64]:
        """Per case: its first moment on the local clock."""
        return local_us(self.features.first_us, self.log.zone)

    @cached_property
    def arrival_rank(self) -> NDArray[np.int64]:
        """Place of each case in the order of arrival."""
        order = np.argsort(self.features.first_us, kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank

    @cached_property
    def groups(self) -> Mapping[str, CodedColumn]:
        """Columns that group the cases: per case the value it arrived with (its first event's)."""
        first = self.log.case_offsets[:-1]
        columns: dict[str, CodedColumn] = {}
        for name, column in {**self.log.attributes, **self.log.case_attributes}.items():
            if name in self.settings.skip_attributes:
                continue
            codes = column.codes
            if name not in self.log.case_attributes:
                codes = np.full(self.log.n_cases, MISSING, dtype=np.int32)
                codes[self.present] = column.codes[first[self.present]]
            columns[name] = CodedColumn(codes, column.values)
        return columns

    @cached_property
    def strata(self) -> Mapping[str, tuple[NDArray[np.int32], int]]:
        """Columns of few groups as (stratum of each case, number of strata); rare values pooled."""
        usable = self._pooled_columns(self.groups, self._fewest, _MOST_GROUPS)
        return dict(islice(usable, MOST_GROUP_COLUMNS))

    @cached_property
    def peer_strata(self) -> Mapping[str, tuple[NDArray[np.int32], int]]:
        """Columns inside whose values cases can be compared: those of few groups, and those of up to
        200 (routes, shops), which are no groups to report but may well explain one."""
        others = {name: column for name, column in self.groups.items() if name not in self.strata}
        fine = self._pooled_columns(others, self.settings.min_cases, _MOST_STRATA)
        return {**self.strata, **dict(islice(fine, MOST_GROUP_COLUMNS - len(self.strata)))}

    @property
    def more_group_columns(self) -> bool:
        """Whether columns that group the cases were left out of all comparisons."""
        if len(self.peer_strata) < MOST_GROUP_COLUMNS:
            return False
        others = {name: column for name, column in self.groups.items() if name not in self.peer_strata}
        coarse = self._pooled_columns(others, self._fewest, _MOST_GROUPS)
        fine = self._pooled_columns(others, self.settings.min_cases, _MOST_STRATA)
        return any(True for _ in chain(coarse, fine))

    @property
    def _fewest(self) -> float:
        """Cases a value must have to be a group of its own."""
        return float(max(self.settings.min_cases, _RARE_SHARE * self.present.sum()))

    def _pooled_columns(
        self, columns: Mapping[str, CodedColumn], fewest: float, most: int
    ) -> Iterator[tuple[str, tuple[NDArray[np.int32], int]]]:
        for name, column in columns.items():
            pooled = self._pooled(column, fewest, most)
            if pooled is not None:
                yield name, pooled

    @cached_property
    def checked_cases(self) -> NDArray[np.int64]:
        """Cases with a promise that can be judged."""
        return np.flatnonzero(self.sla.checked) if self.sla is not None else np.zeros(0, dtype=np.int64)

    def stratum_sizes(self, cases: NDArray[np.int64]) -> Mapping[str, NDArray[np.int64]]:
        """Cases per stratum of each column; kept for the two sets of cases all tests look at."""
        if cases is self.duration_order:
            return self._sizes_of_finished
        if cases is self.__dict__.get("checked_cases"):
            return self._sizes_of_checked
        return self._count_strata(cases)

    @cached_property
    def _sizes_of_finished(self) -> Mapping[str, NDArray[np.int64]]:
        return self._count_strata(self.duration_order)

    @cached_property
    def _sizes_of_checked(self) -> Mapping[str, NDArray[np.int64]]:
        return self._count_strata(self.checked_cases)

    def _count_strata(self, cases: NDArray[np.int64]) -> Mapping[str, NDArray[np.int64]]:
        return {name: np.bincount(codes[cases], minlength=n) for name, (codes, n) in self.peer_strata.items()}

    def _pooled(self, column: CodedColumn, fewest: float, most: int) -> tuple[NDArray[np.int32], int] | None:
        counts = np.bincount(column.codes[self.present] + 1, minlength=len(column.values) + 1)
        frequent = counts >= fewest
        if not 2 <= frequent.sum() <= most or counts[frequent].sum() < 0.5 * counts.sum():
            return None
        number = np.zeros(len(counts), dtype=np.int32)
        number[frequent] = np.arange(1, frequent.sum() + 1)
        return number[column.codes + 1], int(frequent.sum()) + 1

    def events_by_activity(self, mask: NDArray[np.bool_]) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """(activity, its events where `mask` holds), for activities that have any."""
        positions = np.flatnonzero(mask)
        order = np.argsort(self.log.activity[positions], kind="stable")
        positions = positions[order]
        codes = self.log.activity[positions]
        borders = np.flatnonzero(np.diff(codes)) + 1
        for part in np.split(positions, borders):
            if len(part):
                yield int(self.log.activity[part[0]]), part

    def mask_of(self, cases: NDArray[np.int64]) -> NDArray[np.bool_]:
        mask = np.zeros(self.log.n_cases, dtype=np.bool_)
        mask[cases] = True
        return mask

    def slowest_node(self, affected: NDArray[np.bool_]) -> tuple[str, ...]:
        """Activity at which the affected cases lose most time per case against the other cases: time
        beyond the normal, or, where there is none, all time."""
        if not self.log.n_events or not affected.any():
            return ()
        hit = affected[self.log.case]
        time_us = self.excess_us if self.excess_us[hit].any() else self.gap_us
        loss = self._by_activity(time_us, hit) / affected.sum()
        others = self.present & ~affected
        if others.any():
            loss = loss - self._by_activity(time_us, ~hit) / others.sum()
        return (self.log.activity_names[int(np.argmax(loss))],)

    def _by_activity(self, time_us: NDArray, events: NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.bincount(self.log.activity[events], weights=time_us[events], minlength=self.n_activities)
        return sums.astype(np.float64)
