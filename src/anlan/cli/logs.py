"""`anlan log import | append | describe | list`: the stored logs."""

import argparse
from dataclasses import asdict
from typing import Any

from anlan.cli.asked import keep_mapping, read_options
from anlan.cli.speak import ProgressLine, rejected_reasons, say_error, write_json
from anlan.cli.tables import table
from anlan.formats.log_store.manifest import Manifest
from anlan.formats.messages import Messages, messages
from anlan.formats.wording import moment
from anlan.studies.loading import LoadedLog, append_file, import_file, load_log, log_file, log_store
from anlan.studies.numbers import iso


def import_log(options: argparse.Namespace) -> None:
    """Read a file and store it; the same file again changes nothing."""
    path = log_file(options.log)
    progress = ProgressLine(options.lang)
    try:
        loaded = import_file(path, read_options(options), progress=progress)
    finally:
        progress.close()
    _say(loaded, options)


def append_log(options: argparse.Namespace) -> None:
    """Add a file to a stored log; the result is a new stored log."""
    path = log_file(options.log)
    progress = ProgressLine(options.lang)
    try:
        loaded = append_file(options.stored, path, read_options(options), progress=progress)
    finally:
        progress.close()
    _say(loaded, options)


def describe_log(options: argparse.Namespace) -> None:
    """What a file or stored log holds and how its columns were understood."""
    progress = ProgressLine(options.lang)
    try:
        loaded = load_log(options.log, read_options(options), progress=progress)
    finally:
        progress.close()
    _say(loaded, options)


def list_logs(options: argparse.Namespace) -> None:
    """All stored logs; those that cannot be opened are named on standard error."""
    kept, refused = log_store().survey()
    logs: list[dict[str, Any]] = [
        {
            "id": stored.address,
            "parts": [part.name for part in stored.manifest.parts],
            "n_cases": stored.manifest.n_cases,
            "n_events": stored.manifest.n_events,
            "last": iso(stored.manifest.last_us, stored.manifest.zone),
        }
        for stored in kept
    ]
    if options.json:
        damaged = [{"id": address, "code": fault.code} for address, fault in refused.items()]
        write_json({"logs": logs, "damaged": damaged})
        return
    for fault in refused.values():
        say_error(fault, options.lang)
    words = messages(options.lang)
    if not logs:
        print(words.text("cli.no_logs"))
        return
    rows = [
        (
            stored.address[:12],
            f"{stored.manifest.n_cases:,}",
            f"{stored.manifest.n_events:,}",
            moment(log["last"], as_written=_as_written(stored.manifest)),
            " + ".join(part.name for part in stored.manifest.parts),
        )
        for stored, log in zip(kept, logs, strict=True)
    ]
    print(table(words.text("cli.headings.logs").split("|"), rows, right=(1, 2)))


def _say(loaded: LoadedLog, options: argparse.Namespace) -> None:
    keep_mapping(options, loaded)
    described = _description(loaded)
    if options.json:
        write_json(described)
        return
    words = messages(options.lang)
    manifest = loaded.stored.manifest
    print(words.text("cli.stored", id=loaded.stored.address[:12]))
    first, last = (moment(described[key], as_written=_as_written(manifest)) for key in ("first", "last"))
    print(words.text("cli.read", cases=manifest.n_cases, events=manifest.n_events, first=first, last=last))
    print(_zone(manifest, words))
    rows = [
        (words.text(f"cli.role.{role}"), item["column"], f"{item['confidence']:.0%}")
        for role, item in described["mapping"].items()
    ]
    print(table(words.text("cli.headings.mapping").split("|"), rows))
    rejected = sum(described["rejected"].values())
    if rejected:
        reasons = rejected_reasons(described["rejected"], options.lang)
        files = ", ".join(str(file) for file in loaded.rejected_files)
        print(words.text("cli.rejected", n=rejected, reasons=reasons, file=files))
    if loaded.appended is not None:
        key = "cli.nothing_new" if loaded.appended.known == loaded.appended.rows else "cli.appended"
        print(words.text(key, rows=loaded.appended.rows, known=loaded.appended.known))
    elif "known_rows" in described["quality"]:
        print(words.text("cli.known", n=described["quality"]["known_rows"]))


def _as_written(manifest: Manifest) -> bool:
    return manifest.zone_source == "as_written"


def _zone(manifest: Manifest, words: Messages) -> str:
    source = words.text(f"report.zone_sources.{manifest.zone_source}")
    if _as_written(manifest):
        return words.text("cli.clock", source=source)
    return words.text("cli.zone", zone=manifest.zone, source=source)


def _description(loaded: LoadedLog) -> dict[str, Any]:
    manifest, facts = loaded.stored.manifest, loaded.facts
    return {
        "id": facts.id,
        "name": facts.name,
        "n_cases": manifest.n_cases,
        "n_events": manifest.n_events,
        "first": iso(manifest.first_us, manifest.zone),
        "last": iso(manifest.last_us, manifest.zone),
        "zone": manifest.zone,
        "zone_source": manifest.zone_source,
        "format": facts.format,
        "activities": list(loaded.log.activity_names),
        "attributes": sorted({*loaded.log.attributes, *loaded.log.case_attributes}),
        "mapping": {
            role: {"column": column, "confidence": confidence}
            for role, (column, confidence) in facts.mapping.items()
        },
        "rejected": dict(facts.rejected),
        "quality": dict(facts.quality),
        **({} if loaded.appended is None else {"appended": asdict(loaded.appended)}),
    }
