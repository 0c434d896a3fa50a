"""Forms of processes."""

from collections.abc import Mapping
from typing import Any

from django import forms

from anlan.formats.packs import load_packs
from anlan.web.catalog.models import Process
from anlan.web.catalog.services import templates_for
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.permissions import units_of
from anlan.web.people.unit_field import choose_unit


class NewProcess(forms.Form):
    """A process by name, from an industry pack, or as a copy of another."""

    unit = forms.ModelChoiceField(queryset=None)
    pack = forms.ChoiceField(required=False)
    template = forms.ModelChoiceField(queryset=None, required=False)
    name = forms.CharField(max_length=120, required=False)
    name_en = forms.CharField(max_length=120, required=False)

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        choose_unit(self.fields["unit"], user, "catalog.edit")
        template = self.fields["template"]
        template.queryset = templates_for(units_of(user, "catalog.edit"))
        template.empty_label = text("catalog.new.no_template")
        template.label_from_instance = _template_word
        self.fields["pack"].choices = [("", text("catalog.new.no_pack")), *_packs()]
        for name, field in self.fields.items():
            field.label = text(f"catalog.fields.{name}")
        for name in ("pack", "template"):
            self.fields[name].help_text = text(f"catalog.new.{name}_help")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        template, unit = cleaned.get("template"), cleaned.get("unit")
        if template and cleaned.get("pack"):
            self.add_error("template", text("catalog.new.one_source"))
        elif template and unit and not unit.path.startswith(template.unit.path):
            self.add_error("template", text("catalog.new.other_branch"))
        if not template and not cleaned.get("pack") and not cleaned.get("name", "").strip():
            self.add_error("name", text("catalog.new.name_or_pack"))
        return cleaned


class ProcessFacts(forms.ModelForm):
    """What may be changed of a process itself."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Process
        fields = ["name", "name_en", "description", "category", "owner"]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.initial["seen"] = self.instance.version
        for name, field in self.fields.items():
            if name != "seen":
                field.label = text(f"catalog.fields.{name}")


def _template_word(process: Process) -> str:
    return f"{in_language(process)} ({in_language(process.unit)})"


def _packs() -> list[tuple[str, str]]:
    """Packs that describe a process of their own."""
    own = "zh" if language() == "zh" else "en"
    return [(pack.code, getattr(pack.title, own)) for pack in load_packs() if len(pack.nodes) > 1]


class Upload(forms.Form):
    """An event log as a file."""

    file = forms.FileField()

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["file"].label = text("catalog.upload.file")
        self.fields["file"].help_text = text("catalog.upload.file_help")


class Columns(forms.Form):
    """Which column is what, as recognised; a person may correct it before the file is read."""

    ROLES = ("case", "activity", "start", "end", "resource", "cost", "sla")

    tz = forms.CharField(required=False, max_length=60)
    time_format = forms.CharField(required=False, max_length=60)
    append = forms.BooleanField(required=False)

    def __init__(self, preview: Mapping[str, Any], *args: Any, has_log: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [("", text("catalog.upload.no_column")), *((name, name) for name in preview["columns"])]
        for role in self.ROLES:
            column, confidence, _ = preview["roles"].get(role, (None, 0.0, ""))
            needed = role in ("case", "activity", "end")
            self.fields[role] = forms.ChoiceField(choices=choices, required=needed)
            self.fields[role].label = text(f"catalog.roles.{role}")
            if column and confidence >= 0.5:
                self.fields[role].initial = column
                self.fields[role].help_text = text("catalog.upload.confidence", share=confidence)
        for name in ("tz", "time_format"):
            self.fields[name].label = text(f"catalog.upload.{name}")
            self.fields[name].help_text = text(f"catalog.upload.{name}_help")
        self.fields["append"].label = text("catalog.upload.append")
        self.fields["append"].help_text = text("catalog.upload.append_help")
        self.fields["append"].initial = has_log
        if not has_log:
            del self.fields["append"]

    def options(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "mapping": {role: given[role] for role in self.ROLES if given.get(role)},
            "tz": given.get("tz", ""),
            "time_format": given.get("time_format", ""),
            "append": bool(given.get("append")),
        }
