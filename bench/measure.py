"""How speed is measured: processes that take turns, medians of several rounds, rows with their target."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
PEERS_PYTHON = ROOT / ".bench-venv" / "bin" / "python"
GIB = 2.0**30


@dataclass(frozen=True)
class Target:
    """What DESIGN asks of a value: at most `bound`, or at least where `at_least`."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Row:
    """One line of a table. `value` is None where a side was not run, and `note` says why.

    unit: `x` (a ratio), `s`, `ms`, `GiB` or `M/s` (millions a second). ours_s / other_s: median seconds of
    both sides of a ratio.
    """

    work: str
    against: str
    value: float | None
    unit: str = "x"
    target: Target | None = None
    ours_s: float | None = None
    other_s: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        return None if self.target is None or self.value is None else self.target.met(self.value)


@dataclass(frozen=True)
class Table:
    """Rows of one subject, under a heading and a sentence on what was done."""

    title: str
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Answer:
    """Seconds of one operation, the most memory its process has held so far, what it returned, and the
    processor's seconds, which another program on the machine does not lengthen."""

    seconds: float
    peak_bytes: int | None
    value: Any
    cpu_s: float


class Worker:
    """A measuring process: `python -m module`, asked one operation at a time."""

    def __init__(self, module: str, *, python: Path | None = None, log: Path | None = None) -> None:
        self._log = (log or Path("/dev/null")).open("ab")
        self._process = subprocess.Popen(
            [str(python or sys.executable), "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=ROOT,
            text=True,
            encoding="utf-8",
        )

    def ask(self, operation: str, **arguments: Any) -> Answer:
        """Do `operation` and wait; an error over there is raised here."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"operation": operation, "arguments": arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{operation}: the measuring process ended with {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{operation}: {answer['error']}")
        return Answer(**answer)

    def close(self) -> None:
        self._process.communicate()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def take_turns(works: Mapping[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Median seconds of each work; each returns its own seconds.

    All are done once in every round, forwards and backwards by turns, so that a slow spell of the
    machine or what one leaves behind in the caches hits all alike.
    """
    names = list(works)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            seconds[name].append(works[name]())
    return {name: median(values) for name, values in seconds.items()}


def ratio_row(
    work: str,
    against: str,
    *,
    ours_s: float,
    other_s: float | None,
    at_least: float | None = None,
    note: str = "",
) -> Row:
    """How many times as long the other side took; `other_s` None is a peer that was not run."""
    target = None if at_least is None else Target(at_least, at_least=True)
    if other_s is None:
        return Row(work, against, None, target=target, ours_s=ours_s, note=note or "not run")
    return Row(work, against, other_s / ours_s, target=target, ours_s=ours_s, other_s=other_s, note=note)
