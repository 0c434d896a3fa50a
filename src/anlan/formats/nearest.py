"""The known name a misspelt one most likely stands for."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_CLOSE, _CLOSE_SHORT = 0.6, 0.5
"""Share of signs two names must have in common, and that of names of two or three signs; below it a proposal
would mislead."""


def nearest(found: str, known: Iterable[str]) -> str | None:
    """The known name closest to `found`, blind to case, full-width signs and separators; None where
    nothing is close.

    >>> nearest("Resloved", ["New", "Resolved", "Closed"])
    'Resolved'
    >>> nearest("完全不同", ["New"]) is None
    True
    """
    wanted = _plain(found)
    best, closeness = None, 0.0
    for name in known:
        alike = _alike(wanted, _plain(name))
        if alike > closeness:
            best, closeness = name, alike
    least = _CLOSE_SHORT if len(wanted) in (2, 3) else _CLOSE
    return best if closeness >= least else None


def _alike(a: str, b: str) -> float:
    if not a or not b:
        return 0.0
    whole = SequenceMatcher(None, a, b, autojunk=False).ratio()
    contained = min(len(a), len(b)) >= 2 and (a in b or b in a)
    return max(whole, 0.75) if contained and a != b else whole


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())
