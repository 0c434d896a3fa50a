"""Read times by a pattern the user gave, compiled to steps: a byte to meet or a field to read."""

import numpy as np

from anlan.formats.reading.times_forms_kernels import (
    BAD,
    LOCAL,
    NO_DATE,
    day_number,
    digits,
    finish,
    fraction,
    half_day,
    narrow,
    spaces,
)
from anlan.maths.compile import kernel

YEAR, SHORT_YEAR, MONTH, DAY, HOUR, HALF_HOUR, MINUTE, SECOND, MICRO, HALF_DAY, ZONE, MONTH_NAME, BLANK = (
    range(1001, 1014)
)
"""Steps of a pattern; a smaller number is a byte that must stand there."""

_MONTHS = np.frombuffer(b"janfebmaraprmayjunjulaugsepoctnovdec", np.uint8).copy()


@kernel
def _month_by_name(text, at, end):
    """1..12 and the end of an English month name, short or in full; 0 where there is none."""
    if at + 3 > end:
        return 0, at
    for month in range(12):
        same = True
        for step in range(3):
            if (text[at + step] | 32) != _MONTHS[3 * month + step]:
                same = False
        if same:
            place = at + 3
            while place < end and (text[place] | 32) >= 97 and (text[place] | 32) <= 122:
                place += 1
            return month + 1, place
    return 0, at


@kernel
def _read_one(text, at, end, steps, offset_out, row):
    """One value: every step must fit and nothing may be left over."""
    year, month, day = np.int64(1900), np.int64(1), np.int64(1)
    hour, minute, second, micro, half = np.int64(0), np.int64(0), np.int64(0), np.int64(0), 0
    at = spaces(text, at, end)
    while end > at and text[end - 1] == 32:
        end -= 1
    for index in range(len(steps)):
        step = steps[index]
        if step == BLANK:
            at = spaces(text, at, end)
            continue
        if step < 256:
            if at >= end or text[at] != step:
                return np.int64(0), BAD
            at += 1
            continue
        if step == ZONE:
            break
        if step == HALF_DAY:
            half, place = half_day(text, at, end)
        elif step == MONTH_NAME:
            month, place = _month_by_name(text, at, end)
        elif step == MICRO:
            micro, place = fraction(text, at, end)
        else:
            limit = min(end, at + (4 if step == YEAR else 2))
            value, place = digits(text, at, limit)
            if step == YEAR:
                year = value
            elif step == SHORT_YEAR:
                year = value + (1900 if value >= 69 else 2000)
            elif step == MONTH:
                month = value
            elif step == DAY:
                day = value
            elif step == MINUTE:
                minute = value
            elif step == SECOND:
                second = value
            else:
                hour = value
                if step == HALF_HOUR and (hour < 1 or hour > 12):
                    return np.int64(0), BAD
        if place == at:
            return np.int64(0), BAD
        at = place
    if half != 0:
        hour = hour % 12 + (12 if half == 2 else 0)
    days = day_number(year, month, day)
    if days == NO_DATE or hour > 23 or minute > 59 or second > 59:
        return np.int64(0), BAD
    local = (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + micro
    wants_zone = len(steps) > 0 and steps[len(steps) - 1] == ZONE
    if wants_zone and at < end:
        return finish(text, at, end, local, offset_out, row)
    if at != end or wants_zone:
        return np.int64(0), BAD
    return local, LOCAL


@kernel
def read_by_pattern(text, offsets, steps, moment, kind, offset_minutes):
    """Read every value by `steps` (int64); outputs as `times_kernels.read_texts` fills them."""
    scratch = np.empty(256, np.uint8)
    for row in range(len(offsets) - 1):
        size = narrow(text, offsets[row], offsets[row + 1], scratch, False)
        if size < 0:
            moment[row], kind[row] = 0, BAD
        else:
            moment[row], kind[row] = _read_one(scratch, 0, size, steps, offset_minutes, row)
