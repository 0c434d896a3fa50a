"""The full reader of a time in text: every accepted form, part by part.

Texts with other than ASCII bytes are first narrowed: full-width digits and signs become ASCII, the
marks of Chinese times (年 月 日 时 分 秒 上午 下午) become ASCII separators or private marks.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

BAD, LOCAL, FIXED = 0, 1, 2
"""Kinds of a value: unreadable, the clock as written, or with its own offset (already UTC)."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY_US = 86_400_000_000
HOUR_MARK, MINUTE_MARK, SECOND_MARK = 1, 2, 3
"""What 时, 分 and 秒 become when a value is narrowed."""

_MONTH_STARTS = np.array(
    [
        (np.datetime64(f"{year}-{month:02d}-01") - np.datetime64("1970-01-01")).astype(np.int64)
        for year in range(FIRST_YEAR, LAST_YEAR + 2)
        for month in range(1, 13)
    ],
    np.int64,
)
"""Day number of the first of every month from 1900-01 to 2200-12; a lookup is quicker than calendar sums."""

NO_DATE = -1_000_000


@kernel
def day_number(year, month, day):
    """Days from 1970-01-01 to a date of 1900-2199, `NO_DATE` where there is no such date."""
    if year < FIRST_YEAR or year > LAST_YEAR or month < 1 or month > 12 or day < 1:
        return np.int64(NO_DATE)
    place = np.uint64((year - FIRST_YEAR) * 12 + month - 1)
    days = _MONTH_STARTS[place] + day - 1
    return days if days < _MONTH_STARTS[place + np.uint64(1)] else np.int64(NO_DATE)


@inline_kernel
def is_digit(byte):
    return byte >= 48 and byte <= 57


@kernel
def digits(text, at, end):
    """Value and end of the run of digits at `at`; a run ends after 19, when its value may be negative."""
    value = np.int64(0)
    place = at
    while place < end and place < at + 19 and text[place] >= 48 and text[place] <= 57:
        value = value * 10 + (text[place] - 48)
        place += 1
    return value, place


@kernel
def spaces(text, at, end):
    while at < end and (text[at] == 32 or text[at] == 9):
        at += 1
    return at


@kernel
def fraction(text, at, end):
    """Microseconds of the digits at `at`; digits beyond the sixth are cut off, not rounded."""
    value, place, scale = np.int64(0), at, 100_000
    while place < end and text[place] >= 48 and text[place] <= 57:
        value += (text[place] - 48) * scale
        scale //= 10
        place += 1
    return value, place


@kernel
def _offset(text, at, end):
    """Minutes and end (-1: none) of `Z`, `UTC`, `GMT`, `+8`, `+08`, `+0800`, `+08:00`, `+08:00:00`."""
    first = text[at]
    if first == 90 or first == 122:
        return 0, at + 1
    if at + 3 <= end and (
        (first == 85 and text[at + 1] == 84 and text[at + 2] == 67)
        or (first == 71 and text[at + 1] == 77 and text[at + 2] == 84)
    ):
        if at + 3 == end:
            return 0, end
        at += 3
        first = text[at]
    if first != 43 and first != 45:
        return 0, -1
    sign = 1 if first == 43 else -1
    hours, place = digits(text, at + 1, end)
    width = place - at - 1
    minutes = 0
    if width == 4:
        minutes = hours % 100
        hours = hours // 100
    elif width < 1 or width > 2:
        return 0, -1
    elif place < end and text[place] == 58:
        minutes, after = digits(text, place + 1, end)
        if after - place != 3:
            return 0, -1
        place = after
        if place + 3 <= end and text[place] == 58 and text[place + 1] == 48 and text[place + 2] == 48:
            place += 3
    if hours > 18 or minutes > 59:
        return 0, -1
    return sign * (hours * 60 + minutes), place


@kernel
def half_day(text, at, end):
    """1 for AM, 2 for PM (also `a.m.`), 0 for neither, and the place after it."""
    if at >= end:
        return 0, at
    first = text[at] | 32
    if first != 97 and first != 112:
        return 0, at
    place = at + 1
    if place < end and text[place] == 46:
        place += 1
    if place >= end or (text[place] | 32) != 109:
        return 0, at
    place += 1
    if place < end and text[place] == 46:
        place += 1
    return (1 if first == 97 else 2), place


@kernel
def finish(text, at, end, local, offset_out, row):
    """What follows the clock: nothing, or an offset."""
    at = spaces(text, at, end)
    if at == end:
        return local, LOCAL
    minutes, place = _offset(text, at, end)
    if place < 0 or spaces(text, place, end) != end:
        return np.int64(0), BAD
    offset_out[row] = minutes
    return local - minutes * 60_000_000, FIXED


@kernel
def _clock(text, at, end, days, offset_out, row):
    """The rest after a date: blank, or the time of day, a fraction, AM or PM, an offset."""
    at = spaces(text, at, end)
    if at < end and (text[at] == 84 or text[at] == 116 or text[at] == 44):
        at = spaces(text, at + 1, end)
        if at == end:
            return np.int64(0), BAD
    local = days * DAY_US
    if at == end:
        return local, LOCAL
    half, at = half_day(text, at, end)
    at = spaces(text, at, end)
    hour, place = digits(text, at, end)
    width = place - at
    minute, second, micro = np.int64(0), np.int64(0), np.int64(0)
    if width == 0:
        if half == 0:
            return finish(text, at, end, local, offset_out, row)
        return np.int64(0), BAD
    if width == 6 or width == 4:
        if width == 6:
            second = hour % 100
            hour = hour // 100
        minute = hour % 100
        hour = hour // 100
    elif width > 2:
        return np.int64(0), BAD
    elif place < end and text[place] == HOUR_MARK:
        place += 1
        minute, after = digits(text, place, end)
        if after > place:
            if after - place > 2:
                return np.int64(0), BAD
            place = after
            if place < end and text[place] == MINUTE_MARK:
                place += 1
                second, after = digits(text, place, end)
                if after - place > 2:
                    return np.int64(0), BAD
                place = after
    elif place < end and text[place] == 58:
        minute, after = digits(text, place + 1, end)
        if after == place + 1 or after - place > 3:
            return np.int64(0), BAD
        place = after
        if place < end and (text[place] == 58 or text[place] == MINUTE_MARK):
            second, after = digits(text, place + 1, end)
            if after == place + 1 or after - place > 3:
                return np.int64(0), BAD
            place = after
    elif half == 0 and half_day(text, spaces(text, place, end), end)[0] == 0:
        return np.int64(0), BAD
    if place < end and (text[place] == 46 or text[place] == 44):
        micro, after = fraction(text, place + 1, end)
        if after == place + 1:
            return np.int64(0), BAD
        place = after
    if place < end and text[place] == SECOND_MARK:
        place += 1
    if half == 0:
        half, place = half_day(text, spaces(text, place, end), end)
    if half != 0 and hour <= 12:
        if hour == 0 and half == 1:
            hour = np.int64(12)
        if hour < 1:
            return np.int64(0), BAD
        hour = hour % 12 + (12 if half == 2 else 0)
    elif half == 1:
        return np.int64(0), BAD
    midnight = hour == 24 and minute == 0 and second == 0 and micro == 0
    if (hour > 23 and not midnight) or minute > 59 or second > 59:
        return np.int64(0), BAD
    local += (hour * 3600 + minute * 60 + second) * 1_000_000 + micro
    return finish(text, place, end, local, offset_out, row)


@kernel
def _compact(text, at, place, value, end, offset_out, row):
    """`yyyymmdd`, then nothing, a clock, or more digits: hhmm, hhmmss, hhmmss and milliseconds."""
    width = place - at
    micro = np.int64(0)
    if width == 17:
        micro = value % 1000 * 1000
        value = value // 1000
        width = 14
    second, minute, hour = np.int64(0), np.int64(0), np.int64(0)
    if width == 14:
        second = value % 100
        value = value // 100
        width = 12
    if width == 12:
        minute = value % 100
        hour = value // 100 % 100
        value = value // 10_000
    year, month, day = value // 10_000, value // 100 % 100, value % 100
    days = day_number(year, month, day)
    if days == NO_DATE:
        return np.int64(0), BAD
    if width == 8:
        return _clock(text, place, end, days, offset_out, row)
    if hour > 23 or minute > 59 or second > 59:
        return np.int64(0), BAD
    if micro == 0 and place < end and (text[place] == 46 or text[place] == 44):
        micro, place = fraction(text, place + 1, end)
    local = days * DAY_US + (hour * 3600 + minute * 60 + second) * 1_000_000 + micro
    return finish(text, place, end, local, offset_out, row)


@kernel
def any_time(text, at, end, day_first, offset_out, row):
    """One time of any accepted form; `text` is ASCII with private marks."""
    at = spaces(text, at, end)
    while end > at and (text[end - 1] == 32 or text[end - 1] == 9):
        end -= 1
    first, place = digits(text, at, end)
    width = place - at
    if width == 8 or width == 12 or width == 14 or width == 17:
        return _compact(text, at, place, first, end, offset_out, row)
    if (width != 4 and width != 1 and width != 2) or place >= end:
        return np.int64(0), BAD
    sign = text[place]
    if sign != 45 and sign != 47 and sign != 46:
        return np.int64(0), BAD
    at = spaces(text, place + 1, end)
    second, place = digits(text, at, end)
    if place == at or place - at > 2 or place >= end or text[place] != sign:
        return np.int64(0), BAD
    at = spaces(text, place + 1, end)
    third, place = digits(text, at, end)
    if width == 4:
        if place == at or place - at > 2:
            return np.int64(0), BAD
        year, month, day = first, second, third
    else:
        if place - at != 4:
            return np.int64(0), BAD
        year = third
        month, day = (second, first) if day_first or sign == 46 else (first, second)
    days = day_number(year, month, day)
    if days == NO_DATE or (place < end and is_digit(text[place])):
        return np.int64(0), BAD
    return _clock(text, place, end, days, offset_out, row)


@kernel
def narrow(text, at, end, scratch, chinese_marks):
    """Copy a value to `scratch`, full-width signs narrowed; its length, or -1 where it does not fit."""
    size = 0
    while at < end:
        byte = text[at]
        if size + 2 > len(scratch):
            return -1
        if byte < 128:
            scratch[size] = byte
            size += 1
            at += 1
            continue
        if byte == 0xC2 and at + 1 < end and text[at + 1] == 0xA0:
            scratch[size] = 32
            size += 1
            at += 2
            continue
        if byte < 0xE0 or byte > 0xEF or at + 2 >= end:
            scratch[size] = byte
            size += 1
            at += 1
            continue
        code = (
            ((np.int64(byte) & 15) << 12)
            | ((np.int64(text[at + 1]) & 63) << 6)
            | (np.int64(text[at + 2]) & 63)
        )
        following = 0
        if at + 5 < end and text[at + 3] == 0xE5 and text[at + 4] == 0x8D and text[at + 5] == 0x88:
            following = 0x5348
        mapped = _narrow_sign(code)
        if mapped == 0 and chinese_marks:
            mapped = _chinese_mark(code)
            if (code == 0x4E0A or code == 0x4E0B) and following:
                scratch[size] = 97 if code == 0x4E0A else 112
                mapped = 109
                size += 1
                at += 3
        if mapped > 0:
            scratch[size] = mapped
            size += 1
            at += 3
        elif mapped < 0:
            at += 3
        elif size + 3 <= len(scratch):
            for step in range(3):
                scratch[size + step] = text[at + step]
            size += 3
            at += 3
        else:
            return -1
    return size


@kernel
def _narrow_sign(code):
    """ASCII of a full-width sign or a special blank, -1 for an invisible mark, 0 for anything else."""
    if code >= 0xFF01 and code <= 0xFF5E:
        return code - 0xFEE0
    if code == 0x3000 or code == 0x202F or code == 0x2009:
        return 32
    if code == 0x2212 or code == 0x2013:
        return 45
    if code == 0x200E or code == 0x200F or code == 0xFEFF:
        return -1
    return 0


@kernel
def _chinese_mark(code):
    """年 月 -> `-`, 日 号 -> blank, 时 点 -> hour mark, 分 -> minute mark, 秒 -> second mark; else 0."""
    if code == 0x5E74 or code == 0x6708:
        return 45
    if code == 0x65E5 or code == 0x53F7:
        return 32
    if code == 0x65F6 or code == 0x70B9 or code == 0x6642:
        return HOUR_MARK
    if code == 0x5206:
        return MINUTE_MARK
    if code == 0x79D2:
        return SECOND_MARK
    return 0
