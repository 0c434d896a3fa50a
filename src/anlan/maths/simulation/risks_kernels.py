"""Risks at a visit: which happen, what they do to the way, the time and the cost, and taking that back."""

import numpy as np

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import (
    COST,
    DELAYED,
    DROP,
    GO_TO,
    HAPPENED,
    HIDE,
    HOURS,
    NO_LOAD,
    SERVED,
    SPENT,
)
from anlan.maths.simulation.places_kernels import HOUR, load_at
from anlan.maths.simulation.visit_kernels import RISK, is_counted, time_by_law
from anlan.maths.streams_kernels import uniform

OUT_OF_ALL = np.int64(-2)
"""In place of a node: dropped from the process."""
_ONE = np.uint64(1)


@part_kernel
def draw_risks(model, state, tally, run, token, node, place):
    """What happens at this visit; seconds it adds. What was hidden for this node comes to light first."""
    case, added = state.case[token], 0.0
    state.struck[token] = 0
    for i in range(model.found_first[node], model.found_first[node + 1]):
        bit = _ONE << np.uint64(model.found_risk[i])
        if state.hidden[case] & bit:
            state.hidden[case] &= ~bit
            state.onward[token] = model.risk_to[model.found_risk[i]]
    for risk in range(model.risk_first[node], model.risk_first[node + 1]):
        u = uniform(run.key[0], run.key[1], state.luck[case], place, RISK, model.risk_luck[risk])
        if u < _chance(model, state, case, node, risk):
            added += _risk_happens(model, state, tally, run, token, risk, place)
    return added


@part_kernel
def _chance(model, state, case, node, risk):
    chance = model.risk_chance[risk] * model.risk_hours[risk, state.totals[HOUR] % HOURS]
    given = model.risk_given[risk]
    if given >= 0 and state.happened[case] & (_ONE << np.uint64(given)):
        chance *= model.risk_factor[risk]
    if model.risk_load[risk] != NO_LOAD:
        beyond = load_at(model, state, node, model.risk_load[risk]) - model.risk_from[risk]
        chance *= 1.0 + model.risk_slope[risk] * max(0.0, beyond)
    return chance


@part_kernel
def _risk_happens(model, state, tally, run, token, risk, place):
    """Its effect on the way; seconds it adds."""
    case, added = state.case[token], 0.0
    bit = _ONE << np.uint64(risk)
    state.happened[case] |= bit
    state.struck[token] |= bit
    if model.risk_delay[risk] >= 0:
        u = uniform(run.key[0], run.key[1], state.luck[case], place, RISK, model.risk_luck[risk] + 1)
        added = time_by_law(model, u, model.risk_delay[risk])
    effect = model.risk_effect[risk]
    if effect == GO_TO and state.onward[token] != OUT_OF_ALL:
        state.onward[token] = model.risk_to[risk]
    elif effect == HIDE:
        state.hidden[case] |= bit
    elif effect == DROP:
        state.onward[token] = OUT_OF_ALL
    state.costs[case] += model.risk_cost[risk]
    if is_counted(tally, run, state.number[case]):
        tally.risk[risk, HAPPENED] += 1.0
        tally.risk[risk, DELAYED] += added
        tally.risk[risk, SPENT] += model.risk_cost[risk]
    return added


@part_kernel
def take_back(model, state, tally, run, token):
    """Of who leaves before the work begins: its cost, its time and what would have happened at it."""
    node, case = state.at[token], state.case[token]
    place = model.luck[node] + state.visits[case, node]
    counts = is_counted(tally, run, state.number[case])
    state.costs[case] -= model.cost[node]
    if counts:
        tally.node[node, SERVED] -= state.service[token]
        tally.node[node, COST] -= model.cost[node]
    for risk in range(model.risk_first[node], model.risk_first[node + 1]):
        if not state.struck[token] & (_ONE << np.uint64(risk)):
            continue
        state.costs[case] -= model.risk_cost[risk]
        if counts:
            tally.risk[risk, HAPPENED] -= 1.0
            tally.risk[risk, SPENT] -= model.risk_cost[risk]
            if model.risk_delay[risk] >= 0:
                u = uniform(run.key[0], run.key[1], state.luck[case], place, RISK, model.risk_luck[risk] + 1)
                tally.risk[risk, DELAYED] -= time_by_law(model, u, model.risk_delay[risk])
