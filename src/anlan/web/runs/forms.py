"""The form of a study, made from what the catalogue says it can be asked."""

from typing import Any

from django import forms

from anlan.domain.errors import AnlanError
from anlan.studies.catalogue import Study
from anlan.studies.parameters import Parameter
from anlan.web.common.texts import of, text
from anlan.web.runs.drawings import refusal

_LARGEST_FILE = 1_000_000


class StudyForm(forms.Form):
    """One field per parameter, and the seed. `values()` is what `start_run` takes."""

    def __init__(self, asked: Study, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.asked = asked
        for parameter in asked.parameters:
            self.fields[parameter.name] = _field(parameter)
        self.fields["seed"] = forms.IntegerField(
            min_value=0, max_value=2**63 - 1, initial=0, required=False, label=text("runs.fields.seed"),
            help_text=text("runs.new.seed_help"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for parameter in self.asked.parameters:
            if parameter.kind == "file" and cleaned.get(parameter.name):
                cleaned[parameter.name] = self._text_of(parameter.name, cleaned[parameter.name])
        return cleaned

    def _text_of(self, name: str, file: Any) -> str:
        if file.size > _LARGEST_FILE:
            self.add_error(name, text("runs.new.file_large"))
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error(name, text("runs.new.file_text"))
            return ""

    def values(self) -> dict[str, Any]:
        return {p.name: self.cleaned_data.get(p.name) or None for p in self.asked.parameters}

    def seed(self) -> int:
        return int(self.cleaned_data.get("seed") or 0)

    def refuse(self, error: AnlanError) -> None:
        """Put what the study refused beside the field it is about."""
        self.add_error(_about(error, self.fields), refusal(error))


def _about(error: AnlanError, fields: dict[str, Any]) -> str | None:
    """The field an error is about: by its code (`option.sla`, `costs.faults`) or the option it names."""
    named = str(error.parameters.get("option", "")).lstrip("-").replace("-", "_")
    file = str(error.parameters.get("file", "")).removesuffix(".toml")
    parts = error.code.split(".")
    found = next((name for name in (named, file, parts[-1], parts[0]) if name in fields), None)
    return found or next((name for name in fields if parts[-1].startswith(f"{name}_")), None)


def _field(parameter: Parameter) -> forms.Field:
    words: dict[str, Any] = {
        "label": of(parameter.title), "help_text": of(parameter.help), "required": False,
    }  # fmt: skip
    if parameter.kind == "choice":
        choices = [(code, of(word)) for code, word in parameter.choices.items()]
        return forms.ChoiceField(choices=choices, initial=parameter.default, **words)
    if parameter.kind == "flag":
        return forms.BooleanField(initial=parameter.default, **words)
    if parameter.kind == "file":
        return forms.FileField(widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}), **words)
    limits = {"min_value": parameter.low, "max_value": parameter.high, "initial": parameter.default}
    if parameter.kind == "integer":
        return forms.IntegerField(**limits, **words)
    if parameter.kind == "number":
        return forms.FloatField(**limits, **words)
    shown = forms.TextInput(attrs={"placeholder": parameter.example})
    return forms.CharField(max_length=2000, initial=parameter.default, widget=shown, **words)
