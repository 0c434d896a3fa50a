"""Write one file whole or not at all."""

import os
import secrets
from pathlib import Path


def write_whole(target: Path, content: bytes) -> None:
    """Write a new file beside `target`, then put it in its place in one step.

    Where writing fails the earlier file stays and nothing is left. A link is followed, not replaced.
    """
    target = target.resolve()
    fresh = target.with_name(f".anlan-{secrets.token_hex(8)}")
    try:
        with fresh.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
