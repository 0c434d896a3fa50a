"""The arithmetic of one step, the same for one series and for many.

One series uses the plain functions (`.py_func`), many the compiled ones: without fused operations both give
the same bits.
"""

import math

import numpy as np

from anlan.maths.compile import kernel, part_kernel

NEVER = np.iinfo(np.int64).min
LARGEST_Z = 1e6


@part_kernel
def graded(value, at_us, fire_above, clear_above, fire_below, clear_below, needed, clearing, hold_us,
           fire_run, clear_run, active, beyond_us):  # fmt: skip
    """One grade of a threshold after one value: (fire_run, clear_run, active, beyond_us)."""
    if value >= fire_above or value <= fire_below:
        fire_run, clear_run = min(fire_run + 1, needed), 0
        active = active or fire_run >= needed
        if active:
            beyond_us = at_us
    elif clear_below < value < clear_above:
        fire_run, clear_run = 0, min(clear_run + 1, clearing)
        if active and clear_run >= clearing and at_us - beyond_us >= hold_us:
            active = False
    else:
        fire_run, clear_run = 0, 0
    return fire_run, clear_run, active, beyond_us


@part_kernel
def z_of(value, centre, sigma):
    """`verdicts.standardised`."""
    away = value - centre
    if away == 0.0:
        return 0.0
    if sigma == 0.0:
        return math.copysign(LARGEST_Z, away)
    return min(max(away / sigma, -LARGEST_Z), LARGEST_Z)


@part_kernel
def averaged(z, weight, width, mean, decay):
    """EWMA after one point: (mean, decay, limit), decay being (1 - weight)^(2 n)."""
    mean = weight * z + (1.0 - weight) * mean
    decay = decay * ((1.0 - weight) * (1.0 - weight))
    return mean, decay, width * math.sqrt(weight / (2.0 - weight) * (1.0 - decay))


@part_kernel
def summed(z, k, most, high, low):
    """CUSUM after one point: (high, low)."""
    return min(max(0.0, high + z - k), most), min(max(0.0, low - z - k), most)


@part_kernel
def judged(at_us, value, size, minimum_size, last_us):
    """Whether a reading is judged at all."""
    if last_us != NEVER and at_us <= last_us:
        return False
    return math.isfinite(value) and math.isfinite(size) and size > 0.0 and size >= minimum_size


@kernel
def step_thresholds(at_us, values, sizes, minimum_size, last_us, level, fire_above, clear_above, fire_below,
                    clear_below, needed, clearing, hold_us, fire_run, clear_run, active,
                    beyond_us):  # fmt: skip
    """One reading each; arrays (n,) and (n, 4), the state from `last_us` on and `fire_run` on is changed."""
    for i in range(len(values)):
        if not judged(at_us[i], values[i], sizes[i], minimum_size[i], last_us[i]):
            continue
        last_us[i] = at_us[i]
        highest = 0
        for g in range(4):
            fired, cleared, on, beyond = graded(
                values[i], at_us[i], fire_above[i, g], clear_above[i, g], fire_below[i, g], clear_below[i, g],
                needed[i, g], clearing[i, g], hold_us[i, g], fire_run[i, g], clear_run[i, g], active[i, g],
                beyond_us[i, g],
            )  # fmt: skip
            fire_run[i, g], clear_run[i, g], active[i, g], beyond_us[i, g] = fired, cleared, on, beyond
            if on:
                highest = g + 1
        level[i] = highest


@kernel
def step_ewmas(at_us, values, sizes, minimum_size, last_us, level, centre, spread, weight, width, fires, mean,
               decay):  # fmt: skip
    """One reading each; arrays (n,)."""
    for i in range(len(values)):
        if judged(at_us[i], values[i], sizes[i], minimum_size[i], last_us[i]):
            last_us[i] = at_us[i]
            z = z_of(values[i], centre[i], spread[i] / math.sqrt(sizes[i]))
            mean[i], decay[i], limit = averaged(z, weight[i], width[i], mean[i], decay[i])
            level[i] = fires[i] if abs(mean[i]) > limit else 0


@kernel
def step_cusums(at_us, values, sizes, minimum_size, last_us, level, centre, spread, k, h, most, fires, high,
                low):  # fmt: skip
    """One reading each; arrays (n,)."""
    for i in range(len(values)):
        if judged(at_us[i], values[i], sizes[i], minimum_size[i], last_us[i]):
            last_us[i] = at_us[i]
            z = z_of(values[i], centre[i], spread[i] / math.sqrt(sizes[i]))
            high[i], low[i] = summed(z, k[i], most[i], high[i], low[i])
            level[i] = fires[i] if max(high[i], low[i]) > h[i] else 0
