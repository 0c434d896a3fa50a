"""Forms of a draft: its nodes, its flows, and the steps on its way into force."""

from typing import Any

from django import forms

from anlan.domain.design import FORMS, KINDS, Design, Link, Step
from anlan.domain.design.model import LONGEST_EVIDENCE, LONGEST_ROLE, LONGEST_SOP
from anlan.web.catalog.drawings import kind_code
from anlan.web.catalog.node_choices import criticalities, lanes, owners
from anlan.web.common.texts import in_language, text
from anlan.web.people.models import User
from anlan.web.people.unit_field import choose_unit

_UNITS = {"min": 60, "h": 3600, "d": 86400}
_MOST = {"min": 60 * 24 * 366, "h": 24 * 366, "d": 36600}
KIND_CODES = tuple(f"{kind}_{form}" if form else kind for kind in KINDS for form in FORMS.get(kind, ("",)))


class _Worded(forms.Form):
    """Labels and help come from `web.drafts`."""

    def word(self) -> None:
        for name, field in self.fields.items():
            field.label = text(f"drafts.fields.{name}")


class NodeFields(_Worded):
    """A node: what may be changed of it."""

    name = forms.CharField(max_length=200)
    name_en = forms.CharField(max_length=200, required=False)
    kind = forms.ChoiceField()
    role = forms.CharField(max_length=LONGEST_ROLE, required=False)
    channel = forms.CharField(max_length=LONGEST_ROLE, required=False)
    promise = forms.FloatField(min_value=0, required=False)
    promise_unit = forms.ChoiceField(required=False)
    criticality = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    owner = forms.ModelChoiceField(queryset=None, to_field_name="username", required=False)
    lane = forms.ChoiceField(required=False)
    evidence = forms.CharField(max_length=LONGEST_EVIDENCE, required=False)
    sop = forms.CharField(max_length=LONGEST_SOP, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kind"].choices = [(code, text(f"drafts.kinds.{code}")) for code in KIND_CODES]
        self.fields["promise_unit"].choices = [(code, text(f"drafts.units.{code}")) for code in _UNITS]
        self.fields["criticality"].choices = criticalities()
        self.fields["lane"].choices = lanes()
        self.fields["owner"].queryset = owners(user, now=self.initial.get("owner", ""))
        self.fields["owner"].empty_label = text("drafts.none")
        self.word()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        promise, unit = cleaned.get("promise"), cleaned.get("promise_unit") or "min"
        if promise is not None and not 0 < promise <= _MOST[unit]:
            self.add_error("promise", text("drafts.promise_range", most=_MOST[unit]))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Fields of a step."""
        given = self.cleaned_data
        kind, _, form = given["kind"].partition("_")
        length = _UNITS[given["promise_unit"] or "min"]
        return {
            "name": given["name"], "name_en": given["name_en"], "kind": kind, "form": form,
            "role": given["role"], "channel": given["channel"], "criticality": given["criticality"],
            "sla_s": None if given["promise"] is None else max(round(given["promise"] * length), 1),
            "owner": given["owner"].username if given["owner"] else "",
            "sop": given["sop"].replace("\r\n", "\n"), "lane": given["lane"],
            "evidence": given["evidence"],
        }  # fmt: skip


def shown_step(step: Step) -> dict[str, Any]:
    """What the form begins with for a node that is there."""
    unit = next((u for u in ("d", "h") if step.sla_s and step.sla_s % _UNITS[u] == 0), "min")
    return {
        "name": step.name, "name_en": step.name_en, "kind": kind_code(step), "role": step.role,
        "channel": step.channel, "promise": f"{step.sla_s / _UNITS[unit]:.10g}" if step.sla_s else "",
        "promise_unit": unit, "criticality": step.criticality, "owner": step.owner, "sop": step.sop,
        "lane": step.lane, "evidence": step.evidence,
    }  # fmt: skip


class NewNode(NodeFields):
    """A node to be added. after: the node it follows."""

    after = forms.ChoiceField(required=False)
    field_order = ("name", "name_en", "kind", "after")

    def __init__(self, user: User, design: Design, *args: Any, **named: Any) -> None:
        super().__init__(user, *args, **named)
        self.fields["after"].choices = [("", text("drafts.at_the_end")), *_choices(design)]
        self.fields["after"].help_text = text("drafts.after_help")


class FlowFields(_Worded):
    """From a node to a node. probability: in per cent."""

    source = forms.ChoiceField()
    target = forms.ChoiceField()
    probability = forms.FloatField(min_value=0, max_value=100, required=False)
    condition = forms.CharField(max_length=200, required=False)

    def __init__(self, design: Design, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["source"].choices = self.fields["target"].choices = _choices(design)
        self.word()

    def link(self) -> Link:
        given = self.cleaned_data
        share = given["probability"]
        return Link(given["source"], given["target"], None if share is None else round(share / 100, 8),
                    given["condition"])  # fmt: skip


def _choices(design: Design) -> list[tuple[str, str]]:
    return [(step.key, in_language(step)) for step in design.steps]


class Decision(_Worded):
    """A step on the way into force. seen: edit_version of the page; reason: kept with the decision."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.word()


class BpmnUpload(_Worded):
    """A BPMN file to look at."""

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".bpmn,.xml"}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.word()
        self.fields["file"].help_text = text("drafts.bpmn.file_help")


class NewFromBpmn(forms.Form):
    """Where the process of a file belongs and what it is called."""

    unit = forms.ModelChoiceField(queryset=None)
    name = forms.CharField(max_length=120)
    name_en = forms.CharField(max_length=120, required=False)

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        choose_unit(self.fields["unit"], user, "catalog.edit")
        for name, field in self.fields.items():
            field.label = text(f"catalog.fields.{name}")
