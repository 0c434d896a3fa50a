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

_MINUTE_US, _HOURS, _LEAST_MIN = 60_000_000, 24, 5
_EPOCH = datetime.datetime(1970, 1, 1)


def counts_of_log(log: EventLog, *, minutes: int) -> Counts:
    """Cases that arrive in each interval, in the zone of the log, from its first whole day to its last.

    Errors: UsageError `forecast.log_too_short` where fewer than two whole days lie between,
    `forecast.interval`.
    """
    _check_interval(minutes)
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
    Errors: UsageError `forecast.no_start`, `forecast.no_interval` where neither the table nor `asked` tells,
    `resources.interval_of_table` where they differ, `forecast.interval`.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    minutes = interval_of(counts, given.get("interval"))
    if minutes is None:
        raise UsageError("forecast.no_interval")
    _check_interval(minutes)
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


def interval_of(counts: Counts, asked: int | None) -> int | None:
    """Minutes of an interval by the times of the table, else as asked. Errors: UsageError
    `resources.interval_of_table` where they differ."""
    if counts.minutes is not None and asked is not None and asked != counts.minutes:
        raise UsageError("resources.interval_of_table", found=asked, held=counts.minutes)
    return asked if counts.minutes is None else counts.minutes


def _check_interval(minutes: int) -> None:
    """Before anything is counted by it. Errors: UsageError `forecast.interval`."""
    if minutes < _LEAST_MIN or DAY_MIN % minutes:
        raise UsageError("forecast.interval", where="--interval", found=minutes)


def _begin(text: str | None) -> datetime.datetime:
    if text is None:
        raise UsageError("forecast.no_start")
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("forecast.no_start") from None


TAKEN_BY: Mapping[str, str] = {
    "demand_forecast": "staffing",
    "staffing": "shift_roster",
    "shift_roster": "staffing",
}
"""Method -> the one that takes its result: a forecast feeds staffing, staffing a roster, and a roster is held
against the promise by staffing again."""


def inputs_from(
    result: Mapping[str, Any], *, into: str, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Inputs of method `into` from the result of the one before it. before: inputs that stay where the
    result has none: people and shifts of an earlier roster, or the staffing a roster was made for.

    Errors: UsageError `resources.other_result` where one does not follow the other, as of `demand_of`.
    """
    kept = dict(before or {})
    found = str(result.get("method"))
    if TAKEN_BY.get(found) != into:
        wanted = next((code for code, taker in TAKEN_BY.items() if taker == into), into)
        raise UsageError("resources.other_result", found=found[:60], wanted=wanted)
    if found == "demand_forecast":
        demand = {
            name: [round(each, 3) for each in value] if isinstance(value, list) else value
            for name, value in demand_of(result, limits=True).items()
        }
        return kept | demand | {"start": _first_ahead(result), "repeats": False}
    if found == "staffing":
        return kept | _need_of(result)
    return kept | {"planned": planned_of(result, kept)}


def _first_ahead(result: Mapping[str, Any]) -> str:
    """The first day that is forecast."""
    rows: Sequence[Any] = next(
        (each["rows"] for each in result["tables"] if _name(each) == "forecast_days"), []
    )
    return str(rows[0][0]) if rows else ""


def _need_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """Days, first day and need by hour of a roster; need that is the same every day stands once."""
    hourly = hourly_need(result)
    start = _input(result, "start", "")
    found: dict[str, Any] = {"hourly": hourly}
    return found | {"days": len(hourly) // _HOURS} | ({"start": start} if start else {})


def planned_of(result: Mapping[str, Any], inputs: Mapping[str, Any]) -> list[float]:
    """People on duty by a roster in each interval of a staffing: the fewest of the hours it touches; whole
    people, since one on a break serves nobody.

    Errors: UsageError `resources.roster_other_days` where the roster has other days than the staffing.
    """
    grid = next(
        (each["data"] for each in result.get("charts", ()) if each.get("kind") == "roster_grid"), None
    )
    if grid is None:
        raise UsageError("resources.damaged", where="charts.roster_grid", found="—")
    on_duty = grid["on_duty"]
    minutes, begin = inputs.get("interval", 60), round(float(inputs.get("first_hour", 0.0)) * 60)
    planned = []
    for place in range(len(inputs.get("demand", ()))):
        first = begin + place * minutes
        hours = on_duty[first // 60 : -(-(first + minutes) // 60)]
        if not hours:
            raise UsageError("resources.roster_other_days", days=len(on_duty) // _HOURS)
        planned.append(float(math.floor(min(hours) + 1e-9)))
    return planned


def demand_of(result: Mapping[str, Any], *, limits: bool) -> dict[str, Any]:
    """Inputs of `staffing` from a forecast: demand by interval, with its 80 % limits where asked.

    Errors: UsageError `resources.other_result` for the result of another method.
    """
    if result.get("method") != "demand_forecast":
        raise UsageError(
            "resources.other_result", found=str(result.get("method"))[:60], wanted="demand_forecast"
        )
    minutes = _minutes_of(result)
    table = "forecast_days" if minutes == DAY_MIN else "forecast_steps"
    inputs: dict[str, Any] = {"demand": _numbers(result, table, "expected_count"), "interval": minutes}
    if limits:
        inputs |= {f"demand_{end}": _numbers(result, table, f"{end}_80") for end in ("low", "high")}
    return inputs


def hourly_need(result: Mapping[str, Any]) -> list[float]:
    """People on the list by hour, of whole days, from the result of `staffing`: the most of each hour.

    Errors: UsageError `resources.other_result` for the result of another method.
    """
    if result.get("method") != "staffing":
        raise UsageError("resources.other_result", found=str(result.get("method"))[:60], wanted="staffing")
    people = _numbers(result, "staffing_intervals", "people_paid")
    first = _input(result, "first_hour", 0)
    if not _is_number(first) or not 0 <= first < _HOURS:
        raise UsageError("resources.damaged", where="inputs.first_hour", found=str(first)[:40])
    return _by_hour(people, begin=round(first * 60), minutes=_minutes_of(result))


def _by_hour(people: Sequence[float], *, begin: int, minutes: int) -> list[float]:
    end = begin + len(people) * minutes
    hours = [0.0] * (_HOURS * math.ceil(end / DAY_MIN))
    for place, count in enumerate(people):
        first = begin + place * minutes
        for hour in range(first // 60, -(-(first + minutes) // 60)):
            hours[hour] = max(hours[hour], count)
    return hours


def _input(result: Mapping[str, Any], name: str, default: Any) -> Any:
    inputs = result.get("inputs")
    if not isinstance(inputs, Mapping):
        raise UsageError("resources.damaged", where="inputs", found=str(inputs)[:40])
    return inputs.get(name, default)


def _minutes_of(result: Mapping[str, Any]) -> int:
    """Length of an interval. Errors: UsageError `resources.damaged`."""
    minutes = _input(result, "interval", 60)
    if type(minutes) is not int or not _LEAST_MIN <= minutes <= DAY_MIN:
        raise UsageError("resources.damaged", where="inputs.interval", found=str(minutes)[:40])
    return minutes


def _numbers(result: Mapping[str, Any], table: str, column: str) -> list[float]:
    """A column of a table of a result. Errors: UsageError `resources.damaged` for a file that was changed or
    cut off by hand."""
    tables = result.get("tables")
    named = [each for each in tables if _name(each) == table] if isinstance(tables, list) else []
    heads, rows = (named[0].get("columns"), named[0].get("rows")) if named else (None, None)
    places = [n for n, head in enumerate(heads) if _name(head) == column] if isinstance(heads, list) else []
    if not places or not isinstance(rows, list):
        raise UsageError("resources.damaged", where=f"tables.{table}.{column}", found="—")
    for row in rows:
        if not isinstance(row, list) or len(row) <= places[0] or not _is_number(row[places[0]]):
            raise UsageError("resources.damaged", where=f"tables.{table}.{column}", found=str(row)[:40])
    return [float(row[places[0]]) for row in rows]


def _name(of: Any) -> Any:
    return of.get("name") if isinstance(of, Mapping) else None


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
