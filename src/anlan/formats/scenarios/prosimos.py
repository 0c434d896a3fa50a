"""The JSON of Prosimos: people with their calendars and times, arrivals, shares at gateways.

Sections may be objects by id or lists with an id in each entry; both are in use.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.formats.scenarios.model import (
    WEEK,
    Scenario,
    Span,
    Time,
    Told,
    Worker,
    cases_of,
    day_of,
    hour_of,
    number_of,
    people_of,
    spans,
)
from anlan.formats.scenarios.times import time_of
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.settings_document import parse_settings

_READ = frozenset({
    "resource_profiles", "arrival_time_distribution", "arrival_time_calendar",
    "gateway_branching_probabilities", "task_resource_distribution", "resource_calendars",
    "event_distribution", "total_cases", "start_time",
})  # fmt: skip
_NEEDED = ("resource_profiles", "arrival_time_distribution", "task_resource_distribution")


def is_prosimos(document: Mapping[str, Any]) -> bool:
    return "task_resource_distribution" in document


def read_prosimos(read: SettingsBytes) -> Scenario:
    """The scenario of a JSON file. Errors: RefusedInput `scenario.*` with the place at fault."""
    document = parse_settings(read, kind="spec", as_json=True)
    missing = tuple(name for name in _NEEDED if name not in document)
    if missing:
        raise RefusedInput("scenario.missing", file=read.name, found=missing)
    reading = _Reading(document)
    arrivals = reading.time(document["arrival_time_distribution"], "arrival_time_distribution")
    if not arrivals.mean > 0:
        raise RefusedInput("scenario.no_arrivals", file=read.name)
    if _name_of(document["arrival_time_distribution"]) != "expon":
        reading.tell("arrivals_poisson", _name_of(document["arrival_time_distribution"]))
    for name in document:
        if name not in _READ and document[name]:
            reading.tell("section", name)
    given = document.get("arrival_time_calendar")
    hours = tuple(reading.hours(given, "arrival_time_calendar")) if given else WEEK
    return Scenario(
        arrivals.mean, hours, tuple(reading.workers()), reading.shares(), reading.waits(),
        cases_of(document.get("total_cases"), "total_cases"), reading.told(),
    )  # fmt: skip


def _name_of(given: Any) -> str:
    return str(given.get("distribution_name", "")).lower() if isinstance(given, Mapping) else ""


class _Reading:
    """Reads section by section and keeps what could not be carried over."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._told: dict[str, list[str]] = {}

    def tell(self, code: str, found: str) -> None:
        self._told.setdefault(code, []).append(found)

    def told(self) -> tuple[Told, ...]:
        return tuple(
            Told(code, tuple(dict.fromkeys(found))[:20], len(found)) for code, found in self._told.items()
        )

    def time(self, given: Any, where: str) -> Time:
        """A law of times, whichever way it is written."""
        given = _object(given, where)
        numbers = given.get("distribution_params")
        if not isinstance(numbers, Sequence) or isinstance(numbers, str):
            raise RefusedInput(
                "scenario.place", where=where, expected="distribution_name, distribution_params"
            )
        limits = bool(numbers) and all(isinstance(each, Mapping) for each in numbers)
        plain = [each.get("value") if isinstance(each, Mapping) else each for each in numbers]
        if limits:
            self.tell("limits", where.split("[")[0].split(".")[0])
        found = [number_of(each, where) for each in plain]
        return time_of(str(given.get("distribution_name")), found, limits=limits, where=where)

    def hours(self, given: Any, where: str) -> list[Span]:
        """The hours of a calendar by day."""
        found: list[Span] = []
        for number, rule in enumerate(_list(given, where), start=1):
            place = f"{where}[{number}]"
            days = [day_of(str(rule.get(name, ""))) for name in ("from", "to")]
            times = [hour_of(str(rule.get(name, ""))) for name in ("beginTime", "endTime")]
            if None in days or None in times:
                raise RefusedInput("scenario.calendar", where=place, found=str(dict(rule))[:80])
            found += spans(days[0] or 0, days[1] or 0, times[0] or 0.0, times[1] or 0.0)
        return found

    def workers(self) -> list[Worker]:
        """Everybody, in the order of the profiles."""
        times = self._times_by_worker()
        calendars = _by_id(
            self._document.get("resource_calendars", {}), "resource_calendars", "id", "time_periods"
        )
        known = {
            name: tuple(self.hours(rules, f"resource_calendars.{name}")) for name, rules in calendars.items()
        }
        found = []
        for profile, each in _by_id(
            self._document["resource_profiles"], "resource_profiles", "id", None
        ).items():
            place = f"resource_profiles.{profile}"
            each = _object(each, place)
            group = str(each.get("name") or profile)
            for number, one in enumerate(_list(each.get("resource_list"), place), 1):
                where = f"{place}[{number}]"
                identity = str(one.get("id"))
                calendar = str(one.get("calendar", identity))
                if calendar not in known:
                    self.tell("no_calendar", identity)
                mine = times.pop(identity, {})
                people = people_of(one.get("amount", 1), where, least=0)
                cost = number_of(one.get("cost_per_hour", 0), where)
                if not mine or people < 1:
                    self.tell("idle_worker", identity)
                    continue
                found.append(Worker(identity, group, people, cost, known.get(calendar, WEEK), mine))
        for identity in times:
            self.tell("unknown_worker", identity)
        return found

    def _times_by_worker(self) -> dict[str, dict[str, Time]]:
        found: dict[str, dict[str, Time]] = {}
        read: dict[str, Time] = {}
        section = self._document["task_resource_distribution"]
        for task, rows in _by_id(section, "task_resource_distribution", "task_id", "resources").items():
            where = f"task_resource_distribution.{task}"
            for worker, law in _by_id(rows, where, "resource_id", None).items():
                law = _object(law, f"{where}.{worker}")
                key = repr((law.get("distribution_name"), law.get("distribution_params")))
                if key not in read:
                    read[key] = self.time(law, f"{where}.{worker}")
                found.setdefault(worker, {})[task] = read[key]
        return found

    def shares(self) -> dict[str, float]:
        """Share of each flow that leaves a gateway."""
        section = self._document.get("gateway_branching_probabilities", {})
        found: dict[str, float] = {}
        for gateway, rows in _by_id(
            section, "gateway_branching_probabilities", "gateway_id", "probabilities"
        ).items():
            where = f"gateway_branching_probabilities.{gateway}"
            if isinstance(rows, list) and any(row.get("condition_id") for row in _list(rows, where)):
                self.tell("conditions", gateway)
            for flow, share in _by_id(rows, where, "path_id", "value").items():
                number = number_of(share, f"{where}.{flow}")
                if not 0.0 <= number <= 1.0:
                    raise RefusedInput("scenario.share", where=f"{where}.{flow}", found=number)
                found[str(flow)] = number
        return found

    def waits(self) -> dict[str, Time]:
        section = self._document.get("event_distribution") or {}
        return {
            event: self.time(law, f"event_distribution.{event}")
            for event, law in _by_id(section, "event_distribution", "event_id", None).items()
        }


def _by_id(given: Any, where: str, identity: str, inner: str | None) -> dict[str, Any]:
    """Entries by id, whether they stand in an object or in a list; `inner`: what of an entry of a list is
    meant. Errors: RefusedInput for an entry of a list without an id, or with that of another."""
    if isinstance(given, Mapping):
        return {str(name): value for name, value in given.items()}
    found: dict[str, Any] = {}
    for number, row in enumerate(_list(given, where), start=1):
        name = row.get(identity)
        if not isinstance(name, str | int):
            raise RefusedInput("scenario.place", where=f"{where}[{number}]", expected=identity)
        if str(name) in found:
            raise RefusedInput("scenario.twice", where=f"{where}[{number}]", found=str(name)[:60])
        found[str(name)] = row.get(inner) if inner else row
    return found


def _object(given: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise RefusedInput("scenario.place", where=where, expected="{...}")
    return given


def _list(given: Any, where: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        raise RefusedInput("scenario.place", where=where, expected="[{...}, ...]")
    return given
