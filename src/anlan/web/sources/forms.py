"""The form of a source: what every source is asked, then the settings of its kind."""

from typing import Any

from django import forms

from anlan.web.common.texts import has_text, in_language, text
from anlan.web.monitoring.services.indicators import EDIT
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import units_of
from anlan.web.sources.kinds import KINDS
from anlan.web.sources.kinds.contract import LONGEST, ROWS, Setting
from anlan.web.sources.models import Source
from anlan.web.sources.services import MOST_S, MOST_SILENT_S, Wanted

_SHARED = {each.name for each in ROWS}


class SourceForm(forms.Form):
    """wanted(): what is asked. Times are asked in seconds and hours. secret empty: the kept one stays."""

    name = forms.CharField(max_length=120)
    unit_of = forms.ModelChoiceField(Unit.objects.none(), to_field_name="code")
    every_s = forms.IntegerField(min_value=10, max_value=MOST_S, initial=300)
    silent_after_h = forms.FloatField(required=False, min_value=0.01, max_value=MOST_SILENT_S / 3600)

    def __init__(self, user: User, kind: str, *args: Any, found: Source | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.settings: tuple[Setting, ...] = KINDS[kind].SETTINGS
        self.fields["unit_of"].queryset = units_of(user, EDIT)  # type: ignore[attr-defined]
        self.fields["unit_of"].label_from_instance = in_language  # type: ignore[attr-defined]
        if found is not None:
            del self.fields["unit_of"]
        for each in self.settings:
            self.fields[f"s_{each.name}"] = _field(each)
        for name, field in self.fields.items():
            plain = name.removeprefix("s_")
            field.label = text(f"sources.fields.{plain}")
            if has_text(f"sources.helps.{plain}"):
                field.help_text = text(f"sources.helps.{plain}")

    def own(self) -> list[Any]:
        """Fields of the kind alone."""
        return [self[f"s_{each.name}"] for each in self.settings if each.name not in _SHARED]

    def shared(self) -> list[Any]:
        """Fields that say how rows become readings."""
        return [self[f"s_{each.name}"] for each in self.settings if each.name in _SHARED]

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        asked = [each for each in self.settings if each.form != "secret"]
        secret = next((said[f"s_{each.name}"] for each in self.settings if each.form == "secret"), "")
        hours = said["silent_after_h"]
        return Wanted(
            said["name"], {each.name: said[f"s_{each.name}"] for each in asked}, said["every_s"],
            None if hours is None else max(10, round(hours * 3600)), secret or None,
        )  # fmt: skip


def initial_of(found: Source) -> dict[str, Any]:
    """The answers of a kept source, without its secret."""
    hours = None if found.silent_after_s is None else float(f"{found.silent_after_s / 3600:.6g}")
    kept = {f"s_{name}": value for name, value in found.settings.items()}
    return kept | {"name": found.name, "every_s": found.every_s, "silent_after_h": hours}


def _field(each: Setting) -> forms.Field:
    if each.form == "number":
        return forms.IntegerField(
            required=each.required, min_value=each.least, max_value=each.most, initial=each.usual
        )
    if each.choices:
        words = [(code, text(f"sources.choices.{code or 'none'}")) for code in each.choices]
        return forms.ChoiceField(required=each.required, choices=words, initial=each.usual)
    widgets = {"area": forms.Textarea({"rows": 3}),
               "secret": forms.PasswordInput({"autocomplete": "new-password"})}  # fmt: skip
    return forms.CharField(
        required=each.required, max_length=LONGEST, initial=each.usual, widget=widgets.get(each.form)
    )
