"""Forms of people and units; labels are `web.people.fields.<name>`."""

import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from anlan.domain.errors import RefusedInput
from anlan.web.common.texts import error_text, has_text, in_language, text
from anlan.web.people.models import Role, Unit, User
from anlan.web.people.permissions import PERMISSIONS, grants, units_of
from anlan.web.people.roles import grouped

DAYS = (7, 30, 90, 365)
ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Europe/Berlin", "Europe/London",
         "America/New_York", "America/Los_Angeles", "UTC")  # fmt: skip


class Labelled(forms.Form):
    """Labels and help from the texts."""

    def label_fields(self) -> None:
        for name, field in self.fields.items():
            field.label = text(f"people.fields.{name}")
            if has_text(f"people.help.{name}"):
                field.help_text = text(f"people.help.{name}")


class UnitChoice(forms.ModelChoiceField):
    """A unit, indented as it stands in the tree."""

    def label_from_instance(self, unit: Unit) -> str:
        return f"{'　' * unit.depth}{in_language(unit)}"


class RoleChoice(forms.ModelChoiceField):
    def label_from_instance(self, role: Role) -> str:
        return in_language(role)


class UnitFacts(Labelled):
    """A unit; `code` and `parent` only while it is new."""

    code = forms.RegexField(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=30)
    parent = UnitChoice(queryset=Unit.objects.none())
    name = forms.CharField(max_length=120)
    name_en = forms.CharField(max_length=120, required=False)
    time_zone = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"list": "zones"}))
    currency = forms.RegexField(r"^[A-Z]{3}$", max_length=3, required=False)
    active = forms.BooleanField(required=False)

    def __init__(self, user: Any, *args: Any, unit: Unit | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        if unit is None:
            self.fields.pop("active")
            self.fields["parent"].queryset = units_of(user, "people.manage").filter(active=True)
        else:
            self.fields.pop("code")
            self.fields.pop("parent")
            names = ("name", "name_en", "time_zone", "currency", "active")
            self.initial = {name: getattr(unit, name) for name in names} | self.initial
        self.label_fields()
        for name, field in self.fields.items():
            if isinstance(field, forms.RegexField):
                field.error_messages["invalid"] = text(f"people.wrong.{name}")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Unit.objects.filter(code__iexact=code).exists():
            raise ValidationError(text("people.wrong.code_taken", code=code))
        return code

    def clean_time_zone(self) -> str:
        return checked_zone(self.cleaned_data["time_zone"])


def checked_zone(zone: str) -> str:
    """A time zone that exists; ValidationError with examples."""
    if zone not in zoneinfo.available_timezones():
        raise ValidationError(text("people.wrong.time_zone", found=zone))
    return zone


class PersonFacts(Labelled):
    """A person; `username` and a first role only while new."""

    username = forms.RegexField(r"^[\w.@+-]+$", max_length=60)
    name = forms.CharField(max_length=80)
    email = forms.EmailField(required=False)
    unit = UnitChoice(queryset=Unit.objects.none())
    role = RoleChoice(queryset=Role.objects.filter(retired=False), required=False)
    language = forms.ChoiceField(choices=[("zh-hans", "中文"), ("en", "English")])

    def __init__(self, user: Any, *args: Any, person: User | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["unit"].queryset = units_of(user, "people.manage").filter(active=True)
        if person is not None:
            for name in ("username", "role", "language"):
                self.fields.pop(name)
            known = {"name": person.name, "email": person.email, "unit": person.unit_id}
            self.initial = known | self.initial
        self.label_fields()
        if "username" in self.fields:
            self.fields["username"].error_messages["invalid"] = text("people.wrong.username")

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(text("people.wrong.username_taken", name=name))
        return name


class RoleIn(Labelled):
    """A role for a person, in a unit and below."""

    role = RoleChoice(queryset=Role.objects.filter(retired=False))
    unit = UnitChoice(queryset=Unit.objects.none())

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["unit"].queryset = units_of(user, "people.manage").filter(active=True)
        self.label_fields()


class RoleFacts(Labelled):
    """A custom role: its names, and the permissions among those that may be ticked."""

    name = forms.CharField(max_length=60)
    name_en = forms.CharField(max_length=60)
    permissions = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, allowed: set[str], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._allowed = allowed
        self.fields["permissions"].choices = [(p, text(f"permissions.{p}")) for p in PERMISSIONS]
        self.label_fields()

    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Permissions as the page shows them: word, ticked or not, whether it may be ticked."""
        ticked = set(self["permissions"].value() or ())
        return [
            (group, [{"code": p, "ticked": p in ticked, "open": p in self._allowed} for p in permissions])
            for group, permissions in grouped()
        ]


class NewParent(Labelled):
    """Where a unit is to go: among the units in use that the person manages, not below itself."""

    parent = UnitChoice(queryset=Unit.objects.none())

    def __init__(self, user: Any, unit: Unit, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        places = units_of(user, "people.manage").filter(active=True)
        self.fields["parent"].queryset = places.exclude(path__startswith=unit.path)
        self.label_fields()


class Profile(Labelled):
    """What people say of themselves."""

    name = forms.CharField(max_length=80)
    language = forms.ChoiceField(choices=[("zh-hans", "中文"), ("en", "English")])
    theme = forms.ChoiceField()

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["theme"].choices = [(c, text(f"people.themes.{c}")) for c in ("auto", "light", "dark")]
        self.label_fields()


class NewPassword(Labelled):
    """The present password, and the new one twice."""

    present = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._user = user
        self.label_fields()
        self.fields["password"].help_text = text("people.password.rules")

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if not self._user.check_password(present):
            raise ValidationError(error_text(RefusedInput("web.password_wrong")))
        return present

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", text("people.wrong.again"))
        return given


def refused_password(fault: ValidationError) -> list[str]:
    """What is wrong with a password, by the codes of Django's rules."""
    codes = [error.code for error in fault.error_list]
    return [
        text(f"people.wrong.{code}") for code in codes if has_text(f"people.wrong.{code}")
    ] or fault.messages


class NewToken(Labelled):
    """A token: what for, how long, what it may."""

    name = forms.CharField(max_length=80)
    days = forms.TypedChoiceField(coerce=int, initial=90)
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, user: Any, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        own = grants(user)
        self.fields["days"].choices = [(n, text("people.tokens.days", n=n)) for n in DAYS]
        self.fields["scopes"].choices = [(p, text(f"permissions.{p}")) for p in PERMISSIONS if p in own]
        self.label_fields()
        self.fields["name"].label = text("people.fields.token_name")
        self.fields["name"].help_text = text("people.help.token_name")
