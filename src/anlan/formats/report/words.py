"""Labels and figures of the report in one language: texts by key, numbers with unit and interval."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from anlan.formats import wording
from anlan.formats.messages import messages
from anlan.formats.wording import DurationUnit, WorkingSeconds, duration_unit

Language = Literal["zh", "en"]
NO_VALUE = "—"
_OF_GROUPS = ("group_disparity", "sla_breach_driver")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


class Words:
    """`words("risks.title")` is the text `report.risks.title` of the language."""

    def __init__(self, language: Language, *, working: bool = False) -> None:
        """working: durations were counted on a working-time calendar, and are written so."""
        self.language: Language = language
        self.working = working
        self._messages = messages(language)

    @classmethod
    def of_result(cls, result: Mapping[str, Any], language: Language) -> Self:
        """Words that tell durations by the clock of the result's log."""
        return cls(language, working=is_working(result))

    def __call__(self, key: str, /, **parameters: Any) -> str:
        if self.working:
            parameters = {name: self._counted(name, value) for name, value in parameters.items()}
        return self._messages.text(f"report.{key}", **parameters)

    def _counted(self, name: str, value: Any) -> Any:
        return WorkingSeconds(value) if name.endswith("_s") and value is not None else value

    def plain(self, key: str, /, **parameters: Any) -> str:
        """A text outside the report, by its whole key."""
        return self._messages.text(key, **parameters)

    def term(self, group: str, code: str) -> str:
        """The word for a code such as a category or an effect; the code itself where none is known."""
        key = f"report.{group}.{code}"
        return self._messages.text(key) if key in self._messages else code

    def detail(self, finder: str, detail: str) -> str:
        """What tells a finding from others of its finder at the same nodes, in words; a name from the
        log (a group, a person) as it is."""
        kind, _, span = detail.partition("=")
        if finder == "overload" and "-" in span:
            first, last = (int(number) for number in span.split("-"))
            shift = (0, 1) if kind == "hour" else (1, 1)
            return self(f"details.{kind}", first=first + shift[0], last=last + shift[1])
        if finder in _OF_GROUPS and span:
            return self.plain("group.value", column=kind, value=span)
        word = self.term("details", f"{finder}.{detail}")
        return detail if word == f"{finder}.{detail}" else word

    def source(self, mark: str) -> str:
        """Where an entry of a pack comes from; `mark` as its file keeps it (`added`, `000.2`)."""
        return self("sources.added" if mark.startswith("added") else "sources.founding") if mark else NO_VALUE

    def place(self, where: str) -> str:
        """The part of the report a note points at, by the place in the result it names."""
        return self.term("places", where.split(".")[0].split("[")[0])

    def roles(self, role: str | None) -> str:
        """Role codes such as `EM-O3 EM-O4` as words; any other text as written."""
        codes = (role or "").split()
        names = [self.term("roles", code) for code in codes]
        known = all(name != code for name, code in zip(names, codes, strict=True))
        return self.listed(names) if known and codes else role or NO_VALUE

    def of(self, text: Mapping[str, str]) -> str:
        """This language's half of a text that the result holds in both."""
        return text[self.language]

    def number(self, value: float | None) -> str:
        return wording.number(value, self.language)

    def count(self, value: float | None) -> str:
        return wording.count(value, self.language)

    def percent(self, share: float | None) -> str:
        return _unbroken(wording.percent(share, self.language))

    def axis_percent(self, share: float) -> str:
        """A share as a tick of an axis: no more digits than it needs."""
        return f"{100 * share:g}%" if self.language == "zh" else f"{100 * share:g}\u00a0%"

    def duration(self, seconds: float | None) -> str:
        if self.working and seconds is not None:
            seconds = WorkingSeconds(seconds)
        return _unbroken(wording.duration(seconds, self.language))

    def duration_unit(self, values: Iterable[float | None]) -> DurationUnit:
        """One unit for durations that are compared with each other: the one that suits the middle one."""
        known = sorted(abs(value) for value in values if value)
        middle = known[len(known) // 2] if known else 0.0
        return duration_unit(middle, self.language, working=self.working)

    def in_unit(self, seconds: float | None, unit: DurationUnit) -> str:
        """The figure alone, for a column whose heading names the unit."""
        return self.number(None if seconds is None else seconds / unit.length_s)

    def probability(self, value: float | None) -> str:
        """A p or q value; below 0.001 only that it is below."""
        if value is None:
            return NO_VALUE
        return "<\u00a00.001" if value < 0.001 else f"{value:.3f}"

    def listed(self, names: Iterable[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(names)

    def sentences(self, parts: Iterable[str]) -> str:
        return ("" if self.language == "zh" else " ").join(part for part in parts if part)

    def limits(self, interval: Mapping[str, float] | None, *, divisor: float = 1.0) -> str:
        """`[10.2, 21]`; a dash where there is no interval."""
        if interval is None:
            return NO_VALUE
        _, low, high = self._three(interval, divisor)
        return f"[{low}, {high}]"

    def with_limits(self, interval: Mapping[str, float] | None, *, divisor: float = 1.0) -> str:
        """`15.1 [10.2, 21]`; a dash where there is no interval."""
        if interval is None:
            return NO_VALUE
        estimate, low, high = self._three(interval, divisor)
        return f"{estimate} [{low}, {high}]"

    def _three(self, interval: Mapping[str, float], divisor: float) -> tuple[str, str, str]:
        """Estimate and limits with so many digits that a narrow interval does not look like a point."""
        values = [interval[key] / divisor for key in ("estimate", "low", "high")]
        written = [self.number(value) for value in values]
        for digits in range(4, 8):
            if len(set(written)) == len(set(values)):
                break
            written = [with_digits(value, digits) for value in values]
        return written[0], written[1], written[2]

    def share_with_limits(self, interval: Mapping[str, float] | None) -> str:
        if interval is None:
            return NO_VALUE
        low, high = self.percent(interval["low"]), self.percent(interval["high"])
        return f"{self.percent(interval['estimate'])} [{low}, {high}]"

    def date(self, moment: str | None) -> str:
        """The day of an ISO time."""
        return NO_VALUE if moment is None else moment[:10]

    def moment(self, moment: str | None, *, as_written: bool = False) -> str:
        """Day, minute and offset of an ISO time; no offset where the log's clock stands as written."""
        return wording.moment(moment, as_written=as_written)

    def zone(self, log: Mapping[str, Any]) -> str:
        """The log's time zone and who decided it; no zone is named where the log has none.

        log: the `log` part of a result.
        """
        source = self.term("zone_sources", log["zone_source"])
        return source if is_as_written(log) else self("quality.zone_from", zone=log["zone"], source=source)


def with_digits(value: float, digits: int) -> str:
    """`value` with that many significant digits, thousands separators and a true minus sign."""
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}".replace("-", "−")


def _unbroken(text: str) -> str:
    """A figure and its unit stay on one line."""
    return text.replace(" ", "\u00a0")


def is_working(result: Mapping[str, Any]) -> bool:
    """Whether the result's durations are working time of a calendar."""
    return bool(result.get("log", {}).get("clock", "elapsed") != "elapsed")


def is_as_written(log: Mapping[str, Any]) -> bool:
    """Whether the log names no zone, so that its clock is shown as it stands."""
    return bool(log["zone_source"] == "as_written")


@dataclass(frozen=True)
class LossUnit:
    """How losses are written: a value in the portfolio's unit divided by `divisor`, with `label`."""

    label: str
    divisor: float

    def figure(self, value: float | None, words: Words) -> str:
        return NO_VALUE if value is None else words.number(value / self.divisor)

    def with_unit(self, value: float | None, words: Words) -> str:
        return NO_VALUE if value is None else _unbroken(f"{words.number(value / self.divisor)} {self.label}")


_SCALE_WORDS = {"M": "million", "k": "thousand"}


def loss_unit(unit: str, *, largest: float, words: Words) -> LossUnit:
    """The unit that keeps the figures of a page between about 1 and 10,000.

    `customer_min` (elapsed case time beyond the normal) becomes case minutes, case hours, or (zh) 万,
    (en) thousands or millions of hours; currencies keep their name with the same scaling.
    """
    if unit == "customer_min":
        clock = "_working" if words.working else ""
        if abs(largest) < 600:
            return LossUnit(words(f"units.customer_min{clock}"), 1.0)
        base, name = 60.0, words(f"units.customer_h{clock}")
    else:
        base, name = 1.0, _currency(unit, words)
    factor, prefix = _scale(abs(largest) / base, words.language)
    if unit == "customer_min" and words.language == "en" and prefix:
        name = f"{_SCALE_WORDS[prefix]} {name}"
    else:
        name = f"{prefix}{name}"
    return LossUnit(name, base * factor)


def plain_unit(unit: str, words: Words) -> str:
    """The word for a unit as stored, without scaling."""
    if len(unit) == 3 and unit.isupper():
        return _currency(unit, words)
    known = words.term("units", f"{unit}_working") if words.working else f"{unit}_working"
    return words.term("units", unit) if known == f"{unit}_working" else known


def _currency(code: str, words: Words) -> str:
    known = words.term("currencies", code)
    return _SIGNS.get(code, code) if known == code and words.language == "en" else known


def _scale(size: float, language: str) -> tuple[float, str]:
    steps: Sequence[tuple[float, float, str]] = (
        ((1e9, 1e8, "亿"), (1e5, 1e4, "万")) if language == "zh" else ((2e6, 1e6, "M"), (1e5, 1e3, "k"))
    )
    return next(((factor, prefix) for above, factor, prefix in steps if size >= above), (1.0, ""))
