"""Times of a log: decide once per column how they are written, then read the column at once.

Deciding looks at a sample. Year-first forms (ISO with T or blank, `/`, `.`, 年月日, compact digits)
need no decision. `29/2/2016` is read day-first and month-first; where both read the sample and
disagree the column is refused and `--time-format` named, since guessing would shift every duration.
Numbers of 0 or more are Excel days or epoch seconds, milliseconds, microseconds or nanoseconds by their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.times_forms_kernels import BAD, FIXED, LOCAL
from anlan.formats.reading.times_kernels import read_number_texts, read_texts
from anlan.formats.reading.times_pattern import pattern_steps
from anlan.formats.reading.times_pattern_kernels import read_by_pattern
from anlan.formats.reading.times_zones import known_zone, localise

UNITS_US = {"s": 1_000_000.0, "ms": 1_000.0, "us": 1.0, "ns": 0.001}

_DAY_US = 86_400_000_000
_FIRST_US, _LAST_US = -2_208_988_800_000_000, 7_258_118_400_000_000  # 1900-01-01, 2200-01-01
_EXCEL_EPOCH_US = -2_209_161_600_000_000  # 1899-12-30, right from 1900-03-01 on
_SHORTHANDS = {
    "iso": {"kind": "text"},
    "day-first": {"kind": "text", "day_first": True},
    "month-first": {"kind": "text", "day_first": False},
    "excel": {"kind": "number", "unit": "excel"},
    "epoch-s": {"kind": "number", "unit": "s"},
    "epoch-ms": {"kind": "number", "unit": "ms"},
    "epoch-us": {"kind": "number", "unit": "us"},
    "epoch-ns": {"kind": "number", "unit": "ns"},
}
_SAMPLE = 20_000


@dataclass(frozen=True)
class TimeFormat:
    """How one column writes its times.

    kind: `text`, `pattern` (the user's), `number` or `temporal` (the file knows its own times).
    unit: of numbers, `excel` (days), `s`, `ms`, `us` or `ns`.
    zone: the zone the values themselves name, None where they are clock times without one.
    """

    kind: str
    day_first: bool = True
    unit: str = ""
    pattern: str | None = None
    zone: str | None = None

    @property
    def is_epoch(self) -> bool:
        return self.unit in UNITS_US


@dataclass(frozen=True)
class ZoneChoice:
    """The zone local times are meant in, and who decided: option, calendar, log, as_written, epoch."""

    zone: str
    source: str


def choose_zone(
    formats: Sequence[TimeFormat], *, option: str | None = None, calendar: str | None = None
) -> ZoneChoice:
    """`--tz`, else the calendar's zone, else the log's own, else UTC for epochs, else as written.

    A log whose values carry several offsets (summer and winter) has the commonest one as its zone.
    """
    if option:
        return ZoneChoice(known_zone(option), "option")
    if calendar:
        return ZoneChoice(known_zone(calendar), "calendar")
    named = [form.zone for form in formats if form.zone]
    if named:
        return ZoneChoice(named[0], "log")
    epoch = bool(formats) and all(form.is_epoch for form in formats)
    return ZoneChoice("UTC", "epoch" if epoch else "as_written")


def decide_time_format(
    sample: Sequence[str] | pa.Array, *, requested: str | None, column: str = ""
) -> TimeFormat:
    """How the column `column` (named in refusals) writes its times, from a sample of its values.

    `requested` is `--time-format`: iso, day-first, month-first, excel, epoch-s, epoch-ms, epoch-us,
    epoch-ns, or a pattern such as `%d.%m.%Y %H:%M`. A longer sample can settle a refused order.
    """
    values = sample if isinstance(sample, pa.Array) else pa.array(list(sample), pa.string())
    values = values.slice(0, _SAMPLE) if requested else values
    if pa.types.is_temporal(values.type):
        return _temporal_format(values, column=column)
    asked = requested_format(requested)
    if asked is not None:
        return _with_own_zone(asked, values)
    if not pa.types.is_dictionary(values.type) and not _is_text(values.type):
        return TimeFormat("number", unit=_number_unit(values, column=column))
    return _text_format(_texts(values), column=column)


def requested_format(requested: str | None) -> TimeFormat | None:
    """What `--time-format` says; None without it, UsageError where it is no pattern of a date."""
    if not requested:
        return None
    if requested in _SHORTHANDS:
        return TimeFormat(**_SHORTHANDS[requested])  # type: ignore[arg-type]
    pattern_steps(requested)
    return TimeFormat("pattern", pattern=requested)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _temporal_format(values: pa.Array, *, column: str) -> TimeFormat:
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        return TimeFormat("temporal", zone=getattr(values.type, "tz", None))
    raise RefusedInput("time.not_a_time", column=column, found=str(values.type))


def _text_format(texts: pa.Array, *, column: str) -> TimeFormat:
    filled = texts.filter(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(texts)), 0))
    if not len(filled):
        return TimeFormat("text")
    by_day = _read(filled, TimeFormat("text", day_first=True))
    by_month = _read(filled, TimeFormat("text", day_first=False))
    if max((by_day.kind != BAD).sum(), (by_month.kind != BAD).sum()) * 2 < len(filled):
        return TimeFormat("number", unit=_number_unit(filled, column=column))
    day_first = _order(by_day, by_month, filled, column=column)
    return _with_own_zone(TimeFormat("text", day_first=day_first), filled)


def _order(by_day: "_Moments", by_month: "_Moments", texts: pa.Array, *, column: str) -> bool:
    """True for day-first. Values that only one order can read decide, if they all but agree."""
    only_day = (by_day.kind != BAD) & (by_month.kind == BAD)
    only_month = (by_month.kind != BAD) & (by_day.kind == BAD)
    n_day, n_month = int(only_day.sum()), int(only_month.sum())
    if n_day > 100 * n_month:
        return True
    if n_month > 100 * n_day:
        return False
    differ = (by_day.kind != BAD) & (by_month.kind != BAD) & (by_day.moment != by_month.moment)
    if n_day == n_month == 0:
        if not differ.any():
            return True
        examples = _examples(texts, differ)
        raise RefusedInput("time.undecidable_order", column=column, found=examples)
    raise RefusedInput(
        "time.mixed_order", column=column, found=_examples(texts, only_day) + _examples(texts, only_month)
    )


def _examples(texts: pa.Array, chosen: NDArray[np.bool_]) -> list[str]:
    return [str(value) for value in texts.take(pa.array(np.flatnonzero(chosen)[:2])).to_pylist()]


def _with_own_zone(form: TimeFormat, values: pa.Array) -> TimeFormat:
    """The format with the commonest offset of the values, where they carry offsets."""
    read = _read(values, form)
    offsets = read.offset_minutes[read.kind == FIXED]
    if form.kind == "number" or not len(offsets):
        return form
    minutes, counts = np.unique(offsets, return_counts=True)
    return replace(form, zone=offset_name(int(minutes[counts.argmax()])))


def offset_name(minutes: int) -> str:
    """`UTC`, `+08:00`, `-05:30`."""
    if minutes == 0:
        return "UTC"
    return f"{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _number_unit(values: pa.Array, *, column: str) -> str:
    """Unit by size: Excel days from 1927 on, epoch seconds from 1973, and so on up to nanoseconds."""
    sizes = _numbers(values)
    sizes = np.abs(sizes[np.isfinite(sizes)])
    middle = float(np.median(sizes)) if len(sizes) * 2 > len(values) - values.null_count else 0.0
    if 10_000 <= middle < 109_939:
        return "excel"
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)):
        if 1e8 * scale <= middle < 7.3e9 * scale:
            return unit
    found = [str(value) for value in values.drop_null().slice(0, 3).to_pylist()]
    raise RefusedInput("time.unreadable", column=column, found=found)


def _numbers(values: pa.Array) -> NDArray[np.float64]:
    if not _is_text(values.type):
        return np.asarray(pc.cast(values, pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    whole, fraction, good = _number_parts(values)
    return np.where(good, whole + fraction, np.nan)


def parse_times(
    column: pa.Array, time_format: TimeFormat, *, zone: str | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """UTC microseconds and the mask of bad values (null, blank, unreadable, outside 1900-2199).

    Values that carry an offset keep it; clock times are converted from `zone` (None: as UTC).
    Bad values are 0. A caller for whom a missing value is no fault tells it by the column's nulls.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type) and len(column.dictionary) < len(column):
        return _by_dictionary(column, time_format, zone=zone)
    moments = _read(column, time_format)
    if column.null_count:
        moments.kind[pc.is_null(column).to_numpy(zero_copy_only=False)] = BAD
    localise(moments.moment, moments.kind, zone)
    bad = (
        (moments.kind == BAD) | (moments.moment < _FIRST_US - _DAY_US) | (moments.moment > _LAST_US + _DAY_US)
    )
    moments.moment[bad] = 0
    return moments.moment, bad


def _by_dictionary(
    column: pa.Array, time_format: TimeFormat, *, zone: str | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Each distinct value is read once; codes then fetch the result (a null's code is one past)."""
    moments, bad = parse_times(column.dictionary, time_format, zone=zone)
    codes = column.indices.fill_null(len(moments)).to_numpy(zero_copy_only=False)
    return np.append(moments, 0)[codes], np.append(bad, True)[codes]


@dataclass(frozen=True)
class _Moments:
    moment: NDArray[np.int64]
    kind: NDArray[np.uint8]
    offset_minutes: NDArray[np.int32]


def _read(column: pa.Array, form: TimeFormat) -> _Moments:
    """The values as they stand: microseconds of the clock, or of UTC where the kind is FIXED."""
    n = len(column)
    if pa.types.is_temporal(column.type):
        return _read_temporal(column)
    if form.kind == "number":
        return _read_numbers(column, form.unit)
    texts = _texts(column)
    moments = _Moments(np.zeros(n, np.int64), np.zeros(n, np.uint8), np.zeros(n, np.int32))
    data, offsets = _bytes(texts)
    if form.pattern is not None:
        steps = pattern_steps(form.pattern)
        read_by_pattern(data, offsets, steps, moments.moment, moments.kind, moments.offset_minutes)
    else:
        read_texts(data, offsets, form.day_first, moments.moment, moments.kind, moments.offset_minutes)
    return moments


def _read_temporal(column: pa.Array) -> _Moments:
    zone = getattr(column.type, "tz", None)
    cut = pc.cast(column, pa.timestamp("us", tz=zone), safe=False)
    moment = cut.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).copy()
    kind = np.full(len(column), LOCAL if zone is None else FIXED, np.uint8)
    kind[(moment < _FIRST_US) | (moment >= _LAST_US)] = BAD
    return _Moments(moment, kind, np.zeros(len(column), np.int32))


def _read_numbers(column: pa.Array, unit: str) -> _Moments:
    """Excel days are clock times, kept to the millisecond; epochs are UTC, kept to the microsecond."""
    if _is_text(column.type) or pa.types.is_dictionary(column.type):
        whole, fraction, good = _number_parts(_texts(column))
    else:
        whole, fraction, good = _split_numbers(column)
    good &= np.abs(whole) < (_LAST_US * 1000 if unit == "ns" else _LAST_US)
    whole = np.where(good, whole, 0)
    if unit == "excel":
        good &= (whole >= 1) & (whole < 109_940) & (whole != 60)
        days = np.where(whole < 60, whole + 1, whole)  # Excel counts a 29 February 1900 that was not
        moment = _EXCEL_EPOCH_US + days * _DAY_US + np.rint(fraction * 86_400_000).astype(np.int64) * 1_000
    elif unit == "ns":
        moment = whole // 1_000
    else:
        scale = int(UNITS_US[unit])
        good &= np.abs(whole) <= _LAST_US // scale
        moment = np.where(good, whole, 0) * scale + np.rint(fraction * scale).astype(np.int64)
    good &= (moment >= _FIRST_US) & (moment < _LAST_US)
    kind = np.where(good, LOCAL if unit == "excel" else FIXED, BAD).astype(np.uint8)
    return _Moments(np.where(good, moment, 0), kind, np.zeros(len(column), np.int32))


_Parts = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]


def _number_parts(texts: pa.Array) -> _Parts:
    n = len(texts)
    parts = np.zeros(n, np.int64), np.zeros(n, np.float64), np.zeros(n, np.bool_)
    read_number_texts(*_bytes(texts), *parts)
    return parts


def _split_numbers(column: pa.Array) -> _Parts:
    if pa.types.is_integer(column.type):
        whole = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        return whole.copy(), np.zeros(len(column)), np.ones(len(column), np.bool_)
    values = pc.cast(column, pa.float64(), safe=False).fill_null(np.nan).to_numpy(zero_copy_only=False)
    good = np.abs(values) < 9e18
    floor = np.floor(np.where(good, values, 0.0))
    return floor.astype(np.int64), np.where(good, values, 0.0) - floor, good


def _texts(column: pa.Array) -> pa.Array:
    """The column as string or large string, whose buffers the kernels read."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column
    return column.cast(pa.large_string())


def _bytes(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All bytes of a string column and the (n + 1,) offsets of its values."""
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, offsets, data = texts.buffers()
    if offsets is None or offsets.size == 0:
        return np.zeros(1, np.uint8), np.zeros(len(texts) + 1, np.int64)
    places = np.frombuffer(offsets, width)[texts.offset : texts.offset + len(texts) + 1]
    content = np.zeros(1, np.uint8) if data is None or data.size == 0 else np.frombuffer(data, np.uint8)
    return content, places.astype(np.int64)
