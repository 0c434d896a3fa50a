"""Industry packs from their TOML files, one schema for the packs of the product and of a user.

it = load_pack("IT")                        # the pack for IT and technical support
packs = load_packs(("CM", "GS", "IT"))
own = load_user_pack(Path("our_desk.toml"))  # refused with all its faults at once
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.finding import CATEGORIES
from anlan.domain.pack import (
    FINDING_CODES,
    ComplaintClass,
    Operator,
    Pack,
    PackBody,
    PackCheck,
    PackControl,
    PackDrill,
    PackIndicator,
    PackNode,
    PackNote,
    PackPlan,
    PackRisk,
    PackTable,
    PackTraining,
    PlanStep,
    Role,
    ScorecardDimension,
    SharedFacts,
    Text,
)
from anlan.formats.pack_rows import PERSON_DAYS, Faults, Row

_FOLDER = Path(__file__).parents[1] / "packs"
_FILES = {
    "CM": "common",
    "GS": "general_service",
    "PT": "passenger_transport",
    "PH": "power_hall",
    "CC": "contact_centre",
    "IT": "it_support",
    "DS": "data_security",
    "HR": "people_training",
    "LG": "logistics",
    "EM": "emergency",
}
PACK_CODES = tuple(_FILES)
"""Codes of the packs of the product: CM for every organisation, EM for emergencies of all."""

_PACK_SCHEMA, _SHARED_SCHEMA = "anlan.pack/1", "anlan.shared/1"
_KINDS = ("preventive", "detective", "corrective", "emergency")
_DIRECTIONS = ("up", "down", "band")
_ALL_INDUSTRIES = tuple(code for code in PACK_CODES if code not in ("EM",))
_LARGEST_FILE = 5_000_000


@cache
def load_pack(code: str) -> Pack:
    """One pack of the product by its code, e.g. `"IT"`."""
    if code not in _FILES:
        raise UsageError("packs.unknown", found=code, accepted=PACK_CODES)
    path = _FOLDER / f"{_FILES[code]}.toml"
    faults = Faults()
    pack = _pack(Row(_toml(path), "", faults))
    _refuse(path, faults)
    return pack


def load_packs(codes: Iterable[str] = PACK_CODES) -> tuple[Pack, ...]:
    """Packs in the order asked for, each once."""
    return tuple(load_pack(code) for code in dict.fromkeys(codes))


@cache
def load_shared() -> SharedFacts:
    """What holds for all packs: operators, roles, complaint classes, scorecard, tables, notes."""
    path = _FOLDER / "shared.toml"
    faults = Faults()
    shared = _shared(Row(_toml(path), "", faults))
    _refuse(path, faults)
    return shared


def load_operators() -> tuple[Operator, ...]:
    """The operators of process improvement, OP-1 to OP-12."""
    return load_shared().operators


def load_user_pack(path: Path) -> Pack:
    """A user's own pack. It may refer to controls and indicators of the product's packs."""
    faults = Faults()
    pack = _pack(Row(_toml(path), "", faults))
    if pack.code in PACK_CODES:
        faults.add("code", pack.code, "a code of your own")
    for code in _codes(pack):
        if not code.startswith(f"{pack.code}-"):
            faults.add("code", code, f"{pack.code}-...")
    for line in reference_faults((*load_packs(), pack), load_shared()):
        faults.add(*line)
    _refuse(path, faults)
    return pack


def reference_faults(packs: Iterable[Pack], shared: SharedFacts) -> Iterator[tuple[str, str, str]]:
    """(place, found, accepted) of every code used twice or pointing nowhere among `packs`."""
    packs = tuple(packs)
    for code, times in Counter(code for pack in packs for code in _codes(pack)).items():
        if times > 1:
            yield "code", code, "each code once"
    nodes = {node.code for pack in packs for node in pack.nodes}
    risks = {risk.code for pack in packs for risk in pack.risks}
    controls = {control.code for pack in packs for control in pack.controls}
    indicators = {indicator.code for pack in packs for indicator in pack.indicators}
    plans = {plan.code for pack in packs for plan in pack.plans}
    bodies = {body.code for pack in packs for body in pack.bodies}
    actors = {code for pack in packs for code in pack.actors} | bodies | {role.code for role in shared.roles}
    codes = {pack.code for pack in packs}
    for pack in packs:
        for risk in pack.risks:
            yield from _missing(f"{risk.code}.node", (risk.node,), nodes)
            yield from _missing(f"{risk.code}.controls", risk.controls, controls)
            yield from _missing(f"{risk.code}.indicators", risk.indicators, indicators)
        for check in pack.checks:
            yield from _missing(f"{check.code}.risks", check.risks, risks)
        for training in pack.trainings:
            yield from _missing(f"{training.code}.indicators", training.indicators, indicators)
        for plan in pack.plans:
            yield from _missing(f"{plan.code}.packs", plan.packs, codes)
            yield from _missing(f"{plan.code}.risks", plan.risks, risks)
            for step in plan.steps:
                yield from _missing(f"{plan.code}.roles", step.roles, actors)
        for drill in pack.drills:
            yield from _missing(f"{drill.code}.plans", drill.plans, plans)
            yield from _missing(f"{drill.code}.bodies", drill.bodies, bodies)
        for step in pack.common_steps:
            yield from _missing(f"{pack.code}.common_steps.roles", step.roles, actors)
    for dimension in shared.scorecard:
        yield from _missing(f"{dimension.code}.indicators", dimension.indicators, indicators)


def _missing(place: str, used: Iterable[str], known: set[str]) -> Iterator[tuple[str, str, str]]:
    for code in used:
        if code not in known:
            yield place, code, "a code that exists"


def _codes(pack: Pack) -> Iterator[str]:
    parts = (
        pack.nodes, pack.risks, pack.controls, pack.indicators, pack.checks,
        pack.trainings, pack.plans, pack.drills, pack.bodies, pack.tables, pack.notes,
    )  # fmt: skip
    for part in parts:
        for item in part:
            yield item.code


def _toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise RefusedInput("packs.no_file", file=str(path))
    if path.stat().st_size > _LARGEST_FILE:
        raise RefusedInput("packs.too_large", file=path.name, found=path.stat().st_size, limit=_LARGEST_FILE)
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RefusedInput("packs.not_toml", file=path.name, found=str(error)[:200]) from error


def _refuse(path: Path, faults: Faults) -> None:
    if faults:
        raise RefusedInput("packs.faults", file=path.name, n=len(faults.lines), faults=faults.lines)


def _pack(row: Row) -> Pack:
    row.line("schema", accepted=(_PACK_SCHEMA,))
    pack = Pack(
        code=row.line("code"),
        title=row.text("title"),
        industry=row.text_or_none("industry") or Text("", ""),
        assumed=row.flag("assumed", True),
        nodes=row.rows("nodes", _node),
        risks=row.rows("risks", _risk),
        controls=row.rows("controls", _control),
        indicators=row.rows("indicators", _indicator),
        checks=row.rows("checks", _check),
        trainings=row.rows("trainings", _training),
        plans=row.rows("plans", _plan),
        drills=row.rows("drills", _drill),
        bodies=row.rows("bodies", _body),
        common_steps=row.rows("common_steps", _step),
        actors=dict(row.rows("actors", lambda actor: (actor.line("code"), actor.text("title")))),
        tables=row.rows("tables", _table),
        notes=row.rows("notes", _note),
    )
    row.close()
    return pack


def _node(row: Row) -> PackNode:
    return PackNode(
        code=row.line("code"),
        title=row.text("title"),
        words_zh=row.lines("words_zh"),
        words_en=row.lines("words_en"),
        words_added=row.lines("words_added"),
        promise=row.text_or_none("promise"),
        note=row.text_or_none("note"),
        source=row.line("source"),
    )


def _risk(row: Row) -> PackRisk:
    return PackRisk(
        code=row.line("code"),
        node=row.line("node"),
        category=row.line("category", accepted=CATEGORIES),
        title=row.text("title"),
        cause=row.text("cause"),
        event=row.text("event"),
        consequence=row.text("consequence"),
        controls=row.lines("controls"),
        indicators=row.lines("indicators"),
        findings=row.lines("findings", accepted=FINDING_CODES),
        source=row.line("source"),
    )


def _control(row: Row) -> PackControl:
    cost_class = row.line("cost_class", accepted=PERSON_DAYS)
    return PackControl(
        code=row.line("code"),
        kind=row.line("kind", accepted=_KINDS),
        title=row.text("title"),
        evidence=row.text("evidence"),
        likelihood_factor=row.factor("likelihood_factor"),
        consequence_factor=row.factor("consequence_factor"),
        cost_class=cost_class,
        person_days=PERSON_DAYS.get(cost_class, (0.0, 0.0)),
        equipment=cost_class == "L",
        source=row.line("source"),
    )


def _indicator(row: Row) -> PackIndicator:
    return PackIndicator(
        code=row.line("code"),
        title=row.text("title"),
        formula=row.text("formula"),
        unit=row.text("unit"),
        direction=row.line("direction", accepted=_DIRECTIONS),
        target=row.text_or_none("target"),
        target_value=row.number_or_none("target_value"),
        target_source=row.text_or_none("target_source"),
        source=row.line("source"),
    )


def _check(row: Row) -> PackCheck:
    return PackCheck(row.line("code"), row.text("title"), row.lines("risks"), row.line("source"))


def _training(row: Row) -> PackTraining:
    return PackTraining(
        code=row.line("code"),
        title=row.text("title"),
        details={key: row.text(key) for key in ("who", "way", "evaluate")},
        indicators=row.lines("indicators"),
        source=row.line("source"),
    )


def _plan(row: Row) -> PackPlan:
    packs = row.lines("packs")
    return PackPlan(
        code=row.line("code"),
        title=row.text("title"),
        packs=_ALL_INDUSTRIES if packs == ("all",) else packs,
        start_condition=row.text("start_condition"),
        steps=row.rows("steps", _step),
        resources=row.text("resources"),
        stop_condition=row.text("stop_condition"),
        risks=row.lines("risks"),
        source=row.line("source"),
    )


def _step(row: Row) -> PlanStep:
    return PlanStep(
        text=row.text("text"),
        roles=row.lines("roles"),
        minutes=row.number_or_none("minutes"),
        minutes_text=row.text_or_none("minutes_text"),
        output=row.text_or_none("output"),
        source=row.line("source") if "source" in row else "",
    )


def _drill(row: Row) -> PackDrill:
    return PackDrill(
        code=row.line("code"),
        title=row.text("title"),
        details={key: row.text(key) for key in ("type", "tests", "pass", "cycle")},
        plans=row.lines("plans"),
        bodies=row.lines("bodies"),
        source=row.line("source"),
    )


def _body(row: Row) -> PackBody:
    return PackBody(
        row.line("code"), row.text("body"), row.text("role"), row.text("duty"), row.line("source")
    )


def _table(row: Row) -> PackTable:
    columns = row.texts("columns")
    return PackTable(
        code=row.line("code"),
        title=row.text("title"),
        columns=columns,
        rows=row.grid("rows", len(columns)),
        source=row.line("source"),
    )


def _note(row: Row) -> PackNote:
    return PackNote(row.line("code"), row.text("title"), row.text("text"), row.line("source"))


def _shared(row: Row) -> SharedFacts:
    row.line("schema", accepted=(_SHARED_SCHEMA,))
    shared = SharedFacts(
        operators=row.rows("operators", _operator),
        roles=row.rows("roles", _role),
        complaint_classes=row.rows("complaint_classes", _complaint_class),
        scorecard=row.rows("scorecard", _dimension),
        tables=row.rows("tables", _table),
        notes=row.rows("notes", _note),
    )
    row.close()
    return shared


def _operator(row: Row) -> Operator:
    return Operator(
        code=row.line("code"),
        title=row.text("title"),
        when=row.text("when"),
        example=row.text("example"),
        check_after=row.text("check_after"),
        findings=row.lines("findings", accepted=FINDING_CODES),
        source=row.line("source"),
    )


def _role(row: Row) -> Role:
    return Role(row.line("code"), row.text("title"), row.text("duty"), row.line("source"))


def _complaint_class(row: Row) -> ComplaintClass:
    return ComplaintClass(
        code=row.line("code"),
        title=row.text("title"),
        when=row.text("when"),
        acknowledge=row.text("acknowledge"),
        reply=row.text("reply"),
        escalate_at_share=row.number_or_none("escalate_at_share") or 0.0,
        source=row.line("source"),
    )


def _dimension(row: Row) -> ScorecardDimension:
    return ScorecardDimension(
        row.line("code"), row.text("title"), row.lines("indicators"), row.line("source")
    )
