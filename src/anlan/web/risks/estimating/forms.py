"""Forms of the other ways to assess: three points, a distribution's parameters, a finished run."""

from collections.abc import Sequence
from typing import Any

from django import forms

from anlan.formats.wording import number
from anlan.loop.quantify.estimate import PARAMETERS, SHAPES
from anlan.studies.methods.carrying import MONEY, Figure
from anlan.web.common.templatetags.anlan import moment
from anlan.web.common.texts import language, of, text
from anlan.web.risks.forms import words
from anlan.web.risks.models import STAGES, Criteria
from anlan.web.risks.services import Given, Taken
from anlan.web.risks.services.estimating import MINUTES
from anlan.web.runs.drawings import title_of
from anlan.web.runs.models import Run

SIDES = ("frequency", "severity")


class _Assessing(forms.Form):
    """What every way asks: stage and rationale; scores by hand may be left empty."""

    stage = forms.ChoiceField()
    likelihood_score = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    severity_score = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    rationale = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["stage"].choices = words("risks.stages", STAGES)
        self.fields["stage"].initial = "current"
        for axis in ("likelihood", "severity"):
            labels = criteria.content[axis]["labels"]
            self.fields[f"{axis}_score"].choices = [
                ("", text("estimating.from_numbers")),
                *((i, f"{i} {of(label)}") for i, label in enumerate(labels, start=1)),
            ]
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.HiddenInput):
                field.label = text(f"estimating.fields.{name}")


class _Estimates(_Assessing):
    """Numbers of the process that turn losses into scores, the unit of loss, the seed of the check."""

    technique = ""
    loss_unit = forms.ChoiceField()
    cases_per_year = forms.FloatField(required=False, min_value=0)
    usual_duration_min = forms.FloatField(required=False, min_value=0)
    seed = forms.IntegerField(min_value=0, max_value=2**63 - 1, initial=0)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(criteria, *args, **named)
        self.fields["loss_unit"].choices = words("estimating.units", (MINUTES, "CNY"))
        if criteria.content["severity"]["unit"] == MINUTES:
            del self.fields["usual_duration_min"]
        for name in ("cases_per_year", "usual_duration_min", "likelihood_score", "severity_score", "seed"):
            if name in self.fields:
                self.fields[name].help_text = text(f"estimating.help.{name}")

    def given(self) -> Given:
        """The answers as the service takes them."""
        names = ("loss_unit", "cases_per_year", "usual_duration_min", "likelihood_score", "severity_score",
                 "seed")  # fmt: skip
        numbers = {name: self.cleaned_data.get(name) for name in names}
        asked = {side: self.asked(side) for side in SIDES}
        return Given(self.technique, **asked, **numbers)  # type: ignore[arg-type]

    def asked(self, side: str) -> dict[str, Any]:
        raise NotImplementedError


class ThreePoints(_Estimates):
    """Lowest, likely and highest value of the frequency and of one loss."""

    technique = "three_point"
    frequency_shape = forms.ChoiceField()
    frequency_low = forms.FloatField(min_value=0)
    frequency_likely = forms.FloatField(min_value=0, required=False)
    frequency_high = forms.FloatField(min_value=0)
    severity_shape = forms.ChoiceField()
    severity_low = forms.FloatField(min_value=0)
    severity_likely = forms.FloatField(min_value=0, required=False)
    severity_high = forms.FloatField(min_value=0)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(criteria, *args, **named)
        for side in SIDES:
            self.fields[f"{side}_shape"].choices = words("estimating.shapes", SHAPES)

    def sides(self) -> list[tuple[str, list[Any]]]:
        """Fields of each side, for the page."""
        return [(s, [self[f"{s}_{n}"] for n in ("shape", "low", "likely", "high")]) for s in SIDES]

    def asked(self, side: str) -> dict[str, Any]:
        return {name: self.cleaned_data[f"{side}_{name}"] for name in ("shape", "low", "likely", "high")}


class NamedDistributions(_Estimates):
    """A kind of distribution and its parameters for the frequency and for one loss."""

    technique = "distribution"
    frequency_kind = forms.ChoiceField()
    frequency_first = forms.FloatField()
    frequency_second = forms.FloatField(required=False)
    frequency_third = forms.FloatField(required=False)
    severity_kind = forms.ChoiceField()
    severity_first = forms.FloatField()
    severity_second = forms.FloatField(required=False)
    severity_third = forms.FloatField(required=False)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(criteria, *args, **named)
        for side in SIDES:
            self.fields[f"{side}_kind"].choices = words("estimating.kinds", tuple(PARAMETERS))
            self.fields[f"{side}_kind"].initial = "gamma" if side == "frequency" else "lognormal"

    def sides(self) -> list[tuple[str, list[Any]]]:
        return [(s, [self[f"{s}_{n}"] for n in ("kind", "first", "second", "third")]) for s in SIDES]

    def asked(self, side: str) -> dict[str, Any]:
        """Parameters by name; more or fewer than the kind has are for the library to refuse."""
        kind = self.cleaned_data[f"{side}_kind"]
        values = [self.cleaned_data[f"{side}_{name}"] for name in ("first", "second", "third")]
        given = [value for value in values if value is not None]
        names = (*PARAMETERS[kind], "third", "second")
        return {"kind": kind, "parameters": dict(zip(names, given, strict=False))}


class FromRun(_Assessing):
    """A finished run; `finding` where its result names several risks; of a method's result the figures that
    are taken. shown_run: the run whose figures the page offered last."""

    run = forms.ChoiceField()
    finding = forms.CharField(required=False, max_length=80)
    shown_run = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    frequency = forms.ChoiceField(required=False)
    loss = forms.ChoiceField(required=False)
    currency = forms.CharField(required=False, max_length=20)
    cases_per_year = forms.FloatField(required=False, min_value=0)
    usual_duration_min = forms.FloatField(required=False, min_value=0)

    def __init__(
        self, criteria: Criteria, runs: list[Run], figures: Sequence[Figure], *args: Any, **named: Any
    ) -> None:
        super().__init__(criteria, *args, **named)
        self.runs, self.figures = {run.code: run for run in runs}, figures
        self.fields["run"].choices = [
            (run.code, f"{run.code} · {title_of(run.study)} · {moment(run.finished_at, 'day')}")
            for run in runs
        ]
        self.fields["run"].label = text("estimating.fields.run")
        self.fields["finding"].help_text = text("estimating.help.finding")
        for axis in ("likelihood", "severity"):
            field = self.fields[f"{axis}_score"]
            field.help_text = text(f"estimating.help.{'figure' if figures else 'run'}_score")
            field.choices = [("", text("estimating.from_result")), *field.choices[1:]]
        self._offer(criteria)

    def _offer(self, criteria: Criteria) -> None:
        """The figures as choices; questions that none of them raises are left out."""
        for side in ("frequency", "loss"):
            mine = [(figure.name, told(figure)) for figure in self.figures if figure.of == side]
            self.fields[side].choices = [("", text("estimating.not_taken")), *mine]
            if not mine:
                del self.fields[side]
        durations = criteria.content["severity"]["unit"] != MINUTES
        asked = {
            "currency": any(figure.unit == MONEY for figure in self.figures),
            "cases_per_year": "frequency" in self.fields,
            "usual_duration_min": "loss" in self.fields and durations,
        }
        for name, wanted in asked.items():
            if wanted:
                self.fields[name].help_text = text(f"estimating.help.{name}")
            else:
                del self.fields[name]

    def offered(self) -> list[Any]:
        """Fields of the figures, for the page."""
        names = ("frequency", "loss", "currency", "cases_per_year", "usual_duration_min")
        return [self[name] for name in names if name in self.fields]

    def taken(self) -> Taken:
        """What is taken of the result, as the service takes it."""
        names = ("cases_per_year", "usual_duration_min", "likelihood_score", "severity_score")
        numbers = {name: self.cleaned_data.get(name) for name in names}
        texts = {name: self.cleaned_data.get(name) or "" for name in ("frequency", "loss", "currency")}
        return Taken(**texts, **numbers)


def told(figure: Figure) -> str:
    """A figure with its value, unit and interval."""
    say = language()
    between = ": " if say == "en" else "："
    value = f"{of(figure.title)}{between}{number(figure.value, say)} {of(figure.unit_title)}".strip()
    if figure.low is None or figure.high is None:
        return value
    return f"{value} [{number(figure.low, say)}, {number(figure.high, say)}]"
