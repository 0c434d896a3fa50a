"""How a leader prepares each sheet: what is typed, chosen or taken over, as the content of the session."""

import re
from typing import Any

from django import forms

from anlan.domain.errors import AnlanError
from anlan.loop.quantify.methods import method
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.one_line import number_of
from anlan.web.catalog.models import Node, Process
from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import error_text, in_language, of, text, word
from anlan.web.people.permissions import in_scope
from anlan.web.risks.eliciting.lines import Line, list_of, tree_of
from anlan.web.risks.eliciting.session_forms import NewSession
from anlan.web.risks.forms import words
from anlan.web.risks.models import Risk
from anlan.web.risks.services.sheets import factors_from
from anlan.web.runs.hooks import criteria_in_force
from anlan.web.runs.models import Run


def choices_of(code: str, name: str) -> list[tuple[str, str]]:
    """The accepted answers to a question of a method, in words."""
    known = next(field for field in method(code).fields if field.name == name).choices
    return [(each, word(f"method_choices.{code}.{name}.{each}") or each) for each in known]


class NewSheet(NewSession):
    """A session whose sheet may be about a risk."""

    KIND = ""
    risks = None
    about = forms.ModelChoiceField(queryset=None, required=False)

    def __init__(self, user: Any, *args: Any, process: Process | None = None, **named: Any) -> None:
        super().__init__(user, *args, **named)
        self.process = process
        self.fields["about"].queryset = self.register
        self.fields["about"].label_from_instance = _said

    def content(self) -> dict[str, Any]:
        raise NotImplementedError

    def own(self) -> list[Any]:
        """The fields of the kind, for the page."""
        return [self[name] for name in self.OWN]

    def asked(self) -> dict[str, Any]:
        """What the form says, as `create_workshop` takes it."""
        names = ("unit", "title", "purpose", "experts", "days", "most_rounds", "about")
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return given | {"kind": self.KIND, "content": self.content()}

    def _numbers(self, name: str, lines: list[Line], places: dict[str, int]) -> list[dict[str, Any]]:
        """Further answers of each line by their name; numbers read, what cannot be read stays as typed."""
        most = max(places.values()) + 1
        rows = []
        for at, line in enumerate(lines, start=1):
            if len(line.further) > most:
                self.add_error(name, text("workshops.new.too_many_parts", line=at, most=most + 1))
            rows.append({key: number_of(line.further[place]) for key, place in places.items()
                         if place < len(line.further) and line.further[place]})  # fmt: skip
        return rows


def _said(risk: Risk) -> str:
    return f"{risk.code} {in_language(risk, 'title')}"


class NewAhpPairs(NewSheet):
    """Goal, criteria and alternatives; risks and nodes that were ticked become one or the other."""

    KIND = "ahp_pairs"
    OWN = ("goal", "items", "alternatives", "ticked_as", "group", "synthesis", "about")

    risks = forms.ModelMultipleChoiceField(queryset=None, required=False)
    nodes = forms.ModelMultipleChoiceField(queryset=None, required=False)
    goal = forms.CharField(max_length=80)
    items = forms.CharField(widget=forms.Textarea({"rows": 6}), required=False, max_length=8000, strip=False)
    alternatives = forms.CharField(widget=forms.Textarea({"rows": 3}), required=False, max_length=4000)
    ticked_as = forms.ChoiceField(initial="items")
    group = forms.ChoiceField(initial="aij")
    synthesis = forms.ChoiceField(initial="distributive")

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(user, *args, **named)
        self.fields["risks"].help_text = text("workshops.new.risks_or_nodes_help")
        self.fields["nodes"].queryset = _nodes(self.process)
        self.fields["nodes"].label = text("risks.fields.nodes")
        self.fields["ticked_as"].choices = words("workshops.new.ticked", ("items", "alternatives"))
        for name in ("group", "synthesis"):
            self.fields[name].choices = choices_of("ahp", name)

    def nodes_offered(self) -> list[tuple[Node, bool]]:
        chosen = {str(pk) for pk in self["nodes"].value() or ()}
        return [(node, str(node.pk) in chosen) for node in self.fields["nodes"].queryset]

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        ticked = [_said(risk) for risk in given["risks"]] + [in_language(node) for node in given["nodes"]]
        items = [{"name": line.name, "parent": line.parent} for line in tree_of(given["items"])]
        alternatives = list_of(given["alternatives"])
        if given["ticked_as"] == "alternatives":
            alternatives += ticked
        else:
            items += [{"name": name, "parent": ""} for name in ticked]
        content = {"goal": given["goal"], "items": items, "group": given["group"]}
        return content | (
            {"alternatives": alternatives, "synthesis": given["synthesis"]} if alternatives else {}
        )


def _nodes(process: Process | None) -> Any:
    """The steps of the process's version that is shown; none without a process."""
    from anlan.web.catalog.selectors import version_shown

    version = version_shown(process) if process else None
    steps = Node.objects.filter(version=version) if version else Node.objects.none()
    return steps.exclude(kind__in=(Node.Kind.EVENT, Node.Kind.GATEWAY))


class NewFuzzySheet(NewSheet):
    """Indicators with weights, typed or taken over from an AHP, and grades."""

    KIND = "fuzzy_sheet"
    OWN = ("factors", "weights_from", "grades", "grade_scores", "operator", "principle",
           "about")  # fmt: skip

    factors = forms.CharField(
        widget=forms.Textarea({"rows": 6}), required=False, max_length=8000, strip=False
    )
    weights_from = forms.ModelChoiceField(queryset=None, required=False, to_field_name="code")
    grades = forms.CharField(max_length=400)
    grade_scores = forms.CharField(max_length=400, required=False)
    operator = forms.ChoiceField(initial="product_sum")
    principle = forms.ChoiceField(initial="largest")

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(user, *args, **named)
        runs = in_scope(Run.objects.filter(study=f"{METHOD}ahp", state=Run.State.DONE, verifies=None), user,
                        "runs.view")  # fmt: skip
        self.fields["weights_from"].queryset = runs.order_by("-id")
        self.fields["weights_from"].label_from_instance = _run_said
        content = (criteria_in_force(user.unit) if user.unit else None) or default_criteria()
        levels = [of(level["name"]) for level in content["levels"]]
        self.fields["grades"].initial = text("common.comma").join(levels)
        for name in ("operator", "principle"):
            self.fields[name].choices = choices_of("fuzzy_evaluation", name)

    def clean(self) -> dict[str, Any]:
        """Indicators come from one place."""
        given = super().clean() or {}
        typed, run = given.get("factors", "").strip(), given.get("weights_from")
        if bool(typed) == bool(run):
            self.add_error("factors", text("workshops.new.factors_one_of"))
        elif typed:
            lines = tree_of(given["factors"])
            numbers = self._numbers("factors", lines, {"weight": 0})
            given["rows"] = [
                {"name": line.name, "parent": line.parent} | number
                for line, number in zip(lines, numbers, strict=True)
            ]
        return given

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        rows = factors_from(given["weights_from"]) if given["weights_from"] else given["rows"]
        grades = list_of(given["grades"])
        typed = [number_of(each) for each in list_of(given["grade_scores"])]
        return {
            "factors": rows, "grades": grades, "grade_scores": typed or list(range(1, len(grades) + 1)),
            "operator": given["operator"], "principle": given["principle"],
        }  # fmt: skip


def _run_said(run: Run) -> str:
    return f"{run.code} {run.parameters['spec'].get('title', '')}".strip()


class NewScoreSheet(NewSheet):
    """Indicators with weights, scored on one scale."""

    KIND = "score_sheet"
    OWN = ("indicators", "low", "high", "about")

    indicators = forms.CharField(widget=forms.Textarea({"rows": 6}), max_length=8000)
    low = forms.FloatField(initial=1)
    high = forms.FloatField(initial=5)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        lines = tree_of(given.get("indicators", ""))
        numbers = self._numbers("indicators", lines, {"weight": 0}) if lines else []
        given["rows"] = [{"name": line.name} | n for line, n in zip(lines, numbers, strict=True)]
        return given

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"indicators": given["rows"], "low": given["low"], "high": given["high"]}


class NewCooke(NewSheet):
    """Questions with a known truth, and those asked for; each with its unit, and `log` where numbers span
    powers of ten."""

    KIND = "cooke"
    OWN = ("seeds", "targets", "about")

    seeds = forms.CharField(widget=forms.Textarea({"rows": 6}), max_length=8000)
    targets = forms.CharField(widget=forms.Textarea({"rows": 6}), max_length=8000)
    most_rounds = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["rows"] = {
            "seeds": self._questions("seeds", {"truth": 0}), "targets": self._questions("targets", {}),
        }  # fmt: skip
        return given

    def _questions(self, name: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
        """`question | truth | unit | log`; a target has no truth."""
        rows = []
        for at, line in enumerate(tree_of(self.cleaned_data.get(name, "")), start=1):
            further = list(line.further)
            row: dict[str, Any] = {"question": line.name}
            for key in numbers:
                row[key] = number_of(further.pop(0)) if further else ""
            if further:
                row["unit"] = further.pop(0)
            if further:
                row["scale"] = further.pop(0) or "uniform"
            if further:
                self.add_error(name, text("workshops.new.too_many_parts", line=at, most=3 + len(numbers)))
            rows.append(row)
        return rows

    def content(self) -> dict[str, Any]:
        rows: dict[str, Any] = self.cleaned_data["rows"]
        return rows


_ENTRY = re.compile(r"(\w+)\[(\d+)\]")
FORMS = {form.KIND: form for form in (NewAhpPairs, NewFuzzySheet, NewScoreSheet, NewCooke)}


def refused(form: NewSession, fault: Any) -> None:
    """Every fault of the content: at the field whose entry it is about, by the entry's name, or at the
    head of the form."""
    for each in fault.several or (fault,):
        place = _ENTRY.match(str(each.parameters.get("where", "")))
        lines = tree_of(form.data.get(place[1], "")) if place and place[1] in form.fields else []
        if place and int(place[2]) <= len(lines):
            named = {**each.parameters, "where": lines[int(place[2]) - 1].name}
            form.add_error(place[1], error_text(AnlanError(each.code, **named)))
        else:
            form.add_error(None, error_text(each))
