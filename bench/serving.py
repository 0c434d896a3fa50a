"""A measuring process: takes one request a line, does the work, answers with its times and memory.

Each side of a comparison is such a process in an environment of its own, so that a peer is never a
dependency and both sides take turns in one run. Only the standard library is used here.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Operations = Mapping[str, Callable[..., Any]]


def serve(operations: Operations) -> None:
    """Answer requests of standard input until it closes; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(_answer(operations, request["operation"], request["arguments"])) + "\n")
        answers.flush()


def _answer(operations: Operations, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    began, worked = time.perf_counter(), time.process_time()
    try:
        value = operations[name](**arguments)
    except Exception as error:  # told to the process that asked, which raises it
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        "seconds": time.perf_counter() - began,
        "peak_bytes": peak_bytes(),
        "value": value,
        "cpu_s": time.process_time() - worked,
    }


def peak_bytes() -> int | None:
    """Most memory this process has held; None where the system does not tell.

    Not `ru_maxrss`: that of a young process still counts the parent it was started from.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    for line in status.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None
