"""`anlan improve --try`: redesigns tried in a twin of the log, or in one that is named."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from anlan.cli.asked import load, workspace
from anlan.cli.speak import ProgressLine, write_json
from anlan.cli.tables import table
from anlan.domain.errors import UsageError
from anlan.formats.report.charts.innovation import innovation_matrix
from anlan.formats.report.words import Words
from anlan.formats.whole_file import write_whole
from anlan.loop.improve.ideas import Idea
from anlan.maths.progress import part, watched
from anlan.studies.options import parse_budget
from anlan.studies.progress import METHOD
from anlan.studies.twin.calibrating import Asked, calibrate_twin
from anlan.studies.twin.designs import Tried, designs_of_file, document, tried
from anlan.studies.twin.files import ENDINGS, check_matrix_file, check_twin_file, write_twin_file
from anlan.studies.twin.models import TwinModel, read_model, shortened
from anlan.studies.twin.proposals import proposals_of

_TIMES, _SHARES = ("cycle", "waiting"), ("late", "lost", "complaints")


def try_designs(options: argparse.Namespace) -> None:
    """Calibrate where there is no twin, propose where there are no designs, compare, search in a budget."""
    budget = _budget(options.budget)
    if options.save_designs:
        check_twin_file(Path(options.save_designs), accepted=ENDINGS)
    if options.matrix:
        check_matrix_file(Path(options.matrix))
    designs = designs_of_file(Path(options.designs)) if options.designs else ()
    progress = ProgressLine(options.lang, stage=METHOD, every_kernel=False)
    try:
        model, ideas, card = _model(options, progress, with_ideas=not designs)
        with watched(lambda share: progress(METHOD, share)):
            with part(0.4, 0.5):
                proposals = designs or proposals_of(model, ideas, seed=options.seed)
            if not proposals:
                raise UsageError("improve.nothing_proposed")
            if options.save_designs:
                write_twin_file(Path(options.save_designs), document(proposals), language=options.lang)
            asked = Tried(options.by, options.seed, options.most, budget=budget)
            with part(0.5, 1.0):
                result = tried(model, proposals, asked, card=card)
    finally:
        progress.close()
    if options.matrix:
        picture = innovation_matrix(result["designs"], by=result["by"], language=options.lang)
        write_whole(Path(options.matrix), picture.encode())
    write_json(result) if options.json else print(said(result, Words(options.lang)))


def _budget(text: str | None) -> float | None:
    """Errors: UsageError `improve.budget_days` for person-days: designs cost money."""
    if not text:
        return None
    budget = parse_budget(text)
    if budget.unit != "money":
        raise UsageError("improve.budget_days", found=text)
    return budget.amount


def _model(
    options: argparse.Namespace, progress: ProgressLine, *, with_ideas: bool
) -> tuple[TwinModel, Sequence[Idea], Mapping[str, Any] | None]:
    """The twin that is named, or that of the log; what the log's findings ask for; the card of the twin."""
    if not options.log:
        return read_model(Path(options.twin)), (), None
    loaded = load(options, progress)
    ideas = workspace(options, loaded, progress).ideas if with_ideas else ()
    if options.twin:
        return read_model(Path(options.twin)), ideas, None
    with watched(lambda share: progress(METHOD, 0.4 * share)):
        found = calibrate_twin(loaded, Asked(seed=options.seed, language=options.lang))
    spec = found["spec"]
    return shortened(TwinModel(spec["inputs"], spec["title"], spec["seed"])), ideas, found["card"]


def said(result: Mapping[str, Any], words: Words) -> str:
    """The result on a terminal: the ranking, what is real, what may be best, the search."""
    as_is = {**result["as_is"], "name": "", "replications": result["replications"]}
    rows = sorted([as_is, *result["designs"]], key=lambda each: each["rank"])
    lines = [
        result["title"],
        words.plain("improve_try.run", n=len(result["designs"]), replications=result["replications"],
                    by=words.plain(f"designs.figures.{result['by']}")),
        "",
        table(words.plain("improve_try.headings.designs").split("|"),
              [_row(each, result, words) for each in rows]),
        "",
        *_best(rows, result, words),
    ]  # fmt: skip
    if result["log"] is not None:
        lines.append(_against_log(result, words))
    if result["no_year"] is not None:
        lines.append(words.of(result["no_year"]["text"]))
    if not result["precision"]["held"]:
        lines.append(words.plain("improve_try.imprecise", widest=result["precision"]["widest"]))
    lines += ["", *(line for each in rows if each["name"] for line in _explained(each, words))]
    if result["search"] is not None:
        lines += ["", *_searched(result, words)]
    return "\n".join(lines)


def _against_log(result: Mapping[str, Any], words: Words) -> str:
    """How the twin stands to the log it was calibrated from."""
    log = result["log"]
    return words.plain(
        "improve_try.log_far" if log["far"] else "improve_try.log_near",
        mean=log["mean_min"],
        twin=(result["as_is"]["figures"]["cycle"] or {"estimate": None})["estimate"],
        verdict=words.plain(f"twin.verdicts.{log['verdict']}"),
    )


def _row(each: Mapping[str, Any], result: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    by = result["by"]
    figures = each["figures"]
    risk = each["risks_add"]
    difference = each.get("differences", {}).get(by)
    return (
        str(each["rank"]),
        each["name"] or words.plain("improve_try.as_is"),
        *(_estimate(name, figures, words) for name in ("cycle", "late", "lost", "cost", "yearly_loss")),
        _estimate("cycle", risk, words),
        _between(by, difference, words) if difference else "—",
        words.plain(f"designs.verdicts.{difference['verdict']}") if difference else "—",
        words.number(each["yearly_gain"]["estimate"]) if each.get("yearly_gain") else "—",
        words.plain("improve_try.may") if each["may_be_best"] else "",
    )


def _estimate(name: str, of: Mapping[str, Any] | None, words: Words) -> str:
    """A dash where there is nothing to tell."""
    found = of[name] if of is not None else None
    return _figure(name, found["estimate"], words) if found is not None else "—"


def _figure(name: str, value: float, words: Words) -> str:
    return f"{value:.2%}" if name in _SHARES else words.number(value)


def _between(name: str, of: Mapping[str, Any], words: Words) -> str:
    """A difference with its interval."""
    if of["estimate"] is None:
        return "—"
    low, high = (_figure(name, of[side], words) for side in ("low", "high"))
    return f"{_figure(name, of['estimate'], words)} [{low}, {high}]"


def _best(rows: Sequence[Mapping[str, Any]], result: Mapping[str, Any], words: Words) -> list[str]:
    """Which may be the best, and what the first loses at most."""
    may = [each["name"] or words.plain("improve_try.as_is") for each in rows if each["may_be_best"]]
    lines = [words.plain("improve_try.best", names=words.listed(may))] if may else []
    serving = [each for each in rows if not each.get("serves_fewer") and each["loses_at_most"] is not None]
    safe = min(serving, key=lambda each: each["loses_at_most"], default=None)
    if safe is not None:
        name = safe["name"] or words.plain("improve_try.as_is")
        most = _figure(result["by"], safe["loses_at_most"], words)
        lines.append(words.plain("improve_try.safe", name=name, most=most))
    fewer = [each["name"] for each in rows if each.get("serves_fewer")]
    if fewer:
        lines.append(words.plain("improve_try.ranked_last", names=words.listed(fewer)))
    return [*lines, *_unserved(rows, words), words.plain("improve_try.levels", n=len(result["designs"]))]


def _unserved(rows: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """Where replications served nobody."""
    return [
        words.plain("improve_try.nobody_served", name=each["name"] or words.plain("improve_try.as_is"),
                    n=each["nobody_served"], of=each["replications"])
        for each in rows if each["nobody_served"]
    ]  # fmt: skip


def _explained(each: Mapping[str, Any], words: Words) -> list[str]:
    """What the design does and why it is proposed."""
    does = " ".join(words.of(text) for text in each["says"])
    lines = [words.plain("improve_try.does", name=each["name"], text=does)]
    proposal = each["proposal"]
    if proposal is not None:
        lines.append(words.plain(
            "improve_try.why", text=words.of(proposal["reason"]), effort=proposal["effort"],
            difference=proposal["difference"],
            gain=proposal["gain"]["estimate"] if proposal["gain"] is not None else None,
            source=words.plain(f"improve_try.source.{proposal['source']}"),
        ))  # fmt: skip
    lines += _beware(
        [name for name, of in each["differences"].items() if of and of["verdict"] == "worse"], words
    )
    if each["cost"]["untold"]:
        lines.append(words.plain("improve_try.untold"))
    return lines


def _searched(result: Mapping[str, Any], words: Words) -> list[str]:
    found, by = result["search"], result["by"]
    lines = [words.plain("improve_try.searched", budget=found["budget"], n=found["sets_tried"])]
    fewer = [each["name"] for each in found["candidates"] if each["gain"] > 0 and each["serves_fewer"]]
    if fewer:
        lines.append(words.plain("improve_try.serves_fewer", names=words.listed(fewer)))
    if not found["finalists"]:
        return [*lines, words.plain("improve_try.none_found")]
    rows = [
        (words.listed(each["members"]), words.number(each["spend"]), _figure(by, each["proxy"], words),
         _figure(by, each["searched"], words), _between(by, each["verified"], words),
         _figure(by, each["optimism"], words))
        for each in found["finalists"]
    ]  # fmt: skip
    lines.append(table(words.plain("improve_try.headings.finalists").split("|"), rows))
    if found["chosen"] is None:
        return [*lines, words.plain("improve_try.none_verified")]
    chosen = found["finalists"][found["chosen"]]
    advised = words.plain("improve_try.chosen", names=words.listed(chosen["members"]))
    return [*lines, advised, *_beware(chosen["worse"], words)]


def _beware(worse: Sequence[str], words: Words) -> list[str]:
    """What becomes worse, where anything does."""
    named = words.listed(words.plain(f"designs.figures.{name}") for name in worse)
    return [words.plain("improve_try.worse", names=named)] if worse else []
