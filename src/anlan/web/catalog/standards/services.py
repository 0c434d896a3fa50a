"""Writing standards and whether they were kept. Each write checks the permission and is audited.

1. A change makes a new version; what was valid before stays as it was.
2. Whoever changes a standard names the version they saw; another one means somebody was faster.
3. Entries are withdrawn with a reason, never changed or deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.catalog.models import Node, Process
from anlan.web.catalog.standards.records import (
    LONGEST,
    CheckItem,
    Standard,
    StandardEntry,
    StandardVersion,
)
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import may, require

MOST_ITEMS = 30
_OWN = (
    "text",
    "text_en",
    "process",
    "figure",
    "figure_en",
    "figure_unit",
    "direction",
    "target",
    "review_on",
)
"""Fields that content and version have in common."""


@dataclass(frozen=True)
class Item:
    """A check item; number 0: new, else that of the item it goes on."""

    text: str
    text_en: str = ""
    number: int = 0


@dataclass(frozen=True)
class Content:
    """What a version says; node: key of a node of the process."""

    text: str
    text_en: str = ""
    process: Process | None = None
    node: str = ""
    figure: str = ""
    figure_en: str = ""
    figure_unit: str = ""
    direction: str = StandardVersion.Direction.AT_MOST
    target: float | None = None
    review_on: date | None = None
    items: tuple[Item, ...] = ()


def content_of(version: StandardVersion) -> Content:
    """The version as a form begins with it."""
    items = tuple(Item(item.text, item.text_en, item.number) for item in version.items.all())
    return Content(node=version.node_key, items=items, **{name: getattr(version, name) for name in _OWN})


@transaction.atomic
def create_standard(
    *, unit: Unit, kind: str, content: Content, valid_from: date, reason: str, actor: User
) -> Standard:
    """A standard with its first version."""
    require(actor, "catalog.edit", unit)
    made = Standard.objects.create(
        code=next_code("S"), unit=unit, kind=kind, created_by=actor, updated_by=actor
    )
    given = _numbered(made, content)
    _add_version(made, given, number=1, valid_from=valid_from, reason=reason, actor=actor)
    record("catalog.standard.create", actor=actor, target=made, reason=reason,
           changes={"kind": (None, kind), "text": (None, content.text)})  # fmt: skip
    return made


@transaction.atomic
def change_standard(
    standard: Standard, content: Content, *, seen: int, valid_from: date, reason: str, actor: User
) -> Standard:
    """A new version of what the standard says; nothing where it says the same."""
    locked = _locked(standard, seen, actor)
    last = locked.versions.order_by("-number").first()
    before = content_of(last)
    given = _numbered(locked, content)
    if before == given:
        return locked
    if valid_from < last.valid_from:
        raise UsageError("standard.valid_before", found=valid_from.isoformat(),
                         least=last.valid_from.isoformat())  # fmt: skip
    _add_version(locked, given, number=last.number + 1, valid_from=valid_from, reason=reason, actor=actor)
    _moved_on(locked, actor)
    record("catalog.standard.change", actor=actor, target=locked, reason=reason,
           changes=changes_between(_told(before), _told(given)))  # fmt: skip
    return locked


@transaction.atomic
def withdraw_standard(standard: Standard, *, seen: int, reason: str, actor: User) -> Standard:
    """The standard no longer holds; it and its log stay readable."""
    locked = _locked(standard, seen, actor)
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), actor
    locked.withdrawn_reason = _reason(reason)
    _moved_on(locked, actor)
    record("catalog.standard.withdraw", actor=actor, target=locked, reason=locked.withdrawn_reason)
    return locked


@transaction.atomic
def log_entry(
    standard: Standard,
    *,
    on: date,
    kept: bool,
    actor: User,
    item: int | None = None,
    measured: float | None = None,
    cause: str = "",
    remedy: str = "",
    note: str = "",
) -> StandardEntry:
    """Say of a day whether the standard was kept; item: number of a check item of that day's version."""
    require(actor, "standards.log", standard.unit)
    locked = Standard.objects.select_for_update(of=("self",)).select_related("unit").get(pk=standard.pk)
    _require_valid(locked)
    if on > timezone.localdate():
        raise UsageError("standard.future", found=on.isoformat(), today=timezone.localdate().isoformat())
    said = version_on(locked, on)
    _agrees(said, kept=kept, measured=measured, note=note)
    last = locked.entries.order_by("-number").first()
    made = StandardEntry.objects.create(
        standard=locked, number=last.number + 1 if last else 1, on=on, kept=kept,
        item=_item_of(said, item), measured=measured, cause=cause.strip()[:LONGEST],
        remedy=remedy.strip()[:LONGEST], note=note.strip()[:LONGEST], by=actor,
    )  # fmt: skip
    record("catalog.standard.log", actor=actor, target=made, unit=locked.unit,
           changes={"on": (None, on.isoformat()), "kept": (None, kept)})  # fmt: skip
    return made


@transaction.atomic
def withdraw_entry(entry: StandardEntry, *, reason: str, actor: User) -> StandardEntry:
    """The entry no longer counts: by whoever wrote it, or who may change the standard."""
    unit = entry.standard.unit
    if not (entry.by_id == actor.pk and may(actor, "standards.log", unit)):
        require(actor, "catalog.edit", unit)
    locked = StandardEntry.objects.select_for_update(of=("self",)).select_related("standard").get(pk=entry.pk)
    if locked.withdrawn_at is not None:
        raise UsageError("standard.entry_withdrawn", number=locked.number)
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), actor
    locked.withdrawn_reason = _reason(reason)
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record("catalog.standard.withdraw_entry", actor=actor, target=locked, unit=unit,
           reason=locked.withdrawn_reason)  # fmt: skip
    return locked


def version_on(standard: Standard, day: date) -> StandardVersion:
    """What the standard said on that day; before its first day, what it first said."""
    versions = standard.versions.order_by("-number")
    return versions.filter(valid_from__lte=day).first() or versions.last()


def _locked(standard: Standard, seen: int, actor: User) -> Standard:
    require(actor, "catalog.edit", standard.unit)
    locked = Standard.objects.select_for_update(of=("self",)).select_related("unit").get(pk=standard.pk)
    if locked.version != seen:
        raise UsageError("web.conflict", label=str(locked))
    _require_valid(locked)
    return locked


def _require_valid(standard: Standard) -> None:
    if standard.withdrawn_at is not None:
        raise UsageError("standard.withdrawn", label=standard.code)


def _moved_on(standard: Standard, actor: User) -> None:
    standard.version += 1
    standard.updated_by = actor
    standard.save()


def _add_version(
    standard: Standard, content: Content, *, number: int, valid_from: date, reason: str, actor: User
) -> StandardVersion:
    _check(content, standard.unit)
    version = StandardVersion.objects.create(
        standard=standard, number=number, node_key=content.node, valid_from=valid_from, author=actor,
        reason=_reason(reason), **{name: getattr(content, name) for name in _OWN},
    )  # fmt: skip
    CheckItem.objects.bulk_create(
        CheckItem(version=version, number=item.number, position=position, text=item.text,
                  text_en=item.text_en)
        for position, item in enumerate(content.items, 1)
    )  # fmt: skip
    return version


def _check(content: Content, unit: Unit) -> None:
    if content.process is not None and not _related(content.process.unit, unit):
        raise UsageError("standard.process", found=content.process.code, unit=str(unit))
    if content.target is not None and not content.figure:
        raise UsageError("standard.target_of_nothing")
    if len(content.items) > MOST_ITEMS:
        raise UsageError("standard.items", found=len(content.items), most=MOST_ITEMS)
    if content.node and (
        content.process is None
        or not Node.objects.filter(version__process=content.process, key=content.node).exists()
    ):
        raise UsageError("standard.node", found=content.node)


def _related(one: Unit, other: Unit) -> bool:
    """Whether they are the same unit, or one stands above the other."""
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def _numbered(standard: Standard, content: Content) -> Content:
    """Items with their numbers: known ones keep them, new ones take the next that was never used."""
    used = set(CheckItem.objects.filter(version__standard=standard).values_list("number", flat=True))
    following, taken, items = max(used, default=0) + 1, set(), []
    for item in content.items:
        number = item.number
        if number not in used or number in taken:
            number, following = following, following + 1
        taken.add(number)
        items.append(Item(item.text, item.text_en, number))
    return replace(content, items=tuple(items))


def _agrees(version: StandardVersion, *, kept: bool, measured: float | None, note: str) -> None:
    """Kept, although what was measured misses the target of that day, needs a note that says why."""
    if not kept or measured is None or version.target is None or note.strip():
        return
    most = version.direction == StandardVersion.Direction.AT_MOST
    if (measured > version.target) if most else (measured < version.target):
        unit = f" {version.figure_unit}" if version.figure_unit else ""
        raise UsageError("standard.misses_target", found=f"{measured:g}{unit}",
                         target=f"{'≤' if most else '≥'} {version.target:g}{unit}")  # fmt: skip


def _item_of(version: StandardVersion, number: int | None) -> CheckItem | None:
    if number is None:
        return None
    found = version.items.filter(number=number).first()
    if found is None:
        known = ", ".join(str(n) for n in version.items.values_list("number", flat=True))
        raise UsageError("standard.item", found=number, known=known or "—")
    return found


def _told(content: Content) -> dict[str, Any]:
    """The content as the audit keeps it."""
    return {**vars(content), "process": content.process and content.process.code,
            "review_on": content.review_on and content.review_on.isoformat(),
            "items": _texts(content.items)}  # fmt: skip


def _texts(items: Sequence[Item]) -> list[str]:
    return [f"{item.text} / {item.text_en}" if item.text_en else item.text for item in items]


def _reason(reason: str) -> str:
    if not reason.strip():
        raise UsageError("web.reason_missing")
    return reason.strip()[:LONGEST]
