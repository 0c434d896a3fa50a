"""What the API shows and takes of indicators, series, readings and alerts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.domain.errors import AnlanError
from anlan.loop.monitor import alerts, escalation
from anlan.loop.monitor.definitions import LEVELS
from anlan.loop.monitor.incoming import QUALITIES
from anlan.loop.monitor.measures import UNITS
from anlan.web.common.rest.paging import Page, Paging
from anlan.web.common.rest.values import Code, Given, Long, Named, Person, Shown, Text, named, person
from anlan.web.common.texts import error_text
from anlan.web.monitoring.models import Alert, AlertStep, Indicator, Series
from anlan.web.monitoring.selectors import TABS, due_of
from anlan.web.monitoring.services.trying_formulas import TriedFormula
from anlan.web.readings.models import Quarantined


class IndicatorFilters(Paging):
    """q: in code and names; level: worst of its series."""

    q: Annotated[Text, Field(max_length=120)] = ""
    status: Literal["", "active", "paused", "retired"] = ""
    process: Annotated[Text, Field(max_length=80)] = ""
    level: Literal["", "normal", "blue", "yellow", "orange", "red"] = ""


class SeriesShown(Shown):
    """level: of the alert levels; at, value, n: its newest reading, in the unit of the indicator."""

    unit: Named
    dimensions: dict[str, str]
    level: str
    at: datetime | None
    value: float | None
    n: int | None


class IndicatorRow(Shown):
    """worst: worst level of its series."""

    code: str
    name: str
    name_en: str
    unit: Named
    process: Named | None
    owner: Person | None
    status: str
    worst: str
    number: int
    version: int


class IndicatorPage(Page):
    items: list[IndicatorRow]


class IndicatorShown(IndicatorRow):
    """definition: in words; document: as it is measured; risks: codes; nodes: keys of its process."""

    definition: str
    definition_en: str
    document: dict[str, Any]
    nodes: list[str]
    risks: list[str]
    origin: str
    series: list[SeriesShown]


class NewIndicator(Given):
    """document: of the fields kind, unit, direction, grain_s, limits and others of the reference."""

    unit: Code
    name: Annotated[Text, Field(min_length=1, max_length=120)]
    name_en: Annotated[Text, Field(max_length=120)] = ""
    definition: Long = ""
    definition_en: Long = ""
    process: Annotated[Text, Field(max_length=80)] = ""
    nodes: Annotated[list[Annotated[Text, Field(max_length=200)]], Field(max_length=60)] = []
    risks: Annotated[list[Code], Field(max_length=60)] = []
    owner: Annotated[Text, Field(max_length=150)] = ""
    document: dict[str, Any]


class IndicatorChange(Given):
    """What is left out stays. reason: needed where the document changes."""

    name: Annotated[Text, Field(min_length=1, max_length=120)] | None = None
    name_en: Annotated[Text, Field(max_length=120)] | None = None
    definition: Long | None = None
    definition_en: Long | None = None
    nodes: Annotated[list[Annotated[Text, Field(max_length=200)]], Field(max_length=60)] | None = None
    risks: Annotated[list[Code], Field(max_length=60)] | None = None
    owner: Annotated[Text, Field(max_length=150)] | None = None
    status: Literal["active", "paused", "retired"] | None = None
    document: dict[str, Any] | None = None
    reason: Annotated[Text, Field(max_length=400)] = ""


class FormulaGiven(Given):
    """indicator: the one whose formula it is to be, empty for a new one of the unit; unit: code, empty for an
    indicator that is named; measure: unit of the result."""

    formula: Annotated[Text, Field(min_length=1, max_length=1000)]
    measure: Literal[tuple(UNITS)] = "number"  # type: ignore[valid-type]
    grain_s: Annotated[int, Field(ge=60, le=366 * 86_400)] = 3600
    unit: Annotated[Text, Field(max_length=80)] = ""
    indicator: Annotated[Text, Field(max_length=40)] = ""


class FormulaValue(Shown):
    """at: begin of the period; value: null where it is missing; n: sample, null where there is none."""

    at: datetime
    value: float | None
    n: int | None
    quality: Literal["good", "doubtful", "estimated"]


class FormulaTried(Shown):
    """inputs: codes that it names; unit, dimensions: of the place it was tried in, null and empty without any
    reading; items: the newest finished periods, by time."""

    inputs: list[str]
    unit: Named | None
    dimensions: dict[str, str]
    items: list[FormulaValue]


class IndicatorsToTakeUp(Given):
    """indicators: codes of proposals in the result of the run."""

    indicators: Annotated[list[Code], Field(min_length=1, max_length=60)]


class ReadingsTaken(Shown):
    """accepted: new; corrected: another value stood at that time; quarantined: not believed, with the reason;
    repeated: the batch had come before, and this is its answer of then."""

    accepted: int
    unchanged: int
    corrected: int
    quarantined: int
    repeated: bool


class ReadingFilters(Given):
    """unit: code of the unit of the series, empty for the first; dimensions: name=value, comma separated;
    since: readings from this time on."""

    unit: Annotated[Text, Field(max_length=80)] = ""
    dimensions: Annotated[Text, Field(max_length=300)] = ""
    since: datetime | None = None


class ReadingShown(Shown):
    at: datetime
    value: float | None
    n: int | None


class ReadingList(Shown):
    """The newest of a series, by time; `cut`: older ones are left out."""

    series: SeriesShown
    items: list[ReadingShown]
    cut: bool


class ReadingDoubtShown(Shown):
    """content: the row as it came; why: what is wrong with it; state: waiting, taken or dropped."""

    id: int
    content: str
    why: str
    received: datetime | None
    state: str


class ReadingDoubtPage(Page):
    items: list[ReadingDoubtShown]


class ReadingDoubtDeed(Given):
    deed: Literal["take", "drop"]
    reason: Annotated[Text, Field(min_length=1, max_length=200)]


class AlertFilters(Paging):
    """tab: open, mine, suppressed or closed."""

    tab: Literal[TABS] = "open"  # type: ignore[valid-type]
    indicator: Annotated[Text, Field(max_length=40)] = ""


class AlertRow(Shown):
    """kind: level, or missing where readings stopped; level: now, normal once it recovered; highest: the
    worst it was; threshold: the limit that fired; due: what is to be done next and by when, null where it is
    closed."""

    code: str
    kind: str
    indicator: Named
    unit: Named
    dimensions: dict[str, str]
    level: str
    highest: str
    state: str
    value: float | None
    threshold: float | None
    count: int
    assignee: Person | None
    first_at: datetime
    last_at: datetime
    due: str
    due_at: datetime | None
    version: int


class AlertPage(Page):
    items: list[AlertRow]


class AlertStepShown(Shown):
    """deed: what happened; by: null where the watch did it."""

    at: datetime
    deed: str
    by: Person | None
    note: str
    parameters: dict[str, Any]


class AlertRungShown(Shown):
    """A step of the escalation chain. role: empty for those told before; done_at: null where it
    was not needed or is not due."""

    step: str
    role: str
    due_at: datetime
    done_at: datetime | None


class AlertShown(AlertRow):
    """possible: deeds that may be done with it now."""

    disposition: str
    cause: str
    acknowledged_at: datetime | None
    recovered_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    possible: list[str]
    risks: list[str]
    chain: list[AlertRungShown]
    steps: list[AlertStepShown]


class AlertDeed(Given):
    """note, assignee, disposition, cause: what the deed needs."""

    deed: Literal[tuple(alerts.DEEDS)]  # type: ignore[valid-type]
    note: Long = ""
    assignee: Annotated[Text, Field(max_length=150)] = ""
    disposition: Literal["", *alerts.DISPOSITIONS] = ""  # type: ignore[valid-type]
    cause: Literal["", *alerts.CAUSES] = ""  # type: ignore[valid-type]


class AlertNote(Given):
    note: Annotated[Text, Field(min_length=1, max_length=4000)]


class EffectDecision(Given):
    """do: take, or decline with a reason."""

    do: Literal["take", "decline"]
    reason: Annotated[Text, Field(max_length=400)] = ""


class EffectShown(Shown):
    """What an alert changes of a risk. before, after: events a year with limits, null where `why` says that
    they cannot be told; level: at the new mean; decided: taken, declined or empty."""

    risk: str
    why: str
    before: dict[str, float] | None
    after: dict[str, float] | None
    years: float | None
    level: str
    decided: str
    assessment: int | None
    reason: str


class SilenceGiven(Given):
    """indicator: empty for every indicator in the unit and below."""

    unit: Code
    indicator: Annotated[Text, Field(max_length=40)] = ""
    ends: datetime
    reason: Annotated[Text, Field(min_length=1, max_length=400)]


class SilenceShown(Shown):
    id: int
    unit: Named
    indicator: str
    begins: datetime
    ends: datetime
    reason: str


def moment(us: int | None) -> datetime | None:
    return None if us is None else datetime.fromtimestamp(us / 1e6, UTC)


def series_shown(found: Series) -> dict[str, Any]:
    return {
        "unit": named(found.unit), "dimensions": found.dimensions, "level": LEVELS[found.level],
        "at": moment(found.last_at), "value": found.last_value, "n": found.last_n,
    }  # fmt: skip


def indicator_row(found: Indicator) -> dict[str, Any]:
    names = ("code", "name", "name_en", "status", "number", "version")
    return {name: getattr(found, name) for name in names} | {
        "unit": named(found.unit), "process": named(found.process), "owner": person(found.owner),
        "worst": LEVELS[getattr(found, "worst", 0)],
    }  # fmt: skip


def indicator_shown(found: Indicator, series: Sequence[Series], risks: Sequence[str]) -> dict[str, Any]:
    names = ("definition", "definition_en", "document", "nodes", "origin")
    worst = max((each.level for each in series), default=0)
    return indicator_row(found) | {name: getattr(found, name) for name in names} | {
        "worst": LEVELS[worst], "risks": list(risks),
        "series": [series_shown(each) for each in series],
    }  # fmt: skip


def formula_tried(found: TriedFormula) -> dict[str, Any]:
    place = found.place
    return {
        "inputs": sorted(each.code for each in found.inputs),
        "unit": named(place.unit) if place is not None else None,
        "dimensions": place.dimensions if place is not None else {},
        "items": [
            {"at": moment(at), "value": each.value, "n": each.n, "quality": QUALITIES[each.quality]}
            for at, each in found.results
        ],
    }  # fmt: skip


def doubt_shown(found: Quarantined) -> dict[str, Any]:
    return {
        "id": found.pk, "content": found.content, "state": found.state,
        "why": error_text(AnlanError(found.code, **found.parameters)),
        "received": moment(found.delivery.received),
    }  # fmt: skip


def alert_row(found: Alert) -> dict[str, Any]:
    names = ("code", "kind", "state", "value", "threshold", "count", "version")
    due = due_of(found)
    return {name: getattr(found, name) for name in names} | {
        "indicator": named(found.indicator), "unit": named(found.unit),
        "dimensions": found.series.dimensions, "level": LEVELS[found.level],
        "highest": LEVELS[found.highest], "assignee": person(found.assignee),
        "first_at": moment(found.first_at), "last_at": moment(found.last_at),
        "due": due[0] if due else "", "due_at": due[1] if due else None,
    }  # fmt: skip


def chain_shown(found: Alert, steps: Sequence[AlertStep]) -> list[dict[str, Any]]:
    round_ = sum(each.deed == "lapse" for each in steps)
    done = {each.key: each.at for each in steps if each.key}
    plan = escalation.ladder(found.highest, acknowledge_by=found.acknowledge_by, resolve_by=found.resolve_by)
    return [
        {"step": due.rung.code, "role": due.rung.role, "due_at": due.at,
         "done_at": done.get(escalation.key_of(due.rung, round_))}
        for due in plan
    ]  # fmt: skip


def alert_shown(found: Alert, steps: Sequence[AlertStep], risks: Sequence[str]) -> dict[str, Any]:
    names = ("disposition", "cause", "acknowledged_at", "recovered_at", "resolved_at", "closed_at")
    return alert_row(found) | {name: getattr(found, name) for name in names} | {
        "possible": list(alerts.possible(found.state)), "risks": list(risks),
        "chain": chain_shown(found, steps),
        "steps": [
            {"at": each.at, "deed": each.deed, "by": person(each.by), "note": each.note,
             "parameters": each.parameters}
            for each in steps
        ],
    }  # fmt: skip
