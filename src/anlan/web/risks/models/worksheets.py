"""Worksheets of a process and their rows, each with a version of its own."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from anlan.loop.identify.worksheets import KINDS, WorksheetKind
from anlan.web.catalog.models import Process
from anlan.web.common.models import Record
from anlan.web.risks.models.identifying import Candidate


class Worksheet(Record):
    """A sheet of one kind (`KINDS`) that a team fills in for a process.

    last  number of the newest row; a number is given once, so that row codes stay what they are
    """

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, db_index=True)
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="worksheets")
    title = models.CharField(max_length=200)
    people = models.CharField(max_length=300, blank=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def facts(self) -> WorksheetKind:
        return KINDS[self.kind]


class WorksheetRow(models.Model):
    """A row: `values` by column code, empty ones left out. A removed row keeps its number and its words.

    version    raised by every change, so that two editors of one row are told of each other
    candidate  what the row became
    """

    worksheet = models.ForeignKey(Worksheet, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    removed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    candidate = models.OneToOneField(
        Candidate, null=True, on_delete=models.SET_NULL, related_name="worksheet_row"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["worksheet", "number"], name="worksheet_row_number_once"),
            models.CheckConstraint(
                condition=Q(removed=False) | Q(candidate=None), name="worksheet_row_with_candidate_stays"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """`WS-0003.12`: the same as long as the sheet lives."""
        return f"{self.worksheet.code}.{self.number}"

    @property
    def unit(self) -> Any:
        return self.worksheet.unit
