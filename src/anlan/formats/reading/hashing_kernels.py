"""XXH64 over stretches of a byte buffer, and a mixer that adds the columns of a row up to one hash.

XXH64 (Y. Collet, the xxHash specification, section "XXH64 algorithm") with seed 42 is what Spark's
`xxhash64` computes for a string, so every engine puts a case into the same bucket.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

SEED = np.uint64(42)

_P1 = np.uint64(0x9E3779B185EBCA87)
_P2 = np.uint64(0xC2B2AE3D27D4EB4F)
_P3 = np.uint64(0x165667B19E3779F9)
_P4 = np.uint64(0x85EBCA77C2B2AE63)
_P5 = np.uint64(0x27D4EB2F165667C5)
# Places are unsigned throughout: signed ones would be tested for Python's negative indices at every
# byte, and the loads of neighbouring bytes could not be joined into one (three times slower).
_N1, _N2, _N3, _N4, _N8 = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4), np.uint64(8)
_N16, _N24, _N31, _N32 = np.uint64(16), np.uint64(24), np.uint64(31), np.uint64(32)


@inline_kernel
def _rotated(value, bits):
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@inline_kernel
def four_bytes(data, at):
    """Little-endian; the compiler joins the loads into one."""
    return (
        np.uint64(data[at])
        | (np.uint64(data[at + _N1]) << _N8)
        | (np.uint64(data[at + _N2]) << _N16)
        | (np.uint64(data[at + _N3]) << _N24)
    )


@inline_kernel
def eight_bytes(data, at):
    return four_bytes(data, at) | (four_bytes(data, at + _N4) << _N32)


@inline_kernel
def _round(lane, word):
    return _rotated(lane + word * _P2, 31) * _P1


@kernel
def _striped(data, begin, end, seed):
    """The four lanes over whole stripes of 32 bytes, merged."""
    one, two, three, four = seed + _P1 + _P2, seed + _P2, seed, seed - _P1
    at = np.uint64(begin)
    stop = np.uint64(end)
    while at + _N32 <= stop:
        one = _round(one, eight_bytes(data, at))
        two = _round(two, eight_bytes(data, at + _N8))
        three = _round(three, eight_bytes(data, at + _N16))
        four = _round(four, eight_bytes(data, at + _N24))
        at += _N32
    merged = _rotated(one, 1) + _rotated(two, 7) + _rotated(three, 12) + _rotated(four, 18)
    for lane in (one, two, three, four):
        merged = (merged ^ _round(np.uint64(0), lane)) * _P1 + _P4
    return merged


@inline_kernel
def _avalanche(value):
    value = (value ^ (value >> np.uint64(33))) * _P2
    value = (value ^ (value >> np.uint64(29))) * _P3
    return value ^ (value >> np.uint64(32))


@inline_kernel
def xxh64(data, begin, end, seed):
    """XXH64 of `data[begin:end]` (uint8) as uint64."""
    at = np.uint64(begin)
    stop = np.uint64(end)
    if stop - at >= _N32:
        value = _striped(data, begin, end, seed)
        at += (stop - at) & ~_N31
    else:
        value = seed + _P5
    value += stop - np.uint64(begin)
    while at + _N8 <= stop:
        value = _rotated(value ^ _round(np.uint64(0), eight_bytes(data, at)), 27) * _P1 + _P4
        at += _N8
    if at + _N4 <= stop:
        value = _rotated(value ^ (four_bytes(data, at) * _P1), 23) * _P2 + _P3
        at += _N4
    while at < stop:
        value = _rotated(value ^ (np.uint64(data[at]) * _P5), 11) * _P1
        at += _N1
    return _avalanche(value)


@kernel
def hash_strings(offsets, data, out):
    """XXH64 (seed 42) of each string `data[offsets[i]:offsets[i + 1]]` into `out` (uint64)."""
    for i in range(len(out)):
        out[i] = xxh64(data, offsets[i], offsets[i + 1], SEED)


@inline_kernel
def mixed(value, column_key):
    """Contribution of one field to the hash of its row: depends on value and column, never zero-sum."""
    return _avalanche((value ^ column_key) * _P1 + _P4)


@kernel
def mix_values(hashes, missing, column_key, out):
    """Contribution of each distinct value of a column; a missing one contributes nothing (0)."""
    for i in range(len(hashes)):
        out[i] = np.uint64(0) if missing[i] else mixed(hashes[i], column_key)


@kernel
def add_by_code(row_hash, codes, contributions):
    """Add each row's contribution of one column, looked up by its code (negative: missing)."""
    for i in range(len(codes)):
        if codes[i] >= 0:
            row_hash[i] += contributions[codes[i]]


@kernel
def add_numbers(row_hash, numbers, missing, column_key):
    """Add the contribution of an int64 column such as a time; a missing one contributes nothing."""
    for i in range(len(numbers)):
        if not missing[i]:
            row_hash[i] += mixed(np.uint64(numbers[i]), column_key)
