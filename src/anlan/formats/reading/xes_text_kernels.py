"""Turn dictionary entries (places in the scanned bytes) into the contents of string arrays."""

import numpy as np

from anlan.formats.reading.xes_bytes_kernels import load_word, store_word
from anlan.maths.compile import kernel


@kernel
def group_by_column(entry_column, n_entries, n_columns):
    """Entries sorted by column, keeping their order: (order, (n_columns + 1,) offsets)."""
    offsets = np.zeros(n_columns + 1, np.int64)
    for entry in range(n_entries):
        offsets[entry_column[entry] + 1] += 1
    for column in range(n_columns):
        offsets[column + 1] += offsets[column]
    order = np.empty(n_entries, np.int64)
    free = offsets[:-1].copy()
    for entry in range(n_entries):
        column = entry_column[entry]
        order[free[column]] = entry
        free[column] += 1
    return order, offsets


@kernel
def write_values(text, chosen, entry_start, entry_size, content, offsets):
    """Write the chosen entries one after another, unescaped; -1, or the place of a bad reference.

    content: uint8, at least the sum of the sizes and 8 more; offsets: int32, (len(chosen) + 1,).
    """
    place = np.int64(0)
    for number in range(len(chosen)):
        start = entry_start[chosen[number]]
        packed = np.int64(entry_size[chosen[number]])
        end = start + (packed >> 1)
        offsets[number] = place
        if packed & 1:
            place = unescape(text, start, end, content, place)
            if place < 0:
                return start
        else:
            at, to = start, place
            while at < end:  # whole words; what is too much is written over by the next value
                store_word(content, to, load_word(text, at))
                at += 8
                to += 8
            place += end - start
    offsets[len(chosen)] = place
    return -1


@kernel
def unescape(text, at, end, content, place):
    """References resolved, line breaks and tabs as blanks (as XML asks); -1 for a bad reference."""
    while at < end:
        byte = text[at]
        if byte == 38:
            code, at = _reference(text, at + 1, end)
            if code < 0:
                return -1
            place = _write_utf8(content, place, code)
            continue
        if byte == 13 and at + 1 < end and text[at + 1] == 10:
            at += 1
        content[place] = 32 if byte < 32 else byte
        place += 1
        at += 1
    return place


@kernel
def _reference(text, at, end):
    """Code point of the reference whose text starts at `at` (after `&`) and the place after `;`."""
    stop = at
    while stop < end and stop < at + 12 and text[stop] != 59:
        stop += 1
    if stop >= end or text[stop] != 59 or stop == at:
        return np.int64(-1), at
    size = stop - at
    code = np.int64(-1)
    if text[at] == 35:
        code = _number(text, at + 1, stop)
    elif size == 3 and text[at] == 97 and text[at + 1] == 109 and text[at + 2] == 112:
        code = np.int64(38)
    elif size == 2 and text[at + 1] == 116 and text[at] == 108:
        code = np.int64(60)
    elif size == 2 and text[at + 1] == 116 and text[at] == 103:
        code = np.int64(62)
    elif (
        size == 4 and text[at] == 113 and text[at + 1] == 117 and text[at + 2] == 111 and text[at + 3] == 116
    ):
        code = np.int64(34)
    elif size == 4 and text[at] == 97 and text[at + 1] == 112 and text[at + 2] == 111 and text[at + 3] == 115:
        code = np.int64(39)
    return code, stop + 1


@kernel
def _number(text, at, end):
    """Code point of `#123` or `#x4e2d` (without the sign), -1 where XML allows no such character."""
    base = np.int64(10)
    if at < end and text[at] == 120:
        base = np.int64(16)
        at += 1
    if at >= end:
        return np.int64(-1)
    code = np.int64(0)
    while at < end:
        digit = np.int64(text[at]) - 48
        if base == 16 and digit > 9:
            digit = (np.int64(text[at]) | 32) - 87
            if digit < 10:
                return np.int64(-1)
        if digit < 0 or digit >= base:
            return np.int64(-1)
        code = code * base + digit
        at += 1
    if code > 0x10FFFF or (code >= 0xD800 and code <= 0xDFFF) or code == 0xFFFE or code == 0xFFFF:
        return np.int64(-1)
    if code < 32 and code != 9 and code != 10 and code != 13:
        return np.int64(-1)
    return code


@kernel
def _write_utf8(content, place, code):
    if code < 0x80:
        content[place] = code
        return place + 1
    if code < 0x800:
        content[place] = 0xC0 | (code >> 6)
        content[place + 1] = 0x80 | (code & 63)
        return place + 2
    if code < 0x10000:
        content[place] = 0xE0 | (code >> 12)
        content[place + 1] = 0x80 | ((code >> 6) & 63)
        content[place + 2] = 0x80 | (code & 63)
        return place + 3
    content[place] = 0xF0 | (code >> 18)
    content[place + 1] = 0x80 | ((code >> 12) & 63)
    content[place + 2] = 0x80 | ((code >> 6) & 63)
    content[place + 3] = 0x80 | (code & 63)
    return place + 4
