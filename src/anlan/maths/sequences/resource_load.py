"""The load of each resource over all its cases: busy time, tasks at once, and hours of the week.

Overlap in time cannot be added up from parts of the cases: two tasks of one person may lie in two cases.
So this summary is taken by resource and time, and parts add up when they hold different resources.

    load = resource_load(log)
    load.time_at_level(0)            # ([1, 2], [seconds alone with one task, with two])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.domain.event_log import MISSING, NO_TIME, EventLog
from anlan.domain.log_summary import HOURS_OF_WEEK
from anlan.maths.read_only import constant
from anlan.maths.sequences.dictionary import dictionary_of
from anlan.maths.sequences.resource_load_kernels import sweep_levels
from anlan.maths.sequences.wall_clock import wall_clock

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ResourceLoad:
    """Arrays are int64; `names` are sorted by code point, resources without an event are left out.

    events     (r,) completions; intervals (r,): those with a known start, of a length above zero
    occupied_us  (r,) time with at least one task open; peak (r,): most open at once, 0 without intervals
    hour_resource / hour / hour_count: sparse completions per resource and local hour of the week (0 =
               Monday 00-01), sorted by both
    level_resource / level / level_us: sparse time that a resource had exactly `level` (>= 1) tasks open
    """

    names: tuple[str, ...]
    events: Counts
    intervals: Counts
    occupied_us: Counts
    peak: Counts
    hour_resource: Counts
    hour: Counts
    hour_count: Counts
    level_resource: Counts
    level: Counts
    level_us: Counts
    zone: str | None = None

    @classmethod
    def empty(cls) -> "ResourceLoad":
        """No resources: the identity of `+`."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(
            (), nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing
        )

    def time_at_level(self, resource: int) -> tuple[Counts, NDArray[np.float64]]:
        """(tasks at once, seconds with so many) of one resource."""
        part = slice(*np.searchsorted(self.level_resource, [resource, resource + 1]))
        return self.level[part], self.level_us[part] / 1e6

    def mean_level(self, resource: int) -> float | None:
        """Mean number of tasks open while at least one is; None without intervals."""
        occupied = int(self.occupied_us[resource])
        level, seconds = self.time_at_level(resource)
        return float(np.sum(level * seconds)) * 1e6 / occupied if occupied else None

    def __add__(self, other: "ResourceLoad") -> "ResourceLoad":
        """The load of the resources of both; UsageError where one resource is in both."""
        return merge_loads([self, other]) if isinstance(other, ResourceLoad) else NotImplemented


def resource_load(log: EventLog, *, only: Sequence[str] | None = None) -> ResourceLoad:
    """Load of every resource of the log, or of those named in `only`."""
    dictionary = dictionary_of(log)
    position = dictionary.resource_rank[log.resource + 1].astype(np.int64)
    wanted = log.resource != MISSING
    if only is not None:
        chosen = np.isin(np.array(dictionary.resource_names, dtype=object), list(only))
        wanted &= np.append(chosen, False)[position]
    events = np.bincount(position[wanted], minlength=dictionary.resource_width)[:-1]
    used = np.flatnonzero(events)
    if not len(used):
        return ResourceLoad.empty()
    place = np.full(dictionary.resource_width, -1, dtype=np.int64)
    place[used] = np.arange(len(used))
    own = place[position[wanted]]
    hours = own * HOURS_OF_WEEK + wall_clock(log).hour_of_week_of(log.end_us[wanted])
    hour_keys, hour_count = np.unique(hours, return_counts=True)
    begun = wanted & (log.start_us != NO_TIME) & (log.end_us > log.start_us)
    tasks = _Tasks(place[position[begun]], log.start_us[begun], log.end_us[begun])
    level_resource, level, level_us = tasks.time_at_levels(len(used))
    occupied, peak = np.zeros((2, len(used)), dtype=np.int64)
    np.add.at(occupied, level_resource, level_us)
    np.maximum.at(peak, level_resource, level)
    return ResourceLoad(
        names=tuple(dictionary.resource_names[number] for number in used),
        events=events[used],
        intervals=np.bincount(tasks.resource, minlength=len(used)),
        occupied_us=occupied,
        peak=peak,
        hour_resource=hour_keys // HOURS_OF_WEEK,
        hour=hour_keys % HOURS_OF_WEEK,
        hour_count=hour_count,
        level_resource=level_resource,
        level=level,
        level_us=level_us,
        zone=log.zone,
    )


@dataclass(frozen=True, eq=False)
class _Tasks:
    """Intervals of work: position of the resource, start and end (later than the start)."""

    resource: Counts
    start_us: Counts
    end_us: Counts

    def time_at_levels(self, n_resources: int) -> tuple[Counts, Counts, Counts]:
        """Sparse (resource, tasks at once, microseconds), by sweeping over sorted starts and ends."""
        offsets = np.concatenate([[0], np.cumsum(np.bincount(self.resource, minlength=n_resources))])
        order = np.argsort(self.resource, kind="stable")
        starts, ends = self.start_us[order], self.end_us[order]
        for begin, stop in pairwise(offsets.tolist()):
            starts[begin:stop].sort()
            ends[begin:stop].sort()
        resource, level, spent = sweep_levels(constant(starts), constant(ends), constant(offsets))
        return resource, level, spent


def merge_loads(parts: Sequence[ResourceLoad]) -> ResourceLoad:
    """The load of the resources of all parts; UsageError where one is in two or zones differ."""
    filled = [part for part in parts if part.names]
    if len(filled) <= 1:
        return filled[0] if filled else ResourceLoad.empty()
    names = [name for part in filled for name in part.names]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise UsageError("summary.resource_twice", names=twice[:5], count=len(twice))
    zones = {str(part.zone) for part in filled}
    if len(zones) > 1:
        raise UsageError("summary.zones_differ", found=sorted(zones))
    order = np.array(sorted(range(len(names)), key=names.__getitem__))
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    places = np.split(place, np.cumsum([len(part.names) for part in filled])[:-1])

    def dense(field: str) -> Counts:
        return np.asarray(np.concatenate([getattr(part, field) for part in filled])[order])

    def sparse(key: str, *fields: str) -> dict[str, Counts]:
        keys = np.concatenate([at[getattr(part, key)] for part, at in zip(filled, places, strict=True)])
        columns = [np.concatenate([getattr(part, field) for part in filled]) for field in fields]
        by = np.lexsort((columns[0], keys))
        return {key: keys[by], **{name: column[by] for name, column in zip(fields, columns, strict=True)}}

    return ResourceLoad(
        names=tuple(names[number] for number in order),
        events=dense("events"),
        intervals=dense("intervals"),
        occupied_us=dense("occupied_us"),
        peak=dense("peak"),
        **sparse("hour_resource", "hour", "hour_count"),
        **sparse("level_resource", "level", "level_us"),
        zone=filled[0].zone,
    )
