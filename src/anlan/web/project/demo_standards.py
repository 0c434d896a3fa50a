"""Standards of the demo with a year of entries, written by the people who would write them."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone

from anlan.web.catalog.models import Process
from anlan.web.catalog.standards.records import Standard
from anlan.web.catalog.standards.services import (
    Content,
    Item,
    change_standard,
    content_of,
    create_standard,
    log_entry,
    withdraw_entry,
)
from anlan.web.people.models import User
from anlan.web.project.demo_words import Words

_CAUSES = (
    ("午间轮休，开放窗口不足", "增开一个窗口，值班经理顶岗"),
    ("月末集中办理", "短信提示错峰，次月起提前三天发送"),
    ("系统故障", "改为人工处理，当日报修"),
)
WAIT = Content(
    "柜台排队不超过十五分钟", "No more than fifteen minutes in the queue", figure="最长等候",
    figure_en="Longest wait", figure_unit="min", target=15.0,
    items=(Item("叫号与窗口开放数相符", "Desks open as the tickets need"),
           Item("超过十分钟有人到场致歉", "Somebody apologises after ten minutes")),
)  # fmt: skip
TOLD = Content(
    "所需材料一次性告知", "All papers needed are told at once",
    items=(Item("口头说明并给书面清单", "Told and given as a list"),
           Item("缺件时写明补办方式", "How to add what is missing is written down")),
)  # fmt: skip
ANSWER = Content(
    "事件十五分钟内首次响应", "First answer to an incident within fifteen minutes", figure="首次响应",
    figure_en="First answer", figure_unit="min", target=15.0,
    items=(Item("已分派到组", "Given to a group"), Item("已告知报障人编号", "The reporter knows the number")),
)  # fmt: skip


@dataclass(frozen=True)
class _Habit:
    """Entries every so many days, kept about as often as `share` says."""

    every: int
    share: float
    seed: int


def keep_demo_standards(hall: Process, desk: Process, people: dict[str, User], words: Words) -> None:
    """A promise of the hall that became stricter, a standard of the hall, a promise of the service desk."""
    today, zhou, sun, wu = timezone.localdate(), people["zhou"], people["sun"], people["wu"]
    start, nodes = today - timedelta(days=360), list(hall.versions.get().nodes.all())
    wait = replace(WAIT, process=hall, node=nodes[0].key, review_on=today + timedelta(days=40))
    promise = create_standard(unit=hall.unit, kind="promise", content=wait, valid_from=start,
                              reason=words("服务公开承诺"), actor=zhou)  # fmt: skip
    _log(promise, start, _Habit(every=3, share=0.9, seed=1), words=words, actor=sun)
    shorter = replace(content_of(promise.versions.get()), text="柜台排队不超过十分钟", target=10.0,
                      text_en="No more than ten minutes in the queue")  # fmt: skip
    change_standard(promise, shorter, seen=1, valid_from=today - timedelta(days=90),
                    reason=words("错峰提示上线后收紧"), actor=zhou)  # fmt: skip
    told = replace(TOLD, process=hall, node=nodes[1].key, review_on=today - timedelta(days=5))
    inner = create_standard(unit=hall.unit, kind="standard", content=told, valid_from=start,
                            reason=words("减少客户重复上门"), actor=zhou)  # fmt: skip
    _log(inner, start, _Habit(every=7, share=0.96, seed=2), words=words, actor=sun)
    withdraw_entry(inner.entries.first(), reason=words("与前一日重复记录"), actor=sun)
    answer = create_standard(unit=desk.unit, kind="promise", content=replace(ANSWER, process=desk),
                             valid_from=start, reason=words("服务台对内承诺"), actor=wu)  # fmt: skip
    _log(answer, today - timedelta(days=200), _Habit(every=4, share=0.82, seed=3), words=words, actor=wu)


def _log(standard: Standard, start: date, habit: _Habit, *, words: Words, actor: User) -> None:
    luck, version = random.Random(habit.seed), standard.versions.get()
    items = list(version.items.values_list("number", flat=True))
    for n in range((timezone.localdate() - start).days // habit.every):
        kept = luck.random() < habit.share
        cause, remedy = ("", "") if kept else tuple(words(said) for said in luck.choice(_CAUSES))
        measured = None
        if version.target is not None:
            measured = round(
                version.target * (luck.uniform(0.3, 0.65) if kept else luck.uniform(1.1, 2.2)), 1
            )
        log_entry(
            standard, on=start + timedelta(days=n * habit.every + 1), kept=kept, measured=measured,
            cause=cause, remedy=remedy, item=None if kept else luck.choice(items), actor=actor,
        )  # fmt: skip
