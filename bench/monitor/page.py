"""The measurements as text: a table of each database, and the page of the documentation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """wanted: at most, or at least where `more`; None where nothing was set."""

    what: str
    measured: float
    wanted: float | None = None
    more: bool = False

    @property
    def met(self) -> bool | None:
        if self.wanted is None:
            return None
        return self.measured >= self.wanted if self.more else self.measured <= self.wanted


def lines_of(database: str, figures: Sequence[Figure]) -> Iterator[str]:
    yield from (f"## {database}", "", "| Figure | Measured | Target | |", "|---|---|---|---|")
    for each in figures:
        sign = "≥" if each.more else "≤"
        wanted = "" if each.wanted is None else f"{sign} {_number(each.wanted)}"
        word = {True: "met", False: "**not met**", None: ""}[each.met]
        yield f"| {each.what} | {_number(each.measured)} | {wanted} | {word} |"
    yield ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def page(measured: Mapping[str, Sequence[Figure]], series: int, setting: Sequence[str]) -> str:
    """The whole page."""
    lines = [
        "# Measured speed of readings and alerts",
        "",
        "Written by `make bench-monitor`; every number was measured in that one run. The application runs as "
        "`anlan serve` starts it, pages, worker and scheduler; clients send over loopback and wait for each "
        "answer. Clients, server and database share the processors. That each reading is kept once is "
        "counted after the sending. While alerts are waited for, a reading of each series comes every "
        "minute.",
        "",
        f"- Series: {series:,} indicators, counted by unit; limits with two levels, two readings in a row",
        f"- Commit: {setting[0]}",
        f"- Machine: {'; '.join(setting[1:])}",
        "",
    ]
    for name, figures in measured.items():
        lines += lines_of(name, figures)
    return "\n".join(lines)
