"""What the peers do, in an environment of their own (`make bench-peers`): never imported by Anlan.

Run as a measuring process by the benchmark; a peer that is not installed is left out. A log that was
read stays in memory for the calls on it.
"""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bench.serving import serve

PEERS = (
    "pm4py", "rustxes", "r4pm", "pyfair", "SALib", "dd", "pandas", "polars", "simpy", "ciw", "prosimos",
)  # fmt: skip

CASE, ACTIVITY, TIME, RESOURCE = "case:concept:name", "concept:name", "time:timestamp", "org:resource"

_held: dict[str, Any] = {}


def versions() -> dict[str, str]:
    """Name -> version of the peers that are installed."""
    found = {}
    for name in PEERS:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def warm(module: str) -> None:
    """Import outside the measured time."""
    import_module(module)


def read_csv(path: str, columns: dict[str, str]) -> dict[str, int]:
    """PM4Py's documented way: pandas reads, `format_dataframe` turns it into a log.

    columns: `case`, `activity`, `time`, `resource` -> heading.
    """
    import pandas
    import pm4py

    frame = pandas.read_csv(path)
    frame = pm4py.format_dataframe(
        frame, case_id=columns["case"], activity_key=columns["activity"], timestamp_key=columns["time"]
    )
    _held["log"] = frame.rename(columns={columns["resource"]: RESOURCE})
    return _size(_held["log"])


def name_missing_people() -> None:
    """`discover_handover_of_work_network` fails where a row names nobody."""
    _held["log"][RESOURCE] = _held["log"][RESOURCE].fillna("")


def read_xes_pm4py(path: str, variant: str) -> dict[str, int]:
    """PM4Py's own parsers: `chunk_regex` (its default without a Rust reader) or `iterparse`."""
    import pm4py

    return _size(pm4py.read_xes(path, variant=variant))


def read_xes_rustxes(path: str) -> dict[str, int]:
    import rustxes

    frame, _ = rustxes.import_xes(path)
    return {"events": len(frame)}


def read_xes_r4pm(path: str) -> dict[str, int]:
    import r4pm

    frame, _ = r4pm.df.import_xes(path)
    return {"events": len(frame)}


def _size(frame: Any) -> dict[str, int]:
    return {"events": len(frame), "cases": int(frame[CASE].nunique())}


def _on_log(call: str, what: Callable[[Any], int]) -> Callable[[], int]:
    """An operation that calls `pm4py.CALL` on the log held and tells one number of its result."""

    def operation() -> int:
        import pm4py

        return what(getattr(pm4py, call)(_held["log"]))

    return operation


CALLS: dict[str, Callable[[], int]] = {
    "discover_dfg": _on_log("discover_dfg", lambda found: sum(found[0].values())),
    "discover_performance_dfg": _on_log("discover_performance_dfg", lambda found: len(found[0])),
    "get_start_activities": _on_log("get_start_activities", lambda found: sum(found.values())),
    "get_end_activities": _on_log("get_end_activities", lambda found: sum(found.values())),
    "get_variants": _on_log("get_variants", len),
    "get_rework_cases_per_activity": _on_log(
        "get_rework_cases_per_activity", lambda found: sum(found.values())
    ),
    "get_all_case_durations": _on_log("get_all_case_durations", len),
    "get_service_time": _on_log("get_service_time", len),
    "discover_handover_of_work_network": _on_log(
        "discover_handover_of_work_network", lambda found: len(found.connections)
    ),
}
"""PM4Py's calls that together tell what the fused summary tells (without its percentiles, waiting,
hours, days and limits); the argument-less call is a name of PM4Py, the number a check of its answer."""


def pyfair_years(years: int, rates: list[float], sizes: list[list[float]]) -> float:
    """Mean loss of a year over all risks by pyfair: rate x magnitude of each risk in each year.

    sizes: smallest, likeliest and largest loss of each risk (a PERT distribution).
    """
    from pyfair import FairMetaModel, FairModel

    models = []
    for number, (rate, (low, mode, high)) in enumerate(zip(rates, sizes, strict=True)):
        model = FairModel(name=f"risk {number}", n_simulations=years, random_seed=number)
        model.input_data("Loss Event Frequency", low=0.0, mode=rate, high=2 * rate)
        model.input_data("Loss Magnitude", low=low, mode=mode, high=high)
        models.append(model)
    portfolio = FairMetaModel(name="portfolio", models=models)
    portfolio.calculate_all()
    return float(portfolio.export_results()["Risk"].mean())


def salib_sobol(n: int, inputs: int) -> float:
    """Sum of the total indices of the G function by SALib's documented way, first and total order."""
    import numpy
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    problem = {
        "num_vars": inputs,
        "names": [f"x{i}" for i in range(inputs)],
        "bounds": [[0.0, 1.0]] * inputs,
    }
    a = numpy.arange(inputs) / 2.0
    points = sample.sample(problem, n, calc_second_order=False, seed=1)
    values = numpy.prod((numpy.abs(4.0 * points - 2.0) + a) / (1.0 + a), axis=1)
    return float(analyse.analyze(problem, values, calc_second_order=False, seed=1)["ST"].sum())


def dd_diagram(gates: dict[str, Any], top: str, order: list[str]) -> int:
    """Nodes of the diagram of a tree of and/or gates, inputs before the gates over them."""
    from dd import autoref

    manager = autoref.BDD()
    manager.declare(*order)
    known: dict[str, Any] = {name: manager.var(name) for name in order}
    for name in reversed(gates):
        kind, _, inputs = gates[name]
        found = [known[each] for each in inputs if each in known]
        answer = found[0]
        for each in found[1:]:
            answer = answer & each if kind == "and" else answer | each
        known[name] = answer
    return len(known[top])


def alignment_model(net: dict[str, Any], traces: list[list[str]]) -> int:
    """A Petri net and sequences to align with it, kept for both peers. net: places, transitions as
    [label or None, inputs, outputs], source, sink."""
    import pandas
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    made = PetriNet("net")
    places = [PetriNet.Place(f"p{i}") for i in range(net["places"])]
    made.places.update(places)
    for number, (label, inputs, outputs) in enumerate(net["transitions"]):
        transition = PetriNet.Transition(f"t{number}", label)
        made.transitions.add(transition)
        for place in inputs:
            add_arc_from_to(places[place], transition, made)
        for place in outputs:
            add_arc_from_to(transition, places[place], made)
    begin, end = Marking({places[net["source"]]: 1}), Marking({places[net["sink"]]: 1})
    rows = [(str(n), a, pandas.Timestamp(k, unit="s")) for n, t in enumerate(traces) for k, a in enumerate(t)]
    _held["net"], _held["traces"] = (made, begin, end), traces
    _held["to align"] = pandas.DataFrame(rows, columns=[CASE, ACTIVITY, TIME])
    return len(traces)


def pm4py_alignments() -> int:
    """Moves that cost something in the optimal alignments of PM4Py; it counts 10,000 for each."""
    import pm4py

    found = pm4py.conformance_diagnostics_alignments(_held["to align"], *_held["net"])
    return sum(int(alignment["cost"]) // 10_000 for alignment in found)


def r4pm_alignments() -> int:
    """The same by r4pm, silent firings free as here."""
    from r4pm import petri_net
    from r4pm.bindings import align_trace

    net = petri_net.from_pm4py(*_held["net"])
    costs = {"log_move_cost": 1, "model_move_cost": 1, "silent_move_cost": 0, "sync_move_cost": 0}
    return sum(int(align_trace(net, trace, {"cost_fn": costs})["cost"]) for trace in _held["traces"])


def simpy_cases(cases: int, desks: int, servers: int, again: float, per_hour: float) -> dict[str, float]:
    """The network of desks as processes that request resources, as SimPy's examples do."""
    import random

    import simpy

    rng, env = random.Random(1), simpy.Environment()
    pools = [simpy.Resource(env, servers) for _ in range(desks)]
    told = {"events": 0, "hours": 0.0}

    def case():  # type: ignore[no-untyped-def]
        began = env.now
        told["events"] += 1
        going = True
        while going:
            for pool in pools:
                with pool.request() as turn:
                    yield turn
                    yield env.timeout(rng.expovariate(1.0))
                told["events"] += 1
            going = rng.random() < again
        told["hours"] += env.now - began

    def coming():  # type: ignore[no-untyped-def]
        for _ in range(cases):
            yield env.timeout(rng.expovariate(per_hour))
            env.process(case())

    env.process(coming())
    env.run()
    return {"events": told["events"], "cycle_h": told["hours"] / cases}


def ciw_cases(cases: int, desks: int, servers: int, again: float, per_hour: float) -> dict[str, float]:
    """The same as a network of Ciw; it ends when so many have left."""
    import ciw

    routing = [[float(j == i + 1) for j in range(desks)] for i in range(desks)]
    routing[-1][0] = again
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(per_hour)] + [None] * (desks - 1),
        service_distributions=[ciw.dists.Exponential(1.0)] * desks,
        number_of_servers=[servers] * desks,
        routing=routing,
    )
    ciw.seed(1)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(cases, method="Finish")
    records = simulation.get_all_records()
    by_case: dict[int, list[float]] = {}
    for record in records:
        by_case.setdefault(record.id_number, []).extend((record.arrival_date, record.exit_date))
    done = [max(times) - min(times) for times in by_case.values()]
    return {"events": len(records) + len(by_case), "cycle_h": sum(done) / len(done)}


def prosimos_cases(bpmn: str, scenario: str, cases: int) -> dict[str, float]:
    """The same from a diagram and a scenario; its log is written and read back for the times."""
    import csv
    from datetime import datetime
    from pathlib import Path

    from prosimos.simulation_engine import run_simulation

    log = Path(bpmn).with_suffix(".csv")
    run_simulation(bpmn, scenario, cases, log_out_path=str(log), starting_at="2026-01-05T00:00:00+00:00")
    with log.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    spans: dict[str, list[datetime]] = {}
    for row in rows:
        ends = (row["enable_time"], row["end_time"])
        spans.setdefault(row["case_id"], []).extend(datetime.fromisoformat(end) for end in ends)
    hours = [(max(times) - min(times)).total_seconds() / 3600 for times in spans.values()]
    return {"events": len(rows) + len(spans), "cycle_h": sum(hours) / len(hours)}


OPERATIONS: dict[str, Callable[..., Any]] = {
    "versions": versions,
    "warm": warm,
    "read_csv": read_csv,
    "name_missing_people": name_missing_people,
    "read_xes_pm4py": read_xes_pm4py,
    "read_xes_rustxes": read_xes_rustxes,
    "read_xes_r4pm": read_xes_r4pm,
    "pyfair_years": pyfair_years,
    "salib_sobol": salib_sobol,
    "dd_diagram": dd_diagram,
    "alignment_model": alignment_model,
    "pm4py_alignments": pm4py_alignments,
    "r4pm_alignments": r4pm_alignments,
    "simpy_cases": simpy_cases,
    "ciw_cases": ciw_cases,
    "prosimos_cases": prosimos_cases,
    **CALLS,
}

if __name__ == "__main__":
    serve(OPERATIONS)
