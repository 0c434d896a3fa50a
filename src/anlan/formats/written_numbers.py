"""A number typed as text, read as meant or not at all: a comma stands between groups of three digits only.

>>> written_number("1,250.5"), written_number("3,5")
(1250.5, None)
"""

import math
import re
import unicodedata

_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")


def written_number(text: str) -> float | None:
    """The number; None for anything else, also for a comma where others write the decimal point: taken for a
    separator it would make 35 of 3,5."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None
