"""Move rows into case order: count, place, scatter; then put each case into order of time."""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def count_rows(codes, counts):
    """Add the rows of each case."""
    for i in range(len(codes)):
        counts[codes[i]] += 1


@kernel
def place_rows(codes, cursors):
    """Replace each row's case by its place in case order, in place; `cursors`: next place by case."""
    for i in range(len(codes)):
        case = codes[i]
        codes[i] = cursors[case]
        cursors[case] += 1


@kernel
def scatter(values, places, out):
    for i in range(len(values)):
        out[places[i]] = values[i]


@kernel
def scatter_range(first, places, out):
    """Rows numbered `first`, `first + 1` ... without an array of them."""
    for i in range(len(places)):
        out[places[i]] = first + i


@kernel
def cases_out_of_order(end_us, case_offsets):
    """Numbers of the cases whose rows are not in order of completion."""
    found = np.empty(len(case_offsets) - 1, np.int64)
    n = 0
    for case in range(len(case_offsets) - 1):
        for i in range(case_offsets[case] + 1, case_offsets[case + 1]):
            if end_us[i] < end_us[i - 1]:
                found[n] = case
                n += 1
                break
    return found[:n].copy()


@kernel
def order_inside(end_us, case_offsets, cases, order_offsets, order):
    """For each listed case the order of its rows by completion, ties as they are (source order)."""
    for k in range(len(cases)):
        begin, stop = case_offsets[cases[k]], case_offsets[cases[k] + 1]
        place = np.argsort(end_us[begin:stop], kind="mergesort")
        order[order_offsets[k] : order_offsets[k + 1]] = place


@kernel
def reorder(values, case_offsets, cases, order_offsets, order):
    """Apply `order_inside` to one column, in place."""
    for k in range(len(cases)):
        begin, stop = case_offsets[cases[k]], case_offsets[cases[k] + 1]
        moved = values[begin:stop].copy()
        for i in range(stop - begin):
            values[begin + i] = moved[order[order_offsets[k] + i]]


@kernel
def first_known(codes, case_offsets, out):
    """First value of a column that is not missing in each case, where `out` has none yet."""
    for case in range(len(case_offsets) - 1):
        for i in range(case_offsets[case], case_offsets[case + 1]):
            if out[case] >= 0:
                break
            out[case] = codes[i]


@kernel
def repeats(case_offsets, end_us, activity, row_hash, first_equal):
    """Mark rows equal to an earlier row of their case in time, activity and every other column.

    `first_equal` (int32): place of the earlier row, -1 for rows that stay. Returns their number.
    Rows of equal time are compared pair by pair while few, by sorting their hashes while many.
    """
    n = 0
    for case in range(len(case_offsets) - 1):
        begin = case_offsets[case]
        while begin < case_offsets[case + 1]:
            stop = begin + 1
            while stop < case_offsets[case + 1] and end_us[stop] == end_us[begin]:
                stop += 1
            if stop - begin > 32:
                n += _repeats_by_sorting(begin, stop, activity, row_hash, first_equal)
            elif stop - begin > 1:
                n += _repeats_by_pairs(begin, stop, activity, row_hash, first_equal)
            begin = stop
    return n


@kernel
def _repeats_by_pairs(begin, stop, activity, row_hash, first_equal):
    n = 0
    for i in range(begin + 1, stop):
        for j in range(begin, i):
            if row_hash[i] == row_hash[j] and activity[i] == activity[j]:
                first_equal[i] = j
                n += 1
                break
    return n


@kernel
def _repeats_by_sorting(begin, stop, activity, row_hash, first_equal):
    """Equal hashes stand together, in source order, after a stable sort."""
    n = 0
    order = np.argsort(row_hash[begin:stop], kind="mergesort")
    for k in range(1, len(order)):
        row, kept = begin + order[k], begin + order[k - 1]
        if first_equal[kept] >= 0:
            kept = first_equal[kept]
        if row_hash[row] == row_hash[kept] and activity[row] == activity[kept]:
            first_equal[row] = kept
            n += 1
    return n
