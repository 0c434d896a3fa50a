"""How many will come, hour by hour or day by day, by the model that was best on the past.

1. Each model forecasts the last days again, from every midnight what followed, knowing only what came before.
2. The one with the smallest mean absolute error is taken; how much better than last week's counts it was is
   told with an interval over the days.
3. Limits come from the errors of that trial; how often they held is told beside what they claim.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.resources.clock import DAY_MIN
from anlan.maths.forecasts.back_test import LEVELS, Floats, Trial, back_test, by_days, spread_of_days
from anlan.maths.forecasts.demand import Steps, forecast, steps_from

LEAST_DAYS, _FIRST_DAYS = 17, 14
_SHOWN_DAYS = 14
_SHOWN_WEEKS = 12
_LOW_COVERAGE = 0.08
FIELDS = (
    Field("values", "numbers", low=0, high=1e9, least=LEAST_DAYS, most=40_000),
    Field("start", "text"),
    Field("interval", "integer", default=60, low=5, high=DAY_MIN, unit="minute"),
    Field("days", "integer", default=7, low=1, high=60),
    Field("holidays", "texts", default=(), least=0, most=400),
    Field("origins", "integer", default=28, low=3, high=120),
)


@dataclass(frozen=True)
class Asked:
    """values (n,) of whole days; first: their first day; days to forecast; holidays among all days."""

    values: Floats
    first: datetime.date
    per_day: int
    days: int
    holidays: frozenset[datetime.date]
    origins: int

    @property
    def known_days(self) -> int:
        return len(self.values) // self.per_day

    def day(self, number: int) -> datetime.date:
        return self.first + datetime.timedelta(days=number)

    def steps(self) -> Steps:
        """Of the past and those ahead, from the place of the first day in the week."""
        days = self.known_days + self.days
        special = np.repeat([self.day(n) in self.holidays for n in range(days)], self.per_day)
        return steps_from(
            self.first.weekday() * self.per_day, days * self.per_day, per_day=self.per_day, special=special
        )


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The forecast, its limits and the trial. Errors: RefusedInputs for a series that does not fill days."""
    asked = read(inputs)
    steps, ahead = asked.steps(), asked.days * asked.per_day
    first = max(_FIRST_DAYS, asked.known_days - asked.origins)
    origins = [day * asked.per_day for day in range(first, asked.known_days)]
    trials = back_test(asked.values, steps, ahead=ahead, origins=origins)
    best = trials[0]
    expected = forecast(best.model, asked.values, steps, ahead=ahead)
    limits = best.spread.limits(expected)
    day_sums = by_days(expected, per_day=asked.per_day)
    day_limits = spread_of_days(best, per_day=asked.per_day).limits(day_sums)
    tables = [_models(trials), _days(asked, day_sums, day_limits)]
    if asked.per_day > 1:
        tables.append(_steps(asked, expected, limits))
    return Answer(
        quantities=tuple(_quantities(best, trials, expected)),
        tables=tuple(tables),
        charts=(_chart(asked, expected, limits), calendar(asked)),
        assumptions=tuple(_assumptions(best, origins, asked)),
        warnings=tuple(_warnings(best, steps, asked)),
    )


def read(inputs: Mapping[str, Any]) -> Asked:
    """The series with its days. Errors: RefusedInputs with every fault at its place."""
    faults, minutes = Faults(), inputs["interval"]
    if DAY_MIN % minutes:
        faults.add("forecast.interval", where="interval", found=minutes)
        minutes = DAY_MIN
    first = _date(inputs["start"], "start", faults)
    holidays = [_date(text, f"holidays[{n}]", faults) for n, text in enumerate(inputs["holidays"], start=1)]
    per_day, n = DAY_MIN // minutes, len(inputs["values"])
    if n % per_day:
        faults.add("forecast.whole_days", where="values", found=n, per_day=per_day, over=n % per_day)
    elif n // per_day < LEAST_DAYS:
        faults.add("forecast.too_short", where="values", found=n // per_day, least=LEAST_DAYS)
    if not any(inputs["values"]):
        faults.add("forecast.nothing", where="values")
    faults.raise_any()
    held = frozenset(each for each in holidays if each is not None)
    return Asked(np.array(inputs["values"], dtype=float), first or datetime.date.min, per_day,
                 inputs["days"], held, inputs["origins"])  # fmt: skip


def _date(text: str, where: str, faults: Faults) -> datetime.date | None:
    """A day between the years 1900 and 2900, written 2026-03-01."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2900:
        faults.add("forecast.date", where=where, found=text[:60])
        return None
    return found


def _quantities(best: Trial, trials: Sequence[Trial], expected: Floats) -> list[Quantity]:
    found = [Quantity("expected_arrivals", float(expected.sum()))]
    if best.mase is not None:
        found.append(Quantity("mase", best.mase))
    if best.better is not None:
        found.append(Quantity("better_than_last_week", best.better.estimate, "share", best.better.low,
                              best.better.high, "confidence_95"))  # fmt: skip
    found += [
        Quantity(f"held_{round(100 * level)}", share, "share")
        for level, share in zip(LEVELS, best.covered, strict=True)
    ]
    return [*found, Quantity("mean_error", best.mae)]


def _models(trials: Sequence[Trial]) -> AnswerTable:
    columns = ("forecast_model", "taken", "mean_error", "mase", "better_by", "better_low", "better_high",
               "pinball", "held_80", "held_95")  # fmt: skip
    rows = []
    for place, each in enumerate(trials):
        better = each.better
        limits = (better.estimate, better.low, better.high) if better else (None, None, None)
        rows.append((Note(f"forecast.model_{each.model}"), place == 0, each.mae, each.mase, *limits,
                     each.pinball, *each.covered))  # fmt: skip
    return AnswerTable("forecast_models", columns, tuple(rows))


def _days(asked: Asked, sums: Floats, limits: Floats) -> AnswerTable:
    days = [asked.day(asked.known_days + n) for n in range(asked.days)]
    columns = ("date", "expected_count", "low_80", "high_80", "low_95", "high_95")
    rows = tuple(
        (
            day.isoformat(),
            float(sums[n]),
            *_in_order(limits[n]),
            *([day in asked.holidays] if asked.holidays else []),
        )
        for n, day in enumerate(days)
    )
    return AnswerTable("forecast_days", columns + ("set_apart",) * bool(asked.holidays), rows)


def _in_order(quantiles: Floats) -> tuple[float, float, float, float]:
    """Limits at 80 % and at 95 % from the quantiles 2.5, 10, 90 and 97.5 %."""
    return float(quantiles[1]), float(quantiles[2]), float(quantiles[0]), float(quantiles[3])


def _steps(asked: Asked, expected: Floats, limits: Floats) -> AnswerTable:
    columns = ("date", "interval", "expected_count", "low_80", "high_80", "low_95", "high_95")
    rows = tuple(
        (asked.day(asked.known_days + n // asked.per_day).isoformat(), _clock(n % asked.per_day, asked),
         float(expected[n]), *_in_order(limits[n]))
        for n in range(len(expected))
    )  # fmt: skip
    return AnswerTable("forecast_steps", columns, rows)


def _clock(step: int, asked: Asked) -> str:
    minute = step * (DAY_MIN // asked.per_day)
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _chart(asked: Asked, expected: Floats, limits: Floats) -> Chart:
    """The last days and those ahead; no more than fit the drawing."""
    shown = min(asked.known_days, _SHOWN_DAYS if asked.per_day > 1 else 6 * _SHOWN_DAYS)
    past = asked.values[-shown * asked.per_day :]
    gap: list[None] = [None]
    before, after = gap * len(past), gap * len(expected)
    series = [
        {"name": "past", "values": [*past.tolist(), *after]},
        {"name": "forecast_count", "values": [*before, *expected.tolist()],
         "low": [*before, *limits[:, 0].tolist()], "high": [*before, *limits[:, 3].tolist()]},
    ]  # fmt: skip
    first = asked.known_days - shown
    labels = [
        asked.day(first + n // asked.per_day).strftime("%m-%d") for n in range(len(past) + len(expected))
    ]
    if asked.per_day > 1:
        labels = [f"{day} {_clock(n % asked.per_day, asked)}" for n, day in enumerate(labels)]
    return Chart("profile", {"of": "forecast", "labels": labels, "series": series})


def calendar(asked: Asked) -> Chart:
    """The past by hour of the week, days set apart left out; of counts by day, the last weeks day by day."""
    weekdays = [f"weekday_{day}" for day in range(1, 8)]
    if asked.per_day > 1:
        rows, columns = weekdays, [f"{hour:02d}:00" for hour in range(DAY_MIN // 60)]
        return Chart(
            "heat", {"of": "hours", "rows": rows, "columns": columns, "cells": _week(asked), "marked": []}
        )
    first = max(0, (asked.known_days + asked.first.weekday() - 7 * _SHOWN_WEEKS + 6) // 7 * 7)
    before = asked.first.weekday()
    places = [place for place in range(first, first + 7 * _SHOWN_WEEKS) if place - before < asked.known_days]
    weeks = [places[n : n + 7] for n in range(0, len(places), 7)]
    cells = [
        [float(asked.values[place - before]) if place >= before else None for place in week]
        + [None] * (7 - len(week))
        for week in weeks
    ]
    marked = [
        [r, c]
        for r, week in enumerate(weeks)
        for c, place in enumerate(week)
        if place >= before and asked.day(place - before) in asked.holidays
    ]
    rows = [asked.day(week[0] - before).strftime("%m-%d") for week in weeks]
    return Chart("heat", {"of": "weeks", "rows": rows, "columns": weekdays, "cells": cells, "marked": marked})


def _week(asked: Asked) -> list[list[float | None]]:
    """Mean count of each weekday (from Monday) and hour; None where only days set apart were seen. An
    interval longer than an hour stands at the hour it begins."""
    hours = [n * (DAY_MIN // asked.per_day) // 60 for n in range(asked.per_day)]
    total, days = np.zeros((7, 24)), np.zeros(7)
    for n, day in enumerate(asked.values.reshape(-1, asked.per_day)):
        if asked.day(n) not in asked.holidays:
            np.add.at(total[asked.day(n).weekday()], hours, day)
            days[asked.day(n).weekday()] += 1
    begun = set(hours)
    return [
        [float(total[day, hour] / days[day]) if days[day] and hour in begun else None for hour in range(24)]
        for day in range(7)
    ]


def _assumptions(best: Trial, origins: Sequence[int], asked: Asked) -> list[Note]:
    found = [
        Note(f"forecast.model_{best.model}"),
        Note("forecast.trial", {"n": len(origins), "days": asked.days}),
        Note("forecast.limits"),
        Note("forecast.goes_on"),
    ]
    if any(asked.day(n) in asked.holidays for n in range(asked.known_days)):
        found.append(Note("forecast.special"))
    return found


def _warnings(best: Trial, steps: Steps, asked: Asked) -> list[Note]:
    found, n = [], len(asked.values)
    if best.model == "seasonal_naive" or (best.better is not None and best.better.low <= 0.0):
        found.append(Note("forecast.not_shown_better"))
    off = [level for level, share in zip(LEVELS, best.covered, strict=True) if level - share > _LOW_COVERAGE]
    if off:
        found.append(Note("forecast.too_narrow", {"level": off[0]}))
    if steps.special[n:].any() and not steps.special[:n].any():
        found.append(Note("forecast.unseen_special"))
    if asked.known_days < 8 * 7:
        found.append(Note("forecast.short_past", {"weeks": asked.known_days / 7.0}))
    return found


METHOD = Method("demand_forecast", FIELDS, run)
