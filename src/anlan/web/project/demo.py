"""The demo organisation: units, people of every role, one process from a real log, one kept by hand.

Everything goes through the services that people use; nothing is written past them. Running it again
changes nothing.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

import anlan
from anlan.domain.pack import PackRisk
from anlan.formats.packs import load_pack
from anlan.studies.loading import load_log
from anlan.web.catalog.models import Process
from anlan.web.catalog.services import add_log, create_process, start_from_pack
from anlan.web.people.models import Unit, User
from anlan.web.people.services import assign_role, create_unit, create_user, ensure_roles
from anlan.web.project.demo_bow_tie import draw_demo
from anlan.web.project.demo_losses import show_calibration, show_losses
from anlan.web.project.demo_methods import draw_demo_model, quantify_demo
from anlan.web.project.demo_monitoring import show_monitoring
from anlan.web.project.demo_nodes import describe_demo_node
from anlan.web.project.demo_service import promise_demo_times, tell_demo_lanes
from anlan.web.project.demo_sheets import answer_demo_sheets
from anlan.web.project.demo_standards import keep_demo_standards
from anlan.web.project.demo_studio import show_studio
from anlan.web.project.demo_words import Words, words_in
from anlan.web.risks.models import Candidate, Risk, Workshop
from anlan.web.risks.services import (
    Expert,
    accept,
    add_comment,
    answer,
    approve,
    assess_by_scores,
    close_round,
    confirm_still_valid,
    create_risk,
    create_workshop,
    decline,
    merge,
    open_round,
    report_candidate,
    review,
    set_appetite,
)
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_run

SAMPLE = Path(anlan.__file__).parent / "samples" / "incidents.csv.gz"
_PEOPLE = (
    ("zhou", "周清澜", "risk_manager", "LJ"),
    ("li", "李明远", "risk_manager", "LJ"),
    ("chen", "陈静", "executive", "LJ"),
    ("admin", "沈安", "administrator", "LJ"),
    ("wu", "吴桐", "node_owner", "LJ-IT"),
    ("sun", "孙江", "node_owner", "LJ-JB"),
    ("he", "何晓", "expert", "LJ"),
    ("zhao", "赵启航", "duty_officer", "LJ-CS"),
    ("lin", "林岚", "auditor", "LJ"),
)
_SCORES = ((4, 4), (3, 4), (4, 3), (2, 5), (3, 3), (5, 2), (2, 3), (3, 2), (2, 2), (1, 4))
_TOLERATED_CASE_HOURS = 16_000_000.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Account:
    """What a person of the demo signs in with."""

    username: str
    name: str
    role: str
    password: str


def prepare_demo(
    *, password: str | None = None, language: str = "zh", say: Say = lambda step: None
) -> list[Account]:
    """Make the organisation; the accounts made now, or none where it is there already.

    `password`: for all accounts; without one each gets a random one. `say`: told each step's code.
    """
    if Unit.objects.filter(code="LJ").exists():
        return []
    words = words_in(language)
    say("people")
    ensure_roles()
    units = _units()
    accounts = _people(units, password, language, words)
    people = {user.username: user for user in User.objects.all()}
    say("log")
    incidents = _incidents(units["LJ-IT"], people)
    say("run")
    _assess(incidents, people["zhou"])
    say("register")
    set_appetite(
        unit=units["LJ"], category="", highest_level="moderate", annual_loss=None,
        total_loss=_TOLERATED_CASE_HOURS * 60, total_chance=0.05,
        reason=words("年度风险会议决定"), actor=people["zhou"],
    )  # fmt: skip
    _triage(incidents, people, words)
    hall = _hall(units["LJ-JB"], people, language)
    keep_demo_standards(hall, incidents, people, words)
    describe_demo_node(hall, people, words)
    promise_demo_times(hall, people, words)
    tell_demo_lanes(hall, incidents, people, words)
    show_studio(hall, words, language, actor=people["sun"])
    show_monitoring(incidents, hall, people, words)
    _workshop(units["LJ-JB"], people, words)
    show_losses(units["LJ"], units["LJ-JB"], words, manager=people["zhou"], owner=people["sun"])
    show_calibration(units["LJ-JB"], words, manager=people["zhou"], owner=people["sun"])
    return accounts


def _units() -> dict[str, Unit]:
    root = create_unit(code="LJ", name="澜江市供电服务公司", name_en="Lanjiang Power Service", actor=None)
    below = (("LJ-CS", "客户服务中心", "Contact centre"), ("LJ-IT", "信息服务台", "IT service desk"),
             ("LJ-JB", "江北营业厅", "Jiangbei business hall"))  # fmt: skip
    units = {"LJ": root}
    for code, name, name_en in below:
        units[code] = create_unit(code=code, name=name, name_en=name_en, parent=root, actor=None)
    return units


def _people(units: dict[str, Unit], password: str | None, language: str, words: Words) -> list[Account]:
    accounts = []
    for username, chinese, role, unit in _PEOPLE:
        name = words(chinese)
        own = password or secrets.token_urlsafe(9)
        user = create_user(
            username=username, name=name, password=own, unit=units[unit], actor=None,
            language="en" if language == "en" else "zh-hans",
        )  # fmt: skip
        assign_role(user=user, role=role, unit=units[unit], actor=None)
        accounts.append(Account(username, name, role, own))
    return accounts


def _incidents(unit: Unit, people: dict[str, User]) -> Process:
    process = create_process(unit=unit, name="事件处理", name_en="Incident handling", actor=people["zhou"],
                             owner=people["wu"], pack="IT")  # fmt: skip
    add_log(process, load_log(str(SAMPLE)), actor=people["zhou"])
    return process


def _assess(process: Process, actor: User) -> Run:
    """The run that the worker would do, done at once, so that the first page has something to show."""
    run = start_run(process=process, study="assess",
                    parameters={"sla": "column:made_sla", "budget": "60d"}, actor=actor)  # fmt: skip
    if run.state == Run.State.QUEUED:
        execute(run.pk, attempts=run.attempts)
    run.refresh_from_db()
    return run


def _triage(process: Process, people: dict[str, User], words: Words) -> None:
    """The gravest half is accepted, some are merged or declined, the rest still waits."""
    zhou, owners = people["zhou"], (people["wu"], people["li"], people["zhou"])
    waiting = list(Candidate.objects.filter(process=process, state="new"))
    taken = waiting[: max(1, len(waiting) // 2)]
    accepted = [accept(c, actor=zhou, owner=owners[i % 3]) for i, c in enumerate(taken)]
    rest = waiting[len(taken) :]
    if len(rest) > 2:
        merge(rest[0], into=accepted[0], actor=zhou, reason=words("同一环节的另一表现"))
        decline(rest[-1], reason=words("已知的数据习惯，不影响客户"), actor=zhou)
    _sign(accepted, people)
    add_comment(accepted[0], text=words("@li 先看关闭前的固定等待是否应当计入。"), actor=zhou)
    for risk in accepted[:2]:
        Risk.objects.filter(pk=risk.pk).update(next_review_on=timezone.localdate() - timedelta(days=3))


def _sign(risks: list[Risk], people: dict[str, User]) -> None:
    """Two thirds are reviewed by a second person, one third approved by a third."""
    for i, risk in enumerate(risks):
        first = risk.assessments.first()
        if i % 3 < 2:
            review(first, actor=people["li"])
        if i % 3 == 0:
            approve(first, actor=people["chen"])


def _hall(unit: Unit, people: dict[str, User], language: str) -> Process:
    """A business hall without a log: risks of the pack, scored on the matrix over three stages."""
    words = words_in(language)
    zhou, sun = people["zhou"], people["sun"]
    process = start_from_pack(unit=unit, pack="PH", actor=zhou)
    nodes = {node.pack_node: node.name for node in process.versions.get().nodes.all()}
    for risk_of_pack, (likelihood, severity) in zip(load_pack("PH").risks, _SCORES, strict=False):
        risk = _pack_risk(process, risk_of_pack, nodes, language, actor=zhou, owner=sun)
        stages = (("inherent", min(5, likelihood + 1), severity), ("current", likelihood, severity),
                  ("residual_expected", max(1, likelihood - 1), max(1, severity - 1)))  # fmt: skip
        for stage, across, up in stages:
            assess_by_scores(risk, stage=stage, likelihood=across, severity=up, actor=sun,
                             rationale=words("营业厅班组与风险经理共同打分"))  # fmt: skip
        if likelihood < 4:
            made = risk.assessments.get(stage="current")
            approve(review(made, actor=zhou), actor=people["chen"])
    first = Risk.objects.filter(unit=unit).earliest("id")
    draw_demo(first, words, manager=zhou, owner=sun)
    quantify_demo(first, words, actor=zhou)
    draw_demo_model(first, words, language, actor=zhou)
    confirm_still_valid(risk, reason=words("本月检查未见变化"), actor=zhou, today=timezone.localdate())
    report_candidate(unit=unit, title=words("自助缴费机夜间离线无人知晓"),
                     statement=words("夜间离线到次日开门才发现。"),
                     category="technology", process=process, actor=sun)  # fmt: skip
    return process


def _workshop(unit: Unit, people: dict[str, User], words: Words) -> None:
    """A Delphi session in its second round, half answered."""
    risks = list(Risk.objects.filter(unit=unit).order_by("id")[:3])
    experts = [
        Expert(words("何晓"), words("客服")),
        Expert(words("赵启航"), words("值班")),
        Expert(words("吴桐"), words("信息")),
        Expert(words("孙江"), words("营业厅")),
    ]
    session, _ = create_workshop(
        unit=unit, title=words("营业厅高峰风险研讨"), risks=risks,
        purpose=words("数据不足的三项风险，请四位专家分别打分"), experts=experts, actor=people["zhou"],
    )  # fmt: skip
    answer_demo_sheets(risks[0], experts, words, actor=people["zhou"])
    session = open_round(session, actor=people["zhou"])
    first, second = ((4, 3), (3, 3), (2, 4), (5, 4)), ((4, 3), (3, 4))
    _answers(session, first, words("去年同期有记录"))
    session = open_round(close_round(session, actor=people["zhou"]), actor=people["zhou"])
    _answers(session, second, "")


def _answers(session: Workshop, scores: tuple[tuple[int, int], ...], reason: str) -> None:
    for invitation, (likelihood, severity) in zip(session.invitations.all(), scores, strict=False):
        for item in session.items.all():
            answer(invitation, item, likelihood=likelihood, severity=severity, reason=reason)


def _pack_risk(
    process: Process, found: PackRisk, nodes: dict[str, str], language: str, *, actor: User, owner: User
) -> Risk:
    cause, event, consequence = (
        text.in_language(language) for text in (found.cause, found.event, found.consequence)
    )
    return create_risk(
        unit=process.unit, process=process, title=found.title.zh[:200], title_en=found.title.en[:200],
        cause=cause, event=event, consequence=consequence, category=found.category,
        source="library", nodes=[nodes[found.node]] if found.node in nodes else [], owner=owner, actor=actor,
    )  # fmt: skip
