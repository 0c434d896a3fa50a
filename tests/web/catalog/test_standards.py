"""Standards: said in versions, kept or broken day by day, counted with an interval."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.maths.rates import wilson
from anlan.web.catalog.services import start_from_pack
from anlan.web.catalog.standards import selectors
from anlan.web.catalog.standards.drawing import kept_trend
from anlan.web.catalog.standards.services import (
    Content,
    Item,
    change_standard,
    content_of,
    create_standard,
    log_entry,
    version_on,
    withdraw_entry,
    withdraw_standard,
)
from anlan.web.common.models import AuditEvent
from anlan.web.people.services import assign_role, create_user
from web.conftest import PASSWORD

FIRST = date(2026, 1, 1)
PROMISE = Content(
    "高压业扩两日内勘查", "Site survey within two days", figure="勘查时长", figure_unit="天", target=2.0,
    items=(Item("按约定时间到场", "On site at the time agreed"), Item("一次性告知")),
)  # fmt: skip


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def promise(organisation, manager):
    return create_standard(
        unit=organisation.north,
        kind="promise",
        content=PROMISE,
        valid_from=FIRST,
        reason="首次",
        actor=manager,
    )


def test_a_change_makes_a_version_and_the_old_one_stays_as_it_was(promise, manager) -> None:
    before = content_of(promise.versions.get())
    shorter = replace(before, text="高压业扩一日内勘查", target=1.0, items=(*before.items[1:], Item("回访")))
    day = date(2026, 3, 1)
    changed = change_standard(promise, shorter, seen=1, valid_from=day, reason="提速", actor=manager)
    assert (changed.code, changed.version, changed.versions.count()) == ("S-0001", 2, 2)
    assert version_on(changed, day - timedelta(days=1)).text == "高压业扩两日内勘查"
    newest = version_on(changed, day)
    assert (newest.text, newest.target, newest.reason, newest.author) == (
        "高压业扩一日内勘查",
        1.0,
        "提速",
        manager,
    )
    assert [(i.number, i.text) for i in newest.items.all()] == [(2, "一次性告知"), (3, "回访")]
    assert [i.number for i in version_on(changed, FIRST).items.all()] == [1, 2]
    event = AuditEvent.objects.get(action="catalog.standard.change")
    assert event.payload["changes"]["target"] == [2.0, 1.0]


def test_the_same_words_make_no_version(promise, manager) -> None:
    same = content_of(promise.versions.get())
    for day in (FIRST, FIRST + timedelta(days=9)):
        assert change_standard(promise, same, seen=1, valid_from=day, reason="x", actor=manager).version == 1
    assert promise.versions.count() == 1


@pytest.mark.parametrize(("seen", "day", "reason", "code"), [
    (9, FIRST, "x", "web.conflict"), (1, date(2025, 12, 31), "x", "standard.valid_before"),
    (1, FIRST, " ", "web.reason_missing"),
])  # fmt: skip
def test_a_change_that_cannot_be_is_refused(promise, manager, seen, day, reason, code) -> None:
    other = replace(content_of(promise.versions.get()), text="另一条")
    with pytest.raises(UsageError) as fault:
        change_standard(promise, other, seen=seen, valid_from=day, reason=reason, actor=manager)
    assert fault.value.code == code
    assert promise.versions.count() == 1


@pytest.mark.parametrize(("content", "code"), [
    (replace(PROMISE, figure=""), "standard.target_of_nothing"),
    (replace(PROMISE, node="没有的节点"), "standard.node"),
    (replace(PROMISE, items=tuple(Item(f"项{n}") for n in range(31))), "standard.items"),
])  # fmt: skip
def test_content_that_does_not_hold_together_is_refused(organisation, manager, content, code) -> None:
    with pytest.raises(UsageError) as fault:
        create_standard(
            unit=organisation.north, kind="x", content=content, valid_from=FIRST, reason="x", actor=manager
        )
    assert fault.value.code == code


def test_an_entry_keeps_the_check_item_as_it_read_that_day(promise, organisation, manager) -> None:
    duty = organisation.people["duty_officer"]
    entry = log_entry(
        promise, on=date(2026, 2, 1), kept=False, item=1, measured=3.5, cause="车辆不足", actor=duty
    )
    before = content_of(promise.versions.get())
    renamed = replace(before, items=(replace(before.items[0], text="准时到场"),))
    change_standard(promise, renamed, seen=1, valid_from=date(2026, 3, 1), reason="x", actor=manager)
    entry.refresh_from_db()
    assert (entry.number, entry.item.text, entry.by) == (1, "按约定时间到场", duty)
    later = log_entry(promise, on=date(2026, 3, 2), kept=True, item=1, actor=duty)
    assert (later.number, later.item.text) == (2, "准时到场")
    with pytest.raises(UsageError) as fault:
        log_entry(promise, on=date(2026, 3, 2), kept=True, item=2, actor=duty)
    assert (fault.value.code, fault.value.parameters["known"]) == ("standard.item", "1")


def test_tomorrow_has_no_entry_and_a_withdrawn_standard_no_more(promise, manager) -> None:
    with pytest.raises(UsageError) as fault:
        log_entry(promise, on=timezone.localdate() + timedelta(days=1), kept=True, actor=manager)
    assert fault.value.code == "standard.future"
    done = withdraw_standard(promise, seen=1, reason="并入新承诺", actor=manager)
    assert (done.withdrawn_by, done.withdrawn_reason) == (manager, "并入新承诺")
    for act in (
        lambda: log_entry(promise, on=FIRST, kept=True, actor=manager),
        lambda: withdraw_standard(done, seen=2, reason="x", actor=manager),
    ):
        with pytest.raises(UsageError) as fault:
            act()
        assert fault.value.code == "standard.withdrawn"


def test_a_withdrawn_entry_stays_and_no_longer_counts(promise, organisation, manager) -> None:
    duty, today = organisation.people["duty_officer"], timezone.localdate()
    entries = [log_entry(promise, on=today, kept=n > 0, item=1, actor=duty) for n in range(10)]
    version, since = promise.versions.get(), today - selectors.YEAR
    first = max(FIRST, since)
    assert selectors.shares_of([version], today) == {promise.pk: selectors.KeptShare(9, 10, since=first)}
    with pytest.raises(PermissionDenied):
        withdraw_entry(entries[0], reason="误记", actor=organisation.people["expert"])
    withdraw_entry(entries[0], reason="误记", actor=duty)
    share = selectors.shares_of([version], today)[promise.pk]
    assert (share.kept, share.n, share.share) == (9, 9, wilson(9, 9))
    assert selectors.shares_by_item(promise, since=since) == {1: replace(share, since=None)}
    assert promise.entries.count() == 10
    with pytest.raises(UsageError) as fault:
        withdraw_entry(entries[0], reason="再次", actor=duty)
    assert fault.value.code == "standard.entry_withdrawn"


def test_the_share_counts_from_the_version_that_holds(promise, organisation, manager) -> None:
    """What was asked for before is another question; the page says since when, and of what."""
    first = promise.versions.get()
    for day in (5, 6, 7):
        log_entry(promise, on=date(2026, 1, day), kept=True, measured=1.5, actor=manager)
    hours = replace(content_of(first), target=24.0, figure_unit="小时")
    change_standard(promise, hours, seen=1, valid_from=date(2026, 2, 1), reason="x", actor=manager)
    second, day = promise.versions.get(number=2), date(2026, 3, 1)
    none = selectors.shares_of([second], day)[promise.pk]
    assert (none.n, none.since, none.share) == (0, date(2026, 2, 1), None)
    log_entry(promise, on=date(2026, 2, 1), kept=False, measured=30, actor=manager)
    assert selectors.shares_of([second], day) == {
        promise.pk: selectors.KeptShare(0, 1, since=date(2026, 2, 1))}  # fmt: skip
    assert selectors.shares_of([second], date(2028, 3, 1))[promise.pk].since == date(2027, 3, 2)
    assert selectors.shares_of([], day) == {}
    client = organisation.client("risk_manager", language="en")
    page = client.get(f"/standards/{promise.code}/").content.decode()
    assert "kept in 0 of the 1 entries written" in page
    if timezone.localdate() < date(2027, 2, 1):
        assert "Share kept since 2026-02-01" in page
        assert "since 2026-02-01" in client.get("/standards/").content.decode()


def test_the_share_goes_on_where_the_same_is_asked(promise, organisation, manager) -> None:
    """A later day to look at it again, or a translation, does not make it another promise."""
    log_entry(promise, on=date(2026, 1, 5), kept=False, item=1, actor=manager)
    translated = (Item("按约定时间到场", "In time", 1), Item("一次性告知", "Told at once", 2))
    changes = [{"review_on": date(2027, 1, 1)}, {"text_en": "In 2 days"}, {"items": translated}]
    for n, change in enumerate(changes, 1):
        given = replace(content_of(promise.versions.get(number=n)), **change)
        change_standard(promise, given, seen=n, valid_from=date(2026, 2, n), reason="x", actor=manager)
    newest, day = promise.versions.get(number=4), date(2026, 3, 1)
    assert selectors.shares_of([newest], day) == {promise.pk: selectors.KeptShare(0, 1, since=FIRST)}
    stricter = replace(content_of(newest), items=(Item("提前到场", "Early", 1),))
    change_standard(promise, stricter, seen=4, valid_from=date(2026, 2, 9), reason="x", actor=manager)
    back = replace(content_of(newest), review_on=date(2028, 1, 1))
    change_standard(promise, back, seen=5, valid_from=date(2026, 2, 12), reason="x", actor=manager)
    again = promise.versions.get(number=6)
    assert selectors.shares_of([again], day)[promise.pk].since == date(2026, 2, 12)
    assert selectors.shares_of([newest], day)[promise.pk].since == FIRST


def test_what_was_measured_keeps_the_unit_of_its_day(promise, organisation, manager) -> None:
    log_entry(promise, on=date(2026, 1, 5), kept=True, measured=1.5, actor=manager)
    hours = replace(content_of(promise.versions.get()), target=24.0, figure_unit="小时")
    change_standard(promise, hours, seen=1, valid_from=date(2026, 2, 1), reason="x", actor=manager)
    log_entry(promise, on=date(2026, 2, 1), kept=True, measured=20, actor=manager)
    page = organisation.client("risk_manager").get(f"/standards/{promise.code}/").content.decode()
    assert "1.5 天" in page
    assert "20 小时" in page
    silent = replace(hours, figure="", figure_unit="", target=None)
    change_standard(promise, silent, seen=2, valid_from=date(2026, 3, 1), reason="x", actor=manager)
    page = organisation.client("risk_manager").get(f"/standards/{promise.code}/").content.decode()
    assert "1.5 天" in page, "an old figure stays, whatever is asked today"


@pytest.mark.parametrize(("direction", "missed", "met"), [("at_most", 999.0, 2.0), ("at_least", 1.9, 2.0)])
def test_kept_against_the_measure_needs_a_note(
    promise, organisation, manager, direction, missed, met
) -> None:
    content = replace(content_of(promise.versions.get()), direction=direction)
    if direction == "at_least":
        change_standard(promise, content, seen=1, valid_from=FIRST, reason="x", actor=manager)
    facts = {"on": date(2026, 2, 1), "actor": manager}
    with pytest.raises(UsageError) as fault:
        log_entry(promise, kept=True, measured=missed, note="  ", **facts)
    assert fault.value.code == "standard.misses_target"
    assert fault.value.parameters["found"] == f"{missed:g} 天"
    assert not promise.entries.exists()
    log_entry(promise, kept=True, measured=missed, note="客户改期", **facts)
    log_entry(promise, kept=True, measured=met, **facts)
    log_entry(promise, kept=False, measured=missed, **facts)
    log_entry(promise, kept=True, **facts)
    assert promise.entries.count() == 4
    form = {"kept": "1", "on": "2026-02-01", "measured": f"{missed:g}"}
    for language, said in (("zh-hans", "没有达到当日目标"), ("en", "misses the target of that day")):
        client = organisation.client("duty_officer", language=language)
        page = client.post(f"/standards/{promise.code}/log/", form)
        assert (page.status_code, said in page.content.decode()) == (422, True)
    form["note"] = "客户改期"
    assert client.post(f"/standards/{promise.code}/log/", form).status_code == 302


def test_another_ones_entry_is_withdrawn_by_who_may_change_the_standard(
    promise, organisation, manager
) -> None:
    entry = log_entry(promise, on=FIRST, kept=True, actor=manager)
    with pytest.raises(PermissionDenied):
        withdraw_entry(entry, reason="x", actor=organisation.people["duty_officer"])
    assert withdraw_entry(entry, reason="x", actor=organisation.people["node_owner"]).withdrawn_reason == "x"


def test_months_without_entries_are_told_and_not_drawn(promise, manager) -> None:
    for day, kept in ((date(2026, 1, 5), True), (date(2026, 1, 31), False), (date(2026, 3, 1), True)):
        log_entry(promise, on=day, kept=kept, actor=manager)
    months = selectors.months_of(promise, until=date(2026, 3, 9), n=4)
    assert [(m.month, m.kept, m.n) for m in months] == [
        (date(2025, 12, 1), 0, 0), (date(2026, 1, 1), 1, 2), (date(2026, 2, 1), 0, 0),
        (date(2026, 3, 1), 1, 1),
    ]  # fmt: skip
    drawn = kept_trend(months)
    assert drawn["svg"].count("<circle") == 2
    assert "2026-03 兑现 1/1" in drawn["sentence"]
    assert kept_trend(months[:1]) is None


def test_lists_show_what_is_valid_on_the_day_and_narrow(promise, organisation, manager) -> None:
    process = start_from_pack(unit=organisation.north, pack="IT", actor=manager)
    node = process.versions.get().nodes.first()
    of_node = Content("十五分钟内接单", process=process, node=node.key, review_on=date(2026, 2, 1))
    create_standard(unit=organisation.north, kind="standard", content=of_node, valid_from=FIRST, reason="x",
                    actor=manager)  # fmt: skip
    later = replace(content_of(promise.versions.get()), text="一日内勘查")
    change_standard(promise, later, seen=1, valid_from=date(2026, 6, 1), reason="x", actor=manager)

    def listed(day=date(2026, 5, 1), **wanted) -> list[str]:
        return [v.text for v in selectors.current_standards(manager, day, selectors.Wanted(**wanted))]

    assert listed() == ["高压业扩两日内勘查", "十五分钟内接单"]
    assert listed(date(2026, 6, 1)) == ["一日内勘查", "十五分钟内接单"]
    assert (
        listed(kind="standard") == listed(state="due") == listed(process=process.code) == ["十五分钟内接单"]
    )
    assert listed(q="一次性告知") == ["高压业扩两日内勘查"]
    assert listed(q="一日内") == listed(state="withdrawn") == []
    assert not selectors.current_standards(organisation.outsider, FIRST).exists()
    at = selectors.standards_at(manager, process, node.key, date(2026, 5, 1))
    assert [v.text for v in at] == ["十五分钟内接单"]
    assert selectors.standards_at(manager, process, "别处", date(2026, 5, 1)) == []


def test_the_pages_lead_from_a_new_promise_to_its_log(organisation) -> None:
    browser = organisation.client("risk_manager")
    rows = {"item-TOTAL_FORMS": 2, "item-INITIAL_FORMS": 0, "item-0-item": "后来", "item-0-ORDER": 2,
            "item-1-item": "先来", "item-1-ORDER": 1}  # fmt: skip
    facts = {"unit": organisation.north.pk, "kind": "promise", "text": "当日接单", "direction": "at_most",
             "valid_from": "2026-01-01", "reason": "首次", "figure": "接单", "target": "15"}  # fmt: skip
    missing = browser.post("/standards/new/", facts | rows | {"figure": ""})
    assert (missing.status_code, "写明衡量什么" in missing.content.decode()) == (422, True)
    made = browser.post("/standards/new/", facts | rows)
    assert made["Location"] == "/standards/S-0001/"
    page = browser.get("/standards/S-0001/").content.decode()
    assert page.index("先来") < page.index("后来")
    duty = organisation.client("duty_officer", language="en")
    form = {"kept": "0", "on": "2026-02-01", "item": "1", "measured": "20", "cause": "人手不足"}
    assert duty.post("/standards/S-0001/log/", form).status_code == 302
    assert duty.post("/standards/S-0001/log/", form | {"kept": ""}).status_code == 422
    shown = duty.get("/standards/S-0001/").content.decode()
    assert "人手不足" in shown
    assert "Broken" in shown
    edit = {"seen": 1, "text": "两小时接单", "direction": "at_most", "valid_from": "2026-02-01",
            "reason": "提速", "item-TOTAL_FORMS": 2, "item-INITIAL_FORMS": 2,
            "item-0-item": "先来", "item-0-number": 1,
            "item-1-item": "", "item-1-number": 2}  # fmt: skip
    assert browser.post("/standards/S-0001/edit/", edit).status_code == 302
    assert browser.post("/standards/S-0001/edit/", edit | {"text": "再改"}).status_code == 409
    old = browser.get("/standards/S-0001/versions/1/").content.decode()
    assert "当日接单" in old
    assert "后来" in old
    assert "两小时接单" in browser.get("/standards/").content.decode()


def test_a_process_elsewhere_in_the_tree_is_refused_one_above_or_below_is_not(organisation, manager) -> None:
    processes = {
        name: start_from_pack(unit=getattr(organisation, name), pack="PH", actor=who)
        for name, who in (("north", manager), ("hall", manager), ("south", organisation.outsider))
    }
    facts = {"kind": "standard", "valid_from": FIRST, "reason": "x", "actor": manager}
    for unit, at in (("north", "hall"), ("hall", "north"), ("hall", "hall")):
        content = Content("x", process=processes[at])
        create_standard(unit=getattr(organisation, unit), content=content, **facts)
    made = create_standard(unit=organisation.hall, content=Content("x"), **facts)
    elsewhere = Content("x", process=processes["south"])
    with pytest.raises(UsageError, match=r"standard\.process"):
        create_standard(unit=organisation.hall, content=elsewhere, **facts)
    with pytest.raises(UsageError, match=r"standard\.process"):
        change_standard(made, elsewhere, seen=1, valid_from=FIRST, reason="x", actor=manager)
    assert made.versions.count() == 1


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "其他单位的流程"), ("en", "process of another unit")]
)
def test_a_process_one_may_not_see_is_not_named_and_stays_when_the_rest_changes(
    organisation, manager, language: str, words: str
) -> None:
    process = start_from_pack(unit=organisation.north, pack="PH", actor=manager)
    at_hall = create_user(username="hall", name="厅", password=PASSWORD, unit=organisation.hall, actor=None)
    assign_role(user=at_hall, role="risk_manager", unit=organisation.hall, actor=None)
    content = Content("十分钟内受理", process=process, node="PH-N1")
    made = create_standard(unit=organisation.hall, kind="standard", content=content, valid_from=FIRST,
                           reason="x", actor=manager)  # fmt: skip
    browser, program = organisation.client(at_hall, language=language), organisation.program(at_hall)
    for address in ("", f"{made.code}/", f"{made.code}/versions/1/", f"{made.code}/edit/"):
        page = browser.get(f"/standards/{address}").content.decode()
        assert words in page, address
        assert process.name not in page, address
    for address in ("standards", f"standards/{made.code}", f"standards/{made.code}/versions"):
        answer = program.get(f"/api/v1/{address}").content.decode()
        assert '"elsewhere": true' in answer, address
        assert "PH-N1" not in answer, address
    edit = {
        "seen": 1, "text": "五分钟内受理", "direction": "at_most", "valid_from": "2026-02-01", "reason": "r",
        "place": f"{process.code}|PH-N1", "item-TOTAL_FORMS": 0, "item-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert browser.post(f"/standards/{made.code}/edit/", edit).status_code == 302
    assert content_of(made.versions.first()).process == process
    other = edit | {"seen": 2, "place": "P-999"}
    assert browser.post(f"/standards/{made.code}/edit/", other).status_code == 422
    new = edit | {"unit": organisation.hall.pk, "kind": "standard", "place": "P-999"}
    assert browser.post("/standards/new/?place=P-999", new).status_code == 422
