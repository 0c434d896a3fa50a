"""Whole columns of times and numbers in text: quick readers for the commonest forms, then the full one.

A value becomes microseconds since 1970-01-01 00:00 and a kind: `BAD` (unreadable or outside the
years 1900-2199), `LOCAL` (the clock as written) or `FIXED` (it carried its own offset; already UTC).
"""

import numpy as np

from anlan.formats.reading.hashing_kernels import eight_bytes
from anlan.formats.reading.times_forms_kernels import (
    BAD,
    DAY_US,
    FIXED,
    LOCAL,
    NO_DATE,
    SECOND_MARK,
    any_time,
    day_number,
    digits,
    fraction,
    is_digit,
    narrow,
    spaces,
)
from anlan.maths.compile import inline_kernel, kernel

_SCRATCH = 96
_UNSURE = -(1 << 62)
_WIDTH, _SIGN = 8, 16

_DATE, _DATE_ROOM = np.uint64(0x2D30302D30303030), np.uint64(0x7F76767F76767676)
_CLOCK, _CLOCK_ROOM = np.uint64(0x30303A30303A3030), np.uint64(0x76767F76767F7676)
"""`0000-00-` and `00:00:00` as little-endian words, and what may be added to each byte of a fitting text
less that form before its highest bit is set: up to 9 for a digit, nothing for a sign."""

_HIGH_BITS, _TEN, _BYTE = np.uint64(0x8080808080808080), np.uint64(10), np.uint64(8)


@inline_kernel
def _byte_of(word, place):
    return np.int64((word >> np.uint64(8 * place)) & np.uint64(255))


@kernel
def _two(text, at):
    """Two digits as a number, or 1000 where one of them is none."""
    high, low = np.int64(text[at]) - 48, np.int64(text[at + 1]) - 48
    if high < 0 or high > 9 or low < 0 or low > 9:
        return np.int64(1000)
    return high * 10 + low


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
        parts[_SIGN + count] = 58 if byte < SECOND_MARK else byte
        count += 1
        value = np.int64(0)
        digits = 0
    if digits == 0 or digits > 14:
        return count if digits == 0 and count > 0 and parts[_SIGN + count - 1] == SECOND_MARK else 0
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
        if (
            groups < 3
            or groups == 4
            or groups > 7
            or parts[_SIGN] != parts[_SIGN + 1]
            or parts[_WIDTH + 1] > 2
        ):
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
        if last != 0 and not (last == SECOND_MARK and groups >= 6):
            return _UNSURE
    days = day_number(year, month, day)
    if days == NO_DATE or hour > 23 or minute > 59 or second > 59:
        return _UNSURE
    return days * DAY_US + (hour * 3600 + minute * 60 + second) * 1_000_000 + micro


@kernel
def _iso_moment(date, clock, high, low):
    """Microseconds of `yyyy-mm-` and `hh:mm:ss` as little-endian words and the two bytes of the day, or
    `_UNSURE`: by far the commonest form.

    Eight bytes at once: exclusive or with the form leaves digits 0..9 and no trace of the signs, which
    one addition tests; ten times the whole plus the whole one byte on makes numbers of all pairs.
    """
    date ^= _DATE
    clock ^= _CLOCK
    high -= 48
    low -= 48
    not_digits = ((date + _DATE_ROOM) | date | (clock + _CLOCK_ROOM) | clock) & _HIGH_BITS
    if not_digits != 0 or high < 0 or high > 9 or low < 0 or low > 9:
        return _UNSURE
    date = date * _TEN + (date >> _BYTE)
    clock = clock * _TEN + (clock >> _BYTE)
    days = day_number(_byte_of(date, 0) * 100 + _byte_of(date, 2), _byte_of(date, 5), high * 10 + low)
    hour, minute, second = _byte_of(clock, 0), _byte_of(clock, 3), _byte_of(clock, 6)
    if hour > 23 or minute > 59 or second > 59 or days == NO_DATE:
        return _UNSURE
    return days * DAY_US + (hour * 3600 + minute * 60 + second) * 1_000_000


@kernel
def _after_clock(text, at, end, local, offset_out, row):
    """A fraction, `Z` or `+hh:mm` after the seconds; BAD means look closer."""
    if text[at] == 46:
        micro, after = fraction(text, at + 1, end)
        if after == at + 1:
            return np.int64(0), BAD
        local += micro
        at = after
    if at == end:
        return local, LOCAL
    if at + 1 == end and text[at] == 90:
        offset_out[row] = 0
        return local, FIXED
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
        if end - at >= 19 and (text[at + 10] == 32 or text[at + 10] == 84):
            date, clock = eight_bytes(text, np.uint64(at)), eight_bytes(text, np.uint64(at + 11))
            local = _iso_moment(date, clock, np.int64(text[at + 8]), np.int64(text[at + 9]))
            if local != _UNSURE and end == at + 19:
                moment[row], kind[row] = local, LOCAL
                continue
            if local != _UNSURE:
                moment[row], kind[row] = _after_clock(text, at + 19, end, local, offset_minutes, row)
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
    return any_time(scratch, 0, size, day_first, offset_minutes, row)


@kernel
def read_number_texts(text, offsets, whole, fraction, good):
    """Read plain decimal numbers: whole part (int64), fraction 0..1 (float64), and which are numbers."""
    scratch = np.empty(_SCRATCH, np.uint8)
    for row in range(len(offsets) - 1):
        size = narrow(text, offsets[row], offsets[row + 1], scratch, False)
        good[row] = False
        if size < 0:
            continue
        at = spaces(scratch, 0, size)
        while size > at and scratch[size - 1] == 32:
            size -= 1
        value, place = digits(scratch, at, size)
        if place == at or value < 0:
            continue
        part, scale = 0.0, 1.0
        if place < size and scratch[place] == 46:
            place += 1
            while place < size and is_digit(scratch[place]):
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
