"""Sources: made, changed, paused, tried without keeping anything, and run now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from anlan.domain.errors import AnlanError, UsageError
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.monitoring.services.indicators import EDIT
from anlan.web.monitoring.services.reporting import judge_below
from anlan.web.notices.services import News, tell
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.people.selectors import people_with
from anlan.web.sources.kinds import KINDS
from anlan.web.sources.kinds.contract import Asked, read_settings
from anlan.web.sources.models import Source, SourceFile
from anlan.web.sources.running import asked_of, is_silent, now_us
from anlan.web.sources.sealed import opened, seal

LEAST_S, MOST_S, USUAL_S = 10, 7 * 86_400, 300
MOST_SILENT_S = 366 * 86_400
MOST_SHOWN = 20
_FACTS = ("name", "every_s", "silent_after_s", "status", "settings")


@dataclass(frozen=True)
class Wanted:
    """What a person asks of a source. secret: None leaves the one that is kept."""

    name: str
    settings: Mapping[str, Any]
    every_s: int = USUAL_S
    silent_after_s: int | None = None
    secret: str | None = None


@dataclass(frozen=True)
class Previewed:
    """A row as it would be reported, and what would become of it: the value as it is kept, or why not."""

    row: Any
    value: float | None = None
    fault: AnlanError | None = None


@dataclass(frozen=True)
class Preview:
    """The first rows that would be taken next. item: the file they come from; fault: why none can be read."""

    rows: tuple[Previewed, ...] = ()
    item: str = ""
    n: int = 0
    fault: AnlanError | None = None


def create_source(unit: Unit, kind: str, wanted: Wanted, *, actor: User) -> Source:
    """A source that is due at once. Errors: UsageError `sources.*`, RefusedSettings."""
    require(actor, EDIT, unit)
    settings = _checked(kind, wanted, unit)
    with transaction.atomic():
        made = Source.objects.create(
            code=next_code("RS"), unit=unit, kind=kind, name=wanted.name.strip(), settings=settings,
            secret=seal(wanted.secret or ""), every_s=wanted.every_s, silent_after_s=wanted.silent_after_s,
            next_at=timezone.now(), created_by=actor, updated_by=actor,
        )  # fmt: skip
        said = {"name": made.name, "kind": kind, "settings": str(settings)}
        record("sources.source.create", actor=actor, target=made, changes=changes_between({}, said))
    return made


def change_source(found: Source, wanted: Wanted, *, seen: int, actor: User) -> Source:
    """The source as it is now. Files that failed are looked at again, and a source of other data begins anew.

    Errors: UsageError `web.conflict`, `sources.*`; RefusedSettings.
    """
    require(actor, EDIT, found.unit)
    settings = _checked(found.kind, wanted, found.unit)
    with transaction.atomic():
        current = _locked(found, seen)
        before = _facts(current)
        if settings != current.settings:
            _begin_anew(current, settings)
        current.name, current.settings = wanted.name.strip(), settings
        current.every_s, current.silent_after_s = wanted.every_s, wanted.silent_after_s
        changes = changes_between(before, _facts(current))
        if wanted.secret is not None:
            current.secret = seal(wanted.secret)
            changes["secret"] = ("", "")
        _save(current, actor)
        record("sources.source.change", actor=actor, target=current, changes=changes)
    return current


def _begin_anew(current: Source, settings: Mapping[str, Any]) -> None:
    names = KINDS[current.kind].BEGINS_ANEW
    other = any(settings.get(name) != current.settings.get(name) for name in names)
    place = {} if other else {name: value for name, value in current.place.items() if name != "content"}
    current.place, current.next_at = place, timezone.now()
    SourceFile.objects.filter(source=current, failed=True).delete()


def set_status(found: Source, status: str, *, seen: int, actor: User) -> Source:
    """Pause it, or go on where it was left. Errors: UsageError `web.conflict`, `sources.choice`."""
    require(actor, EDIT, found.unit)
    if status not in Source.Status.values:
        raise UsageError("sources.choice", field="status", found=status[:40],
                         accepted=tuple(Source.Status.values))  # fmt: skip
    with transaction.atomic():
        current = _locked(found, seen)
        before = current.status
        current.status, current.next_at = status, timezone.now()
        _save(current, actor)
        done = "pause" if status == Source.Status.PAUSED else "resume"
        record(f"sources.source.{done}", actor=actor, target=current, changes={"status": (before, status)})
    return current


def run_now(found: Source, *, actor: User) -> Source:
    """Make it due at once; the scheduler runs it. Errors: UsageError `sources.paused`."""
    require(actor, EDIT, found.unit)
    if found.status != Source.Status.ACTIVE:
        raise UsageError("sources.paused", source=found.code)
    with transaction.atomic():
        Source.objects.filter(pk=found.pk).update(next_at=timezone.now())
        record("sources.source.run", actor=actor, target=found)
    found.refresh_from_db()
    return found


def preview(found: Source, *, actor: User) -> Preview:
    """What a kept source would take next; nothing is kept, and the source is left where it is."""
    require(actor, EDIT, found.unit)
    try:
        return _previewed(found.kind, asked_of(found, trial=True))
    except AnlanError as fault:
        return Preview(fault=fault)


def preview_of(unit: Unit, kind: str, wanted: Wanted, *, actor: User, found: Source | None = None) -> Preview:
    """What a source of these settings would take first. Errors: RefusedSettings and others of `_checked`."""
    require(actor, EDIT, unit)
    settings = _checked(kind, wanted, unit)
    kept = opened(found.secret) if found is not None else ""
    secret = kept if wanted.secret is None else wanted.secret
    return _previewed(kind, Asked(unit, settings, secret, {}, now_us(), trial=True))


def _previewed(kind: str, asked: Asked) -> Preview:
    try:
        batch = next(iter(KINDS[kind].batches(asked)), None)
    except AnlanError as fault:
        return Preview(fault=fault)
    except OSError as fault:
        return Preview(fault=UsageError("sources.away", found=f"{type(fault).__name__}: {fault}"[:200]))
    if batch is None:
        return Preview()
    rows = batch.rows[:MOST_SHOWN]
    judged = judge_below(asked.unit, rows, now=asked.now_us)
    shown = tuple(
        Previewed(row, fault=said) if isinstance(said, AnlanError) else Previewed(row, said)
        for row, said in zip(rows, judged, strict=True)
    )
    return Preview(shown, batch.file.name if batch.file else "", len(batch.rows), batch.error)


def tell_of_silent() -> int:
    """Notices of sources that are silent for longer than stated, one a silence; how many sources."""
    watched = Source.objects.filter(status=Source.Status.ACTIVE).exclude(silent_after_s=None)
    told = 0
    for each in watched.select_related("unit"):
        since = each.seen_at or each.created_at
        if not is_silent(each) or each.silent_told == since:
            continue
        with transaction.atomic():
            marked = Source.objects.filter(pk=each.pk).exclude(silent_told=since).update(silent_told=since)
            if marked:
                told += 1
                _tell_of(each, since)
    return told


def _tell_of(source: Source, since: Any) -> None:
    news = News(
        kind="source_silent", about=source, unit=source.unit, recipients=people_with(EDIT, source.unit),
        link=reverse("sources:source", args=[source.code]), key=f"silent:{since.isoformat()}"[:40],
        parameters={
            "code": source.code, "name": source.name,
            "hours": round((timezone.now() - since) / timedelta(hours=1), 1),
        },
    )  # fmt: skip
    tell([news])


def _checked(kind: str, wanted: Wanted, unit: Unit) -> dict[str, Any]:
    """The settings as they are kept. Errors: UsageError `sources.*`, RefusedSettings."""
    if kind not in KINDS:
        raise UsageError("sources.choice", field="kind", found=kind[:40], accepted=tuple(KINDS))
    if not wanted.name.strip():
        raise UsageError("sources.needed", field="name")
    if len(wanted.name) > 120:
        raise UsageError("sources.text", field="name", n=len(wanted.name), limit=120)
    _whole("every_s", wanted.every_s, LEAST_S, MOST_S)
    if wanted.silent_after_s is not None:
        _whole("silent_after_s", wanted.silent_after_s, LEAST_S, MOST_SILENT_S)
    settings = read_settings(KINDS[kind].SETTINGS, wanted.settings)
    KINDS[kind].check(settings, unit)
    return settings


def _whole(field: str, found: int, least: int, most: int) -> None:
    if not least <= found <= most:
        raise UsageError("sources.whole", field=field, found=str(found), least=least, most=most)


def _locked(found: Source, seen: int) -> Source:
    current = Source.objects.select_for_update(of=("self",)).select_related("unit").get(pk=found.pk)
    if current.version != seen:
        raise UsageError("web.conflict", label=str(current))
    return current


def _save(current: Source, actor: User) -> None:
    """Without what a run writes meanwhile."""
    current.version, current.updated_by = current.version + 1, actor
    current.save(update_fields=[
        "name", "settings", "secret", "every_s", "silent_after_s", "status", "place", "next_at", "version",
        "updated_by", "updated_at",
    ])  # fmt: skip


def _facts(source: Source) -> dict[str, str]:
    return {name: str(getattr(source, name)) for name in _FACTS}
