"""How far a run is: stages in the order they are computed, each with its part of the whole."""

from collections.abc import Callable, Mapping

Progress = Callable[[str, float], None]
"""Called with the name of a stage and the share of that stage that is done (0..1)."""

STAGES: Mapping[str, float] = {
    "read": 30,
    "store": 8,
    "summarise": 12,
    "identify": 12,
    "key_nodes": 4,
    "quantify": 8,
    "treat": 12,
    "evaluate": 6,
    "report": 8,
}
"""Stage -> its part of the time of a run on a new log, in per cent."""


METHOD = "method"
"""The stage of a run of one method of quantification: a whole of its own."""

WHOLES = (METHOD, "conform", "discover")
"""Stages that are a run of their own."""


def silent(stage: str, done: float) -> None:
    """Progress that nobody watches."""


def share_of_whole(stage: str, done: float) -> float:
    """Share of the whole run (0..1) when `done` (0..1) of `stage` is done; all stages before it are."""
    if stage in WHOLES:
        return min(max(done, 0.0), 1.0)
    before = 0.0
    for name, part in STAGES.items():
        if name == stage:
            return (before + part * min(max(done, 0.0), 1.0)) / sum(STAGES.values())
        before += part
    raise KeyError(stage)
