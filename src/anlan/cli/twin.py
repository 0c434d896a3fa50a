"""`anlan twin calibrate | validate`: a process twin from a log, and how well it stands for a log."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.cli.asked import load
from anlan.cli.speak import ProgressLine, write_json
from anlan.cli.tables import table
from anlan.formats.report.words import Words
from anlan.maths.progress import watched
from anlan.studies.methods.spec import read_spec
from anlan.studies.twin.calibrating import Asked, calibrate_twin, validate_twin
from anlan.studies.twin.files import check_twin_file, read_twin_file, write_twin_file

_STAGE = "twin"
_MOST_ROWS = 30


def calibrate(options: argparse.Namespace) -> None:
    """Estimate the twin, hold it against the last part of the log, and write it where a file is named."""
    path = Path(options.out) if options.out else None
    if path is not None:
        check_twin_file(path)
    asked = Asked(options.hold_back, options.seed, options.people, options.lang, options.title or "")
    progress = ProgressLine(options.lang, every_kernel=False)
    try:
        loaded = load(options, progress)
        with watched(lambda share: progress(_STAGE, share)):
            result = calibrate_twin(loaded, asked)
    finally:
        progress.close()
    if path is not None:
        write_twin_file(path, result["spec"], language=options.lang)
    if options.json:
        write_json(result)
        return
    words = Words(options.lang)
    print(_calibrated(result, words))
    if path is not None:
        print(words.plain("twin.written", path=str(path.resolve())))


def validate(options: argparse.Namespace) -> None:
    """The card of a twin for a log."""
    spec = read_spec(read_twin_file(Path(options.model)))
    progress = ProgressLine(options.lang, every_kernel=False)
    try:
        loaded = load(options, progress)
        with watched(lambda share: progress(_STAGE, share)):
            result = validate_twin(loaded, spec, hold_back=options.hold_back, seed=options.seed)
    finally:
        progress.close()
    if options.json:
        write_json(result)
    else:
        print("\n".join(_card(result["card"], Words(options.lang))))


def _calibrated(result: Mapping[str, Any], words: Words) -> str:
    """Steps, pools, waits, what it rests on, and the card."""
    source = result["source"]
    lines = [
        result["spec"]["title"],
        words.plain(
            "twin.seen",
            cases=source["cases"],
            executions=source["executions"],
            first=source["from"][:10],
            last=source["until"][:10],
        ),
        "",
        _steps(result, words),
    ]
    if result["pools"]:
        lines += ["", _pools(result, words)]
    if result["waits"]:
        lines += ["", _waits(result, words)]
    for kind in ("assumptions", "doubts"):
        lines += ["", words.plain(f"twin.{kind}")]
        lines += [f"- {words.of(note['text'])}" for note in result[kind]]
    if result["card"] is not None:
        lines += ["", *_card(result["card"], words)]
    return "\n".join(lines)


def _steps(result: Mapping[str, Any], words: Words) -> str:
    rows = [
        (
            step["name"],
            words.count(step["count"]),
            words.plain(f"twin.time_is.{step['time_is']}"),
            words.plain(f"twin.kinds.{step['time']['kind']}"),
            words.duration(step["time"]["mean_s"]["estimate"]),
            words.duration(step["delay"]["mean_s"]["estimate"]) if step["delay"] else "—",
            step["pool"] or "—",
        )
        for step in sorted(result["steps"], key=lambda step: -step["count"])[:_MOST_ROWS]
    ]
    shown = table(words.plain("twin.headings.steps").split("|"), rows, right=(1,))
    more = len(result["steps"]) - _MOST_ROWS
    return f"{shown}\n{words.plain('twin.more', n=more)}" if more > 0 else shown


def _pools(result: Mapping[str, Any], words: Words) -> str:
    rows = [
        (
            pool["name"],
            str(pool["members"]),
            str(max(pool["people_by_hour"])),
            str(sum(people > 0 for people in pool["people_by_hour"])),
            words.number(sum(pool["people_by_hour"])),
            words.percent(pool["load"]),
            words.listed(pool["activities"][:4]) + (" …" if len(pool["activities"]) > 4 else ""),
        )
        for pool in result["pools"]
    ]
    return table(words.plain("twin.headings.pools").split("|"), rows, right=(1, 2, 3, 4, 5))


def _waits(result: Mapping[str, Any], words: Words) -> str:
    names = ("contention_s", "calendar_s", "batching_s", "unexplained_s")
    rows = [
        (each["activity"], words.duration(each["wait_s"]), *(words.duration(each[name]) for name in names))
        for each in result["waits"][:_MOST_ROWS]
    ]
    return table(words.plain("twin.headings.waits").split("|"), rows)


def _card(card: Mapping[str, Any], words: Words) -> list[str]:
    """The verdict, the checks of the whole process, then those of activities, the worst first."""
    order = {"fail": 0, "doubt": 1, "pass": 2}
    whole = [check for check in card["checks"] if check["activity"] is None]
    parts = [check for check in card["checks"] if check["activity"] is not None]
    shown = sorted(parts, key=lambda check: order[check["verdict"]])[:_MOST_ROWS]
    lines = [
        words.plain(
            f"twin.verdict.{card['verdict']}", cases=card["cases"], replications=card["replications"]
        ),
        table(words.plain("twin.headings.card").split("|"), [_check(c, words) for c in (*whole, *shown)]),
    ]
    if len(parts) > len(shown):
        lines.append(words.plain("twin.more", n=len(parts) - len(shown)))
    for side in ("not_in_twin", "not_in_log"):
        if card[side]:
            lines.append(words.plain(f"twin.{side}", names=card[side][:8]))
    for code in dict.fromkeys(check["code"] for check in (*whole, *shown)):
        name, rule = words.plain(f"twin.checks.{code}"), words.plain(f"twin_rules.{code}")
        lines.append(f"- {name}{words.plain('twin.colon')}{rule}")
    return lines


def _check(check: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    timed = check["code"] in ("duration", "wait", "work")

    def figure(value: float | None) -> str:
        return "—" if value is None else words.duration(value) if timed else words.number(value)

    return (
        words.plain(f"twin.checks.{check['code']}"),
        check["activity"] or "—",
        words.plain(f"twin.verdicts.{check['verdict']}"),
        figure(check["log"]),
        figure(check["twin"]),
        words.percent(check["distance"]),
        words.percent(check["passes_at"]),
        words.percent(check["doubts_at"]),
    )
