"""Kinds of expert sessions. A kind is data: what is asked of each risk, and whether answers are numbers.

A further kind is an entry here, its texts (`workshops.axes.<axis>`, `risks.techniques.<code>`) and the part
of a page on which an expert answers (`risks/answers/<code>.html`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from anlan.domain.errors import UsageError

AXES = ("likelihood", "severity")
POINTS = ("frequency_low", "frequency_likely", "frequency_high",
          "severity_low", "severity_likely", "severity_high")  # fmt: skip


@dataclass(frozen=True)
class SessionKind:
    """axes: what an expert says of each risk; values: numbers of any size instead of scores."""

    code: str
    axes: tuple[str, ...]
    values: bool = False


KINDS: Mapping[str, SessionKind] = {
    "delphi": SessionKind("delphi", AXES),
    "three_point": SessionKind("three_point", POINTS, values=True),
}


def kind_of(code: str) -> SessionKind:
    """Errors: UsageError where there is no such kind."""
    if code not in KINDS:
        raise UsageError("workshop.kind", found=code[:20], accepted=", ".join(KINDS))
    return KINDS[code]
