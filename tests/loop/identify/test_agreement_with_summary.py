"""The finders count on the log itself; what the summary counts too must be the same."""

import numpy as np

from anlan.engines.local import summarise_log
from anlan.loop.identify import SlaSettings
from anlan.maths.sequences.summary import SummarySettings
from finders import context_of
from logs import random_draft

HOUR_US = 3_600_000_000


def test_cases_durations_repeats_and_promises_agree():
    draft = random_draft(seed=1, n_cases=400, skip=0.2, repeat=0.2, with_service=True)
    log = draft.build()
    limits = {"check": HOUR_US, "decide": 2 * HOUR_US, "register": 1}
    context = context_of(log, sla=SlaSettings(4 * HOUR_US, activity_limits_us=limits))
    summary, _ = summarise_log(log, settings=SummarySettings(4 * HOUR_US, activity_limits_us=limits))
    place = [summary.activities.names.index(name) for name in log.activity_names]

    assert context.cases_with.tolist() == summary.activities.cases[place].tolist()
    assert int(context.duration_us.sum()) == summary.case_duration.total(0)
    assert int(context.features.self_loops.sum()) == int(summary.activities.self_loops.sum())
    assert int(context.features.handovers.sum()) == int(summary.resources.handover_count.sum())
    assert len(context.edges.source) == len(summary.edges.source)

    assert context.finished.all()
    assert int(context.sla.breached.sum()) == summary.sla_breached
    for measured, counted in (
        (context.sla.event_checked, summary.activities.sla_checked),
        (context.sla.event_breached, summary.activities.sla_breached),
    ):
        here = np.bincount(log.activity[measured], minlength=len(place))
        assert here.tolist() == counted[place].tolist()


def test_waits_agree_where_starts_are_known():
    log = random_draft(seed=2, n_cases=200, with_service=True).build()
    summary, _ = summarise_log(log)
    context = context_of(log)
    for code, name in enumerate(log.activity_names):
        place = summary.activities.names.index(name)
        mine = context.wait_us[(log.activity == code) & context.has_before]
        assert int(mine.sum()) == summary.activities.waiting.total(place)
