"""`anlan conform` and `anlan discover`: a log against a model, and a model from a log."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from anlan.cli.asked import load
from anlan.cli.speak import ProgressLine, write_json
from anlan.cli.tables import table
from anlan.domain.errors import AnlanError, UsageError
from anlan.formats.bpmn import bpmn_bytes
from anlan.formats.bpmn.keeping import check_place, keep_bpmn
from anlan.formats.error_words import error_text
from anlan.formats.report.words import Words
from anlan.formats.wording import count, percent, shortened
from anlan.maths.progress import watched
from anlan.studies.conformance import conformance, read_model
from anlan.studies.discovery import discovery
from anlan.studies.loading import LoadedLog
from anlan.studies.options import parse_closing

MOST_ROWS = 30
_OF_DRAWINGS = ("diagram",)


def conform(options: argparse.Namespace) -> None:
    """Fitness, precision and deviations of the cases against a BPMN file."""
    if options.variants < 0:
        raise UsageError("option.variants", found=options.variants)
    model, closing = read_model(Path(options.model)), _closing(options)
    result = _watched(
        options,
        "conform",
        lambda loaded: conformance(loaded, model, closing=closing, variants=options.variants),
    )
    if options.json:
        write_json(result)
        return
    print("\n".join(_said_of_conformance(result, Words(options.lang))))


def discover(options: argparse.Namespace) -> None:
    """A model that the cases fit, written as BPMN where `--out` names a file."""
    place, closing = Path(options.out) if options.out else None, _closing(options)
    if place is not None:
        check_place(place)
    result, design = _watched(
        options, "discover", lambda loaded: discovery(loaded, noise=options.noise, closing=closing)
    )
    if place is not None:
        keep_bpmn(place, bpmn_bytes(design, name=Path(result["log"]["name"]).name.split(".")[0]))
    if options.json:
        write_json({**result, "bpmn": None if place is None else str(place)})
        return
    print("\n".join(_said_of_discovery(result, place, Words(options.lang))))


def _closing(options: argparse.Namespace) -> tuple[str, ...] | None:
    return parse_closing(options.closing) if options.closing else None


def _watched(options: argparse.Namespace, stage: str, work: Callable[[LoadedLog], Any]) -> Any:
    """Read the log and do the work, saying how far it is."""
    progress = ProgressLine(options.lang, every_kernel=False)
    try:
        loaded = load(options, progress)
        with watched(lambda share: progress(stage, share)):
            return work(loaded)
    finally:
        progress.close()


def _said_of_conformance(result: dict[str, Any], words: Words) -> list[str]:
    model, lines = result["model"], []
    lines.append(
        words.plain("conformance.held", cases=result["cases"], variants=result["variants"],
                    model=model["name"], steps=model["steps"])
    )  # fmt: skip
    if result["cases_left_out"]:
        lines.append(words.plain("conformance.left_out", cases=result["cases_left_out"]))
    lines += [*said_of_fit(result, words), *_said_of_model(model, words), *_said_of_names(result, words)]
    notes = (note["text"] for note in result["notes"] if note["code"] not in _OF_DRAWINGS)
    lines += [words.plain("cli.warning", text=words.of(text)) for text in notes]
    if result["deviations"]:
        lines += ["", _deviations(result["deviations"], words)]
    if len(result["deviations"]) > MOST_ROWS:
        lines.append(words.plain("conformance.more", n=len(result["deviations"]) - MOST_ROWS))
    return lines


def said_of_fit(result: dict[str, Any], words: Words) -> list[str]:
    """Fitness and precision in words."""
    fitness, precision = result["fitness"], result["precision"]
    if fitness is None:
        why = AnlanError(result["no_fitness"]["code"], **result["no_fitness"]["parameters"])
        return [words.plain("conformance.no_fitness", why=error_text(why, words.language))]
    fitting = fitness["fitting_cases"]
    lines = [
        words.plain("conformance.fitness", log=fitness["log"], cases=fitness["cases"],
                    fitting=fitting["estimate"], low=fitting["low"], high=fitting["high"]),
    ]  # fmt: skip
    if result["variants_unproven"]:
        lines.append(words.plain("conformance.unproven", n=result["variants_unproven"],
                                 most=fitness["log_at_most"]))  # fmt: skip
    if precision is None:
        return [*lines, words.plain("conformance.no_precision")]
    lines.append(words.plain("conformance.precision", value=precision["value"]))
    escapes = [escape["activity"] for escape in precision["escapes"][:3]]
    return [*lines, words.plain("conformance.escapes", names=escapes)] if escapes else lines


def _said_of_model(model: dict[str, Any], words: Words) -> list[str]:
    lines = []
    if model["verdict"] in ("stuck", "unknown"):
        lines.append(words.plain(f"conformance.verdict.{model['verdict']}", n=model["markings"]))
    for name in ("dead_steps", "approximated_gateways"):
        if model[name]:
            lines.append(words.plain(f"conformance.{name}", names=model[name]))
    return lines


def _said_of_names(result: dict[str, Any], words: Words) -> list[str]:
    lines = []
    if result["unknown"]:
        lines.append(
            words.plain("conformance.unknown", n=len(result["unknown"]), names=result["unknown"][:10])
        )
    for kind in ("unrecorded", "unchecked"):
        steps = [step["name"] for step in result[kind]]
        if steps:
            lines.append(words.plain(f"conformance.{kind}", n=len(steps), names=steps[:10]))
    return lines


def _deviations(deviations: Sequence[dict[str, Any]], words: Words) -> str:
    rows = [
        (
            words.plain(f"conformance.kinds.{item['kind']}"),
            shortened(item["activity"], 40),
            count(item["cases"], words.language),
            percent(item["share"]["estimate"], words.language),
            "–".join(percent(item["share"][end], words.language) for end in ("low", "high")),
            count(item["events"], words.language),
        )
        for item in deviations[:MOST_ROWS]
    ]
    return table(words.plain("cli.headings.deviations").split("|"), rows, right=(2, 3, 4, 5))


def _said_of_discovery(result: dict[str, Any], place: Path | None, words: Words) -> list[str]:
    kinds = [step["kind"] for step in result["model"]["steps"]]
    lines = [
        words.plain("conformance.found", cases=result["cases"], variants=result["variants"],
                    tasks=kinds.count("task"), gateways=kinds.count("gateway"), noise=result["noise"]),
        result["tree"],
    ]  # fmt: skip
    if result["cases_left_out"]:
        lines.append(words.plain("conformance.left_out", cases=result["cases_left_out"]))
    if result["events_left_out"]:
        share = result["events_left_out"] / result["events"]
        lines.append(words.plain("conformance.events_left_out", n=result["events_left_out"], share=share))
    for labels in result["activities_of_flowers"]:
        lines.append(words.plain("conformance.flower", n=len(labels), names=labels[:10]))
    lines += said_of_fit(result, words)
    if place is not None:
        lines.append(words.plain("conformance.written", path=str(place)))
    return lines
