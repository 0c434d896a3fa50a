"""Forms: which risks and how many years; three points of a risk."""

from typing import Any

from django import forms

from anlan.loop.quantify.estimate import SHAPES
from anlan.web.common.texts import text
from anlan.web.losses.known import STAGES
from anlan.web.losses.models import RiskNumbers
from anlan.web.losses.services.calculating import FEWEST_YEARS, MOST_YEARS, USUAL_YEARS
from anlan.web.losses.services.numbers import LONGEST_SOURCE, MOST_RECORDS, UNITS
from anlan.web.risks.forms import words

SIDES = ("frequency", "severity")


class Asked(forms.Form):
    """How a loss year is computed; which risks stands in the address."""

    title = forms.CharField(max_length=160, required=False)
    years = forms.IntegerField(min_value=FEWEST_YEARS, max_value=MOST_YEARS, initial=USUAL_YEARS)
    seed = forms.IntegerField(min_value=0, max_value=2**63 - 1, initial=0)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name, field in self.fields.items():
            field.label = text(f"losses.new.{'name' if name == 'title' else name}")
        self.fields["years"].help_text = text("losses.new.years_help")
        self.fields["seed"].help_text = text("losses.new.seed_help")


class ThreePoints(forms.Form):
    """Lowest, likely and highest value of the frequency and of one loss, at a stage."""

    stage = forms.ChoiceField()
    loss_unit = forms.ChoiceField()
    frequency_shape = forms.ChoiceField()
    frequency_low = forms.FloatField(min_value=0)
    frequency_likely = forms.FloatField(min_value=0, required=False)
    frequency_high = forms.FloatField(min_value=0)
    severity_shape = forms.ChoiceField()
    severity_low = forms.FloatField(min_value=0)
    severity_likely = forms.FloatField(min_value=0, required=False)
    severity_high = forms.FloatField(min_value=0)
    records = forms.IntegerField(required=False, min_value=1, max_value=MOST_RECORDS)
    source = forms.CharField(max_length=LONGEST_SOURCE, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["stage"].choices = words("risks.stages", STAGES)
        self.fields["loss_unit"].choices = words("estimating.units", UNITS)
        for side in SIDES:
            self.fields[f"{side}_shape"].choices = words("estimating.shapes", SHAPES)
        for name, field in self.fields.items():
            plain = name.split("_", 1)[-1] if name.startswith(SIDES) else name
            field.label = text(f"losses.numbers.{plain}")
        self.fields["records"].help_text = text("losses.numbers.records_help")

    def sides(self) -> list[tuple[str, list[Any]]]:
        return [(s, [self[f"{s}_{n}"] for n in ("shape", "low", "likely", "high")]) for s in SIDES]

    def side(self, name: str) -> dict[str, Any]:
        return {key: self.cleaned_data[f"{name}_{key}"] for key in ("shape", "low", "likely", "high")}


def plain(value: Any) -> Any:
    """A whole number without its point, as people write it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def held(form: RiskNumbers | None, *, stage: str, loss_unit: str) -> dict[str, Any]:
    """What a form begins with: the version in force, or nothing but the stage and the unit."""
    if form is None:
        return {"stage": stage, "loss_unit": loss_unit, "seen": 0, "severity_shape": "lognormal"}
    sides = {
        f"{side}_{name}": plain(getattr(form, side).get(name))
        for side in SIDES
        for name in ("shape", "low", "likely", "high")
    }
    return {
        "stage": stage, "loss_unit": form.loss_unit, "records": form.records, "source": form.source,
        "seen": form.number, **sides,
    }  # fmt: skip
