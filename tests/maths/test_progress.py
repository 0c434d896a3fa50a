"""What a computation tells of its progress, and to whom."""

import pytest

from anlan.maths.progress import part, tell, watched


def test_without_anybody_who_listens_nothing_happens() -> None:
    with part(0.0, 0.5):
        tell(0.5)


def test_parts_of_parts_tell_shares_of_the_whole() -> None:
    heard: list[float] = []
    with watched(heard.append), part(0.5, 1.0):
        tell(0.0)
        with part(0.5, 1.0):
            tell(0.5)
    assert heard == [0.5, 0.875]


def test_the_share_never_falls() -> None:
    heard: list[float] = []
    with watched(heard.append):
        for share in (0.2, 0.6, 0.1, 0.7):
            tell(share)
    assert heard == [0.2, 0.6, 0.6, 0.7]


def test_what_the_listener_raises_ends_the_computation_and_the_listening() -> None:
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError), watched(stop), part(0.0, 1.0):
        tell(0.0)
    tell(0.0)
