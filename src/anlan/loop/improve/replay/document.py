"""A replay as compact JSON, `anlan.replay/1`: numbers in rows, times in tenths of seconds from the begin of
the span (earlier ones negative)."""

from typing import Any

from anlan.loop.improve.replay.replay import Replay

SCHEMA = "anlan.replay/1"
TENTH_S = 0.1


def document_of(replay: Replay) -> dict[str, Any]:
    """cases: [arrived, left, fate]; tokens: [case, born, fate, then of each stay node, from, until, doing];
    doing: -1 waits, -2 goes through, -3 worked on with others, -4 by nobody in particular, else the team."""
    begin = replay.span.from_s

    def tenths(time_s: float) -> int:
        return round((time_s - begin) / TENTH_S)

    cases = zip(replay.arrived_s.tolist(), replay.left_s.tolist(), replay.fate.tolist(), strict=True)
    return {
        "schema": SCHEMA,
        "from_s": begin,
        "until_s": replay.span.until_s,
        "cut": replay.cut,
        "first_day": replay.first_day,
        "promise_s": replay.promise_s,
        "knows_work": replay.knows_work,
        "nodes": list(replay.nodes),
        "teams": [
            {"name": team.name, "there": [[tenths(time), people] for time, people in team.there]}
            for team in replay.teams
        ],
        "cases": [[tenths(arrived), tenths(left), fate] for arrived, left, fate in cases],
        "tokens": [
            [each.case, each.born, each.fate,
             *(value for stay in each.stays
               for value in (stay.node, tenths(stay.from_s), tenths(stay.until_s), stay.doing))]
            for each in replay.tokens
        ],
    }  # fmt: skip
