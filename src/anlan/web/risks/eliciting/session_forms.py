"""Forms of expert sessions: what every kind asks of the leader, and how a risk is judged."""

from typing import Any

from django import forms
from django.core.validators import validate_email

from anlan.web.common.texts import of, text
from anlan.web.people.permissions import in_scope
from anlan.web.people.selectors import people_of
from anlan.web.people.unit_field import choose_unit
from anlan.web.risks.forms import Labelled, band, words
from anlan.web.risks.models import Criteria, Risk
from anlan.web.risks.services.session_kinds import KINDS, POINTS
from anlan.web.risks.services.workshops import Expert


class NewSession(Labelled):
    """Subject, rounds and experts; an expert a line, `name, field, @user or address`."""

    unit = forms.ModelChoiceField(queryset=None)
    title = forms.CharField(max_length=160)
    purpose = forms.CharField(widget=forms.Textarea({"rows": 3}), required=False, max_length=2000)
    risks = forms.ModelMultipleChoiceField(queryset=None)
    experts = forms.CharField(widget=forms.Textarea({"rows": 5}), max_length=4000)
    days = forms.IntegerField(min_value=1, max_value=90, initial=14)
    most_rounds = forms.IntegerField(min_value=1, max_value=6, initial=3)

    OWN: tuple[str, ...] = ()
    """Fields of the kind, whose labels stand below `workshops.new`."""

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.user = user
        choose_unit(self.fields["unit"], user, "workshops.lead")
        self.register = in_scope(Risk.objects.exclude(phase="closed"), user, "risks.view").order_by("id")
        if "risks" in self.fields:
            self.fields["risks"].queryset = self.register
            self.fields["risks"].help_text = text("workshops.new.risks_help")
        own = [(name, self.fields.pop(name)) for name in self.OWN]
        self.label_fields()
        for name, field in own:
            self.fields[name] = field
            field.label = text(f"workshops.new.{name}")
            field.help_text = text(f"workshops.new.{name}_help")
        self.fields["title"].label = text("workshops.new.name")
        self.fields["experts"].help_text = text("workshops.new.experts_help")

    def clean_experts(self) -> list[Expert]:
        lines = [
            line.replace("，", ",") for line in self.cleaned_data["experts"].splitlines() if line.strip()
        ]
        return [self._expert(line) for line in lines]

    def _expert(self, line: str) -> Expert:
        """ValidationError names an account nobody of the person's units has, and an address that is none."""
        parts = [part.strip() for part in line.split(",")]
        user, email = None, ""
        if len(parts) > 1 and parts[-1].startswith("@"):
            user = people_of(self.user, closed=False).filter(username=parts.pop()[1:]).first()
            if user is None:
                raise forms.ValidationError(text("workshops.new.no_account", line=line[:80]))
        elif len(parts) > 1 and "@" in parts[-1]:
            email = parts.pop()
            try:
                validate_email(email)
            except forms.ValidationError as fault:
                raise forms.ValidationError(text("workshops.new.no_address", line=line[:80])) from fault
        return Expert(parts[0][:80], ", ".join(parts[1:])[:80], user=user, email=email)

    def risks_offered(self) -> list[tuple[Risk, bool]]:
        """Each risk and whether it is chosen, also after something else was refused."""
        chosen = {str(pk) for pk in self["risks"].value() or ()}
        return [(risk, str(risk.pk) in chosen) for risk in self.fields["risks"].queryset]

    def clean_risks(self) -> list[Risk]:
        return list(self.cleaned_data["risks"])


class NewWorkshop(NewSession):
    """A session in which every risk is judged: by scores, or by numbers."""

    OWN = ("kind", "cases_per_year", "usual_duration_min")

    kind = forms.ChoiceField(initial="delphi", required=False)
    cases_per_year = forms.FloatField(min_value=0, required=False)
    usual_duration_min = forms.FloatField(min_value=0, required=False)

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(user, *args, **named)
        codes = tuple(code for code, kind in KINDS.items() if kind.axes)
        self.fields["kind"].choices = words("workshops.kinds", codes)

    def asked(self) -> dict[str, Any]:
        """What the form says, as `create_workshop` takes it."""
        given = dict(self.cleaned_data)
        numbers = {name: given.pop(name) for name in ("cases_per_year", "usual_duration_min")}
        return given | {"kind": given["kind"] or "delphi", "numbers": numbers}


class ExpertPoints(forms.Form):
    """An expert's lowest, likely and highest number for the frequency and for one loss."""

    frequency_low = forms.FloatField(min_value=0)
    frequency_likely = forms.FloatField(min_value=0)
    frequency_high = forms.FloatField(min_value=0)
    severity_low = forms.FloatField(min_value=0)
    severity_likely = forms.FloatField(min_value=0)
    severity_high = forms.FloatField(min_value=0)
    reason = forms.CharField(widget=forms.Textarea, required=False, max_length=600)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name in POINTS:
            self.fields[name].label = text(f"estimating.fields.{name}")

    def sides(self) -> list[tuple[str, list[Any]]]:
        """Fields of the frequency and of the loss, for the page."""
        return [(s, [self[n] for n in POINTS if n.startswith(s)]) for s in ("frequency", "severity")]


class ExpertScores(Labelled):
    """An expert's two scores, as big choices for a thumb."""

    likelihood = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    severity = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea, required=False, max_length=600)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for axis in ("likelihood", "severity"):
            scale = criteria.content[axis]
            self.fields[axis].choices = [
                (i + 1, f"{i + 1} {of(label)}{band(scale, i)}") for i, label in enumerate(scale["labels"])
            ]
        self.label_fields()
