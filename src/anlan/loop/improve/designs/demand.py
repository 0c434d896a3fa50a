"""Operators that change what comes: flatter hours, fewer cases, rarer or shorter risks."""

from collections.abc import Mapping
from typing import Any

from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.designs.times import scaled

Change = Mapping[str, Any]
_DAY = 24


def smooth(draft: Draft, change: Change) -> None:
    """As many cases a day as before, each hour's difference from the day's mean times `factor`."""
    if not 0.0 <= change["factor"] <= 1.0:
        raise draft.refused("outside", "factor", found=change["factor"], limits="[0, 1]")
    rates = [float(rate) for rate in draft.inputs["arrivals"]]
    if len(rates) % _DAY or not rates:
        raise draft.refused("no_hours_to_smooth", "factor", found=len(rates))
    if change["factor"] == 1.0:
        return
    for day in range(0, len(rates), _DAY):
        mean = sum(rates[day : day + _DAY]) / _DAY
        rates[day : day + _DAY] = [
            mean + change["factor"] * (rate - mean) for rate in rates[day : day + _DAY]
        ]
    draft.inputs["arrivals"] = rates


def divert(draft: Draft, change: Change) -> None:
    """`factor` times as many cases come; the others are served elsewhere or do not arise."""
    if change["factor"] <= 0.0:
        raise draft.refused("outside", "factor", found=change["factor"], limits="(0, 1000]")
    if change["factor"] != 1.0:
        draft.inputs["arrivals"] = [float(rate) * change["factor"] for rate in draft.inputs["arrivals"]]


def treat(draft: Draft, change: Change) -> None:
    """Risks come `factor` times as often; their delays are `delay_factor` times as long."""
    for risk in draft.several("risks", change["risks"], "risks"):
        for name in ("chance", "per_week"):
            if risk.get(name) is not None:
                risk[name] = risk[name] * change["factor"]
        if (risk.get("chance") or 0.0) > 1.0:
            raise draft.refused("chance_above_one", "factor", found=risk["chance"], risk=risk["name"])
        if change["delay_factor"] is not None:
            if risk.get("delay") is None:
                raise draft.refused("no_delay", "delay_factor", risk=risk["name"])
            risk["delay"] = scaled(risk["delay"], change["delay_factor"])
    draft.drop_risks(
        [risk["name"] for risk in draft.inputs.get("risks") or () if risk.get("per_week") == 0.0]
    )
