"""Places inside the inputs of a spec, written as faults write them: `events[3].probability`."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

_STEP = re.compile(r"(?:^|\.)([^.\[\]]+)|\[(\d{1,6})\]")

Path = tuple[str | int, ...]


def read_path(text: str) -> Path | None:
    """Names and positions (from 0) of a written place; None where it is not written like one."""
    steps: list[str | int] = []
    end = 0
    for found in _STEP.finditer(text):
        if found.start() != end:
            return None
        end = found.end()
        name, position = found.groups()
        steps.append(name.strip() if name is not None else int(position) - 1)
    return tuple(steps) if steps and end == len(text) and isinstance(steps[0], str) else None


def value_at(inputs: Any, path: Path) -> Any:
    """What stands there. Errors: KeyError where the inputs have no such place."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(inputs, list | tuple) or not 0 <= step < len(inputs):
                raise KeyError(step)
            inputs = inputs[step]
        else:
            if not isinstance(inputs, Mapping):
                raise KeyError(step)
            inputs = inputs[step]
    return inputs


def with_values(inputs: Mapping[str, Any], paths: Sequence[Path], values: Sequence[float]) -> dict[str, Any]:
    """A copy of the inputs with a number at each place."""
    changed = deepcopy(dict(inputs))
    for path, value in zip(paths, values, strict=True):
        inside: Any = changed
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = value
    return changed
