"""From arrivals to a roster: counts to a forecast, a forecast to staffing, staffing to the need of a roster.

Each step is a spec of a method (`demand_forecast`, `staffing`, `shift_roster`) and its result as JSON values;
here one's result becomes the next one's input.
"""

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.event_log import NO_TIME, EventLog
from anlan.formats.count_table import DAY_MIN, Counts
from anlan.loop.identify.intake import arrivals_of
from anlan.maths.local_time import local_us
from anlan.studies.methods.spec import SPEC

_MINUTE_US, _HOURS = 60_000_000, 24
_EPOCH = datetime.datetime(1970, 1, 1)


def counts_of_log(log: EventLog, *, minutes: int) -> Counts:
    """Cases that arrive in each interval, in the zone of the log, from its first whole day to its last.

    Errors: UsageError `forecast.log_too_short` where fewer than two whole days lie between.
    """
    arrived = arrivals_of(log)
    local = local_us(arrived[arrived != NO_TIME], log.zone) // _MINUTE_US
    if not len(local):
        raise UsageError("forecast.log_too_short", days=0)
    first, last = int(local.min()) // DAY_MIN + 1, int(local.max()) // DAY_MIN
    if last - first < 2:
        raise UsageError("forecast.log_too_short", days=max(0, last - first))
    place = (local - first * DAY_MIN) // minutes
    inside = (local >= first * DAY_MIN) & (local < last * DAY_MIN)
    values = np.bincount(place[inside], minlength=(last - first) * DAY_MIN // minutes)
    return Counts(tuple(values.astype(float).tolist()), _EPOCH + datetime.timedelta(days=first), minutes)


def forecast_spec(counts: Counts, *, title: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of `demand_forecast`; days that are not whole at the ends are left out.

    asked: further inputs (`days`, `holidays`, `interval`, `start`), open ones left out.
    Errors: UsageError `forecast.no_start`, `forecast.no_interval` where neither the table nor `asked` tells.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    minutes = counts.minutes or given.get("interval")
    if minutes is None:
        raise UsageError("forecast.no_interval")
    start = counts.start or _begin(given.get("start"))
    values = counts.values
    late = (start.hour * 60 + start.minute) % DAY_MIN
    if late:
        values, start = (
            values[-(-(DAY_MIN - late) // minutes) :],
            start + datetime.timedelta(minutes=DAY_MIN - late),
        )
    per_day = max(1, DAY_MIN // minutes)
    whole = len(values) // per_day * per_day
    inputs = {**given, "values": list(values[:whole]), "start": start.date().isoformat(), "interval": minutes}
    return {"schema": SPEC, "method": "demand_forecast", "title": title, "inputs": inputs}


def _begin(text: str | None) -> datetime.datetime:
    if text is None:
        raise UsageError("forecast.no_start")
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("forecast.no_start") from None


def demand_of(result: Mapping[str, Any], *, limits: bool) -> dict[str, Any]:
    """Inputs of `staffing` from a forecast: demand by interval, with its 80 % limits where asked.

    Errors: UsageError `resources.other_result` for the result of another method.
    """
    if result.get("method") != "demand_forecast":
        raise UsageError(
            "resources.other_result", found=str(result.get("method"))[:60], wanted="demand_forecast"
        )
    by_day = result["inputs"].get("interval", 60) == DAY_MIN
    rows = _rows(result, "forecast_days" if by_day else "forecast_steps")
    inputs: dict[str, Any] = {
        "demand": [row["expected_count"] for row in rows],
        "interval": result["inputs"].get("interval", 60),
    }
    if limits:
        inputs |= {f"demand_{end}": [row[f"{end}_80"] for row in rows] for end in ("low", "high")}
    return inputs


def hourly_need(result: Mapping[str, Any]) -> list[float]:
    """People on the list by hour, of whole days, from the result of `staffing`: the most of each hour.

    Errors: UsageError `resources.other_result` for the result of another method.
    """
    if result.get("method") != "staffing":
        raise UsageError("resources.other_result", found=str(result.get("method"))[:60], wanted="staffing")
    minutes = result["inputs"].get("interval", 60)
    people = [float(row["people_paid"]) for row in _rows(result, "staffing_intervals")]
    begin = round(result["inputs"].get("first_hour", 0) * 60)
    return _by_hour(people, begin=begin, minutes=minutes)


def _by_hour(people: Sequence[float], *, begin: int, minutes: int) -> list[float]:
    end = begin + len(people) * minutes
    hours = [0.0] * (_HOURS * math.ceil(end / DAY_MIN))
    for place, count in enumerate(people):
        first = begin + place * minutes
        for hour in range(first // 60, -(-(first + minutes) // 60)):
            hours[hour] = max(hours[hour], count)
    return hours


def _rows(result: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = next(table for table in result["tables"] if table["name"] == name)
    names = [column["name"] for column in found["columns"]]
    return [dict(zip(names, row, strict=True)) for row in found["rows"]]
