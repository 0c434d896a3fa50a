"""The card of a twin: its checks, their rule and their verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass

PASS = {"profile": 0.05, "": 0.10}
DOUBT = {"profile": 0.15, "": 0.25}
PROFILES = ("arriving", "leaving")


@dataclass(frozen=True)
class Check:
    """One line of the card. code: see the module; of: the activity, or empty; verdict: pass, doubt, fail.

    log, twin   the figure on both sides (seconds, counts, cases; None where the check is of a shape)
    distance    as the rule measures it, in the unit of the rule; seconds: the Wasserstein distance itself
    yardstick   what is attainable; passes_at, doubts_at: the borders that follow from it
    """

    code: str
    of: str
    verdict: str
    log: float | None
    twin: float | None
    distance: float
    yardstick: float
    passes_at: float
    doubts_at: float
    seconds: float | None = None


@dataclass(frozen=True, eq=False)
class Card:
    """checks: the whole process first; n_cases: of the log that were compared; replications: of the twin.

    durations: quantiles 5, 25, 50, 75, 95 % and mean of log and twin; by_hour: (24,) shares of arrivals and
    departures of both; progress: (hours,) cases under way of both
    unknown: activities of the log that the twin does not have, and the other way round
    """

    checks: tuple[Check, ...]
    n_cases: int
    replications: int
    durations: Mapping[str, tuple[float, ...]]
    by_hour: Mapping[str, tuple[float, ...]]
    progress: Mapping[str, tuple[float, ...]]
    not_in_twin: tuple[str, ...]
    not_in_log: tuple[str, ...]

    def verdict(self) -> str:
        """The worst of the checks of the whole process; no better than doubtful where an activity fails.

        Errors of activities can cancel out in the whole.
        """
        found = {check.verdict for check in self.checks if not check.of}
        if any(check.verdict == "fail" for check in self.checks):
            found.add("doubt")
        return next(each for each in ("fail", "doubt", "pass") if each in found)


def judged(
    code: str,
    distance: float,
    yardstick: float,
    *,
    of: str = "",
    log: float | None = None,
    twin: float | None = None,
    seconds: float | None = None,
    floors: tuple[float, float] = (0.0, 0.0),
) -> Check:
    """The verdict by the rule of the module."""
    kind = "profile" if code in PROFILES else ""
    first, second = (1.5, 3.0) if code == "duration" else (1.0, 2.0)
    passes = max(PASS[kind], min(first * yardstick, DOUBT[kind]), floors[0])
    doubts = max(DOUBT[kind], min(second * yardstick, 2 * DOUBT[kind]), floors[1])
    verdict = "pass" if distance <= passes else "doubt" if distance <= doubts else "fail"
    return Check(code, of, verdict, log, twin, distance, yardstick, passes, doubts, seconds)
