"""From durations grouped by key to histograms, without sorting them.

The values of one key lie side by side. They are tallied in one small array that stays in the
first-level cache, a bit map remembers which bins were touched, and reading its set bits from low to
high gives the bins in ascending order; the cost per key follows its own values, not the number of
possible bins. Groups of a few values are sorted by insertion instead; in large groups most bins near
each other are in use, so the whole range is read and no map is kept.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

SHIFT = 7_296
"""Index of the bin of zero; bin numbers of int64 run from -7,296 to 7,295."""

SPAN = 2 * SHIFT
WORD_BITS = 32
WORDS = SPAN // WORD_BITS

_FEW = 24
_MANY = 4_096
_LOW_32 = 0xFFFFFFFF
_LARGEST_EXACT = 1 << 53
_LOW_11 = 0x7FF
_EXPONENT_OF_ONE = 1_023
_FIRST_BINNED = (_EXPONENT_OF_ONE + 6) << 7
_SMALLEST = -(1 << 63)


@inline_kernel
def bin_of_size(size):
    """Bin of a duration >= 0: itself under 128, else its exponent and 7 mantissa bits.

    They are read from its double, which is exact below 2**53; above, the low 11 bits are cleared so
    that rounding cannot carry into the next bin.
    """
    if size < 128:
        return size
    if size >= _LARGEST_EXACT:
        size = size & ~_LOW_11
    return (np.float64(size).view(np.int64) >> 45) - _FIRST_BINNED


@inline_kernel
def bin_number(value):
    """`anlan.domain.histograms.bin_of`, compiled."""
    if value >= 0:
        return bin_of_size(value)
    if value == _SMALLEST:
        return np.int64(-SHIFT)
    return -bin_of_size(-value)


@inline_kernel
def lowest_bit(word):
    """Position of the lowest set bit of a positive integer."""
    return (np.float64(word & -word).view(np.int64) >> 52) - _EXPONENT_OF_ONE


@kernel
def bin_numbers(values):
    """Bin numbers of many durations (for tests and for finding the values of one bin)."""
    out = np.empty(len(values), dtype=np.int32)
    for i in range(len(values)):
        out[i] = bin_number(values[i])
    return out


@inline_kernel
def split_sum(low, high):
    """The 128-bit sum (unsigned low word, signed high word) of `high * 2**32 + low`."""
    total_lo = np.uint64(low) + (np.uint64(high) << np.uint64(32))
    carry = np.int64(1) if total_lo < np.uint64(low) else np.int64(0)
    return total_lo, (high >> 32) + carry


@inline_kernel
def sort_few(bins, begin, end):
    """Sort `bins[begin:end]` in place by insertion."""
    for i in range(begin + 1, end):
        moving = bins[i]
        j = i - 1
        while j >= begin and bins[j] > moving:
            bins[j + 1] = bins[j]
            j -= 1
        bins[j + 1] = moving


@kernel
def moments(values):
    """Smallest, largest, and sums of the lower 32 bits and of the rest, which cannot overflow."""
    smallest = values[0]
    largest = values[0]
    low = np.int64(0)
    high = np.int64(0)
    for i in range(len(values)):
        value = values[i]
        low += value & _LOW_32
        high += value >> 32
        smallest = value if value < smallest else smallest
        largest = value if value > largest else largest
    return smallest, largest, low, high


@inline_kernel
def plain_bin(value):
    """`bin_number` without a jump, for 0 <= value < 2**53: small and large values mix at random where
    durations are measured in working time, and a wrong guess costs more than both answers."""
    binned = (np.float64(value).view(np.int64) >> 45) - _FIRST_BINNED
    return value if value < 128 else binned


@inline_kernel
def is_plain(smallest, largest):
    return smallest >= 0 and largest < _LARGEST_EXACT


@kernel
def tally_all(values, smallest, largest, tally):
    """Count each value in its bin."""
    if is_plain(smallest, largest):
        for i in range(len(values)):
            tally[np.uint64(plain_bin(values[i]) + SHIFT)] += 1
    else:
        for i in range(len(values)):
            tally[bin_number(values[i]) + SHIFT] += 1


@kernel
def tally_marked(values, smallest, largest, tally, marks):
    """Count each value in its bin and mark the bin."""
    if is_plain(smallest, largest):
        for i in range(len(values)):
            index = plain_bin(values[i]) + SHIFT
            tally[np.uint64(index)] += 1
            marks[np.uint64(index >> 5)] |= np.int64(1) << (index & 31)
    else:
        for i in range(len(values)):
            index = bin_number(values[i]) + SHIFT
            tally[index] += 1
            marks[index >> 5] |= np.int64(1) << (index & 31)


@kernel
def describe_groups(values, offsets, tally, marks):
    """Histogram, exact sum and extremes of `values[offsets[k]:offsets[k + 1]]` for each key k.

    tally int64 (SPAN,) and marks int64 (WORDS,) come and go as zeros.
    Returns n, total_lo, total_hi, minimum, maximum, entry offsets, bins, counts.
    """
    n_keys = len(offsets) - 1
    n = np.zeros(n_keys, dtype=np.int64)
    total_lo = np.zeros(n_keys, dtype=np.uint64)
    total_hi = np.zeros(n_keys, dtype=np.int64)
    minimum = np.zeros(n_keys, dtype=np.int64)
    maximum = np.zeros(n_keys, dtype=np.int64)
    entries = np.zeros(n_keys + 1, dtype=np.int64)
    bins = np.empty(len(values), dtype=np.int32)
    counts = np.empty(len(values), dtype=np.int64)
    used = 0
    for key in range(n_keys):
        begin = offsets[key]
        end = offsets[key + 1]
        entries[key] = used
        if begin == end:
            continue
        smallest, largest, low, high = moments(values[begin:end])
        n[key] = end - begin
        minimum[key] = smallest
        maximum[key] = largest
        total_lo[key], total_hi[key] = split_sum(low, high)
        if end - begin <= _FEW:
            used = _write_few(values, begin, end, bins, counts, used)
        elif end - begin < _MANY:
            first = (bin_number(smallest) + SHIFT) >> 5
            last = (bin_number(largest) + SHIFT) >> 5
            tally_marked(values[begin:end], smallest, largest, tally, marks)
            used = write_marked(tally, marks, first, last, bins, counts, used)
        else:
            tally_all(values[begin:end], smallest, largest, tally)
            for index in range(bin_number(smallest) + SHIFT, bin_number(largest) + SHIFT + 1):
                if tally[index]:
                    bins[used] = index - SHIFT
                    counts[used] = tally[index]
                    tally[index] = 0
                    used += 1
    entries[n_keys] = used
    return n, total_lo, total_hi, minimum, maximum, entries, bins[:used].copy(), counts[:used].copy()


@kernel
def _write_few(values, begin, end, bins, counts, used):
    """Bins of a few values, sorted and counted, appended at `used`; the new end."""
    for i in range(begin, end):
        bins[used + i - begin] = bin_number(values[i])
    stop = used + end - begin
    sort_few(bins, used, stop)
    at = used
    counts[at] = 1
    for i in range(used + 1, stop):
        if bins[i] == bins[at]:
            counts[at] += 1
        else:
            at += 1
            bins[at] = bins[i]
            counts[at] = 1
    return at + 1


@kernel
def write_marked(tally, marks, first, last, bins, counts, used):
    """Append the marked bins of words `first..last` ascending and clear them; the new end."""
    for word in range(first, last + 1):
        rest = marks[word]
        marks[word] = 0
        while rest:
            index = (word << 5) + lowest_bit(rest)
            bins[used] = index - SHIFT
            counts[used] = tally[index]
            tally[index] = 0
            used += 1
            rest &= rest - 1
    return used


@kernel
def merge_groups(group_offsets, begins, ends, bins, counts, tally, marks):
    """Add sparse histograms: target k is the sum of segments `group_offsets[k]:group_offsets[k + 1]`.

    begins, ends: where each segment lies in `bins` and `counts`.
    Returns entry offsets, bins, counts.
    """
    n_keys = len(group_offsets) - 1
    entries = np.zeros(n_keys + 1, dtype=np.int64)
    out_bins = np.empty(len(bins), dtype=np.int32)
    out_counts = np.empty(len(bins), dtype=np.int64)
    used = 0
    for key in range(n_keys):
        entries[key] = used
        first = np.int64(WORDS)
        last = np.int64(-1)
        for segment in range(group_offsets[key], group_offsets[key + 1]):
            begin = begins[segment]
            end = ends[segment]
            if begin == end:
                continue
            first = min(first, (np.int64(bins[begin]) + SHIFT) >> 5)
            last = max(last, (np.int64(bins[end - 1]) + SHIFT) >> 5)
            for i in range(begin, end):
                index = np.int64(bins[i]) + SHIFT
                tally[index] += counts[i]
                marks[index >> 5] |= np.int64(1) << (index & 31)
        used = write_marked(tally, marks, first, last, out_bins, out_counts, used)
    entries[n_keys] = used
    return entries, out_bins[:used].copy(), out_counts[:used].copy()
