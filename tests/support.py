"""What several tests share: where the reference data are."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"


def shared(relative: str) -> Path:
    """Path of a reference file that lies beside the repository; the test skips where it is absent."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"reference data not beside the repository: shared/{relative}")
    return path
