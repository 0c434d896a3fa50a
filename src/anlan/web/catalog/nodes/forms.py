"""Forms on the page of a node."""

from typing import Any

from django import forms

from anlan.domain.design.model import LONGEST_EVIDENCE, LONGEST_ROLE, LONGEST_SOP
from anlan.web.catalog.models import Node
from anlan.web.catalog.node_choices import criticalities, lanes, owners
from anlan.web.catalog.nodes.services import FACTS
from anlan.web.common.texts import text
from anlan.web.people.models import User


class NodeFacts(forms.Form):
    """Who answers for the node. seen: `edit_version` of the version on the page."""

    owner = forms.ModelChoiceField(queryset=None, required=False)
    role = forms.CharField(max_length=LONGEST_ROLE, required=False)
    channel = forms.CharField(max_length=LONGEST_ROLE, required=False)
    criticality = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    lane = forms.ChoiceField(required=False)
    evidence = forms.CharField(max_length=LONGEST_EVIDENCE, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, user: User, node: Node, *args: Any, **named: Any) -> None:
        begun = {name: getattr(node, name) for name in FACTS}
        begun["seen"] = node.version.edit_version
        super().__init__(*args, initial=begun, **named)
        self.fields["owner"].queryset = owners(user, now=node.owner.username if node.owner else "")
        self.fields["owner"].empty_label = text("drafts.none")
        self.fields["criticality"].choices = criticalities()
        self.fields["lane"].choices = lanes()
        for name, field in self.fields.items():
            field.label = text(f"drafts.fields.{name}")


class Sop(forms.Form):
    """How the work is done. draft, seen: number and `edit_version` of the open draft on the page."""

    sop = forms.CharField(max_length=LONGEST_SOP, required=False, widget=forms.Textarea({"rows": 8}))
    draft = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["sop"].label = text("drafts.fields.sop")
