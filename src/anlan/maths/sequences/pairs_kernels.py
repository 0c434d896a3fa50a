"""Numbers for pairs of codes by hashing, for when a table of all pairs would be too large.

A pair (left, right) is the key `left * width + right`. `table` holds 1 + the number of a key at its
place (open addressing over a power of two), `keys[number]` tells whose place it is. Space is made
before a case is read, so that the inner loops never grow anything; they probe in place, since handing
arrays to a function once per event costs more than the probe.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@inline_kernel
def first_place(key, mask):
    """Where a key belongs in a table of `mask + 1` places, unless others came before it."""
    product = np.uint64(key) * _GOLDEN
    return np.int64((product ^ (product >> np.uint64(29))) >> np.uint64(8)) & mask


@kernel
def longer(array, used, wanted):
    """The first `used` items in an array of at least `wanted`, zeros behind them."""
    grown = np.zeros(max(wanted, 2 * len(array)), dtype=array.dtype)
    grown[:used] = array[:used]
    return grown


@kernel
def rehashed(table, keys, used, wanted):
    """The table with room for `wanted` keys, at most half full."""
    size = len(table)
    while size < 2 * wanted:
        size *= 2
    grown = np.zeros(size, dtype=np.int32)
    for number in range(used):
        place = first_place(keys[number], size - 1)
        while grown[place] != 0:
            place = (place + 1) & (size - 1)
        grown[place] = number + 1
    return grown
