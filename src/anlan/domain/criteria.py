"""Risk criteria: the scales, the matrix and its bands, set before anything is scored."""

from collections.abc import Mapping
from dataclasses import dataclass

from anlan.domain.errors import UsageError


@dataclass(frozen=True)
class Scale:
    """An ordered scale of scores 1..n with `bounds` between them (n - 1 ascending values).

    A value belongs to score k when bounds[k-2] <= value < bounds[k-1]: lower limit in, upper out.
    """

    unit: str
    bounds: tuple[float, ...]
    labels_zh: tuple[str, ...]
    labels_en: tuple[str, ...]

    def score(self, value: float) -> int:
        if value != value:
            raise UsageError("criteria.not_a_number", unit=self.unit)
        return 1 + sum(value >= bound for bound in self.bounds)

    @property
    def size(self) -> int:
        return len(self.bounds) + 1


@dataclass(frozen=True)
class Level:
    """A level of risk, from lowest to highest: `low, slight, moderate, high, crisis` by default."""

    code: str
    name_zh: str
    name_en: str
    colour: str
    report_within_hours: float | None = None


@dataclass(frozen=True)
class Criteria:
    """Scales of likelihood (per 1,000 cases) and severity, and the level of every cell.

    `cells[likelihood - 1][severity - 1]` is the position of the level in `levels`.
    `assumptions` lists what was not decided by the organisation itself.
    """

    version: str
    likelihood: Scale
    severity: Scale
    levels: tuple[Level, ...]
    cells: tuple[tuple[int, ...], ...]
    assumptions: tuple[str, ...] = ()

    def level(self, likelihood: int, severity: int) -> Level:
        return self.levels[self.cells[likelihood - 1][severity - 1]]

    def index(self, likelihood: int, severity: int) -> int:
        """Likelihood x severity; an ordinal number, never to be added over risks."""
        return likelihood * severity

    def labels(self, language: str) -> Mapping[str, str]:
        return {level.code: level.name_zh if language == "zh" else level.name_en for level in self.levels}
