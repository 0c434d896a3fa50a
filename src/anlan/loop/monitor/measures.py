"""Units that readings come in, and the one each measure is kept in.

A reading may come in any unit of its measure; it is kept in the first. Shares are kept as 0 to 1.
"""

from collections.abc import Mapping

from anlan.domain.errors import UsageError

UNITS: Mapping[str, Mapping[str, float]] = {
    "share": {"share": 1.0, "%": 0.01, "per_mille": 0.001},
    "s": {"s": 1.0, "ms": 0.001, "min": 60.0, "h": 3600.0, "d": 86400.0},
    "cases": {"cases": 1.0},
    "per_case": {"per_case": 1.0, "per_1000": 0.001},
    "score": {"score": 1.0},
    "money": {"money": 1.0},
    "number": {"number": 1.0},
}
"""Unit kept -> unit sent -> factor from sent to kept."""


def factor(sent: str, *, kept: str) -> float:
    """What a value sent is multiplied by. Errors: UsageError `monitor.unit` for a unit of another measure."""
    known = UNITS[kept]
    if sent not in known:
        raise UsageError("monitor.unit", found=sent[:20], accepted=tuple(known))
    return known[sent]
