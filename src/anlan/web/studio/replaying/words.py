"""What a replay says: the clock, how things stand, where it comes from; the course as a table."""

from dataclasses import dataclass
from datetime import date, timedelta

from anlan.formats import wording
from anlan.loop.improve.replay.moments import Moment, course_of
from anlan.loop.improve.replay.replay import DAY_S, HOUR_S, Replay
from anlan.web.common.texts import language, text
from anlan.web.studio.names_said import name_said
from anlan.web.studio.replaying.parts import Part


@dataclass(frozen=True)
class CourseRow:
    """How things stood at a moment, in words and numbers."""

    clock: str
    arrived: int
    left: int
    under_way: int
    waiting: int
    late: int
    people: str
    longest: str


def clock_of(replay: Replay, at_s: float) -> str:
    """The moment on the wall clock: `第 2 周 周一 09:32`, or a date where it is one of a log."""
    minute = int(at_s // 60)
    day, clock = minute // 1440, f"{minute // 60 % 24:02d}:{minute % 60:02d}"
    if replay.first_day:
        on = date.fromisoformat(replay.first_day) + timedelta(days=day)
        return text("studio.replay.clock_log", day=on.isoformat(), weekday=weekday(on.weekday()), clock=clock)
    return text("studio.replay.clock_run", week=day // 7 + 1, weekday=weekday(day % 7), clock=clock)


def weekday(number: int) -> str:
    """0 is Monday."""
    return text(f"studio.days.{number + 1}")


def moment_said(replay: Replay, moment: Moment) -> str:
    """A sentence: how many are under way, wait, are late, and where most wait."""
    lang = language()
    parts = [text("studio.replay.said_under_way", n=wording.count(moment.under_way, lang))]
    if replay.knows_work:
        parts.append(text("studio.replay.said_waiting", n=wording.count(int(moment.waiting.sum()), lang)))
    if replay.promise_s is not None:
        parts.append(text("studio.replay.said_late", n=wording.count(moment.late_cases, lang)))
    if moment.longest >= 0:
        parts.append(text("studio.replay.said_longest", node=name_said(replay.nodes[moment.longest]),
                          n=wording.count(int(moment.waiting[moment.longest]), lang)))  # fmt: skip
    return text("studio.replay.join").join(parts) + text("studio.replay.stop")


def origin_said(part: Part) -> str:
    """What it is: one replication of several, or cases as they were recorded."""
    if part.seed is None:
        said = text("studio.replay.recorded")
        return said if part.replay.knows_work else said + text("studio.replay.no_begins")
    return text("studio.replay.one_of", number=part.replication + 1, n=part.replications, seed=part.seed)


def promise_said(replay: Replay) -> str:
    if replay.promise_s is None:
        return text("studio.replay.no_promise")
    return text("studio.replay.promise", time=wording.duration(replay.promise_s, language()))


def course_rows(replay: Replay) -> list[CourseRow]:
    """The course of the span for who does not see the map."""
    return [
        CourseRow(
            clock_of(replay, moment.at_s), moment.arrived, moment.left, moment.under_way,
            int(moment.waiting.sum()), moment.late_cases, _people(moment), _longest(replay, moment),
        )
        for moment in course_of(replay)
    ]  # fmt: skip


def _people(moment: Moment) -> str:
    if not len(moment.there):
        return "—"
    return text("studio.replay.busy_of", busy=int(moment.busy.sum()), there=int(moment.there.sum()))


def _longest(replay: Replay, moment: Moment) -> str:
    if moment.longest < 0:
        return "—"
    return text("studio.replay.longest_at", node=name_said(replay.nodes[moment.longest]),
                n=int(moment.waiting[moment.longest]))  # fmt: skip


def day_of(at_s: float) -> int:
    return int(at_s // DAY_S)


def hour_of(at_s: float) -> int:
    return int(at_s % DAY_S // HOUR_S)
