"""The tables as text: on the terminal and as the page of the documentation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.measure import Row, Table

_AGAINST = {True: "met", False: "**not met**", None: ""}


@dataclass(frozen=True)
class Setting:
    """What was measured on and with; no name of a machine or a folder belongs here.

    machine: lines such as `2 x Some CPU`. versions, peers: package -> version; missing: peers that
    are not installed. when: a date or a commit.
    """

    machine: Sequence[str]
    versions: Mapping[str, str]
    peers: Mapping[str, str]
    missing: Sequence[str]
    command: str
    when: str


def table_lines(table: Table) -> list[str]:
    """One table in Markdown."""
    lines = [f"## {table.title}", "", table.about, ""]
    lines += ["| Work | Against | Measured | Target | | Ours | Other |", "|---|---|---|---|---|---|---|"]
    return [*lines, *(_line(row) for row in table.rows), ""]


def page(setting: Setting, tables: Iterable[Table]) -> str:
    """The whole page of measurements."""
    lines = [
        "# Measured speed",
        "",
        "Written by `make bench`; every number was measured in that one run, and nothing is carried "
        "over from elsewhere. Seconds belong to this machine; the ratios travel better. A ratio is the "
        "median of one side over the median of the other, with the sides taking turns. Targets are "
        "what the project has set itself; a peer that is not installed says *not run*.",
        "",
        *(f"- {line}" for line in _setting_lines(setting)),
        "",
    ]
    for table in tables:
        lines += table_lines(table)
    return "\n".join(lines)


def _setting_lines(setting: Setting) -> list[str]:
    peers = ", ".join(f"{name} {number}" for name, number in setting.peers.items()) or "none installed"
    lines = [
        f"Command: `{setting.command}`, {setting.when}",
        f"Machine: {'; '.join(setting.machine)}",
        "Versions: " + ", ".join(f"{name} {number}" for name, number in setting.versions.items()),
        f"Peers, in an environment of their own (`make bench-peers`): {peers}",
    ]
    if setting.missing:
        lines.append(f"Not run: {', '.join(setting.missing)}")
    return lines


def _line(row: Row) -> str:
    measured = row.note or "not run" if row.value is None else _amount(row.value, row.unit)
    work = f"{row.work} ({row.note})" if row.note and row.value is not None else row.work
    cells = [work, row.against, measured, _target(row), _AGAINST[row.met], _time(row.ours_s)]
    return f"| {' | '.join([*cells, _time(row.other_s)])} |"


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    return f"{'≥' if row.target.at_least else '≤'} {_amount(row.target.bound, row.unit)}"


def _amount(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    number = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:,.0f}"
    return f"{number}{unit}" if unit == "x" else f"{number} {unit}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{1e3 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
