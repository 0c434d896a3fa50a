"""Tags of every template: texts, icons, levels, numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from anlan.formats import wording
from anlan.formats.report.levels import small_mark
from anlan.formats.report.tokens import DARK, FONTS, LIGHT, variables
from anlan.formats.report.words import Words, loss_unit
from anlan.web.common import levels, texts

register = template.Library()


@register.simple_tag
def t(key: str, **parameters: Any) -> str:
    """The text `web.<key>`: `{% t "risks.title" n=3 %}`."""
    return texts.text(key, **parameters)


@register.filter
def word(code: Any, group: str) -> str:
    """The word of a code: `{{ risk.phase|word:"risks.phases" }}`; the code itself where none is known."""
    key = f"{group}.{code}"
    return texts.text(key) if texts.has_text(key) else str(code)


@register.filter
def both(value: Any) -> str:
    """This language's half of `{"zh": ..., "en": ...}`."""
    return texts.of(value) if value else ""


@register.filter
def listed(values: Iterable[Any]) -> str:
    """One after the other, with the comma of the language."""
    return texts.text("common.comma").join(str(value) for value in values)


@register.filter
def unit(written: str) -> str:
    return texts.unit_word(written)


@register.filter
def local(record: Any, field: str = "name") -> str:
    """A record's field in this language: `{{ unit|local }}`, `{{ risk|local:"title" }}`."""
    return texts.in_language(record, field)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; it decorates, so readers of the screen skip it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        size,
        static("anlan/icons.svg"),
        name,
    )


@register.simple_tag
def design_tokens(theme: str) -> SafeString:
    """Colours as CSS variables: the same table the report draws from."""
    light, dark = f":root{{{variables(LIGHT)}}}", f":root{{color-scheme:dark;{variables(DARK)}}}"
    chosen = {"light": light, "dark": dark}.get(theme)
    if chosen is None:
        chosen = f"{light}@media screen and (prefers-color-scheme:dark){{{dark}}}"
    return mark_safe(f"<style>:root{{--fonts:{FONTS}}}{chosen}@media print{{{light}}}</style>")


@register.simple_tag
def level_chip(code: str | None, criteria: Any = None, provisional: bool = False) -> SafeString:
    """Shape, word and colour of a level under the criteria in force; a dash where there is none."""
    return levels.chip(code, criteria, provisional=provisional)


@register.filter
def said(code: str, group: str) -> str:
    """The word of a code in a group that the pages share with reports and commands."""
    return texts.word(f"{group}.{code}") or code


@register.filter
def number(value: Any) -> str:
    return wording.number(value, texts.language())


@register.filter
def whole(value: Any) -> str:
    return wording.count(value, texts.language())


@register.filter
def percent(value: Any) -> str:
    return wording.percent(value, texts.language())


@register.filter
def duration(seconds: Any) -> str:
    return wording.duration(seconds, texts.language())


@register.filter
def loss(value: Any, unit: str = "") -> str:
    """A yearly loss in the unit that suits its size, as the report writes it: `45.8 万案例小时`."""
    if value is None:
        return "—"
    words = Words(texts.language())
    scaled = loss_unit(unit or "customer_min", largest=value, words=words)
    return f"{scaled.figure(value, words)} {scaled.label}"


@register.simple_tag
def loss_at(value: Any, unit: str, largest: Mapping[str, float], high: Any = None) -> str:
    """As `loss`, in the unit that suits the largest of the page, so that a column can be compared; with
    `high`, the range of a loss shown beside it, so without the unit. largest: unit -> largest loss."""
    if value is None:
        return "—"
    words = Words(texts.language())
    scaled = loss_unit(unit or "customer_min", largest=largest.get(unit, value), words=words)
    shown = scaled.figure(value, words)
    if high is not None:
        return f"{shown}–{scaled.figure(high, words)}"
    return f"{shown} {scaled.label}"


@register.filter
def mark(level: Any) -> SafeString:
    """The shape of a level alone."""
    return mark_safe(str(small_mark(level)))


@register.filter
def unlocal(value: Any) -> str:
    """A number as markup needs it, whatever the language."""
    return f"{value:g}"


@register.filter
def split(words: str) -> list[str]:
    return words.split()


@register.filter
def ne(value: Any, other: Any) -> bool:
    return bool(value != other)


_FORMS = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}


@register.filter
def moment(value: Any, form: str = "minute") -> str:
    """A date or time in the person's zone: `2026-07-14 09:42`; `day` leaves the time out."""
    from datetime import datetime

    from django.utils import timezone

    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value)
        return value.strftime(_FORMS[form])
    return str(value.isoformat())


_DASHES = "---------"
"""What Django shows where nothing is chosen yet."""


@register.inclusion_tag("common/field.html")
def field(bound: Any) -> dict[str, Any]:
    """One field of a form: label, input, help, what is wrong. Nothing chosen is said in words."""
    if getattr(bound.field, "empty_label", None) == _DASHES:
        bound.field.empty_label = texts.text(
            "common.choose" if bound.field.required else "common.none_chosen"
        )
        bound.field.widget.choices = bound.field.choices
    return {"field": bound}


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The page's query string with some parameters changed; None takes one away."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = value
    return f"?{parameters.urlencode()}" if parameters else "?"
