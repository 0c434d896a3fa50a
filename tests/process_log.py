"""A made-up hall process for tests that run the whole loop from a file."""

from collections.abc import Sequence
from pathlib import Path

HEADINGS = "case,activity,start,complete,resource"


def hall_log(path: Path, *, n_cases: int = 120, bad: Sequence[str] = ()) -> Path:
    """Written to `path`: every sixth case is handled twice and late; `bad` rows follow at the end."""
    rows = [HEADINGS]
    for n in range(n_cases):
        day, late = 1 + n % 28, n % 6 == 0
        steps = ["登记", "派单", "处理", "处理", "关闭"] if late else ["登记", "派单", "处理", "关闭"]
        hour = 8
        for k, step in enumerate(steps):
            minute = (n * 7 + k * 11) % 50
            begin = f"2026-03-{day:02} {hour:02}:{minute:02}:00"
            end = f"2026-03-{day:02} {hour:02}:{minute + 9:02}:00"
            rows.append(f"c{n},{step},{begin},{end},p{(n + k) % 4}")
            hour += 4 if late and step == "处理" else 1
    path.write_text("\n".join([*rows, *bad]) + "\n", encoding="utf-8")
    return path
