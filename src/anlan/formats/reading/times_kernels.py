"""Times in text, number by number: compiled readers over the bytes of string columns.

A value becomes microseconds since 1970-01-01 00:00 and a kind: `BAD` (unreadable or outside the
years 1900-2199), `LOCAL` (the clock as written) or `FIXED` (it carried its own offset; already UTC).
Texts with other than ASCII bytes are first narrowed: full-width digits and signs become ASCII, the
marks of Chinese times (年 月 日 时 分 秒 上午 下午) become ASCII separators or private marks.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

BAD, LOCAL, FIXED = 0, 1, 2

FIRST_YEAR, LAST_YEAR = 1900, 2199

_DAY_US = 86_400_000_000
_SCRATCH = 96

_UNSURE = -(1 << 62)
_WIDTH, _SIGN = 8, 16

_HOUR_MARK, _MINUTE_MARK, _SECOND_MARK = 1, 2, 3


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
def _digit(byte):
    return byte >= 48 and byte <= 57


@kernel
def _digits(text, at, end):
    """Value and end of the run of digits at `at`; a run ends after 19, when its value may be negative."""
    value = np.int64(0)
    place = at
    while place < end and place < at + 19 and text[place] >= 48 and text[place] <= 57:
        value = value * 10 + (text[place] - 48)
        place += 1
    return value, place


@kernel
def _spaces(text, at, end):
    while at < end and (text[at] == 32 or text[at] == 9):
        at += 1
    return at


@kernel
def _fraction(text, at, end):
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
    hours, place = _digits(text, at + 1, end)
    width = place - at - 1
    minutes = 0
    if width == 4:
        minutes = hours % 100
        hours = hours // 100
    elif width < 1 or width > 2:
        return 0, -1
    elif place < end and text[place] == 58:
        minutes, after = _digits(text, place + 1, end)
        if after - place != 3:
            return 0, -1
        place = after
        if place + 3 <= end and text[place] == 58 and text[place + 1] == 48 and text[place + 2] == 48:
            place += 3
    if hours > 18 or minutes > 59:
        return 0, -1
    return sign * (hours * 60 + minutes), place


@kernel
def _half_day(text, at, end):
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
def _finish(text, at, end, local, offset_out, row):
    """What follows the clock: nothing, or an offset."""
    at = _spaces(text, at, end)
    if at == end:
        return local, LOCAL
    minutes, place = _offset(text, at, end)
    if place < 0 or _spaces(text, place, end) != end:
        return np.int64(0), BAD
    offset_out[row] = minutes
    return local - minutes * 60_000_000, FIXED


@kernel
def _clock(text, at, end, days, offset_out, row):
    """The rest after a date: blank, or the time of day, a fraction, AM or PM, an offset."""
    at = _spaces(text, at, end)
    if at < end and (text[at] == 84 or text[at] == 116 or text[at] == 44):
        at = _spaces(text, at + 1, end)
        if at == end:
            return np.int64(0), BAD
    local = days * _DAY_US
    if at == end:
        return local, LOCAL
    half, at = _half_day(text, at, end)
    at = _spaces(text, at, end)
    hour, place = _digits(text, at, end)
    width = place - at
    minute, second, micro = np.int64(0), np.int64(0), np.int64(0)
    if width == 0:
        if half == 0:
            return _finish(text, at, end, local, offset_out, row)
        return np.int64(0), BAD
    if width == 6 or width == 4:
        if width == 6:
            second = hour % 100
            hour = hour // 100
        minute = hour % 100
        hour = hour // 100
    elif width > 2:
        return np.int64(0), BAD
    elif place < end and text[place] == _HOUR_MARK:
        place += 1
        minute, after = _digits(text, place, end)
        if after > place:
            if after - place > 2:
                return np.int64(0), BAD
            place = after
            if place < end and text[place] == _MINUTE_MARK:
                place += 1
                second, after = _digits(text, place, end)
                if after - place > 2:
                    return np.int64(0), BAD
                place = after
    elif place < end and text[place] == 58:
        minute, after = _digits(text, place + 1, end)
        if after == place + 1 or after - place > 3:
            return np.int64(0), BAD
        place = after
        if place < end and (text[place] == 58 or text[place] == _MINUTE_MARK):
            second, after = _digits(text, place + 1, end)
            if after == place + 1 or after - place > 3:
                return np.int64(0), BAD
            place = after
    elif half == 0 and _half_day(text, _spaces(text, place, end), end)[0] == 0:
        return np.int64(0), BAD
    if place < end and (text[place] == 46 or text[place] == 44):
        micro, after = _fraction(text, place + 1, end)
        if after == place + 1:
            return np.int64(0), BAD
        place = after
    if place < end and text[place] == _SECOND_MARK:
        place += 1
    if half == 0:
        half, place = _half_day(text, _spaces(text, place, end), end)
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
    return _finish(text, place, end, local, offset_out, row)


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
        micro, place = _fraction(text, place + 1, end)
    local = days * _DAY_US + (hour * 3600 + minute * 60 + second) * 1_000_000 + micro
    return _finish(text, place, end, local, offset_out, row)


@kernel
def _any_time(text, at, end, day_first, offset_out, row):
    """One time of any accepted form; `text` is ASCII with private marks."""
    at = _spaces(text, at, end)
    while end > at and (text[end - 1] == 32 or text[end - 1] == 9):
        end -= 1
    first, place = _digits(text, at, end)
    width = place - at
    if width == 8 or width == 12 or width == 14 or width == 17:
        return _compact(text, at, place, first, end, offset_out, row)
    if (width != 4 and width != 1 and width != 2) or place >= end:
        return np.int64(0), BAD
    sign = text[place]
    if sign != 45 and sign != 47 and sign != 46:
        return np.int64(0), BAD
    at = _spaces(text, place + 1, end)
    second, place = _digits(text, at, end)
    if place == at or place - at > 2 or place >= end or text[place] != sign:
        return np.int64(0), BAD
    at = _spaces(text, place + 1, end)
    third, place = _digits(text, at, end)
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
    if days == NO_DATE or (place < end and _digit(text[place])):
        return np.int64(0), BAD
    return _clock(text, place, end, days, offset_out, row)


@kernel
def _two(text, at):
    """Two digits as a number, or 1000 where one of them is none."""
    high, low = np.int64(text[at]) - 48, np.int64(text[at + 1]) - 48
    if high < 0 or high > 9 or low < 0 or low > 9:
        return np.int64(1000)
    return high * 10 + low


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
        return _HOUR_MARK
    if code == 0x5206:
        return _MINUTE_MARK
    if code == 0x79D2:
        return _SECOND_MARK
    return 0


@kernel
def _groups(text, at, end, parts):
    """Split into digit groups and the sign after each (0 after the last); how many, or 0 if not plain.

    `parts`: int64, numbers from 0, their widths from `_WIDTH`, the signs from `_SIGN` on.
    The marks of hours and minutes count as `:`. Sizes of one digit group are up to 14 digits.
    """
    count = 0
    value, digits = np.int64(0), 0
    while at < end:
        byte = text[at]
        at += 1
        if byte >= 48 and byte <= 57:
            value = value * 10 + (byte - 48)
            digits += 1
            continue
        if digits == 0:
            if byte == 32 and count > 0 and parts[_SIGN + count - 1] == 32:
                continue
            return 0
        if byte >= 128 or count == 7 or digits > 14:
            return 0
        parts[count] = value
        parts[_WIDTH + count] = digits
        parts[_SIGN + count] = 58 if byte < _SECOND_MARK else byte
        count += 1
        value = np.int64(0)
        digits = 0
    if digits == 0 or digits > 14:
        return count if digits == 0 and count > 0 and parts[_SIGN + count - 1] == _SECOND_MARK else 0
    parts[count] = value
    parts[_WIDTH + count] = digits
    parts[_SIGN + count] = 0
    return count + 1


@kernel
def _plain_time(groups, parts, day_first):
    """A time of 1, 3, 5, 6 or 7 digit groups; `_UNSURE` where the full reader must look."""
    hour, minute, second, micro = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    if groups == 1:
        if parts[_WIDTH] != 14 or parts[_SIGN] != 0:
            return _UNSURE
        date, clock = np.uint64(parts[0]) // np.uint64(1_000_000), np.uint64(parts[0]) % np.uint64(1_000_000)
        date, clock = np.uint32(date), np.uint32(clock)
        year, month, day = np.int64(date // 10_000), np.int64(date // 100 % 100), np.int64(date % 100)
        hour, minute, second = np.int64(clock // 10_000), np.int64(clock // 100 % 100), np.int64(clock % 100)
    else:
        if groups < 3 or groups == 4 or parts[_SIGN] != parts[_SIGN + 1] or parts[_WIDTH + 1] > 2:
            return _UNSURE
        if parts[_SIGN] != 47 and parts[_SIGN] != 45 and parts[_SIGN] != 46:
            return _UNSURE
        month, day = parts[1], parts[2]
        if parts[_WIDTH] == 4 and parts[_WIDTH + 2] <= 2:
            year = parts[0]
        elif parts[_WIDTH] <= 2 and parts[_WIDTH + 2] == 4:
            year, day = parts[2], parts[0]
            if not day_first and parts[_SIGN] != 46:
                month, day = day, month
        else:
            return _UNSURE
        if groups > 3:
            if (
                (parts[_SIGN + 2] != 32 and parts[_SIGN + 2] != 84)
                or parts[_SIGN + 3] != 58
                or parts[_WIDTH + 3] > 2
                or parts[_WIDTH + 4] > 2
            ):
                return _UNSURE
            hour, minute = parts[3], parts[4]
        if groups > 5:
            if parts[_SIGN + 4] != 58 or parts[_WIDTH + 5] > 2:
                return _UNSURE
            second = parts[5]
        if groups > 6:
            if parts[_SIGN + 5] != 46 or parts[_WIDTH + 6] > 6:
                return _UNSURE
            micro = parts[6]
            for _ in range(parts[_WIDTH + 6], 6):
                micro *= 10
        last = parts[_SIGN + groups - 1]
        if last != 0 and not (last == _SECOND_MARK and groups >= 6):
            return _UNSURE
    days = day_number(year, month, day)
    if days == NO_DATE or hour > 23 or minute > 59 or second > 59:
        return _UNSURE
    return days * _DAY_US + (hour * 3600 + minute * 60 + second) * 1_000_000 + micro


@kernel
def _iso_time(text, at, end, offset_out, row):
    """`yyyy-mm-ddThh:mm:ss`, a fraction, `+hh:mm`: by far the commonest; BAD means look closer."""
    separator = text[at + 10]
    if text[at + 16] != 58 or (separator != 84 and separator != 32):
        return np.int64(0), BAD
    year = _two(text, at) * 100 + _two(text, at + 2)
    month, day, hour = _two(text, at + 5), _two(text, at + 8), _two(text, at + 11)
    minute, second = _two(text, at + 14), _two(text, at + 17)
    days = day_number(year, month, day)
    if hour > 23 or minute > 59 or second > 59 or days == NO_DATE:
        return np.int64(0), BAD
    local = days * _DAY_US + (hour * 3600 + minute * 60 + second) * 1_000_000
    at += 19
    if at < end and text[at] == 46:
        micro, after = _fraction(text, at + 1, end)
        if after == at + 1:
            return np.int64(0), BAD
        local += micro
        at = after
    if at == end:
        return local, LOCAL
    if at + 6 == end and text[at + 3] == 58 and (text[at] == 43 or text[at] == 45):
        hours, minutes = _two(text, at + 1), _two(text, at + 4)
        if hours <= 18 and minutes <= 59:
            minutes += hours * 60
            minutes = minutes if text[at] == 43 else -minutes
            offset_out[row] = minutes
            return local - minutes * 60_000_000, FIXED
    return np.int64(0), BAD


@kernel
def read_texts(text, offsets, day_first, moment, kind, offset_minutes):
    """Read every value; fills `moment` (int64), `kind` (uint8), `offset_minutes` (int32, where FIXED).

    text: uint8 bytes of the whole column; offsets: int64, (n + 1,). Two quick readers take the
    commonest forms; what they cannot read goes to the full one, which alone may call a value bad.
    """
    scratch = np.empty(_SCRATCH, np.uint8)
    parts = np.empty(24, np.int64)
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        if end - at >= 19 and text[at + 4] == 45 and text[at + 7] == 45 and text[at + 13] == 58:
            moment[row], kind[row] = _iso_time(text, at, end, offset_minutes, row)
            if kind[row] != BAD:
                continue
        groups = _groups(text, at, end, parts)
        found = _plain_time(groups, parts, day_first) if groups > 0 else _UNSURE
        if found == _UNSURE:
            moment[row], kind[row] = _closer(text, at, end, scratch, parts, day_first, offset_minutes, row)
        else:
            moment[row], kind[row] = found, LOCAL


@kernel
def _closer(text, at, end, scratch, parts, day_first, offset_minutes, row):
    """A value the quick readers left: narrowed to ASCII first, then read quickly or in full."""
    size = narrow(text, at, end, scratch, True)
    if size < 0:
        return np.int64(0), BAD
    groups = _groups(scratch, 0, size, parts)
    if groups > 0:
        found = _plain_time(groups, parts, day_first)
        if found != _UNSURE:
            return found, LOCAL
    return _any_time(scratch, 0, size, day_first, offset_minutes, row)


@kernel
def read_number_texts(text, offsets, whole, fraction, good):
    """Read plain decimal numbers: whole part (int64), fraction 0..1 (float64), and which are numbers."""
    scratch = np.empty(_SCRATCH, np.uint8)
    for row in range(len(offsets) - 1):
        size = narrow(text, offsets[row], offsets[row + 1], scratch, False)
        good[row] = False
        if size < 0:
            continue
        at = _spaces(scratch, 0, size)
        while size > at and scratch[size - 1] == 32:
            size -= 1
        value, place = _digits(scratch, at, size)
        if place == at or value < 0:
            continue
        part, scale = 0.0, 1.0
        if place < size and scratch[place] == 46:
            place += 1
            while place < size and _digit(scratch[place]):
                if scale < 1e17:
                    part = part * 10 + (scratch[place] - 48)
                    scale *= 10
                place += 1
        if place == size:
            whole[row] = value
            fraction[row] = part / scale
            good[row] = True


@kernel
def to_utc(moment, kind, boundaries, offsets_us):
    """Take the zone's offset from every LOCAL moment, in place.

    boundaries: int64 local microseconds from which `offsets_us[i + 1]` holds; neighbours in time
    mostly share an interval, so the last one is tried first.
    """
    last = len(boundaries)
    current = 0
    for row in range(len(moment)):
        if kind[row] != LOCAL:
            continue
        local = moment[row]
        after_start = current == 0 or local >= boundaries[current - 1]
        before_end = current == last or local < boundaries[current]
        if not (after_start and before_end):
            current = np.searchsorted(boundaries, local, side="right")
        moment[row] = local - offsets_us[current]
