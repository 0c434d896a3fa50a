"""What apps above this one do when units change; they register here, so that people need not know them.

hooks.unit_moves.append(keep_limits)     # (unit, parent), before; refuses by raising RefusedInput
hooks.unit_moved.append(judge_anew)      # (unit), inside the transaction, after its path and those below
"""

from collections.abc import Callable
from typing import Any

unit_moves: list[Callable[[Any, Any], None]] = []
unit_moved: list[Callable[[Any], Any]] = []
