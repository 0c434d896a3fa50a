"""The report as one HTML file: nothing is loaded from outside and nothing is run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from anlan.formats.report.markup import Markup, clean, el
from anlan.formats.report.page import Page, Section
from anlan.formats.report.sections.actions import action_sections
from anlan.formats.report.sections.opening import opening_sections
from anlan.formats.report.sections.process import process_sections
from anlan.formats.report.sections.risks import risk_sections
from anlan.formats.report.sections.sources import source_sections
from anlan.formats.report.tokens import DARK, FONTS, LIGHT, variables
from anlan.formats.report.words import Language

_STYLE = Path(__file__).with_name("report.css")
# The page needs no script and no outside file; whatever a log smuggled in could not run or load.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render_report(result: Mapping[str, Any], *, language: Language) -> str:
    """The whole report of one `anlan.assess/1` result as HTML, for screen and A4."""
    page = Page(result, language)
    sections = [
        *opening_sections(page),
        *process_sections(page),
        *risk_sections(page),
        *action_sections(page),
        *source_sections(page),
    ]
    title = page.words("title", process=result["process"]["name"])
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="generator", content=f"anlan {result['provenance']['version']}"),
        el("title", title),
        el("style", Markup(_style(page))),
    )
    body = el(
        "body",
        el("a", page.words("skip"), href="#report", class_="skip"),
        _contents(sections, page),
        el(
            "main",
            _masthead(title, page),
            _folded_contents(sections, page),
            _body(sections),
            _footer(page),
            id="report",
        ),
    )
    lang = "zh-CN" if language == "zh" else "en"
    return f"<!DOCTYPE html>\n{el('html', head, body, lang=lang)}\n"


def _style(page: Page) -> str:
    """Design tokens, light and dark, the style sheet, and the running footer of printed pages."""
    source, pages = _quoted(_origin(page)), page.words("page_of", page="\0", pages="\0").split("\0")
    counter = f"{_quoted(pages[0])} counter(page) {_quoted(pages[1])} counter(pages) {_quoted(pages[2])}"
    return (
        f":root{{--fonts:{FONTS};{variables(LIGHT)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{variables(DARK)}}}}}\n"
        f"{_STYLE.read_text(encoding='utf-8')}"
        f"@page{{@bottom-left{{content:{source}}}@bottom-right{{content:{counter}}}}}"
    )


def _quoted(text: str) -> str:
    """`text` as a CSS string that cannot end the style element or the rule."""
    safe = "".join(
        c if c.isalnum() or c in " .,:;+-_()/，。：；（）" else f"\\{ord(c):x} " for c in clean(text)
    )
    return f'"{safe}"'


def _origin(page: Page) -> str:
    provenance = page.result["provenance"]
    return page.words(
        "origin",
        version=provenance["version"],
        seed=provenance["seed"],
        sha=provenance["input_sha256"][:12],
        as_of=page.words.date(provenance["as_of"]),
    )


def _contents(sections: Sequence[Section], page: Page) -> Markup:
    entries = [el("li", el("a", section.title, href=f"#{section.anchor}")) for section in sections]
    return el("nav", el("p", _brand(page)), el("ol", entries), aria_label=page.words("contents"))


def _folded_contents(sections: Sequence[Section], page: Page) -> Markup:
    """The contents for narrow screens, where there is no room beside the report."""
    entries = [el("li", el("a", section.title, href=f"#{section.anchor}")) for section in sections]
    return el("details", el("summary", page.words("contents")), el("ol", entries), class_="contents")


def _brand(page: Page) -> Markup:
    wave = Markup(
        '<svg class="logo" viewBox="0 0 24 24" aria-hidden="true">'
        '<rect width="24" height="24" rx="5" fill="#0B6B74"/>'
        '<path d="M5 10c2.4-2.6 4.6-2.6 7 0s4.6 2.6 7 0M5 15.5c2.4-2.6 4.6-2.6 7 0s4.6 2.6 7 0" fill="none" '
        'stroke="#fff" stroke-width="1.8" stroke-linecap="round"/></svg>'
    )
    return el("span", wave, el("b", page.words("brand")), class_="brand")


def _intake(page: Page) -> list[tuple[str, str]]:
    """The window of arrivals that figures per year rest on, and the pace it gives."""
    intake, words = page.result["portfolio"]["intake"], page.words
    if intake is None:
        return []
    text = words("meta.intake_text", days=intake["days"], cases=intake["cases_per_year"])
    return [(words("meta.intake"), text)]


def _clock(page: Page) -> list[tuple[str, str]]:
    """Whose working time durations are counted in; nothing where they are elapsed time."""
    words = page.words
    if not words.working:
        return []
    return [(words("meta.clock"), words("quality.calendar", name=page.result["log"]["clock"]))]


def _masthead(title: str, page: Page) -> Markup:
    words, log = page.words, page.result["log"]
    period = NO_PERIOD if log["first"] is None else f"{words.date(log['first'])} – {words.date(log['last'])}"
    facts = [
        (words("meta.period"), period),
        *_intake(page),
        *_clock(page),
        (words("meta.criteria"), page.result["criteria"]["version"]),
        (words("meta.as_of"), words.date(page.result["provenance"]["as_of"])),
    ]
    return el(
        "header",
        el(
            "div",
            _brand(page),
            el("span", words("meta.log"), " ", page.name(log["name"], limit=60)),
            class_="letterhead",
        ),
        el("h1", title),
        page.pairs(facts, kind="meta"),
        class_="masthead",
    )


NO_PERIOD = "—"


def _body(sections: Sequence[Section]) -> list[Markup]:
    """Numbered sections; matrix and curve stand side by side where there is room."""
    numbered = [_section(i, section) for i, section in enumerate(sections, start=1)]
    return [numbered[0], el("div", numbered[1:3], class_="side-by-side"), *numbered[3:]]


def _section(number: int, section: Section) -> Markup:
    heading = el("h2", el("span", str(number), class_="number"), section.title)
    return el("section", heading, section.body, id=section.anchor)


def _footer(page: Page) -> Markup:
    return el("footer", _origin(page))
