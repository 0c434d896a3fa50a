"""An estimate never stands without its interval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """Point estimate with a lower and an upper limit that hold at `level` (0.95 = 95 %)."""

    estimate: float
    low: float
    high: float
    level: float = 0.95

    def scaled(self, factor: float) -> "Interval":
        """The same interval in another unit (`factor` > 0)."""
        return Interval(self.estimate * factor, self.low * factor, self.high * factor, self.level)
