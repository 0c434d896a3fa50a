"""What a roster is asked: people with their rules, shifts with their hours, need by skill, wishes."""

from collections.abc import Mapping
from dataclasses import dataclass

DAY_H = 24


@dataclass(frozen=True)
class Shift:
    """begin, end: whole hours of the day, the end beyond 24 where it is of the next day; break_at: the hour
    in which the break lies, break_h its length in hours (0 to 1); unsocial: shared fairly; cost: extra."""

    name: str
    begin: int
    end: int
    break_at: int | None = None
    break_h: float = 0.0
    unsocial: bool = False
    cost: float = 0.0

    @property
    def paid_h(self) -> float:
        """Hours of the shift without its break."""
        return self.end - self.begin - (self.break_h if self.break_at is not None else 0.0)

    def presence(self, hour: int) -> float:
        """Share of an hour (from the midnight of its day) that a person on the shift is at work."""
        if not self.begin <= hour < self.end:
            return 0.0
        return 1.0 - self.break_h if hour == self.break_at else 1.0


@dataclass(frozen=True)
class Person:
    """least_h, most_h: hours of the contract in the time planned; overtime_h: at most beyond; most_in_row:
    days of work in a row; free_days: at least; hour_cost: of a paid hour."""

    name: str
    skills: frozenset[str]
    least_h: float
    most_h: float
    overtime_h: float = 0.0
    most_in_row: int = 6
    free_days: int = 0
    hour_cost: float = 0.0


@dataclass(frozen=True)
class Wish:
    """Of a person on a day (from 0): to work the shift, or any where it is empty; or not to. firm: must be
    kept; else weight is what it costs not to."""

    person: int
    day: int
    shift: str
    works: bool
    firm: bool
    weight: float = 1.0


@dataclass(frozen=True)
class Weights:
    """What one unit costs. shortage: an hour one person is missing; overtime, under: an hour beyond or below
    the contract; cost: a unit of money; fairness: one unsocial shift more than whoever has fewest, or a tenth
    of the contract; wish: one of weight 1."""

    shortage: float = 100.0
    overtime: float = 4.0
    under: float = 1.0
    cost: float = 0.0
    fairness: float = 2.0
    wish: float = 3.0


@dataclass(frozen=True)
class Problem:
    """need: (skill, hour from the first midnight) -> people; the empty skill is anybody's.
    rest_h: between the end of a shift and the next begin."""

    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    days: int
    need: Mapping[tuple[str, int], float]
    wishes: tuple[Wish, ...]
    rest_h: float
    weights: Weights

    @property
    def skills(self) -> tuple[str, ...]:
        """Skills that are needed, in order."""
        return tuple(sorted({skill for skill, _ in self.need}))

    def able(self, person: int) -> tuple[str, ...]:
        """Needed skills that a person can serve."""
        held = self.people[person].skills
        return tuple(skill for skill in self.skills if not skill or skill in held)
