"""Words about a method: what it answers, formula, inputs, limits, source, and an example to start from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anlan.domain.method import Field, Method, Required
from anlan.formats.messages import LANGUAGES, messages
from anlan.loop.quantify.methods import FAMILIES, METHODS, family_of
from anlan.loop.quantify.methods.reading import limits

PARTS = ("about", "formula", "limits", "source")
"""What is said of every method, beside its title: `methods.<code>.<part>`."""
EXAMPLES = Path(__file__).parents[2] / "samples" / "specs"


@dataclass(frozen=True)
class Asked:
    """One question in words. name: as the spec file writes it, `events.probability` inside a table."""

    name: str
    title: str
    kind: str
    accepted: str
    required: bool
    default: str


@dataclass(frozen=True)
class Explanation:
    """Everything a reader needs to choose and to use the method, in one language; `parts` by `PARTS`."""

    code: str
    family: str
    title: str
    parts: dict[str, str]
    questions: tuple[Asked, ...]
    example: str


def explain(of: Method, *, language: str) -> Explanation:
    """The method in words."""
    words = messages(language)
    return Explanation(
        of.code,
        words.text(f"method_families.{family_of(of.code)}"),
        words.text(f"methods.{of.code}.title"),
        {part: words.text(f"methods.{of.code}.{part}") for part in PARTS},
        tuple(_questions(of.fields, of.code, "", language)),
        example_of(of.code),
    )


def code_of(name: str) -> str:
    """The code of a method given by code or by its title in either language; the name where it is neither."""
    wanted = name.strip().casefold()
    titles_of = {
        messages(language).text(f"methods.{code}.title").casefold(): code
        for code in METHODS
        for language in LANGUAGES
    }
    return wanted if wanted in METHODS else titles_of.get(wanted, name)


def example_of(code: str) -> str:
    """A spec of the method that runs, as a YAML text."""
    return (EXAMPLES / f"{code}.yaml").read_text(encoding="utf-8")


def titles(language: str) -> dict[str, list[tuple[str, str, str]]]:
    """Family in words -> (code, title, first sentence about it) of each of its methods."""
    words = messages(language)
    return {
        words.text(f"method_families.{family}"): [
            (code, words.text(f"methods.{code}.title"), words.text(f"methods.{code}.about")) for code in codes
        ]
        for family, codes in FAMILIES.items()
    }


def _questions(fields: Sequence[Field], code: str, inside: str, language: str) -> Iterator[Asked]:
    words = messages(language)
    for field in fields:
        name = f"{inside}{field.name}"
        yield Asked(
            name,
            words.text(f"method_inputs.{code}.{name}"),
            words.text(f"method_kinds.{field.kind}"),
            _accepted(field, code, name, language),
            isinstance(field.default, Required),
            "" if isinstance(field.default, Required) or field.default is None else _default(field, language),
        )
        yield from _questions(field.columns, code, f"{name}.", language)


def choice_word(choice: str, *, code: str, name: str, language: str) -> str:
    """The word of a choice of a question, by itself or as all methods use it."""
    words = messages(language)
    own = f"method_choices.{code}.{name}.{choice}"
    return words.text(own if own in words else f"method_choices.{choice}")


def _accepted(field: Field, code: str, name: str, language: str) -> str:
    if field.choices:
        named = [(each, choice_word(each, code=code, name=name, language=language)) for each in field.choices]
        form = "{} ({})" if language == "en" else "{}（{}）"
        return ", ".join(each if each == word else form.format(each, word) for each, word in named)
    bounded = any(limit is not None for limit in (field.low, field.high, field.above, field.below))
    said = limits(field) if bounded else ""
    if field.unit:
        said = f"{said} {messages(language).text(f'method_units.{field.unit}')}".strip()
    return said


def _default(field: Field, language: str) -> str:
    if isinstance(field.default, bool):
        return messages(language).text(f"method_flags.{str(field.default).lower()}")
    if isinstance(field.default, tuple):
        return ", ".join(str(each) for each in field.default)
    return f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
