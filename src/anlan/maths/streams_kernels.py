"""Random numbers that depend on what they are for, not on the order they are asked in.

Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") turns a key and a
counter into 128 random bits. The key is a hash of (seed, replication), see `streams.stream_key`; the
counter says what the draw is for: (entity, place, purpose, draw), each below 2^32, for example
(case 17, node 3 at its second visit, service time, first draw). Rejection methods count their
attempts in the upper half of the purpose, so a purpose is below 2^16.

Logarithm and exponential are made here from additions, multiplications and divisions alone, which
every CPU rounds alike: the same key and counter give the same bits on every machine. Divisions are
written `np.divide` where a loop should become vector instructions: it has no check for zero.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_ATTEMPT = np.uint64(16)
_N0, _N1, _N2, _N3, _N4, _N5, _N6, _N7, _N8, _N9 = (np.uint64(number) for number in range(10))

_UNIT_SHIFT = np.uint64(12)
_UNIT = 2.0**-52

_MANTISSA = np.uint64(0x000FFFFFFFFFFFFF)
_ONE_BITS = np.uint64(0x3FF0000000000000)
_ROOT_HALF_BITS = np.uint64(0x3FE6A09E00000000)
_EXPONENT = np.uint64(52)
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_MIDDLE = 0.425
_PER_LN2 = 1.44269504088896338700


@kernel
def _round(c0, c1, c2, c3, k0, k1, number):
    """One round; `number` counts them from 0 and moves the key by as many Weyl steps."""
    product_0 = _MULTIPLIER_0 * c0
    product_1 = _MULTIPLIER_1 * c2
    key_0 = (k0 + number * _WEYL_0) & _LOW
    key_1 = (k1 + number * _WEYL_1) & _LOW
    return (
        (product_1 >> _HALF) ^ c1 ^ key_0,
        product_1 & _LOW,
        (product_0 >> _HALF) ^ c3 ^ key_1,
        product_0 & _LOW,
    )


@inline_kernel
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox4x32: counter (c0..c3) under key (k0, k1), all uint64 below 2^32.

    The rounds stand one by one because a loop of them is not turned into vector instructions.
    """
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N0)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N2)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N3)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N4)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N5)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N6)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N7)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1, _N8)
    return _round(c0, c1, c2, c3, k0, k1, _N9)


@inline_kernel
def _block(k0, k1, entity, place, purpose, draw):
    """The two 64-bit words of one block; copied into the loops that make many."""
    x0, x1, x2, x3 = philox(
        np.uint64(entity) & _LOW,
        np.uint64(place) & _LOW,
        np.uint64(purpose) & _LOW,
        np.uint64(draw) & _LOW,
        np.uint64(k0),
        np.uint64(k1),
    )
    return (x0 << _HALF) | x1, (x2 << _HALF) | x3


@kernel
def words(k0, k1, entity, place, purpose, draw):
    """The two 64-bit words of one block."""
    return _block(k0, k1, entity, place, purpose, draw)


@kernel
def uniform_pairs(k0, k1, entity, place, purpose, first, n, one, other):
    """Both uniforms of the draws first .. first + n - 1 into one[:n] and other[:n]."""
    for j in range(n):
        word_0, word_1 = _block(k0, k1, entity, place, purpose, first + j)
        one[j] = open_uniform(word_0)
        other[j] = open_uniform(word_1)


@kernel
def uniforms_at(k0, k1, entity, places, purpose, draws, n, out):
    """First uniform of the draws draws[j] at places[j], into out[:n]."""
    for j in range(n):
        word, _ = _block(k0, k1, entity, places[j], purpose, draws[j])
        out[j] = open_uniform(word)


@kernel
def open_uniform(word):
    """A 64-bit word as a number strictly between 0 and 1 (the middles of 2^52 equal cells)."""
    return (np.float64(word >> _UNIT_SHIFT) + 0.5) * _UNIT


@kernel
def ln(x):
    """Natural logarithm of a normal positive number, error at most one unit in the last place.

    x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2), then the odd series of
    ln((1 + s)/(1 - s)) with s = f/(2 + f) and the minimax coefficients of fdlibm.
    """
    bits = np.float64(x).view(np.uint64) + (_ONE_BITS - _ROOT_HALF_BITS)
    k = np.int64(bits >> _EXPONENT) - 1023
    f = np.uint64((bits & _MANTISSA) + _ROOT_HALF_BITS).view(np.float64) - 1.0
    s = np.divide(f, 2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    even = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    power = np.float64(k)
    return power * _LN2_HIGH - ((half - (s * (half + odd + even) + power * _LN2_LOW)) - f)


@kernel
def exp(x):
    """e to the x for -700 <= x <= 700 (limits beyond), error about one unit in the last place.

    x = k ln 2 + r with |r| <= ln(2)/2, then the Taylor series to r^13 in a fixed order.
    """
    if x > 700.0:
        x = 700.0
    if x < -700.0:
        return 0.0
    k = np.int64(np.floor(x * _PER_LN2 + 0.5))
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    q = r * r
    p = q * q
    low = (1 / 2 + r * (1 / 6)) + q * (1 / 24 + r * (1 / 120))
    middle = (1 / 720 + r * (1 / 5040)) + q * (1 / 40320 + r * (1 / 362880))
    high = (1 / 3628800 + r * (1 / 39916800)) + q * (1 / 479001600 + r * (1 / 6227020800))
    series = low + p * (middle + p * high)
    scale = np.uint64(np.uint64(k + 1023) << _EXPONENT).view(np.float64)
    return scale * (1.0 + (r + q * series))


@kernel
def normal_quantile(u):
    """Inverse of the standard normal distribution for 0 < u < 1, relative error about 1e-16.

    Wichura (1988), algorithm AS 241: a ratio of two polynomials of degree 7 in each of three ranges.
    It never falls as u rises, so compared options share their luck.
    """
    if -_MIDDLE <= u - 0.5 <= _MIDDLE:
        return _normal_middle(u)
    return _normal_outside(u)


@kernel
def normal_quantiles(u, out, place, root):
    """`normal_quantile` of each u, range by range in vector loops; `place`, `root` are work space."""
    for i in range(len(u)):
        out[i] = _normal_middle(u[i])
    n = 0
    for i in range(len(u)):
        place[n] = i
        n += not -_MIDDLE <= u[i] - 0.5 <= _MIDDLE
    for j in range(n):
        root[j] = min(u[place[j]], 1.0 - u[place[j]])
    for j in range(n):
        root[j] = np.sqrt(-ln(root[j]))
    for j in range(n):
        size = _normal_tail(root[j]) if root[j] <= 5.0 else _normal_far_tail(root[j])
        out[place[j]] = -size if u[place[j]] < 0.5 else size


@kernel
def _normal_middle(u):
    """The quantile where |u - 1/2| <= 0.425; a number without meaning elsewhere."""
    q = u - 0.5
    r = 0.180625 - q * q
    top = 4.5921953931549871457e4 + r * (
        6.7265770927008700853e4 + r * (3.3430575583588128105e4 + r * 2.5090809287301226727e3)
    )
    top = 3.3871328727963666080e0 + r * (
        1.3314166789178437745e2 + r * (1.9715909503065514427e3 + r * (1.3731693765509461125e4 + r * top))
    )
    bottom = 2.1213794301586595867e4 + r * (
        3.9307895800092710610e4 + r * (2.8729085735721942674e4 + r * 5.2264952788528545610e3)
    )
    bottom = 1.0 + r * (
        4.2313330701600911252e1 + r * (6.8718700749205790830e2 + r * (5.3941960214247511077e3 + r * bottom))
    )
    return np.divide(q * top, bottom)


@kernel
def _normal_outside(u):
    """The quantile where |u - 1/2| > 0.425."""
    root = np.sqrt(-ln(min(u, 1.0 - u)))
    size = _normal_tail(root) if root <= 5.0 else _normal_far_tail(root)
    return -size if u < 0.5 else size


@kernel
def _normal_tail(root):
    """Distance from zero where the probability beyond is exp(-root^2), for roots up to 5."""
    r = root - 1.6
    top = 1.27045825245236838258e0 + r * (
        2.41780725177450611770e-1 + r * (2.27238449892691845833e-2 + r * 7.74545014278341407640e-4)
    )
    top = 1.42343711074968357734e0 + r * (
        4.63033784615654529590e0 + r * (5.76949722146069140550e0 + r * (3.64784832476320460504e0 + r * top))
    )
    bottom = 1.48103976427480074590e-1 + r * (
        1.51986665636164571966e-2 + r * (5.47593808499534494600e-4 + r * 1.05075007164441684324e-9)
    )
    bottom = 1.0 + r * (
        2.05319162663775882187e0
        + r * (1.67638483018380384940e0 + r * (6.89767334985100004550e-1 + r * bottom))
    )
    return np.divide(top, bottom)


@kernel
def _normal_far_tail(root):
    """The same for roots beyond 5."""
    r = root - 5.0
    top = 2.65321895265761230930e-2 + r * (
        1.24266094738807843860e-3 + r * (2.71155556874348757815e-5 + r * 2.01033439929228813265e-7)
    )
    top = 6.65790464350110377720e0 + r * (
        5.46378491116411436990e0 + r * (1.78482653991729133580e0 + r * (2.96560571828504891230e-1 + r * top))
    )
    bottom = 7.86869131145613259100e-4 + r * (
        1.84631831751005468180e-5 + r * (1.42151175831644588870e-7 + r * 2.04426310338993978564e-15)
    )
    bottom = 1.0 + r * (
        5.99832206555887937690e-1
        + r * (1.36929880922735805310e-1 + r * (1.48753612908506148525e-2 + r * bottom))
    )
    return np.divide(top, bottom)


@kernel
def ln_factorial(n):
    """ln(n!) by Stirling's series; below 10 by multiplication."""
    if n < 10:
        product = 1.0
        for factor in range(2, n + 1):
            product *= factor
        return ln(product)
    x = np.float64(n) + 1.0
    inverse = 1.0 / x
    square = inverse * inverse
    series = inverse * (
        1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188))))
    )
    return (x - 0.5) * ln(x) - x + 0.91893853320467274178 + series


@kernel
def uniform(k0, k1, entity, place, purpose, draw):
    """Uniform on the open interval (0, 1)."""
    word, _ = words(k0, k1, entity, place, purpose, draw)
    return open_uniform(word)


@kernel
def exponential(k0, k1, entity, place, purpose, draw):
    """Exponential with mean 1; it rises with the uniform it is made from."""
    return -ln(1.0 - uniform(k0, k1, entity, place, purpose, draw))


@kernel
def normal(k0, k1, entity, place, purpose, draw):
    """Standard normal, by inversion."""
    return normal_quantile(uniform(k0, k1, entity, place, purpose, draw))


@kernel
def gamma(k0, k1, entity, place, purpose, draw, shape):
    """Gamma with the given shape > 0 and scale 1 (Marsaglia & Tsang 2000)."""
    boosted = shape + 1.0 if shape < 1.0 else shape
    d = boosted - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)
    attempt = np.uint64(0)
    one = np.uint64(1)
    while True:
        word_0, word_1 = words(k0, k1, entity, place, np.uint64(purpose) | (attempt << _ATTEMPT), draw)
        attempt += one
        x = normal_quantile(open_uniform(word_0))
        t = 1.0 + c * x
        if t <= 0.0:
            continue
        v = t * t * t
        if ln(open_uniform(word_1)) < 0.5 * x * x + d - d * v + d * ln(v):
            break
    if shape >= 1.0:
        return d * v
    word_0, _ = words(k0, k1, entity, place, np.uint64(purpose) | (attempt << _ATTEMPT), draw)
    return d * v * exp(ln(open_uniform(word_0)) / shape)


@kernel
def poisson(k0, k1, entity, place, purpose, draw, mean):
    """Poisson count with the given mean >= 0.

    Below a mean of 10 by inversion (never falls as the mean rises), above by Hormann's transformed
    rejection (1993, PTRS).
    """
    if mean < 10.0:
        return poisson_quantile(uniform(k0, k1, entity, place, purpose, draw), mean)
    root = np.sqrt(mean)
    ln_mean = ln(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    v_r = 0.9277 - 3.6224 / (b - 2.0)
    attempt = np.uint64(0)
    one = np.uint64(1)
    while True:
        word_0, word_1 = words(k0, k1, entity, place, np.uint64(purpose) | (attempt << _ATTEMPT), draw)
        attempt += one
        u = open_uniform(word_0) - 0.5
        v = open_uniform(word_1)
        us = 0.5 - abs(u)
        count = np.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= v_r:
            return np.int64(count)
        if count < 0.0 or (us < 0.013 and v > us):
            continue
        limit = count * ln_mean - mean - ln_factorial(np.int64(count))
        if ln(v) + ln(inverse_alpha) - ln(a / (us * us) + b) <= limit:
            return np.int64(count)


@kernel
def poisson_quantile(u, mean):
    """Smallest count whose Poisson distribution reaches u, by summing from zero."""
    if mean <= 0.0:
        return np.int64(0)
    probability = exp(-mean)
    total = probability
    count = 0
    while u > total and probability > 0.0:
        count += 1
        probability *= mean / count
        total += probability
        if count > mean and probability < 1e-18:
            break
    return np.int64(count)


@kernel
def alias_pick(u, threshold, alias):
    """Category of one uniform by an alias table (`streams.alias_table`)."""
    scaled = u * len(threshold)
    cell = np.int64(scaled)
    if scaled - cell < threshold[cell]:
        return cell
    return np.int64(alias[cell])


@kernel
def build_alias(probability, threshold, alias):
    """Fill an alias table (Vose 1991) for probabilities that add up to 1; order of index throughout."""
    n = len(probability)
    small = np.empty(n, np.int64)
    large = np.empty(n, np.int64)
    n_small = 0
    n_large = 0
    for i in range(n):
        threshold[i] = probability[i] * n
        alias[i] = i
        if threshold[i] < 1.0:
            small[n_small] = i
            n_small += 1
        else:
            large[n_large] = i
            n_large += 1
    while n_small > 0 and n_large > 0:
        n_small -= 1
        i = small[n_small]
        j = large[n_large - 1]
        alias[i] = j
        threshold[j] -= 1.0 - threshold[i]
        if threshold[j] < 1.0:
            n_large -= 1
            small[n_small] = j
            n_small += 1
    for rest in range(n_large):
        threshold[large[rest]] = 1.0
    for rest in range(n_small):
        threshold[small[rest]] = 1.0


@kernel
def fill_uniform(k0, k1, place, purpose, draw, first, out):
    for i in range(len(out)):
        word, _ = _block(k0, k1, first + i, place, purpose, draw)
        out[i] = open_uniform(word)


@kernel
def fill_exponential(k0, k1, place, purpose, draw, first, out):
    for i in range(len(out)):
        out[i] = exponential(k0, k1, first + i, place, purpose, draw)


@kernel
def fill_normal(k0, k1, place, purpose, draw, first, out):
    for i in range(len(out)):
        out[i] = normal(k0, k1, first + i, place, purpose, draw)


@kernel
def fill_gamma(k0, k1, place, purpose, draw, first, shape, out):
    for i in range(len(out)):
        out[i] = gamma(k0, k1, first + i, place, purpose, draw, shape)


@kernel
def fill_poisson(k0, k1, place, purpose, draw, first, mean, out):
    for i in range(len(out)):
        out[i] = poisson(k0, k1, first + i, place, purpose, draw, mean)


@kernel
def fill_category(k0, k1, place, purpose, draw, first, threshold, alias, out):
    for i in range(len(out)):
        out[i] = alias_pick(uniform(k0, k1, first + i, place, purpose, draw), threshold, alias)


@kernel
def fill_ln(values, out):
    for i in range(len(values)):
        out[i] = ln(values[i])


@kernel
def fill_exp(values, out):
    for i in range(len(values)):
        out[i] = exp(values[i])
