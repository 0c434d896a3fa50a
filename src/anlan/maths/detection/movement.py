"""How a reading moves: too fast, not at all, or it does not come."""

import math
from dataclasses import dataclass

from anlan.domain.errors import UsageError
from anlan.maths.detection.verdicts import LEVELS, Detector, State, Value, Verdict, bounded, single

HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class RateOfChange(Detector):
    """The change since the last reading, per `per_us`, judged by `inner`.

    longest_us  a change over a longer gap is not judged; the next one counts from here
    """

    inner: Detector
    per_us: int = HOUR_US
    longest_us: int | None = None

    def first(self) -> State:
        return {"last": None, "inner": self.inner.first()}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        number, last = single(value), own["last"]
        after = {"last": [at_us, number], "inner": own["inner"]}
        if last is None:
            return after, Verdict(0, "learning", {"value": number})
        gap = at_us - last[0]
        if self.longest_us is not None and gap > self.longest_us:
            return after, Verdict(0, "after_gap", {"gap_us": gap})
        rate = bounded(bounded(number - last[1]) * (self.per_us / gap))
        after["inner"], verdict = self.inner.judge(own["inner"], at_us, rate, 1.0)
        return after, Verdict(verdict.level, verdict.reason, {**verdict.parameters, "rate": rate})


@dataclass(frozen=True)
class FlatLine(Detector):
    """The same value, within `tolerance` of where it began, for `readings` and at least `for_us`."""

    readings: int
    for_us: int = 0
    tolerance: float = 0.0
    level: int = 1

    def __post_init__(self) -> None:
        settled = self.readings >= 2 and self.for_us >= 0 and 0 <= self.tolerance < math.inf
        if not settled or self.level not in LEVELS:
            raise UsageError("detection.flat_line", readings=self.readings, tolerance=self.tolerance)

    def first(self) -> State:
        return {"value": None, "since_us": None, "count": 0}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        number = single(value)
        if own["value"] is None or abs(number - own["value"]) > self.tolerance:
            return {"value": number, "since_us": at_us, "count": 1}, Verdict(0, "normal", {"value": number})
        after = {**own, "count": own["count"] + 1}
        fired = after["count"] >= self.readings and at_us - own["since_us"] >= self.for_us
        told = {"value": own["value"], "count": after["count"], "since_us": own["since_us"]}
        return after, Verdict(self.level if fired else 0, "flat" if fired else "normal", told)


@dataclass(frozen=True)
class Silence(Detector):
    """No reading for too long. after_us: (level, silence) of rising levels and longer silence.

    Where none has ever come, silence counts from the first time it was asked for.
    """

    after_us: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        levels, silences = [one[0] for one in self.after_us], [one[1] for one in self.after_us]
        rising = levels == sorted(set(levels)) and silences == sorted(set(silences))
        if not levels or not rising or not set(levels) <= set(LEVELS) or silences[0] <= 0:
            raise UsageError("detection.silence", levels=tuple(levels))

    def first(self) -> State:
        return {"asked_first_us": None}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        return own, Verdict(0, "normal")

    def absent(self, own: State, at_us: int, last_us: int | None, level: int) -> tuple[State, Verdict]:
        since = own["asked_first_us"] if last_us is None else last_us
        after = own if since is not None else {"asked_first_us": at_us}
        silence = at_us - (at_us if since is None else since)
        reached = [one for one, limit in self.after_us if silence >= limit]
        told = {"silence_us": silence}
        return after, Verdict(reached[-1], "silent", told) if reached else Verdict(0, "normal", told)
