"""`anlan quantify` without a log: one assessment from a spec file, and what the methods are and need."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from anlan.cli.speak import ProgressLine, write_json
from anlan.cli.tables import table
from anlan.domain.errors import UsageError
from anlan.formats.messages import messages
from anlan.formats.report.sections.assessment import cell, figure
from anlan.formats.report.words import Words
from anlan.loop.quantify.methods import method
from anlan.maths.progress import watched
from anlan.studies.methods.advising import recommended, situation_of_words
from anlan.studies.methods.assessing import assessed
from anlan.studies.methods.explaining import PARTS, Explanation, code_of, example_of, explain, titles
from anlan.studies.methods.open_psa import document_of
from anlan.studies.methods.schema import spec_schema
from anlan.studies.methods.spec import read_spec
from anlan.studies.output import check_folder, check_inputs, replace_folder
from anlan.studies.progress import METHOD

_ASKS = ("spec", "list", "explain", "example", "schema", "advise")


def asks_for_methods(options: argparse.Namespace) -> bool:
    """Whether this is about methods and not about a log. Errors: UsageError for both, neither or several."""
    asked = [name for name in _ASKS if getattr(options, name)]
    if (options.log and asked) or len(asked) > 1:
        given = [f"--{name}" for name in asked] + (["LOG"] if options.log else [])
        raise UsageError("quantify.one_thing", found=given)
    if not options.log and not asked:
        raise UsageError("quantify.nothing_asked")
    if options.out and not options.spec:
        raise UsageError("quantify.out_without_spec", found=options.out)
    return bool(asked)


def answer_about_methods(options: argparse.Namespace) -> None:
    """Do the one thing asked of the methods."""
    if options.list:
        _list(options)
    elif options.explain:
        print(_explained(explain(method(code_of(options.explain)), language=options.lang), options.lang))
    elif options.example:
        print(example_of(method(code_of(options.example)).code), end="")
    elif options.advise:
        _advise(options)
    elif options.schema:
        write_json(spec_schema(method(code_of(options.schema)), language=options.lang))
    else:
        _write(options)


def _write(options: argparse.Namespace) -> None:
    """The assessment on standard output, and in a folder where one is named."""
    folder = Path(options.out) if options.out else None
    if folder:
        check_inputs(folder, {"--spec": options.spec})
        check_folder(folder)
    result = _assess(options)
    said = say_assessment(result, Words(options.lang))
    if folder:
        from anlan.studies.methods.files import METHOD_PDF, write_method_files  # loads the printing library

        target = replace_folder(folder, lambda fresh: write_method_files(fresh, result, options.lang))
        path = str((target / METHOD_PDF).resolve())
        said = f"{said}\n{messages(options.lang).text('cli.report', path=path)}"
    write_json(result) if options.json else print(said)


def _assess(options: argparse.Namespace) -> dict[str, Any]:
    """The assessment of the spec; what takes long says how far it is."""
    spec = read_spec(document_of(Path(options.spec), top=options.top))
    progress = ProgressLine(options.lang, stage=METHOD, every_kernel=False)
    try:
        with watched(lambda share: progress(METHOD, share)):
            return assessed(spec)
    finally:
        progress.close()


def _list(options: argparse.Namespace) -> None:
    families = titles(options.lang)
    if options.json:
        listed = [
            {"family": family, "code": code, "title": title, "about": about}
            for family, rows in families.items()
            for code, title, about in rows
        ]
        write_json({"methods": listed})
        return
    headings = messages(options.lang).text("cli.headings.methods").split("|")
    rows = [(family, *row) for family, methods in families.items() for row in methods]
    print(table(headings, rows))


def _advise(options: argparse.Namespace) -> None:
    found = recommended(situation_of_words(" ".join(options.advise)), language=options.lang)
    if options.json:
        write_json({"methods": [asdict(each) for each in found]})
        return
    words = messages(options.lang)
    rows = [(each.code, each.title, "; ".join(each.why), "; ".join(each.open) or "—") for each in found]
    headings = words.text("cli.headings.advice").split("|")
    print(table(headings, rows) if rows else words.text("cli.advice_none"))


def _explained(of: Explanation, language: str) -> str:
    """The method as a page of text."""
    words = messages(language)
    headings = words.text("cli.headings.method_inputs").split("|")
    yes = words.text("method_flags.true")
    rows = [(q.name, q.title, q.kind, q.accepted, yes if q.required else "", q.default) for q in of.questions]
    parts = [f"{words.text(f'method_parts.{part}')}\n{of.parts[part]}" for part in PARTS]
    asked = f"{words.text('method_parts.inputs')}\n{table(headings, rows)}"
    example = f"{words.text('method_parts.example')}\n{of.example}"
    return "\n\n".join([f"{of.title} ({of.code})", *parts[:2], asked, *parts[2:], example])


def say_assessment(result: Mapping[str, Any], words: Words) -> str:
    """The result on a terminal: headline, other numbers, tables, what it rests on."""
    lines = [words.of(result["method_title"]) + (f": {result['title']}" if result["title"] else "")]
    if result["level"]:
        lines.append(words.plain("cli.method_level", level=result["level"]))
    rows = [(words.of(q["title"]), *figure(q, words)) for q in result["quantities"]]
    lines.append(table(words.plain("cli.headings.quantities").split("|"), rows, right=(1,)))
    for each in result["tables"]:
        lines += ["", words.of(each["title"]), _shown(each, words)]
    for kind in ("assumptions", "warnings"):
        lines += [words.plain(f"cli.method_{kind}", text=words.of(note["text"])) for note in result[kind]]
    return "\n".join(lines)


def _shown(of: Mapping[str, Any], words: Words) -> str:
    headings = [words.of(column["title"]) for column in of["columns"]]
    return table(headings, [[cell(value, words) for value in row] for row in of["rows"]])
