"""Is a column's value known only once the case is over?

A closing code, a cause or a rating goes with slow cases because it is written at their end; as a group
it explains nothing and cannot be acted on beforehand. Groups are read at the first event of a case,
so a column that is filled only later forms none. Left are columns whose one value stands at all
events or at the case: there only the name can tell.
"""

import numpy as np

from anlan.loop.identify.activity_words import activity_words, stem
from anlan.loop.identify.context import IdentifyContext

_WORDS = ("close", "closure", "resolve", "resolution", "solution", "outcome", "result", "cause",
          "satisfaction", "rating", "knowledge")  # fmt: skip
_STEMS = frozenset(stem(word) for word in _WORDS)
_CHINESE = ("结案", "办结", "关闭", "解决", "结果", "原因", "满意", "评价", "回访", "归档")
_CHANGES = 0.01
"""A column that changes in at least 1 % of the cases was written as the case went on."""


def known_after(context: IdentifyContext, name: str) -> bool:
    """The column is named like an outcome and the log does not show that it is written earlier."""
    return _named_like_an_outcome(name) and not _changes_on_the_way(context, name)


def _named_like_an_outcome(name: str) -> bool:
    words = activity_words(name)
    chinese = any(word in run for run in words.runs for word in _CHINESE)
    return chinese or bool(_STEMS & set(words.stems)) or words.stems == (stem("code"),)


def _changes_on_the_way(context: IdentifyContext, name: str) -> bool:
    """In enough cases the value at the first event, by which they are grouped, is not that at the last."""
    if name not in context.log.attributes:
        return False
    codes = context.log.attributes[name].codes
    offsets = context.log.case_offsets
    first, last = codes[offsets[:-1][context.present]], codes[offsets[1:][context.present] - 1]
    changed = np.count_nonzero((first >= 0) & (last >= 0) & (first != last))
    known = int(np.count_nonzero(first >= 0))
    return bool(changed >= _CHANGES * max(known, 1))
