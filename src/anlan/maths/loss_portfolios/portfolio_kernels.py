"""Compiled loops of the portfolio simulation; see `portfolios` for the model.

Every year is an address in the stream: a year comes out alike in any block, on any thread, and again when the
years of the tail are asked for once more. Arrays: years (n,); everything else (n, risks) or one row a risk.
"""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.loss_portfolios.quantile_tables import CELLS, LAST
from anlan.maths.streams_kernels import (
    alias_pick,
    exp,
    gamma,
    ln,
    normal_quantile,
    open_uniform,
    poisson,
    poisson_quantile,
    uniform,
    uniform_pairs,
    words,
)

POISSON, NEGATIVE_BINOMIAL, BERNOULLI, FIXED = 0, 1, 2, 3

PURPOSE_RATE = 50
PURPOSE_COUNT = 51
PURPOSE_MIXTURE = 52
PURPOSE_LOSS = 53
PURPOSE_SHOCK = 54
PURPOSE_MONTH = 55
PURPOSE_EXTRA = 56
PURPOSE_YEAR_BEFORE = 57
PURPOSE_POOL_COUNT = 58
PURPOSE_POOL_LOSS = 59
PURPOSE_NORMAL = 60
PURPOSE_CHI = 61

MONTHS = 12
_SUMMED_TO = 200.0
_BATCH = 256
_MANTISSA = np.uint64(0x000FFFFFFFFFFFFF)
_ONE_BITS = np.uint64(0x3FF0000000000000)
_EXPONENT = np.uint64(52)


@kernel
def table_value(table, v):
    """Quantile of a table (`quantile_tables`) where a larger value has probability v, 0 < v < 1."""
    bits = np.float64(v).view(np.uint64)
    octave = np.int64(1022) - np.int64(bits >> _EXPONENT)
    place = (2.0 - np.uint64((bits & _MANTISSA) | _ONE_BITS).view(np.float64)) * CELLS
    cell = np.int64(place)
    index = octave * CELLS + cell
    if index >= LAST:
        return table[LAST]
    return table[index] + (place - cell) * (table[index + 1] - table[index])


@kernel
def fill_normals(k0, k1, years, place, out):
    """out[i]: the standard normal of years[i] at a place."""
    for i in range(len(years)):
        out[i] = normal_quantile(uniform(k0, k1, years[i], place, PURPOSE_NORMAL, 0))


@kernel
def fill_chi_squares(k0, k1, years, degrees, out):
    """out[i]: chi-square with the given degrees of freedom, one for each year."""
    for i in range(len(years)):
        out[i] = 2.0 * gamma(k0, k1, years[i], 0, PURPOSE_CHI, 0, 0.5 * degrees)


@kernel
def fill_rates(k0, k1, years, rates, tables, out):
    """out[i, r]: frequency of risk r in years[i]: rates[r], or where that is negative a draw of tables[r]."""
    for r in range(len(rates)):
        if rates[r] >= 0.0:
            for i in range(len(years)):
                out[i, r] = rates[r]
        else:
            for i in range(len(years)):
                out[i, r] = table_value(tables[r], uniform(k0, k1, years[i], r, PURPOSE_RATE, 0))


@kernel
def apply_shocks(k0, k1, years, probability, factors, out):
    """Multiply out[i, r] by factors[s, r] of every shock s that strikes in years[i]."""
    for s in range(len(probability)):
        for i in range(len(years)):
            if uniform(k0, k1, years[i], s, PURPOSE_SHOCK, 0) < probability[s]:
                for r in range(out.shape[1]):
                    out[i, r] *= factors[s, r]


@kernel
def _by_three_moments(u, mean, variance, skewness):
    """Count by the expansion of Cornish and Fisher (1938), for large means."""
    z = normal_quantile(u)
    count = mean + np.sqrt(variance) * (z + skewness * (z * z - 1.0) / 6.0) + 0.5
    return np.int64(count) if count > 0.0 else np.int64(0)


@kernel
def count_quantile(kind, u, rate, shape):
    """Smallest count whose distribution reaches u; above a mean of 200 by three moments: a
    Poisson count within one, a negative binomial within 3 % out to one year in a million."""
    if kind == BERNOULLI:
        return np.int64(1) if u > 1.0 - rate else np.int64(0)
    if kind == FIXED:
        return np.int64(np.floor(rate + u))
    if kind == POISSON or shape == np.inf:
        if rate < _SUMMED_TO:
            return poisson_quantile(u, rate)
        return _by_three_moments(u, rate, rate, 1.0 / np.sqrt(rate))
    variance = rate + rate * rate / shape
    theta = rate / (rate + shape)
    if rate >= _SUMMED_TO:
        return _by_three_moments(u, rate, variance, (1.0 + theta) / np.sqrt(theta * shape))
    probability = exp(shape * ln(1.0 - theta))
    total = probability
    count = 0
    while u > total and count < 1_000_000:
        probability *= theta * (count + shape) / (count + 1)
        count += 1
        total += probability
        if count > rate and probability < 1e-18:
            break
    return np.int64(count)


@kernel
def _count(k0, k1, year, r, kind, rate, shape, purpose):
    """A count of its own stream."""
    if kind == BERNOULLI or kind == FIXED:
        return count_quantile(kind, uniform(k0, k1, year, r, purpose, 0), rate, shape)
    if kind == NEGATIVE_BINOMIAL:
        rate *= gamma(k0, k1, year, r, PURPOSE_MIXTURE, purpose, shape) / shape
    return poisson(k0, k1, year, r, purpose, 0, rate)


@kernel
def _sum_losses(k0, k1, year, r, first, n, table):
    """Sum of the losses first .. first + n - 1 of risk r in a year; two to each block of the stream."""
    total = 0.0
    end = first + n
    j = first
    while j < end:
        word_0, word_1 = words(k0, k1, year, r, PURPOSE_LOSS, j >> 1)
        if j & 1 == 0:
            total += table_value(table, open_uniform(word_0))
            j += 1
            if j == end:
                break
        total += table_value(table, open_uniform(word_1))
        j += 1
    return total


@kernel
def add_single_years(k0, k1, years, risks, kinds, shapes, rates, shares, tables, loss, count):
    """Losses of the listed risks whose year stands for itself.

    shares: (n, risks) uniforms that decide the counts, or (0, 0): each risk has its own.
    """
    own = shares.shape[0] == 0
    counted = np.empty(len(years), np.int64)
    summed = np.empty(len(years))
    for p in range(len(risks)):
        r = risks[p]
        for i in range(len(years)):
            rate = min(rates[i, r], 1.0) if kinds[r] == BERNOULLI else rates[i, r]
            if own:
                n = _count(k0, k1, years[i], r, kinds[r], rate, shapes[r], PURPOSE_COUNT)
            else:
                n = count_quantile(kinds[r], shares[i, r], rate, shapes[r])
            counted[i] = n
        summed[:] = 0.0
        add_losses(k0, k1, years, r, counted, tables[r], summed)
        for i in range(len(years)):
            count[i, r] = counted[i]
            loss[i, r] = summed[i]


@kernel
def add_losses(k0, k1, years, r, count, table, loss):
    """loss[i] += the first count[i] losses of risk r in years[i]; uniforms of many years at once."""
    place = np.empty(_BATCH, np.int64)
    one = np.empty(_BATCH)
    other = np.empty(_BATCH)
    years_of = np.empty(_BATCH, np.int64)
    draws = np.empty(_BATCH, np.int64)
    filled = 0
    for i in range(len(years)):
        for block in range((count[i] + 1) >> 1):
            place[filled] = i
            years_of[filled] = years[i]
            draws[filled] = block
            filled += 1
            if filled == _BATCH:
                _add_batch(k0, k1, r, filled, years_of, draws, place, one, other, count, table, loss)
                filled = 0
    _add_batch(k0, k1, r, filled, years_of, draws, place, one, other, count, table, loss)


@kernel
def _add_batch(k0, k1, r, n, years_of, draws, place, one, other, count, table, loss):
    for j in range(n):
        word_0, word_1 = words(k0, k1, years_of[j], r, PURPOSE_LOSS, draws[j])
        one[j] = open_uniform(word_0)
        other[j] = open_uniform(word_1)
    for j in range(n):
        i = place[j]
        loss[i] += table_value(table, one[j])
        if 2 * draws[j] + 1 < count[i]:
            loss[i] += table_value(table, other[j])


@kernel
def add_pooled_years(k0, k1, years, risks, rate, threshold, alias, tables, loss, count):
    """Losses of the listed Poisson risks with fixed rates, as one stream of events each given to a risk."""
    pick = np.empty(_BATCH)
    v = np.empty(_BATCH)
    for i in range(len(years)):
        n = poisson(k0, k1, years[i], 0, PURPOSE_POOL_COUNT, 0, rate)
        for start in range(0, n, _BATCH):
            m = min(_BATCH, n - start)
            uniform_pairs(k0, k1, years[i], 0, PURPOSE_POOL_LOSS, start, m, pick, v)
            for j in range(m):
                r = risks[alias_pick(pick[j], threshold, alias)]
                count[i, r] += 1
                loss[i, r] += table_value(tables[r], v[j])


@kernel
def _base_events(k0, k1, year, r, n, first_month, purpose, events):
    """Spread n events of risk r over twelve months from `first_month`."""
    for j in range(n):
        u = uniform(k0, k1, year, r, purpose, j)
        events[first_month + np.int64(u * MONTHS), r] += 1


@kernel
def _weight(month, lasting, carry):
    """Share of an event's first month that falls into months 12..23 when it goes on for `lasting` months."""
    total = 0.0
    part = 1.0
    for k in range(lasting):
        if MONTHS <= month + k < 2 * MONTHS:
            total += part
        part *= carry
    return total


@kernel
def add_monthly_years(
    k0,
    k1,
    years,
    order,
    kinds,
    shapes,
    rates,
    rates_before,
    shares,
    tables,
    lasting,
    carry,
    links,
    loss,
    count,
):
    """Losses of all risks month by month, with the year before as a beginning, so that what lasts is there.

    order: risks, causes before effects. lasting, carry: how long an event's own loss goes on.
    links: cause, effect (int64), excess, lasting, carry of each cause: an event raises the monthly rate of
    `effect` by excess x carry^k in the k-th month after, for `lasting` months, on top of other events.
    """
    causes, effects, excess, link_lasting, link_carry = links
    d = rates.shape[1]
    own = shares.shape[0] == 0
    events = np.empty((2 * MONTHS, d), np.int64)
    drawn = np.empty(d, np.int64)
    for i in range(len(years)):
        year = years[i]
        events[:] = 0
        drawn[:] = 0
        for r in range(d):
            rate = min(rates[i, r], 1.0) if kinds[r] == BERNOULLI else rates[i, r]
            before = min(rates_before[i, r], 1.0) if kinds[r] == BERNOULLI else rates_before[i, r]
            if own:
                n = _count(k0, k1, year, r, kinds[r], rate, shapes[r], PURPOSE_COUNT)
            else:
                n = count_quantile(kinds[r], shares[i, r], rate, shapes[r])
            m = _count(k0, k1, year, r, kinds[r], before, shapes[r], PURPOSE_YEAR_BEFORE)
            _base_events(k0, k1, year, r, m, 0, PURPOSE_MONTH, events)
            _base_events(k0, k1, year, r, n, MONTHS, PURPOSE_MONTH + 64, events)
        for month in range(2 * MONTHS):
            for p in range(d):
                r = order[p]
                extra = 0.0
                for e in range(len(effects)):
                    if effects[e] != r:
                        continue
                    part = excess[e]
                    for k in range(min(link_lasting[e], month + 1)):
                        extra += part * events[month - k, causes[e]]
                        part *= link_carry[e]
                if extra > 0.0:
                    rate = rates[i, r] if month >= MONTHS else rates_before[i, r]
                    mean = extra * rate / MONTHS
                    events[month, r] += poisson(k0, k1, year, r, PURPOSE_EXTRA, month, mean)
                if events[month, r] > 0:
                    share = _weight(month, lasting[r], carry[r])
                    if share > 0.0:
                        total = _sum_losses(k0, k1, year, r, drawn[r], events[month, r], tables[r])
                        loss[i, r] += share * total
                        drawn[r] += events[month, r]
                if month >= MONTHS:
                    count[i, r] += events[month, r]


@kernel
def sum_risks(detail, out):
    """out[i]: the sum over risks in year i, in their order."""
    for i in range(len(out)):
        total = 0.0
        for r in range(detail.shape[1]):
            total += detail[i, r]
        out[i] = total


@kernel
def add_years(loss, count, sums, squares, counts):
    """Sums of the losses, of their squares and of the counts of each risk, in order of the years."""
    for i in range(loss.shape[0]):
        for r in range(loss.shape[1]):
            sums[r] += loss[i, r]
            squares[r] += loss[i, r] * loss[i, r]
            counts[r] += count[i, r]


@kernel
def add_weighted(loss, weights, sums, squares):
    """Sums of weighted losses and of their squares, of each risk, in order of the years."""
    for i in range(loss.shape[0]):
        for r in range(loss.shape[1]):
            part = weights[i] * loss[i, r]
            sums[r] += part
            squares[r] += part * part
