"""Options as people write them, turned into values; each refuses what it cannot read."""

import re
from dataclasses import dataclass, field

from anlan.domain.errors import UsageError
from anlan.formats.packs import PACK_CODES

_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w|秒|分|分钟|小时|时|天|日|周)\s*$")
_BUDGET = re.compile(r"^\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(d|天|人天)?\s*$")
_SECONDS = {
    "s": 1, "秒": 1, "m": 60, "min": 60, "分": 60, "分钟": 60, "h": 3600, "时": 3600, "小时": 3600,
    "d": 86_400, "天": 86_400, "日": 86_400, "w": 604_800, "周": 604_800,
}  # fmt: skip
ROLES = ("case", "activity", "start", "end", "resource", "cost", "sla", "lifecycle", "instance")


SHORTEST_S, LONGEST_S = 0.001, 100 * 365.25 * 86_400.0
"""Durations people promise: from a millisecond to a hundred years."""

LARGEST_BUDGET = 1e12
"""Person-days, or units of a currency."""


@dataclass(frozen=True)
class Limit:
    """A service limit: of the whole case, by a column of the log, or per activity.

    Exactly one of the three is given; durations are seconds.
    """

    text: str
    case_s: float | None = None
    column: str | None = None
    activity_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """Person-days, or an amount of money in the currency of the cost rates."""

    amount: float
    unit: str
    """`person_days` or `money`."""


def parse_duration(text: str, *, option: str) -> float:
    """`90s`, `30m`, `2h`, `5d`, `1w` (also 秒 分 小时 天 周) as seconds, a millisecond to a hundred years."""
    match = _DURATION.match(text)
    if not match or float(match[1]) <= 0:
        raise UsageError("option.duration", option=option, found=text)
    seconds = float(match[1]) * _SECONDS[match[2]]
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise UsageError(
            "option.duration_range", option=option, found=text[:80], smallest=SHORTEST_S, largest=LONGEST_S
        )
    return seconds


def parse_limit(text: str) -> Limit:
    """`5d`, `column:made_sla`, or `派单=2h,处理=1d`."""
    if text.startswith("column:"):
        name = text.removeprefix("column:").strip()
        if not name:
            raise UsageError("option.sla", found=text)
        return Limit(text, column=name)
    if "=" in text:
        return Limit(text, activity_s=_activity_limits(text))
    return Limit(text, case_s=parse_duration(text, option="--sla"))


def _activity_limits(text: str) -> dict[str, float]:
    limits: dict[str, float] = {}
    for item in _split(text):
        name, equals, duration = item.rpartition("=")
        if not equals or not name.strip() or name.strip() in limits:
            raise UsageError("option.sla", found=text)
        limits[name.strip()] = parse_duration(duration, option="--sla")
    return limits


def parse_budget(text: str) -> Budget:
    """`60d` is person-days, a bare number is money; commas only between groups of three digits."""
    match = _BUDGET.match(text)
    if not match:
        raise UsageError("option.budget", found=text)
    amount = float(match[1].replace(",", ""))
    if amount > LARGEST_BUDGET:
        raise UsageError("option.budget_range", found=text[:80], largest=LARGEST_BUDGET)
    return Budget(amount, "person_days" if match[2] else "money")


def parse_mapping(text: str) -> dict[str, str]:
    """`case=number,activity=state,end=updated` as role -> column."""
    mapping: dict[str, str] = {}
    for item in _split(text):
        role, equals, column = item.partition("=")
        role, column = role.strip(), column.strip()
        if not equals or not column or role not in ROLES or role in mapping:
            raise UsageError("option.map", found=item, roles=", ".join(ROLES))
        mapping[role] = column
    if not mapping:
        raise UsageError("option.map", found=text, roles=", ".join(ROLES))
    return mapping


def parse_path(text: str) -> tuple[str, ...]:
    """`登记>派单>处理` as a sequence of activities."""
    steps = tuple(step.strip() for step in re.split(r"[>→]", text))
    if len(steps) < 2 or not all(steps):
        raise UsageError("option.reference", found=text)
    return steps


def parse_closing(text: str) -> tuple[str, ...]:
    """`办结,作废` as the activities that close a case."""
    names = tuple(dict.fromkeys(_split(text)))
    if not names:
        raise UsageError("option.closing", found=text)
    return names


def parse_packs(text: str) -> tuple[str, ...] | None:
    """`auto` as None, `none` as (), else the named packs in upper case."""
    if text == "auto":
        return None
    if text == "none":
        return ()
    names = tuple(name.upper() for name in _split(text))
    if not names:
        raise UsageError("option.packs", found=text, known=", ".join(PACK_CODES))
    return names


def _split(text: str) -> list[str]:
    """Parts between commas; a comma inside a name is written `\\,`."""
    parts = re.split(r"(?<!\\)[,，]", text)
    return [part.replace("\\,", ",").strip() for part in parts if part.strip()]
