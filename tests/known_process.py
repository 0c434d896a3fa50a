"""A process whose every number is known, played by a small simulator of its own: the oracle of calibration.

It has nothing in common with the product's simulation: plain Python, one heap, people as a list.

    log = play(Known(steps=..., ...), days=60, seed=1)
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from anlan.domain.event_log import EventLog
from logs import MONDAY_2024_US, log_from_columns

Draw = Callable[[np.random.Generator], float]
"""Seconds."""
OUT = ""
DAY_S = 86_400.0


@dataclass(frozen=True)
class KnownStep:
    """time: of the work; team: who does it; to: ways and shares; delay: before it, with nobody busy."""

    time: Draw
    team: str
    to: Mapping[str, float]
    delay: Draw = lambda rng: 0.0


@dataclass(frozen=True)
class Team:
    """people from the hour `begin` to `end` of working days (over midnight where end is above 24)."""

    people: int
    begin: float = 0.0
    end: float = 24.0
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def is_open(self, second: float) -> bool:
        for back in (0, 1):
            day = int(second // DAY_S) - back
            hour = (second - day * DAY_S) / 3600.0
            if day % 7 in self.days and self.begin <= hour < self.end:
                return True
        return False


@dataclass(frozen=True)
class Known:
    """arrivals: cases an hour by hour of the day on `open_days`."""

    steps: Mapping[str, KnownStep]
    teams: Mapping[str, Team]
    entry: str
    arrivals: tuple[float, ...]
    open_days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass
class _Play:
    known: Known
    rng: np.random.Generator
    heap: list[tuple[float, int, str, tuple]] = field(default_factory=list)
    waiting: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    free: dict[str, list[str]] = field(default_factory=dict)
    rows: list[tuple[str, str, float, float, str]] = field(default_factory=list)
    n: int = 0

    def at(self, time: float, kind: str, *what: object) -> None:
        self.n += 1
        heapq.heappush(self.heap, (time, self.n, kind, what))

    def begin(self, team: str, now: float) -> None:
        """Free people take the cases that wait longest, each person as likely as the next."""
        while self.waiting[team] and self.free[team] and self.known.teams[team].is_open(now):
            case, name = self.waiting[team].pop(0)
            person = self.free[team].pop(int(self.rng.integers(len(self.free[team]))))
            self.at(now + self.known.steps[name].time(self.rng), "done", case, name, person, now)

    def run(self) -> None:
        while self.heap:
            now, _, kind, what = heapq.heappop(self.heap)
            if kind == "open":
                self.begin(what[0], now)
            elif kind == "come":
                case, name = what
                team = self.known.steps[name].team
                self.waiting[team].append((case, name))
                self.begin(team, now)
            else:
                case, name, person, began = what
                step = self.known.steps[name]
                self.rows.append((f"c{case}", name, began, now, person))
                self.free[step.team].append(person)
                after = list(step.to)
                way = after[int(self.rng.choice(len(after), p=list(step.to.values())))]
                if way != OUT:
                    self.at(now + self.known.steps[way].delay(self.rng), "come", case, way)
                self.begin(step.team, now)


def play(known: Known, *, days: int, seed: int) -> EventLog:
    """The log of all cases that came within `days`, from Monday 2024-01-01 0:00 UTC."""
    rng = np.random.default_rng(seed)
    game = _Play(known, rng)
    for name, team in known.teams.items():
        game.waiting[name] = []
        game.free[name] = [f"{name} {k}" for k in range(team.people)]
        for day in range(3 * days + 30):
            game.at(day * DAY_S + team.begin * 3600.0, "open", name)
    case = 0
    for hour in range(24 * days):
        rate = known.arrivals[hour % 24] if (hour // 24) % 7 in known.open_days else 0.0
        for time in sorted(rng.uniform(0.0, 3600.0, rng.poisson(rate)).tolist()):
            game.at(hour * 3600.0 + time, "come", case, known.entry)
            case += 1
    game.run()
    return log_of(game.rows)


def log_of(rows: list[tuple[str, str, float, float, str]]) -> EventLog:
    """Rows (case, activity, start, end, person), seconds from Monday 0:00, as a log in the order of ends."""
    rows = sorted(rows, key=lambda row: row[3])

    def micro(seconds: float) -> int:
        return MONDAY_2024_US + round(seconds * 1e6)

    return log_from_columns(
        case=[row[0] for row in rows],
        activity=[row[1] for row in rows],
        start_us=[micro(row[2]) for row in rows],
        end_us=[micro(row[3]) for row in rows],
        resource=[row[4] for row in rows],
    )


def rows_of(log: EventLog) -> list[tuple[str, str, float, float, str]]:
    """The rows that `log_of` makes the log of."""

    def second(micro: int) -> float:
        return (micro - MONDAY_2024_US) / 1e6

    return [
        (str(log.case_names[int(case)]), log.activity_names[a], second(s), second(e), log.resource_names[r])
        for case, a, s, e, r in zip(
            log.case, log.activity, log.start_us.tolist(), log.end_us.tolist(), log.resource, strict=True
        )
    ]
