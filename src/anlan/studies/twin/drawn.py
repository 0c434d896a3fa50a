"""The gateways and ways of a drawn process as rows of a simulation.

An exclusive gateway, or a step with several ways, is a choice; a parallel or inclusive gateway that opens is
a split and belongs to the first join that all its ways come to.
"""

from collections.abc import Mapping
from typing import Any

from anlan.domain.design import Design, Step
from anlan.domain.errors import RefusedInput
from anlan.studies.twin.gateways import joins_of

_JOIN = "⋈"


class Drawn:
    """Writes the rows one step after the other; `ways` holds those written so far."""

    def __init__(
        self, design: Design, names: Mapping[str, str], shares: Mapping[tuple[str, str], Any] | None = None
    ) -> None:
        """names: of the rows by key; shares: of ways by their ends, in place of those of the design.

        Errors: RefusedInput `twin.join`, `twin.join_mixed`.
        """
        self.ways: list[dict[str, Any]] = []
        self._names, self._joins = names, joins_of(design, bare_steps_open=False)
        self._ends = {step.key for step in design.steps if step.form == "end"}
        told = {(link.source, link.target): link.probability for link in design.links} | dict(shares or {})
        self._out: dict[str, list[tuple[str, Any]]] = {step.key: [] for step in design.steps}
        self._into = {step.key: 0 for step in design.steps}
        for link in design.links:
            self._out[link.source].append((link.target, told[link.source, link.target]))
            self._into[link.target] += 1

    def entry(self, key: str) -> str:
        """The row that ways to a step lead to: of a gateway that closes and opens, its join."""
        both = key in self._joins and len(self._out[key]) > 1
        return f"{self._names[key]} {_JOIN}" if both else self._names[key]

    def _target(self, key: str) -> str:
        return "" if key in self._ends else self.entry(key)

    def gateway(self, step: Step) -> list[dict[str, Any]]:
        """The rows of a gateway or an event: what it brings together, then what it opens."""
        name, out, rows = self._names[step.key], self._out[step.key], list[dict[str, Any]]()
        if step.key in self._joins:
            joined = self._names[self._joins[step.key]]
            rows.append({"name": self.entry(step.key), "kind": "join", "joins": joined})
            if len(out) < 2:
                self.choose(step)
                return rows
            self.ways.append({"from": self.entry(step.key), "to": name})
        elif step.form in ("and", "or") and self._into[step.key] > 1:
            raise RefusedInput("twin.join", where=name)
        if step.form in ("and", "or") and len(out) > 1:
            return [*rows, self._split(step, name)]
        self.choose(step)
        return [*rows, {"name": name, "kind": "choice"}]

    def _split(self, step: Step, name: str) -> dict[str, Any]:
        for target, share in self._out[step.key]:
            if step.form == "or" and share is None:
                raise RefusedInput("twin.or_shares", where=name)
            way = {"from": name, "to": self._target(target)}
            self.ways.append(way if step.form == "and" else {**way, "share": share})
        return {"name": name, "kind": "split" if step.form == "and" else "some"}

    def choose(self, step: Step) -> None:
        """One way of several; those without a share have what the others leave."""
        name, out = self._names[step.key], self._out[step.key]
        told = sum(share for _, share in out if isinstance(share, int | float))
        left = sum(share is None for _, share in out)
        rest = max(0.0, 1.0 - told) / left if left else 0.0
        for target, share in out:
            self.ways.append({"from": name, "to": self._target(target),
                              "share": rest if share is None else share})  # fmt: skip
        if not out:
            self.ways.append({"from": name, "to": "", "share": 1.0})
