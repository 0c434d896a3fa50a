"""Forms of risks: everything a person may type; levels are not among it."""

from typing import Any

from django import forms

from anlan.web.common.texts import of, text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, units_of
from anlan.web.people.unit_field import choose_unit
from anlan.web.risks.models import CATEGORIES, PHASES, STAGES, Criteria, Risk


def _words(group: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, text(f"{group}.{code}")) for code in codes]


class _Labelled(forms.Form):
    """Labels from the texts: `web.risks.fields.<name>`."""

    def label_fields(self) -> None:
        for name, field in self.fields.items():
            field.label = text(f"risks.fields.{name}")


class NewRisk(_Labelled):
    """A risk registered by hand, or reported by anybody as a candidate."""

    unit = forms.ModelChoiceField(queryset=None)
    title = forms.CharField(max_length=200)
    category = forms.ChoiceField()
    process = forms.ModelChoiceField(queryset=None, required=False)
    cause = forms.CharField(widget=forms.Textarea, required=False, max_length=4000)
    event = forms.CharField(widget=forms.Textarea, required=False, max_length=4000)
    consequence = forms.CharField(widget=forms.Textarea, required=False, max_length=4000)

    def __init__(self, user: Any, permission: str, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        from anlan.web.catalog.models import Process

        choose_unit(self.fields["unit"], user, permission)
        self.fields["process"].queryset = in_scope(Process.objects.filter(active=True), user, "catalog.view")
        self.fields["category"].choices = _words("risks.categories", CATEGORIES)
        self.label_fields()


class RiskFacts(forms.ModelForm):
    """What may be changed of a line of the register; `seen` is the version the person looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    tags = forms.CharField(required=False, max_length=300)

    class Meta:
        model = Risk
        fields = ["title", "title_en", "category", "cause", "event", "consequence", "owner", "phase",
                  "next_review_on", "review_cycle_days"]  # fmt: skip

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.initial["seen"] = self.instance.version
        self.initial["tags"] = ", ".join(self.instance.tags)
        self.fields["category"].choices = _words("risks.categories", CATEGORIES)
        self.fields["phase"].choices = _words("risks.phases", PHASES)
        self.fields["owner"].queryset = owners(user)
        self.fields["next_review_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        for name in self.fields:
            if name != "seen":
                self.fields[name].label = text(f"risks.fields.{name}")

    def clean_tags(self) -> list[str]:
        words = self.cleaned_data["tags"].replace("，", ",").replace("、", ",").split(",")
        return list(dict.fromkeys(word.strip()[:40] for word in words if word.strip()))


class Scores(_Labelled):
    """Likelihood and severity on the scales in force."""

    stage = forms.ChoiceField()
    likelihood = forms.TypedChoiceField(coerce=int)
    severity = forms.TypedChoiceField(coerce=int)
    rationale = forms.CharField(widget=forms.Textarea, max_length=4000)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["stage"].choices = _words("risks.stages", STAGES)
        self.fields["stage"].initial = "current"
        for axis in ("likelihood", "severity"):
            scale = criteria.content[axis]
            self.fields[axis].choices = [
                (i + 1, f"{i + 1} {of(label)}{_band(scale, i)}") for i, label in enumerate(scale["labels"])
            ]
        self.label_fields()


def _band(scale: dict[str, Any], place: int) -> str:
    """The band of a score in words: `(10–50 per 1,000 cases)`."""
    bounds = scale["bounds"]
    low = f"{bounds[place - 1]:g}" if place else ""
    high = f"{bounds[place]:g}" if place < len(bounds) else ""
    band = f"< {high}" if not low else f"≥ {low}" if not high else f"{low}–{high}"
    return text("risks.assess.band", band=band, unit=text(f"risks.scale_units.{scale['unit']}"))


def owners(user: Any) -> Any:
    """People who can own a risk of the units the person edits in."""
    return User.objects.filter(is_active=True, unit__in=units_of(user, "risks.view")).order_by("name")


class NewWorkshop(_Labelled):
    """Risks to discuss and experts to invite; an expert a line, `name, field`."""

    unit = forms.ModelChoiceField(queryset=None)
    title = forms.CharField(max_length=160)
    purpose = forms.CharField(widget=forms.Textarea, required=False, max_length=2000)
    risks = forms.ModelMultipleChoiceField(queryset=None)
    experts = forms.CharField(widget=forms.Textarea, max_length=4000)
    days = forms.IntegerField(min_value=1, max_value=90, initial=14)
    most_rounds = forms.IntegerField(min_value=1, max_value=6, initial=3)

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        choose_unit(self.fields["unit"], user, "workshops.lead")
        register = in_scope(Risk.objects.exclude(phase="closed"), user, "risks.view")
        self.fields["risks"].queryset = register.order_by("id")
        self.fields["risks"].widget.attrs["size"] = 10
        self.label_fields()
        self.fields["experts"].help_text = text("workshops.new.experts_help")
        self.fields["risks"].help_text = text("workshops.new.risks_help")

    def clean_experts(self) -> list[Any]:
        from anlan.web.risks.services import Expert

        lines = [
            line.replace("，", ",") for line in self.cleaned_data["experts"].splitlines() if line.strip()
        ]
        return [Expert(*(part.strip()[:80] for part in [*line.split(",", 1), ""][:2])) for line in lines]

    def clean_risks(self) -> list[Risk]:
        return list(self.cleaned_data["risks"])


class ExpertScores(_Labelled):
    """An expert's two scores, as big choices for a thumb."""

    likelihood = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    severity = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea, required=False, max_length=600)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for axis in ("likelihood", "severity"):
            scale = criteria.content[axis]
            self.fields[axis].choices = [
                (i + 1, f"{i + 1} {of(label)}{_band(scale, i)}") for i, label in enumerate(scale["labels"])
            ]
        self.label_fields()
