"""Taking a batch of readings: each exactly once, and nothing of it lost.

1. The batch may have a key. Where its source has sent that key before, the answer of then is given again.
   Without a key a batch is looked at row by row; what stands already stays.
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
from uuid import uuid4

from django.db import IntegrityError, transaction

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.web.readings.models import Delivery, Quarantined, Reading, Superseded
from anlan.web.readings.router import database
from anlan.web.readings.statements import insert, standing, touch

MOST_ROWS = 10_000
_AT_ONCE = 400
_ATTEMPTS = 4
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
    source: str, key: str, content: str, values: Iterable[Value], doubts: Sequence[Doubt], *, now: int,
    history: bool = False,
) -> Answer:  # fmt: skip
    """Keep a batch.

    key: empty where the source gives none; then it is told apart from no other, and rows that stand already
    stay as they are. history: of a past that is over, which the watch is not asked to look at.
    """
    own, asked = key or f"once:{uuid4().hex}", _last_of_each(values)
    for attempt in range(_ATTEMPTS):
        try:
            delivery = Delivery(source=source, key=own, content=content, received=now)
            return _taken(delivery, asked, doubts, history=history)
        except IntegrityError:  # another process took the batch, or one of its readings, at this moment
            again = answered(source, key, content)
            if again is not None:
                return again
            if attempt + 1 == _ATTEMPTS:
                raise
    raise AssertionError


def _taken(
    delivery: Delivery, values: Mapping[tuple[int, int], Value], doubts: Sequence[Doubt], *, history: bool
) -> Answer:
    with transaction.atomic(using=database()):
        delivery.save(force_insert=True)
        answer, since = _kept(delivery.source, values, now=delivery.received)
        if not history:
            touch(since, now=delivery.received)
        _quarantine(delivery, doubts)
        answer.quarantined = len(doubts)
        delivery.answer = answer.as_dict()
        delivery.save(update_fields=["answer"])
    return answer


def _last_of_each(values: Iterable[Value]) -> dict[tuple[int, int], Value]:
    """Of several readings of one time in a batch the last one holds."""
    return {(each.series, each.at): each for each in values}


def _kept(source: str, values: Mapping[tuple[int, int], Value], *, now: int) -> tuple[Answer, dict[int, int]]:
    """(what became of the values, earliest new or corrected time of each series)."""
    known = standing(values)
    answer, fresh, changed, gone = Answer(), [], [], []
    since: dict[int, int] = {}
    for place, each in values.items():
        before = known.get(place)
        if before is None:
            fresh.append((each.series, each.at, each.value, each.n, each.quality))
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
    insert(fresh, source=source, now=now)
    answer.accepted, answer.corrected, answer.series = len(fresh), len(changed), sorted(since)
    return answer, since


def _quarantine(delivery: Delivery, doubts: Sequence[Doubt]) -> None:
    """Rows in doubt wait once, however often they are sent."""
    rows = [
        Quarantined(
            delivery=delivery, row=each.row, content=storable(each.content)[:1000], code=each.fault.code,
            parameters=_plain(each.fault.parameters), unit=each.unit, indicator=each.indicator,
        )
        for each in doubts
    ]  # fmt: skip
    waiting: set[tuple[str, str]] = set()
    for first in range(0, len(rows), _AT_ONCE):
        asked = [each.content for each in rows[first : first + _AT_ONCE]]
        known = Quarantined.objects.filter(state=Quarantined.State.WAITING, content__in=asked)
        waiting |= set(known.values_list("content", "code"))
    fresh = [each for each in rows if (each.content, each.code) not in waiting]
    Quarantined.objects.bulk_create(fresh, batch_size=500)


def _superseded(before: Reading, now: int) -> Superseded:
    names = ("series", "at", "revision", "value", "n", "quality", "source", "received")
    return Superseded(**{name: getattr(before, name) for name in names}, replaced=now)


def storable(text: str) -> str:
    """The text as every database keeps it: without U+0000, half characters written out."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a fault as JSON that every database keeps."""

    def shown(value: Any) -> Any:
        if isinstance(value, str):
            return storable(value)
        if isinstance(value, list | tuple):
            return [shown(each) for each in value]
        return value if value is None or isinstance(value, bool | int | float) else storable(str(value))

    return {name: shown(value) for name, value in parameters.items()}
