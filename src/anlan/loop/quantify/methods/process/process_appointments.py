"""Cases that come at set times: appointments that repeat every week, and a plain list of times.

Who is expected at a time comes `early` before it and then as much later as the law says, or not at all, by
the chance of a no-show. Each row keeps its own draws: one more appointment in a row moves nobody of another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import place
from anlan.loop.quantify.methods.process.process_hours import DAY_S, HOUR_S, HOURS, MINUTE_S, WEEK_S
from anlan.maths.distributions import Distribution
from anlan.maths.simulation.arrivals import ARRIVAL
from anlan.maths.streams import Stream

_OF_A_ROW, _FIRST_LUCK, _PLACE = 1 << 22, 64 << 25, 2_000
"""Keys of the cases of a row, more than may come in one run; key of the first case at a set time; place of
the draws of the first row."""
_NO_CLASS = -1
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Appointments:
    """One row.

    number      of the row, from 0: it keys the draws; the plain list of times has that after the last row
    times_s     (n,) set times in a week, or, of the list, from the start, ascending
    cases       expected at each
    case_class  number of the class, -1: by the shares of the classes
    early_s     before the set time; late: minutes from then until they come; no_show: the chance of none
    """

    number: int
    times_s: Floats
    cases: int = 1
    case_class: int = _NO_CLASS
    early_s: float = 0.0
    late: Distribution | None = None
    no_show: float = 0.0
    weekly: bool = True

    @property
    def first_luck(self) -> int:
        return _FIRST_LUCK + self.number * _OF_A_ROW

    def asked(self, until_s: float) -> int:
        """Cases asked to come before `until_s`."""
        whole, rest = divmod(until_s, WEEK_S) if self.weekly else (0.0, until_s)
        return (int(whole) * len(self.times_s) + int((self.times_s < rest).sum())) * self.cases

    def times_until(self, stream: Stream, until_s: float) -> tuple[Floats, NDArray[np.bool_]]:
        """(n,) when they would come, those set before `until_s`, and (n,) whether they do. Who would come
        before the start comes at the start."""
        times = np.repeat(self._set_times(until_s), self.cases)
        at = _PLACE + 2 * self.number
        if self.late is not None:
            luck = stream.uniform(len(times), purpose=ARRIVAL, place=at)
            times = times + self.late.quantile(luck) * MINUTE_S
        comes = np.ones(len(times), dtype=bool)
        if self.no_show > 0.0:
            comes = stream.uniform(len(times), purpose=ARRIVAL, place=at + 1) >= self.no_show
        return np.maximum(0.0, times - self.early_s), comes

    def _set_times(self, until_s: float) -> Floats:
        if not self.weekly:
            return self.times_s[self.times_s < until_s]
        weeks = np.arange(int(until_s // WEEK_S) + 1) * WEEK_S
        times = (weeks[:, None] + self.times_s[None, :]).ravel()
        return times[times < until_s]


def appointments_of(
    rows: Sequence[Mapping[str, Any]], times_min: Sequence[float], classes: Mapping[str, int], faults: Faults
) -> tuple[Appointments, ...]:
    """The rows that repeat every week, and the list of times, in minutes from the start."""
    found = [_row(row, number, classes, faults) for number, row in enumerate(rows)]
    if times_min:
        times = np.sort(np.asarray(times_min, dtype=np.float64)) * MINUTE_S
        found.append(Appointments(len(rows), times, weekly=False))
    return tuple(found)


def _row(row: Mapping[str, Any], number: int, classes: Mapping[str, int], faults: Faults) -> Appointments:
    where = f"appointments[{number + 1}]"
    for name, other in (("to_hour", "every"), ("every", "to_hour")):
        if row[name] is not None and row[other] is None:
            faults.add("process.needs", where=f"{where}.{name}", needed=other)
    late_end = row["to_hour"] is not None and row["to_hour"] <= row["from_hour"]
    if late_end or row["first_day"] > row["last_day"]:
        faults.add("process.appointment", where=where)
    of_class = place(row["class"], classes, f"{where}.class", faults) if row["class"] else None
    return Appointments(
        number,
        set_times(row),
        row["cases"],
        _NO_CLASS if of_class is None else of_class,
        row["early"] * MINUTE_S,
        row["late"],
        row["no_show"],
    )


def set_times(row: Mapping[str, Any]) -> Floats:
    """(n,) seconds from Monday 0:00: each day from `from_hour` on, every so many minutes before `to_hour`."""
    begin, end, every = row["from_hour"] * HOUR_S, row.get("to_hour"), row.get("every")
    of_day = np.array([begin])
    if end is not None and every is not None and end * HOUR_S > begin:
        of_day = (
            begin + np.arange(np.ceil((end * HOUR_S - begin) / (every * MINUTE_S) - 1e-9)) * every * MINUTE_S
        )
    days = np.arange((row.get("first_day") or 1) - 1, row.get("last_day") or 7) * DAY_S
    return np.asarray((days[:, None] + of_day[None, :]).ravel())


def by_hour(rows: Sequence[Mapping[str, Any]]) -> Floats:
    """(168,) cases a week set in each hour, no-shows left out."""
    found = np.zeros(HOURS)
    for row in rows:
        hours = (set_times(row) // HOUR_S).astype(np.int64)
        found += np.bincount(hours, minlength=HOURS) * row.get("cases", 1) * (1.0 - row.get("no_show", 0.0))
    return found
