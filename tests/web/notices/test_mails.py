"""Mails: written with the event, sent once, tried again where that is safe, never without a server."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent
from anlan.web.notices import digests, outbox
from anlan.web.notices.models import Mail, Notice
from anlan.web.notices.services import choose
from anlan.web.people.models import User
from anlan.web.people.services import withdraw_role
from anlan.web.risks.models import Risk
from anlan.web.risks.services import Expert, add_comment, create_risk, create_workshop, renew_link
from web.notices.smtp_server import mail_server

EXPERTS = [Expert("甲"), Expert("乙", "调度", email="yi@example.com"), Expert("丙")]


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        settings.DEFAULT_FROM_EMAIL = "安澜 <anlan@example.com>"
        settings.ANLAN_MAIL, settings.ANLAN_ADDRESS = True, "https://anlan.example.com/"
        yield running


@pytest.fixture
def risk(organisation):
    return create_risk(
        unit=organisation.north, title="错派工单", title_en="Wrong dispatch", category="process",
        source="report", actor=organisation.people["risk_manager"],
    )  # fmt: skip


@pytest.fixture
def expert(organisation) -> User:
    """Wants mentions by mail."""
    found = organisation.people["expert"]
    found.email = "expert@example.com"
    found.save()
    choose(found, ways={"mention": "mail"}, daily=False)
    return found


def mention(risk, organisation, words: str = "请看") -> None:
    add_comment(risk, text=f"@expert {words}", actor=organisation.people["risk_manager"])


def due_now() -> None:
    Mail.objects.filter(state="waiting").update(due_at=timezone.now())


def test_a_mail_is_sent_once_as_plain_text_in_the_readers_language(
    organisation, risk, expert, server
) -> None:
    mention(risk, organisation)
    assert (outbox.send_due(), outbox.send_due()) == (1, 0)
    [(to, message)] = server.got
    assert to == "expert@example.com"
    assert message.get_content_type() == "text/plain"
    assert message["Subject"] == "安澜：被提到 R-0001"
    assert message["From"] == "安澜 <anlan@example.com>"
    body = message.get_content()
    assert "风险经理 在 R-0001“错派工单”的讨论中提到了您：@expert 请看" in body
    assert "https://anlan.example.com/risks/R-0001/" in body
    assert "https://anlan.example.com/notices/settings/" in body
    assert body.count("http") == 2
    assert Mail.objects.get().state == "sent"
    User.objects.update(language="en")
    mention(risk, organisation)
    outbox.send_due()
    assert server.got[1][1]["Subject"] == "Anlan: Mentions R-0001"
    assert "mentioned you on R-0001 “Wrong dispatch”" in server.got[1][1].get_content()


def test_mail_and_event_are_kept_together_or_not_at_all(organisation, risk, expert, server) -> None:
    def undone() -> None:
        with transaction.atomic():
            mention(risk, organisation)
            assert Mail.objects.count() == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not Mail.objects.exists()
    assert not Notice.objects.exists()


def test_without_a_server_or_an_address_nothing_is_queued(organisation, risk, expert, settings) -> None:
    mention(risk, organisation)
    assert Notice.objects.count() == 1
    settings.ANLAN_MAIL = True
    User.objects.update(email="")
    mention(risk, organisation)
    assert not Mail.objects.exists()


def test_what_is_not_accepted_for_now_is_tried_again_later(organisation, risk, expert, server) -> None:
    server.answers = {"expert@example.com": "451 busy"}
    mention(risk, organisation)
    for tries, wait_s in enumerate(outbox.BACK_OFF_S, start=1):
        due_now()
        assert outbox.send_due() == 0
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts, mail.error) == ("waiting", tries, "451 busy")
        assert timedelta(seconds=wait_s - 5) < mail.due_at - timezone.now() <= timedelta(seconds=wait_s)
        assert outbox.send_due() == 0, "not before its time"
    due_now()
    outbox.send_due()
    assert Mail.objects.get().state == "failed"
    assert server.got == []


def test_a_server_that_is_away_for_a_while_loses_nothing(
    organisation, risk, expert, server, settings
) -> None:
    mention(risk, organisation)
    settings.EMAIL_PORT = 1
    assert outbox.send_due() == 0
    assert Mail.objects.get().state == "waiting"
    assert "ConnectionRefused" in Mail.objects.get().error
    settings.EMAIL_PORT = server.port
    due_now()
    assert outbox.send_due() == 1


def test_an_address_that_is_refused_for_good_fails_at_once_and_stops_no_other(
    organisation, risk, expert, server
) -> None:
    auditor = organisation.people["auditor"]
    User.objects.filter(pk=auditor.pk).update(email="auditor@example.com")
    choose(auditor, ways={"mention": "mail"}, daily=False)
    server.answers = {"expert@example.com": "550 nobody here"}
    add_comment(risk, text="@expert @auditor", actor=organisation.people["risk_manager"])
    assert outbox.send_due() == 1
    states = dict(Mail.objects.values_list("to", "state"))
    assert states == {"expert@example.com": "failed", "auditor@example.com": "sent"}


def test_what_may_have_arrived_is_not_sent_again_by_itself(organisation, risk, expert, server) -> None:
    server.hang_up = True
    mention(risk, organisation)
    assert outbox.send_due() == 0
    assert Mail.objects.get().state == "unsure"
    server.hang_up = False
    due_now()
    assert outbox.send_due() == 0
    assert len(server.got) == 1


def test_a_mail_whose_sender_died_is_unsure_too(organisation, risk, expert, server) -> None:
    mention(risk, organisation)
    Mail.objects.update(state="sending", attempts=1, tried_at=timezone.now() - timedelta(minutes=9))
    outbox.send_due()
    assert Mail.objects.get().state == "sending"
    Mail.objects.update(tried_at=timezone.now() - timedelta(minutes=11))
    assert outbox.send_due() == 0
    assert Mail.objects.get().state == "unsure"
    assert server.got == []


def test_of_two_senders_one_gets_the_mail(organisation, risk, expert, server, monkeypatch) -> None:
    mention(risk, organisation)
    told = outbox._opened

    def while_opening() -> object:
        monkeypatch.setattr(outbox, "_opened", told)
        assert outbox.send_due() == 0, "the other one has it in hand"
        return told()

    monkeypatch.setattr(outbox, "_opened", while_opening)
    assert outbox.send_due() == 1
    assert len(server.got) == 1


def test_an_administrator_sees_failures_and_sends_again(organisation, risk, expert, server) -> None:
    server.answers = {"expert@example.com": "550 nobody here"}
    mention(risk, organisation)
    outbox.send_due()
    client, mail = organisation.client("administrator"), Mail.objects.get()
    page = client.get("/notices/mails/?state=failed").content.decode()
    assert "550 nobody here" in page
    assert "expert@example.com" in page
    assert "https://anlan.example.com" not in page
    server.answers = {}
    assert client.post(f"/notices/mails/{mail.pk}/retry/").status_code == 302
    assert AuditEvent.objects.filter(action="notices.mail.retry").count() == 1
    assert outbox.send_due() == 1
    mail.refresh_from_db()
    with pytest.raises(UsageError):
        outbox.retry(mail, actor=organisation.people["administrator"])
    Mail.objects.update(unit=organisation.south)
    assert client.post(f"/notices/mails/{mail.pk}/retry/").status_code == 404
    assert "expert@example.com" not in client.get("/notices/mails/").content.decode()


def test_a_daily_mail_gathers_in_the_morning_what_is_still_unread(organisation, risk, expert, server) -> None:
    choose(expert, ways={"mention": "mail"}, daily=True)
    for words in ("一", "二", "三"):
        mention(risk, organisation, words)
    assert not Mail.objects.exists()
    Notice.objects.filter(parameters__quote="@expert 二").update(read_at=timezone.now())
    night = timezone.now().replace(hour=20, minute=0)  # 04:00 in Shanghai
    assert digests.queue_digests(night) == 0
    morning = night + timedelta(hours=4)
    assert (digests.queue_digests(morning), digests.queue_digests(morning)) == (1, 0)
    outbox.send_due()
    [(_, message)] = server.got
    assert message["Subject"] == "安澜：2 条通知"
    assert "二" not in message.get_content()
    mention(risk, organisation, "四")
    assert digests.queue_digests(morning + timedelta(hours=5)) == 0, "one a day"
    assert digests.queue_digests(morning + timedelta(days=1)) == 1


def test_many_notices_of_one_event_come_in_one_mail(organisation, expert, server) -> None:
    from anlan.web.risks.services import Change, change_many, watch

    manager = organisation.people["risk_manager"]
    choose(expert, ways={"watched": "mail"}, daily=False)
    facts = {"unit": organisation.north, "category": "process", "source": "report", "actor": manager}
    risks = [create_risk(title=f"风险 {n}", **facts) for n in range(5)]
    for risk in risks:
        watch(risk, actor=expert, on=True)
    change_many({r.code: r.version for r in risks}, Change(phase="treated"), actor=manager)
    assert outbox.send_due() == 1
    assert server.got[0][1]["Subject"] == "安澜：5 条通知"


def test_experts_with_an_address_get_their_link_by_mail_and_it_is_kept_nowhere(
    organisation, risk, server
) -> None:
    manager = organisation.people["risk_manager"]
    session, tokens = create_workshop(
        unit=organisation.north,
        title="派单",
        purpose="看派单。",
        risks=[risk],
        experts=EXPERTS,
        actor=manager,
    )
    mail = Mail.objects.get()
    assert (mail.to, mail.secret) == ("yi@example.com", True)
    outbox.send_due()
    [(to, message)] = server.got
    assert to == "yi@example.com"
    body = message.get_content()
    assert f"https://anlan.example.com/risks/answer/{tokens['E2']}/" in body
    assert tokens["E1"] not in body
    assert Mail.objects.get().body == ""
    fresh = renew_link(session.invitations.get(pseudonym="E2"), actor=manager)
    outbox.send_due()
    assert fresh in server.got[1][1].get_content()


def test_a_mail_with_a_link_that_was_renewed_no_longer_goes_out(organisation, risk, server) -> None:
    manager = organisation.people["risk_manager"]
    session, old = create_workshop(
        unit=organisation.north, title="派单", purpose="", risks=[risk], experts=EXPERTS, actor=manager
    )
    fresh = renew_link(session.invitations.get(pseudonym="E2"), actor=manager)
    assert outbox.send_due() == 1
    [(_, message)] = server.got
    assert fresh in message.get_content()
    assert old["E2"] not in message.get_content()
    dropped = Mail.objects.get(state="dropped")
    assert (dropped.error, dropped.body) == ("link_renewed", "")
    renew_link(session.invitations.get(pseudonym="E2"), actor=manager)
    assert Mail.objects.filter(state="sent").count() == 1, "what was sent stays sent"


def test_a_link_is_kept_no_longer_than_its_mail_waits(organisation, risk, server) -> None:
    manager, administrator = (organisation.people[who] for who in ("risk_manager", "administrator"))
    create_workshop(unit=organisation.north, title="派单", purpose="", risks=[risk], experts=EXPERTS,
                    actor=manager)  # fmt: skip
    assert "派单" not in Mail.objects.get().subject
    server.answers["yi@example.com"] = "451 later"
    outbox.send_due()
    waiting = Mail.objects.get()
    assert (waiting.state, bool(waiting.body)) == ("waiting", True)
    Mail.objects.update(attempts=outbox.MOST_ATTEMPTS - 1, due_at=timezone.now())
    outbox.send_due()
    failed = Mail.objects.get()
    assert (failed.state, failed.body) == ("failed", "")
    with pytest.raises(UsageError):
        outbox.retry(failed, actor=administrator)
    page = organisation.client("administrator", language="en").get("/notices/mails/").content.decode()
    assert "send a new one" in page
    assert "/retry/" not in page


def _closed(organisation, expert) -> None:
    User.objects.filter(pk=expert.pk).update(is_active=False)


def _withdrawn(organisation, expert) -> None:
    withdraw_role(expert.assignments.get(), actor=organisation.people["administrator"])


@pytest.mark.parametrize(("happens", "reason", "words"), [
    (_closed, "closed", ("账号已关闭", "account was closed")),
    (_withdrawn, "out_of_sight", ("角色已收回", "a role was withdrawn")),
])  # fmt: skip
def test_who_may_no_longer_read_it_gets_no_mail(
    organisation, risk, expert, server, happens, reason, words
) -> None:
    mention(risk, organisation)
    happens(organisation, expert)
    assert outbox.send_due() == 0
    mail = Mail.objects.get()
    assert (mail.state, mail.error, mail.body, mail.about) == ("dropped", reason, "", [])
    assert server.got == []
    for language, said in zip(("zh-hans", "en"), words, strict=True):
        page = organisation.client("administrator", language=language).get("/notices/mails/?state=dropped")
        assert said in page.content.decode()
    with pytest.raises(UsageError):
        outbox.retry(mail, actor=organisation.people["administrator"])


def test_a_gathered_mail_leaves_out_what_is_out_of_sight_by_then(organisation, risk, expert, server) -> None:
    choose(expert, ways={"mention": "mail"}, daily=True)
    away = create_risk(
        unit=organisation.north, title="搬走的风险", category="process", source="report",
        actor=organisation.people["risk_manager"],
    )  # fmt: skip
    mention(risk, organisation)
    mention(away, organisation)
    digests.queue_digests(timezone.now().replace(hour=2))
    Risk.objects.filter(pk=away.pk).update(unit=organisation.south)
    assert outbox.send_due() == 1
    [(_, message)] = server.got
    assert message["Subject"] == "安澜：1 条通知"
    assert "错派工单" in message.get_content()
    assert "搬走的风险" not in message.get_content()


def test_a_morning_of_very_many_notices_loses_none(organisation, risk, expert, server) -> None:
    choose(expert, ways={"mention": "mail"}, daily=True)
    mention(risk, organisation)
    told, many = Notice.objects.get(), 2 * outbox.MOST_IN_ONE + 3
    Notice.objects.bulk_create(
        Notice(recipient=expert, kind="mention", parameters=told.parameters | {"quote": f"第{n}条"},
               link=told.link, object_type=told.object_type, object_id=told.object_id, unit=told.unit,
               by_mail=True)
        for n in range(1, many)
    )  # fmt: skip
    assert digests.queue_digests(timezone.now().replace(hour=2)) == 1
    assert outbox.send_due() == 3
    said = "".join(message.get_content() for _, message in server.got)
    assert all(f"第{n}条" in said for n in range(1, many))
    assert not Notice.objects.filter(by_mail=True).exists()


def test_an_expert_with_an_account_is_told_and_answers_signed_in(organisation, risk) -> None:
    manager, expert = organisation.people["risk_manager"], organisation.people["expert"]
    given = [Expert("甲"), Expert("专家", user=expert), Expert("丙")]
    session, _ = create_workshop(
        unit=organisation.north, title="派单", purpose="", risks=[risk], experts=given, actor=manager
    )
    notice = Notice.objects.get(kind="session_invited")
    assert notice.recipient == expert
    client = organisation.client("expert")
    answer = client.post(f"/notices/{notice.pk}/")
    assert client.get(answer["Location"]).status_code == 200
    assert organisation.client("auditor").get(answer["Location"]).status_code == 404
    session.invitations.update(revoked=True)
    assert client.get(answer["Location"]).status_code == 404
