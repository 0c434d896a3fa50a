"""Measure speed as ratios in one run: `python -m bench [--quick | --full]`, or `make bench`.

Generates logs in a temporary folder, measures Anlan, a counts-only pass and the peers installed by
`make bench-peers`, prints the tables and writes them to docs/background/benchmarks.md.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from bench.measure import PEERS_PYTHON, ROOT, Table, Worker
from bench.report import Setting, page, table_lines
from bench.tables import (
    Bench,
    Sizes,
    bayes_net_table,
    conformance_table,
    csv_table,
    fault_trees_table,
    full_table,
    loss_table,
    memory_table,
    passes_table,
    sensitivity_table,
    simulation_table,
    summary_table,
    xes_table,
)

PAGE = ROOT / "docs" / "background" / "benchmarks.md"
COMPARED = ("pm4py", "rustxes", "r4pm", "pyfair", "SALib", "dd", "simpy", "ciw", "prosimos")
FULL_EVENTS = 100_000_000
FULL_BYTES_PER_EVENT = 130
TABLES: dict[str, Callable[[Bench], Table]] = {
    "summary": summary_table,
    "passes": passes_table,
    "csv": csv_table,
    "xes": xes_table,
    "memory": memory_table,
    "loss": loss_table,
    "sensitivity": sensitivity_table,
    "conformance": conformance_table,
    "bayes_net": bayes_net_table,
    "fault_trees": fault_trees_table,
    "simulation": simulation_table,
    "full": full_table,
}


def sizes_of(asked: argparse.Namespace) -> Sizes:
    """The sizes asked for; the very large log only on demand."""
    with_full = asked.full or "full" in (asked.only or ())
    if asked.events:
        n = asked.events
        sizes = Sizes(n, 2 * n, 10 * n, max(n // 10, 100), rounds=2, years=max(n, 20_000))
        return replace(sizes, full=20 * n) if with_full else sizes
    sizes = Sizes(100_000, 500_000, 1_000_000, 20_000, rounds=3, years=100_000) if asked.quick else Sizes()
    return replace(sizes, full=FULL_EVENTS) if with_full else sizes


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    sizes = sizes_of(asked)
    python = asked.peers_python
    with tempfile.TemporaryDirectory(prefix="anlan-bench-", dir=asked.folder) as folder:
        if not _room_for(sizes, Path(folder)):
            return 1
        bench = bench_in(Path(folder), sizes, python)
        for peer in COMPARED:
            if not bench.has(peer):
                print(f"{peer}: not run (make bench-peers installs it)")
        setting = _setting(bench, asked)
        tables = []
        for name in asked.only or [name for name in TABLES if name != "full" or sizes.full]:
            tables.append(TABLES[name](bench))
            print("\n".join(table_lines(tables[-1])), flush=True)
    if not asked.only:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(page(setting, tables), encoding="utf-8")
        print(f"written: {asked.out.name}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--full", action="store_true", help="also 100 million events (needs 15 GB of disk)")
    parser.add_argument("--events", type=int, help="size of the small log, for a trial of the benchmark")
    parser.add_argument("--only", nargs="+", choices=[*TABLES], help="print these tables and write no page")
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write")
    parser.add_argument("--folder", type=Path, help="where the logs are made (default: temporary folder)")
    parser.add_argument("--date", help="said on the page; default: the commit")
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="interpreter of the peers")
    return parser


def bench_in(folder: Path, sizes: Sizes, python: Path) -> Bench:
    """The processes and files of a run; peers are asked once what they are."""
    log = folder / "messages.txt"
    peer = partial(Worker, "bench.peers", python=python, log=log)
    peers: dict[str, str] = {}
    if python.exists():
        with peer() as worker:
            peers = worker.ask("versions").value
    return Bench(
        folder=folder,
        sizes=sizes,
        peers=peers,
        ours=partial(Worker, "bench.ours", log=log),
        peer=peer,
        generate=partial(_generated, folder),
        say=_say,
    )


def _generated(folder: Path, events: int, kind: str) -> Path:
    """The log of that size and kind, made where it does not exist yet."""
    path = folder / f"log-{events}.{kind}"
    if not path.exists():
        _say(f"generating {events:,} events as {kind}")
        command = [sys.executable, "-m", "bench.generate_log", "--events", str(events), "--out", str(path)]
        subprocess.run(command, check=True, cwd=ROOT)
    return path


def _room_for(sizes: Sizes, folder: Path) -> bool:
    needed = 2 * FULL_BYTES_PER_EVENT * (sizes.large + (sizes.full or 0))
    free = shutil.disk_usage(folder).free
    if free < needed:
        _say(f"the logs need {needed / 1e9:.0f} GB, {free / 1e9:.0f} GB are free; use --folder or --quick")
    return free >= needed


def _setting(bench: Bench, asked: argparse.Namespace) -> Setting:
    with bench.ours() as ours:
        versions = ours.ask("versions").value
    flags = [f for f in ("quick", "full") if getattr(asked, f)]
    return Setting(
        machine=_machine(),
        versions=versions,
        peers={name: bench.peers[name] for name in bench.peers},
        missing=[peer for peer in COMPARED if not bench.has(peer)],
        command=" ".join(["python -m bench", *(f"--{flag}" for flag in flags)]),
        when=asked.date or _commit(),
    )


def _machine() -> list[str]:
    """Processors, memory and system; never a name of the machine."""
    model = platform.machine()
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = named[0].split(":", 1)[1].strip() if named else model
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    lines = [f"{count} x {model}", f"two threads {_speed_of_all(2):.1f} times as fast as one"]
    if meminfo.exists():
        lines.append(f"{int(meminfo.read_text().split()[1]) / 2**20:.0f} GiB")
    return [*lines, f"{platform.system()} {platform.machine()}"]


def _speed_of_all(threads: int) -> float:
    """How many times as fast as one thread `threads` of them are here and now: a shared machine may
    have two processors and the time of one."""
    block = bytes(50_000_000)

    def seconds(n: int) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(n) as pool:
            list(pool.map(lambda _: hashlib.sha256(block).digest(), range(n)))
        return time.perf_counter() - began

    return median(threads * seconds(1) / seconds(threads) for _ in range(5))


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return f"commit {found.stdout.strip()}" if found.returncode == 0 else "commit unknown"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
