"""Who does what together: pools of people from the log, and how many of each are there by hour of the week.

1. Profile of a resource: shares of its executions by activity. Resources are joined by average linkage
   while the cosine of their mean profiles is at least `ALIKE`.
2. A step goes to the group that does most of it; a resource belongs to the pool whose steps it does most.
   Groups without a step fall away.
3. Present in a quarter of an hour is who has a session that touches it. People of an hour of the week: the
   mean number present over the weeks of the log, rounded, at least one where the pool is open; open is an
   hour in which somebody was present in at least `OPEN` of the weeks. Hours that the log does not reach are
   taken as open.
4. Where people have on average more than one task open while busy, places are counted in tasks.

Source: Song & van der Aalst (2008), Decision Support Systems 46:300, for mining groups by joint activities.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from anlan.domain.log_summary import HOURS_OF_WEEK
from anlan.loop.improve.twin.arrivals import hours_seen
from anlan.loop.improve.twin.observed import Observed
from anlan.maths.sequences.instances import Floats, Whole
from anlan.maths.sequences.timelines import Timelines

ALIKE, OPEN, MOST_CLUSTERED, AT_ONCE = 0.5, 0.1, 1_500, 1.1


@dataclass(frozen=True, eq=False)
class Pool:
    """number   from 1, by work done, the most first
    members   number of resources; executions: of its steps
    activities codes of its steps
    present   (168,) mean number present; open_share: (168,) share of the time in which anybody was;
              people: (168,) whole places, 0 where closed
    tasks_at_once  mean number of tasks a busy member has open
    load      time of work on its steps over time of presence of its members
    outside   share of the starts of its work that lie in hours in which it is closed
    """

    number: int
    members: int
    executions: int
    activities: tuple[int, ...]
    present: Floats
    open_share: Floats
    people: Whole
    tasks_at_once: float
    load: float
    outside: float


@dataclass(frozen=True, eq=False)
class Pools:
    """pool_of: (n_activities,) place in `pools`, -1 where nobody is held; resource_pool: (n_resources,)
    alike; crossing: share of executions done by somebody of another pool."""

    pools: tuple[Pool, ...]
    pool_of: Whole
    resource_pool: Whole
    crossing: float


def find_pools(of: Observed, lines: Timelines, *, worked: np.ndarray) -> Pools:
    """worked: (n,) rows that took somebody's time."""
    rows, n = of.rows, lines.n_resources
    counts = worked & (rows.resource >= 0)
    if not counts.any():
        return Pools((), np.full(of.n_activities, -1), np.full(n, -1), 0.0)
    table = np.zeros((n, of.n_activities))
    np.add.at(table, (rows.resource[counts], rows.activity[counts]), 1.0)
    group = _groups(table)
    of_group = np.array([table[group == g].sum(axis=0) for g in range(group.max() + 1)])
    step_group = np.where(of_group.sum(axis=0) > 0, of_group.argmax(axis=0), -1)
    kept = np.unique(step_group[step_group >= 0])
    work = np.array([table[:, step_group == g].sum(axis=1) for g in kept])
    resource_pool = np.where(work.sum(axis=0) > 0, work.argmax(axis=0), -1)
    pool_of = np.where(step_group >= 0, np.searchsorted(kept, step_group), -1)
    order = np.argsort(-np.array([table[:, pool_of == p].sum() for p in range(len(kept))]), kind="stable")
    rank = np.append(np.argsort(order), -1)
    pool_of, resource_pool = rank[pool_of], rank[resource_pool]
    done_by = resource_pool[rows.resource[counts]]
    crossing = float((done_by != pool_of[rows.activity[counts]]).mean())
    quarters = lines.quarters()
    named = _named_share(of, worked, pool_of, len(kept))
    pools = [
        _pool(of, lines, counts, pool_of, resource_pool, quarters, p, named[p]) for p in range(len(kept))
    ]
    return Pools(tuple(pools), pool_of, resource_pool, crossing)


def _groups(table: Floats) -> Whole:
    """(n_resources,) group from 0, -1 for resources without executions. Beyond `MOST_CLUSTERED` resources
    those
    with most executions are clustered, and the others go to the nearest mean profile."""
    total = table.sum(axis=1)
    used = np.flatnonzero(total > 0)
    # resources alike in everything are interchangeable, so this order does not depend on their names
    columns = np.lexsort(table[used][:, np.argsort(table.sum(axis=0), kind="stable")].T)
    used = used[columns][np.argsort(-total[used][columns], kind="stable")]
    profile = table[used] / np.linalg.norm(table[used], axis=1, keepdims=True)
    group = np.full(len(table), -1, dtype=np.int64)
    head = profile[:MOST_CLUSTERED]
    if len(head) == 1:
        group[used] = 0
        return group
    found = fcluster(linkage(head, "average", metric="cosine"), 1.0 - ALIKE, criterion="distance") - 1
    centre = np.array([head[found == g].mean(axis=0) for g in range(found.max() + 1)])
    group[used[: len(head)]] = found
    group[used[len(head) :]] = (profile[len(head) :] @ centre.T).argmax(axis=1)
    return group


def _pool(
    of: Observed,
    lines: Timelines,
    counts: np.ndarray,
    pool_of: Whole,
    resource_pool: Whole,
    quarters: tuple[Whole, Whole],
    number: int,
    named: float,
) -> Pool:
    rows, members = of.rows, resource_pool == number
    own = counts & (pool_of[rows.activity] == number)
    present, open_share = _presence(of, quarters, members)
    present = present / named
    busy_s = float(lines.by_resource(lines.busy)[members].sum())
    at_once = float(lines.tasks_s[members].sum()) / busy_s if busy_s > 0 else 1.0
    people = places(present, open_share, at_once)
    starts = of.hour_of_week(rows.start_s[own])
    there_s = float(members[quarters[0]].sum()) * 900.0
    return Pool(
        number + 1,
        int(members.sum()),
        int(own.sum()),
        tuple(np.flatnonzero(pool_of == number).tolist()),
        present,
        open_share,
        people,
        at_once,
        float((rows.end_s - rows.start_s)[own].sum()) / max(there_s * max(1.0, at_once), 1e-9),
        float((people[starts] == 0).mean()) if len(starts) else 0.0,
    )


def _named_share(of: Observed, worked: np.ndarray, pool_of: Whole, n: int) -> Floats:
    """(n,) share of the work of each pool of which it is known who did it: the others are taken to have been
    there alike."""
    rows = of.rows
    work_s = np.where(worked, rows.end_s - rows.start_s, 0.0)
    pool = pool_of[rows.activity] + 1
    every = np.bincount(pool, weights=work_s, minlength=n + 1)[1:]
    known = np.bincount(pool, weights=work_s * (rows.resource >= 0), minlength=n + 1)[1:]
    return np.asarray(np.divide(known, every, out=np.ones(n), where=every > 0))


def _presence(of: Observed, quarters: tuple[Whole, Whole], members: np.ndarray) -> tuple[Floats, Floats]:
    """(168,) mean number present, and the share of the quarters of each hour of the week with somebody
    present."""
    resource, quarter = quarters
    mine = quarter[members[resource]]
    there, n_there = np.unique(mine, return_counts=True)
    hour = of.hour_of_week(there * 900.0 + 450.0)
    seen = 4 * hours_seen(of, float(of.rows.start_s.min()), float(of.rows.end_s.max()))
    seen = np.maximum(
        seen, np.bincount(hour, minlength=HOURS_OF_WEEK)
    )  # quarters cut by the borders count whole
    safe = np.maximum(seen, 1e-9)
    present = np.bincount(hour, weights=n_there, minlength=HOURS_OF_WEEK) / safe
    open_share = np.bincount(hour, minlength=HOURS_OF_WEEK) / safe
    usual = float(np.median(present[open_share >= OPEN])) if (open_share >= OPEN).any() else 1.0
    return np.where(seen > 0, present, usual), np.where(seen > 0, open_share, 1.0)


def places(present: Floats, share_open: Floats, at_once: float, *, open_from: float = OPEN) -> Whole:
    """(168,) whole places; 0 where closed: where hardly anybody was ever present."""
    tasks = at_once if at_once > AT_ONCE else 1.0
    people = np.maximum(1, np.floor(present * tasks + 0.5)).astype(np.int64)
    people = np.where(share_open >= open_from, people, 0)
    if not people.any():  # never regularly at work: open when anybody ever was
        people = np.where(present > 0, 1, 0)
    return people


def shifts_of(people: Sequence[int]) -> list[tuple[int, int, int, int, int]]:
    """(first day, last day, from hour, to hour, people): runs of hours alike in a day, days alike joined."""
    days = np.asarray(people).reshape(7, 24)
    rows: list[tuple[int, int, int, int, int]] = []
    first = 0
    for day in range(1, 8):
        if day < 7 and (days[day] == days[first]).all():
            continue
        edges = [0, *(np.flatnonzero(np.diff(days[first])) + 1).tolist(), 24]
        rows += [
            (first + 1, day, begin, end, int(days[first][begin]))
            for begin, end in pairwise(edges)
            if days[first][begin] > 0
        ]
        first = day
    return rows


def weeks_of(seconds: float) -> int:
    """Whole weeks that hold so many seconds, at least one."""
    return max(1, math.ceil(seconds / 604_800.0))
