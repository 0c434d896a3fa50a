"""Options as people write them, turned into values; each refuses what it cannot read."""

import re
import unicodedata
from dataclasses import dataclass, field

from anlan.domain.errors import UsageError
from anlan.formats.currencies import SIGN_OF_TWO, currency_named
from anlan.formats.packs import PACK_CODES

_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*([a-z]+|[一-龥]+)\s*$")
_SECONDS: dict[str, float] = {}
for _names, _length in (
    ("s sec secs second seconds 秒 秒钟", 1.0),
    ("m min mins minute minutes 分 分钟", 60.0),
    ("h hr hrs hour hours 时 小时 个小时", 3600.0),
    ("d day days 天 日", 86_400.0),
    ("w week weeks 周 星期", 604_800.0),
):
    _SECONDS.update(dict.fromkeys(_names.split(), _length))

_BUDGET = re.compile(
    r"^\s*(?P<before>[^\d\s.,-]*)\s*(?P<amount>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<times>[万亿]?)\s*"
    r"(?P<after>[^\d\s.,-]*)\s*$"
)
_TIMES = {"": 1.0, "万": 1e4, "亿": 1e8}
_PERSON_DAYS = frozenset({"d", "天", "日", "人天", "人日", "pd"})
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
    currency: str | None = None
    """Code of the currency where the amount named one."""


def parse_duration(text: str, *, option: str) -> float:
    """`90s`, `30m`, `2h`, `5d`, `1w` (also 秒 分 小时 天 周) as seconds, a millisecond to a hundred years."""
    match = _DURATION.match(_plain(text))
    if not match or match[2] not in _SECONDS or float(match[1]) <= 0 or _is_month(text):
        raise UsageError("option.duration", option=option, found=text)
    seconds = float(match[1]) * _SECONDS[match[2]]
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise UsageError(
            "option.duration_range", option=option, found=text[:80], smallest=SHORTEST_S, largest=LONGEST_S
        )
    return seconds


def _is_month(text: str) -> bool:
    """`1M` could be a minute or a month; it is not guessed."""
    return text.strip().endswith(("M", "Ｍ"))


def _plain(text: str) -> str:
    """Digits, letters and signs of full width as ordinary ones, in small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def parse_limit(text: str) -> Limit:
    """`5d`, `column:made_sla`, or `派单=2h,处理=1d`; signs of full width are read as ordinary ones."""
    column = _COLUMN.match(text)
    if column:
        name = column[1].strip()
        if not name:
            raise UsageError("option.sla", found=text)
        return Limit(text, column=name)
    if "=" in text or "＝" in text:
        return Limit(text, activity_s=_activity_limits(text))
    if ":" in text or "：" in text:
        raise UsageError("option.sla", found=text)
    return Limit(text, case_s=parse_duration(text, option="--sla"))


_COLUMN = re.compile(r"^\s*(?:column|列)\s*[:：](.*)$", re.IGNORECASE | re.DOTALL)


def _activity_limits(text: str) -> dict[str, float]:
    limits: dict[str, float] = {}
    for item in _split(text):
        name, equals, duration = item.replace("＝", "=").rpartition("=")
        if not equals or not name.strip() or name.strip() in limits:
            raise UsageError("option.sla", found=text)
        limits[name.strip()] = parse_duration(duration, option="--sla")
    return limits


def parse_budget(text: str) -> Budget:
    """`60d` is person-days; a number is money, also with 万 or 亿 and with its currency (`2万元`,
    `20,000元`, `USD 500`); commas only between groups of three digits."""
    match = _BUDGET.match(_plain(text))
    if not match:
        raise UsageError("option.budget", found=text)
    before, after = match["before"], match["after"]
    amount = float(match["amount"].replace(",", "")) * _TIMES[match["times"]]
    if amount > LARGEST_BUDGET:
        raise UsageError("option.budget_range", found=text[:80], largest=LARGEST_BUDGET)
    if after in _PERSON_DAYS and not before:
        return Budget(amount, "person_days")
    named = before or after
    currency = currency_named(named)
    if (before and after) or (currency is None and named not in ("", SIGN_OF_TWO)):
        raise UsageError("option.budget", found=text)
    return Budget(amount, "money", currency)


_ROLE_WORDS = {
    "案例": "case", "案例号": "case", "活动": "activity", "步骤": "activity", "环节": "activity",
    "开始": "start", "开始时间": "start", "完成": "end", "完成时间": "end", "结束": "end",
    "结束时间": "end", "时间": "end", "complete": "end", "资源": "resource",
    "办理人": "resource", "费用": "cost", "时限": "sla", "生命周期": "lifecycle", "实例": "instance",
}  # fmt: skip
"""Other names of the roles, as tables and people call them."""


def parse_mapping(text: str) -> dict[str, str]:
    """`case=number,activity=state,end=updated` (also `案例=...,活动=...`) as role -> column."""
    mapping: dict[str, str] = {}
    for item in _split(text):
        name, equals, column = re.match(r"([^=＝]*)([=＝]?)(.*)", item, re.DOTALL).groups()  # type: ignore[union-attr]
        plain, column = _plain(name).strip(), column.strip()
        role = _ROLE_WORDS.get(plain, plain)
        if not equals or not column:
            raise UsageError("option.map", found=item, roles=ROLES)
        if role not in ROLES:
            raise UsageError("option.map_role", found=name.strip(), roles=ROLES, known=(*ROLES, *_ROLE_WORDS))
        if role in mapping:
            raise UsageError("option.map_twice", found=item, role=role)
        mapping[role] = column
    if not mapping:
        raise UsageError("option.map", found=text, roles=ROLES)
    return mapping


def parse_path(text: str) -> tuple[str, ...]:
    """`登记>派单>处理` as a sequence of activities."""
    steps = tuple(step.strip() for step in re.split(r"[>＞→]", text))
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
    plain = _plain(text).strip()
    if plain == "auto":
        return None
    if plain == "none":
        return ()
    names = tuple(name.upper() for name in _split(plain))
    unknown = [name for name in names if name not in PACK_CODES]
    if unknown or not names:
        raise UsageError("option.packs", found=(*unknown, text)[0], known=PACK_CODES)
    return names


def _split(text: str) -> list[str]:
    """Parts between commas, of either width; a comma inside a name is written `\\,`."""
    parts = re.split(r"(?<!\\)[,，]", text)
    return [part.replace("\\,", ",").strip() for part in parts if part.strip()]
