"""A column of amounts as fixed-point integers, so that sums never depend on their order."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anlan.formats.reading.amounts_kernels import BAD_AMOUNT, read_amounts
from anlan.formats.reading.texts import as_text, texts_of

MILLION = 1_000_000
_CURRENCY_SIGNS = "[¥￥$€£元]|CNY|RMB|USD|EUR"


def millionths(column: pa.Array, *, missing: Iterable[str] = ()) -> tuple[NDArray[np.int64], int]:
    """Amounts in millionths of the unit, 0 where missing or unreadable, and the count of unreadable.

    `missing`: the texts that mean "no value".
    """
    if pa.types.is_floating(column.type):
        values = pc.cast(column, pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
        good = np.isfinite(values) & (np.abs(values) < 9e12)
        return np.rint(np.where(good, values, 0.0) * MILLION).astype(np.int64), int((~good).sum())
    texts = pc.replace_substring_regex(as_text(column).fill_null(""), pattern=_CURRENCY_SIGNS, replacement="")
    views = texts_of(texts)
    out, state = np.empty(views.n, np.int64), np.empty(views.n, np.uint8)
    read_amounts(views.offsets, views.data, out, state)
    bad = np.flatnonzero(state == BAD_AMOUNT)
    if not len(bad):
        return out, 0
    written = pc.utf8_trim_whitespace(texts.take(pa.array(bad)))
    marked = pc.is_in(written, value_set=pa.array(list(missing), pa.large_string()))
    return out, len(bad) - int(pc.sum(marked).as_py() or 0)
