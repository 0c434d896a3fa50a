"""What repeated rows said: they are found when all rows are codes already, so the file is read again.

Only a log with rows equal to earlier ones pays for this second pass, which parses and codes nothing.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anlan.formats.reading.encode import row_numbers
from anlan.formats.reading.openers import BlockMaker, OpenedFile
from anlan.formats.reading.rejects import REASONS, RejectedRows, row_texts

_DUPLICATE = REASONS.index("duplicate")


def with_repeated_rows(rejected: RejectedRows, opened: OpenedFile) -> RejectedRows:
    """The rejected rows, the repeated ones among them with their text as written in the file."""
    n = len(rejected.texts)
    repeated = np.flatnonzero(rejected.reasons[:n] == _DUPLICATE)
    if not len(repeated):
        return rejected
    texts = np.array(rejected.texts.to_pylist(), dtype=object)
    texts[repeated] = _texts_of(rejected.rows[repeated], opened.blocks())
    return replace(rejected, texts=pa.array(texts.tolist(), pa.large_string()))


def _texts_of(wanted: NDArray[np.int64], makers: Iterable[BlockMaker]) -> list[str]:
    """Rows by their ascending source numbers, as comma-separated records."""
    found: list[str] = []
    for maker in makers:
        if len(found) == len(wanted):
            break
        block = maker()
        chosen = np.flatnonzero(np.isin(row_numbers(block), wanted))
        if len(chosen):
            found += row_texts(list(block.columns.values()), chosen).to_pylist()
    return found
