"""The measurements as text: tables on the terminal, and the page of the documentation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.web.addresses import PAGE_MS, SEARCH_MS, Asked


@dataclass(frozen=True)
class Answered:
    """alone, four: seconds of each answer to one client, and to four at the same time."""

    asked: Asked
    queries: int
    alone: Sequence[float]
    four: Sequence[float]

    @property
    def met(self) -> bool:
        return percentile_ms(self.alone, 95) <= self.asked.most_ms


@dataclass(frozen=True)
class Work:
    """Something that takes longer: its seconds, and how many it may take where that was set."""

    what: str
    seconds: float
    most_s: float | None = None

    @property
    def met(self) -> bool | None:
        return None if self.most_s is None else self.seconds <= self.most_s


@dataclass(frozen=True)
class Measured:
    """Everything about one database; answered: heading -> answers in order."""

    database: str
    risks: int
    processes: int
    events: int
    answered: dict[str, list[Answered]]
    works: list[Work]


def percentile_ms(seconds: Sequence[float], share: int) -> float:
    """The smallest time that `share` of 100 answers do not exceed, in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[max(0, -(-share * len(ordered) // 100) - 1)]


def lines_of(measured: Measured) -> Iterator[str]:
    """All tables of one database."""
    yield f"## {measured.database}"
    yield ""
    yield (
        f"{measured.risks:,} risks, {measured.processes:,} processes, {measured.events:,} audit events when "
        "the measuring began."
    )
    for title, answers in measured.answered.items():
        yield from ("", f"### {title}", "")
        yield "| Address | Queries | p50 | p95 | p99 | Target p95 | | 4 clients p50 | p95 | p99 |"
        yield "|---|---|---|---|---|---|---|---|---|---|"
        yield from map(_line, answers)
    yield from ("", "### Longer work", "", "| Work | Measured | Target | |", "|---|---|---|---|")
    for work in measured.works:
        target = "" if work.most_s is None else f"≤ {work.most_s:g} s"
        yield f"| {work.what} | {work.seconds:.1f} s | {target} | {_word(work.met)} |"
    yield ""


def _line(answered: Answered) -> str:
    shown = [f"{percentile_ms(s, p):.0f} ms" for s in (answered.alone, answered.four) for p in (50, 95, 99)]
    cells = [answered.asked.name, str(answered.queries), *shown[:3], f"≤ {answered.asked.most_ms:g} ms",
             _word(answered.met), *shown[3:]]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _word(met: bool | None) -> str:
    return {True: "met", False: "**not met**", None: ""}[met]


def page(measured: Sequence[Measured], command: str, setting: Sequence[str]) -> str:
    """The whole page."""
    lines = [
        "# Measured speed of the application",
        "",
        "Written by `make bench-web`; every number was measured in that one run. The organisation is made "
        "for it: thirty units, sixty people, risks, assessments, processes and a chain of audit events that "
        "`anlan audit verify` confirms. The application runs as `anlan serve` starts it, pages, worker and "
        "scheduler; clients ask over loopback and wait for the last byte. Clients and server share the "
        "processors. Queries: of one request, everything before it warm.",
        "",
        f"What is asked of one client alone: 95 of 100 answers within {PAGE_MS:g} ms, searches within "
        f"{SEARCH_MS:g} ms. With four clients at the same time there is no target.",
        "",
        f"- Command: `{command}`, {setting[0]}",
        f"- Machine: {'; '.join(setting[1:])}",
        "",
    ]
    for one in measured:
        lines += lines_of(one)
    return "\n".join(lines)
