"""A large organisation, written in bulk: `python -m bench.web.organisation --risks N ...` in its own home.

People, units and processes go through the services. Risks, assessments and audit events are too many for
that and are written as the services would leave them: levels follow from the criteria, the search text from
the risk, and every event is linked to the one before, so that `anlan audit verify` holds.
Prints what a client needs as JSON: cookies, tokens, and the codes of records to ask for.
"""

import argparse
import json
import os
import random
import secrets
import sys
from datetime import datetime, timedelta
from itertools import pairwise

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.web.project.settings"
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Field
from django.utils import timezone

from anlan.web.catalog.models import Flow, Node, Process, ProcessVersion
from anlan.web.catalog.services import add_log, create_process
from anlan.web.common.audit import GENESIS, hash_of_payload, link_of
from anlan.web.common.codes import next_codes
from anlan.web.common.models import AuditEvent, AuditHead
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import grants
from anlan.web.people.services import assign_role, create_unit, create_user, ensure_roles
from anlan.web.people.tokens import create_token
from anlan.web.project.demo import SAMPLE
from anlan.web.risks.models import CATEGORIES, SOURCES, Assessment, Candidate, Risk
from anlan.web.risks.services.criteria import criteria_for, level_of
from anlan.web.risks.services.register import search_text
from anlan.web.runs.execution import execute
from anlan.web.runs.services import start_run

N_UNITS, N_PEOPLE, N_TOKENS, CHUNK = 30, 60, 40, 5_000
ROLES = ("risk_manager", "node_owner", "expert", "executive", "duty_officer", "auditor")
PLACES = (
    ("营业厅", "business hall"),
    ("客服热线", "hotline"),
    ("抢修班", "repair crew"),
    ("计量室", "metering"),
    ("账务中心", "billing"),
    ("线上渠道", "online service"),
    ("配电所", "substation"),
)
FAULTS = (
    ("排队超时", "queue too long"),
    ("告知不到位", "customer not told"),
    ("信息录入错误", "wrong entry"),
    ("系统中断", "system outage"),
    ("答复口径不一", "answers differ"),
    ("工单流转停滞", "order stuck"),
    ("停电通知遗漏", "outage notice missed"),
    ("资料泄露", "data leak"),
)
STEPS = ("受理", "核验", "勘查", "审批", "派单", "施工", "验收", "送电", "回访", "归档")
ACTIONS = (
    "risks.risk.change",
    "risks.assessment.prepare",
    "risks.comment.add",
    "people.sign_in",
    "risks.assessment.reviewed",
    "catalog.process.change",
    "runs.start",
    "denied.people.manage",
    "reports.export",
    "risks.risk.still_valid",
)
OFTEN = (40, 14, 12, 12, 8, 5, 4, 2, 2, 1)


def main() -> None:
    asked = _parser().parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    rng = random.Random(7)
    units, people = staff()
    processes = make_processes(asked.processes, units, people[0], rng)
    analysed = analyse(processes[0], people[0])
    risks = make_risks(asked.risks, units, people, processes, rng)
    make_candidates(asked.risks // 10, processes, rng)
    make_events(asked.events, people, rng)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    json.dump(_for_clients(people[0], risks, processes, analysed), sys.stdout)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.web.organisation", description=__doc__)
    for name in ("risks", "processes", "events"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser


@transaction.atomic
def staff() -> tuple[list[Unit], list[User]]:
    """Thirty units below one, sixty people; the first manages risk and people and reads the audit."""
    ensure_roles()
    top = create_unit(code="HQ", name="总公司", name_en="Head office", actor=None)
    units = [
        create_unit(code=f"U{i:02}", name=f"第{i}供电所", name_en=f"Branch {i}", parent=top, actor=None)
        for i in range(1, N_UNITS + 1)
    ]
    people = []
    for i in range(N_PEOPLE):
        unit = top if i == 0 else units[i % N_UNITS]
        user = create_user(
            username=f"person{i}", name=f"员工{i}", password=secrets.token_urlsafe(12), unit=unit, actor=None
        )
        roles = ("risk_manager", "administrator", "auditor") if i == 0 else (ROLES[i % len(ROLES)],)
        for role in roles:
            assign_role(user=user, role=role, unit=unit, actor=None)
        people.append(user)
    return units, people


@transaction.atomic
def make_processes(n: int, units: list[Unit], manager: User, rng: random.Random) -> list[Process]:
    """Processes with a version in force of ten steps in a row and one way back."""
    made = []
    for i in range(n):
        place = PLACES[i % len(PLACES)]
        process = create_process(
            unit=units[i % N_UNITS],
            name=f"{place[0]}流程 {i + 1}",
            name_en=f"{place[1].capitalize()} {i + 1}",
            actor=manager,
        )
        version = ProcessVersion.objects.create(
            process=process,
            number=1,
            status="in_force",
            source="drawn",
            valid_from=timezone.now(),
            created_by=manager,
        )
        nodes = Node.objects.bulk_create(
            Node(version=version, key=f"n{at}", name=step, position=at) for at, step in enumerate(STEPS)
        )
        ways = [*pairwise(nodes), (nodes[rng.randrange(3, 9)], nodes[1])]
        Flow.objects.bulk_create(Flow(version=version, source=a, target=b) for a, b in ways)
        made.append(process)
    return made


def analyse(process: Process, manager: User) -> str:
    """The bundled log and one run on it, so that pages of findings have something to show."""
    from anlan.studies.loading import load_log

    add_log(process, load_log(str(SAMPLE)), actor=manager)
    run = start_run(
        process=process, study="assess", parameters={"sla": "column:made_sla", "budget": "60d"}, actor=manager
    )
    execute(run.pk, attempts=run.attempts)
    return str(run.code)


@transaction.atomic
def make_risks(
    n: int, units: list[Unit], people: list[User], processes: list[Process], rng: random.Random
) -> list[Risk]:
    """Risks as `create_risk` leaves them, nine of ten with a current assessment in some state of signing."""
    criteria = criteria_for(units[0])
    codes, today = next_codes("R", n), timezone.localdate()
    risks, assessments = [], []
    for number, code in enumerate(codes):
        process, owner = processes[number % len(processes)], people[number % N_PEOPLE]
        place, fault = rng.choice(PLACES), rng.choice(FAULTS)
        risk = Risk(
            code=code,
            unit=process.unit,
            title=f"{place[0]}{fault[0]}（{number}）",
            title_en=f"{place[1].capitalize()}: {fault[1]} ({number})",
            cause=f"{place[0]}人手不足，{fault[0]}多发于月末",
            event=f"{fault[0]}，客户重复来电",
            consequence="投诉升级，赔付增加，12398 转办",
            process=process,
            owner=owner,
            category=rng.choice(CATEGORIES),
            source=rng.choice(SOURCES),
            nodes=[rng.choice(STEPS)],
            next_review_on=today + timedelta(days=rng.randrange(-20, 180)),
            created_by=owner,
            updated_by=owner,
        )
        risk.search = search_text(risk)
        if number % 10:
            assessments.append(_assessed(risk, criteria, people, rng))
        risks.append(risk)
    Risk.objects.bulk_create(risks, batch_size=500)
    Assessment.objects.bulk_create(assessments, batch_size=500)
    return risks


def _assessed(risk: Risk, criteria: object, people: list[User], rng: random.Random) -> Assessment:
    """A current assessment; the risk's copies of level and loss follow from it."""
    across, up = rng.randint(1, 5), rng.randint(1, 5)
    level, rank = level_of(criteria, across, up)
    state = rng.choice(("prepared", "reviewed", "approved", "approved"))
    loss = round(rng.lognormvariate(9, 1.4), 2)
    numbers = {
        "annual_loss": loss,
        "annual_loss_low": loss / 2,
        "annual_loss_high": loss * 2,
        "loss_unit": "CNY",
    }
    for name, value in numbers.items():
        setattr(risk, name, value)
    risk.level_current, risk.rank_current, risk.phase = level, rank, "analysed"
    risk.provisional, risk.beyond_appetite = state != "approved", rank > len(criteria.content["levels"]) - 3
    now, (first, second, third) = timezone.now(), rng.sample(people, 3)
    signed = {"prepared_by": first, "prepared_at": now}
    if state != "prepared":
        signed |= {"reviewed_by": second, "reviewed_at": now}
    if state == "approved":
        signed |= {"approved_by": third, "approved_at": now}
    return Assessment(
        risk=risk,
        number=1,
        stage="current",
        technique="matrix",
        criteria=criteria,
        level=level,
        likelihood=across,
        severity=up,
        state=state,
        **numbers,
        **signed,
    )


@transaction.atomic
def make_candidates(n: int, processes: list[Process], rng: random.Random) -> None:
    """Reports from people that wait for a decision."""
    Candidate.objects.bulk_create(
        [
            Candidate(
                code=code,
                unit=process.unit,
                process=process,
                source="report",
                category="process",
                title={"zh": rng.choice(FAULTS)[0], "en": rng.choice(FAULTS)[1]},
                statement={"zh": "现场人员上报", "en": "Reported on site"},
            )
            for code, process in zip(next_codes("C", n), processes * (n // len(processes) + 1), strict=False)
        ],
        batch_size=500,
    )


def make_events(n: int, people: list[User], rng: random.Random) -> None:
    """Append events until the chain has `n`, spread over the two years before now."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(count=0, hash=GENESIS)
    keys = list(Risk.objects.values_list("pk", "unit_id", "code"))
    step = timedelta(days=730) / max(1, n)
    began = timezone.now() - timedelta(days=730)
    with connection.schema_editor() as editor:  # indexes are made quicker at the end than along the way
        for index in AuditEvent._meta.indexes:
            editor.remove_index(AuditEvent, index)
    while head.count < n:
        with transaction.atomic():
            events = [
                _next_event(head, began + head.count * step, rng.choice(people), keys, rng)
                for _ in range(min(CHUNK, n - head.count))
            ]
            _insert(events)
            head.save()
    with connection.schema_editor() as editor:
        for index in AuditEvent._meta.indexes:
            editor.add_index(AuditEvent, index)


def _insert(events: list[AuditEvent]) -> None:
    """Rows as Django would write them, by the quickest way the database has."""
    fields = AuditEvent._meta.concrete_fields
    table, columns = AuditEvent._meta.db_table, ", ".join(f.column for f in fields)
    rows = ([_stored(f, getattr(event, f.attname)) for f in fields] for event in events)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})", rows
            )


def _stored(field: Field, value: object) -> object:
    """A value as the database takes it."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _next_event(head: AuditHead, at: object, actor: User, keys: list, rng: random.Random) -> AuditEvent:
    """One event after `head`, which moves on to it."""
    (risk, unit, code), (action,) = rng.choice(keys), rng.choices(ACTIONS, OFTEN)
    of_risk, denied = action.startswith("risks.risk"), action.startswith("denied")
    payload = {
        "actor": actor.username,
        "changes": {"phase": ["identified", "analysed"]} if of_risk else {},
        "reason": "",
        "source": "ui",
        "request_id": f"{rng.getrandbits(64):016x}",
        "ip": "10.1.2.0",
        "label": code if of_risk else "",
    }
    salt = f"{rng.getrandbits(128):032x}"
    event = AuditEvent(
        seq=head.count + 1,
        at=at,
        actor_id=actor.pk,
        action=action,
        object_type="risks.risk" if of_risk else "",
        object_id=str(risk) if of_risk else "",
        unit_id=unit,
        result="denied" if denied else "ok",
        payload=payload,
        salt=salt,
        payload_hash=hash_of_payload(payload, salt),
        previous_hash=head.hash,
    )
    event.hash = link_of(event)
    head.count, head.hash = event.seq, event.hash
    return event


def _for_clients(user: User, risks: list[Risk], processes: list[Process], run: str) -> dict[str, object]:
    """A session and tokens of the person; many tokens, since each has a minute's allowance."""
    tokens = [
        create_token(user=user, name=f"client {i}", scopes=grants(user), days=1)[1] for i in range(N_TOKENS)
    ]
    return {
        "session": _session(user),
        "tokens": tokens,
        "risk": risks[len(risks) // 2].code,
        "run": run,
        "process": processes[0].code,
        "drawn": processes[-1].code,
        "person": user.pk,
        "unit": "U07",
        "object": f"risks.risk:{risks[0].pk}",
    }


def _session(user: User) -> str:
    """The key of a session as a sign-in leaves it."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    main()
