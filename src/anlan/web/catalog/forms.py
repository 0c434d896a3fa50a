"""Forms of processes."""

from typing import Any

from django import forms

from anlan.formats.packs import load_packs
from anlan.web.catalog.models import Process
from anlan.web.common.texts import language, text
from anlan.web.people.permissions import units_of


class NewProcess(forms.Form):
    """A process by name, or from an industry pack."""

    unit = forms.ModelChoiceField(queryset=None)
    pack = forms.ChoiceField(required=False)
    name = forms.CharField(max_length=120, required=False)
    name_en = forms.CharField(max_length=120, required=False)

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["unit"].queryset = units_of(user, "catalog.edit")
        self.fields["pack"].choices = [("", text("catalog.new.no_pack")), *_packs()]
        for name, field in self.fields.items():
            field.label = text(f"catalog.fields.{name}")
        self.fields["pack"].help_text = text("catalog.new.pack_help")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("pack") and not cleaned.get("name", "").strip():
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


def _packs() -> list[tuple[str, str]]:
    """Packs that describe a process of their own."""
    own = "zh" if language() == "zh" else "en"
    return [(pack.code, getattr(pack.title, own)) for pack in load_packs() if len(pack.nodes) > 1]
