"""How one wants to hear of each kind."""

from typing import Any

from django import forms

from anlan.web.common.texts import text
from anlan.web.notices.kinds import KINDS
from anlan.web.notices.models import Wish


class Wishes(forms.Form):
    """A way for each kind, and how often by mail."""

    daily = forms.TypedChoiceField(coerce=lambda value: value == "daily")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["daily"].choices = [
            (code, text(f"notices.rhythms.{code}")) for code in ("at_once", "daily")
        ]
        self.fields["daily"].label = text("notices.settings.rhythm")
        for kind in KINDS:
            known = [way for way in Wish.Way.values if way != "mail" or not kind.own_mail]
            ways = [(way, text(f"notices.ways.{way}")) for way in known]
            label = text(f"notices.names.{kind.code}")
            self.fields[kind.code] = forms.ChoiceField(choices=ways, label=label)

    @property
    def rows(self) -> list[Any]:
        return [self[kind.code] for kind in KINDS]

    def ways(self) -> dict[str, str]:
        return {kind.code: self.cleaned_data[kind.code] for kind in KINDS}
