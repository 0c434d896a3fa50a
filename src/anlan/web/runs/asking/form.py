"""The form of a study: one question per parameter the catalogue declares, and the seed.

Parameters of an event log have questions of their own; those of studies added later are asked as they are
declared: a number, a choice, a file, a line.
"""

from collections.abc import Mapping
from typing import Any

from django import forms

from anlan.domain.errors import AnlanError
from anlan.studies.catalogue import Study
from anlan.studies.parameters import LOG_PARAMETERS, Parameter
from anlan.web.common.texts import of, text
from anlan.web.runs.asking.budgets import budget_question
from anlan.web.runs.asking.choices import (
    closing_question,
    criteria_question,
    day_question,
    model_question,
    packs_question,
    path_question,
)
from anlan.web.runs.asking.hours import calendar_question
from anlan.web.runs.asking.known import CARRIED, Known
from anlan.web.runs.asking.limits import limit_question
from anlan.web.runs.asking.question import Question, Unfit, Way, file_way
from anlan.web.runs.asking.rates import costs_question, rates_of
from anlan.web.runs.drawings import refusal
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import facts_of


class StudyForm(forms.Form):
    """`values()` is what `start_run` takes. answers: of an earlier run, to begin with."""

    def __init__(
        self, asked: Study, known: Known, answers: Mapping[str, Any], *args: Any, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.asked = asked
        self.questions = [question_of(p, known, answers.get(p.name)) for p in asked.parameters]
        for question in self.questions:
            self.fields.update(question.form_fields())
        self.fields["seed"] = forms.IntegerField(
            min_value=0, max_value=2**63 - 1, initial=answers.get("seed") or 0, required=False,
            label=text("runs.fields.seed"), help_text=text("runs.new.seed_help"),
        )  # fmt: skip
        self._values: dict[str, str | None] = {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for question in self.questions:
            if any(name in self.errors for name in question.form_fields()):
                continue
            try:
                self._values[question.name] = question.answer(cleaned)
            except Unfit as unfit:
                self.add_error(unfit.name, unfit.words)
        self._check_money(cleaned)
        return cleaned

    def _check_money(self, cleaned: Mapping[str, Any]) -> None:
        """A budget in money needs the cost of a person-day."""
        in_money = cleaned.get("budget_how") == "money" and "costs" in self._values
        if in_money and "person_day" not in rates_of(self._values["costs"]):
            self.add_error("budget_money", text("runs.ask.budget.no_rate"))

    def values(self) -> dict[str, Any]:
        return {name: value or None for name, value in self._values.items()}

    def seed(self) -> int:
        return int(self.cleaned_data.get("seed") or 0)

    def refuse(self, error: AnlanError) -> None:
        """Put what the study refused beside the field it is about."""
        question = self._about(error)
        self.add_error(self._field_of(question) if question else None, refusal(error))

    def _about(self, error: AnlanError) -> Question | None:
        """What an error is about: by its code (`option.sla`, `costs.faults`) or the option it names."""
        named = str(error.parameters.get("option", "")).lstrip("-").replace("-", "_")
        file = str(error.parameters.get("file", "")).removesuffix(".toml")
        parts = error.code.split(".")
        by_name = {question.name: question for question in self.questions}
        found = next((by_name[name] for name in (named, file, parts[-1], parts[0]) if name in by_name), None)
        return found or next((by_name[name] for name in by_name if parts[-1].startswith(f"{name}_")), None)

    def _field_of(self, question: Question) -> str:
        """The first field of the way that was taken; the choice of the way where it has none."""
        way = question.way(self.cleaned_data)
        return next((question.full(name) for name in way.fields), question.how)

    def shown(self, *, rare: bool) -> list[dict[str, Any]]:
        """The questions for the page: their ways, each with its fields and whether it is taken."""
        return [self._shown(question) for question in self.questions if question.rare == rare]

    @property
    def usual(self) -> list[dict[str, Any]]:
        return self.shown(rare=False)

    @property
    def rare(self) -> list[dict[str, Any]]:
        return self.shown(rare=True)

    @property
    def rare_open(self) -> bool:
        """Whether something seldom changed was changed, or is wrong."""
        changed = any(q.chosen != q.ways[0].code for q in self.questions if q.rare)
        wrong = any(n in self.errors for q in self.questions if q.rare for n in q.form_fields())
        return changed or wrong or "seed" in self.errors

    def _shown(self, question: Question) -> dict[str, Any]:
        taken = self[question.how].value() if len(question.ways) > 1 else question.ways[0].code
        ways = [
            {"way": way, "taken": way.code == taken, "fields": [self[question.full(n)] for n in way.fields]}
            for way in question.ways
        ]
        errors = self.errors.get(question.how, []) if len(question.ways) > 1 else []
        return {"question": question, "ways": ways, "errors": errors}


def answers_of(like: Run | None, known: Known) -> dict[str, Any]:
    """What a form begins with: all answers of the run to be repeated, else what the newest run of the process
    says of the process itself."""
    if like is not None:
        return {**facts_of(like), "seed": like.seed}
    if known.newest is None:
        return {}
    return {name: known.newest.parameters.get(name) for name in CARRIED}


def question_of(parameter: Parameter, known: Known, given: Any) -> Question:
    """The question of a parameter, begun with the text it was given before."""
    name, title = parameter.name, of(parameter.title)
    if parameter in LOG_PARAMETERS:
        made = {
            "sla": lambda: limit_question(name, title, known, given),
            "calendar": lambda: calendar_question(name, title, known, given),
            "costs": lambda: costs_question(name, title, known, given),
            "criteria": lambda: criteria_question(name, title, given),
            "packs": lambda: packs_question(name, title, given),
            "reference": lambda: path_question(name, title, known, given),
            "closing": lambda: closing_question(name, title, known, given),
            "budget": lambda: budget_question(name, title, given),
            "as_of": lambda: day_question(name, title, given),
            "model": lambda: model_question(name, title, known, given),
        }
        return made[name]()
    if parameter.kind == "file":
        file = file_way("")
        none = Way("none", text("runs.ask.none"))
        return Question(name, title, (none, file), "none", note=of(parameter.help))
    way = Way("given", title, lambda fields: fields[""], {"": _field(parameter, given)})
    return Question(name, title, (way,), "given")


def _field(parameter: Parameter, given: Any) -> forms.Field:
    start = parameter.default if given is None else given
    words: dict[str, Any] = {
        "label": of(parameter.title), "help_text": of(parameter.help), "required": False, "initial": start,
    }  # fmt: skip
    if parameter.kind == "choice":
        return forms.ChoiceField(choices=[(c, of(word)) for c, word in parameter.choices.items()], **words)
    if parameter.kind == "flag":
        return forms.BooleanField(**words)
    limits = {"min_value": parameter.low, "max_value": parameter.high}
    if parameter.kind == "integer":
        return forms.IntegerField(**limits, **words)
    if parameter.kind == "number":
        return forms.FloatField(**limits, **words)
    shown = forms.TextInput(attrs={"placeholder": parameter.example})
    return forms.CharField(max_length=2000, widget=shown, **words)
