"""How a forecast held once the days it was for have passed: its days against the counts that came."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.formats.count_table import DAY_MIN, Counts


@dataclass(frozen=True)
class Day:
    """One day that was forecast and has passed: expected, its limits, what came."""

    date: str
    expected: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float
    came: float

    @property
    def held_80(self) -> bool:
        return self.low_80 <= self.came <= self.high_80

    @property
    def held_95(self) -> bool:
        return self.low_95 <= self.came <= self.high_95


@dataclass(frozen=True)
class Held:
    """days: those that have passed; of: days forecast in all."""

    days: tuple[Day, ...]
    of: int

    @property
    def mean_error(self) -> float:
        """Mean absolute error of a day."""
        return sum(abs(each.came - each.expected) for each in self.days) / len(self.days)

    @property
    def share_80(self) -> float:
        return sum(each.held_80 for each in self.days) / len(self.days)

    @property
    def share_95(self) -> float:
        return sum(each.held_95 for each in self.days) / len(self.days)


def held_against(result: Mapping[str, Any], counts: Counts) -> Held | None:
    """The days of a result of `demand_forecast` that lie in these counts (whole days from their start); None
    where none has passed yet."""
    table = next((each for each in result["tables"] if each["name"] == "forecast_days"), None)
    if table is None or counts.start is None:
        return None
    came = _by_day(counts)
    names = [column["name"] for column in table["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
    days = tuple(
        Day(row["date"], row["expected_count"], row["low_80"], row["high_80"], row["low_95"], row["high_95"],
            came[row["date"]])
        for row in rows
        if row["date"] in came
    )  # fmt: skip
    return Held(days, len(rows)) if days else None


def _by_day(counts: Counts) -> dict[str, float]:
    """Sums of the whole days."""
    per_day = DAY_MIN // (counts.minutes or DAY_MIN)
    first = counts.start or datetime.datetime.min
    return {
        (first.date() + datetime.timedelta(days=n)).isoformat(): sum(
            counts.values[n * per_day : (n + 1) * per_day]
        )
        for n in range(len(counts.values) // per_day)
    }
