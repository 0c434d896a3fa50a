"""Sobol indices of ten inputs with 16,384 base points: ours and SALib, if installed.

Both sides draw scrambled Sobol points, run the G function of Saltelli & Sobol (1995) on all of them at once
and estimate first and total indices with 95 % intervals. The total indices of both are held against the
formula.
"""

import numpy as np

from anlan.maths.sensitivity.sobol import sobol_indices, sobol_points
from bench.measure import PEERS_PYTHON, Row, Table, Target, Worker, ratio_row, take_turns
from bench.serving import serve

INPUTS, POINTS = 10, 16_384
_WITHIN = 0.02


def ours(n: int, inputs: int) -> float:
    """Sum of the total indices."""
    a = np.arange(inputs) / 2.0
    points = sobol_points(n, inputs, seed=1)
    values = np.prod((np.abs(4.0 * points - 2.0) + a) / (1.0 + a), axis=1)
    return float(sobol_indices(values, inputs).total.sum())


def expected(inputs: int) -> float:
    """The same by the formula: V_i = 1 / (3 (1 + a_i)^2)."""
    part = 1.0 / (3.0 * (1.0 + np.arange(inputs) / 2.0) ** 2)
    whole = np.prod(1.0 + part)
    return float((part * whole / (1.0 + part)).sum() / (whole - 1.0))


def sobol_table(*, rounds: int = 3) -> Table:
    """The ratio of one run; without SALib it is "not run"."""
    work = f"Sobol indices with intervals, {INPUTS} inputs, {POINTS:,} base points"
    target = Target(1.0, at_least=True)
    found: dict[str, float] = {}
    if not PEERS_PYTHON.exists():
        row = Row(work, "SALib", None, target=target, note="not run: no environment of peers")
        return _table(row)
    try:
        with Worker("bench.sensitivity") as mine, Worker("bench.peers", python=PEERS_PYTHON) as peer:
            peer.ask("warm", module="SALib.analyze.sobol")

            def time_of(worker: Worker, operation: str) -> float:
                answer = worker.ask(operation, n=POINTS, inputs=INPUTS)
                found[operation] = answer.value
                return answer.seconds

            seconds = take_turns(
                {"ours": lambda: time_of(mine, "ours"), "salib": lambda: time_of(peer, "salib_sobol")},
                rounds=rounds,
            )
    except (RuntimeError, OSError) as error:
        return _table(Row(work, "SALib", None, target=target, note=f"not run: {error}"))
    for name, value in found.items():
        if abs(value / expected(INPUTS) - 1.0) > _WITHIN:
            raise RuntimeError(f"{name}: total indices add up to {value}, expected {expected(INPUTS)}")
    return _table(
        ratio_row(work, "SALib", ours_s=seconds["ours"], other_s=seconds["salib"], at_least=1.0,
                  note="times faster")
    )  # fmt: skip


def _table(row: Row) -> Table:
    return Table(
        "Sensitivity",
        "First and total Sobol indices with 95 % intervals of the G function, points included. Ours takes "
        "its intervals from standard errors, SALib from 100 bootstrap samples.",
        (row,),
    )


if __name__ == "__main__":
    serve({"ours": ours})
