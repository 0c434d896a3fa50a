"""The reference page of a method: its words, its questions, and its example with the answer computed now.

`python -m anlan.studies.methods.pages docs/reference/methods` writes all pages anew; a test compares them.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from anlan.formats.messages import messages
from anlan.formats.report.sections.assessment import cell, figure
from anlan.formats.report.words import Language, Words
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import METHODS, method
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES, Explanation, explain, titles

_MOST_ROWS = 12


def method_page(code: str, *, language: Language) -> str:
    """The page as Markdown."""
    said, words = explain(method(code), language=language), Words(language)
    other = "en" if language == "zh" else "zh"
    heading = [
        f"# {said.title}",
        f"`{code}` · {said.family} · [{'English' if other == 'en' else '中文'}]({code}.{other}.md)",
    ]
    parts = [_part(name, said.parts[name], language) for name in ("about", "formula")]
    limits = [_part(name, said.parts[name], language) for name in ("limits", "source")]
    result = assess_by_spec(read_spec_file(EXAMPLES / f"{code}.yaml"))
    return (
        "\n\n".join([*heading, *parts, _inputs(said, language), *limits, *_example(said, result, words)])
        + "\n"
    )


def _part(name: str, text: str, language: str) -> str:
    return f"## {messages(language).text(f'method_parts.{name}')}\n\n{text}"


def _inputs(said: Explanation, language: str) -> str:
    words = messages(language)
    yes = words.text("method_flags.true")
    rows = [
        (f"`{q.name}`", q.title, q.kind, q.accepted, yes if q.required else "", q.default)
        for q in said.questions
    ]
    return _part("inputs", _table(words.text("cli.headings.method_inputs").split("|"), rows), language)


def _example(said: Explanation, result: Mapping[str, Any], words: Words) -> list[str]:
    """The spec, the command, and what comes out."""
    spec = f"```yaml\n{said.example}```"
    file = f"{said.code}.yaml"
    command = f"```\nanlan quantify --example {said.code} > {file}\nanlan quantify --spec {file}\n```"
    numbers = [(words.of(q["title"]), *figure(q, words)) for q in result["quantities"]]
    shown = [_table(words.plain("cli.headings.quantities").split("|"), numbers)]
    if result["level"]:
        shown.append(words.plain("cli.method_level", level=result["level"]))
    for each in result["tables"]:
        rows = [[cell(value, words) for value in row] for row in each["rows"][:_MOST_ROWS]]
        more = len(each["rows"]) - _MOST_ROWS
        shown += [
            f"**{words.of(each['title'])}**",
            _table([words.of(c["title"]) for c in each["columns"]], rows),
        ]
        shown += [words.plain("method_parts.more_rows", n=more)] if more > 0 else []
    for kind in ("assumptions", "warnings"):
        shown += [words.plain(f"cli.method_{kind}", text=words.of(note["text"])) for note in result[kind]]
    return [_part("example", spec, words.language), command, *shown]


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [[h.strip() for h in headings], ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)


def index_page(language: Language) -> str:
    """The list of all methods by family."""
    words = messages(language)
    parts = [f"# {words.text('method_parts.all')}", words.text("method_parts.all_about")]
    for family, rows in titles(language).items():
        listed = "\n".join(
            f"- [{title}]({code}.{language}.md) (`{code}`): {about}" for code, title, about in rows
        )
        parts.append(f"## {family}\n\n{listed}")
    return "\n\n".join(parts) + "\n"


def write_pages(folder: Path) -> None:
    """All pages in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        (folder / f"index.{language}.md").write_text(index_page(language), encoding="utf-8")
        for code in METHODS:
            page = method_page(code, language=language)
            (folder / f"{code}.{language}.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
