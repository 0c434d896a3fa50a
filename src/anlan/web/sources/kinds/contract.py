"""What a kind of source is asked, and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from anlan.domain.errors import AnlanError, RefusedInput, Several, UsageError
from anlan.loop.monitor.measures import UNITS
from anlan.web.people.models import Unit
from anlan.web.sources.shaping import columns_of

LONGEST = 4_000


@dataclass(frozen=True)
class Setting:
    """One question. form: text, area, number, choice or secret; usual: where nothing is given."""

    name: str
    form: str = "text"
    required: bool = False
    usual: Any = ""
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 2**31 - 1


ROWS = (
    Setting("columns", "area"), Setting("indicator"), Setting("unit"),
    Setting("measured_in", "choice", choices=("", *sorted({u for units in UNITS.values() for u in units}))),
    Setting("zone"),
)  # fmt: skip
"""What every kind asks that reads rows of somebody else's."""


@dataclass(frozen=True)
class Asked:
    """settings: as kept; place: where the source was left; trial: nothing is kept, and little is enough."""

    unit: Unit
    settings: Mapping[str, Any]
    secret: str
    place: Mapping[str, Any]
    now_us: int
    trial: bool = False
    source: int | None = None


@dataclass(frozen=True)
class File:
    sha256: str
    name: str
    size: int
    modified_ns: int


@dataclass(frozen=True)
class Batch:
    """rows: as `report` takes them; key: of the delivery, empty where readings that stand tell what is known;
    place: where the source is left once they are taken; file: they are all, or a part, of; last: of the file;
    error: nothing of it can be read; more: the next run is due at once."""

    rows: list[Any]
    key: str = ""
    place: Mapping[str, Any] = field(default_factory=dict)
    file: File | None = None
    last: bool = True
    error: AnlanError | None = None
    more: bool = False


class RefusedSettings(Several, RefusedInput):
    """Settings that cannot hold; all their faults."""


def read_settings(asked: tuple[Setting, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a kind. Errors: RefusedSettings with every fault, each naming its field."""
    faults: list[AnlanError] = []
    known = {each.name for each in asked}
    for name in sorted(set(given) - known):
        faults.append(UsageError("sources.field", found=str(name)[:40], accepted=tuple(sorted(known))))
    found: dict[str, Any] = {}
    for each in asked:
        if each.form != "secret":
            try:
                found[each.name] = _value(each, given.get(each.name))
            except AnlanError as fault:
                faults.append(fault)
    if faults:
        raise RefusedSettings("sources.settings", tuple(faults))
    return found


def _value(each: Setting, given: Any) -> Any:
    if given is None or given == "":
        if each.required:
            raise UsageError("sources.needed", field=each.name)
        return each.usual
    if each.form == "number":
        whole = isinstance(given, int) and not isinstance(given, bool)
        if not whole or not each.least <= given <= each.most:
            raise UsageError("sources.whole", field=each.name, found=str(given)[:40], least=each.least,
                             most=each.most)  # fmt: skip
        return given
    written = str(given).replace("\0", "").strip()
    if each.choices and written not in each.choices:
        raise UsageError("sources.choice", field=each.name, found=written[:40],
                         accepted=tuple(c for c in each.choices if c))  # fmt: skip
    if len(written) > LONGEST:
        raise UsageError("sources.text", field=each.name, n=len(written), limit=LONGEST)
    if each.name == "columns":
        columns_of(written)
    if each.name == "zone" and written not in available_timezones():
        raise UsageError("sources.zone", found=written[:60])
    return written
