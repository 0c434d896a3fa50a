"""A twin from a log as a study: the spec that `process_simulation` runs, where each number of it comes
from, and the card of the part of the log that was held back (schema `anlan.twin/1`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.domain.method import Note
from anlan.formats.messages import in_both_languages, messages
from anlan.loop.improve.twin.calibration import Calibration, calibrate
from anlan.loop.improve.twin.card import Card
from anlan.loop.improve.twin.inputs import as_recorded, inputs_of, step_names
from anlan.loop.improve.twin.names import MANNERS, WORKED
from anlan.loop.improve.twin.observed import Observed, observe, split
from anlan.loop.improve.twin.pools import Pool
from anlan.loop.improve.twin.tuning import tune
from anlan.loop.improve.twin.validation import validate
from anlan.loop.improve.twin.waiting import PARTS
from anlan.maths.progress import part
from anlan.maths.time_fits import TimeFit
from anlan.studies.loading import LoadedLog
from anlan.studies.methods.spec import SPEC, Spec
from anlan.studies.numbers import iso

SCHEMA = "anlan.twin/1"
HOLD_BACK = 0.2
MOST_HELD_BACK = 0.9


@dataclass(frozen=True)
class Asked:
    """hold_back: share of the cases, the last to arrive, that the twin does not see and is held against;
    0: none.
    people: list the members of the pools by name; language: of the names of pools and of the title."""

    hold_back: float = HOLD_BACK
    seed: int = 0
    people: bool = False
    language: str = "zh"
    title: str = ""


def calibrate_twin(loaded: LoadedLog, asked: Asked) -> dict[str, Any]:
    """The twin of a log. Errors: UsageError `twin.hold_back`; NotEnoughData `twin.few_cases`."""
    seen, later = _parts(observe(loaded.log), asked.hold_back)

    def called(pool: Pool) -> str:
        return messages(asked.language).text("twin.pool", n=pool.number)

    with part(0.0, 0.3):
        found = calibrate(seen)
    with part(0.3, 0.7):
        found = tune(found, seed=asked.seed, pool_name=called)
    inputs = inputs_of(found, pool_name=called)
    with part(0.7, 1.0):
        card = validate(later, inputs, seed=asked.seed) if later is not None else None
    title = asked.title or messages(asked.language).text("twin.title", name=loaded.facts.name)
    return {
        "schema": SCHEMA,
        "spec": {
            "schema": SPEC,
            "method": "process_simulation",
            "title": title,
            "seed": asked.seed,
            "inputs": as_recorded(inputs, found),
        },
        "source": _source(loaded, found, asked),
        "steps": _steps(found, called),
        "routes": _routes(found),
        "parallel": [
            {
                "activities": [found.of.names[code] for code in block.members],
                "met": block.met,
                "overlap": _interval(block.overlap),
                "source": "log",
            }
            for block in found.blocks
        ],
        "pools": [_pool(found, pool, called(pool), loaded, asked.people) for pool in found.pools.pools],
        "hours": [
            {
                "activity": found.of.names[code],
                "manner": MANNERS[manner],
                "speed_by_hour": speed.tolist(),
            }
            for (code, manner), speed in found.hours.items()
        ],
        "arrivals": _arrivals(found),
        "waits": _waits(found),
        "assumptions": [_note(note) for note in found.assumptions],
        "doubts": [_note(note) for note in found.doubts],
        "card": card_section(card) if card is not None else None,
    }


def validate_twin(loaded: LoadedLog, spec: Spec, *, hold_back: float = 0.0, seed: int = 0) -> dict[str, Any]:
    """The card of a spec of `process_simulation` for a log, or for the last part of it.

    Errors: UsageError `twin.other_method`, `twin.hold_back`; NotEnoughData.
    """
    if spec.method.code != "process_simulation":
        raise UsageError("twin.other_method", found=spec.method.code)
    seen, later = _parts(observe(loaded.log), hold_back)
    card = validate(later if later is not None else seen, spec.given, seed=seed)
    return {"schema": SCHEMA, "title": spec.title, "log": loaded.facts.name, "card": card_section(card)}


def _parts(of: Observed, hold_back: float) -> tuple[Observed, Observed | None]:
    if not 0.0 <= hold_back <= MOST_HELD_BACK:
        raise UsageError("twin.hold_back", found=hold_back, most=MOST_HELD_BACK)
    return split(of, hold_back=hold_back) if hold_back > 0 else (of, None)


def card_section(card: Card) -> dict[str, Any]:
    """The card as JSON."""
    return {
        "verdict": card.verdict(),
        "cases": card.n_cases,
        "replications": card.replications,
        "checks": [
            {
                "code": check.code,
                "activity": check.of or None,
                "verdict": check.verdict,
                "log": check.log,
                "twin": check.twin,
                "distance": check.distance,
                "distance_s": check.seconds,
                "yardstick": check.yardstick,
                "passes_at": check.passes_at,
                "doubts_at": check.doubts_at,
                "rule": in_both_languages(f"twin_rules.{check.code}"),
            }
            for check in card.checks
        ],
        "durations_s": {
            name: dict(zip(("p5", "p25", "p50", "p75", "p95", "mean"), values, strict=True))
            for name, values in card.durations.items()
        },
        "by_hour": {name: list(values) for name, values in card.by_hour.items()},
        "in_progress": {name: list(values) for name, values in card.progress.items()},
        "not_in_twin": list(card.not_in_twin),
        "not_in_log": list(card.not_in_log),
    }


def _source(loaded: LoadedLog, of: Calibration, asked: Asked) -> dict[str, Any]:
    seen = of.of

    def moment(second: float) -> str | None:
        return iso(seen.rows.origin_us + round(second * 1e6), seen.zone)

    return {
        "log": loaded.facts.name,
        "sha256": loaded.facts.sha256,
        "zone": seen.zone,
        "cases": seen.rows.n_cases,
        "executions": len(seen.rows.case),
        "held_back": asked.hold_back,
        "from": moment(seen.from_s),
        "until": moment(seen.until_s),
        "laps": of.routing.laps,
        "under_way_at_start": int(seen.under_way.sum()),
        "unfinished_at_end": int((~seen.finished).sum()),
    }


def _interval(of: Interval) -> dict[str, float]:
    return {"estimate": of.estimate, "low": of.low, "high": of.high}


def _time(fit: TimeFit) -> dict[str, Any]:
    return {
        "kind": fit.kind,
        "mean_s": _interval(fit.mean),
        "count": fit.n,
        "zero_share": fit.zeros,
        "distance": fit.distance,
        "reason": fit.reason,
        "source": "log",
    }


def _steps(of: Calibration, called: Any) -> list[dict[str, Any]]:
    rows = []
    for place in of.order:
        if place in of.routing.blocks:
            continue
        step, delay = of.routing.steps[place], of.times.delay[place]
        held = bool(of.held[step.activity]) and step.manner == WORKED
        pool = int(of.pools.pool_of[step.activity])
        opened = (step.activity, step.manner) in of.hours and step.lap > 0
        rows.append(
            {
                "name": step_names(of, place).step,
                "activity": of.activity(step),
                "lap": step.lap,
                "manner": MANNERS[step.manner],
                "time_is": "work" if held else "open" if opened else "elapsed",
                "time": _time(of.times.time[place]),
                "delay": _time(delay) if delay is not None else None,
                "pool": called(of.pools.pools[pool]) if held and pool >= 0 else None,
                "count": of.times.count[place],
                "source": "log",
            }
        )
    return rows


def _routes(of: Calibration) -> list[dict[str, Any]]:
    places = {step: place for place, step in enumerate(of.routing.steps)}

    def name(step: Any) -> str | None:
        return None if step is None else step_names(of, places[step]).step

    return [
        {
            "from": name(route.step),
            "to": name(route.to),
            "share": _interval(route.share),
            "count": route.count,
            "source": "log",
        }
        for route in of.routing.routes
    ]


def _pool(of: Calibration, pool: Pool, name: str, loaded: LoadedLog, people: bool) -> dict[str, Any]:
    section: dict[str, Any] = {
        "name": name,
        "members": pool.members,
        "activities": [of.of.names[code] for code in pool.activities],
        "executions": pool.executions,
        "people_by_hour": pool.people.tolist(),
        "present_by_hour": pool.present.tolist(),
        "tasks_at_once": pool.tasks_at_once,
        "load": pool.load,
        "source": "log",
    }
    if people:
        own = np.flatnonzero(of.pools.resource_pool == pool.number - 1)
        section["names"] = sorted(loaded.log.resource_names[code] for code in own)
    return section


def _arrivals(of: Calibration) -> dict[str, Any]:
    a = of.arrivals
    return {
        "per_hour": a.per_hour.tolist(),
        "cases": a.counts.tolist(),
        "hours_seen": a.hours.tolist(),
        "mean_per_hour": _interval(a.mean_per_hour),
        "spread": a.spread,
        "spread_of": a.spread_of,
        "day_variation": _interval(a.levels) if a.levels is not None else None,
        "days_follow": a.follows,
        "trend": _interval(a.trend) if a.trend is not None else None,
        "source": "log",
    }


def _waits(of: Calibration) -> list[dict[str, Any]]:
    return [
        {
            "activity": of.of.names[each.activity],
            "count": each.count,
            "wait_s": each.wait_s,
            **{f"{name}_s": value for name, value in zip(PARTS, each.parts_s, strict=True)},
        }
        for each in of.waits
    ]


def _note(note: Note) -> dict[str, Any]:
    parameters = _plain(note.parameters)
    return {
        "code": note.code,
        "parameters": parameters,
        "text": in_both_languages(f"twin_notes.{note.code}", **note.parameters),
    }


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return list(value)
        return value.item() if isinstance(value, np.generic) else value

    return {name: plain(value) for name, value in parameters.items()}
