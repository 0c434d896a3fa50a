"""The series an indicator is made of: one value a period, from the cases of a log and a finding."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.finding import Finding
from anlan.loop.identify.context import WorkingClock
from anlan.loop.monitor.periods import CaseTable, Periods
from anlan.maths.local_time import day_number, local_us


@dataclass(frozen=True, eq=False)
class Series:
    """`value[i]` of period i from `size[i]` cases or events; NaN where the period has none.

    For shares and rates `count` is the numerator and `value = count / size`; else it is None.
    """

    value: NDArray[np.float64]
    size: NDArray[np.int64]
    count: NDArray[np.int64] | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """What series are made from: the log, its cases, and the activity codes by name."""

    log: EventLog
    cases: CaseTable
    working: WorkingClock | None = None

    @property
    def start_clock(self) -> NDArray[np.int64]:
        return self.log.start_us if self.working is None else self.working.start_us

    @property
    def end_clock(self) -> NDArray[np.int64]:
        return self.log.end_us if self.working is None else self.working.end_us

    def codes(self, names: tuple[str, ...]) -> NDArray[np.int64]:
        wanted = [self.log.activity_names.index(name) for name in names if name in self.log.activity_names]
        return np.array(wanted, dtype=np.int64)

    def passing(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        """Per row of `cases`: the case holds one of the activities; True for all where none is named."""
        codes = self.codes(names)
        if not len(codes):
            return np.ones(len(self.cases.case), dtype=np.bool_)
        hit = np.zeros(self.log.n_cases, dtype=np.bool_)
        hit[self.log.case[np.isin(self.log.activity, codes)]] = True
        return hit[self.cases.case]

    def affected(self, finding: Finding) -> NDArray[np.bool_]:
        """Per row of `cases`: the finding hits the case."""
        return np.isin(self.cases.case, finding.affected)

    def group(self, finding: Finding) -> NDArray[np.bool_]:
        """Per row of `cases`: the case is of the group the finding names by `column` and `value` (what
        it arrived with); the affected cases where no such column is in the log."""
        name, value = finding.parameters.get("column"), finding.parameters.get("value")
        by_case = self.log.case_attributes.get(str(name))
        if by_case is not None and value in by_case.values:
            return np.equal(by_case.codes[self.cases.case], by_case.values.index(str(value)))
        by_event = self.log.attributes.get(str(name))
        if by_event is not None and value in by_event.values:
            first = self.log.case_offsets[self.cases.case]
            return np.equal(by_event.codes[first], by_event.values.index(str(value)))
        return self.affected(finding)

    def opportunities(self, finding: Finding) -> NDArray[np.bool_]:
        """Cases that could have been hit: those passing the finding's nodes where that holds every
        affected case, else all cases."""
        passing = self.passing(finding.nodes)
        return passing if np.all(passing[self.affected(finding)]) else np.ones_like(passing)


def affected_share(material: Material, finding: Finding, periods: Periods) -> Series:
    """Share of the closed cases with the opportunity that the finding hits, by closing."""
    eligible = material.opportunities(finding)
    at = periods.index(material.cases.closed_day)
    size = np.bincount(at[eligible], minlength=periods.n)
    count = np.bincount(at[eligible & material.affected(finding)], minlength=periods.n)
    return _ratio(count, size)


def case_duration(material: Material, finding: Finding, periods: Periods) -> Series:
    """Median duration of the closed cases passing the finding's nodes, seconds, by closing."""
    return _medians(material, material.opportunities(finding), periods)


def group_duration(material: Material, finding: Finding, periods: Periods) -> Series:
    """Median duration of the cases of the finding's group, seconds, by closing."""
    return _medians(material, material.group(finding), periods)


def _medians(material: Material, chosen: NDArray[np.bool_], periods: Periods) -> Series:
    at = periods.index(material.cases.closed_day[chosen])
    return _median_by(at, material.cases.duration_us[chosen] / 1e6, periods.n)


def node_gap(material: Material, finding: Finding, periods: Periods) -> Series:
    """Median time before the finding's last node (completion before it to its own completion, or to
    its start where the log knows it), seconds, by the day it was completed."""
    log = material.log
    inside = np.ones(log.n_events, dtype=np.bool_)
    inside[log.case_offsets[material.cases.case]] = False
    events = np.flatnonzero(inside & np.isin(log.activity, material.codes(finding.nodes[-1:])))
    starts, ends = material.start_clock, material.end_clock
    until = np.where(log.start_us[events] == NO_TIME, ends[events], starts[events])
    gap_s = np.maximum(until - ends[events - 1], 0) / 1e6
    at = periods.index(day_number(local_us(log.end_us[events], log.zone)))
    return _median_by(at, gap_s, periods.n)


def handovers(material: Material, finding: Finding, periods: Periods) -> Series:
    """Changes of resource inside a case per closed case, by closing."""
    log = material.log
    changes = np.zeros(log.n_cases, dtype=np.int64)
    known = (log.resource[1:] >= 0) & (log.resource[:-1] >= 0) & (log.resource[1:] != log.resource[:-1])
    same_case = log.case[1:] == log.case[:-1]
    np.add.at(changes, log.case[1:][known & same_case], 1)
    at = periods.index(material.cases.closed_day)
    count = np.bincount(at, weights=changes[material.cases.case], minlength=periods.n)
    return _ratio(count.astype(np.int64), np.bincount(at, minlength=periods.n))


def arrivals(material: Material, finding: Finding, periods: Periods) -> Series:
    """New cases a period."""
    count = np.bincount(periods.index(material.cases.opened_day), minlength=periods.n)
    return Series(count.astype(np.float64), count)


def net_inflow(material: Material, finding: Finding, periods: Periods) -> Series:
    """New cases less closed ones a period: how much the work in progress grew."""
    opened = np.bincount(periods.index(material.cases.opened_day), minlength=periods.n)
    closed = np.bincount(periods.index(material.cases.closed_day), minlength=periods.n)
    return Series((opened - closed).astype(np.float64), opened + closed)


Maker = Callable[[Material, Finding, Periods], Series]


def _ratio(count: NDArray[np.int64], size: NDArray[np.int64]) -> Series:
    with np.errstate(invalid="ignore", divide="ignore"):
        return Series(count / size, size, count)


def _median_by(at: NDArray[np.int64], values: NDArray[np.float64], n: int) -> Series:
    order = np.lexsort((values, at))
    edges = np.searchsorted(at[order], np.arange(n + 1))
    size = np.diff(edges)
    median = np.full(n, np.nan)
    ordered = values[order]
    for period in np.flatnonzero(size):
        median[period] = np.median(ordered[edges[period] : edges[period + 1]])
    return Series(median, size)
