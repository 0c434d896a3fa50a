"""The finders in the order they run: each a function from the context to its candidates."""

from collections.abc import Callable

from anlan.loop.identify import (
    abandonment,
    bottleneck,
    data_quality,
    drift,
    four_eyes,
    group_disparity,
    model_deviations,
    overload,
    ping_pong,
    rare_order,
    reassignment,
    rework_loop,
    self_loop,
    single_person,
    skipped_step,
    sla_breach_driver,
    tail_delay,
    wip_growth,
)
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates

FINDERS: tuple[tuple[str, Callable[[IdentifyContext], Candidates]], ...] = (
    (tail_delay.CODE, tail_delay.find),
    (bottleneck.CODE, bottleneck.find),
    (rework_loop.CODE, rework_loop.find),
    (self_loop.CODE, self_loop.find),
    (ping_pong.CODE, ping_pong.find),
    (reassignment.CODE, reassignment.find),
    (skipped_step.CODE, skipped_step.find),
    (rare_order.CODE, rare_order.find),
    (sla_breach_driver.CODE, sla_breach_driver.find),
    (abandonment.CODE, abandonment.find),
    (overload.CODE, overload.find),
    (wip_growth.CODE, wip_growth.find),
    (single_person.CODE, single_person.find),
    (four_eyes.CODE, four_eyes.find),
    (drift.CODE, drift.find),
    (group_disparity.CODE, group_disparity.find),
    (data_quality.CODE, data_quality.find),
    *model_deviations.FINDERS,
)
