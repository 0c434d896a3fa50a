"""Taking a batch of readings: each exactly once, and nothing of it lost.

1. The batch has a key. Where its source has sent that key before, the answer of then is given again.
2. Rows that are not believed go to quarantine with the reason; the others are kept.
3. A reading of a time that has one already is the same (nothing happens) or corrects it: what stood there
   is kept as superseded.
4. Batch, readings, corrections, quarantine, and what is to be looked at are one transaction.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.web.readings.models import Delivery, Quarantined, Reading, Superseded, Touched
from anlan.web.readings.router import database

MOST_ROWS = 10_000
_AT_ONCE = 400
"""Values in one question to the database."""


@dataclass(frozen=True)
class Value:
    """A believed reading of a series. at: microseconds UTC."""

    series: int
    at: int
    value: float | None
    n: int | None
    quality: int


@dataclass(frozen=True)
class Doubt:
    """A row that is not believed. unit, indicator: numbers where known."""

    row: int
    content: str
    fault: AnlanError
    unit: int | None = None
    indicator: int | None = None


@dataclass
class Answer:
    """What became of the rows of a batch; `repeated`: the whole batch had come before."""

    accepted: int = 0
    unchanged: int = 0
    corrected: int = 0
    quarantined: int = 0
    repeated: bool = False
    series: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("accepted", "unchanged", "corrected", "quarantined")}


def content_of(rows: Sequence[Any]) -> str:
    """Hash of rows, whatever the order of their fields."""
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def answered(source: str, key: str, content: str) -> Answer | None:
    """The answer to a batch that came before. Errors: RefusedInput `monitor.key` for other content."""
    if not key:
        return None
    kept = Delivery.objects.filter(source=source, key=key).first()
    if kept is None:
        return None
    if kept.content != content:
        raise RefusedInput("monitor.key", key=key[:60])
    return Answer(**kept.answer, repeated=True)


def take(
    source: str, key: str, content: str, values: Iterable[Value], doubts: Sequence[Doubt], *, now: int
) -> Answer:
    """Keep a batch. key: empty where the source gives none; then its content is its key."""
    key = key or f"content:{content}"
    try:
        with transaction.atomic(using=database()):
            delivery = Delivery.objects.create(source=source, key=key, content=content, received=now)
            answer = _kept(source, _last_of_each(values), now=now)
            _quarantine(delivery, doubts)
            answer.quarantined = len(doubts)
            delivery.answer = answer.as_dict()
            delivery.save(update_fields=["answer"])
    except IntegrityError:
        again = answered(source, key, content)
        if again is None:
            raise
        return again
    return answer


def _last_of_each(values: Iterable[Value]) -> dict[tuple[int, int], Value]:
    """Of several readings of one time in a batch the last one holds."""
    return {(each.series, each.at): each for each in values}


def _kept(source: str, values: Mapping[tuple[int, int], Value], *, now: int) -> Answer:
    known = _standing(values)
    answer, fresh, changed, gone = Answer(), [], [], []
    since: dict[int, int] = {}
    for place, each in values.items():
        before = known.get(place)
        if before is None:
            fresh.append(Reading(
                series=each.series, at=each.at, value=each.value, n=each.n, quality=each.quality,
                source=source, received=now,
            ))  # fmt: skip
        elif (before.value, before.n, before.quality) == (each.value, each.n, each.quality):
            answer.unchanged += 1
            continue
        else:
            gone.append(_superseded(before, now))
            before.value, before.n, before.quality = each.value, each.n, each.quality
            before.source, before.received, before.revision = source, now, before.revision + 1
            changed.append(before)
        since[each.series] = min(each.at, since.get(each.series, each.at))
    Superseded.objects.bulk_create(gone, batch_size=500)
    Reading.objects.bulk_update(
        changed, ["value", "n", "quality", "source", "received", "revision"], batch_size=200
    )
    Reading.objects.bulk_create(fresh, batch_size=1000)
    _touch(since, now=now)
    answer.accepted, answer.corrected, answer.series = len(fresh), len(changed), sorted(since)
    return answer


def _standing(values: Mapping[tuple[int, int], Value]) -> dict[tuple[int, int], Reading]:
    """Readings that stand at the places of a batch."""
    found: dict[tuple[int, int], Reading] = {}
    for part in _parts(sorted({series for series, _ in values})):
        inside = set(part)
        for times in _parts(sorted({at for series, at in values if series in inside})):
            for each in Reading.objects.filter(series__in=part, at__in=times):
                if (each.series, each.at) in values:
                    found[each.series, each.at] = each
    return found


def _touch(since: Mapping[int, int], *, now: int) -> None:
    """Have the series looked at from the earliest new reading on."""
    for part in _parts(sorted(since)):
        waiting = {each.series: each for each in Touched.objects.select_for_update().filter(series__in=part)}
        for each in waiting.values():
            each.since = min(each.since, since[each.series])
            each.stamp = max(now, each.stamp + 1)
        fresh = [Touched(series=pk, since=since[pk], stamp=now) for pk in part if pk not in waiting]
        Touched.objects.bulk_create(
            [*(Touched(series=pk, since=each.since, stamp=each.stamp) for pk, each in waiting.items()), *fresh],
            update_conflicts=True, unique_fields=["series"], update_fields=["since", "stamp"],
        )  # fmt: skip


def _quarantine(delivery: Delivery, doubts: Sequence[Doubt]) -> None:
    Quarantined.objects.bulk_create(
        (
            Quarantined(
                delivery=delivery, row=each.row, content=each.content[:1000], code=each.fault.code,
                parameters=_plain(each.fault.parameters), unit=each.unit, indicator=each.indicator,
            )
            for each in doubts
        ),
        batch_size=500,
    )  # fmt: skip


def _superseded(before: Reading, now: int) -> Superseded:
    names = ("series", "at", "revision", "value", "n", "quality", "source", "received")
    return Superseded(**{name: getattr(before, name) for name in names}, replaced=now)


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(dict(parameters), default=str))
    return loaded


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[first : first + _AT_ONCE] for first in range(0, len(numbers), _AT_ONCE))
