"""When the cases of a log arrived: the window that makes figures of a log figures of a year."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Intake:
    """Window in which cases arrive, and the pace it gives.

    first_us, last_us  UTC microseconds; `days` lies between them (at least one)
    n_cases            all cases with an event, also the few outside the window
    """

    first_us: int
    last_us: int
    days: float
    n_cases: int

    @property
    def cases_per_year(self) -> float:
        """Cases in a year of 365.25 days at the pace of the window."""
        return self.n_cases * 365.25 / self.days
