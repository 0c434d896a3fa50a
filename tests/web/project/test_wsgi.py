"""What the server has loaded before the first request."""

import os
import subprocess
import sys
from pathlib import Path

_ASKED = (
    "import gc, sys; import anlan.web.project.wsgi; "
    "assert gc.get_freeze_count() > 100_000, gc.get_freeze_count(); "
    "assert 'anlan.web.risks.views' in sys.modules"
)


def test_pages_and_texts_are_loaded_and_left_out_of_later_collections(tmp_path: Path) -> None:
    environment = {**os.environ, "ANLAN_HOME": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "anlan.web.project.settings"
    ended = subprocess.run([sys.executable, "-c", _ASKED], env=environment, check=False)
    assert ended.returncode == 0
