"""What apps above this one draw on a process map; they register here, so that the catalogue need not
know them.

hooks.risks_of.append(marks_of_process)         # (process) -> [{"nodes": [...], "index": {"level": ...},
                                                #   "code": ...}]
hooks.risk_links_of.append(links_of_process)    # (process, user) -> [{"code", "title", "address"}]
hooks.key_nodes_of.append(ranks_of_process)     # (process) -> entries of a result's `key_nodes`
hooks.deviations_of.append(deviations_of)       # (process) -> {activity: share of cases}, or None
hooks.redesigns_of.append(redesigns_of)         # (process, user, activity) -> Redesigns, or None
hooks.reports_of.append(reports_of_process)     # (process) -> {key of a node: complaints and opinions},
                                                #   or None where none were ever recorded
hooks.ideas_of.append(ideas_of_process)         # (process, user) -> [{"nodes": [...], "title", "text",
                                                #   "address"}]
hooks.watch_of.append(watch_of_process)         # (process, user) -> Watch, or None where they may not see it
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Redesigns:
    """What can be tried at a node. activity: what a twin calls it; operators: (code, word); address: where a
    choice is sent, empty where there is nothing to try it on; elsewhere: (address, text) to go on."""

    activity: str
    operators: list[tuple[str, str]]
    address: str
    elsewhere: tuple[str, str] | None = None


@dataclass(frozen=True)
class Watch:
    """What watches a process. nodes: those an indicator watches, by key or name; alerts: open ones, the
    worst first: {"nodes": [...], "code", "title", "state", "address", "chip": level as markup, "due": text,
    "late": whether that time has passed}."""

    nodes: frozenset[str]
    alerts: list[dict[str, Any]]


risks_of: list[Callable[[Any], list[dict[str, Any]]]] = []
risk_links_of: list[Callable[[Any, Any], list[dict[str, Any]]]] = []
key_nodes_of: list[Callable[[Any], list[dict[str, Any]]]] = []
deviations_of: list[Callable[[Any], dict[str, float] | None]] = []
redesigns_of: list[Callable[[Any, Any, str], Redesigns | None]] = []
reports_of: list[Callable[[Any], dict[str, int] | None]] = []
ideas_of: list[Callable[[Any, Any], list[dict[str, Any]]]] = []

watch_of: list[Callable[[Any, Any], Watch | None]] = []


def watch_at(process: Any, user: Any) -> Watch | None:
    """What watches the process, by the first hook that may tell this person."""
    return next((found for hook in watch_of if (found := hook(process, user)) is not None), None)


def redesigns_at(process: Any, user: Any, activity: str) -> Redesigns | None:
    """What can be tried at the node, by the first hook that knows."""
    return next(
        (found for hook in redesigns_of if (found := hook(process, user, activity)) is not None), None
    )


def gathered(hooks: list[Callable[[Any], list[dict[str, Any]]]], process: Any) -> list[dict[str, Any]]:
    """What all hooks of a kind know of the process."""
    return [entry for hook in hooks for entry in hook(process)]
