"""Text columns to codes: hash tables over the bytes of Arrow strings, block by block and for a whole log.

`offsets` (n + 1,) and `data` (uint8) are the two buffers of a string column. Codes are int32 in order
of first appearance, -1 for a missing value. Tables are open addressing over XXH64, at most half full;
equal hashes are always confirmed by comparing the bytes.
"""

import numpy as np

from anlan.formats.reading.hashing_kernels import SEED, eight_bytes, xxh64
from anlan.maths.compile import inline_kernel, kernel

_N1, _N8 = np.uint64(1), np.uint64(8)
_EMPTY = np.int32(-1)


@inline_kernel
def _same_bytes(one, at_one, other, at_other, size):
    left, right = np.uint64(at_one), np.uint64(at_other)
    end = left + np.uint64(size)
    same = True
    while same and left + _N8 <= end:
        same = eight_bytes(one, left) == eight_bytes(other, right)
        left += _N8
        right += _N8
    while same and left < end:
        same = one[left] == other[right]
        left += _N1
        right += _N1
    return same


@kernel
def refill(slots, hashes, n):
    """Put the first `n` entries into an emptied, larger table."""
    slots[:] = _EMPTY
    mask = np.uint64(len(slots) - 1)
    for code in range(n):
        slot = hashes[code] & mask
        while slots[slot] >= 0:
            slot = (slot + _N1) & mask
        slots[slot] = np.int32(code)


@kernel
def _code_until_full(offsets, data, valid, codes, slots, hashes, first, begin_row, n):
    """Code rows from `begin_row` on until a new value finds no room; returns (row, n, longest).

    The growing is left to the caller: arrays that a loop replaces are slow to read in it.
    """
    mask = np.uint64(len(slots) - 1)
    some_null = len(valid) > 0
    longest = 0
    for i in range(begin_row, len(codes)):
        if some_null and not valid[i]:
            codes[i] = _EMPTY
            continue
        begin, end = offsets[i], offsets[i + 1]
        size = end - begin
        longest = max(longest, size)
        value = xxh64(data, begin, end, SEED)
        slot = value & mask
        code = slots[slot]
        while code >= 0:
            if hashes[code] == value:
                row = first[code]
                start = offsets[row]
                if offsets[row + 1] - start == size and _same_bytes(data, begin, data, start, size):
                    break
            slot = (slot + _N1) & mask
            code = slots[slot]
        if code < 0:
            if n == len(hashes):
                return i, n, longest
            code = np.int32(n)
            slots[slot] = code
            hashes[n] = value
            first[n] = i
            n += 1
        codes[i] = code
    return len(codes), n, longest


@kernel
def distinct_codes(offsets, data, valid, codes):
    """Code every value of one block.

    `valid`: uint8 (n,), or empty where no value is null. Fills `codes` and returns (first, hashes,
    longest): row of the first appearance and hash of each distinct value, bytes of the longest value.
    """
    slots = np.full(2048, _EMPTY, np.int32)
    hashes, first = np.empty(1024, np.uint64), np.empty(1024, np.int64)
    row, n, longest = _code_until_full(offsets, data, valid, codes, slots, hashes, first, 0, 0)
    while row < len(codes):
        hashes = np.concatenate((hashes, np.empty(3 * n, np.uint64)))
        first = np.concatenate((first, np.empty(3 * n, np.int64)))
        slots = np.empty(2 * len(hashes), np.int32)
        refill(slots, hashes, n)
        row, n, size = _code_until_full(offsets, data, valid, codes, slots, hashes, first, row, n)
        longest = max(longest, size)
    return first[:n].copy(), hashes[:n].copy(), longest


@kernel
def gathered(offsets, data, chosen):
    """The chosen values as buffers of their own (offsets int64, data)."""
    out_offsets = np.empty(len(chosen) + 1, np.int64)
    total = 0
    for k in range(len(chosen)):
        out_offsets[k] = total
        total += offsets[chosen[k] + 1] - offsets[chosen[k]]
    out_offsets[len(chosen)] = total
    out = np.empty(total, np.uint8)
    for k in range(len(chosen)):
        at, to = np.uint64(offsets[chosen[k]]), np.uint64(out_offsets[k])
        for _ in range(out_offsets[k + 1] - out_offsets[k]):
            out[to] = data[at]
            at += _N1
            to += _N1
    return out_offsets, out


@kernel
def needs_cleaning(offsets, data):
    """True where any value has bytes beyond ASCII or a blank or control at its border."""
    for k in range(len(offsets) - 1):
        begin, end = offsets[k], offsets[k + 1]
        if end > begin and (data[begin] <= 32 or data[end - 1] <= 32):
            return True
    for at in range(offsets[0], offsets[-1]):
        if data[at] >= 128:
            return True
    return False


@kernel
def are_among(hashes, few):
    """Which hashes are one of a few."""
    found = np.zeros(len(hashes), np.bool_)
    for wanted in few:
        for k in range(len(hashes)):
            found[k] |= hashes[k] == wanted
    return found


@kernel
def without_missing(codes, missing):
    """Codes of missing values become -1, in place."""
    for i in range(len(codes)):
        if codes[i] >= 0 and missing[codes[i]]:
            codes[i] = _EMPTY


@kernel
def translated(codes, table):
    """Local codes to global ones, in place; -1 stays."""
    for i in range(len(codes)):
        if codes[i] >= 0:
            codes[i] = table[codes[i]]


@kernel
def insert_names(slots, hashes, offsets, data, n, new_hashes, new_offsets, new_data, missing, codes):
    """Look up or add names in a table with enough room; returns the number of names it then has.

    Entry c is `data[offsets[c]:offsets[c + 1]]` with `hashes[c]`. Fills `codes`, -1 where missing.
    """
    mask = np.uint64(len(slots) - 1)
    for k in range(len(new_hashes)):
        if missing[k]:
            codes[k] = _EMPTY
            continue
        value = new_hashes[k]
        begin = new_offsets[k]
        size = new_offsets[k + 1] - begin
        slot = value & mask
        while True:
            code = slots[slot]
            if code < 0:
                slots[slot] = np.int32(n)
                hashes[n] = value
                start = offsets[n]
                at, to = np.uint64(begin), np.uint64(start)
                for _ in range(size):
                    data[to] = new_data[at]
                    at += _N1
                    to += _N1
                offsets[n + 1] = start + size
                codes[k] = np.int32(n)
                n += 1
                break
            if (
                hashes[code] == value
                and offsets[code + 1] - offsets[code] == size
                and _same_bytes(data, offsets[code], new_data, begin, size)
            ):
                codes[k] = code
                break
            slot = (slot + _N1) & mask
    return n
