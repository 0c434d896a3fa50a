"""Events to come, the earliest first; of equal times the one put in first.

A binary heap in three columns: time, order (a running number) and what. `size` is kept by the caller.
"""

from anlan.maths.compile import inline_kernel, kernel


@inline_kernel
def before(time_a, order_a, time_b, order_b):
    """Whether a comes first."""
    return time_a < time_b or (time_a == time_b and order_a < order_b)


@kernel
def push(times, orders, whats, size, time, order, what):
    """Put an event in; the new size is size + 1."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if not before(time, order, times[above], orders[above]):
            break
        times[place], orders[place], whats[place] = times[above], orders[above], whats[above]
        place = above
    times[place], orders[place], whats[place] = time, order, what


@kernel
def pop(times, orders, whats, size):
    """Take the first event out, after it was read at place 0; the new size is size - 1."""
    last = size - 1
    replace_first(times, orders, whats, last, times[last], orders[last], whats[last])


@kernel
def replace_first(times, orders, whats, size, time, order, what):
    """Put an event in the place of the first one; the heap has `size` events then as before."""
    place, below = 0, 1
    while below < size:
        other = below + 1
        if other < size and before(times[other], orders[other], times[below], orders[below]):
            below = other
        if not before(times[below], orders[below], time, order):
            break
        times[place], orders[place], whats[place] = times[below], orders[below], whats[below]
        place = below
        below = 2 * place + 1
    times[place], orders[place], whats[place] = time, order, what
