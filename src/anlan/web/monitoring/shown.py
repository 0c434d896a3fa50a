"""Indicators and alerts as pages show them: marks of levels, values with their unit, time left, pictures."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from anlan.formats import wording
from anlan.formats.report.charts.readings import Drawn, readings_chart, scale_of
from anlan.formats.report.levels import chip as drawn_chip
from anlan.formats.report.levels import levels_named, small_mark
from anlan.formats.report.words import Words
from anlan.loop.monitor import escalation
from anlan.loop.monitor.alerts import ACKNOWLEDGED, ASSIGNED, FIRING, HANDLING, SUPPRESSED
from anlan.loop.monitor.definitions import LEVELS, Definition
from anlan.loop.monitor.detectors import Chosen
from anlan.loop.monitor.watching import Seen
from anlan.maths.control_charts.run_rules import RULE_SETS
from anlan.web.common.texts import in_language, language, text
from anlan.web.monitoring.models import Alert, AlertStep, Indicator, Series
from anlan.web.monitoring.selectors import due_of
from anlan.web.monitoring.services.escalating import people_of, rounds
from anlan.web.monitoring.shapes import moment
from anlan.web.monitoring.telling import concerned

HANDLED = (ACKNOWLEDGED, ASSIGNED, HANDLING)

REASONS = (
    *(rule.code for rules in RULE_SETS.values() for rule in rules), "ewma_high", "ewma_low", "cusum_high",
    "cusum_low", "seasonal_above", "seasonal_below", "seasonal_held", "rate_above", "rate_below", "rate_held",
    "flat",
)  # fmt: skip
"""Why a detector fired, where that is no limit of the value."""


def level_mark(level: int) -> SafeString:
    """Shape of an alert level alone."""
    return mark_safe(str(small_mark(_marks()[level])))


def level_chip(level: int) -> SafeString:
    """Shape and word of an alert level."""
    return mark_safe(str(drawn_chip(_marks()[level])))


def level_word(level: int) -> str:
    return text(f"monitoring.levels.{LEVELS[level]}")


def _marks() -> Sequence[Any]:
    return levels_named([level_word(i) for i in range(len(LEVELS))], Words(language())).marks


def value_said(value: float | None, unit: str) -> str:
    """A value with its unit, in words of the reader; a dash where there is none."""
    if value is None:
        return "—"
    return scale_of(unit, [value], Words(language())).with_unit(value)


def dimensions_said(dimensions: Mapping[str, str]) -> str:
    """`班次 A`, several with the comma of the language; empty where there are none."""
    return text("common.comma").join(f"{name} {value}" for name, value in dimensions.items())


def place_of(series: Series) -> str:
    """Unit and dimensions of a series."""
    parts = [in_language(series.unit), dimensions_said(series.dimensions)]
    return " · ".join(part for part in parts if part)


def left_said(at: datetime, now: datetime) -> tuple[str, bool]:
    """Time left, or by how much it is late, and whether it is late."""
    seconds = (at - now).total_seconds()
    said = wording.duration(abs(seconds), language())
    return text("monitoring.left" if seconds >= 0 else "monitoring.late", time=said), seconds < 0


def due_said(alert: Alert, now: datetime) -> dict[str, Any] | None:
    """What is due, how long there is, whether that is over."""
    due = due_of(alert)
    if due is None:
        return None
    said, late = left_said(due[1], now)
    return {"what": due[0], "said": said, "late": late, "at": due[1]}


def track(alert: Alert, now: datetime) -> list[dict[str, Any]]:
    """The stations of an alert's life: done with their time, the next with its deadline, the rest."""
    done = {
        "fire": moment(alert.first_at), "acknowledge": alert.acknowledged_at,
        "resolve": alert.resolved_at, "close": alert.closed_at,
    }  # fmt: skip
    limits = {"acknowledge": alert.acknowledge_by, "resolve": alert.resolve_by, "close": alert.close_by}
    stations, waiting = [], True
    for code, at in done.items():
        is_next = at is None and waiting
        waiting = waiting and at is not None
        due = limits.get(code)
        said, late = left_said(due, now) if is_next and due else ("", False)
        stations.append({"code": code, "at": at, "next": is_next, "due": due, "said": said, "late": late})
    return stations


def step_said(step: AlertStep, unit: str) -> str:
    """What happened, as one sentence."""
    given = step.parameters
    if step.deed in ("fire", "raise", "lower", "recover", "again"):
        reason = str(given.get("reason", ""))
        if reason == "missing":
            since = timezone.localtime(datetime.fromisoformat(given["at"])).strftime("%Y-%m-%d %H:%M")
            level = level_word(int(given["level"]))
            return text(f"monitoring.steps.{step.deed}_missing", since=since, level=level)
        why = reason in REASONS and step.deed in ("fire", "raise", "again")
        return text(
            f"monitoring.steps.{step.deed}{'_found' if why else ''}",
            why=text(f"monitoring.reasons.{reason}") if why else "",
            level=level_word(int(given.get("level", 0))),
            before=level_word(int(given.get("before", 0))), value=value_said(given.get("value"), unit),
            limit=value_said(given.get("limit"), unit),
        )  # fmt: skip
    if step.deed in ("remind", "escalate", "supervise", "lapse"):
        people = text("common.comma").join(given["people"]) or text("monitoring.nobody")
        return text(f"monitoring.steps.{step.deed}", who=people)
    said = text(f"monitoring.steps.{step.deed}", who=given.get("name") or given.get("assignee") or "")
    if step.deed == "close":
        words = [
            text(f"monitoring.dispositions.{given['disposition']}"),
            text(f"monitoring.causes.{given['cause']}"),
        ]
        said = text("monitoring.steps.closed_as", what=words[0], why=words[1])
    return said


def chain(alert: Alert, now: datetime) -> list[dict[str, Any]]:
    """The escalation chain: who was told first, then each step with its people, when it was done or is due;
    `off` where it is not asked for any more."""
    plan = escalation.ladder(alert.highest, acknowledge_by=alert.acknowledge_by, resolve_by=alert.resolve_by)
    round_ = rounds(alert)
    done = {step.key: step for step in alert.steps.exclude(key="")}
    first = {"code": "fire", "people": [p.name for p in concerned(alert)], "at": alert.created_at,
             "said": "", "late": False, "off": False}  # fmt: skip
    rows = [] if alert.state == SUPPRESSED else [first]
    for due in plan:
        step = done.get(escalation.key_of(due.rung, round_))
        people = step.parameters["people"] if step else [p.name for p in people_of(due.rung, alert)]
        open_ = alert.state == FIRING or (due.rung.supervises and alert.state in HANDLED)
        said, late = left_said(due.at, now)
        rows.append({
            "code": due.rung.code, "people": people, "at": step.at if step else None, "said": said,
            "late": late, "off": step is None and not open_,
        })  # fmt: skip
    return rows


def picture(
    indicator: Indicator, definition: Definition, series: Series, readings: Sequence[Seen],
    alerts: Sequence[Alert] = (),
) -> SafeString:  # fmt: skip
    """Readings of a series with the limits, in the zone of its unit."""
    zone = ZoneInfo(series.unit.time_zone)

    def local(us: int) -> datetime:
        return datetime.fromtimestamp(us / 1e6, zone)

    drawn = Drawn(
        title=f"{in_language(indicator)}{text('common.comma')}{place_of(series)}", unit=definition.unit,
        points=[(local(each.at), each.value) for each in readings],
        limits=[(each.level, each.fire, each.clear, level_word(each.level)) for each in definition.limits],
        episodes=[(local(each.first_at), local(each.last_at)) for each in alerts], target=definition.target,
    )  # fmt: skip
    return mark_safe(readings_chart(drawn, language=language()))


def freshness(series: Series, definition: Definition) -> tuple[str, bool]:
    """How old the newest reading is, and whether that is too old."""
    if series.last_at is None:
        return text("monitoring.never"), definition.stale_after_s is not None
    age = timezone.now().timestamp() - series.last_at / 1e6
    stale = definition.stale_after_s is not None and age > definition.stale_after_s
    return wording.duration(max(age, 0.0), language()), stale


def detector_said(chosen: Chosen, unit: str) -> list[tuple[str, str]]:
    """A detector and its settings, as pairs of word and value."""
    said, rows = chosen.settings, [("detector", text(f"monitoring.detectors.{chosen.kind}"))]
    if "baseline" in said:
        rows += [("centre", value_said(said["baseline"].centre, unit)),
                 ("spread", value_said(said["baseline"].spread, unit))]  # fmt: skip
    if "rules" in said:
        rows.append(("rules", text(f"monitoring.rules.{said['rules']}")))
    rows += [(name, f"{said[name]:g}") for name in ("weight", "width", "k", "h", "weeks") if name in said]
    if "per_s" in said:
        rows.append(("per", wording.duration(said["per_s"], language())))
    if "readings" in said:
        rows.append(("flat_readings", str(said["readings"])))
    for grade in said["grades"].grades if "grades" in said else ():
        size = min(abs(grade.fire_above), abs(grade.fire_below))
        shown = f"{size:g} σ" if chosen.kind == "seasonal" else value_said(size, unit)
        rows.append((f"{LEVELS[grade.level]}_size", shown))
    if "level" in said:
        rows.append(("detector_level", level_word(said["level"])))
    return [(_name_of(name), value) for name, value in rows]


def _name_of(field: str) -> str:
    level, _, size = field.partition("_")
    return level_word(LEVELS.index(level)) if size == "size" else text(f"monitoring.fields.{field}")
