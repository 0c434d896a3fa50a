"""Numbers for pairs of codes, in order of first appearance: dense where small, hashed where not.

A pair (left, right) is the key `left * width + right`. `table` maps it to 1 + its number: indexed by
the key itself where all pairs fit, else by open addressing over a power of two, where `keys[number]`
tells whose place it is. Space is made before a case is read (`with_room`), so that the inner loops
never grow anything.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@inline_kernel
def place_of(key, dense, table, keys):
    """Where the number of `key` is, or belongs, in `table`."""
    if dense:
        return key
    mask = len(table) - 1
    mixed = np.uint64(key) * _GOLDEN
    place = np.int64((mixed ^ (mixed >> np.uint64(29))) >> np.uint64(8)) & mask
    while table[place] != 0 and keys[table[place] - 1] != key:
        place = (place + 1) & mask
    return place


@kernel
def longer(array, used, wanted):
    """The first `used` items in an array of at least `wanted`."""
    grown = np.zeros(max(wanted, 2 * len(array)), dtype=array.dtype)
    grown[:used] = array[:used]
    return grown


@kernel
def rehashed(table, keys, used, wanted):
    """A hash table for at least `wanted` keys that is at most half full."""
    size = len(table)
    while size < 2 * wanted:
        size *= 2
    grown = np.zeros(size, dtype=np.int32)
    for number in range(used):
        grown[place_of(keys[number], False, grown, keys)] = number + 1
    return grown


@kernel
def clear_pairs(dense, table, keys, used):
    """Set the places of the used keys back to zero."""
    if dense:
        for number in range(used):
            table[keys[number]] = 0
    else:
        table[:] = 0
