"""Kinds of expert sessions. A kind is data: what is asked, and what answers are.

A kind asks of each risk (`axes`), or it asks the questions of a sheet of `loop.quantify.elicitation`, whose
answers become an assessment by a method. A further kind is an entry here or a further sheet, its texts
(`workshops.kinds.<code>`, `risks.techniques.<code>`) and the part of a page on which an expert answers
(`risks/answers/<code>.html`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from anlan.domain.errors import UsageError
from anlan.loop.quantify.elicitation import SHEETS, sheet
from anlan.loop.quantify.elicitation.sheet import Sheet

AXES = ("likelihood", "severity")
POINTS = ("frequency_low", "frequency_likely", "frequency_high",
          "severity_low", "severity_likely", "severity_high")  # fmt: skip


@dataclass(frozen=True)
class SessionKind:
    """axes: what an expert says of each risk, none where a sheet is answered; values: numbers of any size
    instead of scores."""

    code: str
    axes: tuple[str, ...] = ()
    values: bool = False

    @property
    def sheet(self) -> Sheet | None:
        return sheet(self.code) if self.code in SHEETS else None


KINDS: Mapping[str, SessionKind] = {
    "delphi": SessionKind("delphi", AXES),
    "three_point": SessionKind("three_point", POINTS, values=True),
    **{code: SessionKind(code) for code in SHEETS},
}


def kind_of(code: str) -> SessionKind:
    """Errors: UsageError where there is no such kind."""
    if code not in KINDS:
        raise UsageError("workshop.kind", found=code[:20], accepted=", ".join(KINDS))
    return KINDS[code]
