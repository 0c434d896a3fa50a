"""The form of the first start."""

import re
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from anlan.domain.errors import AnlanError
from anlan.formats.criteria_file import load_criteria
from anlan.formats.packs import load_packs
from anlan.studies.quantify import criteria_section
from anlan.web.common.texts import error_text, has_text, language, text
from anlan.web.people.forms import checked_zone, refused_password
from anlan.web.people.models import User
from anlan.web.project.start import Organisation, is_start_code

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,29}")
MOST_CRITERIA_BYTES = 100_000


class Start(forms.Form):
    """Organisation, units, first administrator, criteria, packs; `code` only from elsewhere."""

    code = forms.CharField(max_length=40, required=False)
    name = forms.CharField(max_length=120)
    name_en = forms.CharField(max_length=120, required=False)
    unit_code = forms.RegexField(_CODE.pattern + "$", max_length=30, initial="HQ")
    time_zone = forms.CharField(max_length=60, initial="Asia/Shanghai",
                                widget=forms.TextInput(attrs={"list": "zones"}))  # fmt: skip
    currency = forms.RegexField(r"^[A-Z]{3}$", max_length=3, initial="CNY")
    units = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=20_000)
    person = forms.CharField(max_length=80)
    username = forms.RegexField(r"^[\w.@+-]+$", max_length=60, initial="admin")
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    manages_risk = forms.BooleanField(required=False, initial=True)
    criteria = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}))
    packs = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, needs_code: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        self.needs_code = needs_code
        if not needs_code:
            self.fields.pop("code")
        self.fields["packs"].choices = [
            (pack.code, getattr(pack.title, language())) for pack in load_packs() if len(pack.nodes) > 1
        ]
        for name, field in self.fields.items():
            field.label = text(f"start.fields.{name}")
            if has_text(f"start.help.{name}"):
                field.help_text = text(f"start.help.{name}")
            wrong = {"unit_code": "code"}.get(name, name)
            if isinstance(field, forms.RegexField):
                field.error_messages["invalid"] = text(f"people.wrong.{wrong}")

    def clean_code(self) -> str:
        if not is_start_code(self.cleaned_data["code"]):
            raise ValidationError(text("start.wrong.code"))
        return ""

    def clean_time_zone(self) -> str:
        return checked_zone(self.cleaned_data["time_zone"])

    def clean_units(self) -> tuple[tuple[str, str, str], ...]:
        """One unit a line: code, name, English name; ValidationError names the line."""
        units, seen = [], {self.cleaned_data.get("unit_code", "").lower()}
        for number, line in enumerate(self.cleaned_data["units"].splitlines(), start=1):
            parts = [part.strip() for part in re.split(r"[,，\t]", line)]
            if not line.strip():
                continue
            if len(parts) not in (2, 3) or not _CODE.fullmatch(parts[0]) or not parts[1]:
                raise ValidationError(text("start.wrong.units", line=number, found=line.strip()[:60]))
            if parts[0].lower() in seen:
                raise ValidationError(text("start.wrong.units_twice", line=number, code=parts[0]))
            seen.add(parts[0].lower())
            units.append((parts[0], parts[1][:120], (parts[2] if len(parts) == 3 else "")[:120]))
        return tuple(units)

    def clean_criteria(self) -> dict[str, Any] | None:
        file = self.cleaned_data["criteria"]
        if file is None:
            return None
        if file.size > MOST_CRITERIA_BYTES:
            raise ValidationError(
                text("start.wrong.criteria_size", size=file.size, limit=MOST_CRITERIA_BYTES)
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "criteria.toml"
            path.write_bytes(file.read())
            try:
                return criteria_section(load_criteria(path))
            except AnlanError as fault:
                raise ValidationError(error_text(fault)) from fault

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("password") and given["password"] != given.get("again"):
            self.add_error("again", text("people.wrong.again"))
        elif given.get("password"):
            try:
                validate_password(given["password"], User(username=given.get("username", ""),
                                                          name=given.get("person", "")))  # fmt: skip
            except ValidationError as fault:
                self.add_error("password", refused_password(fault))
        if given.get("packs") and not given.get("manages_risk"):
            self.add_error("packs", text("start.wrong.packs"))
        return given

    def organisation(self, language: str) -> Organisation:
        """What was given, once it is valid."""
        given = self.cleaned_data
        return Organisation(
            code=given["unit_code"], name=given["name"], name_en=given["name_en"],
            time_zone=given["time_zone"], currency=given["currency"], units=given["units"],
            username=given["username"], person=given["person"], password=given["password"],
            language=language, manages_risk=given["manages_risk"], criteria=given["criteria"],
            packs=tuple(given["packs"]),
        )  # fmt: skip
