"""What is compared with what: each function measures one subject and returns its table."""

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.measure import GIB, Row, Table, Target, Worker, ratio_row, take_turns

MEMORY_BASE_GIB, MEMORY_PER_FILE = 0.5, 0.5
CALLS = (
    "discover_dfg",
    "discover_performance_dfg",
    "get_start_activities",
    "get_end_activities",
    "get_variants",
    "get_rework_cases_per_activity",
    "get_all_case_durations",
    "get_service_time",
    "discover_handover_of_work_network",
)
FEW_EDGES = {"seed": 1, "activities": 16, "followers": 3, "even": False}
MANY_EDGES = {"seed": 2, "activities": 500, "followers": 41, "even": True}
COLUMNS = {
    "case": "incident",
    "activity": "incident_state",
    "time": "updated_at",
    "resource": "assigned_to",
}


@dataclass(frozen=True)
class Sizes:
    """Events of the generated logs, and how often things are measured.

    small, large: the two sizes of the summary; middle: of the second CSV; own_xes: of the XES file
    that PM4Py's own slow parsers read; years: of simulated losses; full: of the log that is read, stored and
    summarised whole.
    """

    small: int = 1_000_000
    middle: int = 5_000_000
    large: int = 10_000_000
    own_xes: int = 100_000
    rounds: int = 5
    years: int = 1_000_000
    full: int | None = None


@dataclass(frozen=True)
class Bench:
    """Where files are made, the peers that answer (name -> version; empty: none), and the sizes."""

    folder: Path
    sizes: Sizes
    peers: dict[str, str]
    ours: Callable[[], Worker]
    peer: Callable[[], Worker]
    generate: Callable[[int, str], Path]
    say: Callable[[str], None]

    def has(self, *names: str) -> bool:
        return all(name in self.peers for name in names)


def summary_table(bench: Bench) -> Table:
    """The fused summary against a pass that only counts, on synthetic encoded logs."""
    bench.say("fused summary")
    n = bench.sizes.small
    with bench.ours() as ours:
        drawn = dict(FEW_EDGES, events=n)
        few = ours.ask("draw", hold="few", **drawn).value
        many = ours.ask("draw", hold="many", **dict(MANY_EDGES, events=n)).value
        ours.ask("draw", hold="ten", **dict(drawn, events=10 * n))
        seconds = take_turns(
            {
                "bare": lambda: _repeated(ours, "count_only", log="few"),
                "fused": lambda: _repeated(ours, "summarise_whole", log="few"),
                "calendar": lambda: _repeated(ours, "summarise_whole", log="few", calendars=1),
                "by_node": lambda: _repeated(ours, "summarise_whole", log="few", calendars=2),
                "buckets": lambda: _repeated(ours, "summarise", log="few", threads=2),
                "bare_many": lambda: _repeated(ours, "count_only", log="many"),
                "fused_many": lambda: _repeated(ours, "summarise_whole", log="many"),
                "fused_ten": lambda: _repeated(ours, "summarise_whole", log="ten"),
                "buckets_ten": lambda: _repeated(ours, "summarise", log="ten", threads=2),
            },
            rounds=bench.sizes.rounds,
        )
    rows = tuple(_summary_rows(seconds, few, many))
    about = (
        "An encoded log with start times, drawn at random. The counts-only pass walks the same columns "
        "in the same process and keeps counts and plain sums: no histogram, variant, person or hour. "
        "One thread, except where said."
    )
    return Table("Fused summary and the counts-only pass", about, rows)


def _summary_rows(seconds: dict[str, float], few: dict[str, int], many: dict[str, int]) -> Iterator[Row]:
    bare, fused = seconds["bare"], seconds["fused"]
    for work, ours_s, other_s, bound in (
        (f"fused summary, {few['events']:,} events, {few['edges']:,} edges", fused, bare, 5),
        ("added by a working-time calendar", seconds["calendar"] - fused, bare, 2),
        ("added by calendars of single activities", seconds["by_node"] - fused, bare, None),
        ("with all 64 buckets, 2 threads", seconds["buckets"], bare, None),
        (
            f"fused summary, {many['events']:,} events, {many['edges']:,} edges",
            seconds["fused_many"],
            seconds["bare_many"],
            12,
        ),
    ):
        target = None if bound is None else Target(bound)
        yield Row(work, "counts-only pass", ours_s / other_s, target=target, ours_s=ours_s, other_s=other_s)
    for layout, ten, one, target in (
        ("in 64 buckets, as every study summarises", "buckets_ten", "buckets", Target(11)),
        ("as one part, as no study does", "fused_ten", "fused", None),
    ):
        work = f"ten times the events, {layout}"
        yield Row(work, "the log of few edges", seconds[ten] / seconds[one], target=target,
                  ours_s=seconds[ten], other_s=seconds[one])  # fmt: skip


def passes_table(bench: Bench) -> Table:
    """One pass and the fused summary against PM4Py's calls on the same log in memory."""
    path = bench.generate(bench.sizes.small, "csv")
    bench.say("summary and passes")
    with bench.ours() as ours, _peer(bench, "pm4py") as peer:
        ours.ask("read", path=str(path))
        works: dict[str, Callable[[], float]] = {
            "follows": lambda: _repeated(ours, "follows"),
            "variants": lambda: _repeated(ours, "variants"),
            "rework": lambda: _repeated(ours, "rework"),
            "summary": lambda: _repeated(ours, "summarise", threads=2),
            "summary_1": lambda: _repeated(ours, "summarise", threads=1),
        }
        if peer is not None:
            peer.ask("read_csv", path=str(path), columns=COLUMNS)
            peer.ask("name_missing_people")
            works |= {call: lambda call=call: peer.ask(call).seconds for call in CALLS}  # type: ignore[misc]
        seconds = take_turns(works, rounds=max(2, bench.sizes.rounds // 2))
        different = _differences(ours, peer)
    rows = tuple(_pass_rows(seconds, different)) + large_rows(bench)
    about = (
        f"The log of {bench.sizes.small:,} events that behaves like the bundled one, read by both sides "
        "from the same CSV and held in memory: encoded here, a sorted pandas frame there. The fused "
        "summary tells what all these calls of PM4Py tell (" + ", ".join(f"`{call}`" for call in CALLS) + ") "
        "and percentiles, hours, days, hand-overs, limits and the 64 buckets besides; their times are "
        "added up. Answers both sides give are compared; a difference is noted in the row."
    )
    return Table("Passes over a log in memory", about, rows)


def _pass_rows(seconds: dict[str, float], different: dict[str, str]) -> Iterator[Row]:
    for work, mine, call, bound in (
        ("directly-follows counts", "follows", "discover_dfg", 100),
        ("variants", "variants", "get_variants", 100),
        ("rework per activity", "rework", "get_rework_cases_per_activity", 80),
        ("start activities", "follows", "get_start_activities", None),
        ("end activities", "follows", "get_end_activities", None),
    ):
        yield ratio_row(
            work,
            f"PM4Py `{call}`",
            ours_s=seconds[mine],
            other_s=seconds.get(call),
            at_least=bound,
            note=different.get(call, ""),
        )
    total = sum(seconds[call] for call in CALLS) if CALLS[0] in seconds else None
    for threads, mine, bound in ((2, "summary", 60), (1, "summary_1", None)):
        yield ratio_row(
            f"fused summary with its 64 buckets, {threads} thread{'s' if threads > 1 else ''}",
            "sum of PM4Py's calls",
            ours_s=seconds[mine],
            other_s=total,
            at_least=bound,
        )


def _differences(ours: Worker, peer: Worker | None) -> dict[str, str]:
    """Call -> what differs, for answers that both sides give."""
    if peer is None:
        return {}
    mine = ours.ask("summarise", threads=2).value
    for operation in ("follows", "variants", "rework"):
        mine |= ours.ask(operation).value
    found = {call: peer.ask(call).value for call in mine}
    return {
        call: f"answers differ: {mine[call]:,} here, {found[call]:,} there"
        for call in mine
        if mine[call] != found[call]
    }


def large_rows(bench: Bench) -> tuple[Row, ...]:
    """Ten times the events: what reading and summarising cost more."""
    small, large = (bench.generate(n, "csv") for n in (bench.sizes.small, bench.sizes.large))
    bench.say("ten times the events")
    with bench.ours() as ours:
        ours.ask("read", path=str(small), hold="small")
        read = take_turns(
            {
                "small": lambda: ours.ask("read", path=str(small), hold="small").seconds,
                "large": lambda: ours.ask("read", path=str(large), hold="large").seconds,
            },
            rounds=2,
        )
        summed = take_turns(
            {
                "small": lambda: _repeated(ours, "summarise", threads=2, log="small"),
                "large": lambda: _repeated(ours, "summarise", threads=2, log="large"),
            },
            rounds=3,
        )
    times = f"{bench.sizes.large:,} events"
    against = f"{bench.sizes.small:,} events"
    return (
        Row(f"fused summary, {times}", against, summed["large"] / summed["small"], target=Target(11),
            ours_s=summed["large"], other_s=summed["small"]),
        Row(f"reading CSV, {times}", against, read["large"] / read["small"],
            ours_s=read["large"], other_s=read["small"]),
    )  # fmt: skip


def csv_table(bench: Bench) -> Table:
    """Reading CSV into an encoded log, against PM4Py's way of reading it."""
    rows = []
    for events, bound, rounds in (
        (bench.sizes.small, 4, max(3, bench.sizes.rounds // 2)),
        (bench.sizes.middle, 5, 3),
    ):
        path = bench.generate(events, "csv")
        bench.say(f"CSV of {events:,} events")
        with bench.ours() as ours, _peer(bench, "pm4py") as peer:
            ours.ask("read", path=str(path))
            works = {"ours": lambda ours=ours, path=path: _read(ours, "read", path=str(path))}
            if peer is not None:
                peer.ask("warm", module="pm4py")
                works["pm4py"] = lambda peer=peer, path=path: _read(
                    peer, "read_csv", path=str(path), columns=COLUMNS
                )
            seconds = take_turns(works, rounds=rounds)
        rows.append(
            ratio_row(
                f"CSV, {events:,} events ({path.stat().st_size / 1e6:,.0f} MB)",
                "PM4Py with pandas",
                ours_s=seconds["ours"],
                other_s=seconds.get("pm4py"),
                at_least=bound,
            )
        )
    about = (
        "From the file, in the cache of the system, to a log that can be analysed: columns recognised, "
        "times parsed, bad and repeated rows looked for, grouped by case. PM4Py: `pandas.read_csv` and "
        "`format_dataframe`. Kernels warm."
    )
    return Table("Reading CSV", about, tuple(rows))


def xes_table(bench: Bench) -> Table:
    """Reading XES, against the Rust readers and PM4Py's own parsers."""
    big, small = bench.generate(bench.sizes.small, "xes"), bench.generate(bench.sizes.own_xes, "xes")
    bench.say("XES")
    readers: tuple[tuple[str, Path, str, tuple[str, ...], dict[str, str], float | None], ...] = (
        ("rustxes", big, "read_xes_rustxes", ("rustxes",), {}, 4),
        ("r4pm", big, "read_xes_r4pm", ("r4pm",), {}, 4),
        ("PM4Py's default parser (`iterparse`)", small, "read_xes_pm4py", ("pm4py",),
         {"variant": "iterparse"}, 30),
        ("PM4Py's `chunk_regex` parser", small, "read_xes_pm4py", ("pm4py",),
         {"variant": "chunk_regex"}, None),
    )  # fmt: skip
    rows = []
    with bench.ours() as ours:
        for path in (big, small):
            ours.ask("read", path=str(path))
        for against, path, operation, needs, extra, bound in readers:
            with _peer(bench, *needs) as peer:
                works = {"ours": lambda path=path: _read(ours, "read", path=str(path))}
                if peer is not None:
                    peer.ask("warm", module=needs[0])
                    works["peer"] = lambda peer=peer, path=path, operation=operation, extra=extra: _read(
                        peer, operation, path=str(path), **extra
                    )
                seconds = take_turns(works, rounds=3)
            events = bench.sizes.small if path == big else bench.sizes.own_xes
            rows.append(
                ratio_row(
                    f"XES, {events:,} events ({path.stat().st_size / 1e6:,.0f} MB)",
                    against,
                    ours_s=seconds["ours"],
                    other_s=seconds.get("peer"),
                    at_least=bound,
                )
            )
    about = (
        "From the file to a log. The Rust readers return a frame that is neither grouped nor encoded; "
        "PM4Py's own parsers are slow enough to be given a smaller file."
    )
    return Table("Reading XES", about, tuple(rows))


def memory_table(bench: Bench) -> Table:
    """The most memory a fresh process holds that reads one file and nothing else."""
    bench.say("memory")
    rows = []
    for events, kind in (
        (bench.sizes.small, "csv"),
        (bench.sizes.middle, "csv"),
        (bench.sizes.large, "csv"),
        (bench.sizes.small, "xes"),
    ):
        path = bench.generate(events, kind)
        size = path.stat().st_size / GIB
        with bench.ours() as ours:
            peak = ours.ask("read", path=str(path)).peak_bytes
        rows.append(
            Row(
                f"reading {kind.upper()}, {events:,} events",
                f"{size:.2f} GiB of file",
                None if peak is None else peak / GIB,
                unit="GiB",
                target=Target(MEMORY_BASE_GIB + MEMORY_PER_FILE * size),
                note="" if peak else "not told by this system",
            )
        )
        if kind == "csv" and events < bench.sizes.large:
            rows.append(_peer_memory(bench, path, events, size))
    about = (
        "Peak resident memory of a process that does nothing else, interpreter, libraries and kernels "
        f"included. Target: {MEMORY_BASE_GIB} GiB and {MEMORY_PER_FILE} of the file."
    )
    return Table("Memory", about, tuple(rows))


def _peer_memory(bench: Bench, path: Path, events: int, size: float) -> Row:
    with _peer(bench, "pm4py") as peer:
        peak = peer.ask("read_csv", path=str(path), columns=COLUMNS).peak_bytes if peer else None
    value = None if peak is None else peak / GIB
    return Row(f"the same by PM4Py, {events:,} events", f"{size:.2f} GiB of file", value, unit="GiB")


def loss_table(bench: Bench) -> Table:
    """Simulated years of loss, against a bare compiled loop, NumPy and pyfair."""
    from bench.annual_loss import annual_loss_table  # compiles its loops when imported

    bench.say("annual loss")
    return annual_loss_table(years=bench.sizes.years, rounds=3)


def conformance_table(bench: Bench) -> Table:
    """Alignments of 148 variants, against PM4Py and r4pm."""
    from bench.conformance import alignments_table

    bench.say("conformance")
    return alignments_table(rounds=3)


def sensitivity_table(bench: Bench) -> Table:
    """Sobol indices of ten inputs, against SALib."""
    from bench.sensitivity import sobol_table

    bench.say("sensitivity")
    return sobol_table(rounds=3)


def bayes_net_table(bench: Bench) -> Table:
    """Queries of Bayesian networks of 100 nodes."""
    from bench import bayes_net

    bench.say("Bayesian networks")
    return bayes_net.bayes_net_table()


def fault_trees_table(bench: Bench) -> Table:
    """Fault trees against their limits, and against a BDD library."""
    from bench import fault_trees

    bench.say("fault trees")
    with bench.ours() as ours, _peer(bench, "dd") as peer:
        return fault_trees.fault_trees_table(ours, peer, rounds=3)


def simulation_table(bench: Bench) -> Table:
    """Events a second of the simulation kernels, against SimPy, Ciw and Prosimos."""
    from bench import simulation

    bench.say("process simulation")
    with ExitStack() as open_peers:
        peers = {name: open_peers.enter_context(_peer(bench, name)) for name in simulation.PEERS}
        return simulation.simulation_table(peers, rounds=3)


def full_table(bench: Bench) -> Table:
    """A very large CSV: read, stored and summarised in one process."""
    events = bench.sizes.full or 0
    path = bench.generate(events, "csv")
    bench.say(f"{events:,} events: read, store, summarise")
    store = Path(tempfile.mkdtemp(prefix="store-", dir=bench.folder))
    warm = bench.generate(bench.sizes.small, "csv")
    with bench.ours() as ours:
        ours.ask("read", path=str(warm))
        ours.ask("store", folder=str(store / "warm"))
        ours.ask("summarise", threads=2)
        ours.ask("forget")
        steps = {
            "read": ours.ask("read", path=str(path)),
            "store": ours.ask("store", folder=str(store / "full")),
            "summarise": ours.ask("summarise", threads=2),
        }
    shutil.rmtree(store)
    size = f"{path.stat().st_size / 1e9:.1f} GB of CSV"
    peak = steps["summarise"].peak_bytes
    rows = [Row(name, size, answer.seconds, unit="s") for name, answer in steps.items()]
    total = sum(answer.seconds for answer in steps.values())
    rows += [
        Row("all three", size, total, unit="s", target=Target(90)),
        Row("peak memory", size, None if peak is None else peak / GIB, unit="GiB", target=Target(6)),
        Row("stored", size, steps["store"].value / GIB, unit="GiB"),
    ]
    return Table(f"{events:,} events", "One process, kernels warm, measured once.", tuple(rows))


@contextmanager
def _peer(bench: Bench, *names: str) -> Iterator[Worker | None]:
    """A process of the peers, or None where one of these is not installed."""
    if not bench.has(*names):
        yield None
        return
    with bench.peer() as worker:
        yield worker


def _read(worker: Worker, operation: str, **arguments: object) -> float:
    """Seconds of one reading."""
    gc.collect()
    return worker.ask(operation, **arguments).seconds


def _repeated(worker: Worker, operation: str, **arguments: object) -> float:
    """Median of five calls of something short, after one that is not counted."""
    worker.ask(operation, **arguments)
    return median(worker.ask(operation, **arguments).seconds for _ in range(5))
