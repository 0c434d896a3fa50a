"""Amounts of money in text, exactly, as whole millionths."""

import numpy as np

from anlan.maths.compile import kernel

GOOD, MISSING_AMOUNT, BAD_AMOUNT = 0, 1, 2

_LIMIT = 9_000_000_000_000_000_000 // 10


@kernel
def read_amounts(offsets, data, out, state):
    """Read `1234.5`, `-1,234.50`, `+3` into millionths (int64) and a state per value (uint8).

    A comma is a thousands mark where exactly three digits follow it; any other use of it, more than
    one point or a character other than digits, blank or sign makes the value `BAD_AMOUNT`. Digits
    beyond the sixth decimal are rounded half up, away from zero.
    """
    for i in range(len(out)):
        out[i] = 0
        begin, end = offsets[i], offsets[i + 1]
        while begin < end and data[begin] <= 32:
            begin += 1
        while end > begin and data[end - 1] <= 32:
            end -= 1
        if begin == end:
            state[i] = MISSING_AMOUNT
            continue
        negative = data[begin] == 45
        if data[begin] == 45 or data[begin] == 43:
            begin += 1
        value, digits, decimals, since_comma, good = np.int64(0), 0, -1, -1, True
        round_up = False
        for at in range(begin, end):
            byte = data[at]
            if 48 <= byte <= 57:
                digits += 1
                if since_comma >= 0:
                    since_comma += 1
                if decimals >= 6:
                    round_up = round_up or (decimals == 6 and byte >= 53)
                    decimals += 1
                    continue
                if value > _LIMIT:
                    good = False
                    break
                value = value * 10 + (byte - 48)
                if decimals >= 0:
                    decimals += 1
            elif byte == 46 and decimals < 0 and since_comma in (-1, 3):
                decimals = 0
                since_comma = -1
            elif byte == 44 and decimals < 0 and digits > 0 and since_comma in (-1, 3):
                since_comma = 0
            else:
                good = False
                break
        if not good or digits == 0 or since_comma not in (-1, 3):
            state[i] = BAD_AMOUNT
            continue
        for _ in range(max(decimals, 0), 6):
            if value > _LIMIT:
                good = False
                break
            value *= 10
        value += 1 if round_up else 0
        out[i] = -value if negative else value
        state[i] = GOOD if good else BAD_AMOUNT
        if not good:
            out[i] = 0
