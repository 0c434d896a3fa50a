"""Forms of standards: what one says with its check items, its end, and whether it was kept."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone

from anlan.web.catalog.models import Node, Process, ProcessVersion
from anlan.web.catalog.standards.records import LONGEST, Standard, StandardVersion
from anlan.web.catalog.standards.services import MOST_ITEMS, Content, Item
from anlan.web.common.texts import in_language, text, unit_word
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.people.unit_field import choose_unit

BETWEEN = "|"
"""Between the code of a process and the key of a node."""


def _day(*, required: bool) -> forms.DateField:
    return forms.DateField(required=required, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _long(*, required: bool = False, rows: int = 2) -> forms.CharField:
    return forms.CharField(max_length=LONGEST, required=required, widget=forms.Textarea({"rows": rows}))


class _Place(forms.ChoiceField):
    """Browsers send each line break of a value as two characters; keys of nodes have one."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class _Worded(forms.Form):
    """Labels come from `web.standards.fields`."""

    def word(self) -> None:
        for name, field in self.fields.items():
            field.label = text(f"standards.fields.{name}")


class StandardFields(_Worded):
    """What a standard says, from when on, and why it changes. seen: version of the page."""

    text = _long(required=True)
    text_en = _long()
    place = _Place(required=False)
    figure = forms.CharField(max_length=120, required=False)
    figure_en = forms.CharField(max_length=120, required=False)
    direction = forms.ChoiceField()
    target = forms.FloatField(required=False)
    figure_unit = forms.CharField(max_length=20, required=False)
    review_on = _day(required=False)
    valid_from = _day(required=True)
    reason = _long(required=True)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._processes = in_scope(Process.objects.filter(active=True), user, "catalog.view")
        self.fields["place"].choices = list(self._places(self.initial.get("place", "")))
        self.fields["direction"].choices = [
            (code, text(f"standards.directions.{code}")) for code in StandardVersion.Direction.values
        ]
        self.fields["valid_from"].initial = timezone.localdate
        self.word()
        for name in ("place", "target"):
            self.fields[name].help_text = text(f"standards.help.{name}")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("target") is not None and not cleaned.get("figure"):
            self.add_error("figure", text("standards.help.figure_missing"))
        code, _, cleaned["node"] = cleaned.get("place", "").partition(BETWEEN)
        cleaned["process"] = self._process(cleaned.get("place", ""), code)
        if code and cleaned["process"] is None:
            self.add_error("place", text("standards.help.no_process", found=code))
        return cleaned

    def _process(self, place: str, code: str) -> Process | None:
        """Of the place that was kept also a process that the person may not see, or that is closed."""
        kept: Process | None = self.initial.get("process")
        if kept is not None and place == self.initial.get("place"):
            return kept
        return self._processes.filter(code=code).first() if code else None

    def content(self, items: tuple[Item, ...]) -> Content:
        given = self.cleaned_data
        own = ("text", "text_en", "process", "node", "figure", "figure_en", "figure_unit", "direction",
               "target", "review_on")  # fmt: skip
        return Content(items=items, **{name: given[name] for name in own})

    def _places(self, kept: str) -> Iterator[tuple[str, Any]]:
        """Processes with the nodes of their version in force; the kept place, should it be none of them."""
        yield "", text("standards.everywhere")
        state = ProcessVersion.Status.IN_FORCE
        by_process: dict[int, list[Node]] = {}
        found = Node.objects.filter(version__process__in=self._processes, version__status=state)
        for node in found.select_related("version"):
            by_process.setdefault(node.version.process_id, []).append(node)
        offered = {""}
        for process in self._processes:
            name = in_language(process)
            group = [(process.code, text("standards.whole_process", name=name))]
            group += [(f"{process.code}{BETWEEN}{node.key}", in_language(node))
                      for node in by_process.get(process.pk, [])]  # fmt: skip
            offered |= {value for value, _ in group}
            yield f"{process.code} {name}", group
        if kept not in offered:
            yield kept, text("standards.elsewhere")


class NewStandard(StandardFields):
    """A standard from its beginning."""

    unit = forms.ModelChoiceField(queryset=None)
    kind = forms.ChoiceField()
    field_order = ("unit", "kind")

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(user, *args, **named)
        choose_unit(self.fields["unit"], user, "catalog.edit")
        self.fields["kind"].choices = [
            (code, text(f"standards.kinds.{code}")) for code in Standard.Kind.values
        ]
        self.fields["reason"].initial = text("standards.first_reason")


class ItemFields(_Worded):
    """One check item; a row without text is left out."""

    item = forms.CharField(max_length=LONGEST, required=False)
    item_en = forms.CharField(max_length=LONGEST, required=False)
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=32767)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.word()


class _Rows(forms.BaseFormSet):
    def items(self) -> tuple[Item, ...]:
        """Filled rows in the order of their places."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("item", "").strip()]
        rows.sort(key=lambda row: row.get("ORDER") or len(self.forms))
        return tuple(Item(row["item"].strip(), row["item_en"].strip(), row["number"] or 0) for row in rows)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = text("standards.fields.place_of_item")
        form.fields["ORDER"].widget.attrs["min"] = 1
        form.fields["ORDER"].initial = (index or 0) + 1


ItemRows = forms.formset_factory(
    ItemFields, formset=_Rows, extra=3, can_order=True, max_num=MOST_ITEMS, absolute_max=2 * MOST_ITEMS
)


class EndOfStandard(_Worded):
    """Why a standard no longer holds."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = _long(required=True)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.word()


class LogFields(_Worded):
    """Whether the standard was kept on a day."""

    kept = forms.TypedChoiceField(widget=forms.RadioSelect, coerce=lambda value: value == "1")
    on = _day(required=True)
    item = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    measured = forms.FloatField(required=False)
    cause = _long()
    remedy = _long()
    note = _long()

    def __init__(self, version: StandardVersion, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kept"].choices = [("1", text("standards.kept")), ("0", text("standards.broken"))]
        self.fields["on"].initial = timezone.localdate
        items = [(item.number, in_language(item, "text")) for item in version.items.all()]
        self.fields["item"].choices = [("", text("standards.no_item")), *items]
        self.word()
        if not items:
            del self.fields["item"]
        if version.figure:
            unit = f" ({unit_word(version.figure_unit)})" if version.figure_unit else ""
            self.fields["measured"].label = in_language(version, "figure") + unit
        else:
            del self.fields["measured"]
