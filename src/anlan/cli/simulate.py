"""`anlan simulate`: a process from its files, simulated, on standard output."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.cli.speak import ProgressLine, write_json
from anlan.cli.tables import table
from anlan.domain.errors import UsageError
from anlan.formats.report.words import Words
from anlan.formats.spec_file import read_spec_file
from anlan.loop.improve.designs.applying import Design
from anlan.maths.progress import watched
from anlan.studies.progress import METHOD
from anlan.studies.twin.designs import designs_of_file, with_design
from anlan.studies.twin.files import check_twin_file, write_twin_file
from anlan.studies.twin.models import TwinModel, changed_by, document_of, ended_after, read_model
from anlan.studies.twin.simulate import SimulationAsked, simulate_model


def simulate(options: argparse.Namespace) -> None:
    """Run the model and print what it came to."""
    if options.save_model:
        check_twin_file(Path(options.save_model))
    model = model_of(options)
    if options.cases is not None:
        model = ended_after(model, options.cases)
    if options.design:
        model = with_design(model, _design(options.design))
    if options.save_model:
        write_twin_file(Path(options.save_model), document_of(model), language=options.lang)
    asked = SimulationAsked(options.replications, options.precision, options.seed)
    progress = ProgressLine(options.lang, stage=METHOD, every_kernel=False)
    try:
        with watched(lambda share: progress(METHOD, share)):
            result = simulate_model(model, asked)
    finally:
        progress.close()
    if options.json:
        write_json(result)
    else:
        print(said(result, Words(options.lang)))


def _design(path: str) -> Design:
    """The one design of a file. Errors: UsageError `designs.one` where there are several."""
    found = designs_of_file(Path(path))
    if len(found) != 1:
        raise UsageError("designs.one", found=len(found), names=tuple(each.name for each in found))
    return found[0]


def model_of(options: argparse.Namespace) -> TwinModel:
    """The model that `--model`, `--bpmn` and `--scenario` name. Errors: UsageError `twin.no_model`,
    `twin.two_models`; RefusedInput of the files."""
    if bool(options.model) == bool(options.bpmn):
        raise UsageError("twin.two_models" if options.model else "twin.no_model")
    if options.bpmn:
        from anlan.studies.twin.diagrams import read_diagram

        return read_diagram(Path(options.bpmn), Path(options.scenario) if options.scenario else None)
    model = read_model(Path(options.model))
    return changed_by(model, read_spec_file(Path(options.scenario))) if options.scenario else model


def said(result: Mapping[str, Any], words: Words) -> str:
    """The result on a terminal."""
    lines = [result["title"]] if result["title"] else []
    lines.append(
        words.plain("simulate.run", cases=result["cases"], n=result["replications"], seed=result["seed"])
    )
    if result["design"] is not None:
        does = " ".join(words.of(text) for text in result["design"]["says"])
        lines.append(words.plain("improve_try.does", name=result["design"]["name"], text=does))
    lines += ["", _figures(result, words), "", _nodes(result, words)]
    if result["pools"]:
        lines += ["", _pools(result, words)]
    if not result["precision"]["held"]:
        lines += ["", words.plain("simulate.imprecise", **result["precision"])]
    lines += [_note(note, words) for note in result["notes"]]
    return "\n".join(lines)


def _figures(result: Mapping[str, Any], words: Words) -> str:
    cycle = result["cycle_s"]
    rows = [
        ("cycle", _minutes(cycle["mean"], words), _between(cycle["ci95"], _minutes, words)),
        ("cycle_p50", _minutes(cycle["p50"], words), _between(cycle["p50_ci95"], _minutes, words)),
        ("cycle_p95", _minutes(cycle["p95"], words), _between(cycle["p95_ci95"], _minutes, words)),
        ("waiting", _minutes(result["waiting_s"]["mean"], words),
         _between(result["waiting_s"]["ci95"], _minutes, words)),
    ]  # fmt: skip
    for name in ("sla_breach", "lost", "complaints"):
        share = result[name]
        if share["rate"] is not None:
            rows.append((name, _share(share["rate"], words), _between(share["ci95"], _share, words)))
    rows.append(("cost", words.number(result["cost"]), _between(result["cost_ci95"], _number, words)))
    named = [(words.plain(f"simulate.figures.{name}"), value, between) for name, value, between in rows]
    return table(words.plain("simulate.headings.figures").split("|"), named, right=(1,))


def _nodes(result: Mapping[str, Any], words: Words) -> str:
    rows = [
        (
            node["name"],
            f"{node['count']:,}",
            _minutes(node["service_s"], words),
            _minutes(node["waiting_s"], words),
        )
        for node in result["nodes"]
    ]
    return table(words.plain("simulate.headings.nodes").split("|"), rows, right=(1, 2, 3))


def _pools(result: Mapping[str, Any], words: Words) -> str:
    rows = [
        (pool["name"], words.number(pool["planned_h"]), _share(pool["utilisation"], words),
         _between(pool["utilisation_ci95"], _share, words))
        for pool in result["pools"]
    ]  # fmt: skip
    return table(words.plain("simulate.headings.pools").split("|"), rows, right=(1, 2))


def _note(note: Mapping[str, Any], words: Words) -> str:
    return words.plain(f"simulate.notes.{note['code']}", found=note["found"], n=note["n"])


def _minutes(seconds: float | None, words: Words) -> str:
    return "—" if seconds is None else words.number(seconds / 60)


def _number(value: float, words: Words) -> str:
    return words.number(value)


def _share(value: float | None, words: Words) -> str:
    return "—" if value is None else f"{value:.2%}"


def _between(limits: Any, said_as: Any, words: Words) -> str:
    return "—" if limits is None else f"[{said_as(limits[0], words)}, {said_as(limits[1], words)}]"
