"""Which cases and executions broke their promise.

A limit for the case is measured from its first moment (first start, else first completion) to its
last completion. Only cases whose limit has passed at the moment of judgement are checked, on the
clock in use: those finished by then have kept or broken it, those still open have broken it. Among
younger cases only the quick ones would be finished, and the share of broken promises would come out
too low. A column of flags says of an open case that it is late, not yet that it is not: there "kept"
is unknown. A limit of an activity is measured from the completion before it to its own, the
first event of a case from its start (without one it is not checked). A column is read at its last
value of the case that is not missing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.domain.event_log import MISSING, CodedColumn, EventLog
from anlan.loop.identify.settings import SlaSettings

_UNIT_US = {
    "w": 604_800_000_000, "d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000,
    "min": 60_000_000, "周": 604_800_000_000, "天": 86_400_000_000, "日": 86_400_000_000,
    "小时": 3_600_000_000, "时": 3_600_000_000, "分钟": 60_000_000, "分": 60_000_000, "秒": 1_000_000,
}  # fmt: skip
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(min|周|天|日|小时|分钟|时|分|秒|[wdhms])", re.IGNORECASE)
_ISO = re.compile(r"^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_KEPT = {
    "kept",
    "met",
    "within",
    "ok",
    "in time",
    "on time",
    "达标",
    "按时",
    "按期",
    "准时",
    "未超时",
    "未逾期",
}
_BROKEN = {"broken", "breached", "missed", "late", "overdue", "超时", "逾期", "超期", "未达标", "违约"}
_TRUE = {"true", "yes", "y", "1", "t", "是", "真"}
_FALSE = {"false", "no", "n", "0", "f", "否", "假"}
_NAME_KEPT = re.compile(r"made|met|kept|keep|within|in_?time|on_?time|达标|按时|按期|准时", re.IGNORECASE)
_NAME_BROKEN = re.compile(r"breach|broken|miss|late|overdue|violat|超时|逾期|超期|违约", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class SlaOutcome:
    """checked / breached: bool per case; overrun_us: int64 per case, time beyond the limit (0 where
    kept, and where only a flag is known: then `has_overrun` is False); event_checked /
    event_breached: bool per event, under the limit of its activity; event_overrun_us likewise."""

    checked: NDArray[np.bool_]
    breached: NDArray[np.bool_]
    overrun_us: NDArray[np.int64]
    has_overrun: bool
    event_checked: NDArray[np.bool_]
    event_breached: NDArray[np.bool_]
    event_overrun_us: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CaseClock:
    """When each case began and ended and whether it is finished, for the measure of its limit.

    first_us, last_us: moments on the wall; duration_us: on the clock in use (elapsed or working
    time), for open cases up to the moment of judgement; age_us: first moment to the moment of
    judgement on the clock in use, for all cases; event_us: per event, completion before it to its
    own, for the first of a case start to completion, -1 where it has no start; idle_us: the part of
    duration_us after the last event of an open case. It can make a case late, but no lost time is
    counted for it: where the record stops, so does the claim.
    """

    first_us: NDArray[np.int64]
    last_us: NDArray[np.int64]
    duration_us: NDArray[np.int64]
    age_us: NDArray[np.int64]
    finished: NDArray[np.bool_]
    event_us: NDArray[np.int64]
    idle_us: NDArray[np.int64]


def evaluate_sla(log: EventLog, sla: SlaSettings, *, clock: CaseClock, as_of_us: int) -> SlaOutcome:
    """Judge every case and execution against the promises of `sla`."""
    checked = np.zeros(log.n_cases, dtype=np.bool_)
    overrun = np.zeros(log.n_cases, dtype=np.int64)
    breached = np.zeros(log.n_cases, dtype=np.bool_)
    has_overrun = sla.column is None
    if sla.case_limit_us is not None:
        passed = clock.age_us >= sla.case_limit_us
        _judge(clock.duration_us - sla.case_limit_us, clock, passed, (checked, breached, overrun))
    if sla.column is not None:
        has_overrun = _judge_column(log, sla.column, clock, as_of_us, (checked, breached, overrun))
    event_checked, event_overrun = _judge_events(log, sla, clock.event_us)
    return SlaOutcome(
        checked, breached, overrun, has_overrun, event_checked, event_overrun > 0, event_overrun
    )


_Flags = tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]


def _judge(
    beyond_us: NDArray[np.int64],
    clock: CaseClock,
    passed: NDArray[np.bool_],
    flags: _Flags,
) -> None:
    """Judge the cases whose limit has passed; the overrun of an open one ends at its last event."""
    checked, breached, overrun = flags
    late = beyond_us > 0
    judged = passed & (clock.finished | late)
    checked |= judged
    breached |= judged & late
    recorded = np.maximum(beyond_us - clock.idle_us, 0)
    np.maximum(overrun, np.where(judged & late, recorded, 0), out=overrun)


def _judge_column(log: EventLog, name: str, clock: CaseClock, as_of_us: int, flags: _Flags) -> bool:
    column = last_values(log, name)
    known = column.codes != MISSING
    checked, breached, _ = flags
    kind, values = _read_column(name, column, log.zone)
    chosen = values[np.where(known, column.codes, 0)] if len(values) else np.zeros(log.n_cases, np.int64)
    if kind == "flag":
        broken = chosen == 1
        checked |= known & (clock.finished | broken)
        breached |= known & broken
        return False
    if kind == "duration":
        beyond, passed = clock.duration_us - chosen, clock.age_us >= chosen
    else:
        beyond, passed = np.where(clock.finished, clock.last_us, as_of_us) - chosen, chosen <= as_of_us
    _judge(np.where(known, beyond, 0), clock, known & passed, flags)
    return True


def _judge_events(
    log: EventLog, sla: SlaSettings, event_us: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    unknown = sorted(set(sla.activity_limits_us) - set(log.activity_names))
    if unknown:
        raise UsageError("sla.unknown_activity", names=unknown, accepted=sorted(log.activity_names))
    limit = np.array([sla.activity_limits_us.get(name, -1) for name in log.activity_names], dtype=np.int64)
    of_event = limit[log.activity] if len(limit) else np.zeros(0, dtype=np.int64)
    checked = (of_event >= 0) & (event_us >= 0)
    return checked, np.where(checked, np.maximum(event_us - of_event, 0), 0)


def last_values(log: EventLog, name: str) -> CodedColumn:
    """Per case the last value of a column that is not missing."""
    if name in log.case_attributes:
        return log.case_attributes[name]
    if name not in log.attributes:
        raise UsageError(
            "sla.unknown_column", name=name, accepted=sorted({*log.attributes, *log.case_attributes})
        )
    column = log.attributes[name]
    codes = np.full(log.n_cases, MISSING, dtype=np.int32)
    known = column.codes != MISSING
    codes[log.case[known]] = column.codes[known]
    return CodedColumn(codes, column.values)


def _read_column(name: str, column: CodedColumn, zone: str) -> tuple[str, NDArray[np.int64]]:
    """(`flag`: 1 = broken | `duration` us | `due` UTC us) and the value of each code."""
    used = np.unique(column.codes[column.codes != MISSING])
    texts = [column.values[code] for code in used]
    readers: tuple[tuple[str, Callable[[str], int | None]], ...] = (
        ("flag", lambda text: _flag(text, name)),
        ("duration", duration_us),
        ("due", lambda text: _moment_us(text, zone)),
    )
    for kind, read in readers:
        parsed = [read(text) for text in texts]
        if texts and all(value is not None for value in parsed):
            values = np.zeros(len(column.values), dtype=np.int64)
            values[used] = [value for value in parsed if value is not None]
            return kind, values
    raise UsageError("sla.unreadable_column", name=name, examples=texts[:5])


def _flag(text: str, name: str) -> int | None:
    word = text.strip().lower()
    if word in _KEPT:
        return 0
    if word in _BROKEN:
        return 1
    if word not in _TRUE | _FALSE:
        return None
    broken, kept = bool(_NAME_BROKEN.search(name)), bool(_NAME_KEPT.search(name))
    if broken == kept:
        raise UsageError("sla.flag_meaning", name=name, value=text)
    return int((word in _TRUE) == broken)


def duration_us(text: str) -> int | None:
    """Microseconds of `5d`, `2h30m`, `1.5 h`, `2天`, `P1DT2H`; None where it is none of these.

    >>> duration_us("2h30m")
    9000000000
    """
    word = text.strip()
    iso = _ISO.match(word)
    if iso and any(iso.groups()):
        return sum(int(n) * _UNIT_US[u] for n, u in zip(iso.groups(), "wdhms", strict=True) if n)
    if not word or _PART.sub("", word).strip():
        return None
    return sum(round(float(n) * _UNIT_US[unit.lower()]) for n, unit in _PART.findall(word))


def _moment_us(text: str, zone: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(zone))
    delta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _zone(zone: str) -> tzinfo:
    fixed = re.match(r"^[+-]\d{2}:?\d{2}$", zone)
    if fixed:
        return datetime.strptime(zone, "%z").tzinfo or UTC
    return ZoneInfo(zone)
