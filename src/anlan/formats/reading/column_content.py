"""What the values of a column look like: how many differ, whether they are times, numbers, flags."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from anlan.formats.reading.times import parse_times, requested_format

STANDARD_TRANSITIONS = frozenset(
    [
        "schedule",
        "assign",
        "withdraw",
        "reassign",
        "start",
        "suspend",
        "resume",
        "pi_abort",
        "ate_abort",
        "complete",
        "autoskip",
        "manualskip",
        "unknown",
    ]
)
"""Transitions of the standard life-cycle model of IEEE 1849."""

_TIME = re.compile(
    r"""^\s*(?:
        \d{4}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}.*       # year first
      | \d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?:\D.*)?          # day or month first
      | (?:19|20|21)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[T\s]?\d{4,6}.*)?  # compact
    )\s*$""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"^\s*[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?\s*$")
_DURATION = re.compile(
    r"^\s*\d+(?:\.\d+)?\s*(?:[smhdw]|min|分钟?|小?时|天|日|周|工作日|个工作日)\s*$", re.IGNORECASE
)
_FLAGS = frozenset(["true", "false", "yes", "no", "y", "n", "是", "否", "0", "1", "t", "f"])
_MISSING = frozenset(["", "?", "-", "null", "none", "nan", "na", "n/a"])
_LOOKED_AT = 4_000


@dataclass(frozen=True)
class Content:
    """Shares are of the values that are not missing; `n` is how many those are."""

    n: int
    n_distinct: int
    time_share: float
    number_share: float
    duration_share: float
    flag_share: float
    transition_share: float
    clock_number: bool
    """Numbers of a size that epoch seconds to microseconds or Excel dates after 1950 have."""

    @property
    def distinct_share(self) -> float:
        return self.n_distinct / self.n if self.n else 0.0


def describe_content(values: Sequence[str], *, time_format: str | None = None) -> Content:
    """Look at the first few thousand values; distinct values are classified once each.

    time_format: `--time-format`. A text written so is a time, whatever else it looks like.
    """
    counts: dict[str, int] = {}
    for value in values[:_LOOKED_AT]:
        text = unicodedata.normalize("NFKC", value).strip()
        if text.casefold() not in _MISSING:
            counts[text] = counts.get(text, 0) + 1
    n = sum(counts.values())

    def share(matches: "set[str]") -> float:
        return sum(counts[text] for text in matches) / n if n else 0.0

    numbers = {text for text in counts if text and _NUMBER.match(text)}
    return Content(
        n=n,
        n_distinct=len(counts),
        time_share=share({text for text in counts if _TIME.match(text)} | _written_so(counts, time_format)),
        number_share=share(numbers),
        duration_share=share({text for text in counts if _DURATION.match(text)}),
        flag_share=share({text for text in counts if text.casefold() in _FLAGS}),
        transition_share=share({text for text in counts if text.casefold() in STANDARD_TRANSITIONS}),
        clock_number=bool(numbers) and all(_clock_size(text) for text in numbers),
    )


def _written_so(texts: Iterable[str], time_format: str | None) -> set[str]:
    """The texts that read as times under the format asked for. Numbers are judged by their size alone:
    under `excel` every small count would be a day."""
    form = requested_format(time_format)
    if form is None or form.kind == "number":
        return set()
    found = list(texts)
    _, bad = parse_times(pa.array(found, pa.string()), form, zone=None)
    return {text for text, unread in zip(found, bad, strict=True) if not unread}


def _clock_size(text: str) -> bool:
    try:
        size = float(text.replace(",", ""))
    except ValueError:
        return False
    epoch = any(1e8 * scale <= size < 1e10 * scale for scale in (1, 1_000, 1_000_000, 1e9))
    return epoch or 18_264 <= size < 109_939


def share_of_cases_that_vary(cases: Sequence[str], values: Sequence[str]) -> float | None:
    """Of the cases with two rows or more, the share in which the column changes; None under 5 such cases."""
    first: dict[str, str] = {}
    varies: dict[str, bool] = {}
    for case, value in zip(cases, values, strict=False):
        if case in first:
            varies[case] = varies.get(case, False) or value != first[case]
        else:
            first[case] = value
    return sum(varies.values()) / len(varies) if len(varies) >= 5 else None
