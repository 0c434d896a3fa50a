"""A folder that sources may read, and sources of an indicator at north."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anlan.web.monitoring.models import Indicator
from anlan.web.sources.models import Source
from anlan.web.sources.services import Wanted, create_source
from web.monitoring.conftest import an_indicator


@pytest.fixture
def indicator(organisation: Any) -> Indicator:
    return an_indicator(organisation)


@pytest.fixture
def inbox(tmp_path: Path, settings: Any) -> Path:
    """An allowed folder; put() leaves a file in it that has been quiet for a minute."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    settings.SOURCE_FOLDERS = (str(folder),)
    return folder


def put(folder: Path, name: str, content: str | bytes, *, ago_s: float = 60) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    then = time.time() - ago_s
    os.utime(path, (then, then))
    return path


@pytest.fixture
def make(organisation: Any) -> Callable[..., Source]:
    """A source of a kind with these settings at north."""

    def made(kind: str, settings: dict[str, Any], *, secret: str = "", **more: Any) -> Source:
        wanted = Wanted("来源", settings, secret=secret, **more)
        return create_source(organisation.north, kind, wanted, actor=organisation.people["risk_manager"])

    return made


def due(source: Source) -> Source:
    """The source as it stands, due again."""
    from django.utils import timezone

    Source.objects.filter(pk=source.pk).update(next_at=timezone.now())
    source.refresh_from_db()
    return source
