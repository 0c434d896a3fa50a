"""How fast the people of each pool do each step, and which they cannot do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import place


@dataclass(frozen=True)
class Skills:
    """speeds: (pool, step) -> times the speed of the pool, 0 where it cannot; of pairs not named it is 1."""

    speeds: Mapping[tuple[str, str], float]

    def can(self, pool: str, step: str) -> bool:
        return self.speeds.get((pool, step), 1.0) > 0.0

    def of_pool(self, pool: str) -> dict[str, float]:
        """Step -> speed, of the steps it can do at another speed than its own."""
        return {step: speed for (name, step), speed in self.speeds.items() if name == pool and speed > 0.0}

    def fastest_first(self, pools: Sequence[Mapping[str, Any]], step: str) -> list[Mapping[str, Any]]:
        """Rows of pools; of equally fast ones the preferred first."""
        return sorted(pools, key=lambda row: -row["speed"] * self.speeds.get((row["name"], step), 1.0))


def read_skills(
    rows: Sequence[Mapping[str, Any]], pools: Mapping[str, int], steps: Mapping[str, int], faults: Faults
) -> Skills:
    """The table. A pair that occurs again is a fault."""
    speeds: dict[tuple[str, str], float] = {}
    for number, row in enumerate(rows):
        where, pair = f"skills[{number + 1}]", (row["pool"], row["step"])
        place(row["pool"], pools, f"{where}.pool", faults)
        place(row["step"], steps, f"{where}.step", faults)
        if pair in speeds:
            faults.add("method.twice", where=f"{where}.step", found=" × ".join(pair))
        speeds[pair] = row["speed"]
    return Skills(speeds)


def check_used(rows: Sequence[Mapping[str, Any]], able: Mapping[str, Sequence[str]], faults: Faults) -> None:
    """A speed is of a pool that does the step. able: step -> pools that do it."""
    for number, row in enumerate(rows):
        if row["speed"] > 0.0 and row["step"] in able and row["pool"] not in able[row["step"]]:
            faults.add(
                "process.skill_unused", where=f"skills[{number + 1}]", pool=row["pool"], step=row["step"]
            )
