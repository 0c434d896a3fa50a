"""Forms of risks: everything a person may type; levels are not among it."""

from typing import Any

from django import forms

from anlan.web.common.texts import error_text, in_language, of, text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, units_of
from anlan.web.people.unit_field import choose_unit
from anlan.web.risks import drawings, services
from anlan.web.risks.columns import choice_word
from anlan.web.risks.models import CATEGORIES, PHASES, STAGES, Criteria, CustomField, Risk


def words(group: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Choices of codes with their texts."""
    return [(code, text(f"{group}.{code}")) for code in codes]


class Labelled(forms.Form):
    """Labels from the texts: `web.risks.fields.<name>`."""

    def label_fields(self) -> None:
        for name, field in self.fields.items():
            field.label = text(f"risks.fields.{name}")


class NewRisk(Labelled):
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
        self.fields["category"].choices = words("risks.categories", CATEGORIES)
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
        self.fields["category"].choices = words("risks.categories", CATEGORIES)
        self.fields["phase"].choices = words("risks.phases", PHASES)
        self.fields["owner"].queryset = owners(user)
        self.fields["next_review_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        for name in self.fields:
            if name != "seen":
                self.fields[name].label = text(f"risks.fields.{name}")

    def clean_tags(self) -> list[str]:
        return [word[:40] for word in tags_in(self.cleaned_data["tags"])]


class CustomValues(forms.Form):
    """The fields that a unit defined for its risks; `values` is the whole of them, once valid."""

    def __init__(self, unit: Any, user: Any, *args: Any, held: dict[str, Any], **named: Any) -> None:
        super().__init__(*args, prefix="own", **named)
        self.held, self.values = held, dict(held)
        self.defined = services.fields_of(unit)
        people = None
        for defined in self.defined:
            if defined.kind == CustomField.Kind.PERSON and people is None:
                people = [(p.username, f"{p.name} ({p.username})") for p in owners(user)]
            self.fields[defined.key] = custom_field(defined, people or [], held.get(defined.key))

    def clean(self) -> dict[str, Any]:
        given = {field.key: self.cleaned_data.get(field.key) for field in self.defined}
        self.values, wrong = services.read_values(self.defined, given, self.held)
        for fault in wrong:
            if fault.key in self.fields:
                self.add_error(fault.key, error_text(fault.error()))
        return given


def custom_field(defined: CustomField, people: list[tuple[str, str]], held: Any) -> forms.Field:
    """The input of a custom field. What is typed is judged by `read_values` alone."""
    kind = CustomField.Kind
    label, choices = in_language(defined, "label"), [(c["code"], choice_word(c)) for c in defined.choices]
    none = [("", text("register.not_given"))]
    facts = {"label": f"{label} ({defined.measure})" if defined.measure else label, "initial": held}
    if defined.kind == kind.CHOICES:
        field: forms.Field = forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **facts
        )
    elif defined.kind == kind.CHOICE:
        field = forms.ChoiceField(choices=none + choices, **facts)
    elif defined.kind == kind.PERSON:
        known = people if held is None or held in dict(people) else [*people, (held, held)]
        field = forms.ChoiceField(choices=none + known, **facts)
    elif defined.kind == kind.YES_NO:
        answers = [("true", text("register.yes")), ("false", text("register.no"))]
        facts["initial"] = None if held is None else str(held).lower()
        field = forms.ChoiceField(choices=none + answers, **facts)
    else:
        inputs = {kind.NUMBER: forms.TextInput(attrs={"inputmode": "decimal"}),
                  kind.DATE: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}  # fmt: skip
        field = forms.CharField(widget=inputs.get(defined.kind, forms.TextInput()), **facts)
    field.required = False
    field.widget.is_required = False
    field.help_text = _bounds(defined) + (text("register.is_required") if defined.required else "")
    return field


def _bounds(defined: CustomField) -> str:
    if defined.least is None and defined.most is None:
        return ""
    low = "−∞" if defined.least is None else f"{defined.least:g}"
    high = "∞" if defined.most is None else f"{defined.most:g}"
    return text("register.bounds", low=low, high=high)


class FieldFacts(forms.Form):
    """Definition of a custom field; choices a line each: `code | 中文 | English`."""

    unit = forms.ModelChoiceField(queryset=None)
    key = forms.CharField(max_length=30)
    kind = forms.ChoiceField()
    label = forms.CharField(max_length=60)
    label_en = forms.CharField(max_length=60, required=False)
    position = forms.IntegerField(min_value=0, max_value=999, initial=10)
    measure = forms.CharField(max_length=20, required=False)
    least = forms.FloatField(required=False)
    most = forms.FloatField(required=False)
    choices = forms.CharField(widget=forms.Textarea, required=False, max_length=6000)
    required = forms.BooleanField(required=False)
    retired = forms.BooleanField(required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: Any, *args: Any, field: CustomField | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kind"].choices = words("register.kinds", tuple(CustomField.Kind.values))
        choose_unit(self.fields["unit"], user, "criteria.manage")
        if field is None:
            del self.fields["retired"]
        else:
            for name in ("unit", "key", "kind"):
                del self.fields[name]
            for name in ("label", "label_en", "position", "measure", "least", "most", "required", "retired"):
                self.fields[name].initial = getattr(field, name)
            self.fields["choices"].initial = "\n".join(
                " | ".join((c["code"], c["zh"], c["en"])) for c in field.choices
            )
            self.fields["seen"].initial = field.version
        for name in self.fields:
            self.fields[name].label = text(f"register.field.{name}")
        self.fields["choices"].help_text = text("register.field.choices_help")
        if "key" in self.fields:
            self.fields["key"].help_text = text("register.field.key_help")

    def clean_choices(self) -> list[dict[str, str]]:
        found = []
        for line in self.cleaned_data["choices"].splitlines():
            parts = [part.strip()[:60] for part in line.replace("｜", "|").split("|")]
            if parts[0]:
                zh = parts[1] if len(parts) > 1 and parts[1] else parts[0]
                found.append({"code": parts[0], "zh": zh, "en": parts[2] if len(parts) > 2 else ""})
        if any("," in choice["code"] or "，" in choice["code"] for choice in found):
            raise forms.ValidationError(text("register.field.choices_comma"))
        return found


class BulkChange(forms.Form):
    """What many risks shall get; an empty field leaves as it is."""

    owner = forms.ChoiceField(required=False)
    phase = forms.ChoiceField(required=False)
    category = forms.ChoiceField(required=False)
    next_review_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    add_tags = forms.CharField(required=False, max_length=300)
    remove_tags = forms.CharField(required=False, max_length=300)
    reason = forms.CharField(required=False, max_length=400)

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        stay = [("", text("register.bulk.stays"))]
        self.people = {person.username: person for person in owners(user)}
        people = [(name, f"{person.name} ({name})") for name, person in self.people.items()]
        self.fields["owner"].choices = [*stay, ("-", text("register.bulk.nobody")), *people]
        self.fields["phase"].choices = stay + words("risks.phases", PHASES)
        self.fields["category"].choices = stay + words("risks.categories", CATEGORIES)
        for name in self.fields:
            self.fields[name].label = text(f"register.bulk.{name}")

    @property
    def change(self) -> services.Change:
        given = self.cleaned_data
        return services.Change(
            owner=self.people.get(given["owner"]), no_owner=given["owner"] == "-", phase=given["phase"],
            category=given["category"], next_review_on=given["next_review_on"],
            add_tags=tuple(tags_in(given["add_tags"])), remove_tags=tuple(tags_in(given["remove_tags"])),
        )  # fmt: skip


def tags_in(said: str) -> list[str]:
    words = said.replace("，", ",").replace("、", ",").split(",")
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


class AppetiteFacts(forms.Form):
    """What a unit tolerates in a category."""

    unit = forms.ModelChoiceField(queryset=None)
    category = forms.ChoiceField(required=False)
    highest_level = forms.ChoiceField(required=False)
    annual_loss = forms.FloatField(required=False, min_value=0)
    total_loss = forms.FloatField(required=False, min_value=0, show_hidden_initial=True)
    total_percent = forms.FloatField(
        required=False, min_value=0.01, max_value=99.99, show_hidden_initial=True
    )
    reason = forms.CharField(max_length=300)

    def __init__(
        self, user: Any, levels: list[tuple[str, str]], *args: Any, loss_unit: str, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        choose_unit(self.fields["unit"], user, "criteria.manage")
        self.fields["category"].choices = [
            ("", text("register.appetite.all")),
            *words("risks.categories", CATEGORIES),
        ]
        self.fields["highest_level"].choices = [("", text("register.appetite.inherits")), *levels]
        for name in self.fields:
            self.fields[name].label = text(f"register.appetite.{name}")
        for name in ("annual_loss", "total_loss"):
            self.initial[name] = _whole(self.initial.get(name))
        self.fields["annual_loss"].help_text = text("register.appetite.loss_help", unit=loss_unit)
        self.fields["total_loss"].help_text = text("register.appetite.total_help", unit=loss_unit)

    def clean(self) -> dict[str, Any]:
        """The page fills in the totals of all categories; left as they are, they say nothing of one."""
        given = super().clean() or {}
        if given.get("category") and not {"total_loss", "total_percent"} & set(self.changed_data):
            given |= {"total_loss": None, "total_percent": None}
        return given


def _whole(value: float | None) -> float | int | None:
    """As a person would write it: no `.0` at the end."""
    return int(value) if value is not None and value == int(value) else value


class Scores(Labelled):
    """Likelihood and severity on the scales in force."""

    stage = forms.ChoiceField()
    likelihood = forms.TypedChoiceField(coerce=int)
    severity = forms.TypedChoiceField(coerce=int)
    rationale = forms.CharField(widget=forms.Textarea, max_length=4000)

    def __init__(self, criteria: Criteria, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["stage"].choices = words("risks.stages", STAGES)
        self.fields["stage"].initial = "current"
        for axis in ("likelihood", "severity"):
            scale = criteria.content[axis]
            self.fields[axis].choices = [("", text("common.choose"))] + [
                (i + 1, f"{i + 1} {of(label)}{band(scale, i)}") for i, label in enumerate(scale["labels"])
            ]
        self.label_fields()


def band(scale: dict[str, Any], place: int) -> str:
    """The band of a score in words: `(10–50 per 1,000 cases)`."""
    unit = text(f"risks.scale_units.{scale['unit']}")
    return text("risks.assess.band", band=drawings.bounds_said(scale, place), unit=unit)


def owners(user: Any) -> Any:
    """People who can own a risk of the units the person edits in."""
    return User.objects.filter(is_active=True, unit__in=units_of(user, "risks.view")).order_by("name")
