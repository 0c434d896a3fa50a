"""A question of the form: ways to answer it, each with its fields, and the text the study is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from anlan.web.common.texts import text

LARGEST_FILE = 1_000_000


class Unfit(Exception):  # noqa: N818 - an answer, not a fault of the program
    """An answer that cannot be taken: which field, and what to say of it."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name, self.words = name, words


@dataclass(frozen=True)
class Way:
    """One way to answer. answer: from the cleaned fields (by their name without the question's) to the text
    of the study. sample: kind of settings file to download."""

    code: str
    label: str
    answer: Callable[[Mapping[str, Any]], str | None] = lambda given: None
    fields: Mapping[str, forms.Field] = field(default_factory=dict)
    note: str = ""
    sample: str = ""


@dataclass(frozen=True)
class Question:
    """name: of the study's parameter. chosen: code of the way the form begins with. rare: seldom changed."""

    name: str
    title: str
    ways: tuple[Way, ...]
    chosen: str
    note: str = ""
    rare: bool = False

    @property
    def how(self) -> str:
        return f"{self.name}_how"

    def form_fields(self) -> dict[str, forms.Field]:
        """The fields of all ways under the question's name, and which way was taken."""
        choices = [(way.code, way.label) for way in self.ways]
        chosen = forms.ChoiceField(choices=choices, initial=self.chosen, required=False, label=self.title)
        own = {self.full(name): made for way in self.ways for name, made in way.fields.items()}
        return ({self.how: chosen} if len(self.ways) > 1 else {}) | own

    def full(self, name: str) -> str:
        """The name of a way's field in the form; a field without a name bears the question's."""
        return f"{self.name}_{name}" if name else self.name

    def way(self, cleaned: Mapping[str, Any]) -> Way:
        code = cleaned.get(self.how) or self.chosen
        return next((way for way in self.ways if way.code == code), self.ways[0])

    def answer(self, cleaned: Mapping[str, Any]) -> str | None:
        """What the study is given. Errors: Unfit names a field of the form."""
        way = self.way(cleaned)
        given = {name: cleaned.get(self.full(name)) for name in way.fields}
        try:
            return way.answer(given)
        except Unfit as unfit:
            raise Unfit(self.full(unfit.name), unfit.words) from unfit


def number(
    label: str, *, initial: float | None = None, low: float = 0.0, high: float = 1e12
) -> forms.FloatField:
    """A number; the blank placeholder lets the style sheet see whether it is filled."""
    shown = forms.NumberInput(attrs={"step": "any", "placeholder": " ", "inputmode": "decimal"})
    return forms.FloatField(
        min_value=low, max_value=high, initial=initial, required=False, label=label, widget=shown
    )


def file_way(sample: str, *, accept: str = ".toml,text/plain", note: str = "") -> Way:
    """Answer by a settings file, or by another kind of text that `accept` and `note` name."""
    shown = forms.FileInput(attrs={"accept": accept})
    chosen = forms.FileField(required=False, label=text("runs.ask.file"), widget=shown)
    said = note or text("runs.ask.file_help")
    return Way("file", text("runs.ask.use_file"), _text_of, {"file": chosen}, said, sample)


def kept_way(written: str, said: str) -> Way:
    """Answer as an earlier run was answered."""
    return Way("kept", text("runs.ask.kept"), lambda given: written, note=said)


def needed(given: Mapping[str, Any], name: str) -> Any:
    """The field's value, which this way cannot do without."""
    value = given[name]
    if value in (None, "", []):
        raise Unfit(name, text("runs.ask.needed"))
    return value


def _text_of(given: Mapping[str, Any]) -> str:
    file = needed(given, "file")
    if file.size > LARGEST_FILE:
        raise Unfit("file", text("runs.new.file_large"))
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise Unfit("file", text("runs.new.file_text")) from fault
